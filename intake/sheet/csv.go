package sheet

import (
	"context"
	"errors"
	"strings"
)

// records reads all records of a CSV file.
func (f *File) records(ctx context.Context, each func(Line) error) error {
	r := &recordReader{text: f.text, line: f.line, separator: byte(f.Separator), unquoted: f.unquoted}
	silent, found := false, false
	for n := 0; ; n++ {
		if n%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		ok, err := r.next()
		switch {
		case err != nil:
			return err
		case !ok && !found:
			return errEmptyFile()
		case !ok:
			return nil
		case silent || blankLine(r.cells):
			continue
		}
		found = true
		if err := each(Line{Number: r.start, Cells: r.cells}); errors.Is(err, SkipSheet) {
			silent = true
		} else if err != nil {
			return err
		}
	}
}

// recordReader cuts a text into records as RFC 4180 has it, except that a line
// may end in LF, CR or both, as files from three systems do.
type recordReader struct {
	text      string
	pos       int
	line      int // the physical line of pos
	separator byte
	unquoted  bool

	start int // the physical line where the record starts
	begin int // the offset where it starts
	cells []Cell
}

// next reads a record; not ok is the end of the file.
func (r *recordReader) next() (ok bool, err error) {
	if r.pos == len(r.text) {
		return false, nil
	}
	r.start, r.begin, r.cells = r.line, r.pos, r.cells[:0]
	for {
		var field string
		if r.unquoted {
			field = r.bare()
		} else if r.pos < len(r.text) && r.text[r.pos] == '"' {
			field, err = r.quoted()
		} else {
			field, err = r.plain()
		}
		if err != nil {
			return false, err
		}
		if err := r.add(field); err != nil {
			return false, err
		}
		if r.pos == len(r.text) {
			return true, nil
		}
		if r.text[r.pos] == r.separator {
			r.pos++
			continue
		}
		r.endLine()
		return true, nil
	}
}

func (r *recordReader) add(field string) error {
	switch {
	case len(r.cells) == MaxColumns:
		return refuseAt(r.start, MaxColumns+1, hintText, "raden har fler än %d kolumner", "the line has over %d columns", MaxColumns)
	case len(field) > MaxField:
		return refuseAt(r.start, len(r.cells)+1, hintText, "fältet är över %d kB", "the field is over %d kB", MaxField>>10)
	case r.pos-r.begin > MaxRecord:
		return refuseAt(r.start, 0, hintText, "raden är över %d kB", "the line is over %d kB", MaxRecord>>10)
	}
	cell := Cell{Kind: Text, Text: field}
	if field == "" {
		cell.Kind = Empty
	}
	r.cells = append(r.cells, cell)
	return nil
}

// endLine passes one line end, of whichever kind.
func (r *recordReader) endLine() {
	if r.text[r.pos] == '\r' && r.pos+1 < len(r.text) && r.text[r.pos+1] == '\n' {
		r.pos++
	}
	r.pos++
	r.line++
}

// plain reads a field without quotes.
func (r *recordReader) plain() (string, error) {
	from := r.pos
	for ; r.pos < len(r.text); r.pos++ {
		switch c := r.text[r.pos]; c {
		case '\r', '\n', r.separator:
			return r.text[from:r.pos], nil
		case '"':
			return "", refuseAt(r.line, len(r.cells)+1, hintText,
				"ett citattecken mitt i ett fält som inte börjar med ett", "a quote in the middle of a field that does not start with one")
		}
	}
	return r.text[from:], nil
}

// quoted reads a field in quotes, which may span lines.
func (r *recordReader) quoted() (string, error) {
	opened, column := r.line, len(r.cells)+1
	r.pos++
	from := r.pos
	doubled := false
	for r.pos < len(r.text) {
		switch r.text[r.pos] {
		case '\r', '\n':
			r.endLine()
			continue
		case '"':
			if r.pos+1 < len(r.text) && r.text[r.pos+1] == '"' {
				doubled = true
				r.pos += 2
				continue
			}
			field := r.text[from:r.pos]
			if r.pos++; r.pos < len(r.text) && !strings.ContainsRune("\r\n"+string(rune(r.separator)), rune(r.text[r.pos])) {
				return "", refuseAt(r.line, column, hintText,
					"text efter det citattecken som avslutar fältet från rad %d", "text after the quote that ends the field from line %d", opened)
			}
			if doubled {
				field = strings.ReplaceAll(field, `""`, `"`)
			}
			return field, nil
		}
		if r.pos++; r.pos-from > 2*MaxField {
			return "", refuseAt(opened, column, hintText,
				"fältet är över %d kB: citattecknet avslutas kanske aldrig", "the field is over %d kB: its quote may never end", MaxField>>10)
		}
	}
	return "", refuseAt(opened, column, hintText, "ett citattecken som aldrig avslutas", "a quote that never ends")
}
