-- What every contribution query starts from, as of one position. The engine
-- fills in {as_of}, {hide} (whether protected persons are), {spans} (key, start, stop), {kkn} (prefix, slug) and
-- {bands} (programme, low, high, label), all made of our own values, and binds
-- the three questions in asked.

asked as (select ?::varchar as project, ?::varchar as survey, ?::varchar as wave),

span(span, start, stop) as (values {spans}),

kkn(prefix, slug) as (values {kkn}),

band(programme, low, high, label) as (values {bands}),

-- one row: an organisation, and the one it counts as after merges
org as (
	select o.organisation, coalesce(m.into_organisation, o.organisation) as canonical
	from organisations_at({as_of}) o
	left join organisation_merges_at({as_of}) m on m.organisation = o.organisation
),

-- one row: what an organisation is called in a table: its number, or its own
-- random id for a sole trader
org_key as (
	select organisation, coalesce(number, cast(organisation as varchar)) as organisation_key
	from organisations_at({as_of})
),

-- one row: what an organisation is like between two dates
described as (
	select canonical as organisation, municipality, case when f.sni is null then 'unknown' else coalesce(slug, 'other') end as sni_group,
		case when employees < 10 then 'micro' when employees < 50 then 'small'
			when employees < 250 then 'medium' when employees >= 250 then 'large' else 'unknown' end as size_class,
		coalesce(f.date, date '0001-01-01') as valid_from,
		coalesce(lead(coalesce(f.date, date '0001-01-01')) over (
			partition by canonical order by coalesce(f.date, date '0001-01-01'), f.position, f.idx), date '9999-12-31') as valid_until
	from organisation_facts_at({as_of}) f
	join org on org.organisation = f.organisation
	left join kkn on starts_with(f.sni, kkn.prefix)
),

-- one row: a session, with its activity after merges; project is the one it
-- counts for, which is none outside the project's period. Sessions that became
-- one when their activities were merged have the same one_session.
any_ses as (
	select s.event_id, s.position, s.idx, s.source_line, s.source_column, s.date, s.session, s.kind as activity_type,
		a.name as activity, s.municipality, s.planned_minutes, p.programme,
		case when s.date between p.start_on and p.end_on then s.project end as project,
		first_value(s.session) over same as one_session, count(*) over same > 1 as twin
	from sessions_at({as_of}) s
	left join activity_merges_at({as_of}) m on m.activity = s.activity
	left join activities_at({as_of}) a on a.activity = coalesce(m.into_activity, s.activity)
	left join projects_at({as_of}) p on p.project = s.project
	cross join asked
	where asked.project = '' or (s.project = asked.project and s.date between p.start_on and p.end_on)
	window same as (partition by coalesce(m.into_activity, s.activity), s.date, s.project, s.start_minute
		order by s.position, s.idx rows between unbounded preceding and unbounded following)
),

-- one row: a session
ses as (select * from any_ses where session = one_session),

-- one row: a person recorded twice, and the one it counts as
who as (select subject, into_subject from person_merges_at({as_of})),

-- one row: a person after merges, and what statistics know of it: what is said
-- of the one it counts as comes before what is said of the other
person as (
	select coalesce(who.into_subject, p.subject) as subject,
		first(sex order by sex = 'unknown', who.into_subject is not null, position, idx) as sex
	from persons_at({as_of}) p left join who on who.subject = p.subject
	group by 1
),

-- one row: an id of somebody who is not to be named: of protected identity, where
-- the question hides those. Whoever is protected now is hidden at every position.
now_protected as (
	select subject from person_states where superseded_at is null and state in ('protected', 'unprotected')
	group by 1 having arg_max(state, (position, idx)) = 'protected'
),
now_merged as (select subject, into_subject from person_merges where superseded_at is null),
hidden as (
	select subject from (
		select subject from now_protected
		union select into_subject from now_merged join now_protected using (subject)
		union select m.subject from now_merged m where m.into_subject in (
			select subject from now_protected union select into_subject from now_merged join now_protected using (subject)))
	where {hide}
),

-- one row: a session with a signed list, and the position the last one was
-- attached at: what was recorded or changed after it is not on the paper. Nor is
-- another session that became one with it later, nor another day or time
signed as (
	select e.session, max(e.position) as position
	from evidence_at({as_of}) e
	join sessions_at({as_of}) s on s.session = e.session
	join sessions past on past.session = e.session and past.position <= e.position and (past.superseded_at is null or past.superseded_at > e.position)
	where past.date = s.date and past.project = s.project and past.start_minute is not distinct from s.start_minute and past.end_minute is not distinct from s.end_minute
	group by 1
),

-- one row: an attendance, certified by what its file says or by a signed list;
-- certified_by is how: said is a file that only said yes
told as (
	select a.* replace (a.certified or coalesce(a.position <= signed.position, false) as certified,
			coalesce(a.certified_by, case when a.position <= signed.position then 'signed-list' when a.certified then 'said' end) as certified_by),
		s.one_session, s.twin
	from attendance_at({as_of}) a join any_ses s on s.session = a.session
	left join signed on signed.session = a.session
),

