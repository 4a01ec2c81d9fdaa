-- one row: a session of the project in range; place stands sealed
select ses.session, s.event_id, strftime(ses.date, '%Y-%m-%d'), coalesce(ses.activity, ''), coalesce(s.start_minute, -1), coalesce(s.end_minute, -1), coalesce(s.place_sealed, ''), coalesce(ses.municipality, '')
from ses join sessions_at({as_of}) s on s.event_id = ses.event_id
where ses.project is not null and ses.date between (select min(start) from span) and (select max(stop) from span)
order by ses.date, s.start_minute nulls first, ses.position, ses.idx
