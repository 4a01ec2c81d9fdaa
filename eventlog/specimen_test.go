package eventlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// specimen is a log at rest, in one file, with checkpoints of it.
type specimen struct {
	path  string
	dump  string
	kept  []Checkpoint
	older []byte // the file as it was at half the batches
}

func specimenOf(t *testing.T, r *rand.Rand, batches int) *specimen {
	t.Helper()
	s := &specimen{path: temp(t)}
	l := open(t, s.path)
	history(t, l, r, batches/2)
	s.keep(t, l)
	l.Close()
	var err error
	if s.older, err = os.ReadFile(s.path); err != nil {
		t.Fatal(err)
	}
	l = open(t, s.path)
	history(t, l, r, batches-batches/2)
	s.keep(t, l)
	l.Close()
	s.dump = dump(s.path)
	return s
}

func (s *specimen) keep(t *testing.T, l *Log) {
	head, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root, err := l.Root(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	s.kept = append(s.kept, Checkpoint{"test", head, root})
}

// copy gives a copy of the log to be harmed.
func (s *specimen) copy(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	to := temp(t)
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// check verifies against the checkpoints; an error counts as noticed.
func (s *specimen) check(path string) (*Finding, error) {
	var sizes []uint64
	for _, c := range s.kept {
		sizes = append(sizes, c.Size)
	}
	v, err := Verify(context.Background(), path, sizes, func(uint64) {})
	if err != nil {
		return nil, err
	}
	for _, c := range s.kept {
		if f := v.Extends(c); f != nil {
			return f, nil
		}
	}
	return nil, nil
}

// raw opens the file as any program could, without the log's own settings.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// dump is everything the tables hold, as text; empty when it cannot be read.
func dump(path string) string {
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		return ""
	}
	defer db.Close()
	h := sha256.New()
	for _, q := range []string{"select typeof(first), first, typeof(batches), batches, typeof(ids), hex(ids), typeof(tree), hex(tree), typeof(body), hex(body) from commits",
		"select typeof(id), id, typeof(position), position, '', '', '', '', '', '' from imports",
		"select type, name, tbl_name, sql, '', '', '', '', '', '' from sqlite_schema"} {
		rows, err := db.Query(q)
		if err != nil {
			return ""
		}
		var lines []string
		for rows.Next() {
			var c [10]sql.NullString
			if err := rows.Scan(&c[0], &c[1], &c[2], &c[3], &c[4], &c[5], &c[6], &c[7], &c[8], &c[9]); err != nil {
				return ""
			}
			lines = append(lines, fmt.Sprint(c))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return ""
		}
		fmt.Fprintln(h, len(lines), lines)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// forge changes the tables as somebody would who can write the file: triggers
// and constraints are taken off and put back as they were.
func forge(t *testing.T, path string, change func(db *sql.DB) error) error {
	t.Helper()
	db := raw(t, path)
	schemas := map[string]string{}
	rows, err := db.Query("select name, sql from sqlite_schema where sql is not null")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		schemas[name] = text
	}
	rows.Close()
	must := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	must("pragma writable_schema = on")
	for name, text := range schemas {
		if strings.HasPrefix(text, "CREATE TABLE") {
			loose := strings.NewReplacer(" strict, without rowid", " without rowid", " strict", "", "not null", "", "check (first > 0)", "", "check (batches > 0)", "").Replace(text)
			must("update sqlite_schema set sql = ? where name = ?", loose, name)
		} else {
			must("drop trigger " + name)
		}
	}
	db.Close()
	db = raw(t, path)
	changed := change(db)
	must("pragma writable_schema = on")
	for name, text := range schemas {
		if strings.HasPrefix(text, "CREATE TABLE") {
			must("update sqlite_schema set sql = ? where name = ?", text, name)
		} else {
			must(text)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return changed
}

// other gives a value that is not the one given, and says how it was changed.
func other(r *rand.Rand, value any) (any, string) {
	switch v := value.(type) {
	case int64:
		return []any{v + 1, v ^ 1<<r.IntN(40), nil, fmt.Sprint(v, "x"), -v}[r.IntN(5)], "number"
	case []byte:
		b := bytes.Clone(v)
		switch r.IntN(6) {
		case 0:
			return nil, "null"
		case 1:
			return string(b), "text"
		case 2:
			return b[:r.IntN(len(b))], "cut"
		case 3:
			return append(b, byte(r.Uint32())), "longer"
		}
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b, "bit"
	case string:
		return []any{v[1:], v + "0", nil, "1", strings.ToUpper(v)}[r.IntN(5)], "text"
	}
	return 1, "of no type"
}
