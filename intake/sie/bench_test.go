package sie

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// largeFile writes a file of a million rows, four to a voucher.
func largeFile(t *testing.T) (name string, size int64) {
	t.Helper()
	const voucher = "#VER A % 20240215 \"Leverantorsfaktura %\" 20240216 \"AB\"\r\n{\r\n" +
		"#TRANS 2440 {} -1250.00 20240215 \"Leverantor AB\"\r\n#TRANS 2640 {} 250.00\r\n" +
		"#TRANS 5010 {1 \"Nord\" 6 \"P%\"} 600.00 20240215 \"Hyra f\x94r lokal %\" 0 \"AB\"\r\n#TRANS 6110 {6 \"P2\"} 400.00\r\n}\r\n"
	data := repeated{head: head, piece: voucher, n: 250_000}.bytes()
	name = filepath.Join(t.TempDir(), "large.si")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name, int64(len(data))
}

// heldMax reads the memory the program holds of the system while f runs, and gives
// the most of it, in bytes.
func heldMax(f func()) uint64 {
	held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				metrics.Read(held)
				top = max(top, held[0].Value.Uint64()-held[1].Value.Uint64())
			case <-done:
				most <- top
				return
			}
		}
	}()
	f()
	close(done)
	return <-most
}

// TestAMillionRows reads a million rows from the disk in 5 seconds and 256 MB.
func TestAMillionRows(t *testing.T) {
	if os.Getenv("UTFALL_LARGE") == "" {
		t.Skip("UTFALL_LARGE is not set")
	}
	name, size := largeFile(t)
	debug.FreeOSMemory() // what writing the file took is not the reader's
	var book *Book
	start := time.Now()
	most := heldMax(func() {
		r, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		f, err := Open(name, r, size)
		if err != nil {
			t.Fatal(err)
		}
		if book, err = f.Read(t.Context(), History, func(*Book, *Voucher) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
	took := time.Since(start)
	t.Logf("%d rows of %d MB in %v, %d MB held at most", book.Rows, size>>20, took.Round(time.Millisecond), most>>20)
	if book.Rows != 1_000_000 || took > 5*time.Second || most > 256<<20 {
		t.Error("not a million rows, or over 5 s or 256 MB")
	}
}
