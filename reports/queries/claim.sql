-- What projects may claim, after the prelude and hours.sql. The engine fills in
-- {funding_rules}, {cost_options} and {staff_rates} of our own rule sets.
--
-- A line of a claim is what one key adds up to: one person, function and month;
-- one row of a voucher by account. It is rounded once, and what each entry adds is
-- the rounded sum with it less the rounded sum without it and those after it, so
-- that entries add up to the line to the öre.

fund_rule(programme, year_minutes, day_minutes, in_budget, self_employed_counts, paid_only, rounding, evidence_minimum) as (values {funding_rules}),
cost_option(programme, code, flat_rate, others) as (values {cost_options}),
staff_rate(programme, function, region, from_on, rate) as (values {staff_rates}),

-- one row: a project and what its grant says of money; shares in millionths
funded as (
	select p.project, p.programme, p.start_on, p.end_on, r.* exclude (programme, self_employed_counts),
		case when lower(p.body->>'region') in (select region from staff_rate) then lower(p.body->>'region') else '' end as region,
		coalesce(cast(p.body->>'self_employed_counts' as boolean), r.self_employed_counts, true) as self_employed_counts,
		coalesce(cast(p.body->>'vat_eligible' as boolean), false) as vat_eligible,
		cast(cast(nullif(p.body->>'lump_sum', '') as decimal(18,2)) * 100 as bigint) as lump_sum, p.event_id, p.position, p.idx, p.source_line,
		cast(coalesce(cast(nullif(p.body->>'cofinancing_share', '') as decimal(18,6)), 0) * 1000000 as bigint) as own_share,
		cast(cast(nullif(p.body->>'participant_unit_cost', '') as decimal(18,2)) * 100 as bigint) as participant_rate,
		coalesce(o.flat_rate, 0) as flat_rate, coalesce(o.others, true) as others
	from projects_at({as_of}) p
	left join fund_rule r on r.programme = coalesce((select any_value(programme) from fund_rule where programme = p.programme), 'other')
	left join cost_option o on o.programme = r.programme and o.code = cast(coalesce(p.body->>'simplified_cost_option', '0') as integer)
),

-- one row: the unit cost of a function by the grant, from a day on
grant_rate as (
	select project, lower(trim(regexp_replace(u.function, '\s+', ' ', 'g'))) as function, coalesce(cast(nullif(u."from", '') as date), date '0001-01-01') as from_on,
		max(cast(cast(u.sek_per_hour as decimal(18,2)) * 100 as bigint)) as rate
	from (select project, unnest(from_json(body->'unit_costs', '[{"function":"varchar","sek_per_hour":"varchar","from":"varchar"}]')) as u from projects_at({as_of}))
	group by all
),

-- one row: the unit cost of a participant's hour by status, from a day on
participant_cost as (
	select project, u.category as status, coalesce(cast(nullif(u."from", '') as date), date '0001-01-01') as from_on,
		max(cast(cast(u.sek_per_hour as decimal(18,2)) * 100 as bigint)) as rate
	from (select project, unnest(from_json(body->'participant_costs', '[{"category":"varchar","sek_per_hour":"varchar","from":"varchar"}]')) as u from projects_at({as_of}))
	group by all
),

-- one row: time of a project's staff in its period with its unit cost: the grant's,
-- else the rule set's; payable are its minutes unless there is no unit cost, or the
-- grant does not have the function where the rule set asks for that
worked as (
	select t.*, case when rate is null or asks_grant and not in_grant then 0 else minutes end as payable
	from (
		select t.event_id, t.position, t.idx, t.source_line, t.date, coalesce(who.into_subject, t.subject) as subject, t.project, t.function, t.minutes,
			f.day_minutes, f.year_minutes, f.programme, f.rounding, f.flat_rate, strftime(t.date, '%Y-%m') as month,
			coalesce(g.rate, r.rate) as rate, coalesce(case when g.rate is not null then g.from_on else r.from_on end, date '0001-01-01') as rate_from,
			g.rate is not null as in_grant, f.in_budget and exists (select 1 from grant_rate any_of where any_of.project = t.project) as asks_grant
		from staff_time_at({as_of}) t join funded f on f.project = t.project
		left join who on who.subject = t.subject
		asof left join grant_rate g on g.project = t.project and g.function = t.function and t.date >= g.from_on
		asof left join staff_rate r on r.programme = f.programme and r.function = t.function and r.region = f.region and t.date >= r.from_on
		where t.date between f.start_on and f.end_on) t
),

