package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestAReleasedFileSaysWhoIsErased releases participants, erases two of them, and
// verifies the file: it says that two are erased, and that the others are what the
// log gives. A file in which somebody else's row was changed is still found.
func TestAReleasedFileSaysWhoIsErased(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	people := markedPeople(r, 12)
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	var list strings.Builder
	list.WriteString("Datum;Aktivitet;Start;Namn;E-post;Närvarande;Timmar;Projekt\n")
	for i, p := range people {
		fmt.Fprintf(&list, "2019-03-%02d;Kurs;09:00;%s %s;%s@example.org;ja;2;P\n", 1+i%3, p.first, p.last, p.email)
	}
	must(t, "init", dir)
	for name, text := range map[string]string{"p.toml": "id = \"P\"\nname = \"P\"\nprogramme = \"other\"\nstart = 2019-01-01\nend = 2020-01-31\n", "lista.csv": list.String()} {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "--data", dir, "import", filepath.Join(in, "p.toml"), filepath.Join(in, "lista.csv"))
	must(t, "--data", dir, "recipients", "add", "kontigo", "--project", "P", "--expires", "2099-12-31")
	file := filepath.Join(in, "given.xlsx")
	must(t, "--data", dir, "report", "participation", "--project", "P", "--for", "kontigo", "-o", file)
	if said := must(t, "--data", dir, "verify", "--report", file); !strings.Contains(said, "byte for byte") {
		t.Fatal(said)
	}
	for _, p := range people[:2] {
		must(t, "--data", dir, "erase", identify(t, dir, p.email+"@example.org"), "--reason", "asked to")
	}
	if said := must(t, "--data", dir, "verify", "--report", file); !strings.Contains(said, "erased – 2 participants") {
		t.Errorf("two are erased, verify says\n%s", said)
	}
	if said := must(t, "--data", dir, "verify", "--report", file, "--json"); !strings.Contains(said, `"erased":2`) {
		t.Error(said)
	}
	for name, c := range map[string]struct {
		sheet, cell string
		code        int
	}{"nothing": {"", "", 0}, "hours": {"Participants", "F", 1}, "sex": {"Participants", "B", 1}, "a definition": {"Provenance", "A", 1}} {
		changed := filepath.Join(in, name+".xlsx")
		changeCells(t, file, changed, c.sheet, c.cell)
		if code, said, talk := run(t, "--data", dir, "verify", "--report", changed); code != c.code || strings.Contains(said, "WRONG") != (code == 1) {
			t.Errorf("%s changed: exit %d\n%s%s", name, code, said, talk)
		}
	}
}

// changeCells writes another value into a column of a sheet from its eighth row
// on, in a copy of a workbook.
func changeCells(t *testing.T, from, to, sheet, column string) {
	t.Helper()
	f, err := excelize.OpenFile(from)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if sheet != "" {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) < 8 {
			t.Fatal(len(rows), err)
		}
		for n := 8; n <= len(rows); n++ {
			if err := f.SetCellStr(sheet, fmt.Sprintf("%s%d", column, n), "7"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.SaveAs(to); err != nil {
		t.Fatal(err)
	}
}
