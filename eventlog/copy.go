package eventlog

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"utfall/domain"
)

// CopyTo writes a copy of the log as it stands into a new file, while others
// append. It is SQLite's own copy of one state: copying the file would miss
// what is in its WAL.
func (l *Log) CopyTo(ctx context.Context, path string) error {
	if _, err := l.db.ExecContext(ctx, "vacuum into ?", path); err != nil {
		return fmt.Errorf("copy the log: %w", held(l.path, err))
	}
	return nil
}

// errNotEmpty tells that only an empty log can be filled.
var errNotEmpty = domain.Refuse(domain.Refused, domain.T("loggen är inte tom", "the log is not empty"),
	domain.T("läs in en export i en ny katalog: utfall init KATALOG utan --name", "take an export into a new directory: utfall init DIR without --name"))

// fill records batches with the positions they have in an empty log, all or
// none of them: next gives one after the other, nil after the last. It gives
// the root of the tree.
func (l *Log) fill(ctx context.Context, next func() (*Batch, error)) (root Hash, err error) {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return root, err
	}
	defer conn.Close()
	err = conn.Raw(func(raw any) error {
		c := raw.(*sqlite3.SQLiteConn)
		if _, err := c.Exec("begin immediate", nil); err != nil {
			return held(l.path, err)
		}
		edge := &frontier{}
		err := fillRows(c, edge, next)
		if err == nil {
			_, err = c.Exec("commit", nil)
		}
		if err != nil {
			_, undo := c.Exec("rollback", nil)
			return errors.Join(err, undo)
		}
		root = edge.root()
		return nil
	})
	return root, err
}

func fillRows(c *sqlite3.SQLiteConn, edge *frontier, next func() (*Batch, error)) error {
	there := false
	err := eachRow(c, "select 1 from commits limit 1", nil, make([]driver.Value, 1), func() error { there = true; return nil })
	if err != nil {
		return err
	}
	if there {
		return errNotEmpty
	}
	var scratch []byte
	for done := false; !done; {
		var group []*request
		for size := 0; len(group) < maxGroup && size < bundleBytes; {
			b, err := next()
			if err != nil {
				return err
			}
			if b == nil {
				done = true
				break
			}
			if want := edge.size + uint64(len(group)) + 1; b.Position != want {
				return fmt.Errorf("%w: batch %d stands where batch %d should", ErrBatch, b.Position, want)
			}
			if err := b.check(); err != nil {
				return err
			}
			group = append(group, &request{batch: b, metadata: b.metadataKeys(), sum: sha256.Sum256(b.Payload)})
			size += len(b.Payload)
		}
		if len(group) == 0 {
			return nil
		}
		if scratch, err = insertCommit(c, group, edge, scratch); err != nil {
			return err
		}
	}
	return nil
}
