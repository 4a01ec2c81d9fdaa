package eventlog

import (
	"context"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
)

// maxMerged is how many batches, and how many bytes of them, are handed over
// at once.
const (
	maxMerged      = 4096
	maxMergedBytes = 64 << 20
)

type partsKey struct{}

// Parts are the messages a merged message stands for, in order; a message that
// was not merged stands for itself.
func Parts(msg *message.Message) []*message.Message {
	if parts, ok := msg.Context().Value(partsKey{}).([]*message.Message); ok {
		return parts
	}
	return []*message.Message{msg}
}

// Merge is a subscriber decorator that hands over in one message what gathered
// while the last one was being handled: a lone batch at once, more under load.
// It acknowledges the inner messages at once and sends again from memory after
// a Nack, which is safe because no cursor lives in the broker: who reads keeps
// its own checkpoint.
func Merge(inner message.Subscriber) message.Subscriber { return &merge{inner: inner} }

type merge struct {
	inner message.Subscriber
	done  sync.WaitGroup
}

// Subscribe starts one goroutine, which owns and closes the channel.
func (m *merge) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	ctx, cancel := context.WithCancel(ctx)
	in, err := m.inner.Subscribe(ctx, topic)
	if err != nil {
		cancel()
		return nil, err
	}
	out := make(chan *message.Message)
	m.done.Go(func() {
		defer cancel()
		defer close(out)
		run(ctx, in, out)
	})
	return out, nil
}

// Close closes the inner subscriber and waits.
func (m *merge) Close() error {
	err := m.inner.Close()
	m.done.Wait()
	return err
}

func run(ctx context.Context, in <-chan *message.Message, out chan<- *message.Message) {
	var gathered, held []*message.Message
	var size int
	var sent *message.Message // what stands for held, handed over and not yet answered
	for {
		var recv <-chan *message.Message
		if len(gathered) < maxMerged && size < maxMergedBytes {
			recv = in
		}
		var send chan<- *message.Message
		var offer *message.Message
		var acked, nacked <-chan struct{}
		switch {
		case sent != nil:
			acked, nacked = sent.Acked(), sent.Nacked()
		case held != nil: // answered with a Nack: once more
			send, offer = out, join(ctx, held)
		case gathered != nil:
			send, offer = out, join(ctx, gathered)
		}
		select {
		case msg, ok := <-recv:
			if !ok {
				return
			}
			gathered, size = append(gathered, msg), size+len(msg.Payload)
			msg.Ack()
		case send <- offer:
			sent = offer
			if held == nil {
				held, gathered, size = gathered, nil, 0
			}
		case <-acked:
			held, sent = nil, nil
		case <-nacked:
			sent = nil
		case <-ctx.Done():
			return
		}
	}
}

// join makes the message that stands for several; of one it is a fresh copy.
func join(ctx context.Context, parts []*message.Message) *message.Message {
	last := parts[len(parts)-1]
	msg := last.Copy()
	msg.SetContext(context.WithValue(ctx, partsKey{}, parts))
	return msg
}
