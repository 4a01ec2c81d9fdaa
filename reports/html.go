package reports

import (
	"bufio"
	_ "embed"
	"html/template"
	"io"
	"strconv"

	"utfall/domain"
)

//go:embed report.html.tmpl
var pageText string

// pageTemplate draws a report as one page that needs nothing but itself.
var pageTemplate = template.Must(template.New("report").Parse(pageText))

// htmlPage is what the template is given. It holds no table's cells as text:
// rows are made as they are written.
type htmlPage struct {
	*Report
	Sections []htmlSection
	Union    template.HTML // the emblem, where the paper must have it
	Made     string
	Words    htmlWords
}

// htmlWords are the page's own words.
type htmlWords struct{ Contents, Withheld string }

// htmlSection is a sheet as a part of the page.
type htmlSection struct {
	*Sheet
	ID     string
	Tables []htmlTable
	Charts []template.HTML
}

// htmlTable is a table as the template walks it.
type htmlTable struct {
	*Table
	numerals numerals
}

// htmlCell is a cell as a person reads it.
type htmlCell struct {
	Text  string
	Class string
	Head  bool // the row's own header
}

func renderHTML(w io.Writer, r *Report) error {
	n := numeralsOf(r.Lang)
	p := htmlPage{Report: r, Made: madeOf(r).In(r.Lang), Words: htmlWords{
		Contents: contentsName.In(r.Lang),
		Withheld: domain.T(
			"‥ står för en uppgift som inte visas därför att för få personer ligger bakom den, – för ett värde som inte finns.",
			"‥ stands for a figure that is withheld because too few people are behind it, – for a value that does not exist.").In(r.Lang),
	}}
	if r.Publicity != nil && r.Publicity.Emblem {
		p.Union = template.HTML(emblemSVG(template.HTMLEscapeString(r.Publicity.Text)))
	}
	for i := range r.Sheets {
		s := &r.Sheets[i]
		section := htmlSection{Sheet: s, ID: "blad-" + strconv.Itoa(i+1)}
		for j := range s.Tables {
			section.Tables = append(section.Tables, htmlTable{Table: &s.Tables[j], numerals: n})
		}
		for j := range s.Charts {
			c := &s.Charts[j]
			if err := c.check(s); err != nil {
				return err
			}
			svg := drawSVG(c, &s.Tables[c.Table], n, section.ID+"-"+strconv.Itoa(j+1))
			section.Charts = append(section.Charts, template.HTML(svg))
		}
		p.Sections = append(p.Sections, section)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := pageTemplate.Execute(out, p); err != nil {
		return err
	}
	return out.Flush()
}

// Heading is the sheet's title, or its name where it has none.
func (s htmlSection) Heading() string {
	if s.Title == "" {
		return s.Name
	}
	return s.Title
}

// Class tells how the header of a column stands.
func (t htmlTable) Class(column int) string {
	if t.numeric(column) {
		return "number"
	}
	return ""
}

// Cells are the cells of a row.
func (t htmlTable) Cells(row Row) []htmlCell {
	out := make([]htmlCell, len(t.Columns))
	for c := range out {
		cell := row.cell(c)
		out[c] = htmlCell{Text: t.numerals.shown(cell), Class: htmlClass(cell), Head: c == 0 && cell.Kind == Words}
	}
	return out
}

func htmlClass(c *Cell) string {
	switch {
	case c.Kind.numeric(), c.Kind == NoValue:
		return "number"
	case c.Kind == Suppressed:
		return "withheld"
	case c.Kind == DateKind:
		return "date"
	}
	return ""
}
