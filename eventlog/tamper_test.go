package eventlog

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
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
