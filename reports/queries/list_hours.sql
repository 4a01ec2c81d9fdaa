-- one row: the minutes of one participant in one month, in the order participants
-- came; those who are not to be named are one, the last
, entry as (
	select p.project, p.subject, h.subject is not null as hides, case when not hides then p.subject end as named,
		case when not hides then date end as entered, case when not hides then position end as entry_position, case when not hides then idx end as entry_idx,
		case when not hides then age end as age, case when not hides then sex end as sex
	from participant p left join hidden h on h.subject = p.subject
)
select e.named, coalesce(strftime(e.entered, '%Y-%m-%d'), ''), coalesce(e.age, -1), coalesce(e.sex, 'unknown'), strftime(c.date, '%Y-%m'), cast(sum(c.minutes) as bigint),
	count(distinct c.subject)
from counted c join entry e on e.project = c.project and e.subject = c.subject
where c.date between (select min(start) from span) and (select max(stop) from span)
group by all
order by min(e.entered) nulls last, min(e.entry_position), min(e.entry_idx), e.named, 5
