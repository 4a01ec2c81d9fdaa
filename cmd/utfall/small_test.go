package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const smallDir = "../../testdata/small"

// importSmall records the thirty events.
func importSmall(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	file := func(name string) string { return filepath.Join(smallDir, name) }
	must(t, "--data", dir, "import", file("narvaro.csv"), file("medlemmar.csv"), file("enkat.toml"), file("projekt.toml"))
	must(t, "--data", dir, "import", file("svar.csv"), "--survey", "kliv")
	return dir
}

// TestThirtyEventsGiveTheExpectedCells compares the workbooks with cells worked
// out by hand.
func TestThirtyEventsGiveTheExpectedCells(t *testing.T) {
	dir := importSmall(t)
	events := strings.Count(must(t, "--data", dir, "events", "list"), "\n")
	if events != 30 {
		t.Errorf("%d events recorded, want 30", events)
	}
	books := map[string]*excelize.File{}
	for name, args := range map[string][]string{"growth": {}, "esf": {"--project", "SMALL"}} {
		path := filepath.Join(t.TempDir(), name+".xlsx")
		args = append([]string{"--lang", "sv", "--data", dir, "report", name, "--from", "2018-01-01", "--to", "2019-12-31", "-o", path}, args...)
		if code, _, talk := run(t, args...); code != 0 {
			t.Fatal(talk)
		}
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		books[name] = f
	}
	text, err := os.ReadFile(filepath.Join(smallDir, "expected.txt"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		want := strings.Split(line, " | ")
		got := findCell(t, books[want[0]], want[1], want[2], want[3])
		if !sameCell(got, want[4]) {
			t.Errorf("%s %s, row %q, column %q: %q, want %q", want[0], want[1], want[2], want[3], got, want[4])
		}
		checked++
	}
	t.Logf("%d cells checked", checked)
}

func sameCell(got, want string) bool {
	g, err1 := strconv.ParseFloat(got, 64)
	w, err2 := strconv.ParseFloat(want, 64)
	return got == want || err1 == nil && err2 == nil && g-w < 1e-9 && w-g < 1e-9
}

// findCell finds the first row that begins with a label, under the nearest
// header above it that has the column.
func findCell(t *testing.T, f *excelize.File, sheet, label, column string) string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for _, row := range rows {
		if len(row) > 0 && row[0] == label && at >= 0 {
			if at < len(row) {
				return row[at]
			}
			return ""
		}
		for i, cell := range row {
			if cell == column {
				at = i
			}
		}
	}
	return "(not found)"
}
