package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// TestAnHourInMonthThree makes and submits the participant files of a year, all but
// that of November, and corrects one hour in March: exactly March to October and
// December have to be submitted again, March differs by that hour and the others
// in nothing, and every issue can be made again, byte for byte, from the log alone.
func TestAnHourInMonthThree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	people := markedPeople(r, 8)
	dir, in, out := filepath.Join(t.TempDir(), "data"), t.TempDir(), t.TempDir()
	want := yearOf(t, in, r, people)
	must(t, "init", dir)
	must(t, "--data", dir, "import", filepath.Join(in, "p.toml"), filepath.Join(in, "d.csv"), filepath.Join(in, "n.csv"))
	must(t, "--data", dir, "scb", "make", "--project", "P", "-o", out)
	for month := 1; month <= 12; month++ {
		got := participantFile(t, out, month, people)
		if len(got) == 0 && len(want[month]) == 0 {
			continue // nobody takes part yet
		}
		if diff := cmp.Diff(want[month], got); diff != "" {
			t.Fatalf("month %d is not what the lists say (-want +got):\n%s", month, diff)
		}
	}
	must(t, "--data", dir, "scb", "submitted", "--project", "P")
	var november string // it was not, after all
	for _, line := range strings.Split(must(t, "--data", dir, "events", "list", "--type", "scb.submitted", "--json"), "\n") {
		var e struct{ Event string }
		if strings.Contains(line, "2019-11") && json.Unmarshal([]byte(line), &e) == nil {
			november = e.Event
		}
	}
	must(t, "--data", dir, "correct", november, "--withdraw", "--reason", "not sent yet")
	for _, m := range scbStatus(t, dir) {
		if m.Resubmit || m.Stale || len(m.Difference) > 0 {
			t.Fatalf("nothing has changed yet: %+v", m)
		}
	}
	var first struct{ Event string }
	line, _, _ := strings.Cut(must(t, "--data", dir, "metric", "participant_hours", "--project", "P", "--from", "2019-03-01", "--to", "2019-03-31", "--rows", "--json"), "\n")
	if err := json.Unmarshal([]byte(line), &first); err != nil {
		t.Fatal(err)
	}
	must(t, "--data", dir, "correct", first.Event, "minutes=120", "--reason", "left an hour early")
	for i, m := range scbStatus(t, dir) {
		month := i + 1
		if again := month >= 3 && month != 11; m.Resubmit != again || m.Stale {
			t.Errorf("month %d: to be submitted again %t, stale %t", month, m.Resubmit, m.Stale)
		}
		switch {
		case month != 3 && len(m.Difference) > 0:
			t.Errorf("month %d differs: %+v", month, m.Difference)
		case month == 3 && (len(m.Difference) != 1 || m.Difference[0].Hours != -1):
			t.Errorf("March differs by %+v", m.Difference)
		}
	}
	must(t, "--data", dir, "scb", "make", "--project", "P", "-o", out)
	madeAgain(t, dir, out)
}

