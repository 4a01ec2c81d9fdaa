-- What every survey question starts from, after the prelude: the survey, wave and
-- project asked for are in asked, the days in span.

-- one row: the survey; its first wave, when it has several
instrument as (
	select s.survey, s.project, case when json_array_length(s.body, '$.waves') > 1 then s.body->>'$.waves[0]' end as first_wave
	from surveys_at({as_of}) s join asked on asked.survey = s.survey
),

-- one row: an item as it is worded now
item as (select i.* from survey_items_at({as_of}) i join asked on asked.survey = i.survey),

-- one row: a respondent in whose place somebody stands who is not to be named. They
-- are in no figure of a survey then: in some and not in others would tell of them
unnamed as (
	select distinct i.respondent
	from invitations_at({as_of}) i join asked on asked.survey = i.survey
	left join who on who.subject = i.subject
	join hidden on hidden.subject in (i.subject, who.into_subject)
),

-- one row: the one response a person's answers in a wave are taken from (formats.md
-- 3): in the first of several waves the latest complete one, in any other the first
-- complete one; somebody without a complete one is taken with a partial one by the
-- same order
taken as (
	select r.*, case when r.wave = first_wave then -1 else 1 end as direction
	from responses_at({as_of}) r join instrument on instrument.survey = r.survey cross join asked
	where asked.wave in ('', r.wave) and r.subject not in (select respondent from unnamed) and (r.date is null or r.date between (select min(start) from span) and (select max(stop) from span))
	qualify row_number() over (partition by r.subject, r.wave order by complete desc,
		direction * coalesce(epoch(date), 0), direction * r.position::bigint, direction * idx::bigint) = 1
),

-- one row: what stands for an answer, recoded when the item is reversed. An answer to
-- a wording that cannot be compared with today's is none of today's item
reply as (
	select t.event_id, t.position, t.idx, t.source_line, t.date, t.subject, t.wave, t.activity as about, t.matched,
		i.item, i.ordinal, i.kind, a.choice,
		case when i.reversed then i.min_value + i.max_value - a.value else a.value end as value,
		coalesce(a.state, case when a.item_version < i.comparable_from then 'earlier_wording' else 'valid' end) as state
	from taken t
	join answers_at({as_of}) a on a.event_id = t.event_id
	join item i on i.item = a.item
),

-- one row: a valid answer on a scale
valid as (select * from reply where value is not null and state = 'valid'),

-- one row: what one respondent answered in the first wave and in a later one, of an
-- item they answered in both; only a code or a token can tell that they are one
pair as (
	select a.event_id as event_before, b.event_id as event_after, a.subject, b.wave, b.item, b.ordinal, b.kind, a.value as before, b.value as after
	from valid a join valid b on b.subject = a.subject and b.item = a.item
	join instrument on a.wave = instrument.first_wave and b.wave <> instrument.first_wave
	where a.matched and b.matched
),

-- one row: a respondent, and the participant an invitation says it is
linked as (
	select i.respondent, coalesce(who.into_subject, i.subject) as person
	from invitations_at({as_of}) i
	join asked on asked.survey = i.survey
	left join who on who.subject = i.subject
	left join hidden on hidden.subject = coalesce(who.into_subject, i.subject)
	where i.subject is not null and hidden.subject is null
	qualify row_number() over (partition by i.respondent order by i.position desc, i.idx desc) = 1
)
,

-- one row: an activity, and what it is called after merges
called as (
	select a.activity, c.name
	from activities_at({as_of}) a
	left join activity_merges_at({as_of}) m on m.activity = a.activity
	join activities_at({as_of}) c on c.activity = coalesce(m.into_activity, a.activity)
)
