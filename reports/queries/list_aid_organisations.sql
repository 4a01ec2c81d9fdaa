-- one row: an organisation with its newest name; a sole trader has neither number nor
-- name here. of_project: it had aid in the project that is asked for, or participants
, named as (
	select org.canonical as organisation, last(name order by coalesce(f.date, date '0001-01-01'), f.position, f.idx) as name
	from organisation_facts_at({as_of}) f join org on org.organisation = f.organisation where name is not null group by 1
),
taking_part as (
	select org.canonical as organisation from aid_at({as_of}) a join org on org.organisation = a.organisation cross join asked where a.project = asked.project
	union select organisation from counted
	union select organisation from participant
)
select o.organisation, coalesce(o.number, ''), coalesce(named.name, ''), o.sole, o.organisation in (select subject from hidden),
	asked.project <> '' and o.organisation in (select organisation from taking_part where organisation is not null)
from organisations_at({as_of}) o join org on org.organisation = o.organisation and org.canonical = o.organisation
left join named on named.organisation = o.organisation
cross join asked
order by o.position, o.idx
