-- one row: a counted attendance in range, with the minutes of it that are reported
select c.subject, strftime(p.date, '%Y-%m-%d'), strftime(c.date, '%Y-%m-%d'), coalesce(c.activity, ''), coalesce(s.start_minute, -1), coalesce(s.end_minute, -1), c.minutes, r.minutes, coalesce(c.certified_by, 'none'), r.step
from counted c join reported r on r.event_id = c.event_id
join participant p on p.project = c.project and p.subject = c.subject
left join sessions_at({as_of}) s on s.session = c.session
left join hidden on hidden.subject = c.subject
where hidden.subject is null and c.date between (select min(start) from span) and (select max(stop) from span)
order by p.date, p.position, p.idx, c.date, c.position, c.idx
