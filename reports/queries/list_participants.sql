-- one row: participants of an age band and a sex, at entry in range
select coalesce(age_band, 'unknown'), coalesce(sex, 'unknown'), count(*)
from entered
where date between (select min(start) from span) and (select max(stop) from span)
group by all order by 1, 2
