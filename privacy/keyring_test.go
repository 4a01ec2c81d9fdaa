package privacy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestAKeyringReplacedWhileItIsRead has another process erase somebody when this
// one has the keyring's file open: what it then reads has been overwritten. It reads
// the new one; only when that happens again and again it gives up.
func TestAKeyringReplacedWhileItIsRead(t *testing.T) {
	defer func() { testOnlyOpened = func() {} }()
	for _, c := range []struct {
		replaced int  // how many of the readings
		known    bool // whether it is read again by somebody who has read it before
		opened   bool
	}{{0, false, true}, {1, false, true}, {1, true, true}, {readTries - 1, false, true}, {readTries - 1, true, true}, {readTries, false, false}, {readTries, true, false}} {
		v, dir := vault(t)
		ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"})
		other := open(t, dir)
		before := map[bool]*keyring{true: v.keys.Load()}[c.known]
		readings, busy := 0, false
		testOnlyOpened = func() {
			if busy { // the other process reads it, too
				return
			}
			if readings++; readings > c.replaced {
				return
			}
			busy = true
			defer func() { busy = false }()
			if err := other.Destroy(context.Background(), nil, nil, today().AddDays(30)); err != nil {
				t.Fatal(err)
			}
		}
		ring, err := readKeyring(v.from, before)
		testOnlyOpened = func() {}
		switch {
		case !c.opened && !errors.Is(err, damagedKeys):
			t.Errorf("%+v: %v", c, err)
		case c.opened && (err != nil || ring.newest() != 1+c.replaced):
			t.Errorf("%+v: %v", c, err)
		}
		if want := min(c.replaced+1, readTries); readings != want {
			t.Errorf("%+v: read %d times, want %d", c, readings, want)
		}
		if p, err := v.Profile(ids[0]); err != nil || p.Name != "Anna" {
			t.Errorf("%+v: %+v, %v", c, p, err)
		}
	}
}

// TestAChangeWritesTheKeyringOnce: every writing leaves one more copy of all keys to
// overwrite. A file that is already where the next one is written to becomes the
// keyring at the first writing, and would be overwritten at a second.
func TestAChangeWritesTheKeyringOnce(t *testing.T) {
	v, dir := vault(t)
	file(t, v, Identity{Email: "a@example.org", Name: "Anna"})
	for says, change := range map[string]func() error{
		"an erasure":       func() error { return v.Destroy(context.Background(), nil, nil, today().AddDays(30)) },
		"another root key": func() error { return v.KeepRoot(Protection{}) },
		"an epoch's end": func() error {
			return v.changeKeys(func(ring *keyring) error { ring.expire(today().AddDays(31)); return nil })
		},
	} {
		marked := filepath.Join(t.TempDir(), "marked")
		if err := errors.Join(os.WriteFile(marked, nil, 0o600), os.Link(marked, KeyPath(dir)+".new")); err != nil {
			t.Fatal(err)
		}
		if err := change(); err != nil {
			t.Fatalf("%s: %v", says, err)
		}
		first, err1 := os.Stat(marked)
		now, err2 := os.Stat(KeyPath(dir))
		if err := errors.Join(err1, err2); err != nil || !os.SameFile(first, now) {
			t.Errorf("%s: the keyring is not the first file written, %v", says, err)
		}
		open(t, dir).Close()
	}
}
