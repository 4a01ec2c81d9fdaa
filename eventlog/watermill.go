package eventlog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"utfall/domain"
)

// Metadata keys under which a batch's header travels on its message. A key of
// the product starts with "utfall."; all others pass through untouched.
const (
	metaPosition = "utfall.position"
	metaRecorded = "utfall.recorded_at"
	metaActor    = "utfall.actor"
	metaKind     = "utfall.source.kind"
	metaSHA256   = "utfall.source.sha256"
	metaName     = "utfall.source.name"
	metaSheet    = "utfall.source.sheet"
	metaProgram  = "utfall.program"
	metaEvents   = "utfall.events"
	metaFrames   = "utfall.frames"
)

// Message is the batch as Watermill carries it: one batch, one message.
func (b *Batch) Message() *message.Message {
	msg := message.NewMessage(b.ID, b.Payload)
	maps.Copy(msg.Metadata, b.Metadata)
	frames := make([]string, len(b.Frames))
	for i, n := range b.Frames {
		frames[i] = strconv.Itoa(n)
	}
	for key, value := range map[string]string{
		metaPosition: strconv.FormatUint(b.Position, 10), metaRecorded: b.RecordedAt.Format(time.RFC3339Nano),
		metaActor: b.Actor, metaKind: b.Source.Kind, metaSHA256: b.Source.SHA256, metaName: string(b.Source.Name),
		metaSheet: string(b.Source.Sheet), metaProgram: b.Program, metaEvents: strconv.Itoa(b.Events),
		metaFrames: strings.Join(frames, ","),
	} {
		if value != "" {
			msg.Metadata.Set(key, value)
		}
	}
	return msg
}

// FromMessage is the batch a message carries.
func FromMessage(msg *message.Message) (*Batch, error) {
	get := msg.Metadata.Get
	b := &Batch{ID: msg.UUID, Actor: get(metaActor), Program: get(metaProgram), Payload: msg.Payload,
		Source: Source{get(metaKind), get(metaSHA256), domain.Sealed(get(metaName)), domain.Sealed(get(metaSheet))}}
	var errs [4]error
	b.Position, errs[0] = strconv.ParseUint(orZero(get(metaPosition)), 10, 64)
	b.Events, errs[1] = strconv.Atoi(orZero(get(metaEvents)))
	if at := get(metaRecorded); at != "" {
		b.RecordedAt, errs[2] = time.Parse(time.RFC3339Nano, at)
	}
	if frames := get(metaFrames); frames != "" {
		for _, s := range strings.Split(frames, ",") {
			n, err := strconv.Atoi(s)
			errs[3] = errors.Join(errs[3], err)
			b.Frames = append(b.Frames, n)
		}
	}
	for key, value := range msg.Metadata {
		if !strings.HasPrefix(key, "utfall.") {
			if b.Metadata == nil {
				b.Metadata = map[string]string{}
			}
			b.Metadata[key] = value
		}
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("message %s: %w", msg.UUID, err)
	}
	return b, nil
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// Topics gives the log of a topic; the caller owns and closes the logs.
type Topics func(topic string) (*Log, error)

// Publisher appends each message as a batch. It sets the position the log
// gave into the message's metadata.
type Publisher struct{ topics Topics }

// NewPublisher makes a Watermill publisher on logs.
func NewPublisher(topics Topics) *Publisher { return &Publisher{topics} }

// Publish returns when all messages are on stable storage, in this order.
func (p *Publisher) Publish(topic string, messages ...*message.Message) error {
	l, err := p.topics(topic)
	if err != nil {
		return err
	}
	waiting := make([]*request, 0, len(messages))
	for _, msg := range messages {
		b, err := FromMessage(msg)
		if err != nil {
			return err
		}
		if b.RecordedAt.IsZero() {
			b.RecordedAt = time.Now()
		}
		waiting = append(waiting, l.enqueue(msg.Context(), b, AnyHead))
	}
	var errs []error
	for i, r := range waiting {
		position, err := r.answer()
		messages[i].Metadata.Set(metaPosition, strconv.FormatUint(position, 10))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Close does nothing: the logs belong to whoever opened them.
func (p *Publisher) Close() error { return nil }

// pollEvery is how often a subscriber looks for what other processes appended;
// what its own process appends it hears of at once.
const pollEvery = 50 * time.Millisecond

// Subscriber hands over the batches after a position, in order, one at a time:
// the next one when the last was acknowledged, the same one again after a Nack.
type Subscriber struct {
	topics Topics
	after  uint64
	ctx    context.Context
	stop   context.CancelFunc
	done   sync.WaitGroup
}

// NewSubscriber makes a Watermill subscriber on logs that starts after a
// position: 0 gives everything.
func NewSubscriber(topics Topics, after uint64) *Subscriber {
	ctx, stop := context.WithCancel(context.Background())
	return &Subscriber{topics: topics, after: after, ctx: ctx, stop: stop}
}

// Subscribe starts one goroutine, which owns and closes the channel.
func (s *Subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	if s.ctx.Err() != nil {
		return nil, ErrClosed
	}
	l, err := s.topics(topic)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	out := make(chan *message.Message)
	s.done.Go(func() {
		defer close(out)
		defer cancel()
		stopped := context.AfterFunc(s.ctx, cancel)
		defer stopped()
		s.run(ctx, l, out)
	})
	return out, nil
}

func (s *Subscriber) run(ctx context.Context, l *Log, out chan<- *message.Message) {
	after := s.after
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for ctx.Err() == nil {
		bell := l.appended()
		err := l.Read(ctx, after, func(b *Batch) error {
			if !deliver(ctx, b, out) {
				return context.Canceled
			}
			after = b.Position
			return nil
		})
		if err != nil && ctx.Err() == nil {
			// The reader cannot go past a damaged batch, and must not skip it:
			// what is behind it is projected never, and status shows the lag.
			deliverError(ctx, after, err, out)
		}
		select {
		case <-bell:
		case <-poll.C:
		case <-ctx.Done():
		}
	}
}

// deliver hands over one batch until it is acknowledged; false when ctx ended.
func deliver(ctx context.Context, b *Batch, out chan<- *message.Message) bool {
	for {
		acked, answered := offer(ctx, b.Message(), out)
		if acked || !answered {
			return acked
		}
	}
}

// offer hands over one message and waits for its answer. The message's context
// ends with it, as Watermill asks.
func offer(ctx context.Context, msg *message.Message, out chan<- *message.Message) (acked, answered bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	msg.SetContext(ctx)
	select {
	case out <- msg:
	case <-ctx.Done():
		return false, false
	}
	select {
	case <-msg.Acked():
		return true, true
	case <-msg.Nacked():
		return false, true
	case <-ctx.Done():
		return false, false
	}
}

// metaDamage carries the error of a batch that cannot be read, so that the
// projector stops there and says so.
const metaDamage = "utfall.damage"

func deliverError(ctx context.Context, after uint64, err error, out chan<- *message.Message) {
	b := &Batch{ID: "damaged", Position: after + 1}
	msg := b.Message()
	msg.Metadata.Set(metaDamage, err.Error())
	offer(ctx, msg, out)
}

// Damage is the error of a batch the subscriber could not read, or nil.
func Damage(msg *message.Message) error {
	if what := msg.Metadata.Get(metaDamage); what != "" {
		return fmt.Errorf("%w: %s", ErrBatch, what)
	}
	return nil
}

// Close ends all subscriptions and waits for them.
func (s *Subscriber) Close() error {
	s.stop()
	s.done.Wait()
	return nil
}
