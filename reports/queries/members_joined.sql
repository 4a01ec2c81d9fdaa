-- one row: a membership that begins in the period
select *, member_from as date, 1 as measure from mem where member_from between start and stop
