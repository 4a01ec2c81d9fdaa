-- one row: a survey; body is the whole definition as JSON
create table surveys (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	survey varchar not null, project varchar not null, body varchar not null
);

-- one row: one item of a survey, in order
create table survey_items (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	survey varchar not null, item varchar not null, ordinal integer not null, kind varchar not null,
	min_value integer not null, max_value integer not null, reversed boolean not null
);

-- one row: what one respondent answered in a wave
create table responses (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, survey varchar not null, wave varchar not null, answer_key varchar not null,
	matched boolean not null, complete boolean not null
);

-- one row: the answer to one item, as answered; several rows for several choices
create table answers (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, survey varchar not null, wave varchar not null, item varchar not null,
	value double, choice varchar, words_sealed varchar
);
