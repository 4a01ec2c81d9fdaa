-- one row: a file that proves something of a project; with a session it is the
-- signed list of that one, with a voucher (year, series, number) its receipt
create table evidence (
	event_id uuid not null, position ubigint not null, idx uinteger not null, superseded_at ubigint,
	source_line uinteger not null, source_column uinteger not null, date date,
	project varchar not null, session uuid, sha256 varchar not null, voucher varchar
);
