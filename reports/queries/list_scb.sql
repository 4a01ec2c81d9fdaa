-- one row: one participant in one month, from the month of entry to that of the
-- exit, and any month with hours; order is that in which participants came. The
-- engine fills in {spent}: counted, or reported of hours.sql.
, spent as (
	select s.subject, strftime(s.date, '%Y-%m') as month, cast(sum(s.minutes) as bigint) as minutes, max(r.step) as step
	from {spent} s left join hour_rule r on r.programme = s.programme group by 1, 2
)
select span.span, p.subject, p.organisation, coalesce(o.number, ''), strftime(p.date, '%Y-%m-%d'),
	coalesce(strftime(case when p.left_on <= span.stop then p.left_on end, '%Y-%m-%d'), ''),
	coalesce(s.minutes - s.minutes % coalesce(s.step, 1), 0)::bigint
from participant p cross join span
left join spent s on s.subject = p.subject and s.month = span.span
left join organisations_at({as_of}) o on o.organisation = p.organisation
where p.date <= span.stop and (p.left_on is null or p.left_on >= span.start) or s.minutes is not null
order by span.span, p.date, p.position, p.idx
