package eventlog

import (
	"context"
	"crypto/sha256"
	"errors"

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

type request struct {
	batch    *Batch
	metadata []string          // sorted keys
	sum      [sha256.Size]byte // of the payload, taken before the writer's turn
	expect   uint64
	position uint64
	fresh    bool // neither a retry nor refused
	err      error
	done     chan struct{}
}

// Append records a batch and returns its position once it is on stable
// storage. A batch whose id the log has answers with the position it has. With
// another expect than AnyHead, the append is refused with ErrMoved when the
// head is another.
func (l *Log) Append(ctx context.Context, b *Batch, expect uint64) (uint64, error) {
	return l.answer(l.enqueue(ctx, b, expect))
}

// answer waits for the writer. A request that came too late, while the log was
// being closed, was not taken.
func (l *Log) answer(r *request) (uint64, error) {
	select {
	case <-r.done:
	case <-l.ended:
		select {
		case <-r.done:
		default:
			return 0, ErrClosed
		}
	}
	return r.position, r.err
}

// Failed is closed when a write failed in a way that leaves open what is on
// the disk: this log writes no more, and whoever holds it open should end.
func (l *Log) Failed() <-chan struct{} { return l.failed }

// enqueue hands a batch to the writer. Once it is taken the append runs to its
// end, whatever becomes of ctx, for an unknown outcome helps nobody.
func (l *Log) enqueue(ctx context.Context, b *Batch, expect uint64) *request {
	r := &request{batch: b, expect: expect, done: make(chan struct{}), sum: sha256.Sum256(b.Payload)}
	r.metadata = b.metadataKeys()
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
	w := writer{log: l, ids: map[string]uint64{}}
	defer close(l.ended)
	defer w.close()
	for {
		select {
		case first := <-l.queue:
			group := l.gather(first)
			if planted.AckBeforeCommit {
				w.ack(group)
			}
			w.commit(group)
			l.ring()
			if !planted.AckBeforeCommit {
				w.ack(group)
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
