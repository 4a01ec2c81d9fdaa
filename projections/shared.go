package projections

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"utfall/domain"
	"utfall/eventlog"
)

// Shared is the facts of a data directory for one command or server. DuckDB's
// file belongs to one process: whoever comes first holds it, and answers the
// questions of the others over a socket in the directory. When the holder is
// gone, one of the others takes its place at its next question; what is asked
// is the same either way.
type Shared struct {
	log *eventlog.Log
	dir string
	db  *sql.DB

	mu     sync.Mutex
	local  *Store  // when this process is the holder
	server *server // that answers others then
	closed bool

	reaching   sync.Mutex  // one CatchUp at a time
	running    atomic.Bool // Follow keeps the store up to date
	checkpoint uint64      // that this process last asked to reach
	stopped    *Stopped
}

// Share gives the facts of a data directory, up to date with the log's head.
// The error names the process that holds them and does not answer.
func Share(ctx context.Context, log *eventlog.Log, dir string, progress func(at, head uint64)) (*Shared, error) {
	s := &Shared{log: log, dir: dir}
	s.db = sql.OpenDB(connector{s})
	if err := s.acquire(ctx, progress); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	err := s.Reach(ctx, func(uint64) {})
	if s.stopped != nil { // what is projected can still be asked
		return s, err
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// DB is the handle questions are asked through.
func (s *Shared) DB() *sql.DB { return s.db }

// Checkpoint is the position last reached by Reach: what has been asked since
// is of that position or a later one.
func (s *Shared) Checkpoint() uint64 { return s.checkpoint }

// Now is how far this process's facts are projected, and why they are not
// projected further; what was last reached, when another process holds them.
func (s *Shared) Now() (uint64, *Stopped) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.local == nil {
		return s.checkpoint, s.stopped
	}
	at, stopped, _ := s.local.state()
	return at, stopped
}

// Holder reports whether this process holds the file.
func (s *Shared) Holder() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.local != nil
}

// Reach brings the facts to the log's head, here or in the process that holds
// them.
func (s *Shared) Reach(ctx context.Context, progress func(at uint64)) error {
	head, err := s.log.Head(ctx)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		err := s.reachOnce(ctx, head, progress)
		if !errors.Is(err, driver.ErrBadConn) || try > 2 {
			return err
		}
	}
}

func (s *Shared) reachOnce(ctx context.Context, head uint64, progress func(at uint64)) error {
	conn, err := s.db.Conn(ctx) // this process's, or the holder's
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(c any) (err error) {
		var at uint64
		if far, ok := c.(*remote); ok {
			at, s.stopped, err = far.reach(ctx, head)
		} else {
			at, s.stopped, err = s.reachHere(ctx, head, progress)
		}
		if err == nil {
			s.checkpoint = at
			if s.stopped != nil {
				err = stopError(s.stopped)
			}
		}
		return err
	})
}

func (s *Shared) reachHere(ctx context.Context, to uint64, progress func(at uint64)) (uint64, *Stopped, error) {
	s.mu.Lock()
	store := s.local
	s.mu.Unlock()
	if store == nil {
		return 0, nil, driver.ErrBadConn
	}
	return s.reachIn(ctx, store, to, progress)
}

// reachIn projects in this process, for itself or for who asks it.
func (s *Shared) reachIn(ctx context.Context, store *Store, to uint64, progress func(at uint64)) (uint64, *Stopped, error) {
	if at, stopped, err := s.await(ctx, store, to); !errors.Is(err, errNotRunning) {
		return at, stopped, err
	}
	s.reaching.Lock()
	defer s.reaching.Unlock()
	err := CatchUp(ctx, s.log, store, to, progress)
	at, stopped, _ := store.state()
	if stopped != nil {
		err = nil // told as a stop, at its position
	}
	return at, stopped, err
}

var errNotRunning = errors.New("nobody follows the log")

// await waits until the projector of Follow has come that far, or has stopped.
func (s *Shared) await(ctx context.Context, store *Store, to uint64) (uint64, *Stopped, error) {
	for {
		at, stopped, moved := store.state()
		switch {
		case !s.running.Load():
			return at, nil, errNotRunning
		case at >= to || stopped != nil:
			return at, stopped, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return at, nil, ctx.Err()
		}
	}
}

// Follow keeps the facts up to date until ctx ends or a batch cannot be
// projected. Only the holder can; a server is one.
func (s *Shared) Follow(ctx context.Context) error {
	s.mu.Lock()
	store := s.local
	s.mu.Unlock()
	if store == nil {
		return errNotHolder
	}
	s.running.Store(true)
	err := Run(ctx, s.log, store)
	s.running.Store(false)
	store.set(func() {}) // whoever waits looks again
	return err
}

var errNotHolder = errors.New("another process holds the facts")

// acquire makes this process the holder, or finds the one there is. It waits
// a while for a holder that does neither answer nor go.
func (s *Shared) acquire(ctx context.Context, progress func(at, head uint64)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	deadline := time.Now().Add(lockWait)
	for s.local == nil {
		held, pid, err := tryLock(Path(s.dir))
		if err != nil {
			return err
		}
		if held != nil {
			return s.hold(ctx, held, progress)
		}
		if conn, err := dial(ctx, s.dir, time.Until(deadline)); err == nil {
			return conn.Close() // somebody answers
		} else if errors.Is(err, errOtherProgram) {
			return err
		}
		if time.Now().After(deadline) {
			return heldBy(pid, nil)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// hold opens the file under its lock, and the socket. s.mu is held.
func (s *Shared) hold(ctx context.Context, held locked, progress func(at, head uint64)) error {
	if s.closed {
		return errors.Join(eventlog.ErrClosed, held.Close())
	}
	store, err := openReady(ctx, s.log, Path(s.dir), progress)
	if err != nil {
		return errors.Join(err, held.Close())
	}
	store.lock = held
	s.local = store
	s.server, err = serve(s, store)
	if err != nil {
		// Others will wait and then name us; our own work can go on.
		s.server = nil
	}
	return nil
}

// connector gives database/sql its connections: of this process when it is the
// holder, else to the holder.
type connector struct{ shared *Shared }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	s := c.shared
	for try := 0; ; try++ {
		s.mu.Lock()
		store := s.local
		s.mu.Unlock()
		if store != nil {
			return store.connector.Connect(ctx)
		}
		conn, err := dial(ctx, s.dir, lockWait)
		if err == nil {
			return conn, nil
		}
		// Nobody answers: the holder is gone, or going. Who gets the lock is the next.
		if err := s.acquire(ctx, func(uint64, uint64) {}); err != nil {
			return nil, err
		}
		if try > 10 {
			return nil, fmt.Errorf("ask the process that holds the facts: %w", err)
		}
	}
}

func (c connector) Driver() driver.Driver { return noDriver{} }

// noDriver is there because database/sql asks for one; nothing is opened by it.
type noDriver struct{}

func (noDriver) Open(string) (driver.Conn, error) { return nil, errors.New("not opened by name") }

// Close lets the questions of others end, and then lets go of the file.
func (s *Shared) Close() error {
	err := s.db.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.server != nil {
		err = errors.Join(err, s.server.stop())
		s.server = nil
	}
	if s.local != nil {
		err = errors.Join(err, s.local.Close())
		s.local = nil
	}
	return err
}

var errOtherProgram = domain.Refuse(domain.Conflict,
	domain.T("en annan version av utfall har databasen öppen", "another version of utfall has the database open"),
	domain.T("avsluta den, eller använd samma version", "end it, or use the same version"))
