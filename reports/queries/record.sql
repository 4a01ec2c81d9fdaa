-- What every indicator starts from, after the prelude. The engine fills in
-- {rules} (programme, immediate_days, longterm_months, longterm_days, unemployed_months,
-- unemployed_months_young, young_under), {complete} (a condition by programme) and
-- {windows} (programme, code, later, its column), all of our own rule sets.

rule(programme, immediate_days, longterm_months, longterm_days, unemployed_months, unemployed_months_young, young_under) as (values {rules}),

win(programme, code, later, from_column) as (values {windows}),

-- one row: a participant with what indicators ask for. Whoever has been without a
-- job long enough is long-term unemployed, whatever the file calls it.
record as materialized (
	select e.* exclude (sex, status, programme), e.programme, coalesce(e.sex, 'unknown') as sex,
		case when e.status = 'unemployed' and e.date > e.unemployed_since
			+ to_months(case when e.age < rule.young_under then rule.unemployed_months_young else rule.unemployed_months end)
			then 'long-term-unemployed' else e.status end as status,
		{complete} as complete,
		e.left_on + rule.immediate_days as immediate_until, cast(e.left_on + to_months(rule.longterm_months) as date) as later_on
	from entered e left join rule on rule.programme = e.programme
),

-- one row: what is said of one result of a participant inside its window; the
-- results' file comes before the participants', what is newer before what is older
said as (
	select r.project, coalesce(who.into_subject, r.subject) as subject, r.code, r.achieved, r.event_id, r.position, r.idx, r.source_line, r.date as said_on, 1 as weight
	from results_at({as_of}) r left join who on who.subject = r.subject
	union all
	select record.project, record.subject, win.code, case win.from_column when 'qualified' then qualified else improved end,
		record.event_id, record.position, record.idx, record.source_line, null, 0
	from record join win on win.programme = record.programme
	where win.from_column = 'qualified' and qualified is not null or win.from_column = 'improved' and improved is not null
),
outcome as materialized (
	select said.*, case when win.later then record.later_on else record.left_on end as counts_on
	from said
	join record on record.project = said.project and record.subject = said.subject
	join win on win.programme = record.programme and win.code = said.code
	where record.left_on is not null and (said_on is null
		or case when win.later then said_on >= record.later_on else said_on between record.left_on and record.immediate_until end)
	qualify row_number() over (partition by said.project, said.subject, said.code order by weight desc, said_on desc, said.position desc, said.idx desc) = 1
)
