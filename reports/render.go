package reports

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"utfall/domain"
)

// Formats are the forms a report can be written in.
var Formats = []string{"xlsx", "csv", "json", "html"}

// DataFormats are the forms the answers behind an evaluation can be written in.
var DataFormats = []string{"zip", "parquet"}

// Render writes a report in a format. A sheet's name limits it to that sheet;
// a CSV holds one sheet, the first with a table when none is named.
func Render(w io.Writer, r *Report, format, sheet string) error {
	write := map[string]func(io.Writer, *Report) error{
		"xlsx": renderXLSX, "csv": renderCSV, "json": renderJSON, "html": renderHTML, "zip": renderTidy, "parquet": renderParquet,
	}[format]
	if write == nil {
		list := strings.Join(slices.Concat(Formats, DataFormats), ", ")
		return domain.Refuse(domain.Usage,
			domain.Tf("formatet %q finns inte", "there is no format %q", format),
			domain.Tf("Välj ett av: %s.", "Choose one of: %s.", list))
	}
	if sheet != "" {
		one, err := only(r, sheet)
		if err != nil {
			return err
		}
		r = one
	}
	if err := write(w, r); err != nil {
		// What a user can act on is said in the user's words already.
		if _, ok := errors.AsType[*domain.Error](err); ok {
			return err
		}
		return fmt.Errorf("write %s as %s: %w", r.Name, format, err)
	}
	return nil
}

// only is the report with one of its sheets. Capitals do not matter unless
// two names differ in nothing else.
func only(r *Report, name string) (*Report, error) {
	i := slices.IndexFunc(r.Sheets, func(s Sheet) bool { return s.Name == name })
	if i < 0 {
		i = slices.IndexFunc(r.Sheets, func(s Sheet) bool { return strings.EqualFold(s.Name, name) })
	}
	if i < 0 {
		return nil, noSheet(r, name)
	}
	one := *r
	one.Sheets = r.Sheets[i : i+1]
	return &one, nil
}

func noSheet(r *Report, name string) error {
	names := make([]string, len(r.Sheets))
	for i, s := range r.Sheets {
		names[i] = s.Name
	}
	list := strings.Join(names, ", ")
	return domain.Refuse(domain.Usage,
		domain.Tf("rapporten har inget blad %q", "the report has no sheet %q", name),
		domain.Tf("Bladen är: %s.", "The sheets are: %s.", list))
}

// The signs that stand where a number is not shown.
const (
	suppressedSign = "‥"
	noValueSign    = "–"
)

// numeric reports whether the value of a cell of the kind is its Number.
func (k Kind) numeric() bool { return k >= Count && k <= Kronor }

var (
	blankCell = Cell{}
	noCell    = Cell{Kind: NoValue}
)

// cell is the row's cell in a column: blank where the row has none, without a
// value where its number is none. Tables are long, so it is not copied.
func (r Row) cell(column int) *Cell {
	if column >= len(r.Cells) {
		return &blankCell
	}
	c := &r.Cells[column]
	if c.Kind.numeric() && (math.IsNaN(c.Number) || math.IsInf(c.Number, 0)) {
		return &noCell
	}
	return c
}

// numeric reports whether a column holds numbers, for its header to stand
// above them: the first cell that says something decides.
func (t *Table) numeric(column int) bool {
	for _, row := range t.Rows {
		switch c := row.cell(column); c.Kind {
		case Blank, Suppressed, NoValue:
		default:
			return c.Kind.numeric()
		}
	}
	return false
}

// numerals is how a language writes numbers.
type numerals struct {
	group, point, percent string
}

func numeralsOf(lang string) numerals {
	if lang == "en" {
		return numerals{group: ",", point: ".", percent: "%"}
	}
	return numerals{group: "\u00a0", point: ",", percent: "\u00a0%"}
}

// shown is the cell as a person reads it.
func (n numerals) shown(c *Cell) string {
	switch c.Kind {
	case Words, DateKind:
		return c.Text
	case Count:
		return n.number(c.Number, 0)
	case HoursKind, Decimal, Kronor:
		return n.number(c.Number, 2)
	case Probability:
		return n.number(c.Number, 4)
	case Share:
		return n.number(c.Number*100, 1) + n.percent
	case Suppressed:
		return suppressedSign
	case NoValue:
		return noValueSign
	}
	return ""
}

// number writes a number with its thousands set apart.
func (n numerals) number(v float64, decimals int) string {
	digits := strconv.FormatFloat(v, 'f', decimals, 64)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "−", digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	if strings.Trim(digits, "0.") != "" { // what rounds to nothing has no sign
		b.WriteString(sign)
	}
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(n.group)
		}
		b.WriteRune(d)
	}
	if fraction != "" {
		b.WriteString(n.point + fraction)
	}
	return b.String()
}

// madeOf says what a report was made of, in one sentence.
func madeOf(r *Report) domain.Text {
	at := r.Stamp.RecordedOn
	return domain.Tf(
		"Framställd av utfall %s ur loggen till och med position %d, bokförd %s.",
		"Made by utfall %s from the log up to and including position %d, recorded %s.",
		r.Stamp.Program, r.Stamp.Position, at)
}
