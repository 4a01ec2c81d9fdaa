-- one row: a result to ask somebody who has left for, who has not been asked; day
-- is that of the batch asked for. later_days is how long one may wait six months after.
, day as (select max(recorded_on) as day from batches where position <= {as_of}),
asked_for as (
	select record.project, record.subject, record.event_id, record.position, record.idx, w.later,
		case when w.later then later_on else left_on end as first_on,
		case when w.later then later_on + rule.longterm_days else immediate_until end as last_on
	from record join rule on rule.programme = record.programme
	cross join (values (false), (true)) w(later)
	where left_on is not null and exists (select 1 from win where win.programme = record.programme and win.later = w.later)
),
open_one as (
	select a.* from asked_for a
	where not exists (select 1 from outcome o join record r on r.project = o.project and r.subject = o.subject
		join win on win.programme = r.programme and win.code = o.code
		where o.project = a.project and o.subject = a.subject and win.later = a.later)
)
select case when hidden.subject is null then o.subject end, o.later, strftime(first_on, '%Y-%m-%d'), strftime(last_on, '%Y-%m-%d'), day > last_on
from open_one o cross join day left join hidden on hidden.subject = o.subject
where first_on <= day + 7
order by day > last_on desc, last_on, o.position, o.idx, o.later
