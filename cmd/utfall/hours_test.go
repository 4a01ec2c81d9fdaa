package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"utfall/rules"
)

// stay is one attendance as the lists tell of it.
type stay struct {
	person, month, day int
	from, to           int // minutes of the day
	project            string
	certified          bool
	role               string
}

func (s stay) date() string { return fmt.Sprintf("2018-%02d-%02d", s.month, s.day) }

// reportedBy is what of a project's hours is reported, by person and month: a slow
// second opinion that knows nothing of our queries. The lists are in the order in
// which they are taken in.
func reportedBy(all []stay, project string, step int, h rules.HourRules) (reported, present int) {
	months, days, whole := map[[2]int]int{}, map[string]int{}, map[int]int{}
	for i, s := range all {
		if s.project != project || s.role != "deltagare" || s.month < 2 {
			continue // another project, another role, or before the project began
		}
		minutes := s.to - s.from
		present += minutes
		if !s.certified {
			continue
		}
		elsewhere := 0
		for j, o := range all {
			earlier := o.from < s.from || o.from == s.from && j < i
			if i == j || o.person != s.person || o.date() != s.date() || !earlier {
				continue
			}
			elsewhere = max(elsewhere, min(s.to, o.to)-max(s.from, o.from))
		}
		left, day := minutes-elsewhere, fmt.Sprint(s.person, s.date())
		if most := h.DayHours * 60; most > 0 {
			left = min(left, max(0, most-days[day]))
		}
		days[day] += minutes - elsewhere
		whole[s.person] += left
		months[[2]int{s.person, s.month}] += left
	}
	for who, minutes := range months {
		if whole[who[0]] >= h.MinimumHours*60 {
			reported += minutes - minutes%step
		}
	}
	return reported, present
}

// TestReportedHours takes random attendances of two projects in, some at the same
// time, some not certified, some of staff, and some before the project began: the
// reported hours are those of a second, slow reckoning, whatever the rounding, the
// ceiling of a day and the least of a project, and with the excluded ones they are the
// hours present.
func TestReportedHours(t *testing.T) {
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	people := markedPeople(r, 6)
	var all []stay
	taken := map[string]bool{}
	activities := map[string]int{}
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	var list strings.Builder
	list.WriteString("Datum;Aktivitet;Start;Slut;Personnummer;Namn;Projekt;Roll;Närvarande;Intygad\n")
	for range 150 {
		s := stay{person: r.IntN(len(people)), month: 1 + r.IntN(4), day: 1 + r.IntN(2), from: 8*60 + 30*r.IntN(10), project: []string{"P", "Q"}[r.IntN(2)],
			certified: r.IntN(4) > 0, role: []string{"deltagare", "deltagare", "deltagare", "personal"}[r.IntN(4)]}
		s.to = s.from + 20 + 10*r.IntN(12)
		// A session ends for all when it ends: one activity a day, start and length.
		name := fmt.Sprintf("Kurs %d", s.to-s.from)
		key := fmt.Sprint(s.person, s.date(), s.from, s.project, name)
		minutes := fmt.Sprint(s.person, s.date())
		if taken[key] || activities[minutes]+s.to-s.from > 24*60 {
			continue
		}
		taken[key] = true
		activities[minutes] += s.to - s.from
		all = append(all, s)
		p := people[s.person]
		fmt.Fprintf(&list, "%s;%s;%02d:%02d;%02d:%02d;%s;%s %s;%s;%s;ja;%s\n", s.date(), name, s.from/60, s.from%60, s.to/60, s.to%60, p.number, p.first, p.last, s.project, s.role,
			map[bool]string{true: "ja", false: "nej"}[s.certified])
	}
	must(t, "init", dir)
	project := "id = %q\nname = %q\nprogramme = \"ESF-2014-2020\"\nstart = 2018-02-01\nend = 2020-01-31\n"
	for name, text := range map[string]string{"p.toml": fmt.Sprintf(project, "P", "P"), "q.toml": fmt.Sprintf(project, "Q", "Q"), "närvaro.csv": list.String()} {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "--data", dir, "import", filepath.Join(in, "p.toml"), filepath.Join(in, "q.toml"), filepath.Join(in, "närvaro.csv"))
	for rounding, step := range map[string]int{"exact": 1, "floor-quarter": 15, "floor-hour": 60} {
		set := rules.Of("ESF-2014-2020")
		set.Hours.Rounding = rounding
		set.Hours.DayHours = map[string]int{"floor-quarter": 2, "floor-hour": 1}[rounding]
		set.Hours.MinimumHours = map[string]int{"exact": 20, "floor-quarter": 10}[rounding]
		restore := rules.Replace(set)
		for _, id := range []string{"P", "Q"} {
			reported, present := reportedBy(all, id, step, set.Hours)
			got := metricValues(t, dir, "reported_hours", "--project", id)
			if len(got) != 1 || int(got[0].Value*60+0.5) != reported {
				t.Errorf("%s, %s: %d minutes by the second reckoning, the program says %v", rounding, id, reported, got)
			}
			if was := metricValues(t, dir, "participant_hours", "--project", id); int(was[0].Value*60+0.5) != present {
				t.Errorf("%s: %d minutes present, the program says %v", id, present, was)
			}
			reconciled(t, dir, id, reported, present)
		}
		restore()
	}
	t.Logf("%d attendances", len(all))
}

// reconciled reads the sheet of excluded hours: its lines, and the hours reported,
// are the hours present.
func reconciled(t *testing.T, dir, project string, reported, present int) {
	t.Helper()
	var report struct {
		Sheets []struct {
			Name   string
			Tables []struct {
				Title string
				Rows  [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(must(t, "--data", dir, "report", "esf", "--project", project, "--format", "json", "-o", "-")), &report); err != nil {
		t.Fatal(err)
	}
	tables := map[string][][]any{}
	for _, s := range report.Sheets {
		for _, table := range s.Tables {
			if s.Name == "Excluded hours" {
				tables[table.Title] = table.Rows
			}
		}
	}
	minutes := func(cell any) int { return int(math.Round(cell.(float64) * 60)) }
	lines := 0
	for _, row := range tables["Line by line"] {
		if !slices.Contains([]string{"staff, speaker or visitor", "outside the project's period"}, row[0].(string)) {
			lines += minutes(row[1])
		}
	}
	sum := tables[""]
	if minutes(sum[0][1]) != present || minutes(sum[1][1]) != -lines || minutes(sum[2][1]) != reported || present-lines != reported {
		t.Errorf("%s: %d minutes present, %d on lines of their own, %d reported; the sheet says %v", project, present, lines, reported, sum)
	}
}
