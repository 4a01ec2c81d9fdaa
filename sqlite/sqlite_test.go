package sqlite

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	kept      = Register("sqlite3_kept", Kind{Of: "the kept", Journal: "wal", Statements: 2})
	forgotten = Register("sqlite3_forgotten", Kind{Of: "the forgotten", Journal: "delete", SecureDelete: true})
)

// TestEveryConnectionIsAsItsKind opens several connections at once of each kind: what
// SQLite itself says of them is what the kind says.
func TestEveryConnectionIsAsItsKind(t *testing.T) {
	for kind, want := range map[*Kind]string{kept: "wal 2 0 5000", forgotten: "delete 2 1 5000"} {
		path := filepath.Join(t.TempDir(), "a file? of #1.db")
		if db, err := kind.Open(path, false); err != nil || db.Ping() == nil {
			t.Fatalf("%s: a file that is not there was opened, %v", kind.Of, err)
		}
		db, err := kind.Open(path, true)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("create table t (a)"); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			conn, err := db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			var got string
			err = conn.QueryRowContext(t.Context(), `select concat_ws(' ', (select * from pragma_journal_mode), (select * from pragma_synchronous),
				(select * from pragma_secure_delete), (select * from pragma_busy_timeout))`).Scan(&got)
			if err != nil || got != want {
				t.Errorf("%s: %q, %v, want %q", kind.Of, got, err, want)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", kind.Of, err)
		}
	}
}

// TestAnotherConnectionIsRefused opens files as the driver would by itself, and with
// each setting wrong.
func TestAnotherConnectionIsRefused(t *testing.T) {
	for query, want := range map[string]string{
		"":                                      "the kept's pragma ",
		"_journal_mode=wal&_synchronous=NORMAL": "the kept's pragma synchronous is 1, must be 2",
		"_journal_mode=off&_synchronous=FULL":   "the kept's pragma journal_mode is off, must be wal",
		"_journal_mode=wal&_synchronous=FULL":   "",
	} {
		refused(t, kept, query, want)
	}
	for query, want := range map[string]string{
		"_journal_mode=delete&_synchronous=FULL":                       "the forgotten's pragma secure_delete is 0, must be 1",
		"_journal_mode=delete&_synchronous=FULL&_secure_delete=FAST":   "the forgotten's pragma secure_delete is 2, must be 1",
		"_journal_mode=wal&_synchronous=FULL&_secure_delete=true":      "the forgotten's pragma journal_mode is wal, must be delete",
		"_journal_mode=delete&_synchronous=NORMAL&_secure_delete=true": "the forgotten's pragma synchronous is 1, must be 2",
		"_journal_mode=delete&_synchronous=FULL&_secure_delete=true":   "",
	} {
		refused(t, forgotten, query, want)
	}
}

func refused(t *testing.T, kind *Kind, query, want string) {
	t.Helper()
	db, err := sql.Open(kind.driver, "file:"+filepath.Join(t.TempDir(), "x.db")+"?"+query)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Ping()
	if got := fmt.Sprint(err); want == "" && err != nil || want != "" && !strings.Contains(got, want) {
		t.Errorf("%s?%s: %s, want %q", kind.Of, query, got, want)
	}
}
