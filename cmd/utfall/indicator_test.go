package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/rules"
)

// truth is one line of testdata/indicators.
type truth struct {
	label, born, sex, entry, exit, status, since, education string
	answers                                                 map[string]string
	results                                                 []string
	counted                                                 []string
}

func readTruth(t *testing.T, file string) (out []truth) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		told, counted, ok := strings.Cut(line, "|")
		f := strings.Fields(told)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || len(f) != 10 {
			t.Fatalf("%s: %d fields in %q", file, len(f), line)
		}
		for i := range f {
			if f[i] == "-" {
				f[i] = ""
			}
		}
		row := truth{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], map[string]string{}, nil, strings.Fields(counted)}
		for _, answer := range strings.Split(f[8], ",") {
			question, value, _ := strings.Cut(answer, "=")
			row.answers[question] = value
		}
		if f[9] != "" {
			row.results = strings.Split(f[9], ",")
		}
		out = append(out, row)
	}
	return out
}

// pinOf makes a person number of the series reserved for tests, of a birthday
// and a sex, the nth of its day.
func pinOf(born, sex string, n int) string {
	serial := 980 + 2*n
	if sex != "K" {
		serial++
	}
	nine := strings.ReplaceAll(born, "-", "")[2:] + fmt.Sprint(serial)
	sum := 0
	for j, c := range nine { // Luhn
		d := int(c-'0') * (2 - j%2)
		sum += d/10 + d%10
	}
	return born[:2] + nine + fmt.Sprint((10-sum%10)%10)
}

// numbers gives each person of a truth table a number of its own. A day has ten
// numbers for each sex, so those born on the same day are moved a month forward
// at a time, unless the day itself is what is tried.
func numbers(all []truth) map[string]string {
	taken, out := map[string]bool{}, map[string]string{}
	for _, row := range all {
		for n := 0; out[row.label] == ""; n++ {
			born := row.born
			if n >= 10 {
				born = fmt.Sprintf("%s-%02d-02", row.born[:4], 1+n/10)
			}
			if pin := pinOf(born, row.sex, n%10); !taken[pin] {
				taken[pin], out[row.label] = true, pin
			}
		}
	}
	return out
}

var statusInFile = map[string]string{"employed": "anställd", "self": "egenföretagare", "unemployed": "arbetslös", "longterm": "långtidsarbetslös",
	"inactive": "inactive", "neither": "inactive not in education", "": ""}

// TestWhoEachIndicatorCounts takes in what testdata/indicators tells of people at
// and around every boundary, and asks each indicator for whom it counts.
func TestWhoEachIndicatorCounts(t *testing.T) {
	t.Parallel()
	for programme, days := range map[string][2]string{"ESF-2014-2020": {"2018-01-01", "2020-01-31"}, "ESF+-2021-2027": {"2023-01-01", "2024-12-31"}} {
		t.Run(programme, func(t *testing.T) {
			all := readTruth(t, "../../testdata/indicators/"+programme+".txt")
			dir, labels := truthData(t, programme, days, all)
			set := rules.Of(programme)
			data := openDir(t, dir)
			for _, i := range set.Indicators {
				if i.Kind == rules.Entity {
					continue
				}
				want, got := []string{}, []string{}
				for _, row := range all {
					if slices.Contains(row.counted, i.Code) && !slices.Contains(want, row.label) {
						want = append(want, row.label)
					}
				}
				for _, r := range data.rows("indicator." + i.Code) {
					got = append(got, labels[r.Subject])
				}
				slices.Sort(want)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-by hand +counted):\n%s", i.Code, diff)
				}
			}
			t.Logf("%d people, %d indicators", len(labels), len(set.Indicators))
		})
	}
}

// truthData makes a data directory of a truth table; labels is who each subject is.
func truthData(t *testing.T, programme string, days [2]string, all []truth) (dir string, labels map[string]string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	files, pins := truthFiles(t, programme, days, all)
	for _, file := range files {
		must(t, "--data", dir, "import", file)
	}
	vault, err := openDir(t, dir).app.Vault()
	if err != nil {
		t.Fatal(err)
	}
	labels = map[string]string{}
	for label, pin := range pins {
		ids, err := vault.Find(t.Context(), pin)
		if err != nil || len(ids) != 1 {
			t.Fatalf("%s is known as %d: %v", label, len(ids), err)
		}
		labels[ids[0].String()] = label
	}
	return dir, labels
}

