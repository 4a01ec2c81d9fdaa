package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"utfall/domain"
)

// schema: one row per commit holds one or several whole batches. Nothing is
// ever changed or removed; the triggers make mistakes loud, not impossible.
// The short columns stand before the long one, so that reading them does not
// walk through the body.
const schema = `
create table if not exists commits (
	first   integer primary key check (first > 0), -- position of its first batch
	batches integer not null check (batches > 0),
	ids     blob    not null,                      -- ids of the batches, length-prefixed
	tree    blob    not null,                      -- the hashes these batches add to the tree
	body    blob    not null                       -- the batches, as batch.go writes them
) strict;
create table if not exists imports (id text primary key, position integer not null) strict, without rowid;
create trigger if not exists commits_no_update before update on commits begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists commits_no_delete before delete on commits begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists imports_no_update before update on imports begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists imports_no_delete before delete on imports begin select raise(abort, 'the log is append-only'); end;
`

// Format is the format of the log this program writes. 2 has the tree; 1 is the
// same log without it, and is given one when it is opened.
const Format = 2

const applicationID = 0x75746c67 // "utlg"

// prepare makes a new log's tables, upgrades an older log, and refuses what is
// no log or one of a newer program.
func (l *Log) prepare() error {
	var app, version int
	if err := l.db.QueryRow("select (select * from pragma_application_id), (select * from pragma_user_version)").Scan(&app, &version); err != nil {
		return err
	}
	switch {
	case app == applicationID && version > Format:
		return domain.Refuse(domain.Unhealthy,
			domain.Tf("loggen har format %d, det här programmet läser %d", "the log has format %d, this program reads %d", version, Format),
			domain.T("använd en nyare version av utfall", "use a newer version of utfall"))
	case app == applicationID && version == Format:
		return nil
	case app != 0 && app != applicationID:
		return errNoLog
	}
	tx, err := l.db.Begin() // BEGIN IMMEDIATE: of two processes, the second finds it done
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.QueryRow("select * from pragma_user_version").Scan(&version); err != nil || version == Format {
		return err
	}
	if version == 1 {
		err = growTree(tx)
	} else {
		_, err = tx.Exec(schema)
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf("pragma application_id = %d; pragma user_version = %d;", applicationID, Format)); err != nil {
		return err
	}
	return tx.Commit()
}

var errNoLog = errors.New("this SQLite file is not a log of utfall")

// growTree gives a log of format 1 its tree, in the transaction given. The
// batches stay as they are, byte for byte.
func growTree(tx *sql.Tx) error {
	_, err := tx.Exec(`drop trigger commits_no_update; drop trigger commits_no_delete; drop trigger imports_no_update; drop trigger imports_no_delete;
		alter table commits rename to commits_1;` + schema)
	if err != nil {
		return err
	}
	var edge frontier
	for at := int64(0); ; {
		var first, batches int64
		var ids, body []byte
		err := tx.QueryRow("select first, batches, ids, body from commits_1 where first > ? order by first limit 1", at).Scan(&first, &batches, &ids, &body)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return err
		}
		var tree []byte
		for rest := body; len(rest) > 0; {
			record, after, err := cutRecord(rest)
			if err != nil {
				return fmt.Errorf("read batch %d: %w", edge.size+1, err)
			}
			leaf, _ := leafHash(record.header, record.sum(), nil)
			tree = edge.add(leaf, tree)
			rest = after
		}
		if _, err := tx.Exec("insert into commits (first, batches, ids, tree, body) values (?, ?, ?, ?, ?)", first, batches, ids, tree, body); err != nil {
			return err
		}
		at = first
	}
	_, err = tx.Exec("drop table commits_1")
	return err
}

// checkSchema refuses tables, indexes or triggers other than the log's own: a
// file with others is not what this program wrote.
func checkSchema(ctx context.Context, db *sql.DB) error {
	fresh, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		return err
	}
	defer fresh.Close()
	fresh.SetMaxOpenConns(1)
	if _, err := fresh.ExecContext(ctx, schema); err != nil {
		return err
	}
	var want, got string
	const list = "select coalesce(group_concat(type || name || tbl_name || coalesce(sql, ''), x'0a' order by type, name), '') from sqlite_schema"
	err = errors.Join(fresh.QueryRowContext(ctx, list).Scan(&want), db.QueryRowContext(ctx, list).Scan(&got))
	if err == nil && want != got {
		err = errors.New("its tables or triggers are not those of a log")
	}
	return err
}
