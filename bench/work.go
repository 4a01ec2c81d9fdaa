package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"utfall/domain"
	"utfall/eventlog"
)

// kinds is how many different events there are. Each is used again and again:
// no side keeps anything by content.
const kinds = 4 * batch

// work is what all sides record: the same attendance events.
type work struct {
	events []domain.Event
	lines  [][]byte          // each as the log stores it, one JSON object
	single []*eventlog.Batch // of one event each, encoded
	batch  []*eventlog.Batch // of 1,000 each, encoded
	raw    [][]byte          // the same 1,000 as lines
}

func makeWork() (*work, error) {
	w := &work{events: makeEvents()}
	for part := range slices.Chunk(w.events, batch) {
		b := newBatch()
		if err := b.Encode(part); err != nil {
			return nil, err
		}
		w.batch = append(w.batch, b)
	}
	for i := range w.events {
		b := newBatch()
		if err := b.Encode(w.events[i : i+1]); err != nil {
			return nil, err
		}
		w.single, w.lines = append(w.single, b), append(w.lines, bytes.TrimSpace(b.Payload))
	}
	for part := range slices.Chunk(w.single, batch) {
		var raw []byte
		for _, b := range part {
			raw = append(raw, b.Payload...)
		}
		w.raw = append(w.raw, raw)
	}
	return w, nil
}

// makeEvents gives attendances as an import makes them: of 5,000 people, at
// sessions of 25, in the order of a sign-in sheet. The seed is fixed: the same bytes in
// every run.
func makeEvents() []domain.Event {
	random := rand.New(rand.NewPCG(1, 2))
	id := func() (out [16]byte) {
		binary.BigEndian.PutUint64(out[:], random.Uint64())
		binary.BigEndian.PutUint64(out[8:], random.Uint64())
		out[6], out[8] = out[6]&0x0f|0x50, out[8]&0x3f|0x80
		return out
	}
	people := make([][16]byte, 5000)
	for i := range people {
		people[i] = id()
	}
	var session [16]byte
	events := make([]domain.Event, kinds)
	for i := range events {
		if i%25 == 0 {
			session = id()
		}
		hours, _ := domain.Minutes(30 * (1 + random.IntN(12))) // at most six hours
		events[i] = domain.Event{
			ID: id(), Date: domain.MustDate("2019-03-14").AddDays(i / 25), Subject: people[random.IntN(len(people))],
			Data: domain.AttendanceRecorded{Session: session, Role: domain.Participant, Present: true, Hours: hours},
		}
	}
	return events
}

// newBatch is a batch as a command records one, still without events.
func newBatch() *eventlog.Batch {
	return &eventlog.Batch{ID: newID(), RecordedAt: time.Now(), Actor: "bench", Program: "bench"}
}

// again is an encoded batch under an id of its own: the log answers a known id
// with the position it has.
func again(b *eventlog.Batch) *eventlog.Batch {
	out := *b
	out.ID, out.RecordedAt = newID(), time.Now()
	return &out
}

var ids atomic.Uint64

// newID is a UUID ordered by time, version 7. A counter stands where randomness
// would: drawing it is not the log's work.
func newID() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(time.Now().UnixMilli())<<16)
	binary.BigEndian.PutUint64(id[8:], ids.Add(1))
	id[6], id[8] = 0x70, id[8]&0x3f|0x80
	var out [36]byte
	hex.Encode(out[:8], id[:4])
	hex.Encode(out[9:13], id[4:6])
	hex.Encode(out[14:18], id[6:8])
	hex.Encode(out[19:23], id[8:10])
	hex.Encode(out[24:], id[10:])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

// describe says what an event and a batch weigh.
func (w *work) describe() string {
	var bytes, packed int
	for _, line := range w.lines {
		bytes += len(line)
	}
	for _, b := range w.batch {
		packed += len(b.Payload)
	}
	return fmt.Sprintf("an event is an attendance of %d bytes of JSON on average, or %d bytes as the log packs it in a batch of 1,000",
		bytes/len(w.lines), packed/len(w.lines))
}
