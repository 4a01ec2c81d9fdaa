-- one row: a claim of a project's month was drafted, at a position that gives it again
create table claims_drafted (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, month varchar not null, number integer not null, content ubigint not null,
	total_ore bigint not null, support_ore bigint not null
);

-- one row: a claim was submitted on the date, with what stood at the position; months
-- are those it is of, with commas between
create table claims_submitted (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, month varchar not null, number integer not null, content ubigint not null,
	months varchar not null, final boolean not null, total_ore bigint not null, support_ore bigint not null, settled_ore bigint not null
);

-- one row: a line of a submitted claim, as claimed
create table claim_lines (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, month varchar not null, number integer not null, ordinal integer not null,
	key varchar not null, of_month varchar not null, line varchar not null, minutes integer not null,
	rate_ore bigint not null, ore bigint not null, corrects integer, late_ore bigint not null, corrected_ore bigint not null,
	rates_ore bigint not null, rules_ore bigint not null
);

-- one row: what was decided of a claim on the date
create table claims_decided (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, month varchar not null, number integer not null, approved_ore bigint not null,
	why_sealed varchar not null
);

-- one row: support was paid for a claim on the date
create table claims_paid (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, month varchar not null, number integer not null, ore bigint not null
);

-- one row: support was paid before any cost on the date
create table advances (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, ore bigint not null
);
