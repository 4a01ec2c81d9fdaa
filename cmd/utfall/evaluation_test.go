package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"utfall/reports"
	"utfall/reports/recalc"
)

// evaluationOf makes the report of the cluster's project.
func evaluationOf(t *testing.T) *reports.Report {
	t.Helper()
	d := openDir(t, copyData(t, clusterData(t)))
	facts, err := d.app.factsAt("", "DC")
	if err != nil {
		t.Fatal(err)
	}
	r, err := facts.Make(t.Context(), "evaluation", reports.Parameters{Project: "DC", Lang: "sv", Program: Version})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestEvaluationCharts prints every chart of the cluster's evaluation on a page of its
// own and looks for the colours of its series.
func TestEvaluationCharts(t *testing.T) {
	r := evaluationOf(t)
	alone := &reports.Report{Lang: "sv"}
	for _, s := range r.Sheets {
		for _, c := range s.Charts {
			// Of the table, what is drawn: its words make a page as well.
			table := reports.Table{Columns: []reports.Column{{Header: "", Width: 12}}}
			of := s.Tables[c.Table]
			for n, row := range of.Rows[c.FromRow:c.ToRow] {
				cells := []reports.Cell{{Kind: reports.Words, Text: fmt.Sprint(n)}}
				for _, column := range c.Series {
					cells = append(cells, row.Cells[column])
				}
				table.Rows = append(table.Rows, reports.Row{Cells: cells})
			}
			for i := range c.Series {
				table.Columns = append(table.Columns, reports.Column{Header: fmt.Sprint(i), Width: 8})
				c.Series[i] = i + 1
			}
			c.Table, c.Category, c.FromRow, c.ToRow = 0, 0, 0, len(table.Rows)
			alone.Sheets = append(alone.Sheets, reports.Sheet{Name: fmt.Sprint(len(alone.Sheets)), Tables: []reports.Table{table}, Charts: []reports.Chart{c}})
		}
	}
	if len(alone.Sheets) != 7 { // the distribution of three waves; two later ones beside the first, and by hours
		t.Fatalf("%d charts", len(alone.Sheets))
	}
	var book bytes.Buffer
	if err := reports.Render(&book, alone, "xlsx", ""); err != nil {
		t.Fatal(err)
	}
	pages := recalc.Pages(t, book.Bytes())
	if len(pages) != len(alone.Sheets)+1 { // and the contents
		t.Fatalf("%d pages of %d charts", len(pages), len(alone.Sheets))
	}
	for i, s := range alone.Sheets {
		c := &s.Charts[0]
		dots := 0
		for series := range c.Series {
			dots += recalc.Dots(pages[i+1], c.Colour(series))
		}
		// The legend has some 60 of each; lines lie on each other.
		if dots < 65*len(c.Series)+300 {
			t.Errorf("%s: %d dots of the colours of %d series", c.Title, dots, len(c.Series))
		}
	}
}

// TestEvaluationAddsUp compares what the sheets say more than once, and what must add
// up: steps to the valid answers, answers to the respondents on the data sheet.
func TestEvaluationAddsUp(t *testing.T) {
	r := evaluationOf(t)
	if len(r.Data) != 1 {
		t.Fatalf("%d surveys with data", len(r.Data))
	}
	valid := map[string]int{} // by wave and item, of the data
	for _, v := range r.Data[0].Variables {
		n := 0
		for _, x := range v.Values {
			if !math.IsNaN(x) {
				n++
			}
		}
		valid[v.Wave+" "+v.Item.Text.SV] = n
	}
	checked := 0
	for _, s := range r.Sheets {
		if s.Name != "Enkät digital" {
			continue
		}
		for _, table := range s.Tables {
			var wave string
			if n, _ := fmt.Sscanf(table.Title, "Omgång %s", &wave); n != 1 {
				continue
			}
			for _, row := range table.Rows {
				steps := 0.0
				for _, c := range row.Cells[3:8] {
					steps += c.Number
				}
				if n := row.Cells[2].Number; steps != n || valid[wave+" "+bare(row.Cells[0].Text)] != int(n) {
					t.Errorf("%s %s: n is %g, the steps have %g, the data %d", wave, row.Cells[0].Text, n, steps, valid[wave+" "+bare(row.Cells[0].Text)])
				}
				checked++
			}
		}
	}
	if checked != 3*8 {
		t.Errorf("%d rows", checked)
	}
}

// bare is an item's text without what the sheet adds.
func bare(text string) string {
	const reversed = " (omvänd)"
	if n := len(text) - len(reversed); n > 0 && text[n:] == reversed {
		return text[:n]
	}
	return text
}

// TestEvaluationOfMany makes the workbook of 200,000 responses to 40 items, with a first
// and a second wave, in under 10 seconds and 1 GB, as a whole process.
func TestEvaluationOfMany(t *testing.T) {
	responses := 10_000
	if os.Getenv("UTFALL_LARGE") != "" {
		responses = 200_000
	} else if testing.Short() {
		t.Skip("takes some seconds")
	}
	dir := filepath.Join(t.TempDir(), "data")
	files := writeSurvey(t, t.TempDir(), responses/2, 40)
	must(t, "init", dir)
	must(t, "--data", dir, "import", files[0], files[1])
	for i, wave := range []string{"pre", "post"} {
		must(t, "--data", dir, "import", files[2+i], "--survey", "e", "--wave", wave)
	}
	must(t, "--data", dir, "recipients", "add", "eva", "--project", "P", "--expires", "2099-12-31")
	book := filepath.Join(t.TempDir(), "evaluation.xlsx")
	for _, to := range [][]string{nil, {"--for", "eva"}} {
		var took time.Duration
		var peak int
		for range 3 { // a busy machine can be slow once
			if _, took, peak = timed(t, program(t, append([]string{"--data", dir, "report", "evaluation", "--project", "P", "-o", book}, to...)...)); took < 10*time.Second && peak < 1024 {
				break
			}
		}
		t.Logf("%d responses to 40 items %v: %v, %d MB", responses, to, took, peak)
		if took >= 10*time.Second || peak >= 1024 {
			t.Errorf("%d responses to 40 items %v took %v and %d MB, three times", responses, to, took, peak)
		}
	}
}

// writeSurvey writes a project, a survey of some scale items, and the answers of so
// many people in two waves.
func writeSurvey(t *testing.T, dir string, people, items int) []string {
	t.Helper()
	names := []string{"project.toml", "survey.toml", "pre.csv", "post.csv"}
	r := rand.New(rand.NewPCG(4, 2))
	write := func(name string, body func(w *bufio.Writer)) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(f)
		body(w)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	write(names[0], func(w *bufio.Writer) {
		fmt.Fprint(w, "id = \"P\"\nname = \"P\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2019-12-31\n")
	})
	write(names[1], func(w *bufio.Writer) {
		fmt.Fprint(w, "id = \"e\"\nproject = \"P\"\ntitle = { sv = \"E\" }\nwaves = [\"pre\", \"post\"]\nmatch = \"Kod\"\n")
		for i := range items {
			fmt.Fprintf(w, "[[item]]\nid = \"q%[1]d\"\nkind = \"scale\"\nmin = 1\nmax = 5\nreversed = %[2]t\nlevel = \"learning\"\ntext = { sv = \"Fråga %[1]d\" }\nheader = \"F%[1]d\"\n", i, i%7 == 0)
		}
	})
	for wave, name := range names[2:] {
		write(name, func(w *bufio.Writer) {
			fmt.Fprint(w, "Datum;Kod")
			for i := range items {
				fmt.Fprintf(w, ";F%d", i)
			}
			fmt.Fprintln(w)
			for p := range people {
				fmt.Fprintf(w, "2019-%02d-15;K%06d", 1+wave*10, p)
				for range items {
					if r.IntN(30) == 0 {
						fmt.Fprint(w, ";")
					} else {
						fmt.Fprintf(w, ";%d", min(5, 1+r.IntN(5)+wave*r.IntN(2)))
					}
				}
				fmt.Fprintln(w)
			}
		})
	}
	for i := range names {
		names[i] = filepath.Join(dir, names[i])
	}
	return names
}
