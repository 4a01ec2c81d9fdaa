-- one row: a participant who takes part in the project on the first day of the range
select p.subject, coalesce(f.name, ''), hidden.subject is not null
from participant p left join hidden on hidden.subject = p.subject
left join (select organisation, last(name order by position, idx) as name from organisation_facts_at({as_of}) where name is not null group by 1) f on f.organisation = p.organisation
where p.date <= (select min(start) from span) and (p.left_on is null or p.left_on >= (select min(start) from span))
order by p.date, p.position, p.idx
