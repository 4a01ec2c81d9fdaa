package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"utfall/domain"
	"utfall/sqlite"
)

// schema: one row of entries is one entry, and is never changed or removed; the
// triggers make mistakes loud, the hashes make them found. Whom an access
// showed stands in seen, once a subject, in the order they are looked up by.
const schema = `
create table entries (
	n         integer primary key check (n > 0), -- 1, 2, 3 … without gaps
	at        integer not null,                  -- nanoseconds since 1970, UTC
	kind      text    not null check (kind in ('user.added', 'user.revoked', 'recipient.added', 'recipient.revoked', 'access.granted', 'access.refused')),
	account   text    not null,                  -- the account of the computer, uid:1000
	actor     text    not null,                  -- user:ID, or the account when no user acts
	action    text    not null,
	project   text    not null,
	what      text    not null,
	position  integer not null,                  -- of the log
	lines     integer not null,                  -- rows shown
	subjects  integer not null,                  -- how many rows of seen belong to it
	shown     blob    not null,                  -- SHA-256 over those, in order; empty when there are none
	recipient blob    not null,                  -- id, or empty
	why       text    not null,                  -- sealed
	about     blob    not null,                  -- id of the user or recipient added or revoked, or empty
	body      text    not null,                  -- what was added, as JSON
	chain     blob    not null check (length(chain) = 32)
) strict;
create index roster on entries (n) where about <> x'';
create table seen (
	subject blob    not null check (length(subject) = 16),
	entry   integer not null,
	primary key (subject, entry)
) strict, without rowid;
create trigger entries_no_update before update on entries begin select raise(abort, 'the access record is append-only'); end;
create trigger entries_no_delete before delete on entries begin select raise(abort, 'the access record is append-only'); end;
create trigger seen_no_update before update on seen begin select raise(abort, 'the access record is append-only'); end;
create trigger seen_no_delete before delete on seen begin select raise(abort, 'the access record is append-only'); end;
`

const (
	applicationID = 0x75746661 // "utfa"
	formatVersion = 2          // 1 had no releases
)

// DB is an open access record. Several processes may have one open at once.
type DB struct{ db *sql.DB }

// Path is where the access record lies in a data directory.
func Path(dir string) string { return filepath.Join(dir, "access.db") }

// Open opens the access record of a data directory, and makes it when there is
// none yet.
func Open(dir string) (*DB, error) {
	if err := create(Path(dir)); err != nil {
		return nil, err
	}
	db, err := settings.Open(Path(dir), false)
	if err != nil {
		return nil, err
	}
	if err := prepare(db); err != nil {
		return nil, errors.Join(fmt.Errorf("open the access record: %w", err), db.Close())
	}
	return &DB{db}, nil
}

// Close closes the record.
func (d *DB) Close() error { return d.db.Close() }

// create makes an empty file that nobody else may read; SQLite gives the files
// it makes beside it the same mode. A file that is there is not opened here:
// closing it would drop the locks SQLite holds on it in this process.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// settings are what the record's file must be like. In WAL mode a commit is one fsync, and
// is through when it returns; with a rollback journal it would take the directory
// to be synced as well.
var settings = sqlite.Register("sqlite3_access", sqlite.Kind{Of: "the access record", Journal: "wal"})

// prepare makes the tables of a new file, and refuses what is no access record
// or one of a newer program.
func prepare(db *sql.DB) error {
	app, version, err := identify(db)
	if err != nil || app == applicationID && version == formatVersion {
		return err
	}
	tx, err := db.Begin() // BEGIN IMMEDIATE: of two processes, the second finds it done
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var tables int
	if app, version, err = identify(tx); err != nil {
		return err
	}
	if err := tx.QueryRow("select count(*) from sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	switch {
	case app == applicationID && version == formatVersion:
		return nil
	case app == applicationID && version == 1: // what was released before is not known of it
		if _, err := tx.Exec(releaseSchema + fmt.Sprintf("pragma user_version = %d;", formatVersion)); err != nil {
			return err
		}
		return tx.Commit()
	case app == applicationID:
		return domain.Refuse(domain.Unhealthy, domain.Tf("access.db har format %d, det här programmet läser %d", "access.db has format %d, this program reads %d", version, formatVersion),
			domain.T("använd en nyare version av utfall", "use a newer version of utfall"))
	case app != 0 || tables > 0:
		return domain.Refuse(domain.Unhealthy, domain.T("access.db är inget åtkomstregister", "access.db is no access record"),
			domain.T("lägg tillbaka den som hör till datakatalogen", "put the one that belongs to the data directory back"))
	}
	if _, err := tx.Exec(schema + releaseSchema + fmt.Sprintf("pragma application_id = %d; pragma user_version = %d;", applicationID, formatVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func identify(q querier) (app, version int, err error) {
	err = q.QueryRowContext(context.Background(), "select (select * from pragma_application_id), (select * from pragma_user_version)").Scan(&app, &version)
	return app, version, err
}
