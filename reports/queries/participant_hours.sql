-- one row: the minutes of one counted attendance
select *, minutes as measure from counted
