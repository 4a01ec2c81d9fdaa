-- one row: something of the months that is not claimed, and why; why is a code the
-- report puts into words. Amounts are what it would have added where that is known
, months as (select unnest(string_split(?, ',')) as month)
select x.kind, why, strftime(date, '%Y-%m-%d'), coalesce(cast(subject as varchar), ''), coalesce(what, ''), minutes, ore, x.position, coalesce(b.batch_id, ''), coalesce(b.file_sealed, ''), source_line
from (
	select 'staff' as kind, u.why, p.date, p.subject, p.function as what, u.minutes, coalesce(rounded(u.minutes * p.rate, 60, p.rounding), 0) as ore, p.position, p.idx, p.source_line, p.project, p.month
	from priced p cross join lateral (select unnest([
		{'why': 'day', 'minutes': p.over_day}, {'why': 'year', 'minutes': p.over_year},
		{'why': case when p.rate is null then 'no-rate' else 'not-granted' end, 'minutes': p.minutes - p.payable}], recursive := true)) u
	where u.minutes > 0
	union all
	select 'staff', 'period', t.date, coalesce(who.into_subject, t.subject), t.function, t.minutes, 0, t.position, t.idx, t.source_line, t.project, strftime(t.date, '%Y-%m')
	from staff_time_at({as_of}) t join funded f on f.project = t.project left join who on who.subject = t.subject where t.date not between f.start_on and f.end_on
	union all
	select 'participants', case when v.rate is null then 'no-rate' else 'self-employed' end, v.date, v.subject, '', v.minutes, coalesce(rounded(v.minutes * v.rate, 60, v.how), 0), v.position, v.idx, v.source_line, v.project, v.month
	from valued v where v.minutes <> 0 and (v.rate is null or not v.self_employed_counts and coalesce(v.status, '') = 'self-employed')
	union all
	select 'participants', u.why, c.date, c.subject, coalesce(c.activity, ''), u.minutes, 0, c.position, c.idx, c.source_line, c.project, strftime(c.date, '%Y-%m')
	from unreported u join counted c on c.event_id = u.event_id
	union all
	select 'other', why, date, null, concat_ws(' ', series, number, account), 0, ore, position, idx, source_line, project, month from booked where why is not null and (why <> 'no-cost' or account >= 3000)
	union all
	select 'in-kind', 'period', c.date, null, c.line, 0, c.ore, c.position, c.idx, c.source_line, c.project, strftime(c.date, '%Y-%m')
	from contributions_at({as_of}) c join funded f on f.project = c.project where c.date not between f.start_on and f.end_on
	union all
	select 'in-kind', 'flat-rate', c.date, null, c.line, 0, c.ore, c.position, c.idx, c.source_line, c.project, strftime(c.date, '%Y-%m')
	from contributions_at({as_of}) c join funded f on f.project = c.project where c.form = 'in-kind' and not f.others and c.date between f.start_on and f.end_on
) x join asked on asked.project = x.project left join batches b on b.position = x.position
where month in (select month from months) or why = 'period'
order by case x.kind when 'staff' then 1 when 'participants' then 2 when 'other' then 3 else 4 end, why, date, x.position, idx
