package privacy

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/uuid"
)

// nameOf opens a vault with keys and reads a name.
func nameOf(dir string, keys Keys, subject uuid.UUID) (string, error) {
	v, err := Open(dir, keys)
	if err != nil {
		return "", err
	}
	defer v.Close()
	p, err := v.Profile(subject)
	return p.Name, err
}

// TestTheRootKeyCanBeKeptInThreeWays: and whoever has what opened the vault
// before a change opens nothing after it.
func TestTheRootKeyCanBeKeptInThreeWays(t *testing.T) {
	v, dir := vault(t)
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"})
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	idFile := filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(idFile, []byte(identity.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := KeyPath(dir)
	was := Keys{}
	for _, c := range []struct {
		says string
		to   Protection
		keys Keys
		not  []Keys // what does not open it
	}{
		{"passphrase", Protection{Passphrase: "korrekt häst"}, Keys{Path: at, Passphrase: "korrekt häst"}, []Keys{{Path: at}, {Path: at, Passphrase: "fel häst"}}},
		{"another passphrase", Protection{Passphrase: "batteri"}, Keys{Path: at, Passphrase: "batteri"}, []Keys{{Path: at, Passphrase: "korrekt häst"}}},
		{"age", Protection{Recipient: identity.Recipient().String()}, Keys{Path: at, Identity: idFile}, []Keys{{Path: at}, {Path: at, Passphrase: "batteri"}}},
		{"file", Protection{}, Keys{Path: at}, nil},
	} {
		before, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.KeepRoot(c.to); err != nil {
			t.Fatalf("%s: %v", c.says, err)
		}
		if name, err := nameOf(dir, c.keys, ids[0]); err != nil || name != "Anna" {
			t.Errorf("%s: %q, %v", c.says, name, err)
		}
		for _, keys := range c.not {
			if _, err := nameOf(dir, keys, ids[0]); err == nil {
				t.Errorf("%s: opened with %+v", c.says, keys)
			}
		}
		// The file of before, put back, is no key of anything new.
		copied := filepath.Join(t.TempDir(), "before")
		if err := os.WriteFile(copied, before, 0o600); err != nil {
			t.Fatal(err)
		}
		earlier := was
		earlier.Path, earlier.Borrowed = copied, true
		if _, err := nameOf(dir, earlier, ids[0]); err == nil {
			t.Errorf("%s: the key file of before still opens people", c.says)
		}
		v.from, was = c.keys, c.keys
		late, _ := file(t, v, Identity{Email: c.says + "@example.org", Name: c.says})
		if name, err := nameOf(dir, c.keys, late[0]); err != nil || name != c.says {
			t.Errorf("%s: somebody learned afterwards: %q, %v", c.says, name, err)
		}
	}
}

// TestErasureReachesBackups: a copy of the vault from before an erasure can be
// read until the epoch's day, and nobody's key opens in it after.
func TestErasureReachesBackups(t *testing.T) {
	v, dir := vault(t)
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"}, Identity{Email: "b@example.org", Name: "Bo"})
	ctx := context.Background()
	old := t.TempDir()
	if err := v.CopyTo(ctx, Path(old)); err != nil {
		t.Fatal(err)
	}
	keys := Keys{Path: KeyPath(dir), Borrowed: true}
	if err := v.Destroy(ctx, ids[:1], nil, today().AddDays(30)); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Profile(ids[0]); !errors.Is(err, ErrNoSubject) {
		t.Fatalf("the erased: %v", err)
	}
	if p, err := v.Profile(ids[1]); err != nil || p.Name != "Bo" {
		t.Fatalf("the other: %+v, %v", p, err)
	}
	if name, err := nameOf(old, keys, ids[0]); err != nil || name != "Anna" {
		t.Fatalf("the backup before the day: %q, %v", name, err)
	}
	if err := v.changeKeys(func(ring *keyring) error { ring.expire(today().AddDays(30)); return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := nameOf(old, keys, ids[0]); !errors.Is(err, ErrSealed) {
		t.Fatalf("the backup after the day: %v", err)
	}
	v.Close()
	if name, err := nameOf(dir, Keys{Path: KeyPath(dir)}, ids[1]); err != nil || name != "Bo" {
		t.Fatalf("the other, after the day: %q, %v", name, err)
	}
}

// TestAnOldBackupIsTakenOver: what a restored vault has under an old epoch is
// moved to the newest before the old one dies.
func TestAnOldBackupIsTakenOver(t *testing.T) {
	v, dir := vault(t)
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"}, Identity{Email: "b@example.org", Name: "Bo"})
	ctx := context.Background()
	copied := filepath.Join(t.TempDir(), "vault.db")
	if err := v.CopyTo(ctx, copied); err != nil {
		t.Fatal(err)
	}
	if err := v.Destroy(ctx, ids[:1], nil, today().AddDays(1)); err != nil {
		t.Fatal(err)
	}
	v.Close()
	if err := os.Rename(copied, Path(dir)); err != nil {
		t.Fatal(err)
	}
	v = open(t, dir)
	if err := v.changeKeys(func(ring *keyring) error { ring.expire(today().AddDays(1)); return nil }); err != nil {
		t.Fatal(err)
	}
	if p, err := v.Profile(ids[1]); err != nil || p.Name != "Bo" {
		t.Fatalf("%+v, %v", p, err)
	}
}

// TestAnotherProcessRotates: whoever has the vault open meanwhile reads and
// writes on.
func TestAnotherProcessRotates(t *testing.T) {
	v, dir := vault(t)
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"}, Identity{Email: "b@example.org", Name: "Bo"})
	other := open(t, dir)
	ctx := context.Background()
	if err := other.Destroy(ctx, ids[:1], nil, today().AddDays(1)); err != nil {
		t.Fatal(err)
	}
	if p, err := v.Profile(ids[1]); err != nil || p.Name != "Bo" {
		t.Fatalf("read: %+v, %v", p, err)
	}
	late, _ := file(t, v, Identity{Email: "c@example.org", Name: "Cia"})
	if err := other.changeKeys(func(ring *keyring) error { ring.expire(today().AddDays(1)); return nil }); err != nil {
		t.Fatal(err)
	}
	if p, err := other.Profile(late[0]); err != nil || p.Name != "Cia" {
		t.Fatalf("written after the rotation: %+v, %v", p, err)
	}
}

// format1 turns a vault into one of version 0.2: the keys lie in it, and the
// key file holds root alone.
func format1(t *testing.T, v *Vault) {
	t.Helper()
	ring := v.keys.Load()
	for _, q := range []string{"create table keys (name text primary key, wrapped blob not null) strict, without rowid",
		"create table old (subject blob primary key, kind text not null, epoch text not null, key blob not null, name blob, email blob, number blob) strict, without rowid",
		"insert into old select subject, kind, 'epoch-1', key, name, email, number from subjects", "drop table subjects", "alter table old rename to subjects",
		"drop table pseudonyms", "drop table uploads", "drop table erasures", "pragma user_version=1"} {
		if _, err := v.db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	for name, key := range map[string][]byte{"epoch-1": ring.epochs[1], "index": ring.index, "texts": ring.texts} {
		if _, err := v.db.Exec("insert into keys values (?, ?)", name, seal(ring.root, key, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(ring.path, []byte(hex.EncodeToString(ring.root)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAVaultOfTheFirstFormat is opened, also by a process that comes after one
// that died between the keyring and the tables.
func TestAVaultOfTheFirstFormat(t *testing.T) {
	for _, died := range []bool{false, true} {
		v, dir := vault(t)
		ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna", OrgNumber: orgNumber(t, "559999-0008")})
		text := v.Seal(Binding{Field: Place}, "Hörnet")
		keyring, err := os.ReadFile(KeyPath(dir))
		if err != nil {
			t.Fatal(err)
		}
		format1(t, v)
		v.Close()
		if died {
			if err := os.WriteFile(KeyPath(dir), keyring, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		v = open(t, dir)
		if p, err := v.Profile(ids[0]); err != nil || p.Name != "Anna" || p.Kind != Person {
			t.Fatalf("%+v, %v", p, err)
		}
		if got, how := file(t, v, Identity{Name: "Anna", OrgNumber: orgNumber(t, "559999-0008")}); got[0] != ids[0] || how[0] != Weakly {
			t.Fatalf("not found again: %v", how)
		}
		if place, err := v.Unseal(Binding{Field: Place}, text); err != nil || place != "Hörnet" {
			t.Fatalf("%q, %v", place, err)
		}
	}
}

// TestADamagedKeyringIsRefused flips and cuts its text: never opened otherwise,
// never a crash.
func TestADamagedKeyringIsRefused(t *testing.T) {
	v, dir := vault(t)
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"})
	if err := v.KeepRoot(Protection{Passphrase: "p"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(KeyPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	r := seed(t)
	for range 40 {
		harmed := []byte(strings.Clone(string(text)))
		if r.IntN(4) == 0 {
			harmed = harmed[:r.IntN(len(harmed))]
		} else {
			harmed[r.IntN(len(harmed))] ^= 1 << r.IntN(7)
		}
		path := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(path, harmed, 0o600); err != nil {
			t.Fatal(err)
		}
		name, err := nameOf(dir, Keys{Path: path, Passphrase: "p", Borrowed: true}, ids[0])
		if err == nil && name != "Anna" {
			t.Fatalf("opened as %q", name)
		}
	}
}

// TestDoubles: who may be one, and who is not.
func TestDoubles(t *testing.T) {
	k := func(n byte, name, email, number string) Known {
		return Known{uuid.UUID{n}, Profile{Name: name, Email: email, Number: number}}
	}
	for _, c := range []struct {
		says string
		a, b Known
		want Why
	}{
		{"one address, two names", k(1, "Anna Å", "a@example.org", ""), k(2, "A. Å", "a@example.org", ""), SameEmail},
		{"one name", k(1, "Anna Ås", "", ""), k(2, "anna  ås", "b@example.org", ""), SameName},
		{"a letter changed", k(1, "Kristina Berg", "", ""), k(2, "Christina Berg", "", ""), ""},
		{"a letter more", k(1, "Kristin Berg", "", ""), k(2, "Kristina Berg", "", ""), SimilarOne},
		{"a letter other", k(1, "Kristine Berg", "", ""), k(2, "Kristina Berg", "", ""), SimilarOne},
		{"short names are near anything", k(1, "Bo Ek", "", ""), k(2, "Bo Ed", "", ""), ""},
		{"two numbers are two people", k(1, "Anna Ås", "a@example.org", "1"), k(2, "Anna Ås", "a@example.org", "2"), ""},
		{"one number may be the other", k(1, "Anna Ås", "", "1"), k(2, "Anna Ås", "", ""), SameName},
	} {
		got := Doubles([]Known{c.a, c.b})
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0].Why != c.want) {
			t.Errorf("%s: %d pairs %v, want %q", c.says, len(got), got, c.want)
		}
	}
	if got := Doubles([]Known{k(1, "Anna Ås", "", ""), k(2, "Anna Ås", "", "1")}); len(got) != 1 || got[0].First.Subject != (uuid.UUID{2}) {
		t.Error("the one known by more is not kept")
	}
}

// TestFind: by a number, an address, and nothing else.
func TestFind(t *testing.T) {
	v, _ := vault(t)
	ids, _ := file(t, v, Identity{Number: number(t, "19900101-9802"), StoreNumber: true, Email: "anna@example.org", Name: "Anna"}, Identity{Email: "bo@example.org", Name: "Bo"})
	for text, want := range map[string]uuid.UUID{"900101-9802": ids[0], "199001019802": ids[0], " Anna@Example.org ": ids[0], "bo@example.org": ids[1]} {
		if got, err := v.Find(context.Background(), text); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%v, %v", got, err)
		}
	}
	for _, text := range []string{"", "Anna", "19900102-9819", "example.org"} {
		if got, err := v.Find(context.Background(), text); err != nil || len(got) != 0 {
			t.Errorf("found %v, %v", got, err)
		}
	}
}
