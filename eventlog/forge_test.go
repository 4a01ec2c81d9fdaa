package eventlog

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// structural changes, by name; each leaves a log that differs from the one the
// checkpoints were made of.
var structural = map[string]func(t *testing.T, s *specimen, r *rand.Rand, path string) error{
	"delete": func(t *testing.T, s *specimen, r *rand.Rand, path string) error {
		return forge(t, path, func(db *sql.DB) error {
			_, err := db.Exec(fmt.Sprintf("delete from commits where first in (select first from commits order by first limit %d offset %d)", 1+r.IntN(3), r.IntN(100)))
			return err
		})
	},
	"insert": func(t *testing.T, s *specimen, r *rand.Rand, path string) error {
		return forge(t, path, func(db *sql.DB) error { return shift(db, r, true) })
	},
	"reorder": func(t *testing.T, s *specimen, r *rand.Rand, path string) error {
		return forge(t, path, func(db *sql.DB) error {
			var a, b int64
			if err := db.QueryRow(fmt.Sprintf("select first, (select first from commits where first > c.first order by first limit 1) from commits c order by first limit 1 offset %d", r.IntN(100))).Scan(&a, &b); err != nil {
				return err
			}
			for _, column := range []string{"ids", "tree", "body", "batches"} {
				if _, err := db.Exec(fmt.Sprintf("update commits set %[1]s = (select %[1]s from commits o where o.first = ?1 + ?2 - commits.first) where first in (?1, ?2)", column), a, b); err != nil {
					return err
				}
			}
			return nil
		})
	},
	"duplicate": func(t *testing.T, s *specimen, r *rand.Rand, path string) error {
		return forge(t, path, func(db *sql.DB) error { return shift(db, r, false) })
	},
	"cut the tail": func(t *testing.T, s *specimen, r *rand.Rand, path string) error {
		return forge(t, path, func(db *sql.DB) error {
			_, err := db.Exec(fmt.Sprintf(`delete from imports where position > (select first-1 from commits order by first desc limit 1 offset %[1]d);
				delete from commits where first >= (select first from commits order by first desc limit 1 offset %[1]d)`, r.IntN(60)))
			return err
		})
	},
	"insert an import's id": func(t *testing.T, s *specimen, r *rand.Rand, path string) error {
		return forge(t, path, func(db *sql.DB) error {
			_, err := db.Exec("insert into imports values (?, ?)", fmt.Sprintf("00000000-0000-5000-8000-%012x", r.Uint32()), []int64{1, 500, 1000, 1001, 1 << 40, 0, -1}[r.IntN(7)])
			return err
		})
	},
	"roll back": func(t *testing.T, s *specimen, r *rand.Rand, path string) error {
		return os.WriteFile(path, s.older, 0o600)
	},
	"rewrite": rewrite,
}

// shift repeats a row, in the middle or at the end, and moves what follows.
func shift(db *sql.DB, r *rand.Rand, middle bool) error {
	var first, batches, head int64
	err := db.QueryRow(fmt.Sprintf("select first, batches, (select max(first+batches) from commits) from commits order by first limit 1 offset %d", r.IntN(100))).Scan(&first, &batches, &head)
	if err != nil {
		return err
	}
	to := head
	if middle {
		to = first + batches
		if _, err := db.Exec("update commits set first = -first where first >= ?; update commits set first = -first + ? where first < 0", to, batches); err != nil {
			return err
		}
	}
	_, err = db.Exec("insert into commits select ?, batches, ids, tree, body from commits where first = ?", to, first)
	return err
}

// rewrite makes the whole log anew with one batch changed and every hash
// fitting: only a checkpoint can tell.
func rewrite(t *testing.T, s *specimen, r *rand.Rand, path string) error {
	l, err := Open(s.path)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := os.Remove(path); err != nil {
		return err
	}
	fresh, err := Open(path)
	if err != nil {
		return err
	}
	defer fresh.Close()
	changed := 1 + r.Uint64N(s.kept[1].Size)
	var all []*Batch
	if err := l.Read(context.Background(), 0, func(b *Batch) error { all = append(all, b); return nil }); err != nil {
		return err
	}
	at := 0
	_, err = fresh.fill(context.Background(), func() (*Batch, error) {
		if at == len(all) {
			return nil, nil
		}
		b := all[at]
		at++
		if b.Position == changed {
			b.Actor = "b"
		}
		return b, nil
	})
	return err
}
