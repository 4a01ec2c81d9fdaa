-- one row: an activity and the name it goes by
create table activities (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	activity uuid not null, name varchar not null
);

-- one row: an activity that is another one, spelled otherwise
create table activity_merges (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	activity uuid not null, into_activity uuid not null
);

-- one row: one occasion of an activity on the date
create table sessions (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	session uuid not null, activity uuid not null, kind varchar not null, start_minute integer, end_minute integer,
	break_minutes integer, planned_minutes integer, municipality varchar, project varchar not null, place_sealed varchar not null
);

-- one row: what statistics know of a person
create table persons (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, sex varchar not null
);

-- one row: somebody was, or was not, at a session
create table attendance (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, organisation uuid, session uuid not null, role varchar not null,
	present boolean not null, minutes integer, certified boolean not null, certified_by varchar, age integer
);

-- one row: heads counted at a session, names unknown
create table headcounts (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	session uuid not null, heads integer not null
);

-- one row: a project as the grant decision describes it; body is the whole event as JSON
create table projects (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, name varchar not null, programme varchar not null, start_on date not null, end_on date not null, small_cell_k integer not null, body varchar not null
);
