-- one row: a member at the opening (den; and minus one in num) or the closing (plus one in num)
select *, member_from as date, 1 as measure, 'den' as part from mem where at_start
union all by name
select *, member_from as date, -1 as measure, 'num' as part from mem where at_start
union all by name
select *, member_from as date, 1 as measure, 'num' as part from mem where at_end
