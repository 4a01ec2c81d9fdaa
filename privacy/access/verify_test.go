package access

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// TestStrangers finds what belongs to no entry, and what is not the record's.
func TestStrangers(t *testing.T) {
	r := seed(t)
	whole := specimen(t, r)
	for what, c := range map[string]struct {
		harm string
		want uint64
	}{
		"a subject of an entry to come":  {"insert into seen values (randomblob(16), 41)", 41},
		"a trigger that forgets":         {"create trigger forget after insert on entries begin select 1; end", 0},
		"a table":                        {"create table more (a)", 0},
		"an index that is not its own":   {"create index more on entries (what)", 0},
		"a trigger that is missing":      {"drop trigger seen_no_delete", 0},
		"an entry put after the last":    {"insert into entries select 41, at, kind, account, actor, action, project, what, position, lines, subjects, shown, recipient, why, about, body, chain from entries where n = 40", 41},
		"an entry put before the first":  {"insert into entries select 0, at, kind, account, actor, action, project, what, position, lines, subjects, shown, recipient, why, about, body, chain from entries where n = 1", 1},
		"an entry put far after the end": {"insert into entries select 99, at, kind, account, actor, action, project, what, position, lines, subjects, shown, recipient, why, about, body, chain from entries where n = 40", 41},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(Path(dir), whole, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite3", Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		execute(t, db, "pragma ignore_check_constraints = true")
		execute(t, db, c.harm)
		db.Close()
		d, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		v, err := d.Verify(t.Context())
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if v.Finding == nil || v.Finding.Entry != c.want {
			t.Errorf("%s: %+v, want entry %d", what, v.Finding, c.want)
		}
		d.Close()
	}
}

// TestHiddenUsers empties the index users are found by: the table is whole, and
// everybody would be the owner.
func TestHiddenUsers(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(Path(dir), specimen(t, seed(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	var text string
	for _, step := range []string{"create index roster on entries (n) where about = x'00'", ""} {
		db, err := sql.Open("sqlite3", Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		if step != "" {
			if err := db.QueryRow("select sql from sqlite_schema where name = 'roster'").Scan(&text); err != nil {
				t.Fatal(err)
			}
		} else {
			execute(t, db, "reindex roster") // by the definition of the step before
			step = text
		}
		execute(t, db, "pragma writable_schema = 1")
		execute(t, db, "update sqlite_schema set sql = ? where name = 'roster'", step)
		db.Close()
	}
	d := open(t, dir)
	if users, err := d.Users(t.Context()); err != nil || len(users) != 0 {
		t.Fatalf("the harm was not done: %v %v", users, err)
	}
	v, err := d.Verify(t.Context())
	if err != nil || v.Finding == nil || !strings.Contains(v.Finding.What.EN, "the file is damaged") {
		t.Errorf("not found: %+v %v", v, err)
	}
}

// TestGapAfterRewriting takes an entry out and hashes all that follow anew: the
// gap in their numbers is left.
func TestGapAfterRewriting(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	for range 5 {
		if err := gate(t, d, ownAccount, "").Allow(t.Context(), Request{Action: Figures}); err != nil {
			t.Fatal(err)
		}
	}
	harm(t, nil, Path(dir), func(t *testing.T, _ *rand.Rand, db *sql.DB) (string, uint64) {
		execute(t, db, "delete from entries where n = 3")
		chain := begin()
		for _, n := range []int{1, 2, 4, 5} {
			var e Entry
			if err := e.scan(db.QueryRow("select "+columns+" from entries where n = ?", n)); err != nil {
				t.Fatal(err)
			}
			chain = e.link(chain)
			execute(t, db, "update entries set chain = ? where n = ?", chain, n)
		}
		return "", 0
	})
	v, err := d.Verify(t.Context())
	if err != nil || v.Finding == nil || v.Finding.Entry != 3 {
		t.Errorf("not found: %+v %v", v, err)
	}
}

// TestBrokenPages overwrites bytes of the file past its first page: either the
// record can still be read whole, or something is found; it never panics.
func TestBrokenPages(t *testing.T) {
	r := seed(t)
	whole := specimen(t, r)
	found := 0
	for range 60 {
		dir := t.TempDir()
		b := append([]byte{}, whole...)
		at := 4096 + r.IntN(len(b)-4096)
		for i := range min(64, len(b)-at) {
			b[at+i] ^= byte(1 + r.IntN(255))
		}
		if err := os.WriteFile(Path(dir), b, 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := Open(dir)
		if err != nil {
			found++
			continue
		}
		v, err := d.Verify(t.Context())
		if err != nil {
			t.Errorf("at %d: %v", at, err)
		} else if v.Finding != nil {
			found++
		}
		d.Close()
	}
	if found == 0 {
		t.Error("nothing was found in 60 broken files")
	}
	t.Logf("%d of 60 found; the others were broken where nothing stands", found)
}
