package eventlog

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"utfall/domain"
)

const (
	busyTimeout = 5 * time.Second
	minSQLite   = 3051003 // earlier ones can corrupt a WAL with several writers
)

func init() {
	sql.Register("sqlite3_log", &sqlite3.SQLiteDriver{ConnectHook: assertSettings})
}

// assertSettings refuses a connection that would not keep an acknowledged
// batch: the driver's own default in WAL mode is synchronous=NORMAL.
func assertSettings(conn *sqlite3.SQLiteConn) error {
	if _, version, _ := sqlite3.Version(); version < minSQLite {
		return fmt.Errorf("SQLite %d is older than %d, which mended a loss of data", version, minSQLite)
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2"} {
		rows, err := conn.Query("pragma "+pragma, nil)
		if err != nil {
			return err
		}
		value := make([]driver.Value, 1)
		err = rows.Next(value)
		if got := fmt.Sprint(value[0]); err != nil || got != want {
			return errors.Join(err, rows.Close(), fmt.Errorf("pragma %s is %s, must be %s", pragma, got, want))
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

// openDB opens the SQLite file with the log's settings; create says whether it
// may be made.
func openDB(path string, create bool) (*sql.DB, error) {
	if err := assertPlace(path); err != nil {
		return nil, err
	}
	mode := "rw"
	if create {
		mode = "rwc"
	}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{
		"mode": {mode}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())}, "_stmt_cache_size": {"16"}}.Encode()}
	return sql.Open("sqlite3_log", dsn.String())
}

// assertPlace refuses a place where SQLite cannot keep its promises: a network
// file system, whose locks are not those of one machine, and a program with
// two SQLite libraries, which drop each other's locks.
func assertPlace(path string) error {
	kind, err := fileSystem(filepath.Dir(path))
	if err != nil {
		return err
	}
	if networked(kind) {
		return domain.Refuse(domain.Unhealthy,
			domain.Tf("%s ligger på nätverksfilsystemet %s", "%s is on the network file system %s", filepath.Dir(path), kind),
			domain.T("flytta datakatalogen till en lokal disk: låsen håller inte över nätet", "move the data directory to a local disk: locks do not hold over the network"))
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		return oneSQLite(build.Deps)
	}
	return nil
}

// networked reports whether a file system by that name is one of a network.
func networked(kind string) bool {
	return slices.Contains([]string{"nfs", "smb", "smb2", "smbfs", "cifs", "afpfs", "webdav", "afs", "ncp"}, kind)
}

// otherSQLites are libraries that bring a SQLite of their own.
var otherSQLites = []string{"modernc.org/sqlite", "github.com/ncruces/go-sqlite3", "zombiezen.com/go/sqlite", "crawshaw.io/sqlite", "github.com/tailscale/sqlite"}

func oneSQLite(deps []*debug.Module) error {
	for _, m := range deps {
		for _, other := range otherSQLites {
			if m.Path == other || strings.HasPrefix(m.Path, other+"/") {
				return fmt.Errorf("this program links two SQLite libraries, %s beside github.com/mattn/go-sqlite3: they drop each other's locks", m.Path)
			}
		}
	}
	return nil
}
