package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"utfall/domain"
	"utfall/reports"
	"utfall/rules"
)

// TestIndicatorsOfManyProjects times all indicators of ten projects with 20,000
// participants, the special categories of each opened, and 400,000 attendances.
func TestIndicatorsOfManyProjects(t *testing.T) {
	if os.Getenv("UTFALL_LARGE") == "" {
		t.Skip("make ci runs it")
	}
	dir := manyProjects(t, 10, 20_000, 20)
	app := &App{ctx: t.Context(), ui: &UI{out: io.Discard, talk: io.Discard, lang: "en"}, dir: dir}
	defer app.Close()
	facts, err := app.factsAt("", "")
	if err != nil {
		t.Fatal(err)
	}
	q := reports.Question{}
	if q.Range, err = facts.Range(t.Context(), q.Range); err != nil {
		t.Fatal(err)
	}
	var took []time.Duration
	for range 5 {
		begin := time.Now()
		figures, records, err := facts.Indicators(t.Context(), q, rules.Of("ESF-2014-2020"))
		took = append(took, time.Since(begin))
		all := 0
		for _, n := range records.All {
			all += n
		}
		if err != nil || all != 20_000 || len(figures) == 0 {
			t.Fatalf("%d participants, %d figures: %v", all, len(figures), err)
		}
	}
	slices.Sort(took)
	t.Logf("all indicators of 10 projects: %v, the median of 5", took[2])
	if took[0] > 10*time.Second {
		t.Errorf("never under 10 s: %v", took)
	}
	app.Close()
	chainOfOne(t, dir)
}

// chainOfOne times what scb status asks, for one of the projects, with every month
// made and submitted, and all of them changed since.
func chainOfOne(t *testing.T, dir string) {
	t.Helper()
	must(t, "--data", dir, "scb", "make", "--project", "P3", "-o", t.TempDir())
	must(t, "--data", dir, "scb", "submitted", "--project", "P3")
	late := filepath.Join(t.TempDir(), "late.csv")
	list := "Personnummer;Projekt;Startdatum\n" + pinOf("1939-01-01", "K", 3) + ";P3;2018-01-02\n"
	if err := os.WriteFile(late, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "--data", dir, "import", late)
	app := &App{ctx: t.Context(), ui: &UI{out: io.Discard, talk: io.Discard, lang: "en"}, dir: dir}
	defer app.Close()
	facts, err := app.factsAt("", "P3")
	if err != nil {
		t.Fatal(err)
	}
	var took []time.Duration
	for range 5 {
		begin := time.Now()
		months, err := facts.Scb(t.Context(), "P3", domain.MustDate("2020-03-01"), app.filler())
		took = append(took, time.Since(begin))
		changed := 0
		for _, m := range months {
			if m.Resubmit && len(m.Difference) > 0 {
				changed++
			}
		}
		if err != nil || len(months) != 25 || changed != 25 {
			t.Fatalf("%d months, %d changed: %v", len(months), changed, err)
		}
	}
	slices.Sort(took)
	t.Logf("the chain of one project, 2,000 participants, 25 months, each changed since it was submitted: %v, the median of 5", took[2])
	if took[0] > 5*time.Second {
		t.Errorf("never under 5 s: %v", took)
	}
}

// manyProjects makes a data directory with participants, who attend some sessions
// each, spread over projects.
func manyProjects(t *testing.T, projects, participants, sessions int) string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	var people, attendance strings.Builder
	people.WriteString("Personnummer;Projekt;Startdatum;Slutdatum;Sysselsättning;Utbildning;Kompetens;Förbättrad ställning;Minoritet;Funktionsnedsättning;Hemlös\n")
	attendance.WriteString("Datum;Aktivitet;Start;Slut;Projekt;Personnummer;Närvarande;Intygad\n")
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	day := time.Date(1940, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range participants {
		pin := pinOf(day.AddDate(0, 0, i/20*13).Format(time.DateOnly), "K", i%10)
		if i%20 >= 10 {
			pin = pinOf(day.AddDate(0, 0, i/20*13).Format(time.DateOnly), "M", i%10)
		}
		fmt.Fprintf(&people, "%s;P%d;2018-%02d-01;%s;%s;%d;%s;%s;%s;%s;nej\n", pin, i%projects, 1+i%12, one("2019-06-30", ""), one("anställd", "arbetslös", "inactive"), r.IntN(9),
			one("ja", "nej", ""), one("ja", "nej", ""), one("ja", "nej", "declined"), one("ja", "nej"))
		for k := range sessions {
			fmt.Fprintf(&attendance, "2019-%02d-%02d;Kurs %d;09:00;12:00;P%d;%s;ja;ja\n", 1+k%12, 1+i/projects%28, k, i%projects, pin)
		}
	}
	must(t, "init", dir)
	files := []string{}
	write := func(name, text string) {
		files = append(files, filepath.Join(in, name))
		if err := os.WriteFile(files[len(files)-1], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range projects {
		write(fmt.Sprintf("p%d.toml", i), fmt.Sprintf("id = \"P%d\"\nname = \"P%d\"\nprogramme = \"ESF-2014-2020\"\nstart = 2018-01-01\nend = 2020-01-31\n", i, i))
	}
	write("d.csv", people.String())
	write("a.csv", attendance.String())
	must(t, append([]string{"--data", dir, "import"}, files...)...)
	return dir
}
