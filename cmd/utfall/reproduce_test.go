package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"utfall/domain"
	"utfall/projections"
	"utfall/reports"
)

// copyData gives a data directory of its own with what another one holds.
func copyData(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data")
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// everyReport writes each report in each format and gives the bytes.
func everyReport(t *testing.T, dir string, more ...string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, r := range [][]string{{"growth"}, {"esf", "--project", "DC"}} {
		for _, format := range []string{"xlsx", "csv", "json", "html"} {
			file := filepath.Join(t.TempDir(), r[0]+"."+format)
			must(t, append(append([]string{"--data", dir, "report"}, append(r, more...)...), "-o", file)...)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out[r[0]+"."+format] = b
		}
	}
	return out
}

func sameBytes(t *testing.T, what string, want, got map[string][]byte) {
	t.Helper()
	for name, b := range want {
		if !bytes.Equal(b, got[name]) {
			t.Errorf("%s: %s is %d bytes that differ from the %d bytes before", what, name, len(got[name]), len(b))
		}
	}
}

// TestReportsAreTheSameBytes makes every report again after the facts file was
// deleted, after a rebuild, and as of the same position when more has been
// recorded: always the same bytes.
func TestReportsAreTheSameBytes(t *testing.T) {
	t.Parallel()
	dir := copyData(t, clusterData(t))
	want := everyReport(t, dir)
	if err := os.Remove(projections.Path(dir)); err != nil {
		t.Fatal(err)
	}
	must(t, "--data", dir, "rebuild")
	sameBytes(t, "after deleting the facts and rebuilding", want, everyReport(t, dir))

	var status struct{ Head uint64 }
	if err := json.Unmarshal([]byte(must(t, "--data", dir, "status", "--json")), &status); err != nil {
		t.Fatal(err)
	}
	var rows []entryJSON
	lines := must(t, "--data", dir, "metric", "participant_hours", "--project", "DC", "--rows", "--json")
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var e entryJSON
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, e)
	}
	must(t, "--data", dir, "correct", rows[0].Event, "minutes=15", "--reason", "counted wrong")
	must(t, "--data", dir, "undo", "7", "--reason", "the wrong register")
	asOf := fmt.Sprint(status.Head)
	sameBytes(t, "as of the position before two corrections", want, everyReport(t, dir, "--as-of", asOf))
	now := everyReport(t, dir)
	if bytes.Equal(now["esf.json"], want["esf.json"]) || bytes.Equal(now["growth.json"], want["growth.json"]) {
		t.Error("two corrections changed nothing")
	}
}

// TestEntriesAddUp asks every metric in every breakdown and adds its entries
// up: they are the figure, by the metric's own aggregate.
func TestEntriesAddUp(t *testing.T) {
	var talk bytes.Buffer
	app := &App{ctx: t.Context(), ui: &UI{out: &talk, talk: &talk, lang: "en"}, dir: clusterData(t)}
	defer app.Close()
	facts, err := app.factsAt("", "")
	if err != nil {
		t.Fatal(err)
	}
	questions, figures := 0, 0
	for _, m := range reports.Metrics {
		if strings.HasPrefix(m.ID, "indicator.") {
			continue // this data has no participants' characteristics: TestIndicatorsAddUp has
		}
		for _, by := range append([]string{"", "term", "year"}, m.By...) {
			q := reports.Question{Metric: m.ID, Range: domain.Period{From: domain.MustDate("2018-01-01"), To: domain.MustDate("2019-12-31")}}
			if q.Grain, _ = domain.ParseGrain(by); q.Grain == domain.None {
				q.By = by
			}
			if !ofSurvey(&q) {
				continue
			}
			sums := map[string]*[3]float64{}
			var values [][2]string
			answer, err := facts.Entries(t.Context(), q, func(e reports.Entry) error {
				k := e.Span + "|" + e.Key
				if sums[k] == nil {
					sums[k] = &[3]float64{}
				}
				if m.ID == "survey.change" && e.Part == "-" {
					e.Measure = -e.Measure // an answer is what it is; a departure is less than nobody
				}
				sums[k][0] += e.Measure
				switch e.Part {
				case "num":
					sums[k][1] += e.Measure
				case "den":
					sums[k][2] += e.Measure
				}
				values = append(values, [2]string{k, e.Event.String()})
				return nil
			})
			if err != nil {
				t.Fatalf("%s by %s: %v", m.ID, by, err)
			}
			questions++
			for _, v := range answer.Values {
				s := sums[v.Span+"|"+v.Key]
				if s == nil {
					s = &[3]float64{}
				}
				want, ok, sum := s[0], true, true
				switch m.Aggregate {
				case reports.Ratio:
					if want, ok = s[1]/s[2], s[2] != 0; m.ID == "members_growth_rate" {
						want = s[1] / s[2]
					}
				case reports.Statistic:
					if want, ok, sum = statisticOf(m.ID, by, *s, v.N); !sum {
						continue
					}
				}
				figures++
				if ok != v.Valid || ok && math.Abs(want-v.Number) > 1e-9 {
					t.Errorf("%s by %s, %s%s: figure %v (%v), entries give %v (%v)", m.ID, by, v.Span, v.Key, v.Number, v.Valid, want, ok)
				}
			}
		}
	}
	t.Logf("%d figures of %d questions equal the sum of their entries", figures, questions)
}

