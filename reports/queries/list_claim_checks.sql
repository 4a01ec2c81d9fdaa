-- one row: something to look at before the months are claimed; why is a code the
-- report puts into words, n how many, ore what they come to
, months as (select unnest(string_split(?, ',')) as month),
costs_here as (select * from booked b join asked on asked.project = b.project where b.month in (select month from months)),
staff_here as (select p.* from priced p join asked on asked.project = p.project where p.month in (select month from months)),
-- one row: minutes of a person's day in another project beside those of this one
elsewhere as (
	select s.event_id, s.subject, s.date, s.minutes as minutes from staff_here s
	where exists (select 1 from worked o where o.subject = s.subject and o.date = s.date and o.project <> s.project and o.minutes > 0)
)
select code, n, ore, what from (
	select 1 as nr, 'unpaid' as code, count(*) as n, coalesce(sum(ore), 0)::bigint as ore, coalesce(string_agg(distinct series || number, ', ' order by series || number), '') as what from costs_here where why is null and paid is null and settled = 'debt'
	union all
	select 2, 'paid-unknown', count(*), coalesce(sum(ore), 0)::bigint, coalesce(string_agg(distinct series || number, ', ' order by series || number), '') from costs_here where why is null and paid is null and settled is null
	union all
	select 3, 'invoice-twice', count(*), coalesce(sum(c.ore), 0)::bigint, coalesce(string_agg(distinct c.series || c.number, ', ' order by c.series || c.number), '')
	from costs_here c where c.why is null and exists (select 1 from costs_at({as_of}) o where o.invoice = c.invoice and o.account = c.account and (o.year_start, o.series, o.number) <> (c.year_start, c.series, c.number))
	union all
	select 4, 'in-kind-booked', count(*), coalesce(sum(k.ore), 0)::bigint, '' from in_kind_charge k join asked on asked.project = k.project
	where k.month in (select month from months) and exists (select 1 from booked c where c.project = k.project and c.why is null and c.ore = k.ore and abs(c.date - k.date) <= 31)
	union all
	select 5, 'two-projects', count(*), coalesce(sum(minutes), 0)::bigint, '' from elsewhere
	union all
	select 6, 'not-granted', count(*), coalesce(sum(minutes), 0)::bigint, coalesce(string_agg(distinct function, ', ' order by function), '') from staff_here where not in_grant
	union all
	select 7, 'day-ceiling', count(*), coalesce(sum(over_day), 0)::bigint, '' from staff_here where over_day > 0
	union all
	select 8, 'year-ceiling', count(*), coalesce(sum(over_year), 0)::bigint, '' from staff_here where over_year > 0
	union all
	select 9, 'outside', count(*), coalesce(sum(ore), 0)::bigint, coalesce(string_agg(distinct series || number, ', ' order by series || number), '') from booked b join asked on asked.project = b.project where why = 'period' and account between 3000 and 8999
	union all
	select 10, 'unmapped', count(*), coalesce(sum(ore), 0)::bigint, coalesce(string_agg(distinct cast(account as varchar), ', ' order by cast(account as varchar)), '') from costs_here where why = 'unmapped'
	union all
	select 11, 'no-evidence', count(distinct (year_start, series, number)), coalesce(sum(ore), 0)::bigint, coalesce(string_agg(distinct series || number, ', ' order by series || number), '') from costs_here c
	where c.why is null and abs(c.ore) >= c.evidence_minimum and not exists (select 1 from evidence_at({as_of}) e where e.project = c.project and e.voucher = concat_ws(' ', c.year_start, c.series, c.number))
	union all
	select 12, 'self-employed', count(distinct subject), coalesce(sum(rounded(minutes * rate, 60, how)), 0)::bigint, '' from valued v join asked on asked.project = v.project
	where status = 'self-employed' and minutes <> 0 and month in (select month from months)
) order by nr
