-- one row: something that should be there and is not. what is a code the
-- report puts into words.
, gap as (
	select 'hours' as what, date, activity, subject, event_id, position, idx, source_line from att where present and minutes_missing
	union all
	select 'sex', date, activity, subject, event_id, position, idx, source_line from participant where coalesce(sex, 'unknown') = 'unknown'
	union all
	select 'age', date, activity, subject, event_id, position, idx, source_line from participant where age is null
	union all
	select 'certificate', date, activity, subject, event_id, position, idx, source_line from counted where not certified and minutes > 0
	union all
	select 'attendance', date, activity, null, event_id, position, idx, source_line from ses
	where project is not null and not exists (select 1 from att where att.session = ses.session)
		and not exists (select 1 from head where head.session = ses.session)
	union all
	select 'outside', s.date, a.name, null, s.event_id, s.position, s.idx, s.source_line
	from sessions_at({as_of}) s join projects_at({as_of}) p on p.project = s.project
	left join activities_at({as_of}) a on a.activity = s.activity cross join asked
	where (asked.project = '' or asked.project = s.project) and s.date not between p.start_on and p.end_on
)
select what, strftime(gap.date, '%Y-%m-%d'), coalesce(activity, ''), gap.subject, event_id, gap.position, coalesce(file_sealed, ''), coalesce(batch_id, ''), source_line
from gap left join batches b on b.position = gap.position left join hidden on hidden.subject = gap.subject
where hidden.subject is null and gap.date between (select min(start) from span) and (select max(stop) from span)
order by case what when 'attendance' then 1 when 'hours' then 2 when 'sex' then 3 when 'age' then 4 when 'outside' then 5 else 6 end, gap.date, activity, gap.position, idx
