-- The file is a cache of the log: delete it, and `utfall rebuild` makes it again.
-- No primary or foreign keys: uniqueness comes from the log.

-- one row: how far the log is projected, written in the transaction of its rows
create table checkpoint (position ubigint not null);
insert into checkpoint values (0);

-- one row: which schema and projections made this file
create table made_by (version varchar not null);

-- one row: one batch
create table batches (
	position    ubigint not null,
	batch_id    varchar not null,
	recorded_on date    not null, -- in Europe/Stockholm
	actor       varchar not null, -- a user or an account, never a name
	kind        varchar not null,
	sha256      varchar not null,
	file_sealed varchar not null,
	sheet_sealed varchar not null,
	program     varchar not null,
	events      uinteger not null,
	undoes      ubigint -- the batch an undo took back
);

-- Every fact table starts with the same columns:
--   event_id, position, idx   the event that made the row, and its place in the log
--   superseded_at             position of the event that corrected it, null while it holds
--   source_line, source_column  where in the batch's file it stood, 0 when it came from none
--   date                      the day it happened, or holds from; null when it has none
