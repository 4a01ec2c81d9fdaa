package eventlog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
)

func open(t *testing.T, path string) *Log {
	t.Helper()
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func temp(t *testing.T) string { return filepath.Join(t.TempDir(), "log.db") }

func batch(id, payload string) *Batch {
	return &Batch{ID: id, RecordedAt: time.Unix(1, 0).UTC(), Actor: "a", Payload: []byte(payload)}
}

func mustAppend(t *testing.T, l *Log, b *Batch, expect uint64) uint64 {
	t.Helper()
	at, err := l.Append(t.Context(), b, expect)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// contents gives position, id and payload of every batch, checking on the way
// that positions have no gaps.
func contents(t *testing.T, l *Log, after uint64) []string {
	t.Helper()
	var out []string
	next := after + 1
	err := l.Read(t.Context(), after, func(b *Batch) error {
		if b.Position != next {
			t.Fatalf("position %d where %d was due", b.Position, next)
		}
		next++
		out = append(out, fmt.Sprintf("%d %s %s", b.Position, b.ID, b.Payload))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAppendGivesPositionsWithoutGapsAndKeepsThem(t *testing.T) {
	path := temp(t)
	l := open(t, path)
	for i := range 5 {
		if at := mustAppend(t, l, batch(fmt.Sprint("id", i), fmt.Sprint("p", i)), uint64(i)); at != uint64(i+1) {
			t.Fatalf("batch %d got position %d", i, at)
		}
	}
	l.Close()
	l = open(t, path)
	want := []string{"3 id2 p2", "4 id3 p3", "5 id4 p4"}
	if diff := cmp.Diff(want, contents(t, l, 2)); diff != "" {
		t.Fatal(diff)
	}
	if _, err := l.Append(t.Context(), batch("x", ""), 3); !errors.Is(err, ErrMoved) {
		t.Fatalf("an append that expects head 3 of 5 gave %v", err)
	}
}

func TestARetriedAppendAnswersWithTheSamePosition(t *testing.T) {
	path := temp(t)
	l := open(t, path)
	imported := uuid.NewSHA1(uuid.NameSpaceURL, []byte("file")).String()
	mustAppend(t, l, batch(imported, "one"), AnyHead)
	mustAppend(t, l, batch("v7", "two"), AnyHead)
	l.Close()
	l = open(t, path)
	for want, id := range map[uint64]string{1: imported, 2: "v7"} {
		// The expected head is long past: the retry of what was recorded is harmless all the same.
		if at := mustAppend(t, l, batch(id, "again"), want-1); at != want {
			t.Errorf("retry of %s got %d, want %d", id, at, want)
		}
	}
	if n := len(contents(t, l, 0)); n != 2 {
		t.Fatalf("%d batches after two retries, want 2", n)
	}
}

func TestOneBadBatchDoesNotFailItsNeighbours(t *testing.T) {
	l := open(t, temp(t))
	var wg sync.WaitGroup
	errs := make([]error, 30)
	for i := range errs {
		wg.Go(func() {
			b, expect := batch(fmt.Sprint("id", i), "p"), AnyHead
			switch i % 3 {
			case 1:
				b.ID = ""
			case 2:
				expect = 1 << 40
			}
			_, errs[i] = l.Append(t.Context(), b, expect)
		})
	}
	wg.Wait()
	for i, err := range errs {
		if want := []error{nil, ErrBatch, ErrMoved}[i%3]; !errors.Is(err, want) {
			t.Errorf("append %d: %v, want %v", i, err, want)
		}
	}
	if n := len(contents(t, l, 0)); n != 10 {
		t.Fatalf("%d batches, want 10", n)
	}
}

func TestNothingInTheLogCanBeChangedOrRemoved(t *testing.T) {
	l := open(t, temp(t))
	mustAppend(t, l, batch(uuid.NewSHA1(uuid.Nil, nil).String(), "p"), AnyHead)
	for _, q := range []string{"update commits set body=x'00'", "delete from commits", "update imports set position=9", "delete from imports"} {
		if _, err := l.db.Exec(q); err == nil {
			t.Errorf("%s was let through", q)
		}
	}
}

func TestConnectionsAreDurable(t *testing.T) {
	l := open(t, temp(t))
	for range 3 { // several connections of the pool
		conn, err := l.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		var sync, mode string
		err = errors.Join(conn.QueryRowContext(t.Context(), "pragma synchronous").Scan(&sync),
			conn.QueryRowContext(t.Context(), "pragma journal_mode").Scan(&mode))
		if err != nil || sync != "2" || mode != "wal" {
			t.Fatalf("synchronous %s, journal_mode %s, %v", sync, mode, err)
		}
	}
}

// TestWhoHoldsTheLogIsNamed keeps another process inside a transaction: an
// append that waited for it for too long is told for whom, and goes through
// when that one is done.
func TestWhoHoldsTheLogIsNamed(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for as long as an append does")
	}
	p := newProcesses(t, nil, 0)
	k := p.start(nil, 1<<30) // inside its first transaction, and no other
	for s := range p.said {
		if strings.HasPrefix(s.line, "inside") {
			break
		}
		p.hear(s)
	}
	l := open(t, p.path)
	mine := batch("mine", payloadOf("mine"))
	begin := time.Now()
	late := make(chan error, 1) // one that comes while the first waits is not to wait for it and then as long again
	time.AfterFunc(promised/2, func() {
		_, err := l.Append(context.Background(), batch("late", payloadOf("late")), AnyHead)
		late <- err
	})
	_, err := l.Append(t.Context(), mine, AnyHead)
	waited := time.Since(begin)
	if err := <-late; !busy(err) || time.Since(begin) > promised+slack {
		t.Errorf("the one that came later was answered after %v: %v", time.Since(begin), err)
	}
	var known *domain.Error
	if !errors.As(err, &known) || known.Code != domain.Conflict {
		t.Fatalf("got %v", err)
	}
	who := fmt.Sprintf("process %d ", k.pid)
	if runtime.GOOS == "linux" && (!strings.HasPrefix(known.What.EN, who) || !strings.HasPrefix(known.What.SV, who)) {
		t.Errorf("process %d holds the log, and what is said is %+v", k.pid, known.What)
	}
	if waited < promised || waited > promised+slack {
		t.Errorf("refused after %v", waited)
	}
	p.ending = true
	p.inside(k)
	p.fates["mine"] = fate{acked: true, position: mustAppend(t, l, mine, AnyHead)}
	_ = k.cmd.Process.Signal(syscall.SIGTERM)
	for len(p.running) > 0 {
		p.hear(<-p.said)
	}
	p.judge()
}

// appendUntilTold is what each of the four does, three times beside itself,
// until SIGTERM. It writes what it tries and what it is answered to file 3, a
// line at a time and each in one write, so that a line is there whole or not
// at all when it is killed.
func appendUntilTold(t *testing.T) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	ended := make(chan struct{})
	go func() { <-told; close(ended) }()
	tell := os.NewFile(3, "what happens")
	l, err := Open(os.Getenv(childLog))
	if err != nil {
		fmt.Fprintf(tell, "failed open 0 %q\n", err)
		return
	}
	var hold, commits int
	if _, err := fmt.Sscan(os.Getenv(childHold), &hold); err != nil {
		t.Fatal(err)
	}
	letGo := bufio.NewReader(os.Stdin)
	var one sync.Mutex
	wait := func() {
		one.Lock()
		defer one.Unlock()
		fmt.Fprintln(tell, "inside - 0")
		_, _ = letGo.ReadString('\n') // also when nobody is there any more
	}
	testOnlyBeforeCommit = func() error {
		if commits++; commits%hold == 1 {
			wait()
		}
		return nil
	}
	again := strings.Fields(os.Getenv(childIDs))
	var done sync.WaitGroup
	for g := range 3 {
		done.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%s.%d.%d", os.Getenv(childName), g, n)
				switch {
				case g == 0 && n < len(again):
					id = again[n]
				case n%5 == 0: // as an import has
					id = uuid.NewSHA1(uuid.Nil, []byte(id)).String()
				}
				attempt(t, l, tell, id, wait, ended)
				select {
				case <-ended:
					return
				default:
				}
			}
		})
	}
	done.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// attempt appends one batch, again when another process kept it waiting, and
// now and then once more when it is recorded. At times it waits to be let go
// between the answer and telling of it: who is killed there has recorded a
// batch nobody heard of.
func attempt(t *testing.T, l *Log, tell io.Writer, id string, wait func(), ended <-chan struct{}) {
	expect := AnyHead
	if rand.IntN(10) == 0 {
		if head, err := l.Head(t.Context()); err == nil {
			expect = head
		}
	}
	for {
		fmt.Fprintf(tell, "try %s 0\n", id)
		begin := time.Now()
		at, err := l.Append(t.Context(), batch(id, payloadOf(id)), expect)
		waited := time.Since(begin).Milliseconds()
		var known *domain.Error
		switch {
		case err == nil:
			if rand.IntN(30) == 0 {
				wait()
			}
			fmt.Fprintf(tell, "ack %s %d %d\n", id, waited, at)
			if rand.IntN(10) > 0 {
				return
			}
			if second, err := l.Append(t.Context(), batch(id, "another"), expect); err == nil && second != at {
				fmt.Fprintf(tell, "failed %s 0 \"again: %d and not %d\"\n", id, second, at)
			}
			return
		case errors.Is(err, ErrMoved):
			fmt.Fprintf(tell, "moved %s %d\n", id, waited)
			return
		case errors.As(err, &known) && known.Code == domain.Conflict:
			fmt.Fprintf(tell, "busy %s %d %q\n", id, waited, known.What.EN)
		default:
			fmt.Fprintf(tell, "failed %s %d %q\n", id, waited, err)
			return
		}
		select {
		case <-ended:
			return
		default:
		}
	}
}

// payloadOf is what the batch with an id holds, so that it can be checked.
func payloadOf(id string) string { return strings.Repeat(id+" ", len(id)*int(id[len(id)-1])%50) }

func TestANewerLogIsRefused(t *testing.T) {
	path := temp(t)
	l := open(t, path)
	if _, err := l.db.Exec("pragma user_version = 99"); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := Open(path); err == nil {
		t.Fatal("a log of format 99 was opened")
	}
}

// TestAYearThatCannotBeRecordedIsRefused: nanoseconds of 64 bits end in 2262,
// and would tell another year.
func TestAYearThatCannotBeRecordedIsRefused(t *testing.T) {
	l := open(t, temp(t))
	for _, at := range []time.Time{{}, time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)} {
		b := batch("x", "")
		b.RecordedAt = at
		if _, err := l.Append(t.Context(), b, AnyHead); !errors.Is(err, ErrBatch) {
			t.Errorf("%v: %v", at, err)
		}
	}
}
