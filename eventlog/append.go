package eventlog

import (
	"context"
	"crypto/sha256"
	"errors"
	"runtime"

	"utfall/planted"
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

// ErrNoPosition is returned for a position the log does not have.
var ErrNoPosition = errors.New("the log has no such position")

// request is one append on its way to the writer.
type request struct {
	batch    *Batch
	metadata []string          // sorted keys
	sum      [sha256.Size]byte // of the payload, taken before the writer's turn
	expect   uint64
	position uint64
	fresh    bool // neither a retry nor refused
	err      error
	group    *group // whose commit answers it; nil: refused at once
}

// group is the appends that arrived while the writer was busy. They share one
// commit, and are answered together.
type group struct {
	requests []*request
	done     chan struct{}
}

func newGroup() *group { return &group{done: make(chan struct{})} }

// Append records a batch and returns its position once it is on stable
// storage. A batch whose id the log has answers with the position it has. With
// another expect than AnyHead, the append is refused with ErrMoved when the
// head is another.
func (l *Log) Append(ctx context.Context, b *Batch, expect uint64) (uint64, error) {
	return l.enqueue(ctx, b, expect).answer()
}

// answer waits for the writer.
func (r *request) answer() (uint64, error) {
	if r.group != nil {
		<-r.group.done
	}
	return r.position, r.err
}

// Failed is closed when a write failed in a way that leaves open what is on
// the disk: this log writes no more, and whoever holds it open should end.
func (l *Log) Failed() <-chan struct{} { return l.failed }

// enqueue hands a batch to the writer. Once it is taken the append runs to its
// end, whatever becomes of ctx, for an unknown outcome helps nobody.
func (l *Log) enqueue(ctx context.Context, b *Batch, expect uint64) *request {
	r := &request{batch: b, expect: expect, sum: sha256.Sum256(b.Payload)}
	if len(b.Metadata) > 0 {
		r.metadata = b.metadataKeys()
	}
	if r.err = errors.Join(b.check(), ctx.Err()); r.err != nil {
		return r
	}
	l.queue.Lock()
	defer l.queue.Unlock()
	if l.closing {
		r.err = ErrClosed
		return r
	}
	r.group = l.next
	l.next.requests = append(l.next.requests, r)
	select {
	case l.wake <- struct{}{}:
	default: // it has been told already
	}
	return r
}

// take gives what waits, nil when nothing does.
func (l *Log) take() *group {
	l.queue.Lock()
	defer l.queue.Unlock()
	if len(l.next.requests) == 0 {
		return nil
	}
	g := l.next
	l.next = newGroup()
	return g
}

// write is the writer goroutine: it takes what waits, commits it and answers
// each caller. Nobody waits for company: a lone append is committed at once,
// and what arrives meanwhile shares the next commit. It ends when the log is
// closed and nothing waits.
func (l *Log) write() {
	w := writer{log: l, recent: newRecent()}
	defer close(l.ended)
	defer w.close()
	for range l.wake {
		for g := l.take(); g != nil; g = l.take() {
			if planted.AckBeforeCommit {
				close(g.done)
			}
			for rest := g.requests; len(rest) > 0; {
				n := fits(rest)
				err := w.commit(rest[:n])
				if rest = rest[n:]; busy(err) {
					// Who came while we waited for the other process has waited too:
					// nobody waits for it twice.
					refuse(rest, err)
					if late := l.take(); late != nil {
						refuse(late.requests, err)
						close(late.done)
					}
					break
				}
			}
			l.ring()
			if !planted.AckBeforeCommit {
				close(g.done)
			}
			if len(g.requests) > 1 {
				// Those just answered are about to ask again: let them, or the
				// next commit would carry the first of them alone.
				runtime.Gosched()
			}
		}
	}
}

func refuse(requests []*request, err error) {
	for _, r := range requests {
		r.position, r.err = 0, err
	}
}

// fits is how many of the requests, at least one, one row may hold.
func fits(requests []*request) int {
	size := 0
	for i, r := range requests {
		if size += len(r.batch.Payload); i == maxGroup || i > 0 && size > maxGroupBytes {
			return i
		}
	}
	return len(requests)
}