-- one row: the same, with the payable minutes over the ceiling of the person's day:
-- those that were recorded last
daily as (
	select *, case when day_minutes > 0 then greatest(0, least(payable, sum(payable) over (partition by subject, date order by position, idx rows unbounded preceding) - day_minutes)) else 0 end as over_day
	from worked
),

-- one row: the same, with the minutes over the ceiling of the person's year: the last ones
priced as (
	select *, case when year_minutes > 0 then greatest(0, least(payable - over_day,
		sum(payable - over_day) over (partition by subject, year(date) order by date, position, idx rows unbounded preceding) - year_minutes)) else 0 end as over_year
	from daily
),

-- one row: what a stretch of staff time adds
staff_charge as (
	select * replace (payable - over_day - over_year as minutes), rounded(so_far * rate, 60, rounding) - rounded((so_far - (payable - over_day - over_year)) * rate, 60, rounding) as ore
	from (
		select *, 'staff ' || month || ' ' || subject || ' ' || function || case when day(rate_from) > 1 and strftime(rate_from, '%Y-%m') = month and date >= rate_from then ' ' || rate_from else '' end as key,
			sum(payable - over_day - over_year) over (partition by project, month, subject, function, rate_from order by date, position, idx rows unbounded preceding)::bigint as so_far
		from priced where payable > 0)
),

-- one row: what it adds by a flat rate on staff
flat_charge as (
	select * replace ('flat-rate ' || month as key, rounded(so_far::hugeint * flat_rate, 1000000, rounding) - rounded((so_far - ore)::hugeint * flat_rate, 1000000, rounding) as ore)
	from (select * exclude (so_far), sum(ore) over (partition by project, month order by date, position, idx rows unbounded preceding)::bigint as so_far from staff_charge where flat_rate > 0)
),

-- one row: reported minutes of a participant, or what rounding takes of a month
attended_time as (
	select event_id, position, idx, source_line, date, subject, organisation, project, minutes, 0 as rounding_part from reported
	union all by name
	select event_id, position, idx, source_line, date, subject, project, minutes, 1 as rounding_part from rounding
),

-- one row: the same, with its unit cost: that of the status on entry, else the one of all
valued as (
	select t.*, p.status, coalesce(c.rate, f.participant_rate) as rate, f.rounding as how, f.self_employed_counts, strftime(t.date, '%Y-%m') as month,
		coalesce(c.from_on, date '0001-01-01') as rate_from
	from attended_time t join funded f on f.project = t.project
	left join participant p on p.project = t.project and p.subject = t.subject
	asof left join participant_cost c on c.project = t.project and c.status = p.status and t.date >= c.from_on
),

-- one row: what a participant's attendance adds
participant_charge as (
	select *, rounded(so_far * rate, 60, how) - rounded((so_far - minutes) * rate, 60, how) as ore
	from (
		select *, 'participants ' || month || ' ' || subject || case when day(rate_from) > 1 and strftime(rate_from, '%Y-%m') = month then ' ' || rate_from else '' end as key,
			sum(minutes) over (partition by project, month, subject, rate_from order by date, position, idx, rounding_part rows unbounded preceding)::bigint as so_far
		from valued where rate is not null and (self_employed_counts or coalesce(status, '') <> 'self-employed'))
),

-- one row: something given in kind, a cost and co-financing at once
in_kind_charge as (
	select c.*, strftime(c.date, '%Y-%m') as month, 'in-kind ' || strftime(c.date, '%Y-%m') || ' ' || coalesce(cast(org.canonical as varchar), '-') || ' ' || c.line || ' ' || c.mark as key
	from contributions_at({as_of}) c join funded f on f.project = c.project
	left join org on org.organisation = c.organisation
	where c.form = 'in-kind' and f.others and c.date between f.start_on and f.end_on
),

-- one row: an account that is booked on, and its line of the budget: by the narrowest
-- range that has it
account_line as (
	select c.account, arg_min(a.line, (a.to_account - a.from_account, a.from_account, a.position, a.idx)) as line
	from (select distinct account from costs_at({as_of})) c join account_lines_at({as_of}) a on c.account between a.from_account and a.to_account
	group by c.account
),

