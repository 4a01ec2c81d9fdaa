-- one row: a participant and a wave of the survey: the days its window is counted
-- from, when they were last invited, what became of that, and when they answered
, invitation as (
	select l.person, i.wave, max(i.date) as invited_on, arg_max(coalesce(i.status, ''), (i.position, i.idx)) as status, any_value(i.respondent) as respondent
	from invitations_at({as_of}) i
	join asked on asked.survey = i.survey
	join linked l on l.respondent = i.respondent
	group by all
),
wave(wave) as (select unnest(cast(s.body->'$.waves' as varchar[])) from surveys_at({as_of}) s join asked on asked.survey = s.survey)
select wave.wave, p.subject, strftime(p.date, '%Y-%m-%d'), coalesce(strftime(p.left_on, '%Y-%m-%d'), ''),
	coalesce(strftime(i.invited_on, '%Y-%m-%d'), ''), coalesce(i.status, ''), i.respondent is not null, coalesce(strftime(t.date, '%Y-%m-%d'), ''), t.subject is not null
from entered p
cross join wave
left join invitation i on i.person = p.subject and i.wave = wave.wave
left join taken t on t.subject = i.respondent and t.wave = wave.wave
left join hidden on hidden.subject = p.subject
where p.project = (select project from instrument) and hidden.subject is null
	and p.subject not in (select subject from person_states where superseded_at is null and state in ('restricted', 'erased'))
order by p.date, p.position, p.idx
