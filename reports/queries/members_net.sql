-- one row: a membership that begins (+) or ends (-) in the period
select *, member_from as date, 1 as measure, '+' as part from mem where member_from between start and stop
union all by name
select *, member_to as date, -1 as measure, '-' as part from mem where member_to between start and stop
