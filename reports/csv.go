package reports

import (
	"bufio"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"utfall/domain"
)

// byteOrderMark tells spreadsheet programs that a CSV is UTF-8.
const byteOrderMark = "\ufeff"

// CSVForm is how a CSV is written.
type CSVForm struct {
	Separator, Point string
	NoHeader         bool
	HoursDecimals    int  // of hours at most; 0: all there are
	Windows1252      bool // and not UTF-8; there is no mark at its beginning then
}

// csvFormOf is the form a language's spreadsheet programs read.
func csvFormOf(r *Report) CSVForm {
	switch {
	case r.CSV != nil:
		return *r.CSV
	case r.Lang == "en":
		return CSVForm{Separator: ",", Point: "."}
	}
	return CSVForm{Separator: ";", Point: ","}
}

// renderCSV writes the tables of one sheet under each other. Words are always
// quoted and numbers never are.
func renderCSV(w io.Writer, r *Report) error {
	i := slices.IndexFunc(r.Sheets, func(s Sheet) bool { return len(s.Tables) > 0 })
	if i < 0 {
		return domain.Refuse(domain.Usage,
			domain.T("det finns ingen tabell att skriva som CSV", "there is no table to write as CSV"),
			domain.T("Välj ett annat blad eller ett annat format.", "Choose another sheet or another format."))
	}
	form := csvFormOf(r)
	if form.Windows1252 {
		w = encoding.ReplaceUnsupported(charmap.Windows1252.NewEncoder()).Writer(w)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if !form.Windows1252 {
		out.WriteString(byteOrderMark)
	}
	line := make([]byte, 0, 1<<10)
	for n := range r.Sheets[i].Tables {
		t := &r.Sheets[i].Tables[n]
		if n > 0 {
			out.WriteString("\r\n")
		}
		line = line[:0]
		for c, column := range t.Columns {
			line = appendWords(form.separated(line, c), column.Header)
		}
		if !form.NoHeader {
			out.Write(append(line, "\r\n"...))
		}
		for _, row := range t.Rows {
			line = line[:0]
			for c := range t.Columns {
				line = form.append(form.separated(line, c), row.cell(c))
			}
			out.Write(append(line, "\r\n"...))
		}
	}
	return out.Flush() // the first error of all the writes
}

func (f CSVForm) separated(b []byte, column int) []byte {
	if column == 0 {
		return b
	}
	return append(b, f.Separator...)
}

// append writes a cell. Hours and shares are whole, not as they are shown:
// who takes a CSV wants to reckon with it.
func (f CSVForm) append(b []byte, c *Cell) []byte {
	switch c.Kind {
	case Words:
		return appendWords(b, c.Text)
	case DateKind:
		if _, err := domain.ParseDate(c.Text); err != nil {
			return appendWords(b, c.Text)
		}
		return append(b, c.Text...)
	case Count:
		return strconv.AppendFloat(b, c.Number, 'f', 0, 64)
	case HoursKind:
		if f.HoursDecimals > 0 {
			scale := math.Pow10(f.HoursDecimals)
			return f.number(b, math.Round(c.Number*scale)/scale, -1)
		}
		return f.number(b, c.Number, -1)
	case Share, Decimal, Probability:
		return f.number(b, c.Number, -1)
	case Kronor:
		return f.number(b, c.Number, 2)
	case Suppressed:
		return appendWords(b, suppressedSign)
	case NoValue:
		return appendWords(b, noValueSign)
	}
	return b
}

func (f CSVForm) number(b []byte, v float64, decimals int) []byte {
	from := len(b)
	b = strconv.AppendFloat(b, v, 'f', decimals, 64)
	if i := slices.Index(b[from:], '.'); i >= 0 {
		b[from+i] = f.Point[0]
	}
	return b
}

// appendWords writes somebody's words so that no spreadsheet program takes
// them for a formula.
func appendWords(b []byte, s string) []byte {
	b = append(b, '"')
	if formulaLike(s) {
		b = append(b, '\'')
	}
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

// formulaLike reports whether a text begins as a formula does, or with a mark
// that a program drops before it looks: then what follows would be the
// beginning. So are spaces passed over.
func formulaLike(s string) bool {
	for _, r := range s {
		switch r {
		case '=', '+', '-', '@', '\t', '\r', '\n', 0, '＝', '＋', '－', '＠':
			return true
		}
		if !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) {
			return false
		}
	}
	return false
}

// CSVSafe is a text that no spreadsheet program takes for a formula; a number stays
// as it is.
func CSVSafe(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err == nil || !formulaLike(s) {
		return s
	}
	return "'" + s
}
