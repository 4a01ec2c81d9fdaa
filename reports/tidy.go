package reports

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"utfall/domain"
)

// noData refuses to write answers of a report that has none.
func noData(r *Report) error {
	if len(r.Data) > 0 {
		return nil
	}
	return domain.Refuse(domain.Usage, domain.Tf("rapporten %s har inga svar att skriva som data", "the report %s has no answers to write as data", r.Name),
		domain.T("utfall report evaluation har det, när någon har svarat", "utfall report evaluation has, once somebody has answered"))
}

// renderTidy writes the answers as files a statistics program reads as they are:
// comma-separated, with a decimal point, UTF-8 without a mark, names of variables that
// R and SPSS take; the codebook; and what reads them.
func renderTidy(w io.Writer, r *Report) error {
	if err := noData(r); err != nil {
		return err
	}
	z := newArchive(w, 6)
	type part struct {
		name  string
		write func(io.Writer) error
	}
	parts := []part{
		{"README.txt", func(w io.Writer) error { return tidyReadme(w, r) }},
		{"answers.csv", func(w io.Writer) error { return answersCSV(w, r.Data) }},
		{"answers.parquet", func(w io.Writer) error { return renderParquet(w, r) }},
		{"codebook.csv", func(w io.Writer) error { return codebookCSV(w, r.Data) }},
		{"labels.csv", func(w io.Writer) error { return labelsCSV(w, r.Data) }},
		{"read.R", func(w io.Writer) error { return readR(w, r.Data) }},
	}
	for _, d := range r.Data {
		name := d.file()
		parts = append(parts, part{name + ".csv", func(w io.Writer) error { return respondentsCSV(w, d) }},
			part{name + ".sps", func(w io.Writer) error { return readSPSS(w, d, r.Lang) }})
	}
	for _, p := range parts {
		out, err := z.Create(p.name)
		if err != nil {
			return err
		}
		if err := p.write(out); err != nil {
			return err
		}
	}
	return z.Close()
}

// file is what a survey's file of respondents is called, without its ending.
func (d *Data) file() string { return "respondents-" + cleanName(d.Survey.Survey) }

// cleanName is a text as part of a file's name.
func cleanName(s string) string {
	if s = domain.Slug(s); s == "" {
		return "survey"
	}
	return s
}

// tidyAnswer is an answer as a row of its own.
type tidyAnswer struct {
	Survey     string   `parquet:"survey,dict"`
	Respondent string   `parquet:"respondent,dict"`
	Wave       string   `parquet:"wave,dict"`
	Item       string   `parquet:"item,dict"`
	Option     string   `parquet:"option,dict"` // of a multiple choice
	State      string   `parquet:"state,dict"`  // valid, no_opinion or not_shown
	Value      *float64 `parquet:"value,optional"`
	Label      string   `parquet:"label,dict"`
}

