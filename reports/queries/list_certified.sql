-- one row: a way of certifying, and the minutes of participants certified so; none
-- is not at all
select coalesce(certified_by, 'none'), cast(sum(minutes) as bigint), count(distinct subject)
from counted
where minutes > 0 and date between (select min(start) from span) and (select max(stop) from span)
group by 1
