-- one row: somebody to be on the sign-in sheet of a session: its trainers, and the
-- participants written for it or, when there are none, those who take part in the
-- project on its day
, written as (
	select session, subject, role <> 'participant' as trains, organisation, position, idx from att
	where project is not null and (role = 'participant' or role in ('staff', 'speaker'))
),
expected as (
	select * from written
	union all
	select ses.session, p.subject, false, p.organisation, p.position, p.idx from ses join participant p on p.project = ses.project
	where p.date <= ses.date and (p.left_on is null or p.left_on >= ses.date)
		and not exists (select 1 from written w where w.session = ses.session and not w.trains)
)
select e.session, e.subject, e.trains, coalesce(f.name, ''), hidden.subject is not null
from expected e join ses on ses.session = e.session left join hidden on hidden.subject = e.subject
left join (select organisation, last(name order by position, idx) as name from organisation_facts_at({as_of}) where name is not null group by 1) f on f.organisation = e.organisation
where ses.date between (select min(start) from span) and (select max(stop) from span)
order by ses.date, e.session, e.position, e.idx
