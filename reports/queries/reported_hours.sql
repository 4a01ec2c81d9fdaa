-- one row: the reported minutes of one counted attendance, or what rounding takes
-- from a person's month
select * exclude (step), minutes as measure, null::varchar as part from reported
union all by name
select *, minutes as measure, '-' as part from rounding
