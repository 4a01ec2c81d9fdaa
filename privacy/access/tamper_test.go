package access

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
)

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

// specimen is a closed record with entries of every kind, as bytes.
func specimen(t *testing.T, r *rand.Rand) []byte {
	t.Helper()
	dir := t.TempDir()
	d := open(t, dir)
	owner := gate(t, d, ownAccount, "")
	day := domain.MustDate(lastDay)
	addUser(t, owner, lead)
	addUser(t, owner, User{Name: "gone", Role: Manager})
	for _, name := range []string{"funder", "former"} {
		if _, err := owner.AddRecipient(t.Context(), Recipient{Name: name, Projects: []string{"DC"}, Expires: day}); err != nil {
			t.Fatal(err)
		}
	}
	if err := owner.RevokeUser(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	if err := owner.RevokeRecipient(t.Context(), "former"); err != nil {
		t.Fatal(err)
	}
	gates := []*Gate{owner, gate(t, d, ownAccount, "lena")}
	for i := range 34 {
		req := Request{Action: []Action{Figures, Entries, Released, Erase}[r.IntN(4)], Project: []string{"DC", "OTHER"}[r.IntN(2)], What: fmt.Sprint("command ", i),
			Position: uint64(i), Rows: r.IntN(9), Why: domain.Sealed([]string{"", "c2VhbGVk"}[r.IntN(2)])}
		if req.Action == Released {
			req.Recipient = "funder"
		}
		for range r.IntN(5) {
			req.Subjects = append(req.Subjects, uuid.New())
		}
		_ = gates[r.IntN(2)].Allow(t.Context(), req) // refusals are entries too
	}
	if n := whole(t, d); n != 40 {
		t.Fatalf("%d entries", n)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(Path(dir))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// triggers are what somebody who can write the file takes away, and puts back.
var triggers = []string{"entries_no_update", "entries_no_delete", "seen_no_update", "seen_no_delete"}

// TestTampering harms a record in one place, as somebody can who may write the
// file and knows the tables: each harm is found, and the entry is named.
func TestTampering(t *testing.T) {
	r := seed(t)
	whole := specimen(t, r)
	kinds := []func(*testing.T, *rand.Rand, *sql.DB) (string, uint64){changeColumn, changeColumn, changeColumn, moveText, forgeEntry, removeEntry, removeSeen, changeSeen, addSeen}
	for i := range 200 {
		dir := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(Path(dir), whole, 0o600); err != nil {
			t.Fatal(err)
		}
		what, want := harm(t, r, Path(dir), kinds[i%len(kinds)])
		d, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		v, err := d.Verify(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if v.Finding == nil {
			t.Errorf("%s: not found", what)
		} else if v.Finding.Entry != want {
			t.Errorf("%s: entry %d was named, want %d: %s", what, v.Finding.Entry, want, v.Finding.What.EN)
		} else if v.Entries >= want {
			t.Errorf("%s: %d entries are said to fit", what, v.Entries)
		}
		d.Close()
		os.RemoveAll(dir)
	}
}

// harm takes the triggers away, does the harm, and puts them back.
func harm(t *testing.T, r *rand.Rand, path string, do func(*testing.T, *rand.Rand, *sql.DB) (string, uint64)) (what string, entry uint64) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var back []string
	for _, name := range triggers {
		var text string
		if err := db.QueryRow("select sql from sqlite_schema where name = ?", name).Scan(&text); err != nil {
			t.Fatal(err)
		}
		back = append(back, text)
		execute(t, db, "drop trigger "+name)
	}
	execute(t, db, "pragma ignore_check_constraints = true")
	what, entry = do(t, r, db)
	for _, text := range back {
		execute(t, db, text)
	}
	return what, entry
}

func execute(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// count is how many rows a table has.
func count(t *testing.T, db *sql.DB, table string) int64 {
	t.Helper()
	var n int64
	if err := db.QueryRow("select count(*) from " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// changeColumn changes one value of one entry.
func changeColumn(t *testing.T, r *rand.Rand, db *sql.DB) (string, uint64) {
	t.Helper()
	names := strings.Split(columns, ", ")
	column, n := names[r.IntN(len(names))], 1+r.Int64N(count(t, db, "entries"))
	var value any
	if err := db.QueryRow("select "+column+" from entries where n = ?", n).Scan(&value); err != nil {
		t.Fatal(err)
	}
	var to any
	switch v := value.(type) {
	case int64:
		to = v + 1 + r.Int64N(1000)
		if column == "n" {
			to = v + 1000 // none is in the way
		}
	case string:
		to = []string{v + "x", "x" + v, " " + v, v + "\x00"}[r.IntN(4)]
	case []byte:
		b := append([]byte{}, v...)
		switch {
		case len(b) == 0:
			to = make([]byte, []int{1, 16}[r.IntN(2)])
		case r.IntN(3) == 0:
			to = b[:len(b)-1]
		default:
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
			to = b
		}
	}
	execute(t, db, "update entries set "+column+" = ? where n = ?", to, n)
	return fmt.Sprintf("%s of entry %d: %v became %v", column, n, value, to), uint64(n)
}

// moveText moves a value to the column beside it, so that what is hashed would
// be the same if one could run into the next.
func moveText(t *testing.T, r *rand.Rand, db *sql.DB) (string, uint64) {
	t.Helper()
	n := 1 + r.Int64N(count(t, db, "entries"))
	execute(t, db, "update entries set project = project || what, what = '' where n = ?", n)
	return fmt.Sprintf("a text of entry %d moved", n), uint64(n)
}

// forgeEntry changes an entry and hashes it anew as the program does: it fits,
// and the one after it does not.
func forgeEntry(t *testing.T, r *rand.Rand, db *sql.DB) (string, uint64) {
	t.Helper()
	n := 2 + r.Int64N(count(t, db, "entries")-2)
	var before []byte
	if err := db.QueryRow("select chain from entries where n = ?", n-1).Scan(&before); err != nil {
		t.Fatal(err)
	}
	var e Entry
	if err := e.scan(db.QueryRow("select "+columns+" from entries where n = ?", n)); err != nil {
		t.Fatal(err)
	}
	e.What += "!"
	execute(t, db, "update entries set what = ?, chain = ? where n = ?", e.What, e.link(before), n)
	return fmt.Sprintf("entry %d forged", n), uint64(n) + 1
}

// removeEntry takes an entry out, with whom it showed or without. The end can be
// cut off and is not told; see the package's caveats.
func removeEntry(t *testing.T, r *rand.Rand, db *sql.DB) (string, uint64) {
	t.Helper()
	n := 1 + r.Int64N(count(t, db, "entries")-1)
	execute(t, db, "delete from entries where n = ?", n)
	if r.IntN(2) == 0 {
		execute(t, db, "delete from seen where entry = ?", n)
	}
	return fmt.Sprintf("entry %d removed", n), uint64(n)
}

// anySeen picks a row of seen.
func anySeen(t *testing.T, r *rand.Rand, db *sql.DB) (subject []byte, entry int64) {
	t.Helper()
	err := db.QueryRow("select subject, entry from seen order by entry, subject limit 1 offset ?", r.Int64N(count(t, db, "seen"))).Scan(&subject, &entry)
	if err != nil {
		t.Fatal(err)
	}
	return subject, entry
}

func removeSeen(t *testing.T, r *rand.Rand, db *sql.DB) (string, uint64) {
	t.Helper()
	subject, entry := anySeen(t, r, db)
	execute(t, db, "delete from seen where subject = ? and entry = ?", subject, entry)
	return fmt.Sprintf("a subject of entry %d removed", entry), uint64(entry)
}

// changeSeen makes a row of seen another subject's, or lengthens it.
func changeSeen(t *testing.T, r *rand.Rand, db *sql.DB) (string, uint64) {
	t.Helper()
	subject, entry := anySeen(t, r, db)
	to := append([]byte{}, subject...)
	if r.IntN(3) == 0 {
		to = append(to, 0)
	} else {
		to[r.IntN(len(to))] ^= 1 << r.IntN(8)
	}
	execute(t, db, "update seen set subject = ? where subject = ? and entry = ?", to, subject, entry)
	return fmt.Sprintf("a subject of entry %d changed from %x to %x", entry, subject, to), uint64(entry)
}

func addSeen(t *testing.T, r *rand.Rand, db *sql.DB) (string, uint64) {
	t.Helper()
	id, entry := uuid.New(), 1+r.Int64N(count(t, db, "entries"))
	execute(t, db, "insert into seen (subject, entry) values (?, ?)", id[:], entry)
	return fmt.Sprintf("a subject of entry %d added", entry), uint64(entry)
}
