-- one row: what one EUR cost in kronor from a day on, in millionths: the row recorded last
, eur_rate as (
	select date, cast(sek * 1000000 as bigint) as rate from exchange_rates_at({as_of})
	where currency = 'EUR' and date is not null
	qualify row_number() over (partition by date order by position desc, idx desc) = 1
)
-- one row: aid to an organisation, as the one it counts as after merges: what was
-- given in cents and in öre, the rate of its day, and what it is in cents of EUR and
-- in öre: nothing where that would take a rate and there is none
select a.event_id, org.canonical, a.project, a.rule, strftime(a.date, '%Y-%m-%d'), cast(a.eur * 100 as bigint), cast(a.sek * 100 as bigint), r.rate, coalesce(strftime(r.date, '%Y-%m-%d'), ''),
	coalesce(cast(a.eur * 100 as bigint), rounded(cast(a.sek * 100 as hugeint) * 1000000, r.rate, 'half-away')),
	coalesce(cast(a.sek * 100 as bigint), rounded(cast(a.eur * 100 as hugeint) * r.rate, 1000000, 'half-away')),
	cast(a.eligible_cost * 100 as bigint), a.disadvantaged, a.source
from aid_at({as_of}) a join org on org.organisation = a.organisation
asof left join eur_rate r on a.date >= r.date
where a.date is not null
order by a.date, a.position, a.idx
