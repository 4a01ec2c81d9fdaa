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
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The tests of this file harm logs in every way they know and ask whether
// verifying notices; verify_py_test.go asks the second verifier the same.

// counts is how many cases: a sample in make test, all in make ci, more in
// make deep.
func counts(t *testing.T, sample, large, deep int) int {
	switch {
	case os.Getenv("UTFALL_DEEP") != "":
		return deep
	case os.Getenv("UTFALL_LARGE") != "":
		return large
	}
	return sample
}

// seed gives a source of chance whose seed is printed, so that a failure can
// be repeated: UTFALL_SEED sets it.
func seed(t *testing.T) *rand.Rand {
	n := uint64(time.Now().UnixNano())
	if s := os.Getenv("UTFALL_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("UTFALL_SEED=%d repeats it", n)
	return rand.New(rand.NewPCG(n, 0))
}

// history appends n batches of all shapes: alone and in groups, plain and in
// frames, imports and others, with metadata and without.
func history(t *testing.T, l *Log, r *rand.Rand, n int) {
	t.Helper()
	for at := 0; at < n; {
		var group sync.WaitGroup
		for range min(n-at, 1+r.IntN(12)) {
			b := batch(uuid.Must(uuid.NewV7()).String(), "")
			if r.IntN(3) == 0 {
				b.ID = uuid.NewSHA1(uuid.Nil, fmt.Append(nil, r.Uint64())).String()
			}
			if r.IntN(5) == 0 {
				b.Metadata = map[string]string{Undoes: fmt.Sprint(at), "a": ""}
			}
			b.Events = 1 + r.IntN(3)
			for i := range b.Events {
				b.Payload = fmt.Appendf(b.Payload, `{"id":"%s","type":"person.recorded/1","data":{"sex":"woman","n":%d}}`+"\n", uuid.NewString(), i)
			}
			if r.IntN(20) == 0 {
				half := len(b.Payload) / 2
				b.Payload = append(encoder.EncodeAll(b.Payload[:half], nil), encoder.EncodeAll(b.Payload[half:], nil)...)
				b.Frames = []int{len(encoder.EncodeAll([]byte{}, nil)), 0}
				b.Frames = []int{len(b.Payload) / 2, len(b.Payload) - len(b.Payload)/2}
			}
			b.RecordedAt = time.Unix(1e9+int64(at), 0)
			group.Go(func() {
				if _, err := l.Append(context.Background(), b, AnyHead); err != nil {
					t.Error(err)
				}
			})
			at++
		}
		group.Wait()
	}
}

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

var columns = map[string][]string{"commits": {"first", "batches", "ids", "tree", "body"}, "imports": {"id", "position"}}

// TestAChangedColumnIsNamed changes one value of one row at a time: verifying
// names a batch of that row. With UTFALL_DEEP every column of every row.
func TestAChangedColumnIsNamed(t *testing.T) {
	r := seed(t)
	s := specimenOf(t, r, 1000)
	harmed := harmedLogs{specimen: s, closely: true}
	refused := 0
	n := counts(t, 150, 2000, 20000)
	for i := range n {
		table := []string{"commits", "commits", "commits", "imports"}[r.IntN(4)]
		column := columns[table][r.IntN(len(columns[table]))]
		path := s.copy(t)
		var first, last int64
		what := ""
		err := forge(t, path, func(db *sql.DB) error {
			var row, total int64
			var value any
			if err := db.QueryRow("select count(*) from " + table).Scan(&total); err != nil {
				return err
			}
			row = r.Int64N(total)
			key := map[string]string{"commits": "first", "imports": "id"}[table]
			var id any
			at := map[string]string{"commits": "first, first+batches-1", "imports": "position, position"}[table]
			if err := db.QueryRow(fmt.Sprintf("select %s, %s, %s from %s order by 1 limit 1 offset %d", key, column, at, table, row)).Scan(&id, &value, &first, &last); err != nil {
				return err
			}
			var to any
			to, what = other(r, value)
			_, err := db.Exec(fmt.Sprintf("update %s set %s = ? where %s = ?", table, column, key), to, id)
			return err
		})
		if err != nil { // SQLite itself refuses a null or text as a row's number
			refused++
			os.Remove(path)
			continue
		}
		f, err := s.check(path)
		switch {
		case err != nil:
			t.Fatalf("case %d: %s.%s of batches %d-%d, %s: %v", i, table, column, first, last, what, err)
		case f == nil && dump(path) != s.dump:
			t.Fatalf("case %d: %s.%s of batches %d-%d, %s: not noticed", i, table, column, first, last, what)
		case f != nil && column != "first" && column != "position" && (f.Position < uint64(first) || f.Position > uint64(last)+1):
			t.Fatalf("case %d: %s.%s of batches %d-%d, %s: found at %d (%s: %s)", i, table, column, first, last, what, f.Position, f.Kind, f.What.EN)
		}
		harmed.add(t, path, f)
	}
	harmed.compare(t)
	t.Logf("%d values changed, each found at its batch; %d more SQLite refused to write", n-refused, refused)
}

// TestAFlippedBitIsNoticed flips one bit anywhere in the file, or in its WAL:
// a log that verifies as whole holds the same as before.
func TestAFlippedBitIsNoticed(t *testing.T) {
	r := seed(t)
	s := specimenOf(t, r, 1000)
	resting, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	// The same log with its newest batches still in the WAL.
	l := open(t, s.path)
	history(t, l, r, 50)
	live := &specimen{}
	live.keep(t, l)
	files := map[string][]byte{}
	for _, end := range []string{"", "-wal"} {
		if files[end], err = os.ReadFile(s.path + end); err != nil { // a copy: the log stays open, and its locks hold
			t.Fatal(err)
		}
	}
	benign, n := 0, counts(t, 150, 2000, 100000)
	harmed := harmedLogs{specimen: s}
	for i := range n {
		path := temp(t)
		where := &specimen{kept: s.kept}
		parts := map[string][]byte{"": resting}
		end := ""
		if i%3 == 2 {
			where, parts, end = live, files, []string{"", "-wal"}[r.IntN(2)]
		}
		offset := r.IntN(len(parts[end]))
		for name, b := range parts {
			b = bytes.Clone(b)
			if name == end {
				b[offset] ^= 1 << r.IntN(8)
			}
			if err := os.WriteFile(path+name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, err := where.check(path)
		if f == nil && err == nil {
			want := s.dump
			if where == live {
				want = dump(s.path)
			}
			if dump(path) != want {
				t.Fatalf("case %d: the bit at %d of the file%s: verified, and holds something else", i, offset, end)
			}
			benign++
		}
		if where != live && err == nil {
			harmed.add(t, path, f)
		}
	}
	harmed.compare(t)
	t.Logf("%d bits flipped: %d noticed, %d where nothing is kept", n, n-benign, benign)
}

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

// TestForgeriesAreNoticed adds, removes, moves, repeats, cuts, rolls back and
// rewrites, given a checkpoint at or after the place.
func TestForgeriesAreNoticed(t *testing.T) {
	r := seed(t)
	s := specimenOf(t, r, 1000)
	harmed := harmedLogs{specimen: s, closely: true}
	n := counts(t, 3, 20, 1000)
	for name, harm := range structural {
		for i := range n {
			path := s.copy(t)
			if err := harm(t, s, r, path); err != nil {
				t.Fatalf("%s %d: %v", name, i, err)
			}
			if dump(path) == s.dump {
				t.Fatalf("%s %d changed nothing", name, i)
			}
			f, err := s.check(path)
			if f == nil || err != nil {
				t.Fatalf("%s %d was not noticed: %v", name, i, err)
			}
			harmed.add(t, path, f)
		}
	}
	harmed.compare(t)
	t.Logf("%d forgeries of %d kinds, all noticed", n*len(structural), len(structural))
}

// TestCleanLogsAreWhole: verifying cries wolf at none of many honest logs.
func TestCleanLogsAreWhole(t *testing.T) {
	r := seed(t)
	n := counts(t, 20, 200, 10000)
	for i := range n {
		path := filepath.Join(t.TempDir(), "log.db")
		l, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		history(t, l, r, r.IntN(60))
		s := &specimen{path: path}
		s.keep(t, l)
		if f, err := s.check(path); f != nil || err != nil {
			t.Fatalf("log %d: %+v %v", i, f, err)
		}
		l.Close()
		if f, err := s.check(path); f != nil || err != nil {
			t.Fatalf("log %d, closed: %+v %v", i, f, err)
		}
	}
	t.Logf("%d honest logs, all whole", n)
}
