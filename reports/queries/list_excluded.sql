-- one row: hours that are not reported, and why; why is a code the report puts
-- into words
, left_out as (
	select c.event_id, c.position, c.idx, c.source_line, c.date, c.activity, c.subject, u.minutes, u.why
	from unreported u join counted c on c.event_id = u.event_id
	union all
	select a.event_id, a.position, a.idx, a.source_line, a.date, a.activity, a.subject, a.minutes, 'role'
	from att a where a.present and a.role <> 'participant' and a.project is not null and a.minutes > 0
	union all
	select a.event_id, a.position, a.idx, a.source_line, s.date, n.name, coalesce(who.into_subject, a.subject), coalesce(a.minutes, 0), 'period'
	from attendance_at({as_of}) a join sessions_at({as_of}) s on s.session = a.session
	join projects_at({as_of}) p on p.project = s.project cross join asked
	left join activities_at({as_of}) n on n.activity = s.activity left join who on who.subject = a.subject
	where a.present and a.role = 'participant' and (asked.project = '' or asked.project = s.project) and s.date not between p.start_on and p.end_on and a.minutes > 0
	union all
	select a.event_id, a.position, a.idx, a.source_line, s.date, s.activity, coalesce(who.into_subject, a.subject), coalesce(a.minutes, 0), 'twice'
	from attendance_at({as_of}) a join doubled d on d.event_id = a.event_id join any_ses s on s.session = a.session
	left join who on who.subject = a.subject
	where s.project is not null and a.present and a.role = 'participant' and a.minutes > 0
	union all
	select event_id, position, idx, source_line, date, null, subject, -minutes, 'rounding' from rounding
)
select why, strftime(l.date, '%Y-%m-%d'), coalesce(activity, ''), case when hidden.subject is null then l.subject end, l.minutes, l.position,
	case when hidden.subject is null then coalesce(b.batch_id, '') else '' end, case when hidden.subject is null then source_line else 0 end
from left_out l left join batches b on b.position = l.position left join hidden on hidden.subject = l.subject
where why = 'period' or l.date between (select min(start) from span) and (select max(stop) from span)
order by case why when 'certificate' then 1 when 'double-funding' then 2 when 'overlap' then 3 when 'ceiling' then 4 when 'minimum' then 5 when 'twice' then 6 when 'role' then 7 when 'period' then 8 else 9 end, l.date, l.position, idx
