package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/mattn/go-sqlite3" // the one SQLite library of the program
)

// BusyTimeout is how long a connection waits for a lock that another one holds.
const BusyTimeout = 5 * time.Second

const minVersion = 3051003 // earlier ones can corrupt a WAL with several writers

// Kind is a kind of file and what it must be like.
type Kind struct {
	Of           string // what an error calls it: the log
	Journal      string // wal, where a commit is one fsync; delete, where nothing erased lives on in a side file
	SecureDelete bool   // what is deleted is overwritten
	Statements   int    // how many prepared statements a connection keeps
	driver       string
}

// Register names a kind of file for database/sql.
func Register(driver string, k Kind) *Kind {
	k.driver = driver
	sql.Register(driver, &sqlite3.SQLiteDriver{ConnectHook: k.assert})
	return &k
}

// Open opens a file of the kind; create says whether it may be made.
func (k *Kind) Open(path string, create bool) (*sql.DB, error) {
	mode := "rw"
	if create {
		mode = "rwc"
	}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{
		"mode": {mode}, "_journal_mode": {k.Journal}, "_synchronous": {"FULL"}, "_secure_delete": {fmt.Sprint(k.SecureDelete)},
		"_txlock": {"immediate"}, "_busy_timeout": {fmt.Sprint(BusyTimeout.Milliseconds())}, "_stmt_cache_size": {fmt.Sprint(k.Statements)}}.Encode()}
	return sql.Open(k.driver, dsn.String())
}

// assert refuses a connection that would answer before a commit is on stable
// storage, for the driver's own default in WAL mode is synchronous=NORMAL, or that
// would leave behind what is to be overwritten.
func (k *Kind) assert(conn *sqlite3.SQLiteConn) error {
	if _, version, _ := sqlite3.Version(); version < minVersion {
		return fmt.Errorf("SQLite %d is older than %d, which mended a loss of data", version, minVersion)
	}
	must := map[string]string{"journal_mode": k.Journal, "synchronous": "2"}
	if k.SecureDelete {
		must["secure_delete"] = "1"
	}
	for pragma, want := range must {
		rows, err := conn.Query("pragma "+pragma, nil)
		if err != nil {
			return err
		}
		value := make([]driver.Value, 1)
		err = rows.Next(value)
		if got := fmt.Sprint(value[0]); err != nil || got != want {
			return errors.Join(err, rows.Close(), fmt.Errorf("%s's pragma %s is %s, must be %s", k.Of, pragma, got, want))
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}
