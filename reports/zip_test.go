package reports

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"utfall/reports/recalc"
)

// Parts larger than memory go to a file without a name and come back whole.
func TestArchiveSpills(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	random := rand.NewChaCha8([32]byte{1})
	want := map[string]string{contentTypes: `<Types><Override PartName="b"/><Default Extension="a"/></Types>`}
	var out bytes.Buffer
	a := newArchive(&out, pressLevel)
	for _, name := range []string{"z", contentTypes, "a", "m", "empty"} {
		w, err := a.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == contentTypes {
			io.WriteString(w, want[name])
			continue
		}
		b := make([]byte, spoolMemory*2/3)
		random.Read(b)
		if name == "empty" {
			b = nil
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		want[name] = string(b)
	}
	if a.spool.file == nil {
		t.Fatal("all of it is in memory")
	}
	if open, _ := os.ReadDir(dir); len(open) > 0 && runtime.GOOS != "windows" {
		t.Errorf("what a dying program would leave: %v", open)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	want[contentTypes] = `<Types><Default Extension="a"/><Override PartName="b"/></Types>`
	for name, part := range recalc.Parts(t, out.Bytes()) {
		if part != want[name] {
			t.Errorf("%s: %d bytes differ from %d", name, len(part), len(want[name]))
		}
		delete(want, name)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 || len(want) > 0 {
		t.Errorf("left over: %v, %d parts, %v", left, len(want), err)
	}
	z, _ := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if f.ModifiedDate != 0 || f.ModifiedTime != 0 || !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s has a time: %s", f.Name, f.Modified)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not in order: %s", names)
	}
}

// atFirst does something once, before the first byte is written.
type atFirst struct{ do func() }

func (a *atFirst) Write(b []byte) (int, error) {
	if a.do != nil {
		a.do()
		a.do = nil
	}
	return len(b), nil
}

// However many rows there are, no file has them in the clear by name.
func TestNoRowsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	files := func(when string) {
		filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && runtime.GOOS != "windows" {
				t.Errorf("%s: %s", when, path)
			}
			return err
		})
	}
	if err := Render(&atFirst{func() { files("while it is written") }}, large(40_000), "xlsx", ""); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