-- one row: an attendance that says again what another one says, for the sessions
-- are one or the persons are: the same person counts once
doubled as (
	select a.event_id from told a
	left join who on who.subject = a.subject
	where a.twin or coalesce(who.into_subject, a.subject) in (select into_subject from who)
	qualify row_number() over (partition by a.one_session, coalesce(who.into_subject, a.subject) order by a.present desc, a.minutes is null, not a.certified, a.age is null, a.position, a.idx) > 1
),

-- one row: somebody present or absent at a session, with everything figures
-- are broken down by
att as (
	select a.event_id, a.position, a.idx, a.source_line, a.source_column, ses.date, a.one_session as session, coalesce(who.into_subject, a.subject) as subject, org.canonical as organisation,
		a.role, a.present, coalesce(a.minutes, 0) as minutes, a.minutes is null as minutes_missing, a.certified, a.certified_by, a.age,
		ses.activity, ses.activity_type, ses.municipality, ses.project, ses.programme,
		sex, organisation_key, sni_group, size_class, band.label as age_band
	from told a
	join ses on ses.session = a.one_session
	left join org on org.organisation = a.organisation
	left join org_key on org_key.organisation = org.canonical
	left join described d on d.organisation = org.canonical and ses.date >= d.valid_from and ses.date < d.valid_until
	left join who on who.subject = a.subject
	left join person on person.subject = coalesce(who.into_subject, a.subject)
	left join band on band.programme = ses.programme and a.age between band.low and band.high
	where a.event_id not in (select event_id from doubled)
),

-- one row: heads counted at a session
head as (
	select h.event_id, h.position, h.idx, h.source_line, h.source_column, ses.date, any_ses.one_session as session, h.heads,
		ses.activity, ses.activity_type, ses.municipality, ses.project
	from headcounts_at({as_of}) h
	join any_ses on any_ses.session = h.session
	join ses on ses.session = any_ses.one_session
),

-- one row: a counted attendance: a participant's, present, at a session of the
-- project inside its period; only these make participants and hours
counted as (select * from att where present and role = 'participant' and project is not null),

-- one row: a recorded stretch of taking part in a project, of the person it
-- counts as; first tells which came first
stretch as (
	select p.*, coalesce(who.into_subject, p.subject) as person, org.canonical as canonical, j.programme,
		row_number() over (partition by p.project, coalesce(who.into_subject, p.subject) order by p.start_on nulls first, p.position, p.idx) as ordinal
	from participations_at({as_of}) p
	join projects_at({as_of}) j on j.project = p.project
	left join who on who.subject = p.subject
	left join org on org.organisation = p.organisation
	cross join asked where asked.project in ('', p.project)
),

-- one row: the day somebody left a project for good, none while taking part
leaving as (
	select project, person, case when not bool_or(end_on is null) then max(end_on) end as left_on
	from stretch group by all
),

-- one row: the first counted attendance of somebody in a project
attended as (
	select * from counted
	qualify row_number() over (partition by project, subject order by date, position, idx) = 1
),

-- one row: a participant of a project, at entry: the recorded start, else the
-- first counted attendance, else the day the participation was recorded
participant as (
	select coalesce(e.event_id, a.event_id) as event_id, coalesce(e.position, a.position) as position, coalesce(e.idx, a.idx) as idx,
		coalesce(e.source_line, a.source_line) as source_line, coalesce(e.start_on, a.date, b.recorded_on) as date,
		coalesce(e.person, a.subject) as subject, coalesce(e.canonical, a.organisation) as organisation, coalesce(e.project, a.project) as project,
		coalesce(e.programme, a.programme) as programme, person.sex, case when e.start_on is null then a.age else e.age end as age,
		e.status, e.unemployed_since, e.education, e.citizenship, e.homeless, e.rural, e.qualified, e.improved,
		e.special_sealed, e.event_id as special_event, e.subject as special_subject,
		e.start_on, l.left_on, a.date as attended_on, a.activity, a.municipality
	from (select * from stretch where ordinal = 1) e
	full join attended a on a.project = e.project and a.subject = e.person
	left join leaving l on l.project = e.project and l.person = e.person
	left join batches b on b.position = e.position
	left join person on person.subject = coalesce(e.person, a.subject)
),

-- one row: a participant, with what figures are broken down by
entered as (
	select p.*, org_key.organisation_key, d.sni_group, d.size_class, band.label as age_band
	from participant p
	left join org_key on org_key.organisation = p.organisation
	left join described d on d.organisation = p.organisation and p.date >= d.valid_from and p.date < d.valid_until
	left join band on band.programme = p.programme and p.age between band.low and band.high
),

-- one row: a period of membership, seen from one span; at_start and at_end tell
-- whether the organisation is a member when the span opens and when its last
-- day has ended
mem as (
	select span.span, start, stop, m.event_id, m.position, m.idx, m.source_line, m.source_column, m.member_from, m.member_to,
		org.canonical as organisation, organisation_key, d.municipality, d.sni_group, d.size_class,
		m.member_from < start and (m.member_to is null or m.member_to >= start) as at_start,
		m.member_from <= stop and (m.member_to is null or m.member_to > stop) as at_end
	from span
	cross join memberships_at({as_of}) m
	join org on org.organisation = m.organisation
	left join org_key on org_key.organisation = org.canonical
	left join described d on d.organisation = org.canonical and stop >= d.valid_from and stop < d.valid_until
)
