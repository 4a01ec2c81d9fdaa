-- one row: a person who is another one, recorded twice
create table person_merges (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, into_subject uuid not null
);

-- one row: something that changes how a person may be shown, or an organisation
-- that is one: restricted, erased, protected, unprotected
create table person_states (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, state varchar not null
);
