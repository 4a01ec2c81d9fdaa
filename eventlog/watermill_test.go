package eventlog

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"
)

// TestWatermill runs Watermill's own suite. A topic is a file; every publisher
// and subscriber of one test shares the files of its folder.
func TestWatermill(t *testing.T) {
	topics := folder(t)
	tests.TestPubSub(t, tests.Features{
		GuaranteedOrder:                  true,
		Persistent:                       true,
		NewSubscriberReceivesOldMessages: true,
	}, func(t *testing.T) (message.Publisher, message.Subscriber) {
		return NewPublisher(topics), NewSubscriber(topics, 0)
	}, nil)
}

// folder opens a log a topic and keeps each open until the test ends.
func folder(t *testing.T) Topics {
	dir := t.TempDir()
	var mu sync.Mutex
	logs := map[string]*Log{}
	return func(topic string) (*Log, error) {
		mu.Lock()
		defer mu.Unlock()
		if l := logs[topic]; l != nil {
			return l, nil
		}
		l, err := Open(filepath.Join(dir, topic+".db"))
		if err == nil {
			logs[topic] = l
			t.Cleanup(func() { l.Close() })
		}
		return l, err
	}
}

func TestABatchSurvivesItsMessage(t *testing.T) {
	topics := folder(t)
	b := &Batch{ID: "x", RecordedAt: time.Unix(5, 7).UTC(), Actor: "a", Program: "p", Events: 3, Frames: []int{2, 1},
		Source: Source{"members", "ab", "cd", "ef"}, Metadata: map[string]string{"k": "v"}, Payload: []byte("abc")}
	msg := b.Message()
	if err := NewPublisher(topics).Publish("t", msg); err != nil {
		t.Fatal(err)
	}
	if got := msg.Metadata.Get(metaPosition); got != "1" {
		t.Errorf("the publisher set position %q", got)
	}
	l, _ := topics("t")
	got, err := l.Batch(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	b.Position = 1
	if a, b := fmt.Sprintf("%+v", b), fmt.Sprintf("%+v", got); a != b {
		t.Fatalf("published %s\n   found %s", a, b)
	}
}

// source is an in-memory subscriber that hands over numbered messages, each
// after the last was acknowledged.
type source struct{ n int }

func (s source) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	out := make(chan *message.Message)
	go func() {
		defer close(out)
		for i := range s.n {
			msg := message.NewMessage(watermill.NewUUID(), fmt.Append(nil, i))
			select {
			case out <- msg:
			case <-ctx.Done():
				return
			}
			select {
			case <-msg.Acked():
			case <-ctx.Done():
				return
			}
		}
		<-ctx.Done()
	}()
	return out, nil
}

func (source) Close() error { return nil }

// TestMergeLosesRepeatsAndReordersNothing answers one handed-over message in
// ten with a Nack: the parts acknowledged are 0, 1, 2 … exactly once.
func TestMergeLosesRepeatsAndReordersNothing(t *testing.T) {
	const n = 20_000
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in, err := Merge(source{n}).Subscribe(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	next, handed, nacks, largest := 0, 0, 0, 0
	var refused []string
	for next < n {
		msg := <-in
		parts := Parts(msg)
		largest = max(largest, len(parts))
		var payloads []string
		for _, p := range parts {
			payloads = append(payloads, string(p.Payload))
		}
		if refused != nil && fmt.Sprint(refused) != fmt.Sprint(payloads) {
			t.Fatalf("after a Nack of %v came %v", refused, payloads)
		}
		if refused = nil; random.IntN(10) == 0 {
			refused = payloads
			nacks++
			msg.Nack()
			continue
		}
		handed++
		for _, p := range payloads {
			if p != fmt.Sprint(next) {
				t.Fatalf("got %s where %d was due", p, next)
			}
			next++
		}
		msg.Ack()
	}
	t.Logf("%d messages in %d hand-overs, %d nacks, at most %d at once", n, handed, nacks, largest)
	if handed == n {
		t.Error("nothing was ever merged")
	}
}
