-- one row: the participant file of a project's month was made, at a position of
-- the log that gives the same file again
create table scb_made (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, month varchar not null, issue integer not null, content ubigint not null, digest varchar not null,
	participants integer not null, minutes integer not null, template varchar not null,
	lang varchar not null, filled varchar not null, without_number integer not null
);

-- one row: an issue of a month's participant file was submitted, on the date
create table scb_submitted (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, month varchar not null, issue integer not null
);
