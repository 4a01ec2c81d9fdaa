-- one row: a member at the period's end (num), or the organisations of the field
-- a municipality has by the newest count up to then (den). Members in a
-- municipality nobody counted stand in no sum, only in their own row.
with field as (
	select span.span, d.event_id, d.position, d.idx, d.source_line, d.source_column, d.date, d.municipality, d.count as measure
	from span join denominators_at({as_of}) d on d.date <= stop
	qualify row_number() over (partition by span.span, d.municipality order by d.date desc, d.position desc, d.idx desc) = 1
)
select *, 'den' as part from field
union all by name
select mem.*, member_from as date, 1 as measure, 'num' as part
from mem where at_end and ({by_municipality} or municipality in (select municipality from field where field.span = mem.span))
