-- one row: one participant in one span of the range, with what a recipient may be
-- given; those of protected identity are left out, and those who are restricted or
-- erased now
, entry as (
	select project, subject, age_band, sex from entered
)
select c.subject, coalesce(e.sex, 'unknown'), coalesce(e.age_band, 'unknown'),
	coalesce(arg_min(c.municipality, (c.date, c.position, c.idx)) over (partition by c.subject), 'unknown'), span.span, cast(sum(c.minutes) over (partition by c.subject, span.span) as bigint)
from counted c join entry e on e.project = c.project and e.subject = c.subject
join span on c.date between span.start and span.stop
left join hidden on hidden.subject = c.subject
where hidden.subject is null
	and c.subject not in (select subject from person_states where superseded_at is null and state in ('restricted', 'erased'))
qualify row_number() over (partition by c.subject, span.span) = 1
order by c.subject, span.span
