package access

import (
	"database/sql"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
)

// TestUnrecorded has writing fail in several ways: nothing is shown, whoever
// asks, and nothing is left of the entry.
func TestUnrecorded(t *testing.T) {
	for name, harm := range map[string]string{
		"the table is gone":        "drop table entries",
		"the subjects' is gone":    "drop table seen",
		"writing an entry fails":   "create trigger full before insert on entries begin select raise(abort, 'database or disk is full'); end",
		"writing a subject fails":  "create trigger full before insert on seen begin select raise(abort, 'database or disk is full'); end",
		"the roster is unreadable": "drop trigger entries_no_update; update entries set body = '{' where n = 1",
	} {
		dir := t.TempDir()
		d := open(t, dir)
		addUser(t, gate(t, d, ownAccount, ""), lead)
		gates := []*Gate{gate(t, d, ownAccount, ""), gate(t, d, ownAccount, "lena")}
		other, err := sql.Open("sqlite3", Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Exec(harm); err != nil {
			t.Fatal(err)
		}
		for _, g := range gates {
			err := g.Allow(t.Context(), Request{Action: Figures, Project: "DC", Subjects: []uuid.UUID{uuid.New()}})
			if !errors.Is(err, ErrUnrecorded) {
				t.Errorf("%s: %v", name, err)
			}
			refusal(t, err, "it cannot be recorded in access.db, so it is not shown")
		}
		var n int
		if err := other.QueryRow("select count(*) from entries").Scan(&n); name != "the table is gone" && (err != nil || n != 1) {
			t.Errorf("%s: %d entries, half of one is left (%v)", name, n, err)
		}
		other.Close()
	}
	closed := open(t, t.TempDir())
	g := gate(t, closed, ownAccount, "")
	closed.Close()
	if err := g.Allow(t.Context(), Request{Action: Figures}); !errors.Is(err, ErrUnrecorded) {
		t.Errorf("closed: %v", err)
	}
}

// TestFile looks at the file: nobody else may read it, it is append-only, and
// what is no access record is refused.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	addUser(t, gate(t, d, ownAccount, ""), lead)
	if err := gate(t, d, ownAccount, "").Allow(t.Context(), Request{Action: Entries, Subjects: []uuid.UUID{uuid.New()}}); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(Path(dir) + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("access.db%s: %v %v", suffix, info.Mode(), err)
		}
	}
	for _, harm := range []string{"update entries set what = ''", "delete from entries", "update seen set entry = 1", "delete from seen"} {
		if _, err := d.db.Exec(harm); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", harm, err)
		}
	}
}

// TestOthersFiles opens what is no access record, or not one of this program.
func TestOthersFiles(t *testing.T) {
	for what, c := range map[string]struct{ make, want string }{
		"a newer one": {"pragma application_id = 0x75746661; pragma user_version = 99", "has format 99, this program reads 2"},
		"another one": {"pragma application_id = 1", "access.db is no access record"},
		"a database":  {"create table people (name)", "access.db is no access record"},
		"no SQLite":   {"", "not a database"},
	} {
		dir := t.TempDir()
		if c.make == "" {
			if err := os.WriteFile(Path(dir), []byte(strings.Repeat("no SQLite file ", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		} else {
			other, err := sql.Open("sqlite3", Path(dir))
			if err != nil {
				t.Fatal(err)
			}
			execute(t, other, c.make)
			other.Close()
		}
		if d, err := Open(dir); err == nil {
			d.Close()
			t.Errorf("%s was opened", what)
		} else if text := said(err); !strings.Contains(text, c.want) {
			t.Errorf("%s: %s", what, text)
		}
	}
	if _, err := Open(t.TempDir() + "/nosuch"); err == nil {
		t.Error("a directory that is not there was opened")
	}
}

// said is what a user would read of an error.
func said(err error) string {
	var known *domain.Error
	if errors.As(err, &known) {
		return known.What.EN
	}
	return err.Error()
}

// TestTogether has four write at once, each through a handle of its own, into a
// record they make at once too: the chain is whole, and nobody's entry is lost.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	const writers, each = 4, 50
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			d, err := Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			g, err := d.Gate(t.Context(), ownAccount, "", noon)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range each {
				req := Request{Action: Entries, Rows: i, Subjects: []uuid.UUID{uuid.New(), uuid.New()}}
				if err := g.Allow(t.Context(), req); err != nil {
					t.Error(err, errors.Unwrap(err))
				}
			}
		})
	}
	wg.Wait()
	d := open(t, dir)
	if n := whole(t, d); n != writers*each {
		t.Errorf("%d entries, want %d", n, writers*each)
	}
	rows := map[int]int{}
	for _, e := range entries(t, d, Filter{}) {
		rows[e.Rows]++
	}
	for i := range each {
		if rows[i] != writers {
			t.Errorf("entry %d of each: %d times", i, rows[i])
		}
	}
}
