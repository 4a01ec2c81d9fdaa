package access

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
)

// saw writes an entry that showed a subject.
func saw(t *testing.T, d *DB, what string, subject uuid.UUID) {
	t.Helper()
	if err := gate(t, d, ownAccount, "").Allow(t.Context(), Request{Action: Entries, What: what, Subjects: []uuid.UUID{subject}}); err != nil {
		t.Fatal(err)
	}
}

// commands are what the entries of a record tell of, in order.
func commands(t *testing.T, d *DB) (out []string) {
	t.Helper()
	for _, e := range entries(t, d, Filter{}) {
		out = append(out, e.What)
	}
	return out
}

// copyOf gives where a copy of a record was written.
func copyOf(t *testing.T, d *DB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := d.CopyTo(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRestore puts a copy into records that have nothing of it, all of it and
// more, a part of it, and something else: no entry is lost or doubled, and the
// chain is whole.
func TestRestore(t *testing.T) {
	anna, bo := uuid.New(), uuid.New()
	d := open(t, t.TempDir())
	addUser(t, gate(t, d, ownAccount, ""), lead)
	earlier := copyOf(t, d)
	saw(t, d, "one", anna)
	backup := copyOf(t, d)
	saw(t, d, "two", bo)
	fromCopy := func(path string) *DB {
		to := open(t, t.TempDir())
		if _, err := to.Restore(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		return to
	}
	apart := fromCopy(earlier)
	saw(t, apart, "three", anna)
	foreign := open(t, t.TempDir())
	saw(t, foreign, "four", bo)
	saw(t, foreign, "five", anna)
	for says, c := range map[string]struct {
		into *DB
		want []string
		own  int
		anna int // how many entries showed her
	}{
		"an empty one":              {open(t, t.TempDir()), []string{"users add lena", "one"}, 0, 1},
		"one that goes on from it":  {d, []string{"users add lena", "one", "two"}, 1, 1},
		"one it goes on from":       {fromCopy(earlier), []string{"users add lena", "one"}, 0, 1},
		"one that went another way": {apart, []string{"users add lena", "one", "three"}, 1, 2},
		"another one":               {foreign, []string{"users add lena", "one", "four", "five"}, 2, 2},
	} {
		before := entries(t, c.into, Filter{})
		for range 2 { // a process that died may do it again
			own, err := c.into.Restore(t.Context(), backup)
			if err != nil || own != c.own {
				t.Errorf("%s: %d entries of its own, %v", says, own, err)
			}
			if diff := cmp.Diff(c.want, commands(t, c.into)); diff != "" {
				t.Errorf("%s: %s", says, diff)
			}
			if n := whole(t, c.into); n != uint64(len(c.want)) {
				t.Errorf("%s: %d entries fit", says, n)
			}
			if got, err := c.into.SeenBy(t.Context(), anna); err != nil || len(got) != c.anna {
				t.Errorf("%s: %d entries showed her, %v", says, len(got), err)
			}
			// A moved entry says what it said: its number and its hash are new.
			after := entries(t, c.into, Filter{})
			if diff := cmp.Diff(before[len(before)-c.own:], after[len(after)-c.own:], cmpopts.IgnoreFields(Entry{}, "N"), cmpopts.IgnoreUnexported(Entry{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: %s", says, diff)
			}
			if users, err := c.into.Users(t.Context()); err != nil || len(users) != 1 || users[0].Name != lead.Name {
				t.Errorf("%s: %d users, %v", says, len(users), err)
			}
		}
	}
}

// TestRestoreMovesNoForgery: an entry changed by hand would be hashed anew, and
// look like one that was not.
func TestRestoreMovesNoForgery(t *testing.T) {
	d := open(t, t.TempDir())
	saw(t, d, "one", uuid.New())
	backup := copyOf(t, d)
	forged := open(t, t.TempDir())
	saw(t, forged, "two", uuid.New())
	execute(t, forged.db, "drop trigger entries_no_update; update entries set what = 'nothing'")
	_, err := forged.Restore(t.Context(), backup)
	if err == nil || !strings.Contains(said(err), "is not whole") {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"nothing"}, commands(t, forged)); diff != "" {
		t.Error(diff)
	}
}

// TestARestoreThatFails leaves the record as it was.
func TestARestoreThatFails(t *testing.T) {
	d := open(t, t.TempDir())
	saw(t, d, "one", uuid.New())
	backup := copyOf(t, d)
	text, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	into := open(t, t.TempDir())
	saw(t, into, "two", uuid.New())
	for says, content := range map[string][]byte{"no copy": []byte("no SQLite file at all, but long enough for a header, and more"), "half a copy": text[:len(text)/2]} {
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if own, err := into.Restore(t.Context(), path); err == nil {
			t.Errorf("%s: restored, %d of its own", says, own)
		}
		if diff := cmp.Diff([]string{"two"}, commands(t, into)); diff != "" {
			t.Errorf("%s: %s", says, diff)
		}
		whole(t, into)
	}
	saw(t, into, "three", uuid.New()) // nothing is held
}