// ofSurvey makes a question about a survey one of a wave; it is false for one that has
// no answer: surveys are not broken down by time, outcomes are of items, rates of waves.
func ofSurvey(q *reports.Question) bool {
	if !strings.HasPrefix(q.Metric, "survey.") {
		return true
	}
	q.Survey, q.Wave = "digital", "post"
	return q.Grain == domain.None && (q.Metric != "survey.outcome" || q.By == "item") && (q.Metric != "survey.response_rate" || q.By != "item")
}

// statisticOf is the figure a survey metric's entries add up to; sum is false for one
// that is no sum, which reports/statistics' own tests are about.
func statisticOf(metric, by string, s [3]float64, n int) (want float64, ok, sum bool) {
	switch {
	case metric == "survey.response_rate" || metric == "survey.outcome":
		return s[1] / s[2], s[2] != 0, true
	case by == "item" && (metric == "survey.mean" || metric == "survey.change"):
		return s[0] / float64(n), true, true
	}
	return 0, false, false
}

// TestAKilledImportLeavesAllOrNothing kills the program at 40 moments of an
// import of a member list, and looks what is left: the whole file or nothing,
// a log without gaps, and a next import that completes.
func TestAKilledImportLeavesAllOrNothing(t *testing.T) {
	file := filepath.Join(clusterDir, "medlemmar-2019.csv")
	rows := 114
	took := time.Duration(0)
	seen := map[int]int{}
	for i := range 41 {
		dir := filepath.Join(t.TempDir(), "data")
		must(t, "init", dir)
		cmd := program(t, "--data", dir, "import", file, "--json")
		begin := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if i > 0 { // the first run is timed and let be
			timer := time.AfterFunc(took*time.Duration(i)/40, func() { cmd.Process.Kill() })
			defer timer.Stop()
		}
		cmd.Wait()
		if i == 0 {
			took = time.Since(begin)
		}
		out := must(t, "--data", dir, "metric", "members_joined", "--json")
		var m struct{ Rows []valueJSON }
		if err := json.Unmarshal([]byte(out), &m); err != nil {
			t.Fatal(err)
		}
		n := 0
		if len(m.Rows) > 0 {
			n = int(m.Rows[0].Value.(float64))
		}
		seen[n]++
		var again totals
		if err := json.Unmarshal([]byte(must(t, "--data", dir, "import", file, "--json")), &again); err != nil {
			t.Fatal(err)
		}
		switch n {
		case 0:
			if again.New != rows {
				t.Fatalf("kill %d: nothing was left, and importing again counts %+v", i, again)
			}
		default:
			if again.Unchanged != rows {
				t.Fatalf("kill %d: %d memberships were left, and importing again counts %+v", i, n, again)
			}
		}
	}
	delete(seen, 0)
	t.Logf("killed at 40 moments: what was left, and how often: %v", seen)
	if len(seen) != 1 {
		t.Fatalf("half a file was left: %v", seen)
	}
}

// TestImportsAtOnce takes four files in at the same moment, in processes of
// their own: each is recorded once, and nobody is told of a locked database.
func TestImportsAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	const files, rows = 4, 200
	done := make(chan string, files)
	for i := range files {
		var list strings.Builder
		list.WriteString("Datum;Aktivitet;Namn;E-post;Timmar\n")
		for j := range rows {
			fmt.Fprintf(&list, "2019-03-%02d;Kurs %d;P %d;p%d@example.org;1\n", j%28+1, i, j, j)
		}
		path := filepath.Join(t.TempDir(), fmt.Sprintf("list%d.csv", i))
		if err := os.WriteFile(path, []byte(list.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := program(t, "--data", dir, "import", path)
		go func() {
			out, err := cmd.CombinedOutput()
			if err == nil {
				out = nil
			}
			done <- string(out)
		}()
	}
	for range files {
		if out := <-done; out != "" {
			t.Errorf("one import failed: %s", out)
		}
	}
	for metric, want := range map[string]string{"attendances": fmt.Sprint(files * rows), "persons_unique": fmt.Sprint(rows)} {
		if got := strings.Map(digits, must(t, "--data", dir, "metric", metric)); got != want {
			t.Errorf("%s: %s, want %s", metric, got, want)
		}
	}
}

func digits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}
