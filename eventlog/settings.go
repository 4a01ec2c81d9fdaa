package eventlog

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/sqlite"
)

// settings are what the log's file must be like: an acknowledged batch is kept.
var settings = sqlite.Register("sqlite3_log", sqlite.Kind{Of: "the log", Journal: "wal", Statements: 16})

// openDB opens the SQLite file with the log's settings; create says whether it
// may be made.
func openDB(path string, create bool) (*sql.DB, error) {
	if err := assertPlace(path); err != nil {
		return nil, err
	}
	return settings.Open(path, create)
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
