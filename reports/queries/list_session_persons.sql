-- one row: how many different persons there were at all the sessions in range, and
-- the most heads counted at one
select count(distinct att.subject) filter (where att.present and att.role = 'participant'), count(distinct att.subject) filter (where not att.present and att.role = 'participant'),
	count(distinct att.subject) filter (where att.present and att.role <> 'participant'),
	coalesce((select max(heads) from head where date between (select min(start) from span) and (select max(stop) from span)), 0)::bigint
from ses left join att on att.session = ses.session
where ses.date between (select min(start) from span) and (select max(stop) from span)
