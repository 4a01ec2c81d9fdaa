package eventlog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
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

// TestSeveralProcesses appends from four processes at once and kills one of
// them in the middle: no gap, no id twice, nothing acknowledged is lost.
func TestSeveralProcesses(t *testing.T) {
	if path := os.Getenv("UTFALL_TEST_APPEND"); path != "" {
		l := open(t, path)
		for i := range 100 {
			mustAppend(t, l, batch(fmt.Sprintf("%s-%d", os.Getenv("UTFALL_TEST_NAME"), i), "p"), AnyHead)
			fmt.Println("acked", i)
		}
		return
	}
	path := temp(t)
	open(t, path).Close()
	var wg sync.WaitGroup
	for p := range 4 {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestSeveralProcesses$", "-test.v")
		cmd.Env = append(os.Environ(), "UTFALL_TEST_APPEND="+path, fmt.Sprint("UTFALL_TEST_NAME=p", p))
		wg.Go(func() {
			if p == 3 {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				killed := exec.CommandContext(ctx, cmd.Path, cmd.Args[1:]...)
				killed.Env = cmd.Env
				killed.Run()
				return
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("process %d: %v\n%s", p, err, out)
			}
		})
	}
	wg.Wait()
	l := open(t, path)
	ids := map[string]int{}
	var at uint64
	if err := l.Read(t.Context(), 0, func(b *Batch) error {
		if at++; b.Position != at {
			t.Fatalf("position %d where %d was due", b.Position, at)
		}
		ids[b.ID]++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for p := range 3 {
		for i := range 100 {
			if n := ids[fmt.Sprintf("p%d-%d", p, i)]; n != 1 {
				t.Fatalf("p%d-%d stands %d times in the log", p, i, n)
			}
		}
	}
}

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
