package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
)

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestQuantileIsAValueThatWasMeasured(t *testing.T) {
	sorted := []time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for share, want := range map[float64]time.Duration{0: 1, 0.5: 5, 0.9: 9, 0.91: 10, 0.99: 10, 1: 10} {
		if got := quantile(sorted, share); got != want {
			t.Errorf("quantile %v is %v, want %v", share, got, want)
		}
	}
}

// TestCallersInLineWait has 34 callers on 32 connections: 0 and 1 are answered
// first, so their connections go to the two that stand in line.
func TestCallersInLineWait(t *testing.T) {
	began := time.Unix(1, 0).Sub(time.Unix(0, 0))
	answered := []answer{
		{0, began + ms(10), ms(10)}, {1, began + ms(11), ms(11)}, {2, began + ms(12), ms(12)},
		{0, began + ms(20), ms(10)}, // asked at 0, in line until 10
		{2, began + ms(22), ms(10)}, // the caller connection 0 answered at 10
		{0, began + ms(30), ms(10)}, // and the one connection 1 answered at 11
	}
	want := []time.Duration{ms(10), ms(11), ms(12), ms(20), ms(12), ms(19)}
	if diff := cmp.Diff(want, queued(answered, connections+2, 0, time.Second)); diff != "" {
		t.Error(diff)
	}
	// With a connection for each caller nobody waits in line, and only what is
	// answered within the window counts.
	want = []time.Duration{ms(12), ms(10)}
	if diff := cmp.Diff(want, queued(answered, connections, ms(12), ms(10))); diff != "" {
		t.Error(diff)
	}
}

func TestPgbenchLogIsRead(t *testing.T) {
	got, err := readLog([]byte("3 0 1500 0 1700000000 250000\n"))
	if err != nil || len(got) != 1 || got[0] != (answer{3, 1700000000*time.Second + ms(250), 1500 * time.Microsecond}) {
		t.Fatalf("read %v, %v", got, err)
	}
	for _, bad := range []string{"", "3 0 skipped 0 1700000000 250000\n"} {
		if _, err := readLog([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestRatiosAreTakenWithinARound(t *testing.T) {
	above, below := []float64{10, 40, 90}, []float64{10, 20, 30}
	for want, l := range map[string]ratio{
		"≥ 2 2.00 (1.00–3.00) met":      {above: above, below: below, target: 2},
		"≥ 2.5 2.00 (1.00–3.00) missed": {above: above, below: below, target: 2.5},
		"< 2 2.00 (1.00–3.00) missed":   {above: above, below: below, target: 2, most: true},
		"2.00 (1.00–3.00)":              {above: above, below: below},
		"≥ 2 – not measured":            {above: above, target: 2},
	} {
		if got := strings.Join(strings.Fields(l.String()), " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestIDsAreDifferentAndOrderedByTime(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := newID()
		if u, err := uuid.Parse(id); err != nil || u.Version() != 7 || seen[id] {
			t.Fatalf("id %s, version %d, %v", id, u.Version(), err)
		}
		seen[id] = true
	}
}

// TestWorkIsTheSameForAllSides checks that a batch holds the events that the
// lines tell of.
func TestWorkIsTheSameForAllSides(t *testing.T) {
	w, err := makeWork()
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range w.batch {
		events, err := b.Decode(domain.Events)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(w.events[i*batch:(i+1)*batch], events, cmp.Comparer(func(a, b domain.Hours) bool { return a == b }),
			cmp.Comparer(func(a, b domain.Date) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
		if lines := bytes.Count(w.raw[i], []byte("\n")); lines != batch {
			t.Fatalf("%d lines in a batch of %d", lines, batch)
		}
	}
}

// TestEveryAcknowledgedWriteIsInTheFile holds for a file that grows; one that
// is full begins again at its start.
func TestEveryAcknowledgedWriteIsInTheFile(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := &groupWriter{f: f, room: 300, queue: make(chan *write, maxGroup), done: make(chan struct{})}
	var all []*write
	for i := range 90 { // a group of them, for they wait before the writer begins
		one := &write{bytes: []byte{'a' + byte(i%26), '0' + byte(i/26), '\n'}, done: make(chan struct{}, 1)}
		w.queue <- one
		all = append(all, one)
	}
	go w.run()
	var want []byte
	for _, one := range all {
		if <-one.done; one.err != nil {
			t.Fatal(one.err)
		}
		want = append(want, one.bytes...)
	}
	again := &write{bytes: bytes.Repeat([]byte("x"), 50), done: make(chan struct{}, 1)} // no room after 270
	w.queue <- again
	<-again.done
	close(w.queue)
	<-w.done
	copy(want, again.bytes)
	got, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
	if len(w.syncs) != 2 {
		t.Errorf("%d times on stable storage, want 2", len(w.syncs))
	}
}
