-- Which hours are reported and which are not, after the prelude. The engine fills
-- in {hour_rules} (programme, certified_only, step: the minutes sums are rounded
-- down to, 1 for none; day_minutes: the most of one person's day, 0 for no ceiling;
-- minimum_minutes: fewer in the whole project count for nothing), of our own rule sets.

hour_rule(programme, certified_only, step, day_minutes, minimum_minutes) as (values {hour_rules}),

-- one row: somebody present anywhere between two known times
clocked as (
	select a.event_id, a.position, a.idx, coalesce(who.into_subject, a.subject) as subject, s.date, s.project, s.start_minute, s.end_minute
	from attendance_at({as_of}) a join sessions_at({as_of}) s on s.session = a.session
	left join who on who.subject = a.subject
	where a.present and s.end_minute > s.start_minute and a.event_id not in (select event_id from doubled)
),

-- one row: minutes of a counted attendance at which the person was somewhere else
-- already, by an attendance that began before; elsewhere is the project that was for
overlap as (
	select c.event_id, max(least(c.end_minute, o.end_minute) - greatest(c.start_minute, o.start_minute)) as minutes,
		arg_max(o.project, least(c.end_minute, o.end_minute) - greatest(c.start_minute, o.start_minute)) as elsewhere
	from clocked c
	join clocked o on o.subject = c.subject and o.date = c.date and o.event_id <> c.event_id
		and o.start_minute < c.end_minute and o.end_minute > c.start_minute
		and (o.start_minute, o.position, o.idx) < (c.start_minute, c.position, c.idx)
	group by c.event_id
),

-- one row: minutes of a counted attendance that are lost for what the attendance is
lost as (
	select c.event_id, c.minutes, 'certificate' as why from counted c join hour_rule r on r.programme = c.programme
	where r.certified_only and not c.certified and c.minutes > 0
	union all
	select c.event_id, cast(least(c.minutes, o.minutes) as integer), case when o.elsewhere not in ('', c.project) then 'double-funding' else 'overlap' end
	from counted c join overlap o on o.event_id = c.event_id left join hour_rule r on r.programme = c.programme
	where c.minutes > 0 and (c.certified or not coalesce(r.certified_only, false))
),

-- one row: a counted attendance with minutes left, and how many of them are over the
-- ceiling of the person's day: those that were recorded last
left_over as (
	select c.event_id, c.project, c.subject, c.minutes - coalesce(l.minutes, 0) as minutes,
		case when r.day_minutes > 0 then greatest(0, least(c.minutes - coalesce(l.minutes, 0),
			sum(c.minutes - coalesce(l.minutes, 0)) over (partition by c.project, c.subject, c.date order by c.position, c.idx) - r.day_minutes)) else 0 end as over_day,
		coalesce(r.minimum_minutes, 0) as minimum_minutes
	from counted c left join lost l on l.event_id = c.event_id left join hour_rule r on r.programme = c.programme
	where c.minutes > coalesce(l.minutes, 0)
),

-- one row: somebody with fewer minutes in the whole project than count for anything
few as (
	select project, subject from left_over group by project, subject, minimum_minutes having sum(minutes - over_day) < minimum_minutes
),

-- one row: minutes of a counted attendance that are not reported, and why
unreported as (
	select * from lost
	union all
	select event_id, cast(over_day as integer), 'ceiling' from left_over where over_day > 0
	union all
	select o.event_id, cast(o.minutes - o.over_day as integer), 'minimum' from left_over o join few on few.project = o.project and few.subject = o.subject where o.minutes > o.over_day
),

-- one row: a counted attendance, with the minutes of it that are reported
reported as (
	select c.* replace (cast(c.minutes - coalesce(u.minutes, 0) as integer) as minutes), coalesce(r.step, 1) as step
	from counted c left join (select event_id, sum(minutes) as minutes from unreported group by event_id) u on u.event_id = c.event_id
	left join hour_rule r on r.programme = c.programme
),

-- one row: what rounding takes from one person's month, once its minutes are added up
rounding as (
	select project, programme, subject, last(sex) as sex, max(date) as date, -cast(sum(minutes) % step as integer) as minutes,
		arg_max(event_id, (date, position, idx)) as event_id, arg_max(position, (date, position, idx)) as position,
		arg_max(idx, (date, position, idx)) as idx, arg_max(source_line, (date, position, idx)) as source_line
	from reported group by project, programme, subject, date_trunc('month', date), step having sum(minutes) % step > 0
)
