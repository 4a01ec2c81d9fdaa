package projections

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
	"github.com/duckdb/duckdb-go/v2"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/planted"
)

// Topic is the topic of the product's one log.
const Topic = "log"

// ErrGap is returned for a batch that is neither seen nor the next.
var ErrGap = errors.New("a batch is missing before this one")

// Projector keeps a Store up to date with the log. It is a Watermill handler.
type Projector struct {
	store *Store
	quit  chan struct{} // closed when the run ends, so that a stopped handler lets go
	once  sync.Once
}

// These let a test fail a transaction, or panic in it: when it has begun, and
// at its last moment.
var (
	testOnlyAfterBegin   = func() error { return nil }
	testOnlyBeforeCommit = func() error { return nil }
)

// Handle projects what one message carries. It has three rules: what is at or
// below the checkpoint has been seen; what follows it is applied, in one
// transaction with the new checkpoint; anything else is an error, never guessed.
func (p *Projector) Handle(msg *message.Message) error {
	// From looking at the checkpoint to moving it, whatever the router does: two
	// that both find a batch to be the next would both apply it.
	p.store.apply.Lock()
	defer p.store.apply.Unlock()
	var batches []*eventlog.Batch
	next := p.store.Checkpoint() + 1
	for _, part := range eventlog.Parts(msg) {
		if err := eventlog.Damage(part); err != nil {
			return err
		}
		b, err := eventlog.FromMessage(part)
		switch {
		case err != nil:
			return err
		case b.Position < next && !planted.ApplyTwice:
			continue
		case b.Position > next:
			return fmt.Errorf("%w: got %d, expected %d", ErrGap, b.Position, next)
		}
		batches = append(batches, b)
		next++
	}
	if len(batches) == 0 {
		return nil
	}
	ctx := context.WithoutCancel(msg.Context())
	err := p.project(ctx, batches)
	if err == nil || len(batches) == 1 {
		return err
	}
	// One of several failed them all. One at a time, those before it are
	// projected, and the store stops at the very batch that cannot be.
	for i := range batches {
		if err := p.project(ctx, batches[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// Apply projects batches that follow the checkpoint in one transaction.
func (p *Projector) Apply(ctx context.Context, batches []*eventlog.Batch) error {
	p.store.apply.Lock()
	defer p.store.apply.Unlock()
	return p.project(ctx, batches)
}

// project is Apply for who has the store's lock.
func (p *Projector) project(ctx context.Context, batches []*eventlog.Batch) error {
	tx, err := p.store.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	w := &writes{appenders: map[string]*duckdb.Appender{}}
	if err := p.store.conn.Raw(func(conn any) error { return w.batches(conn.(driver.Conn), batches) }); err != nil {
		return err
	}
	if err := w.updateSuperseded(ctx, tx); err != nil {
		return err
	}
	last := batches[len(batches)-1].Position
	if planted.CheckpointApart {
		if err := tx.Commit(); err != nil {
			return err
		}
		planted.Pause()
		if tx, err = p.store.conn.BeginTx(ctx, nil); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("update checkpoint set position = %d", last)); err != nil {
		return err
	}
	if err := testOnlyBeforeCommit(); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	p.store.set(func() { p.store.checkpoint = last })
	return nil
}

// batches appends the rows of all batches. A panic ends here: out of Raw it
// would have database/sql close the connection, and wait for ever for the
// transaction that is open on it.
func (w *writes) batches(conn driver.Conn, batches []*eventlog.Batch) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v\n%s", what, debug.Stack())
		}
		err = errors.Join(err, w.close())
	}()
	w.conn = conn
	if err := testOnlyAfterBegin(); err != nil {
		return err
	}
	for _, b := range batches {
		if err := w.batch(b); err != nil {
			return fmt.Errorf("project batch %d: %w", b.Position, err)
		}
	}
	return nil
}

func (w *writes) batch(b *eventlog.Batch) error {
	events, err := b.Decode(domain.Events)
	if err != nil {
		return err
	}
	w.position = b.Position
	err = w.append("batches", b.Position, b.ID, day(domain.DateOf(b.RecordedAt)), b.Actor, b.Source.Kind, b.Source.SHA256,
		string(b.Source.Name), string(b.Source.Sheet), b.Program, uint32(b.Events), undoes(b))
	if err != nil {
		return err
	}
	for i := range events {
		if err := w.project(&events[i], i); err != nil {
			return fmt.Errorf("event %d (%s): %w", i+1, events[i].Data.Type(), err)
		}
	}
	return nil
}

// undoes is the batch this one took back, null when it took back none.
func undoes(b *eventlog.Batch) driver.Value {
	n, err := strconv.ParseUint(b.Metadata[eventlog.Undoes], 10, 64)
	if err != nil {
		return nil
	}
	return n
}

// stopAfter is the outermost middleware: what still fails after the retries
// stops the projector. Nothing is skipped and nothing is acknowledged; the
// owner of the run closes it.
func (p *Projector) stopAfter(h message.HandlerFunc) message.HandlerFunc {
	return func(msg *message.Message) ([]*message.Message, error) {
		_, err := h(msg)
		if err == nil || msg.Context().Err() != nil {
			return nil, err
		}
		p.store.set(func() { p.store.stopped = &Stopped{p.store.checkpoint + 1, err.Error()} })
		<-p.quit
		return nil, err
	}
}

// Run projects the log until ctx ends, or until a batch cannot be projected:
// then the store says where it stopped, and Run returns that error.
//
//	log -> Subscriber(from checkpoint+1) -> Merge -> Router[Retry(Recoverer(Handle))] -> DuckDB
func Run(ctx context.Context, log *eventlog.Log, store *Store) error {
	p := &Projector{store: store, quit: make(chan struct{})}
	topics := func(string) (*eventlog.Log, error) { return log, nil }
	// What goes wrong is told by the store and by Run; the router's own "all
	// handlers stopped" is how every run ends.
	logger := watermill.NewSlogLoggerWithLevelMapping(slog.Default(), map[slog.Level]slog.Level{slog.LevelInfo: slog.LevelDebug, slog.LevelError: slog.LevelDebug})
	after := store.Checkpoint()
	if planted.ApplyTwice { // only who is sent a batch again can apply it again
		after = max(after, 1) - 1
	}
	sub := eventlog.Merge(eventlog.NewSubscriber(topics, after))
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: 30 * time.Second}, logger)
	if err != nil {
		return err
	}
	retry := middleware.Retry{MaxRetries: 3, InitialInterval: 20 * time.Millisecond, Logger: watermill.NopLogger{}}
	router.AddMiddleware(p.stopAfter, retry.Middleware, middleware.Recoverer)
	router.AddConsumerHandler("projector", Topic, sub, p.Handle)

	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- router.Run(running) }()
	for {
		_, stopped, moved := store.state()
		if stopped != nil {
			return errors.Join(stopError(stopped), p.end(sub, router, done))
		}
		select {
		case <-moved:
		case <-ctx.Done():
			err := p.end(sub, router, done)
			if _, stopped, _ := store.state(); stopped != nil { // in the same moment
				return errors.Join(stopError(stopped), err)
			}
			return err
		case err := <-done:
			return errors.Join(err, sub.Close())
		}
	}
}

