package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/mattn/go-sqlite3"

	"utfall/domain"
	"utfall/sqlite"
)

// Log is one append-only log file, open. Several processes may have the same
// file open at once.
type Log struct {
	path   string
	db     *sql.DB
	once   sync.Once
	ended  chan struct{} // closed when the writer is through
	failed chan struct{} // closed when a write failed in a way that leaves doubt

	queue   sync.Mutex
	next    *group        // what waits for the writer goroutine, which alone appends
	closing bool          // nothing more is taken
	wake    chan struct{} // tells the writer that something waits; closed at the end

	mu   sync.Mutex
	bell chan struct{} // closed and replaced when this process has appended
}

// Open opens a log, and makes it when it is not there. A log whose last write
// failed is verified first.
func Open(path string) (*Log, error) {
	db, err := openDB(path, true)
	if err != nil {
		return nil, err
	}
	l := &Log{path: path, db: db, next: newGroup(), wake: make(chan struct{}, 1), bell: make(chan struct{}), failed: make(chan struct{}), ended: make(chan struct{})}
	if err := l.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the log %s: %w", path, held(path, err)), db.Close())
	}
	if err := l.clearDoubt(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	// Whoever may read the directory is to need more than that to read the log.
	if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, fs.ErrPermission) {
		return nil, errors.Join(err, db.Close())
	}
	go l.write()
	return l, nil
}

// Close stops the writer and closes the file. Appends under way finish first.
func (l *Log) Close() error {
	var err error
	l.once.Do(func() {
		l.queue.Lock()
		l.closing = true
		close(l.wake)
		l.queue.Unlock()
		<-l.ended
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

// busy reports whether an error is that another process holds the log.
func busy(err error) bool {
	var code sqlite3.Error
	return errors.As(err, &code) && (code.Code == sqlite3.ErrBusy || code.Code == sqlite3.ErrLocked)
}

// held turns SQLite's "database is locked" into words a person can act on.
func held(path string, err error) error {
	if !busy(err) {
		return err
	}
	who := domain.T("en annan process", "another process")
	if pid := writerOf(path); pid != 0 {
		who = domain.Tf("process %d", "process %d", pid)
	}
	return &domain.Error{Code: domain.Conflict, Err: err,
		What: domain.Text{SV: fmt.Sprintf("%s skriver i loggen sedan mer än %v", who.SV, sqlite.BusyTimeout), EN: fmt.Sprintf("%s has been writing the log for more than %v", who.EN, sqlite.BusyTimeout)},
		Hint: domain.T("vänta tills den är klar och försök igen", "wait until it is done and try again")}
}