// openData is a data directory that stays open while one metric after the other is asked.
type openData struct {
	t   *testing.T
	app *App
	out bytes.Buffer
}

func openDir(t *testing.T, dir string) *openData {
	d := &openData{t: t}
	d.app = &App{ctx: t.Context(), ui: &UI{out: &d.out, talk: io.Discard, lang: "en"}, dir: dir}
	t.Cleanup(func() { _ = d.app.Close() })
	return d
}

func (d *openData) ask(c MetricCmd, each func(*json.Decoder) error) {
	d.t.Helper()
	d.out.Reset()
	c.JSON = true
	if err := c.Run(d.app); err != nil {
		d.t.Fatal(err)
	}
	for dec := json.NewDecoder(&d.out); dec.More(); {
		if err := each(dec); err != nil {
			d.t.Fatal(err)
		}
	}
}

// rows are the entries behind a metric.
func (d *openData) rows(metric string) (out []metricRow) {
	d.t.Helper()
	d.ask(MetricCmd{ID: metric, Rows: true}, func(dec *json.Decoder) error {
		var r metricRow
		err := dec.Decode(&r)
		out = append(out, r)
		return err
	})
	return out
}

// values are a metric's figures by a dimension.
func (d *openData) values(metric, by string) []metricValue {
	d.t.Helper()
	var out struct{ Rows []metricValue }
	d.ask(MetricCmd{ID: metric, By: by}, func(dec *json.Decoder) error { return dec.Decode(&out) })
	return out.Rows
}

// truthFiles writes the files of a truth table, in the order they are taken in, and
// gives the number of each person.
func truthFiles(t *testing.T, programme string, days [2]string, all []truth) (files []string, pins map[string]string) {
	t.Helper()
	in := t.TempDir()
	pins = numbers(all)
	var list, later, results strings.Builder
	header := "Personnummer;Namn;Kön;Projekt;Startdatum;Slutdatum;Sysselsättning;Arbetslös sedan;Utbildning;Kompetens;Förbättrad ställning;Medborgarskap;Utländsk bakgrund;Minoritet;Funktionsnedsättning;Annan utsatthet;Hemlös;Landsbygd\n"
	list.WriteString(header)
	later.WriteString(header)
	results.WriteString("Personnummer;Projekt;Datum;Resultat;Värde\n")
	seen := map[string]bool{}
	for _, row := range all {
		sex := map[string]string{"K": "kvinna", "M": "man", "X": "icke-binär"}[row.sex]
		cells := []string{pins[row.label], "", sex, "P", row.entry, row.exit, statusInFile[row.status], row.since, row.education}
		for _, q := range []string{"qualified", "improved", "citizen", "foreign", "minority", "disability", "other", "homeless", "rural"} {
			cells = append(cells, row.answers[q])
		}
		to := &list
		if seen[row.label] {
			to = &later
		}
		seen[row.label] = true
		to.WriteString(strings.Join(cells, ";") + "\n")
		for _, r := range row.results {
			value := "ja"
			if strings.HasPrefix(r, "-") {
				value = "nej"
			}
			code, date, _ := strings.Cut(strings.TrimPrefix(r, "-"), "@")
			results.WriteString(strings.Join([]string{pins[row.label], "P", date, code, value}, ";") + "\n")
		}
	}
	for _, f := range []struct{ name, text string }{
		{"p.toml", fmt.Sprintf("id = \"P\"\nname = \"P\"\nprogramme = %q\nstart = %s\nend = %s\n", programme, days[0], days[1])},
		{"a.csv", list.String()}, {"b.csv", later.String()}, {"r.csv", results.String()}} {
		file := filepath.Join(in, f.name)
		if err := os.WriteFile(file, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files, pins
}

type metricRow struct {
	Subject, Key, Date, Event string
	Measure                   float64
}
