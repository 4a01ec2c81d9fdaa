package privacy

import (
	"context"
	"errors"
	"testing"
)

// TestAnErasureMeanwhile: an import that found somebody who is erased before it
// commits commits nothing, whether it learned something or not, and finds nobody
// when it begins anew.
func TestAnErasureMeanwhile(t *testing.T) {
	for _, learns := range []bool{true, false} {
		v, dir := vault(t)
		row := Identity{Email: "a@example.org", Name: "Anna"}
		ids, _ := file(t, v, row)
		if learns {
			row.OrgNumber = orgNumber(t, "559999-0008")
		}
		im, err := v.Import("sha")
		if err != nil {
			t.Fatal(err)
		}
		if m, err := im.Person(row); err != nil || m.Subject != ids[0] {
			t.Fatal(m, err)
		}
		if err := open(t, dir).Destroy(context.Background(), ids, nil, today().AddDays(30)); err != nil {
			t.Fatal(err)
		}
		if err := im.Commit(); !errors.Is(err, ErrMoved) {
			t.Errorf("learns %t: %v", learns, err)
		}
		again, how := file(t, v, row)
		if again[0] == ids[0] || how[0] != New {
			t.Errorf("learns %t: the erased was found again", learns)
		}
		var left int
		if err := v.db.QueryRow("select count(*) from lookups where subject = ?", ids[0][:]).Scan(&left); err != nil || left != 0 {
			t.Errorf("learns %t: %d index entries of the erased, %v", learns, left, err)
		}
	}
}

// TestAnOlderKeyringIsRefused: a key opened under a number the vault uses would be
// another one.
func TestAnOlderKeyringIsRefused(t *testing.T) {
	v, dir := vault(t)
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"}, Identity{Email: "b@example.org", Name: "Bo"})
	old := newKeyring(KeyPath(dir)+".old", today())
	if err := errors.Join(old.save(), v.Destroy(context.Background(), ids[:1], nil, today().AddDays(30))); err != nil {
		t.Fatal(err)
	}
	for _, borrowed := range []bool{false, true} {
		if _, err := Open(dir, Keys{Path: old.path, Borrowed: borrowed}); !errors.Is(err, olderKeys) {
			t.Errorf("borrowed %t: %v", borrowed, err)
		}
	}
}
