package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"utfall/privacy/traces"
)

// marked is one participant, every part of whom can be told from anything else.
type marked struct{ first, last, email, number, company string }

func (m marked) needles() []string {
	return []string{m.first, m.last, m.email, m.number, m.number[2:8] + "-" + m.number[8:], m.number[2:], m.company}
}

// markedPeople makes n people with numbers of the series reserved for tests:
// birth numbers 980 to 999.
func markedPeople(r *rand.Rand, n int) []marked {
	word := func(prefix string) string {
		b := []byte(prefix)
		for range 9 {
			b = append(b, byte('a'+r.IntN(26)))
		}
		return string(b)
	}
	out := make([]marked, n)
	for i := range out {
		nine := fmt.Sprintf("%02d%02d%02d%03d", 50+r.IntN(50), 1+r.IntN(12), 1+r.IntN(28), 980+r.IntN(20))
		sum := 0
		for j, c := range nine { // Luhn
			d := int(c-'0') * (2 - j%2)
			sum += d/10 + d%10
		}
		out[i] = marked{word("Q"), word("W"), word("z"), "19" + nine + fmt.Sprint((10-sum%10)%10), word("Firma")}
	}
	return out
}

// TestNothingAnEvaluatorGetsNamesAnybody gives an evaluator 500 participants: every
// file released in every form and coarseness, every word printed, every refusal,
// the file names, and all parts of the workbooks hold none of what identifies
// one, the ids of the log included.
func TestNothingAnEvaluatorGetsNamesAnybody(t *testing.T) {
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	people := markedPeople(r, 500)
	dir, in, visible := filepath.Join(t.TempDir(), "data"), t.TempDir(), t.TempDir()
	var list strings.Builder
	list.WriteString("Datum;Aktivitet;Start;Kommun;Plats;Namn;E-post;Personnummer;Organisationsnummer;Närvarande;Timmar;Projekt\n")
	for i, p := range people {
		for m := range 1 + r.IntN(3) {
			fmt.Fprintf(&list, "2019-%02d-%02d;Kurs;09:00;%s;Hos %s;%s %s;%s@example.org;%s;559999-0008;ja;%d;DC\n", 1+(i+m*(1+i%4))%12, 1+i%28, []string{"Borås", "Mark"}[i%2], p.company, p.first, p.last, p.email, p.number, 1+r.IntN(3))
		}
	}
	write := func(name, text string) string {
		file := filepath.Join(in, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	must(t, "init", dir)
	must(t, "--data", dir, "import", write("p.toml", "id = \"DC\"\nname = \"DigiCreate\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2020-01-31\n"))
	run(t, "--data", dir, "import", "--accept-partial", write("lista-"+people[0].last+".csv", list.String()))
	must(t, "--data", dir, "recipients", "add", "kontigo", "--project", "DC", "--expires", "2099-12-31")
	must(t, "--data", dir, "users", "add", "eva", "--role", "evaluator", "--project", "DC", "--expires", "2099-12-31")

	needles := [][]byte{}
	seen := map[string]bool{}
	for line := range strings.Lines(must(t, "--data", dir, "metric", "participants", "--project", "DC", "--rows", "--json")) {
		var row struct{ Subject, Event string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		seen[row.Subject] = true
		needles = append(needles, []byte(row.Subject), []byte(row.Event))
	}
	if len(seen) < 450 {
		t.Fatalf("only %d participants", len(seen))
	}
	for _, p := range people {
		for _, s := range p.needles() {
			needles = append(needles, []byte(s))
		}
	}
	released := evaluatorSees(t, dir, visible)
	hits, err := traces.Find([]string{visible}, needles)
	if err != nil || len(hits) > 0 {
		t.Errorf("%d hits: %v %v", len(hits), hits[:min(len(hits), 5)], err)
	}
	// The search finds what is there: the list itself.
	if hits, err := traces.Find([]string{in}, needles); err != nil || len(hits) < 1000 {
		t.Errorf("only %d hits in the list itself: %v", len(hits), err)
	}
	t.Logf("%d participants, %d needles, %d files released, 0 hits", len(seen), len(needles), released)
}

// figuresReleased releases the report of the project, and metrics in every
// breakdown, of persons and of firms.
func figuresReleased(t *testing.T, ask func(...string) int, visible string) (released int) {
	t.Helper()
	for _, format := range []string{"xlsx", "json", "html"} {
		if ask("report", "esf", "--project", "DC", "--for", "kontigo", "-o", filepath.Join(visible, "esf."+format)) == 0 {
			released++
		}
	}
	for _, sheet := range []string{"Overview", "Participants", "Sessions", "Organisations"} {
		if ask("report", "esf", "--project", "DC", "--for", "kontigo", "--sheet", sheet, "-o", filepath.Join(visible, sheet+".csv")) == 0 {
			released++
		}
	}
	for _, id := range []string{"participants", "participant_hours", "persons_unique", "show_up_rate"} {
		for _, by := range []string{"", "month", "sex", "age_band", "organisation", "project"} {
			for _, json := range []string{"--json", "--json=false"} {
				if ask("metric", id, "--project", "DC", "--by", by, "--for", "kontigo", json) == 0 {
					released++
				}
			}
		}
	}
	if want := 3 + 4 + 4*6*2; released != want {
		t.Errorf("%d files and figures released, want %d", released, want)
	}
	for _, refused := range [][]string{{"--sheet", "Hours"}, {"--sheet", "Missing"}} {
		if ask(append([]string{"report", "esf", "--project", "DC", "--for", "kontigo", "-o", filepath.Join(visible, "no.csv")}, refused...)...) == 0 {
			t.Errorf("%v was released", refused)
		}
	}
	return released
}

// evaluatorSees puts everything an evaluator can get out of the program into a
// folder: what is released, what is printed, and what is said when it is refused.
func evaluatorSees(t *testing.T, dir, visible string) (released int) {
	t.Helper()
	var said strings.Builder
	ask := func(args ...string) int {
		code, out, talk := run(t, append([]string{"--data", dir, "--as", "eva"}, args...)...)
		fmt.Fprintf(&said, "%v\n%s\n%s\n", args, out, talk)
		return code
	}
	for i, coarse := range []string{"", "months=quarter", "months=term,municipality=none", "months=year", "months=none", "months=none,municipality=none,age=none"} {
		for _, format := range []string{"xlsx", "csv", "json", "html"} {
			args := []string{"report", "participation", "--project", "DC", "--for", "kontigo", "--coarsen", coarse, "-o", filepath.Join(visible, fmt.Sprintf("%d.%s", i, format))}
			if format == "csv" {
				args = append(args, "--sheet", "Participants")
			}
			if ask(args...) == 0 {
				released++
			}
		}
	}
	if released < 8 {
		t.Errorf("only %d files were released\n%s", released, &said)
	}
	released += figuresReleased(t, ask, visible)
	for _, args := range [][]string{{"report", "growth", "-o", "-", "--format", "json"}, {"report", "esf", "--project", "DC", "-o", "-", "--format", "csv"}, {"metric", "participants", "--project", "DC", "--rows"}, {"metric", "participants", "--project", "DC", "--rows", "--for", "kontigo"}, {"report", "growth", "--for", "kontigo", "-o", "-", "--format", "json"}, {"metric", "members_active", "--project", "DC", "--for", "kontigo"},
		{"metric", "persons_unique", "--by", "organisation"}, {"events", "list"}, {"events", "original", "2", "-o", "-"}, {"people", "candidates"}, {"people", "show", "x", "-o", "-"},
		{"missing", "--project", "DC"}, {"export", "-o", "-"}, {"access-log"}, {"users", "list"}, {"recipients", "list"}, {"keys", "show"}, {"erase", "--dry-run", "x"}, {"status"}, {"verify"},
		{"report", "participation", "--project", "DC", "--for", "nobody", "-o", "-", "--format", "json"}, {"report", "participation", "--project", "OTHER", "--for", "kontigo", "-o", "-", "--format", "json"}} {
		code := ask(args...)
		if code == 0 && !slices.Contains([]string{"status"}, args[0]) {
			t.Errorf("an evaluator was allowed %v", args)
		}
	}
	if err := os.WriteFile(filepath.Join(visible, "said.txt"), []byte(said.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return released
}
