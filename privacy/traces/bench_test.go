package traces

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// people are needles as an erasure has them: a name, an address and two forms
// of a number for each.
func people(r *rand.Rand, n int) [][]byte {
	letters := []rune("abcdefghijklmnopqrstuvwxyzåäö")
	word := func(n int) string {
		out := make([]rune, n)
		for i := range out {
			out[i] = letters[r.IntN(len(letters))]
		}
		return string(out)
	}
	var out [][]byte
	for len(out) < n {
		first, last, day := "A"+word(5), "S"+word(8), fmt.Sprintf("19%02d0%d1%d", r.IntN(100), 1+r.IntN(9), r.IntN(10))
		serial := fmt.Sprintf("%04d", r.IntN(10_000))
		for _, s := range []string{first + " " + last, word(6) + "." + word(8) + "@example.se", day + "-" + serial, day[2:] + serial} {
			out = append(out, []byte(s))
		}
	}
	return out[:n]
}

// BenchmarkFind looks for 100 needles in 64 MB of random bytes, and in 64 MB of
// text of the kind needles are made of.
func BenchmarkFind(b *testing.B) {
	const size = 64 << 20
	r := rand.New(rand.NewPCG(1, 2))
	needles := people(r, 100)
	random := make([]byte, size)
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	var text []byte
	for len(text) < size {
		for _, p := range people(r, 40) {
			text = fmt.Appendf(text, `{"id":"%08x","name":"%s","hours":%d}`+"\n", r.Uint32(), p, r.IntN(9))
		}
	}
	for name, content := range map[string][]byte{"random": random, "text": text[:size]} {
		b.Run(name, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "file")
			if err := os.WriteFile(file, content, 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(size)
			for b.Loop() {
				if hits, err := Find([]string{file}, needles); len(hits) > 0 || err != nil {
					b.Fatal(len(hits), err)
				}
			}
		})
	}
}

// BenchmarkErasure looks for 20 needles in 5 MB, as after one erasure.
func BenchmarkErasure(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	needles, dir := people(r, 20), b.TempDir()
	for i := range 5 {
		content := make([]byte, 1<<20)
		for i := range content {
			content[i] = byte(r.Uint32())
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(5 << 20)
	for b.Loop() {
		if hits, err := Find([]string{dir}, needles); len(hits) > 0 || err != nil {
			b.Fatal(len(hits), err)
		}
	}
}
