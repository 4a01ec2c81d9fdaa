-- one row: an organisation that is a member when the period's last day has ended
select *, member_from as date, 1 as measure from mem where at_end
