package reports

import (
	"bufio"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// script writes a report as JSON by hand, a row of a table a line: the keys
// stand in one order, and no more than a line is held at a time.
type script struct {
	out  *bufio.Writer
	line []byte
}

func renderJSON(w io.Writer, r *Report) error {
	s := &script{out: bufio.NewWriterSize(w, 1<<16)}
	s.raw(`{"report":`).text(r.Name).raw(`,"title":`).text(r.Title).raw(`,"subtitle":`).text(r.Subtitle)
	s.raw(`,"notice":`).text(r.Notice).raw(`,"lang":`).text(r.Lang)
	s.raw(`,"position":`).raw(strconv.FormatUint(r.Stamp.Position, 10))
	s.raw(`,"recorded_on":`).text(r.Stamp.RecordedOn.String())
	s.raw(`,"program":`).text(r.Stamp.Program)
	s.raw(`,"checkpoint":`).text(r.Stamp.Checkpoint).raw(`,"public_key":`).text(r.Stamp.PublicKey).raw(`,"parameters":{`)
	for i, p := range r.Stamp.Parameters {
		s.comma(i).text(p.Name).raw(":").text(p.Value)
	}
	s.raw("},\n\"sheets\":[")
	for i := range r.Sheets {
		s.comma(i).sheet(&r.Sheets[i])
	}
	s.raw("]}\n").flush()
	return s.out.Flush()
}

func (s *script) sheet(sheet *Sheet) {
	s.raw("\n{\"name\":").text(sheet.Name).raw(`,"title":`).text(sheet.Title).raw(`,"intro":[`)
	for i, sentence := range sheet.Intro {
		s.comma(i).text(sentence)
	}
	s.raw(`],"tables":[`)
	for i := range sheet.Tables {
		s.comma(i).table(&sheet.Tables[i])
	}
	s.raw("]}")
}

// table writes a table. Its totals are told apart, so that nobody adds them to
// what they are the sums of.
func (s *script) table(t *Table) {
	s.raw("\n{\"title\":").text(t.Title).raw(`,"note":`).text(t.Note).raw(`,"columns":[`)
	for i, column := range t.Columns {
		s.comma(i).text(column.Header)
	}
	s.raw(`],"total_rows":[`)
	totals := 0
	for i, row := range t.Rows {
		if row.Total {
			s.comma(totals).raw(strconv.Itoa(i))
			totals++
		}
	}
	s.raw(`],"rows":[`)
	for i, row := range t.Rows {
		s.comma(i).raw("\n[")
		for c := range t.Columns {
			s.comma(c).cell(row.cell(c))
		}
		s.raw("]").flush()
	}
	s.raw("]}")
}

func (s *script) cell(c *Cell) {
	switch c.Kind {
	case Words, DateKind:
		s.text(c.Text)
	case Count:
		s.line = strconv.AppendFloat(s.line, c.Number, 'f', 0, 64)
	case HoursKind, Share, Decimal, Probability:
		s.line = strconv.AppendFloat(s.line, c.Number, 'f', -1, 64)
	case Kronor:
		s.line = append(s.line, '"')
		s.line = strconv.AppendFloat(s.line, c.Number, 'f', 2, 64)
		s.line = append(s.line, '"')
	case Suppressed:
		s.raw(`{"value":null,"suppressed":true}`)
	default:
		s.raw("null")
	}
}

func (s *script) comma(i int) *script {
	if i > 0 {
		s.line = append(s.line, ',')
	}
	return s
}

func (s *script) raw(text string) *script {
	s.line = append(s.line, text...)
	return s
}

// text writes a string. Bytes that are no UTF-8 become the replacement mark,
// which is all the error says: one bad name must not cost the report.
func (s *script) text(text string) *script {
	s.line, _ = jsontext.AppendQuote(s.line, text)
	return s
}

// flush hands the line on. The writer keeps its first error for the end.
func (s *script) flush() {
	s.out.Write(s.line)
	s.line = s.line[:0]
}
