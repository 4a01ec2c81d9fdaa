package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
)

// CopyTo writes a copy of the record as it stands into a new file, while others
// write. It is SQLite's own copy of one state: copying the file would miss what
// is in its WAL.
func (d *DB) CopyTo(ctx context.Context, path string) error {
	if _, err := d.db.ExecContext(ctx, "vacuum into ?", path); err != nil {
		return fmt.Errorf("copy the access record: %w", err)
	}
	return nil
}

// Restore takes the entries of a copy into this record, first, and after them
// those of its own that the copy has not: what somebody saw between a backup and
// now is never forgotten by restoring it. A record that goes on from the copy
// stays as it is. It gives how many entries of its own stand after the copy's.
// Several processes may have the record open: they see all of it or nothing.
func (d *DB) Restore(ctx context.Context, path string) (own int, err error) {
	// Entries are hashed anew where they are moved: one that was changed by hand
	// would look like one that was not.
	found, err := d.Verify(ctx)
	if err != nil {
		return 0, err
	}
	if found.Finding != nil {
		return 0, domain.Refuse(domain.Unhealthy, domain.T("access.db, som finns här redan, är inte hel", "access.db, which is here already, is not whole"),
			domain.T("flytta undan den först", "move it away first"))
	}
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "attach database ? as copy", path); err != nil {
		return 0, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "detach database copy")
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if own, err = restore(ctx, tx); err != nil {
		return 0, fmt.Errorf("restore the access record: %w", err)
	}
	return own, tx.Commit()
}

// restore moves the entries, in a transaction that has the copy attached.
func restore(ctx context.Context, tx *sql.Tx) (own int, err error) {
	// Two entries with the same hash have the same ones before them.
	var shared, copied uint64
	err = tx.QueryRowContext(ctx, `select (select coalesce(max(e.n), 0) from main.entries e join copy.entries c on c.n = e.n and c.chain = e.chain),
		(select coalesce(max(n), 0) from copy.entries)`).Scan(&shared, &copied)
	if err != nil {
		return 0, err
	}
	after, err := since(ctx, tx, shared)
	if err != nil || shared == copied {
		return len(after), err
	}
	// The triggers forbid to change an entry, so the tables are made anew.
	copying := "insert into main.entries select * from copy.entries; insert into main.seen select * from copy.seen;"
	var releases int
	if err = tx.QueryRowContext(ctx, "select count(*) from copy.sqlite_schema where name = 'releases'").Scan(&releases); releases > 0 {
		for _, table := range []string{"releases", "members", "crowds", "given"} {
			copying += fmt.Sprintf("insert into main.%[1]s select * from copy.%[1]s;", table)
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "drop table entries; drop table seen; drop table releases; drop table members; drop table crowds; drop table given;"+schema+releaseSchema+copying)
	}
	for i := range after {
		e := &after[i]
		err = errors.Join(err, e.add(ctx, tx, e.whom))
		if e.release != nil && err == nil {
			err = e.release.write(ctx, tx, &e.Entry, e.release.ordered())
		}
	}
	return len(after), err
}

// movedEntry is an entry with whom it showed.
type movedEntry struct {
	Entry
	whom    []uuid.UUID
	release *Release
}

// since are the entries after one, in order.
func since(ctx context.Context, tx *sql.Tx, n uint64) ([]movedEntry, error) {
	seen, err := tx.QueryContext(ctx, "select entry, subject from main.seen where entry > ? order by entry, subject", int64(n))
	if err != nil {
		return nil, err
	}
	defer seen.Close()
	rows, err := tx.QueryContext(ctx, "select "+columns+" from main.entries where n > ? order by n", int64(n))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	releases, err := releasedBy(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	var out []movedEntry
	subjects := seenRows{rows: seen}
	for rows.Next() {
		var e movedEntry
		if err := e.scan(rows); err != nil {
			return nil, err
		}
		if e.whom, err = subjects.of(int64(e.N)); err != nil {
			return nil, err
		}
		e.release = releases[e.N]
		out = append(out, e)
	}
	return out, rows.Err()
}