// madeAgain makes every file in a folder again, from a data directory that has the
// same log and vault and facts made anew.
func madeAgain(t *testing.T, dir, out string) {
	t.Helper()
	must(t, "--data", dir, "rebuild")
	files, err := filepath.Glob(filepath.Join(out, "scb-P-2019-*.xlsx"))
	if err != nil || len(files) != 12+9 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		var month, issue int
		if _, err := fmt.Sscanf(filepath.Base(file), "scb-P-2019-%d-%d.xlsx", &month, &issue); err != nil {
			t.Fatal(err)
		}
		if issue == 2 && (month < 3 || month == 11) {
			t.Errorf("%s needed no second issue", file)
		}
		if issue == 1 && month != 3 && month != 4 {
			continue
		}
		again := filepath.Join(t.TempDir(), "again.xlsx")
		must(t, "--data", dir, "scb", "make", "--project", "P", "--month", fmt.Sprintf("2019-%02d", month), "--issue", fmt.Sprint(issue), "-o", again)
		if a, b := readFile(t, file), readFile(t, again); !bytes.Equal(a, b) {
			t.Errorf("issue %d of month %d is not the same bytes when it is made again", issue, month)
		}
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func scbStatus(t *testing.T, dir string) []scbMonthJSON {
	t.Helper()
	var s scbStatusJSON
	if err := json.Unmarshal([]byte(must(t, "--data", dir, "scb", "status", "--project", "P", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Months) != 12 {
		t.Fatalf("%d months", len(s.Months))
	}
	return s.Months
}

// participantFile is what the first issue of a month says of each participant:
// start, end and hours.
func participantFile(t *testing.T, out string, month int, people []marked) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(filepath.Join(out, fmt.Sprintf("scb-P-2019-%02d-1.xlsx", month)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if first := f.GetSheetList()[0]; first != "Deltagare" {
		t.Errorf("who takes the file reads its first sheet, and that is %s", first)
	}
	for _, name := range f.GetDefinedName() {
		if !strings.Contains(name.RefersTo, name.Scope) {
			t.Errorf("a name of the sheet %s refers to %s", name.Scope, name.RefersTo)
		}
	}
	rows, err := f.GetRows("Deltagare")
	if err != nil || len(rows) == 0 || strings.Join(rows[0], " ") != "Personnummer Startdatum Slutdatum Timmar" {
		t.Fatalf("%v %v", rows, err)
	}
	said := map[string]string{}
	for _, row := range rows[1:] {
		i := slices.IndexFunc(people, func(p marked) bool { return p.number == row[0] })
		said[fmt.Sprint("person ", i)] = strings.Join(row[1:], " ")
	}
	return said
}

// yearOf writes the lists of a year's project, and gives what its files must say, by
// month and person, from the plan the lists are written from.
func yearOf(t *testing.T, in string, r *rand.Rand, people []marked) map[int]map[string]string {
	t.Helper()
	var participants, attendance strings.Builder
	participants.WriteString("Personnummer;Namn;Projekt;Startdatum;Slutdatum\n")
	attendance.WriteString("Datum;Aktivitet;Start;Personnummer;Namn;Projekt;Närvarande;Timmar\n")
	want := map[int]map[string]string{}
	for i, p := range people {
		from, to := 1+r.IntN(3), 13 // a month of 2020: none
		if i%2 == 0 {
			to = 8 + r.IntN(5)
		}
		start, end := fmt.Sprintf("2019-%02d-%02d", from, 1+i), ""
		if to <= 12 {
			end = fmt.Sprintf("2019-%02d-27", to)
		}
		if i == 1 {
			from, start = 3, "2019-03-09" // known by attendance alone: from the first time
		} else {
			fmt.Fprintf(&participants, "%s;%s %s;P;%s;%s\n", p.number, p.first, p.last, start, end)
		}
		for month := from; month <= min(to, 12); month++ {
			hours := 0.0
			for n := range r.IntN(3) {
				fmt.Fprintf(&attendance, "2019-%02d-%02d;Kurs %d;09:00;%s;%s %s;P;ja;3\n", month, 10+n, n, p.number, p.first, p.last)
				hours += 3
			}
			if month == 3 && (i == 1 || i == 3) { // somebody is there in March, and one came then
				fmt.Fprintf(&attendance, "2019-03-09;Kurs 9;09:00;%s;%s %s;P;ja;3\n", p.number, p.first, p.last)
				hours += 3
			}
			if want[month] == nil {
				want[month] = map[string]string{}
			}
			left := ""
			if month == to {
				left = end
			}
			want[month][fmt.Sprint("person ", i)] = fmt.Sprintf("%s %s %.2f", start, left, hours)
		}
	}
	for name, text := range map[string]string{"p.toml": "id = \"P\"\nname = \"P\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2019-12-31\n", "d.csv": participants.String(), "n.csv": attendance.String()} {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return want
}

// TestFilesMadeAtTheSameTime has four commands make the files of a project while
// somebody records: each issue has one number, and holds what its position gives.
func TestFilesMadeAtTheSameTime(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	people := markedPeople(r, 4)
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	yearOf(t, in, r, people)
	must(t, "init", dir)
	must(t, "--data", dir, "import", filepath.Join(in, "p.toml"), filepath.Join(in, "d.csv"), filepath.Join(in, "n.csv"))
	folders := []string{t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()}
	var wait sync.WaitGroup
	for i, folder := range folders {
		wait.Go(func() {
			late := filepath.Join(folder, "late.csv")
			text := fmt.Sprintf("Datum;Aktivitet;Personnummer;Projekt;Timmar\n2019-%02d-20;Kurs;%s;P;1\n", 2+i, people[0].number)
			if err := os.WriteFile(late, []byte(text), 0o600); err != nil {
				t.Error(err)
			}
			for _, args := range [][]string{{"scb", "make", "--project", "P", "-o", folder}, {"import", late}, {"scb", "make", "--project", "P", "-o", folder}} {
				if code, _, talk := run(t, append([]string{"--data", dir}, args...)...); code != 0 {
					t.Errorf("%v: exit %d\n%s", args[:2], code, talk)
				}
			}
		})
	}
	wait.Wait()
	for _, m := range scbStatus(t, dir) {
		given := map[int]bool{}
		for _, issue := range m.Issues {
			if given[issue.Issue] {
				t.Errorf("%s has two issues %d", m.Month, issue.Issue)
			}
			given[issue.Issue] = true
		}
		if last := m.Issues[len(m.Issues)-1]; m.Stale || last.Hours != m.Hours {
			t.Errorf("%s: the newest issue says %v hours, the log %v", m.Month, last.Hours, m.Hours)
		}
	}
}

// TestNamesOfFiles: two projects' files never have one name.
func TestNamesOfFiles(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"A/B", "A-B", "A B", "A~2f~B", "AB", "a/b", "Å", "A..B"} {
		name := fileName(id)
		if other, ok := seen[name]; ok || strings.ContainsAny(name, "/ .") {
			t.Errorf("%q and %q: %s", id, other, name)
		}
		seen[name] = id
	}
}
