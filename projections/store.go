package projections

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"

	"utfall/planted"
)

//go:embed schema/*.sql
var schema embed.FS

// projectionsVersion is raised when the same events give other rows than
// before, so that files made earlier are rebuilt.
const projectionsVersion = 1

// Version is the hash of schema and projections a file is made by.
func Version() string {
	h := sha256.New()
	fmt.Fprintf(h, "projections %d\n%s", projectionsVersion, schemaText())
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// schemaText is all of schema/*.sql in name order.
func schemaText() string {
	var b strings.Builder
	_ = fs.WalkDir(schema, "schema", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := schema.ReadFile(path)
			b.Write(text)
		}
		return err
	})
	return b.String()
}

// Path is where the file lies in a data directory.
func Path(dir string) string { return filepath.Join(dir, "facts.duckdb") }

// ErrOtherVersion is returned by Open for a file another program made.
var ErrOtherVersion = errors.New("facts were projected by another version")

// Store is an open facts file.
type Store struct {
	db        *sql.DB
	connector driver.Connector // of db
	conn      *sql.Conn        // the projector's own; it alone writes
	lock      *os.File         // held from before the file was opened; nil for one of a test or a rebuild

	apply sync.Mutex // held while rows are written

	mu         sync.Mutex
	checkpoint uint64
	moved      chan struct{} // closed and replaced when checkpoint moves
	stopped    *Stopped
}

// Stopped says where and why projecting ended.
type Stopped struct {
	Position uint64 `json:"position"`
	Error    string `json:"error"`
}

// Open opens a facts file, makes it when it is not there, and locks DuckDB
// down: no external access, no extensions, settings locked.
func Open(ctx context.Context, path string) (*Store, error) {
	db, connector, err := openDB(ctx, path)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, connector: connector, moved: make(chan struct{})}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func openDB(ctx context.Context, path string) (*sql.DB, driver.Connector, error) {
	connector, err := duckdb.NewConnector(path, nil)
	if err != nil {
		if m := holder.FindStringSubmatch(err.Error()); m != nil {
			return nil, nil, heldBy(m[1], err)
		}
		return nil, nil, err
	}
	db := sql.OpenDB(connector)
	if err := lockDown(ctx, db, filepath.Dir(path)); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, connector, nil
}

// holder finds the process DuckDB itself says has the file: one that does not
// know our lock, such as another tool.
var holder = regexp.MustCompile(`Could not set lock on file.*PID (\d+)`)

func lockDown(ctx context.Context, db *sql.DB, dir string) error {
	temp := strings.ReplaceAll(filepath.Join(dir, "duckdb-temp"), "'", "''")
	if planted.Uncompressed {
		if _, err := db.ExecContext(ctx, "set force_compression = 'uncompressed'"); err != nil {
			return err
		}
	}
	for _, set := range []string{
		"set temp_directory = '" + temp + "'", "set max_temp_directory_size = '4GB'", "set memory_limit = '1GB'",
		"set preserve_insertion_order = false",
		"set autoinstall_known_extensions = false", "set autoload_known_extensions = false", "set allow_community_extensions = false",
		"set enable_external_access = false", "set lock_configuration = true",
	} {
		if _, err := db.ExecContext(ctx, set); err != nil {
			return fmt.Errorf("%s: %w", set, err)
		}
	}
	return nil
}

// prepare makes the tables of a new file, and reads the checkpoint of an old one.
func (s *Store) prepare(ctx context.Context) (err error) {
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return err
	}
	var tables int
	if err := s.db.QueryRowContext(ctx, "select count(*) from duckdb_tables()").Scan(&tables); err != nil {
		return err
	}
	if tables == 0 {
		tx, err := s.conn.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.ExecContext(ctx, schemaText()); err != nil {
			return fmt.Errorf("make the tables: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "insert into made_by values (?)", Version()); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	var version string
	err = s.db.QueryRowContext(ctx, "select version from made_by").Scan(&version)
	if err != nil || version != Version() {
		return errors.Join(ErrOtherVersion, err)
	}
	return s.db.QueryRowContext(ctx, "select position from checkpoint").Scan(&s.checkpoint)
}

// Close closes the file.
func (s *Store) Close() error {
	var err error
	if s.conn != nil {
		err = s.conn.Close()
	}
	err = errors.Join(err, s.db.Close())
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// DB is the handle questions are asked through.
func (s *Store) DB() *sql.DB { return s.db }

// Checkpoint is the position of the newest batch that is projected.
func (s *Store) Checkpoint() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.checkpoint
}

// Stopped is why projecting ended, nil while it goes on.
func (s *Store) Stopped() *Stopped {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

// state gives what a waiter needs in one look.
func (s *Store) state() (checkpoint uint64, stopped *Stopped, moved <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.checkpoint, s.stopped, s.moved
}

func (s *Store) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.moved)
	s.moved = make(chan struct{})
}

// remove deletes a facts file and what DuckDB keeps beside it.
func remove(path string) error {
	var errs []error
	for _, p := range []string{path, path + ".wal"} {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
