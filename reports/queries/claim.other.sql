-- one row: what an entry adds to the claim, in öre
select * exclude (key), ore as measure, null::varchar as part from charge where kind = 'other'
