package access

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
)

// crowdOf are the ids of some numbers.
func crowdOf(least int, numbers ...int) Crowd {
	c := Crowd{Least: least}
	for _, n := range numbers {
		c.Members = append(c.Members, uuid.NewSHA1(uuid.Nil, []byte{byte(n)}))
	}
	return c
}

func addRecipient(t *testing.T, d *DB, name string) Recipient {
	t.Helper()
	to, err := gate(t, d, ownAccount, "").AddRecipient(t.Context(), Recipient{Name: name, Projects: []string{"DC"}, Expires: domain.MustDate(lastDay)})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// release releases crowds to a recipient, as compared with what History gives.
func release(t *testing.T, d *DB, to, what string, crowds ...Crowd) error {
	t.Helper()
	parameters := sha256.Sum256([]byte(what))
	h, err := d.History(t.Context(), to, parameters)
	if err != nil {
		t.Fatal(err)
	}
	return gate(t, d, ownAccount, "").Allow(t.Context(), Request{Action: Released, Project: "DC", Recipient: to, What: what,
		Release: &Release{Parameters: parameters, Figures: len(crowds), Crowds: crowds, Last: h.Last}})
}

// had is what a history says somebody was given, in words that can be compared.
func had(t *testing.T, d *DB, to, what string) (out []string) {
	t.Helper()
	h, err := d.History(t.Context(), to, sha256.Sum256([]byte(what)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range h.Crowds {
		out = append(out, fmt.Sprintf("%x of %d", Crowd{Members: membersOf(c.Bits, h.Members)}.digest(), c.Least))
	}
	return out
}

func setsOf(crowds ...Crowd) (out []string) {
	for _, c := range crowds {
		of := Release{Crowds: []Crowd{c}}
		out = append(out, fmt.Sprintf("%x of %d", of.ordered()[0], c.Least))
	}
	return out
}

// TestHistory: a release is compared with what came before it was made first, whoever
// has its recipient's name now, and made again it adds nothing.
func TestHistory(t *testing.T) {
	d := open(t, t.TempDir())
	addRecipient(t, d, "funder")
	addRecipient(t, d, "other")
	one, two, three := crowdOf(3, 5, 1, 9, 2), crowdOf(5, 1, 2, 70, 200, 130), crowdOf(3, 1, 2, 5, 9, 3)
	for _, r := range []struct {
		what   string
		crowds []Crowd
	}{{"a", []Crowd{one, two}}, {"b", []Crowd{three}}, {"a", []Crowd{two, one}}} {
		if err := release(t, d, "funder", r.what, r.crowds...); err != nil {
			t.Fatal(err)
		}
	}
	check := func(says string, want, got []string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", says, diff)
		}
	}
	inOrder := setsOf(one, two)
	if first := (&Release{Crowds: []Crowd{one, two}}).ordered()[0]; !strings.HasPrefix(inOrder[0], fmt.Sprintf("%x", first)) {
		inOrder = setsOf(two, one)
	}
	check("a again", nil, had(t, d, "funder", "a"))
	check("b again", inOrder, had(t, d, "funder", "b"))
	check("something new", append(inOrder, setsOf(three)...), had(t, d, "funder", "c"))
	check("somebody else", nil, had(t, d, "other", "c"))
	if got, err := d.Received(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("%v %v", got, err)
	} else {
		for _, r := range got {
			if r != (Received{2, 3}) {
				t.Errorf("%+v", r)
			}
		}
	}
	if err := gate(t, d, ownAccount, "").RevokeRecipient(t.Context(), "funder"); err != nil {
		t.Fatal(err)
	}
	addRecipient(t, d, "Funder")
	check("added anew", append(inOrder, setsOf(three)...), had(t, d, "FUNDER", "c"))
	whole(t, d)
}

// TestReleasedMeanwhile: what was not compared with everything is not given, nor what is
// said to be a release that showed something else.
func TestReleasedMeanwhile(t *testing.T) {
	d := open(t, t.TempDir())
	addRecipient(t, d, "funder")
	if err := release(t, d, "funder", "a", crowdOf(3, 1, 2, 3)); err != nil {
		t.Fatal(err)
	}
	before := len(entries(t, d, Filter{}))
	stale := Request{Action: Released, Project: "DC", Recipient: "funder", Release: &Release{Parameters: sha256.Sum256([]byte("b")), Crowds: []Crowd{crowdOf(3, 1, 2, 3, 4)}}}
	for want, err := range map[string]error{
		"the recipient was given something else while this was made": gate(t, d, ownAccount, "").Allow(t.Context(), stale),
		"this was released before, and showed something else":        release(t, d, "funder", "a", crowdOf(3, 1, 2, 3, 4)),
	} {
		if err == nil || said(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if n := len(entries(t, d, Filter{})); n != before {
		t.Errorf("%d entries, %d before", n, before)
	}
	if err := release(t, d, "funder", "a"); err != nil {
		t.Errorf("less than before: %v", err)
	}
	whole(t, d)
}

// TestUnrecordedRelease has each table of the release log fail: nothing is given, and
// nothing is left of the entry.
func TestUnrecordedRelease(t *testing.T) {
	for _, table := range []string{"releases", "members", "crowds", "given"} {
		d := open(t, t.TempDir())
		addRecipient(t, d, "funder")
		execute(t, d.db, "create trigger full before insert on "+table+" begin select raise(abort, 'database or disk is full'); end")
		if err := release(t, d, "funder", "a", crowdOf(3, 1, 2, 3)); !errors.Is(err, ErrUnrecorded) {
			t.Errorf("%s: %v", table, err)
		}
		if n := len(entries(t, d, Filter{})); n != 1 {
			t.Errorf("%s: %d entries", table, n)
		}
	}
}

// releasedSpecimen is a closed record with releases, and the entries they are.
func releasedSpecimen(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	d := open(t, dir)
	addRecipient(t, d, "funder")
	for i := range 4 {
		if err := release(t, d, "funder", fmt.Sprint(i), crowdOf(3, 1, 2, 3, 4+i), crowdOf(5, 20, 21, 22+i, 40)); err != nil {
			t.Fatal(err)
		}
	}
	whole(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(Path(dir))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withoutTriggers takes the triggers of the release log away, and gives them to be put
// back. Each has refused before.
func withoutTriggers(t *testing.T, db *sql.DB) (texts []string) {
	t.Helper()
	for _, table := range []string{"releases", "members", "crowds", "given"} {
		for does, harm := range map[string]string{"update": "update " + table + " set rowid = 1", "delete": "delete from " + table} {
			if table == "given" && does == "update" {
				harm = "update given set entry = 1"
			}
			if _, err := db.Exec(harm); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", harm, err)
			}
			var text string
			if err := db.QueryRow("select sql from sqlite_schema where name = ?", table+"_no_"+does).Scan(&text); err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text)
			execute(t, db, "drop trigger "+table+"_no_"+does)
		}
	}
	return texts
}

// TestTamperedReleases harms each column of the release log, as somebody can who may
// write the file: each harm is found.
func TestTamperedReleases(t *testing.T) {
	specimen := releasedSpecimen(t)
	for _, harm := range []string{
		"update releases set recipient = randomblob(16) where entry = 3", "update releases set parameters = randomblob(32) where entry = 3",
		"update releases set figures = 99 where entry = 3", "update releases set entry = 77 where entry = 3", "delete from releases where entry = 3",
		"update given set least = 1 where entry = 3", "delete from given where entry = 3 and crowd = 3", "delete from given where entry = 3", "update given set entry = 77 where entry = 3",
		"update crowds set digest = randomblob(32) where n = 3", "update crowds set members = x'0101' where n = 3", "update crowds set members = x'ff' where n = 3", "delete from crowds where n = 3",
		"update members set id = randomblob(16) where n = 2", "delete from members where n = 2", "insert into members values ((select max(n) + 1 from members), randomblob(16))",
		"insert into crowds values (9, randomblob(32), x'01')", "insert into given values (4, 1, 3)", "insert into releases values (1, randomblob(16), randomblob(32), 0)",
		"delete from given; delete from releases; delete from crowds; delete from members",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(Path(dir), specimen, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite3", Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		texts := withoutTriggers(t, db)
		execute(t, db, harm)
		for _, text := range texts {
			execute(t, db, text)
		}
		db.Close()
		d := open(t, dir)
		v, err := d.Verify(t.Context())
		if err != nil || v.Finding == nil {
			t.Errorf("%s: not found (%v)", harm, err)
		}
	}
}

// TestRestoredReleases: releases made since a backup move with their entries.
func TestRestoredReleases(t *testing.T) {
	d := open(t, t.TempDir())
	addRecipient(t, d, "funder")
	one, two, three := crowdOf(3, 1, 2, 3), crowdOf(3, 2, 3, 4, 5), crowdOf(5, 7, 1, 2, 9, 8)
	if err := release(t, d, "funder", "a", one); err != nil {
		t.Fatal(err)
	}
	early := copyOf(t, d)
	if err := release(t, d, "funder", "b", two); err != nil {
		t.Fatal(err)
	}
	late := copyOf(t, d)
	into := open(t, t.TempDir())
	if _, err := into.Restore(t.Context(), early); err != nil {
		t.Fatal(err)
	}
	if err := release(t, into, "funder", "c", three); err != nil {
		t.Fatal(err)
	}
	if own, err := into.Restore(t.Context(), late); err != nil || own != 1 {
		t.Fatalf("%d of its own, %v", own, err)
	}
	whole(t, into)
	if diff := cmp.Diff(setsOf(one, two, three), had(t, into, "funder", "new")); diff != "" {
		t.Error(diff)
	}
}

// TestFirstFormat opens a record made before there were releases: it is whole, goes on,
// and can be restored into a new one.
func TestFirstFormat(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	addRecipient(t, d, "funder")
	saw(t, d, "one", uuid.New())
	execute(t, d.db, "drop table releases; drop table members; drop table crowds; drop table given; pragma user_version = 1")
	first := copyOf(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = open(t, dir)
	if err := release(t, d, "funder", "a", crowdOf(3, 1, 2, 3)); err != nil {
		t.Fatal(err)
	}
	if n := whole(t, d); n != 3 {
		t.Errorf("%d entries", n)
	}
	own, err := d.Restore(t.Context(), first)
	if err != nil || own != 1 || len(had(t, d, "funder", "b")) != 1 {
		t.Errorf("%d of its own, %v", own, err)
	}
	fresh := open(t, t.TempDir())
	if _, err := fresh.Restore(t.Context(), first); err != nil {
		t.Error(err)
	}
	whole(t, fresh)
}

// TestManyMembers reads back crowds of many, whatever their numbers are.
func TestManyMembers(t *testing.T) {
	r := seed(t)
	d := open(t, t.TempDir())
	addRecipient(t, d, "funder")
	var all []Crowd
	for i := range 12 {
		c := Crowd{Least: 3}
		for range 1 + r.IntN(2000) {
			c.Members = append(c.Members, uuid.NewSHA1(uuid.Nil, fmt.Append(nil, rand.New(rand.NewPCG(r.Uint64(), 0)).IntN(5000))))
		}
		all = append(all, c)
		if err := release(t, d, "funder", fmt.Sprint(i), c); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(setsOf(all...), had(t, d, "funder", "new")); diff != "" {
		t.Error(diff)
	}
	whole(t, d)
}
