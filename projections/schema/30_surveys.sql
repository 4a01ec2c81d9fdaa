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
	min_value integer not null, max_value integer not null, reversed boolean not null,
	item_version integer not null, comparable_from integer not null, level varchar
);

-- one row: what one respondent answered in a wave
create table responses (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, survey varchar not null, wave varchar not null, answer_key varchar not null,
	matched boolean not null, complete boolean not null, activity uuid
);

-- one row: the answer to one item, as answered; several rows for several choices.
-- state is null for an answer, else no_opinion or not_shown
create table answers (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, survey varchar not null, wave varchar not null, item varchar not null,
	value double, choice varchar, words_sealed varchar, state varchar, item_version integer not null
);

-- one row: somebody asked to answer a wave; subject is the participant, where
-- that is known, respondent is who the answer comes from
create table invitations (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid, survey varchar not null, wave varchar not null, respondent uuid not null, status varchar
);

-- one row: the free text of an answer, let through to recipients
create table texts_released (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	subject uuid not null, survey varchar not null, wave varchar not null, item varchar not null,
	answer uuid not null, words_sealed varchar not null
);
