-- one row: a stretch of taking part in a project, with what is known on entry
create table participations (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, organisation uuid, project varchar not null, start_on date, end_on date, age integer, status varchar, unemployed_since date,
	education integer, citizenship varchar, homeless boolean, rural boolean, qualified boolean, improved boolean, special_sealed varchar
);

-- one row: whether somebody achieved a result of a project on the date
create table results (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, project varchar not null, code varchar not null, achieved boolean not null
);

-- one row: support given to an organisation as a firm; an amount in sek has no eur,
-- eligible_cost is in SEK
create table aid (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	organisation uuid not null, project varchar not null, eur decimal(18,2), rule varchar not null, source varchar not null,
	sek decimal(18,2), eligible_cost decimal(18,2), disadvantaged boolean not null
);

-- one row: what the special categories of erased people add to a project's figures
create table frozen (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, contributions_sealed varchar not null
);

-- one row: what a project as such adds to an indicator of entities
create table project_entities (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, indicator varchar not null, value integer not null
);
