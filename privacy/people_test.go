package privacy

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/mattn/go-sqlite3"

	"utfall/domain"
)

func vault(t *testing.T) (*Vault, string) {
	t.Helper()
	dir := t.TempDir()
	if err := Create(dir, KeyPath(dir)); err != nil {
		t.Fatal(err)
	}
	return open(t, dir), dir
}

func open(t *testing.T, dir string) *Vault {
	t.Helper()
	v, err := Open(dir, Keys{Path: KeyPath(dir)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func number(t *testing.T, s string) domain.PersonNumber {
	t.Helper()
	n, err := domain.ParsePersonNumber(s, domain.MustDate("2022-01-01"), domain.UsualKinds)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func orgNumber(t *testing.T, s string) domain.OrgNumber {
	t.Helper()
	n, err := domain.ParseOrgNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// file takes rows in as one file and commits; it gives the subjects, and how
// each was recognised.
func file(t *testing.T, v *Vault, rows ...Identity) ([]uuid.UUID, []How) {
	t.Helper()
	im, err := v.Import("sha")
	if err != nil {
		t.Fatal(err)
	}
	var ids []uuid.UUID
	var how []How
	for _, r := range rows {
		m, err := im.Person(r)
		if err != nil {
			t.Fatal(err)
		}
		ids, how = append(ids, m.Subject), append(how, m.How)
	}
	if err := im.Commit(); err != nil {
		t.Fatal(err)
	}
	return ids, how
}

// TestMatching has the rules of formats.md 3 as sentences: who a row means,
// given what earlier files said.
func TestMatching(t *testing.T) {
	anna := number(t, "19900101-9802")
	bo := number(t, "19900102-9819")
	alfa := orgNumber(t, "559999-0008")
	earlier := []Identity{
		{Number: anna, StoreNumber: true, Email: "anna@example.org", Name: "Anna Å", OrgNumber: alfa},
		{Email: "cia@example.org", Name: "Cia Ä"},
		{Name: "Dan Ö", OrgNumber: alfa},
		{Name: "Eva", Within: "session 1"},
	}
	for _, c := range []struct {
		says string
		row  Identity
		want int // index of the earlier row it means, -1 for somebody new
		how  How
	}{
		{"a number links, whatever the name", Identity{Number: anna, StoreNumber: true, Name: "A. Å"}, 0, ByNumber},
		{"a number links even where it is not to be stored", Identity{Number: anna, Name: "A. Å"}, 0, ByNumber},
		{"an address links when the name agrees, case and spaces aside", Identity{Email: "CIA@example.org", Name: " cia  Ä"}, 1, ByEmail},
		{"an address with another name is somebody else", Identity{Email: "cia@example.org", Name: "Cecilia Ä"}, -1, New},
		{"a name with the same organisation links, weakly", Identity{Name: "dan ö", OrgNumber: alfa}, 2, Weakly},
		{"a name with another organisation is somebody else", Identity{Name: "Dan Ö", OrgNumber: orgNumber(t, "556016-0680")}, -1, New},
		{"a bare name never links across files", Identity{Name: "Anna Å", Within: "session 2"}, -1, New},
		{"but the same session's bare name does", Identity{Name: "EVA", Within: "session 1"}, 3, ByName},
		{"the same bare name at another session does not", Identity{Name: "Eva", Within: "session 2"}, -1, New},
		{"another number is somebody else, even with the same name and organisation", Identity{Number: bo, StoreNumber: true, Name: "Anna Å", OrgNumber: alfa}, -1, New},
		{"another number is somebody else, even with the same address", Identity{Number: bo, StoreNumber: true, Name: "Anna Å", Email: "anna@example.org"}, -1, New},
		{"a new number joins a person known by address", Identity{Number: bo, StoreNumber: true, Name: "Cia Ä", Email: "cia@example.org"}, 1, ByEmail},
	} {
		v, _ := vault(t)
		known, _ := file(t, v, earlier...)
		got, how := file(t, v, c.row)
		want := uuid.Nil
		if c.want >= 0 {
			want = known[c.want]
		}
		if how[0] != c.how || c.want >= 0 && got[0] != want {
			t.Errorf("%s: recognised %d, same person %t; want %d", c.says, how[0], got[0] == want, c.how)
		}
		if c.want < 0 {
			for i, k := range known {
				if got[0] == k {
					t.Errorf("%s: taken for row %d", c.says, i)
				}
			}
		}
	}
}

func TestWithinOneFileABareNameIsOnePerson(t *testing.T) {
	v, _ := vault(t)
	ids, _ := file(t, v, Identity{Name: "Eva", Within: "1"}, Identity{Name: "eva", Within: "2"}, Identity{Name: "Eva B", Within: "1"})
	if ids[0] != ids[1] || ids[0] == ids[2] {
		t.Fatalf("got %v", ids)
	}
}

func TestNumberAndAddressThatDisagree(t *testing.T) {
	v, _ := vault(t)
	anna := number(t, "19900101-9802")
	known, _ := file(t, v, Identity{Number: anna, StoreNumber: true, Name: "Anna"}, Identity{Email: "b@example.org", Name: "Anna"})
	file(t, v, Identity{Number: number(t, "19900102-9819"), StoreNumber: true, Email: "b@example.org", Name: "Anna"}) // both have numbers now
	im, err := v.Import("")
	if err != nil {
		t.Fatal(err)
	}
	m, err := im.Person(Identity{Number: anna, StoreNumber: true, Email: "b@example.org", Name: "Anna"})
	if err != nil || m.Subject != known[0] || !m.Conflict {
		t.Fatalf("%+v, %v; want the number's person, and the conflict told", m, err)
	}
}

// TestANumberThatIsNotNeededIsNotKept: looked up, not stored.
func TestANumberThatIsNotNeededIsNotKept(t *testing.T) {
	v, _ := vault(t)
	anna := number(t, "19900101-9802")
	ids, _ := file(t, v, Identity{Number: anna, Email: "anna@example.org", Name: "Anna"})
	p, err := v.Profile(ids[0])
	if err != nil || p.Number != "" || p.Name != "Anna" {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, how := file(t, v, Identity{Number: anna, StoreNumber: true, Name: "Somebody"}); how[0] != New {
		t.Fatalf("the number was kept: recognised %d", how[0])
	}
}

func TestProfilesComeBackAndFillIn(t *testing.T) {
	v, dir := vault(t)
	ids, _ := file(t, v, Identity{Email: "Anna@Example.org", Name: "  Anna   Å "})
	v.Close()
	v = open(t, dir)
	file(t, v, Identity{Number: number(t, "19900101-9802"), StoreNumber: true, Email: "anna@example.org", Name: "anna å"})
	p, err := v.Profile(ids[0])
	if want := (Profile{Name: "Anna Å", Email: "anna@example.org", Number: "199001019802", Kind: Person}); err != nil || p != want {
		t.Fatalf("%+v, %v; want %+v", p, err, want)
	}
	if _, err := v.Profile(uuid.New()); !errors.Is(err, ErrNoSubject) {
		t.Fatalf("somebody unknown gave %v", err)
	}
}

func TestAnUncommittedImportLeavesNobody(t *testing.T) {
	v, _ := vault(t)
	im, err := v.Import("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := im.Person(Identity{Email: "a@example.org", Name: "A"}); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := v.db.QueryRow("select count(*) from subjects").Scan(&n); err != nil || n != 0 {
		t.Fatalf("%d subjects, %v", n, err)
	}
}

func TestTwoImportsThatLearnTheSamePerson(t *testing.T) {
	v, dir := vault(t)
	other := open(t, dir)
	row := Identity{Email: "a@example.org", Name: "A"}
	one, err1 := v.Import("")
	two, err2 := other.Import("")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for _, im := range []*Import{one, two} {
		if _, err := im.Person(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := two.Commit(); !errors.Is(err, ErrMoved) {
		t.Fatalf("the second commit gave %v, want ErrMoved", err)
	}
}

// TestCiphertextsCannotBeMoved swaps sealed fields between people and fields.
func TestCiphertextsCannotBeMoved(t *testing.T) {
	v, _ := vault(t)
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Aaaaa"}, Identity{Email: "b@example.org", Name: "Bbbbb"})
	for _, q := range []string{
		"update subjects set name = (select name from subjects where subject = ?2) where subject = ?1",
		"update subjects set name = email where subject = ?1",
		"update subjects set key = (select key from subjects where subject = ?2) where subject = ?1",
	} {
		tx, err := v.db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(q, ids[0][:], ids[1][:]); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if p, err := v.Profile(ids[0]); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: opened as %+v, %v", q, p, err)
		}
	}
}

func TestNothingInTheFileIsInTheClear(t *testing.T) {
	v, dir := vault(t)
	file(t, v, Identity{Number: number(t, "19900101-9802"), StoreNumber: true, Email: "kanariefagel@example.org", Name: "Kanarie Fågel", OrgNumber: orgNumber(t, "559999-0008")})
	v.Close()
	b, err := os.ReadFile(Path(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"kanarie", "Kanarie", "9001019802", "900101-9802", "5599990008"} {
		if bytes.Contains(b, []byte(s)) {
			t.Errorf("the vault's file holds %s in clear", s)
		}
	}
}

func TestTheKeyIsNeededAndGuarded(t *testing.T) {
	_, dir := vault(t)
	info, err := os.Stat(KeyPath(dir))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file mode %v, %v", info.Mode(), err)
	}
	if err := Create(dir, KeyPath(dir)); err == nil {
		t.Error("a second vault was made over the first")
	}
	wrong := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(wrong, []byte(strings.Repeat("ab", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Keys{Path: wrong}); err == nil {
		t.Error("another key opened the vault")
	}
	if _, err := Open(dir, Keys{Path: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("no key was needed")
	}
}

func TestTheVaultLeavesNoOldPages(t *testing.T) {
	v, _ := vault(t)
	var secure, mode string
	err := errors.Join(v.db.QueryRow("pragma secure_delete").Scan(&secure), v.db.QueryRow("pragma journal_mode").Scan(&mode))
	if err != nil || secure != "1" || mode == "wal" {
		t.Fatalf("secure_delete %s, journal_mode %s, %v", secure, mode, err)
	}
	if _, n, _ := sqlite3.Version(); n < 3051003 {
		t.Fatalf("SQLite %d", n)
	}
}

// TestVaultsForgetOnEveryConnection: no connection of the vault can be opened
// that keeps what is erased.
func TestVaultsForgetOnEveryConnection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for _, query := range []string{"_journal_mode=WAL&_synchronous=FULL&_secure_delete=true", "_journal_mode=DELETE&_synchronous=NORMAL&_secure_delete=true",
		"_journal_mode=DELETE&_synchronous=FULL&_secure_delete=false"} {
		db, err := sql.Open("sqlite3_vault", "file:"+path+"?"+query)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Ping(); err == nil || !strings.Contains(err.Error(), "must be") {
			t.Errorf("%s was let through: %v", query, err)
		}
		db.Close()
	}
}