// each gives the answers, a respondent after the other; what was not answered is no row.
func (d *Data) each(do func(tidyAnswer) error) error {
	for row, respondent := range d.Respondents {
		for i := range d.Variables {
			v := &d.Variables[i]
			a := tidyAnswer{Survey: d.Survey.Survey, Respondent: respondent, Wave: v.Wave, Item: v.Item.ID, Option: v.Option, State: "valid"}
			x := v.Values[row]
			if state, ok := v.Apart[row]; ok {
				a.State = string(state)
			} else if math.IsNaN(x) {
				continue
			} else {
				a.Value = &x
				if x == math.Trunc(x) {
					a.Label = v.Labels[int(x)]
				}
			}
			if err := do(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// renderParquet writes the answers, one a row, as Parquet.
func renderParquet(w io.Writer, r *Report) error {
	if err := noData(r); err != nil {
		return err
	}
	out := parquet.NewGenericWriter[tidyAnswer](w, parquet.Compression(&zstd.Codec{}), parquet.CreatedBy("utfall", r.Stamp.Program, ""),
		parquet.KeyValueMetadata("utfall.position", strconv.FormatUint(r.Stamp.Position, 10)), parquet.KeyValueMetadata("utfall.project", r.Stamp.Parameter("project")))
	var rows []tidyAnswer
	flush := func() error {
		_, err := out.Write(rows)
		rows = rows[:0]
		return err
	}
	for _, d := range r.Data {
		err := d.each(func(a tidyAnswer) error {
			if rows = append(rows, a); len(rows) < 1<<13 {
				return nil
			}
			return flush()
		})
		if err != nil {
			return err
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return out.Close()
}

// table writes rows of a CSV for statistics programs.
type tidyTable struct {
	*bufio.Writer
	line []byte
}

func newTidyTable(w io.Writer, headers ...string) *tidyTable {
	t := &tidyTable{Writer: bufio.NewWriterSize(w, 1<<16)}
	t.row(func() {
		for _, h := range headers {
			t.raw(h)
		}
	})
	return t
}

func (t *tidyTable) row(cells func()) {
	t.line = t.line[:0]
	cells()
	t.Write(append(t.line[:max(0, len(t.line)-1)], '\n')) // the last comma
}

func (t *tidyTable) raw(s string)   { t.line = append(append(t.line, s...), ',') }
func (t *tidyTable) words(s string) { t.line = append(appendWords(t.line, s), ',') }

func (t *tidyTable) number(x float64) {
	if !math.IsNaN(x) {
		t.line = strconv.AppendFloat(t.line, x, 'f', -1, 64)
	}
	t.line = append(t.line, ',')
}

func answersCSV(w io.Writer, all []*Data) error {
	t := newTidyTable(w, "survey", "respondent", "wave", "item", "option", "state", "value", "label")
	for _, d := range all {
		d.each(func(a tidyAnswer) error {
			t.row(func() {
				for _, s := range []string{a.Survey, a.Respondent, a.Wave, a.Item, a.Option, a.State} {
					t.words(s)
				}
				x := math.NaN()
				if a.Value != nil {
					x = *a.Value
				}
				t.number(x)
				t.words(a.Label)
			})
			return nil
		})
	}
	return t.Flush()
}

func respondentsCSV(w io.Writer, d *Data) error {
	headers := []string{"respondent"}
	for _, v := range d.Variables {
		headers = append(headers, v.Name)
	}
	t := newTidyTable(w, headers...)
	for row, respondent := range d.Respondents {
		t.row(func() {
			t.words(respondent)
			for i := range d.Variables {
				t.number(d.Variables[i].Values[row])
			}
		})
	}
	return t.Flush()
}

func codebookCSV(w io.Writer, all []*Data) error {
	t := newTidyTable(w, "survey", "variable", "wave", "item", "option", "kind", "level", "text_sv", "text_en", "min", "max", "reversed", "version", "comparable_from")
	for _, d := range all {
		for _, v := range d.Variables {
			i := v.Item
			t.row(func() {
				for _, s := range []string{d.Survey.Survey, v.Name, v.Wave, i.ID, v.Option, string(i.Kind), string(i.Level), i.Text.SV, i.Text.EN} {
					t.words(s)
				}
				reversed := 0.0
				if i.Reversed {
					reversed = 1
				}
				for _, x := range []float64{float64(i.Min), float64(i.Max), reversed, float64(i.Version()), float64(i.ComparableFrom())} {
					t.number(x)
				}
			})
		}
	}
	return t.Flush()
}

func labelsCSV(w io.Writer, all []*Data) error {
	t := newTidyTable(w, "survey", "variable", "code", "label")
	for _, d := range all {
		for _, v := range d.Variables {
			for _, code := range slices.Sorted(maps.Keys(v.Labels)) {
				t.row(func() {
					t.words(d.Survey.Survey)
					t.words(v.Name)
					t.number(float64(code))
					t.words(v.Labels[code])
				})
			}
		}
	}
	return t.Flush()
}

// readR writes what reads the files in R, with labels as factors beside the codes.
func readR(w io.Writer, all []*Data) error {
	fmt.Fprint(w, "# R, nothing but base. Run it where the files lie.\n"+
		"answers <- read.csv(\"answers.csv\", encoding = \"UTF-8\")\n"+
		"codebook <- read.csv(\"codebook.csv\", encoding = \"UTF-8\")\n"+
		"labels <- read.csv(\"labels.csv\", encoding = \"UTF-8\")\n")
	for _, d := range all {
		name := strings.ReplaceAll(d.file(), "-", "_")
		fmt.Fprintf(w, "%s <- read.csv(\"%s.csv\", encoding = \"UTF-8\")\n", name, d.file())
	}
	_, err := fmt.Fprint(w, "# Reversed items are as answered: recode by min + max - x (codebook$reversed).\n")
	return err
}

// readSPSS writes SPSS syntax that reads a survey's respondents and labels them.
func readSPSS(w io.Writer, d *Data, lang string) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "* Run it where the files lie.\nSET DECIMAL=DOT.\nGET DATA /TYPE=TXT /FILE='%s.csv' /ENCODING='UTF8' /ARRANGEMENT=DELIMITED\n /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES=\n respondent A64\n", d.file())
	for _, v := range d.Variables {
		format := "F8.0"
		if v.Item.Kind == domain.Number {
			format = "F16.4"
		}
		fmt.Fprintf(out, " %s %s\n", v.Name, format)
	}
	fmt.Fprint(out, " .\nVARIABLE LABELS\n")
	for _, v := range d.Variables {
		text := v.Item.Text.In(lang)
		if text == "" {
			text = v.Item.Text.SV
		}
		if v.Option != "" {
			text += ": " + v.Option
		}
		fmt.Fprintf(out, " %s %s\n", v.Name, spssText(text+" ("+v.Wave+")"))
	}
	fmt.Fprint(out, " .\n")
	for _, v := range d.Variables {
		if len(v.Labels) == 0 {
			continue
		}
		fmt.Fprintf(out, "VALUE LABELS %s", v.Name)
		for _, code := range slices.Sorted(maps.Keys(v.Labels)) {
			fmt.Fprintf(out, "\n %d %s", code, spssText(v.Labels[code]))
		}
		fmt.Fprint(out, " .\n")
	}
	fmt.Fprint(out, "EXECUTE.\n")
	return out.Flush()
}

// spssText is a text as SPSS quotes it, on one line and no longer than a label may be.
func spssText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return "'" + strings.ReplaceAll(cut(s, 110), "'", "''") + "'"
}

func tidyReadme(w io.Writer, r *Report) error {
	_, err := fmt.Fprintf(w, "%s\n%s\n%s\n\n%s\n", r.Title, r.Subtitle, madeOf(r).In(r.Lang), domain.T(
		`answers.csv, answers.parquet   ett svar per rad: state säger giltigt (valid), utan åsikt (no_opinion) eller inte visat (not_shown)
respondents-ENKÄT.csv          en svarande per rad, en kolumn per fråga och omgång; tomt är inget svar
codebook.csv, labels.csv       vad variablerna och koderna betyder; kod 99 är svar få valt
read.R, respondents-ENKÄT.sps  läser filerna i R och SPSS

Svaren står som de gavs: omvända frågor är inte omkodade. Inga namn, datum eller egenskaper finns här.
Pseudonymerna gäller en mottagare och ett projekt; uppgifterna får inte föras samman med andra om personer.`,
		`answers.csv, answers.parquet    an answer a row: state says valid, no_opinion or not_shown
respondents-SURVEY.csv          a respondent a row, a column an item and wave; blank is no answer
codebook.csv, labels.csv        what variables and codes mean; code 99 is answers few chose
read.R, respondents-SURVEY.sps  read the files in R and SPSS

Answers stand as they were given: reversed items are not recoded. No names, dates or attributes are here.
Pseudonyms hold for one recipient and one project; the data may not be joined with other data about persons.`).In(r.Lang))
	return err
}
