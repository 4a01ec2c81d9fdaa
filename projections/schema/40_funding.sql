-- one row: what somebody of the staff worked for a project on the date
create table staff_time (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, project varchar not null, function varchar not null, minutes integer not null,
	activity_sealed varchar not null, activity_mark varchar not null
);

-- one row: a voucher of the bookkeeping, booked on the date; no paid: not known to be
create table vouchers (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	year_start date not null, series varchar not null, number varchar not null, mark varchar not null, settled varchar,
	paid date, text_sealed varchar not null
);

-- one row: a row of a voucher that is booked on a project; debit is positive
create table costs (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	year_start date not null, series varchar not null, number varchar not null, ordinal integer not null,
	project varchar not null, account integer not null, ore bigint not null, invoice varchar, settled varchar, paid date
);

-- one row: the line of the budget that costs on accounts belong to
create table account_lines (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	from_account integer not null, to_account integer not null, line varchar not null
);

-- one row: what a unit of a currency cost from the date on
create table exchange_rates (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	currency varchar not null, sek decimal(18,6) not null
);

-- one row: what somebody outside gave to a project: money, or in kind
create table contributions (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	organisation uuid, project varchar not null, form varchar not null, public boolean not null, line varchar not null,
	ore bigint not null, mark varchar not null, text_sealed varchar not null
);

-- one row: two organisations that are one single undertaking from the date on
create table organisation_links (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	organisation uuid not null, with_organisation uuid not null
);

-- n / d in whole öre: half-away to the nearest with halves away from zero,
-- half-even with halves to the even one, down towards zero
create macro rounded(n, d, how) as cast(sign(n) * case how
	when 'down' then abs(n) // d
	when 'half-even' then abs(n) // d + case when 2 * (abs(n) % d) > d or 2 * (abs(n) % d) = d and (abs(n) // d) % 2 = 1 then 1 else 0 end
	else (2 * abs(n) + d) // (2 * d) end as bigint);
