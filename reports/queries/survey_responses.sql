-- one row: a response that counts, with who gave it as far as figures need it, and its
-- answers as one text: for each item a sign that tells which (256 and its number),
-- then the value as answered, or a letter for what stands in its place. One text, for
-- a row an answer is too many rows to hand over
, lettered as (
	select a.event_id, string_agg(chr(256 + i.ordinal) || case
			when a.state = 'no_opinion' then 'n' when a.state = 'not_shown' then 's' when a.item_version < i.comparable_from then 'e'
			when a.value = floor(a.value) and abs(a.value) < 1e9 then cast(cast(a.value as integer) as varchar) else cast(a.value as varchar) end, '') as letters
	from answers_at({as_of}) a join item i on i.item = a.item
	where a.value is not null or a.state is not null
	group by all
),
attended_until as (
	select t.event_id, cast(coalesce(sum(c.minutes) filter (c.date <= t.date), 0) as bigint) as minutes
	from taken t join linked l on l.respondent = t.subject
	left join counted c on c.subject = l.person and c.project = (select project from instrument)
	group by all
)
select t.event_id, t.subject, t.wave, coalesce(strftime(t.date, '%Y-%m-%d'), ''), t.matched, coalesce(called.name, ''),
	coalesce(u.minutes, -1), case when l.person is not null then coalesce(person.sex, 'unknown') else '' end, coalesce(letters, '')
from taken t
left join lettered on lettered.event_id = t.event_id
left join called on called.activity = t.activity
left join attended_until u on u.event_id = t.event_id
left join linked l on l.respondent = t.subject
left join person on person.subject = l.person
order by t.position, t.idx