-- one row: a row of a voucher on a project, the budget's line it belongs to, and
-- why it is not claimed
booked as (
	select c.*, strftime(c.date, '%Y-%m') as month, coalesce(a.line, 'other') as line, f.evidence_minimum,
		case when c.date not between f.start_on and f.end_on then 'period'
			when c.account between 2640 and 2649 and f.vat_eligible then case when f.others then null else 'flat-rate' end
			when c.account between 2640 and 2649 then 'vat'
			when c.account between 7000 and 7699 then 'personnel'
			when a.line is null and mapped.any_line and c.account between 4000 and 6999 then 'unmapped'
			when a.line is null and (mapped.any_line or c.account not between 4000 and 6999) then 'no-cost'
			when a.line = 'none' then 'none'
			when a.line = 'staff' then 'personnel'
			when a.line = 'indirect' and f.flat_rate > 0 or a.line <> 'income' and not f.others or a.line is null and not f.others then 'flat-rate'
			when f.paid_only and c.paid is null then 'unpaid' end as why
	from costs_at({as_of}) c join funded f on f.project = c.project
	left join account_line a on a.account = c.account
	cross join (select count(*) > 0 as any_line from account_lines_at({as_of})) mapped
),

-- one row: what an entry adds to a line of a claim, in öre
charge as (
	select c.*, asked.project as of_project from (
		select event_id, position, idx, source_line, date, subject, project, 'staff' as kind, 'staff' as line, key, month, minutes, rate, ore from staff_charge
		union all by name
		select event_id, position, idx, source_line, date, subject, project, 'flat-rate' as kind, 'flat-rate' as line, key, month, ore from flat_charge
		union all by name
		select event_id, position, idx, source_line, date, subject, organisation, project, 'participants' as kind, 'participants' as line, key, month, minutes, rate, ore from participant_charge
		union all by name
		select event_id, position, idx, source_line, date, organisation, project, 'in-kind' as kind, line, key, month, ore from in_kind_charge
		union all by name
		select event_id, position, idx, source_line, date, project, 'other' as kind, line, month, ore,
			concat_ws(' ', 'other', month, year_start, replace(series, ' ', '_'), replace(number, ' ', '_'), account, line) as key from booked where why is null
	) c cross join asked where asked.project in ('', c.project) and c.project not in (select project from funded where lump_sum is not null)
	-- A lump sum takes the place of all else, and falls due with the last claim.
	union all by name
	select f.event_id, f.position, f.idx, f.source_line, f.end_on as date, f.project, 'lump-sum' as kind, 'lump-sum' as line, 'lump-sum ' || strftime(f.end_on, '%Y-%m') as key,
		strftime(f.end_on, '%Y-%m') as month, f.lump_sum as ore, asked.project as of_project
	from funded f cross join asked where asked.project in ('', f.project) and f.lump_sum is not null
),

-- one row: what somebody outside gave in money
cash as (
	select c.*, strftime(c.date, '%Y-%m') as month from contributions_at({as_of}) c join funded f on f.project = c.project cross join asked
	where c.form = 'cash' and c.date between f.start_on and f.end_on and asked.project in ('', c.project)
),

-- one row: a project's month: what was claimed and what was given until its end
until_month as (
	select project, month, max(date) as date, arg_max(event_id, (date, position, idx)) as event_id, arg_max(position, (date, position, idx)) as position,
		arg_max(idx, (date, position, idx)) as idx, arg_max(source_line, (date, position, idx)) as source_line,
		sum(coalesce(sum(ore) filter (where not given), 0)) over upto as total, sum(coalesce(sum(ore) filter (where own), 0)) over upto as own
	from (select project, month, date, event_id, position, idx, source_line, ore, kind in ('participants', 'in-kind') as own, false as given from charge
		union all select project, month, date, event_id, position, idx, source_line, ore, true, true from cash)
	group by project, month
	window upto as (partition by project order by month)
),

-- one row: the same, with the support of it all, and what of it is lost for want of
-- co-financing
supported as (
	select m.*, case when f.own_share > 0 and f.lump_sum is null then greatest(0, rounded(total::hugeint * (1000000 - own_share), 1000000, rounding)
			- rounded(own::hugeint * (1000000 - own_share), own_share, rounding)) else 0 end as lost
	from until_month m join funded f on f.project = m.project
),

-- one row: what an entry adds to the support, or what a month takes from it
support as (
	select event_id, position, idx, source_line, date, subject, organisation, project, line, month, null as part,
		rounded(so_far::hugeint * (1000000 - own_share), 1000000, rounding) - rounded((so_far - ore)::hugeint * (1000000 - own_share), 1000000, rounding) as ore
	from (
		select c.*, f.own_share, f.rounding, sum(c.ore) over (partition by c.project order by c.month, c.date, c.position, c.idx, c.kind, c.key, c.ore rows unbounded preceding)::bigint as so_far
		from charge c join funded f on f.project = c.project)
	union all by name
	select event_id, position, idx, source_line, project, month, date, '-' as part, coalesce(lag(lost) over (partition by project order by month), 0) - lost as ore
	from supported qualify ore <> 0
)
