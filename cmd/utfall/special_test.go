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
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
	"utfall/privacy"
	"utfall/privacy/traces"
)

// sealedIndicators are those of special categories in ESF 2014–2020, with the
// answers one of which must be yes.
var sealedIndicators = map[string][]string{"CO15": {"minority", "background"}, "CO16": {"disability"}, "CO17": {"other"},
	"CR05": {"minority", "background", "disability", "other"}, "CR09": {"minority", "background", "disability", "other"}}

// surveyed is a participant as the lists tell of it.
type surveyed struct {
	marked
	complete, employed bool
	qualified          bool
	answers            map[string]string // by question
	subject            string
}

// counted is what an indicator must say of a participant, by reading the rules
// of Regulation 1304/2013 and not our queries.
func (s surveyed) counted(code string) bool {
	disadvantaged := false
	for _, question := range sealedIndicators[code] {
		disadvantaged = disadvantaged || s.answers[question] == "ja"
	}
	switch code {
	case "CR05":
		return s.complete && disadvantaged && s.qualified
	case "CR09":
		return false // nobody was asked six months after
	}
	return s.complete && disadvantaged
}

// TestSpecialCategoriesAreFrozen erases participants one after the other, once
// nothing holds them: what the special categories add up to stays as it was at
// every position there ever was, nobody reads an erased answer, and what is left
// in the log names nobody.
func TestSpecialCategoriesAreFrozen(t *testing.T) {
	frozenAfter(t, crashSeed(t), map[bool]int{false: 1, true: 6}[os.Getenv("UTFALL_LARGE") != ""])
}

// TestANoIsFrozen erases the only participant who was asked about a disability and said
// no: nobody has one, which is a figure, and not the same as that nobody was asked.
func TestANoIsFrozen(t *testing.T) { frozenAfter(t, 1795928293702876579, 1) }

// frozenAfter erases n of four times as many participants, drawn by a seed.
func frozenAfter(t *testing.T, seed uint64, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	dir, people := questioned(t, r, 4*n)
	head := statusOfDir(t, dir).Head
	want := map[string]int{}
	for code := range sealedIndicators {
		for _, p := range people {
			if p.counted(code) {
				want[code]++
			}
		}
	}
	before := sealedFigures(t, dir, head)
	for code, count := range want {
		if got := before[fmt.Sprintf("%s at %d", code, head)]; !strings.Contains(got, fmt.Sprintf(`"value":%d,`, count)) {
			t.Errorf("%s: %d people by the lists, the program says %s", code, count, got)
		}
	}

	// Two are one, and one is of another sex from here on.
	must(t, "--data", dir, "people", "merge", people[1].subject, people[0].subject, "--reason", "one person, written twice")
	event := strings.Fields(must(t, "--data", dir, "events", "list", "--type", "person.recorded", "--person", people[0].subject))[1]
	must(t, "--data", dir, "correct", event, "sex=nonbinary", "--reason", "the person says so")
	head = statusOfDir(t, dir).Head
	before = sealedFigures(t, dir, head)

	yearsPass(t)
	at := head
	for i := range n {
		p := people[i*4]
		if answer := must(t, "--data", dir, "erase", p.subject, "--reason", "the years have passed"); !strings.Contains(answer, "Every figure") {
			t.Fatalf("participant %d: %s", i, answer)
		}
		if diff := cmp.Diff(before, sealedFigures(t, dir, head)); diff != "" {
			t.Fatalf("after %d erasures the figures differ (-before +after):\n%s", i+1, diff)
		}
		if rows := must(t, "--data", dir, "metric", "indicator.CO16", "--rows", "--json"); strings.Contains(rows, p.subject) {
			t.Errorf("participant %d is erased and still among the rows", i)
		}
		hits, err := traces.Find([]string{dir}, [][]byte{[]byte(p.first), []byte(p.last), []byte(p.email), []byte(p.number)})
		if err != nil || len(hits) > 0 {
			t.Fatalf("participant %d left traces: %v %v", i, hits, err)
		}
		for _, line := range strings.Split(must(t, "--data", dir, "events", "list", "--type", "special.frozen", "--json"), "\n") {
			if strings.Contains(line, p.subject) || strings.Contains(line, `"CO1`) {
				t.Errorf("participant %d: a frozen event tells whose it is, or what: %s", i, line)
			}
		}
		if at++; must(t, "--data", dir, "metric", "indicator.CO16", "--as-of", fmt.Sprint(at)) == "" {
			t.Error("no figure after the erasure")
		}
	}
	must(t, "--data", dir, "verify", "--replay")
	t.Logf("%d of %d participants erased, %d figures the same at each of %d positions", n, len(people), len(before), head)
}

