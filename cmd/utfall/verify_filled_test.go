package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAFileThatNamesPeople makes a participant file and an attendance report, erases
// one of those they name, and verifies them: they are what the log gives but for who
// is erased. A change of anything but a name is found.
func TestAFileThatNamesPeople(t *testing.T) {
	yearsPass(t)
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	people := markedPeople(r, 8)
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	yearOf(t, in, r, people)
	must(t, "init", dir)
	must(t, "--data", dir, "import", filepath.Join(in, "p.toml"), filepath.Join(in, "d.csv"), filepath.Join(in, "n.csv"))
	scb, attendance := filepath.Join(in, "scb.xlsx"), filepath.Join(in, "attendance.xlsx")
	must(t, "--data", dir, "report", "scb", "--project", "P", "--month", "2019-03", "-o", scb)
	must(t, "--data", dir, "report", "attendance", "--project", "P", "--month", "2019-03", "-o", attendance)
	for _, file := range []string{scb, attendance} {
		if said := must(t, "--data", dir, "verify", "--report", file); !strings.Contains(said, "byte for byte") {
			t.Fatal("a fresh file is not what the log gives, byte for byte")
		}
	}
	must(t, "--data", dir, "scb", "make", "--project", "P", "--month", "2019-03", "-o", in)
	must(t, "--data", dir, "scb", "submitted", "--project", "P", "--month", "2019-03")
	must(t, "--data", dir, "erase", identify(t, dir, people[3].number), "--reason", "asked to")
	if m := scbStatus(t, dir)[2]; m.Resubmit || m.Renamed {
		t.Error("that somebody is erased is no reason to submit a file again")
	}
	for _, file := range []string{scb, attendance} {
		if said := must(t, "--data", dir, "verify", "--report", file); !strings.Contains(said, "erased – 1 of those the file is about") {
			t.Errorf("one is erased, and verify says nothing of it")
		}
		again := filepath.Join(in, "again.csv")
		if file == scb {
			must(t, "--data", dir, "report", "scb", "--project", "P", "--month", "2019-03", "-o", again)
			if text, err := os.ReadFile(again); err != nil || !strings.Contains(string(text), `"erased"`) || strings.Contains(string(text), people[3].number) {
				t.Errorf("the file made again does not say who is erased: %v", err)
			}
		}
	}
	for name, c := range map[string]struct{ file, from, to string }{"a number": {scb, people[2].number, "199001019810"}, "an entry": {scb, ">43533<", ">43534<"}, "a header": {scb, "Startdatum", "Slutdatum"}, "a sum": {attendance, "SUM(E", "SUM(F"},
		"an end of a cell": {scb, "</c>", "</c >"}} {
		changed := filepath.Join(in, name+".xlsx")
		if n := changeParts(t, c.file, changed, c.from, c.to); n == 0 {
			t.Fatalf("%s: nothing was changed", name)
		}
		if code, _, talk := run(t, "--data", dir, "verify", "--report", changed); code != 1 {
			t.Errorf("%s changed: exit %d\n%s", name, code, talk)
		}
	}
}

// TestANumberLearnedLater submits a participant file in which somebody has no number.
// Once the vault has it, the file is still what the log gives but for that, and has to
// be made and submitted again.
func TestANumberLearnedLater(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	p := markedPeople(r, 1)[0]
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	write := func(name, text string) string {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(in, name)
	}
	must(t, "init", dir)
	must(t, "--data", dir, "import", write("p.toml", "id = \"P\"\nname = \"P\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2019-12-31\n"),
		write("n.csv", fmt.Sprintf("Datum;Aktivitet;Namn;E-post;Projekt;Timmar\n2019-03-14;Kurs;%s %s;%s@example.org;P;3\n", p.first, p.last, p.email)))
	if _, _, talk := run(t, "--data", dir, "scb", "make", "--project", "P", "--month", "2019-03", "-o", in); !strings.Contains(talk, "1 participants without a person number") {
		t.Errorf("make does not say that a number is missing: %s", talk)
	}
	must(t, "--data", dir, "scb", "submitted", "--project", "P", "--month", "2019-03")
	status := func() scbMonthJSON { return scbStatus(t, dir)[2] }
	if m := status(); m.Resubmit || m.Renamed {
		t.Fatalf("nothing has changed: %+v", m)
	}
	// The number comes with somebody's whole row: it is known by address and name.
	must(t, "--data", dir, "import", write("m.csv", fmt.Sprintf("Datum;Aktivitet;Namn;E-post;Personnummer;Projekt;Timmar\n2019-05-14;Kurs;%s %s;%s@example.org;%s;P;3\n", p.first, p.last, p.email, p.number)))
	if m := status(); !m.Resubmit || !m.Renamed || len(m.Difference) > 0 {
		t.Errorf("the number is known now, and no row differs: %+v", m)
	}
	if said := must(t, "--data", dir, "verify", "--report", filepath.Join(in, "scb-P-2019-03-1.xlsx")); !strings.Contains(said, "what it says of who the people are has changed since") {
		t.Error("verify does not tell what has changed")
	}
	must(t, "--data", dir, "scb", "make", "--project", "P", "--month", "2019-03", "-o", in)
	must(t, "--data", dir, "scb", "submitted", "--project", "P", "--month", "2019-03")
	if m := status(); m.Resubmit || m.Renamed || len(m.Issues) != 2 {
		t.Errorf("it was made and submitted again: %+v", m)
	}
}

// changeParts copies a workbook and replaces a text in its sheets; it gives how often.
func changeParts(t *testing.T, from, to, old, now string) (times int) {
	t.Helper()
	in, err := zip.OpenReader(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Name, "xl/worksheets/") {
			times += bytes.Count(content, []byte(old))
			content = bytes.ReplaceAll(content, []byte(old), []byte(now))
		}
		p, err := w.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), os.WriteFile(to, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return times
}
