-- one row: a membership whose last day lies in the period
select *, member_to as date, 1 as measure from mem where member_to between start and stop