// yearsPass makes it a time when nothing holds evidence any more, for one test.
func yearsPass(t *testing.T) {
	ends := privacy.RetentionRules
	over := ends
	over.Classes = slices.Clone(over.Classes)
	for i := range over.Classes {
		over.Classes[i].Until = domain.MustDate("2020-12-31")
	}
	privacy.RetentionRules = over
	t.Cleanup(func() { privacy.RetentionRules = ends })
}

// questioned makes a data directory with n participants of an ESF project, with
// random answers, some of which a later list corrects.
func questioned(t *testing.T, r *rand.Rand, n int) (string, []surveyed) {
	t.Helper()
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	must(t, "init", dir)
	write := func(name, text string) string {
		file := filepath.Join(in, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	must(t, "--data", dir, "import", write("p.toml", "id = \"DC\"\nname = \"DigiCreate\"\nprogramme = \"ESF-2014-2020\"\nstart = 2018-01-01\nend = 2020-01-31\n"))
	var people []surveyed
	questions := []string{"background", "minority", "disability", "other"}
	var list, later strings.Builder
	header := "Personnummer;Namn;E-post;Projekt;Startdatum;Slutdatum;Sysselsättning;Utbildning;Kompetens;Utländsk bakgrund;Minoritet;Funktionsnedsättning;Annan utsatthet\n"
	list.WriteString(header)
	later.WriteString(header)
	for i, m := range markedPeople(r, n) {
		s := surveyed{marked: m, complete: r.IntN(5) > 0, employed: r.IntN(2) == 0, qualified: r.IntN(2) == 0, answers: map[string]string{}}
		row := func() string {
			education, status := "", "arbetslös"
			if s.complete {
				education = "4"
			}
			if s.employed {
				status = "anställd"
			}
			answer := []string{"nej", "ja"}
			cells := []string{m.number, m.first + " " + m.last, m.email + "@example.org", "DC", fmt.Sprintf("2018-%02d-01", 1+i%12), "2019-06-30", status, education, answer[btoi(s.qualified)]}
			for _, q := range questions {
				cells = append(cells, s.answers[q])
			}
			return strings.Join(cells, ";") + "\n"
		}
		for _, q := range questions {
			s.answers[q] = []string{"ja", "nej", "declined", ""}[r.IntN(4)]
		}
		if i%4 == 0 { // those who are to be erased add something
			s.complete, s.answers["minority"] = true, "ja"
		}
		list.WriteString(row())
		if r.IntN(3) == 0 { // a later list corrects an answer
			s.answers["disability"] = []string{"ja", "nej"}[r.IntN(2)]
			later.WriteString(row())
		}
		people = append(people, s)
	}
	must(t, "--data", dir, "import", write("deltagare.csv", list.String()))
	must(t, "--data", dir, "import", "--reason", "asked again", write("deltagare2.csv", later.String()))
	for i := range people {
		people[i].subject = identify(t, dir, people[i].number)
	}
	return dir, people
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// identify asks the program whom a number is of.
func identify(t *testing.T, dir, number string) string {
	t.Helper()
	var out, talk bytes.Buffer
	code := Run(t.Context(), []string{"--lang", "en", "--data", dir, "erase", "--dry-run"}, strings.NewReader(number+"\n"), &out, &talk)
	subject, _, ok := strings.Cut(out.String(), ":")
	if code != 0 || !ok {
		t.Fatalf("somebody is not found: exit %d\n%s", code, &talk)
	}
	return subject
}

// sealedFigures are the figures of special categories at every position, in all
// and by sex.
func sealedFigures(t *testing.T, dir string, head uint64) map[string]string {
	t.Helper()
	out := map[string]string{}
	for code := range sealedIndicators {
		for at := uint64(2); at <= head; at++ { // there is nobody before
			for _, by := range []string{"", "sex"} {
				args := []string{"--data", dir, "metric", "indicator." + code, "--json", "--as-of", fmt.Sprint(at)}
				if by != "" {
					args = append(args, "--by", by)
				}
				out[strings.TrimSpace(fmt.Sprintf("%s at %d %s", code, at, by))] = must(t, args...)
			}
		}
	}
	return out
}

func statusOfDir(t *testing.T, dir string) (s status) {
	t.Helper()
	if err := json.Unmarshal([]byte(must(t, "--data", dir, "status", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	return s
}
