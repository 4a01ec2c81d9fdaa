package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const maxOutputBytes = 1_500_000

// theWorld is made once for the tests that only look at it.
func theWorld(t *testing.T) *world {
	t.Helper()
	w, err := newWorld()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestSameBytes makes everything twice and compares it with itself and with
// what lies in the repository.
func TestSameBytes(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	for _, dir := range []string{one, two} {
		if err := generate(dir); err != nil {
			t.Fatal(err)
		}
	}
	first := contents(t, one)
	compare(t, "a second run", first, contents(t, two))
	kept := contents(t, filepath.Join("..", "cluster"))
	delete(kept, "README.md")
	compare(t, "testdata/cluster", first, kept)
	total := 0
	for _, data := range first {
		total += len(data)
	}
	if total > maxOutputBytes {
		t.Errorf("%d bytes, want at most %d", total, maxOutputBytes)
	}
}

// contents reads a folder.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = data
	}
	return out
}

// compare tells which files differ, are missing or are too many.
func compare(t *testing.T, with string, want, got map[string][]byte) {
	t.Helper()
	for name, data := range want {
		if !bytes.Equal(data, got[name]) {
			t.Errorf("%s: %s has other bytes (or is missing); run go run ./testdata/gen", with, name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is not made by the generator", with, name)
		}
	}
}
