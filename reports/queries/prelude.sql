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

-- one row: an attendance that says again what another one says, for the sessions
-- are one or the persons are: the same person counts once
doubled as (
	select a.event_id from attendance_at({as_of}) a join any_ses s on s.session = a.session
	left join who on who.subject = a.subject
	where s.twin or coalesce(who.into_subject, a.subject) in (select into_subject from who)
	qualify row_number() over (partition by s.one_session, coalesce(who.into_subject, a.subject) order by a.present desc, a.minutes is null, not a.certified, a.age is null, a.position, a.idx) > 1
),

-- one row: somebody present or absent at a session, with everything figures
-- are broken down by
att as (
	select a.event_id, a.position, a.idx, a.source_line, a.source_column, ses.date, any_ses.one_session as session, coalesce(who.into_subject, a.subject) as subject, org.canonical as organisation,
		a.role, a.present, coalesce(a.minutes, 0) as minutes, a.minutes is null as minutes_missing, a.certified, a.age,
		ses.activity, ses.activity_type, ses.municipality, ses.project, ses.programme,
		sex, organisation_key, sni_group, size_class, band.label as age_band
	from attendance_at({as_of}) a
	join any_ses on any_ses.session = a.session
	join ses on ses.session = any_ses.one_session
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

-- one row: a participant of a project, at the first counted attendance
participant as (
	select * from counted
	qualify row_number() over (partition by project, subject order by date, position, idx) = 1
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
