-- one row: something odd about one record. what is a code the report puts into words.
, odd as (
	select 'before-entry' as what, c.subject, c.date, c.event_id, c.position, c.idx, c.source_line
	from counted c join record r on r.project = c.project and r.subject = c.subject where c.date < r.start_on
	union all
	select 'after-exit', c.subject, c.date, c.event_id, c.position, c.idx, c.source_line
	from counted c join record r on r.project = c.project and r.subject = c.subject where c.date > r.left_on
	union all
	select 'exit-after-project', s.person, s.end_on, s.event_id, s.position, s.idx, s.source_line
	from stretch s join projects_at({as_of}) p on p.project = s.project where s.end_on > p.end_on
	union all
	select 'also-staff', a.subject, a.date, a.event_id, a.position, a.idx, a.source_line
	from att a join record r on r.project = a.project and r.subject = a.subject where a.present and a.role in ('staff', 'speaker')
	union all
	select 'result-without-exit', s.subject, s.said_on, s.event_id, s.position, s.idx, s.source_line
	from said s join record r on r.project = s.project and r.subject = s.subject where r.left_on is null
	union all
	select 'result-outside-window', s.subject, s.said_on, s.event_id, s.position, s.idx, s.source_line
	from said s join record r on r.project = s.project and r.subject = s.subject join win on win.programme = r.programme and win.code = s.code
	where r.left_on is not null and s.said_on is not null
		and not case when win.later then s.said_on >= r.later_on else s.said_on between r.left_on and r.immediate_until end
	union all
	select 'incomplete', r.subject, r.date, r.event_id, r.position, r.idx, r.source_line from record r where not r.complete
	union all
	select 'self-employed-and-aid', r.subject, a.date, a.event_id, a.position, a.idx, a.source_line
	from record r join org on org.canonical = r.organisation join aid_at({as_of}) a on a.organisation = org.organisation and a.project = r.project
	where r.status = 'self-employed'
)
select what, case when hidden.subject is null then o.subject end, coalesce(strftime(o.date, '%Y-%m-%d'), ''), case when hidden.subject is null then o.position else 0 end,
	case when hidden.subject is null then o.source_line else 0 end
from odd o left join hidden on hidden.subject = o.subject
order by what, o.date, o.position, o.idx
