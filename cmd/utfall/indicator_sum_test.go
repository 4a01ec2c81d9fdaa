package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/reports"
	"utfall/rules"
)

// TestIndicatorsAddUp: an indicator's figure is the number of rows behind it, the
// sum of its parts by sex, and what the workbook shows.
func TestIndicatorsAddUp(t *testing.T) {
	t.Parallel()
	const programme = "ESF-2014-2020"
	dir, _ := truthData(t, programme, [2]string{"2018-01-01", "2020-01-31"}, readTruth(t, "../../testdata/indicators/"+programme+".txt"))
	figures, verdicts := indicatorsOf(t, dir, programme)
	tried := 0
	data := openDir(t, dir)
	for _, f := range figures {
		if !f.Input || f.Indicator.Kind == rules.Entity {
			continue
		}
		id := "indicator." + f.Indicator.Code
		if got := len(data.rows(id)); got != f.Total() {
			t.Errorf("%s: %d in the workbook, %d rows behind it", id, f.Total(), got)
		}
		sum := 0
		for _, r := range data.values(id, "sex") {
			sum += int(r.Value)
			if int(r.Value) != f.BySex[r.Key] {
				t.Errorf("%s %s: %d in the workbook, %v by the metric", id, r.Key, f.BySex[r.Key], r.Value)
			}
		}
		if whole := data.values(id, ""); sum != f.Total() || len(whole) != 1 || int(whole[0].Value) != sum {
			t.Errorf("%s: parts %d, whole %v, workbook %d", id, sum, whole, f.Total())
		}
		tried++
	}
	for _, v := range verdicts {
		if v.Tried && !v.Holds {
			t.Errorf("%s does not hold: %d, %d (%s)", v.Check.Rule(), v.Left, v.Right, v.Sex)
		}
	}
	t.Logf("%d indicators add up, %d checks tried", tried, len(verdicts))
}

// indicatorsOf are the figures of the workbook's sheet.
func indicatorsOf(t *testing.T, dir, programme string) ([]reports.IndicatorFigure, []reports.Verdict) {
	t.Helper()
	app := &App{ctx: t.Context(), ui: &UI{out: io.Discard, talk: io.Discard, lang: "en"}, dir: dir}
	defer app.Close()
	facts, err := app.factsAt("", "P")
	if err != nil {
		t.Fatal(err)
	}
	q := reports.Question{Project: "P"}
	if q.Range, err = facts.Range(app.ctx, q.Range); err != nil {
		t.Fatal(err)
	}
	set := rules.Of(programme)
	figures, records, err := facts.Indicators(app.ctx, q, set)
	if err != nil {
		t.Fatal(err)
	}
	return figures, reports.Checked(set, figures, records)
}

type metricValue struct {
	Key   string
	Value float64
}

func metricValues(t *testing.T, dir, metric string, more ...string) []metricValue {
	t.Helper()
	var out struct{ Rows []metricValue }
	if err := json.Unmarshal([]byte(must(t, slices.Concat([]string{"--data", dir, "metric", metric, "--json"}, more)...)), &out); err != nil {
		t.Fatal(err)
	}
	return out.Rows
}

// participantsHeader is that of the lists the property is tried on.
const participantsHeader = "Personnummer;Projekt;Startdatum;Slutdatum;Sysselsättning;Utbildning;Kompetens;Förbättrad ställning;Minoritet;Funktionsnedsättning;Hemlös\n"

// anybody draws the rows of one participant, one stretch or two.
func anybody(r *rand.Rand, n int) []string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	pin := pinOf(fmt.Sprintf("19%02d-%02d-%02d", 40+n%60, 1+n%12, 1+n%28), one("K", "M"), n%10)
	entry := fmt.Sprintf("2018-%02d-%02d", 1+r.IntN(6), 1+r.IntN(28))
	exit := one("", "2018-08-31", "2018-12-31")
	row := func(from, to string) string {
		return strings.Join([]string{pin, "P", from, to, one("anställd", "arbetslös", "inactive", "inactive not in education", ""), one("0", "2", "4", "7", ""),
			one("ja", "nej", ""), one("ja", "nej", ""), one("ja", "nej", "declined", ""), one("ja", "nej", ""), one("ja", "nej", "")}, ";") + "\n"
	}
	out := []string{row(entry, exit)}
	if exit != "" && r.IntN(2) == 0 {
		out = append(out, row("2019-03-0"+strconv.Itoa(1+n%9), one("", "2019-06-30")))
	}
	return out
}

// TestNoOrderChangesAnIndicator takes the same rows in as one file and as several
// in any order: every indicator is the same. One participant more never lowers an
// output.
func TestNoOrderChangesAnIndicator(t *testing.T) {
	t.Parallel()
	const programme = "ESF-2014-2020"
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	tries := map[bool]int{false: 3, true: 30}[os.Getenv("UTFALL_LARGE") != ""]
	for range tries {
		var rows []string
		count := 3 + r.IntN(10)
		for n := range count {
			rows = append(rows, anybody(r, n)...)
		}
		want := byCode(t, programme, []string{strings.Join(rows, "")})
		shuffled, cut := slices.Clone(rows), 1+r.IntN(len(rows)-1)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got := byCode(t, programme, []string{strings.Join(shuffled[:cut], ""), strings.Join(shuffled[cut:], "")})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("as one file -, as two in another order +:\n%s\n%s", diff, rows)
		}
		more := byCode(t, programme, []string{strings.Join(append(rows, anybody(r, count)[0]), "")})
		for key, n := range want {
			if strings.HasPrefix(key, "CO") && more[key] < n {
				t.Fatalf("%s: %d, and %d with one participant more", key, n, more[key])
			}
		}
	}
	t.Logf("%d sets of participants", tries)
}

// byCode takes lists in, each as a file, and gives every indicator by sex.
func byCode(t *testing.T, programme string, lists []string) map[string]int {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	files := []string{"id = \"P\"\nname = \"P\"\nprogramme = \"" + programme + "\"\nstart = 2018-01-01\nend = 2020-01-31\n"}
	for _, l := range lists {
		files = append(files, participantsHeader+l)
	}
	for i, text := range files {
		file := filepath.Join(dir, "..", fmt.Sprintf("%d.%s", i, map[bool]string{true: "toml", false: "csv"}[i == 0]))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, "--data", dir, "import", file)
	}
	figures, verdicts := indicatorsOf(t, dir, programme)
	out := map[string]int{}
	for _, f := range figures {
		for sex, n := range f.BySex {
			out[f.Indicator.Code+" "+sex] += n
		}
	}
	for _, v := range verdicts {
		if v.Tried && !v.Holds && !v.Check.Warn {
			t.Fatalf("%s does not hold: %d, %d", v.Check.Rule(), v.Left, v.Right)
		}
	}
	return out
}
