package sheet

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"strings"
)

// reading is one pass over the worksheets of a workbook.
type reading struct {
	*workbook
	each  func(Line) error
	cells int   // of all worksheets, empty ones included
	stop  error // what each returned, handed on as it is
	found bool  // a line that is not blank, in a worksheet that is not hidden
}

// lines reads the worksheets and then every part not yet read.
func (b *workbook) lines(ctx context.Context, each func(Line) error) error {
	b.unpacked = 0
	clear(b.checked)
	if err := b.readStrings(ctx); err != nil {
		return err
	}
	pass := &reading{workbook: b, each: each}
	for _, part := range b.sheets {
		if err := pass.worksheet(ctx, part); err != nil {
			return err
		}
	}
	if err := b.readRest(ctx); err != nil {
		return err
	}
	if !pass.found {
		return errEmptyFile()
	}
	return nil
}

// readRest reads the parts that hold no cells, because damage anywhere is damage.
func (b *workbook) readRest(ctx context.Context) error {
	nothing := func(*scanner) error { return nil }
	for _, e := range b.entries {
		if b.checked[e] {
			continue
		}
		if name := strings.ToLower(e.Name); strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			if err := b.scanPart(ctx, e, nothing); err != nil {
				return err
			}
			continue
		}
		r, err := b.open(ctx, e)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			return err
		}
	}
	return nil
}

// worksheet is where the reading of one worksheet stands.
type worksheet struct {
	*reading
	s       *scanner
	name    string
	silent  bool // hidden, or no more of it is wanted
	hidden  bool
	row     int // 0 before the first
	column  int // from 1; 0 before the first cell of a row
	line    []Cell
	arena   []byte // the texts of the row, made one string at its end
	spans   []span
	value   []byte
	content bool // the row says something: not only empty cells and spaces
	hasData bool
}

// span is where in the arena the text of a cell of the row lies.
type span struct{ column, from, to int }

func (r *reading) worksheet(ctx context.Context, part sheetPart) error {
	w := &worksheet{reading: r, name: part.name, silent: part.hidden, hidden: part.hidden}
	err := w.read(ctx, part.entry)
	if err != nil && r.stop == nil {
		return w.place(err)
	}
	return err
}

// place adds to an Error where the reading stands, unless it says so itself.
func (w *worksheet) place(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Sheet != "" {
		return err
	}
	placed := *e
	placed.Sheet = w.name
	if placed.Line == 0 {
		placed.Line, placed.Column = w.row, w.column
	}
	return &placed
}

func (w *worksheet) read(ctx context.Context, e *zip.File) error {
	r, err := w.open(ctx, e)
	if err != nil {
		return err
	}
	w.s = newScanner(r, e.Name)
	for {
		t, err := w.s.next()
		if err != nil {
			return err
		}
		switch {
		case t == tokenEnd && !w.hasData:
			return w.s.bad("har inga rader (sheetData)", "has no rows (sheetData)")
		case t == tokenEnd:
			return nil
		case t == tokenOpen && w.s.depth() == 1 && !w.s.is("worksheet"):
			return w.s.bad("är inte ett kalkylblad", "is not a worksheet")
		case t == tokenOpen && w.s.depth() == 2 && w.s.is("sheetData"):
			if w.hasData {
				return w.s.bad("har rader på två ställen (sheetData)", "has rows in two places (sheetData)")
			}
			w.hasData = true
			if err := w.rows(); err != nil {
				return err
			}
			w.row = 0
		}
	}
}

// rows reads sheetData.
func (w *worksheet) rows() error {
	for {
		t, err := w.s.next()
		if err != nil {
			return err
		}
		switch {
		case t == tokenClose:
			return nil
		case t == tokenText && !onlySpace(w.s.text):
			return w.s.bad("har text mellan raderna", "has text between its rows")
		case t == tokenOpen && !w.s.is("row"):
			return w.unexpected()
		case t == tokenOpen:
			if err := w.oneRow(); err != nil {
				return err
			}
		}
	}
}

func (w *worksheet) unexpected() error {
	return refuse(hintSaveAgain, "okänt element <%s> bland cellerna", "unknown element <%s> among the cells", w.s.local)
}

// oneRow reads the row whose start tag was just read, and delivers it.
func (w *worksheet) oneRow() error {
	if err := w.number(w.s.attr("r")); err != nil {
		return err
	}
	w.line, w.arena, w.spans, w.content = w.line[:0], w.arena[:0], w.spans[:0], false
	for {
		t, err := w.s.next()
		if err != nil {
			return err
		}
		switch t {
		case tokenClose:
			return w.deliver()
		case tokenText:
			if !onlySpace(w.s.text) {
				return w.s.bad("har text mellan cellerna", "has text between its cells")
			}
		case tokenOpen:
			switch {
			case w.s.is("c"):
				err = w.cell()
			case w.s.is("extLst"):
				err = w.s.skip()
			default:
				err = w.unexpected()
			}
			if err != nil {
				return err
			}
		}
	}
}

// number moves to the row of a row element; r is its attribute, which may be left
// out and then is the next row.
func (w *worksheet) number(r []byte) error {
	before := w.row
	w.row, w.column = before+1, 0
	if r != nil {
		n, ok := smallInt(r)
		if !ok || n < 1 {
			return refuse(hintSaveAgain, "raden har ett felaktigt nummer %q", "the row has a malformed number %q", clip(r))
		}
		w.row = n
	}
	switch {
	case w.row > MaxRows:
		return refuse(hintSplit, "raden ligger efter rad %d", "the row is beyond row %d", MaxRows)
	case w.row == before:
		return refuse(hintSaveAgain, "raden finns två gånger", "the row occurs twice")
	case w.row < before:
		return refuse(hintSaveAgain, "raden kommer efter rad %d", "the row comes after row %d", before)
	}
	return nil
}

// deliver hands the row on, its texts made one string that nothing else changes.
func (w *worksheet) deliver() error {
	w.column = 0
	if !w.content {
		return nil
	}
	if w.found = w.found || !w.hidden; w.silent {
		return nil
	}
	text := string(w.arena)
	for _, p := range w.spans {
		w.line[p.column].Text = text[p.from:p.to]
	}
	for len(w.line) > 0 && w.line[len(w.line)-1].Kind == Empty {
		w.line = w.line[:len(w.line)-1]
	}
	err := w.each(Line{Sheet: w.name, Number: w.row, Cells: w.line})
	if errors.Is(err, SkipSheet) {
		w.silent = true
		return nil
	}
	w.stop = err
	return err
}

// clip shortens what a file says for a message.
func clip(b []byte) string {
	if len(b) > 40 {
		return string(b[:40]) + "…"
	}
	return string(b)
}

// smallInt reads a whole number of at most nine digits.
func smallInt(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