// end closes the subscriber first and the router after it: a handler that
// closed its own router would wait for itself.
func (p *Projector) end(sub message.Subscriber, router *message.Router, done <-chan error) error {
	p.once.Do(func() { close(p.quit) })
	// A router closed before it runs waits its whole CloseTimeout for handlers
	// it holds back itself.
	select {
	case <-router.Running():
	case err := <-done:
		return errors.Join(err, sub.Close())
	}
	return errors.Join(sub.Close(), router.Close(), <-done)
}

func stopError(s *Stopped) error {
	return &domain.Error{Code: domain.Unhealthy, Err: errors.New(s.Error),
		What: domain.Tf("projiceringen står still vid position %d", "projecting stands still at position %d", s.Position),
		Hint: domain.T("loggen är hel; installera en version av utfall som läser händelsen och kör igen", "the log is whole; install a version of utfall that reads the event and run again")}
}

// CatchUp projects until a position is reached, telling progress as it moves.
func CatchUp(ctx context.Context, log *eventlog.Log, store *Store, to uint64, progress func(at uint64)) error {
	if store.Checkpoint() >= to {
		return nil
	}
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- Run(running, log, store) }()
	for {
		at, _, moved := store.state()
		progress(at)
		if at >= to {
			cancel()
			return <-done
		}
		select {
		case <-moved:
		case err := <-done:
			return errors.Join(err, ctx.Err())
		}
	}
}
