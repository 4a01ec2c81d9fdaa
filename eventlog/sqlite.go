package eventlog

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"

	"utfall/domain"
)

// schema: one row per commit holds one or several whole batches. Nothing is
// ever changed or removed; the triggers make mistakes loud, not impossible.
const schema = `
create table if not exists commits (
	first   integer primary key check (first > 0), -- position of its first batch
	batches integer not null check (batches > 0),
	ids     blob    not null,                      -- ids of the batches, length-prefixed
	body    blob    not null                       -- the batches, as batch.go writes them
) strict;
create table if not exists imports (id text primary key, position integer not null) strict, without rowid;
create trigger if not exists commits_no_update before update on commits begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists commits_no_delete before delete on commits begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists imports_no_update before update on imports begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists imports_no_delete before delete on imports begin select raise(abort, 'the log is append-only'); end;
`

const (
	applicationID = 0x75746c67 // "utlg"
	formatVersion = 1
	busyTimeout   = 5 * time.Second
	minSQLite     = 3051003 // earlier ones can corrupt a WAL with several writers
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

// Log is one append-only log file, open. Several processes may have the same
// file open at once.
type Log struct {
	db     *sql.DB
	closed chan struct{}
	once   sync.Once
	queue  chan *request // to the writer goroutine, which alone appends

	mu   sync.Mutex
	bell chan struct{} // closed and replaced when this process has appended
}

// Open opens a log, and makes it when it is not there.
func Open(path string) (*Log, error) {
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())}}.Encode()}
	db, err := sql.Open("sqlite3_log", dsn.String())
	if err != nil {
		return nil, err
	}
	l := &Log{db: db, closed: make(chan struct{}), queue: make(chan *request, maxGroup), bell: make(chan struct{})}
	if err := l.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the log %s: %w", path, held(err)), db.Close())
	}
	// Whoever may read the directory is to need more than that to read the log.
	if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, fs.ErrPermission) {
		return nil, errors.Join(err, db.Close())
	}
	go l.write()
	return l, nil
}

func (l *Log) prepare() error {
	var app, version int
	if err := l.db.QueryRow("select (select * from pragma_application_id), (select * from pragma_user_version)").Scan(&app, &version); err != nil {
		return err
	}
	switch {
	case app == applicationID && version > formatVersion:
		return domain.Refuse(domain.Unhealthy,
			domain.Tf("loggen har format %d, det här programmet läser %d", "the log has format %d, this program reads %d", version, formatVersion),
			domain.T("använd en nyare version av utfall", "use a newer version of utfall"))
	case app == applicationID && version == formatVersion:
		return nil
	case app != 0:
		return errors.New("this SQLite file is not a log of utfall")
	}
	tx, err := l.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(schema + fmt.Sprintf("pragma application_id = %d; pragma user_version = %d;", applicationID, formatVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// Close stops the writer and closes the file. Appends under way finish first.
func (l *Log) Close() error {
	var err error
	l.once.Do(func() {
		close(l.closed)
		err = l.db.Close()
	})
	return err
}

// Head is the position of the newest batch, 0 for an empty log.
func (l *Log) Head(ctx context.Context) (uint64, error) {
	return head(ctx, l.db)
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func head(ctx context.Context, q querier) (uint64, error) {
	var n uint64
	err := q.QueryRowContext(ctx, "select coalesce((select first+batches-1 from commits order by first desc limit 1), 0)").Scan(&n)
	return n, err
}

// Read gives the batches after a position, in order, until the newest one at
// the time of the call or until each returns an error.
func (l *Log) Read(ctx context.Context, after uint64, each func(*Batch) error) error {
	for {
		var first, batches uint64
		var body []byte
		err := l.db.QueryRowContext(ctx, `select first, batches, body from commits
			where first+batches-1 > ?1 and first >= coalesce((select max(first) from commits where first <= ?1+1), 0)
			order by first limit 1`, int64(after)).Scan(&first, &batches, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the log after %d: %w", after, err)
		}
		for n := range batches {
			var b *Batch
			if b, body, err = readRecord(body); err != nil {
				return fmt.Errorf("read batch %d: %w", first+n, err)
			}
			if b.Position != first+n {
				return fmt.Errorf("read batch %d: %w: it says it is %d", first+n, ErrBatch, b.Position)
			}
			if b.Position <= after {
				continue
			}
			if err := each(b); err != nil {
				return err
			}
		}
		if len(body) > 0 {
			return fmt.Errorf("read batch %d: %w: trailing bytes in the commit", first+batches-1, ErrBatch)
		}
		after = first + batches - 1
	}
}

// Batch gives the batch at a position.
func (l *Log) Batch(ctx context.Context, position uint64) (*Batch, error) {
	var found *Batch
	stop := errors.New("found")
	err := l.Read(ctx, position-1, func(b *Batch) error { found = b; return stop })
	if found == nil && err == nil {
		err = fmt.Errorf("there is no batch %d", position)
	}
	if errors.Is(err, stop) {
		err = nil
	}
	return found, err
}

// appended is closed when this process next appends.
func (l *Log) appended() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bell
}

func (l *Log) ring() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.bell)
	l.bell = make(chan struct{})
}

// held turns SQLite's "database is locked" into words a person can act on.
func held(err error) error {
	var code sqlite3.Error
	if errors.As(err, &code) && (code.Code == sqlite3.ErrBusy || code.Code == sqlite3.ErrLocked) {
		return &domain.Error{Code: domain.Conflict, Err: err,
			What: domain.Tf("en annan process skriver i loggen sedan mer än %v", "another process has been writing the log for more than %v", busyTimeout),
			Hint: domain.T("vänta tills den är klar och försök igen", "wait until it is done and try again")}
	}
	return err
}
