-- one row: the minutes of one participant in one month, in the order participants came
, entry as (
	select project, subject, date as entered, position as entry_position, idx as entry_idx, age, age_band, sex
	from participant
)
select c.subject, strftime(e.entered, '%Y-%m-%d'), coalesce(e.age, -1), coalesce(e.sex, 'unknown'), strftime(c.date, '%Y-%m'), cast(sum(c.minutes) as bigint)
from counted c join entry e on e.project = c.project and e.subject = c.subject
where c.date between (select min(start) from span) and (select max(stop) from span)
group by all
order by min(e.entered), min(e.entry_position), min(e.entry_idx), c.subject, 5
