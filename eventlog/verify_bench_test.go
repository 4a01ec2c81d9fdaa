package eventlog

import (
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
)

// attendances gives n events of the usual size.
func attendances(n int) []domain.Event {
	out := make([]domain.Event, n)
	hours, _ := domain.Minutes(180)
	for i := range out {
		out[i] = domain.Event{ID: uuid.New(), Date: domain.MustDate("2019-03-14"), Subject: uuid.New(), Line: i + 2,
			Data: domain.AttendanceRecorded{Session: uuid.New(), Role: domain.Participant, Present: true, Hours: hours, Certified: true}}
	}
	return out
}

// manyBatches fills a log with batches of so many events each.
func manyBatches(tb testing.TB, batches, events int) string {
	path := tb.TempDir() + "/log.db"
	l, err := Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	at := 0
	_, err = l.fill(context.Background(), func() (*Batch, error) {
		if at == batches {
			return nil, nil
		}
		at++
		b := &Batch{Position: uint64(at), ID: uuid.Must(uuid.NewV7()).String(), RecordedAt: time.Unix(int64(at), 0), Actor: "uid:1000", Program: "0.1.0"}
		return b, b.Encode(attendances(events))
	})
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// TestVerifyIsNearlyAsFastAsReading verifies large logs, and reads and hashes
// the same files, in turn: verifying takes at most twice as long, and memory
// that does not grow with the log.
func TestVerifyIsNearlyAsFastAsReading(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("makes large files, and measures time")
	}
	scale := counts(t, 1, 4, 20)
	for _, c := range []struct{ batches, events int }{{2000 * scale, 1000}, {300000 * scale, 1}} {
		path := manyBatches(t, c.batches, c.events)
		var verify, read []time.Duration
		var size int64
		for range 5 {
			begin := time.Now()
			v, err := Verify(t.Context(), path, nil, func(uint64) {})
			if err != nil || v.Finding != nil {
				t.Fatal(v, err)
			}
			verify = append(verify, time.Since(begin))
			begin = time.Now()
			size = hashFile(t, path)
			read = append(read, time.Since(begin))
		}
		peak := peakOf(t, path)
		if peak > 64<<20 {
			t.Errorf("verifying %d MB took %d MB of memory", size>>20, peak>>20)
		}
		slices.Sort(verify)
		slices.Sort(read)
		share := float64(read[2]) / float64(verify[2])
		t.Logf("%d batches of %d events, %d MB: read and hashed in %v, verified in %v: %.2f of its speed, %d MB at the peak", c.batches, c.events, size>>20, read[2], verify[2], share, peak>>20)
		// The aim is 0.5, and a quiet machine reaches it in both cases; this is
		// where something has gone wrong, and not that others were busy.
		if least := map[bool]float64{true: 0.5, false: 0.3}[c.events > 1]; share < least {
			t.Errorf("verifying is %.2f times as fast as reading and hashing, want %.1f", share, least)
		}
	}
}

// peakOf verifies a log and gives the most memory in use at any time.
func peakOf(t *testing.T, path string) (peak uint64) {
	debug.FreeOSMemory()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	commits := 0
	_, err := Verify(t.Context(), path, nil, func(uint64) {
		if commits++; commits%100 == 0 {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapInuse-min(before.HeapInuse, now.HeapInuse))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return peak
}

func hashFile(t *testing.T, path string) int64 {
	f, err := os.Open(path) // nothing has the log open
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		t.Fatal(err)
	}
	_ = h.Sum(nil)
	return n
}

// BenchmarkVerify verifies a log of mixed batches.
func BenchmarkVerify(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	path := manyBatches(b, 20000, 1+r.IntN(20))
	for b.Loop() {
		if _, err := Verify(b.Context(), path, nil, func(uint64) {}); err != nil {
			b.Fatal(err)
		}
	}
}
