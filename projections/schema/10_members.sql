-- one row: whose installation this is
create table owners (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	name varchar not null, number varchar not null
);

-- one row: an organisation and its number; a sole trader's stands in the vault only
create table organisations (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	organisation uuid not null, number varchar, sole boolean not null
);

-- one row: what an organisation is like from a date on; no date: from the beginning
create table organisation_facts (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	organisation uuid not null, name varchar, municipality varchar, sni varchar, employees integer, turnover decimal(18,2)
);

-- one row: an organisation that is another one
create table organisation_merges (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	organisation uuid not null, into_organisation uuid not null
);

-- one row: one period of membership; no member_to: still a member
create table memberships (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	organisation uuid not null, member_from date not null, member_to date
);

-- one row: how many sessions of a type a term should hold
create table plan (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	kind varchar not null, term varchar not null, count integer not null
);

-- one row: how many organisations of the field a municipality has on the date
create table denominators (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	municipality varchar not null, count integer not null, source varchar not null
);
