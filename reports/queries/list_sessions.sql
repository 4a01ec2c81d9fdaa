-- one row: a session in range, with who was there
select strftime(ses.date, '%Y-%m-%d'), coalesce(ses.activity, ''), coalesce(ses.municipality, ''), coalesce(ses.planned_minutes, -1),
	count(*) filter (where att.present and att.role = 'participant'), count(*) filter (where not att.present and att.role = 'participant'),
	count(*) filter (where att.present and att.role <> 'participant'),
	coalesce((select sum(heads) from head where head.session = ses.session), 0)::bigint,
	coalesce(sum(att.minutes) filter (where att.present and att.role = 'participant'), 0)::bigint
from ses left join att on att.session = ses.session
where ses.date between (select min(start) from span) and (select max(stop) from span)
group by ses.session, ses.date, ses.activity, ses.municipality, ses.planned_minutes, ses.position, ses.idx
order by ses.date, ses.position, ses.idx
