-- one row: a member at the opening (den), and again when not a member at the closing (num)
with opening as (
	select *, member_from as date, bool_or(at_end) over (partition by span, organisation) as stays from mem
)
select *, 1 as measure, 'den' as part from opening where at_start
union all by name
select *, 1 as measure, 'num' as part from opening where at_start and not stays
