-- one row: a member at the range's end, with how it took part
, named as (
	select org.canonical as organisation, name, municipality,
		row_number() over (partition by org.canonical order by coalesce(f.date, date '0001-01-01') desc, f.position desc, f.idx desc) as newest
	from organisation_facts_at({as_of}) f join org on org.organisation = f.organisation
), presence as (
	select organisation, strftime(max(date), '%Y-%m-%d') as last_on,
		count(*) filter (where date > (select max(stop) from span) - interval 1 year) as past_year, count(*) as ever,
		count(distinct subject) filter (where date > (select max(stop) from span) - interval 1 year) as past_year_persons, count(distinct subject) as ever_persons
	from att where present and date <= (select max(stop) from span) group by organisation
)
select mem.organisation, organisation_key, coalesce(name, ''), coalesce(named.municipality, ''), strftime(member_from, '%Y-%m-%d'),
	coalesce(past_year, 0), coalesce(ever, 0), coalesce(last_on, ''), coalesce(past_year_persons, 0), coalesce(ever_persons, 0)
from mem left join named on named.organisation = mem.organisation and newest = 1
left join presence on presence.organisation = mem.organisation
where at_end
order by coalesce(past_year, 0), coalesce(last_on, ''), member_from, mem.position, idx
