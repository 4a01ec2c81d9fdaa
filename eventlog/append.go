package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// Limits of one group of batches committed together.
const (
	maxGroup      = 1000
	maxGroupBytes = 64 << 20
	// RecentIDs is how many of the newest batches' ids are remembered, so that
	// a retry is recognised.
	RecentIDs = 1 << 16
)

// AnyHead is the expectation of an append that does not mind what came before.
const AnyHead = ^uint64(0)

// ErrMoved is returned by an append whose expected head is no longer the head.
var ErrMoved = errors.New("somebody else recorded something in between")

// ErrClosed is returned once the log is closed.
var ErrClosed = errors.New("the log is closed")

type request struct {
	batch    *Batch
	metadata []string // sorted keys
	expect   uint64
	position uint64
	err      error
	done     chan struct{}
}

// Append records a batch and returns its position once it is on stable
// storage. A batch whose id the log has answers with the position it has. With
// another expect than AnyHead, the append is refused with ErrMoved when the
// head is another.
func (l *Log) Append(ctx context.Context, b *Batch, expect uint64) (uint64, error) {
	r := l.enqueue(ctx, b, expect)
	<-r.done
	return r.position, r.err
}

// enqueue hands a batch to the writer. Once it is taken the append runs to its
// end, whatever becomes of ctx, for an unknown outcome helps nobody.
func (l *Log) enqueue(ctx context.Context, b *Batch, expect uint64) *request {
	r := &request{batch: b, expect: expect, done: make(chan struct{})}
	r.metadata = slices.Sorted(maps.Keys(b.Metadata))
	if r.err = b.check(); r.err != nil {
		close(r.done)
		return r
	}
	select {
	case <-l.closed:
		r.err = ErrClosed
	default:
		select {
		case l.queue <- r:
			return r
		case <-l.closed:
			r.err = ErrClosed
		case <-ctx.Done():
			r.err = ctx.Err()
		}
	}
	close(r.done)
	return r
}

// write is the writer goroutine: it takes what waits, commits it as one row
// and answers each caller. Nobody waits for company: a lone append is
// committed at once, and what arrives meanwhile shares the next commit.
func (l *Log) write() {
	w := writer{db: l.db, ids: map[string]uint64{}}
	for {
		select {
		case first := <-l.queue:
			group := l.gather(first)
			w.commit(group)
			l.ring()
			for _, r := range group {
				close(r.done)
			}
		case <-l.closed:
			for {
				select {
				case r := <-l.queue:
					r.err = ErrClosed
					close(r.done)
				default:
					return
				}
			}
		}
	}
}

func (l *Log) gather(first *request) []*request {
	group, size := []*request{first}, len(first.batch.Payload)
	for len(group) < maxGroup && size < maxGroupBytes {
		select {
		case r := <-l.queue:
			group = append(group, r)
			size += len(r.batch.Payload)
		default:
			return group
		}
	}
	return group
}

// writer is owned by the writer goroutine.
type writer struct {
	db     *sql.DB
	head   uint64            // the newest position ids knows of
	ids    map[string]uint64 // of recent batches
	order  []string          // the same ids, oldest first
	broken error             // set when a commit failed in a way that leaves doubt
}

// commit records a group as one row, or answers every request with the error.
func (w *writer) commit(group []*request) {
	if err := w.try(group); err != nil {
		for _, r := range group {
			if r.err == nil {
				r.position, r.err = 0, held(err)
			}
		}
	}
}

func (w *writer) try(group []*request) error {
	if w.broken != nil {
		return fmt.Errorf("an earlier write failed, so nothing more is written: %w", w.broken)
	}
	ctx := context.Background()
	tx, err := w.db.BeginTx(ctx, nil) // BEGIN IMMEDIATE: the head cannot move under us
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := w.catchUp(ctx, tx); err != nil {
		return err
	}
	fresh, err := w.place(ctx, tx, group)
	if err != nil || len(fresh) == 0 {
		return err
	}
	var ids, body []byte
	for _, r := range fresh {
		ids = text(ids, r.batch.ID)
		body = r.batch.appendRecord(body, r.metadata)
	}
	if _, err := tx.Exec("insert into commits (first, batches, ids, body) values (?, ?, ?, ?)", int64(fresh[0].position), len(fresh), ids, body); err != nil {
		return err
	}
	for _, r := range fresh {
		if imported(r.batch.ID) {
			if _, err := tx.Exec("insert into imports (id, position) values (?, ?)", r.batch.ID, int64(r.position)); err != nil {
				return err
			}
		}
	}
	if err := tx.Commit(); err != nil {
		// After a failed commit or fsync nobody knows what is on the disk.
		w.broken = err
		return err
	}
	for _, r := range fresh {
		w.remember(r.batch.ID, r.position)
	}
	return nil
}

// place gives each request that is neither a retry nor refused its position.
func (w *writer) place(ctx context.Context, tx *sql.Tx, group []*request) ([]*request, error) {
	var fresh []*request
	next, here := w.head+1, map[string]uint64{}
	for _, r := range group {
		at, err := w.find(ctx, tx, r.batch.ID)
		if err != nil {
			return nil, err
		}
		if at == 0 {
			at = here[r.batch.ID]
		}
		switch {
		case at != 0:
			r.position = at
		case r.expect != AnyHead && r.expect != next-1:
			r.err = fmt.Errorf("%w: expected head %d, found %d", ErrMoved, r.expect, next-1)
		default:
			r.position, r.batch.Position = next, next
			here[r.batch.ID] = next
			fresh = append(fresh, r)
			next++
		}
	}
	return fresh, nil
}

// find gives the position of an id, 0 when the log does not have it.
func (w *writer) find(ctx context.Context, tx *sql.Tx, id string) (uint64, error) {
	if at, ok := w.ids[id]; ok || !imported(id) {
		return at, nil
	}
	var at uint64
	err := tx.QueryRowContext(ctx, "select position from imports where id = ?", id).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, err
}

// imported reports whether an id is a name-based UUID: those are kept for ever.
func imported(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.Version() == 5
}

// catchUp learns the ids other processes, or earlier runs, have recorded.
func (w *writer) catchUp(ctx context.Context, tx *sql.Tx) error {
	now, err := head(ctx, tx)
	if err != nil || now == w.head {
		return err
	}
	if now < w.head {
		return domain.Refuse(domain.Unhealthy,
			domain.Tf("loggen slutar vid %d men var redan vid %d", "the log ends at %d but was at %d already", now, w.head),
			domain.T("någon har bytt ut filen: starta om och kör utfall verify", "somebody replaced the file: restart and run utfall verify"))
	}
	from := w.head
	if now > RecentIDs {
		from = max(from, now-RecentIDs)
	}
	rows, err := tx.QueryContext(ctx, "select first, batches, ids from commits where first+batches-1 > ? and first > ? order by first", int64(from), int64(from)-maxGroup)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var first, batches uint64
		var ids []byte
		if err := rows.Scan(&first, &batches, &ids); err != nil {
			return err
		}
		f := fields{b: ids}
		for n := range batches {
			w.remember(string(f.bytes(maxField)), first+n)
		}
		if f.err != nil {
			return f.err
		}
	}
	w.head = now
	return rows.Err()
}

func (w *writer) remember(id string, at uint64) {
	w.head = max(w.head, at)
	if _, ok := w.ids[id]; ok {
		return
	}
	w.ids[id] = at
	if w.order = append(w.order, id); len(w.order) > RecentIDs {
		delete(w.ids, w.order[0])
		w.order = w.order[1:]
	}
}
