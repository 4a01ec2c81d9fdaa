-- one row: a participant who came from an organisation, or from none; a sole trader
-- has no name here
, named as (
	select org.canonical as organisation, name, municipality,
		row_number() over (partition by org.canonical order by coalesce(f.date, date '0001-01-01') desc, f.position desc, f.idx desc) as newest
	from organisation_facts_at({as_of}) f join org on org.organisation = f.organisation
)
select counted.organisation, coalesce(organisation_key, ''), coalesce(name, ''), coalesce(named.municipality, ''), subject, cast(sum(minutes) as bigint)
from counted left join named on named.organisation = counted.organisation and newest = 1
where date between (select min(start) from span) and (select max(stop) from span)
group by all
order by min((counted.date, counted.position, counted.idx))
