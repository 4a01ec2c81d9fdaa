package sheet

import (
	"bytes"
	"math"
	"strconv"

	"utfall/domain"
)

// cellType is the t attribute of a cell.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeInline
	typeString // the text a formula came to
	typeBool
	typeFailure
	typeISO
)

// raw is a cell as its elements say it, before it is known to mean anything.
type raw struct {
	column              int // from 0
	kind                cellType
	style               style
	formula             bool
	hasValue, hasInline bool
	from                int // where in the arena its inline text starts
}

// cell reads the cell whose start tag was just read into the line.
func (w *worksheet) cell() error {
	c, err := w.start()
	if err != nil {
		return err
	}
	w.value = w.value[:0]
	for {
		t, err := w.s.next()
		if err != nil {
			return err
		}
		switch t {
		case tokenClose:
			return w.settle(c)
		case tokenText:
			if !onlySpace(w.s.text) {
				return refuse(hintSaveAgain, "text står löst i cellen", "there is loose text in the cell")
			}
		case tokenOpen:
			if err := w.child(&c); err != nil {
				return err
			}
		}
	}
}

// start takes the attributes of a cell and moves to its column.
func (w *worksheet) start() (raw, error) {
	var ref, styleID, kind []byte
	for i := range w.s.attrs {
		a := &w.s.attrs[i]
		if a.colon > 0 || len(a.local) != 1 {
			continue
		}
		switch a.local[0] {
		case 'r':
			ref = a.value
		case 's':
			styleID = a.value
		case 't':
			kind = a.value
		}
	}
	c := raw{from: len(w.arena)}
	if err := w.move(ref); err != nil {
		return c, err
	}
	c.column = w.column - 1
	if w.cells++; w.cells > MaxCells {
		return c, refuse(hintSplit, "filen har fler än %d celler", "the file has over %d cells", MaxCells)
	}
	var ok bool
	if c.kind, ok = typeOf(kind); !ok {
		return c, refuse(hintSaveAgain, "cellen har en okänd typ %q", "the cell has an unknown type %q", clip(kind))
	}
	if styleID == nil || string(styleID) == "0" && len(w.styles) == 0 {
		if len(w.styles) > 0 {
			c.style = w.styles[0]
		}
		return c, nil
	}
	id, ok := smallInt(styleID)
	if !ok || id >= len(w.styles) {
		return c, refuse(hintSaveAgain, "cellens stil %q finns inte i filen", "the cell's style %q is not in the file", clip(styleID))
	}
	c.style = w.styles[id]
	return c, nil
}

func typeOf(t []byte) (cellType, bool) {
	switch string(t) {
	case "", "n":
		return typeNumber, true
	case "s":
		return typeShared, true
	case "inlineStr":
		return typeInline, true
	case "str":
		return typeString, true
	case "b":
		return typeBool, true
	case "e":
		return typeFailure, true
	case "d":
		return typeISO, true
	}
	return 0, false
}

// move goes to the column a cell reference says, or to the next without one.
func (w *worksheet) move(ref []byte) error {
	before := w.column
	w.column++
	if ref != nil {
		column, digits := 0, ref
		for len(digits) > 0 && digits[0] >= 'A' && digits[0] <= 'Z' && column <= MaxColumns*26 {
			column, digits = column*26+int(digits[0]-'A')+1, digits[1:]
		}
		row, ok := smallInt(digits)
		if !ok || column == 0 || digits[0] == '0' {
			return refuse(hintSaveAgain, "cellen har en felaktig plats %q", "the cell has a malformed reference %q", clip(ref))
		}
		if row != w.row {
			return refuse(hintSaveAgain, "cellen %s står på en annan rad", "the cell %s stands in another row", clip(ref))
		}
		w.column = column
	}
	switch {
	case w.column > MaxColumns:
		return refuse(
			domain.T("Ta bort kolumnerna till höger om listan, även tomma, spara och läs in filen igen.",
				"Delete the columns to the right of the list, empty ones too, save and import the file again."),
			"cellen ligger till höger om kolumn %s", "the cell is to the right of column %s", ColumnName(MaxColumns-1))
	case w.column == before:
		return refuse(hintSaveAgain, "cellen finns två gånger", "the cell occurs twice")
	case w.column < before:
		return refuse(hintSaveAgain, "cellen kommer efter kolumn %s", "the cell comes after column %s", ColumnName(before-1))
	}
	return nil
}

// child reads an element inside a cell.
func (w *worksheet) child(c *raw) error {
	if w.s.space != spaceMain {
		return w.unexpected()
	}
	switch string(w.s.local) {
	case "v":
		if c.hasValue {
			return refuse(hintSaveAgain, "cellen har två värden", "the cell has two values")
		}
		c.hasValue = true
		return w.readValue()
	case "is":
		if c.hasInline {
			return refuse(hintSaveAgain, "cellen har två värden", "the cell has two values")
		}
		c.hasInline = true
		var err error
		w.arena, err = richText(w.s, w.arena)
		return err
	case "f":
		c.formula = true
		return w.s.skip()
	case "extLst":
		return w.s.skip()
	}
	return w.unexpected()
}

// readValue reads the text of a v element.
func (w *worksheet) readValue() error {
	for {
		t, err := w.s.next()
		switch {
		case err != nil:
			return err
		case t == tokenClose:
			return nil
		case t == tokenOpen:
			return w.unexpected()
		}
		if w.value = append(w.value, w.s.text...); len(w.value) > MaxCellText {
			return refuse(hintSplit, "en cell har mer än 32 767 tecken", "a cell has more than 32,767 characters")
		}
	}
}

// settle makes a cell of what its elements say.
func (w *worksheet) settle(c raw) error {
	if c.hasInline != (c.kind == typeInline) && (c.hasInline || c.hasValue) {
		return refuse(hintSaveAgain, "cellens värde passar inte dess typ", "the cell's value does not fit its type")
	}
	if c.kind == typeShared && c.hasValue {
		return w.setShared(c)
	}
	if w.silent {
		w.arena = w.arena[:c.from]
		return nil
	}
	if c.formula && !c.hasValue && !c.hasInline || c.formula && c.kind == typeNumber && len(w.value) == 0 {
		return refuse(
			domain.T("Öppna filen i Excel, låt den räkna, spara den och läs in den igen.",
				"Open the file in Excel, let it calculate, save it and import it again."),
			"cellen har en formel utan sparat värde", "the cell has a formula without a saved value")
	}
	switch {
	case c.kind == typeInline:
		w.setArena(c.column, Text, c.from, 0)
		return nil
	case c.kind == typeString:
		w.arena = append(w.arena, w.value...)
		var err error
		if w.arena, err = unescape(w.arena, c.from); err == nil {
			w.setArena(c.column, Text, c.from, 0)
		}
		return err
	}
	value := bytes.Trim(w.value, " \t\r\n")
	if len(value) == 0 {
		return nil
	}
	switch c.kind {
	case typeBool:
		return w.setBool(c.column, value)
	case typeFailure:
		if value[0] != '#' {
			return refuse(hintCell, "cellen har ett okänt fel %q", "the cell has an unknown error %q", clip(value))
		}
		w.arena = append(w.arena, value...)
		w.setArena(c.column, ErrorValue, c.from, 0)
		return nil
	case typeISO:
		serial, fault := isoSerial(value)
		if !fault.Zero() {
			return &Error{What: fault, Hint: hintCell}
		}
		return w.setDate(c, serial)
	}
	return w.setNumber(c, value)
}

// setShared puts a shared string into the line.
func (w *worksheet) setShared(c raw) error {
	value := bytes.Trim(w.value, " \t\r\n")
	i, ok := smallInt(value)
	if !ok || i >= len(w.strings.texts) {
		return refuse(hintSaveAgain, "cellens text %q finns inte i filen", "the cell's shared string %q is not in the file", clip(value))
	}
	if text := w.strings.texts[i]; text != "" {
		*w.at(c.column) = Cell{Kind: Text, Text: text}
		w.content = w.content || !w.strings.blank[i]
	}
	return nil
}

func (w *worksheet) setBool(column int, value []byte) error {
	cell := Cell{Kind: Bool, Text: "FALSE"}
	switch string(value) {
	case "1", "true":
		cell.Text, cell.Number = "TRUE", 1
	case "0", "false":
	default:
		return refuse(hintCell, "cellen är varken sann eller falsk: %q", "the cell is neither true nor false: %q", clip(value))
	}
	*w.at(column) = cell
	w.content = true
	return nil
}

// setNumber reads a number and, by its style, makes a date of it.
func (w *worksheet) setNumber(c raw, value []byte) error {
	n, canonical, ok := number(value)
	if !ok {
		return refuse(hintCell, "cellen har ett felaktigt tal %q", "the cell has a malformed number %q", clip(value))
	}
	switch c.style {
	case styleUnknown:
		return refuse(hintSaveAgain, "cellens talformat finns inte i filen", "the cell's number format is not in the file")
	case styleDate, styleTime:
		// A time of day alone has no epoch, and a day before the epoch no date.
		if n >= 1 || n >= 0 && c.style == styleDate {
			n += w.epoch
		}
		return w.setDate(c, n)
	}
	if canonical {
		w.arena = append(w.arena, value...)
	} else {
		w.arena = appendNumber(w.arena, n)
	}
	w.setArena(c.column, Number, c.from, n)
	return nil
}

func (w *worksheet) setDate(c raw, serial float64) error {
	arena, fault := appendSerial(w.arena, serial)
	if !fault.Zero() {
		return &Error{What: fault, Hint: hintCell}
	}
	w.arena = arena
	w.setArena(c.column, Date, c.from, serial)
	return nil
}

// setArena puts a cell into the line whose text is the arena from an offset.
func (w *worksheet) setArena(column int, kind Kind, from int, n float64) {
	if from == len(w.arena) {
		return
	}
	*w.at(column) = Cell{Kind: kind, Number: n}
	w.spans = append(w.spans, span{column, from, len(w.arena)})
	w.content = w.content || kind != Text || !blankBytes(w.arena[from:])
}

// at gives the cell of a column, the line made long enough to have it.
func (w *worksheet) at(column int) *Cell {
	for len(w.line) <= column {
		w.line = append(w.line, Cell{})
	}
	return &w.line[column]
}

// number reads an XML Schema double that is finite. It is canonical when its
// digits are the shortest that say it: with at most 15 of them, no two decimals
// are the same double, so the ones written are the shortest.
func number(b []byte) (n float64, canonical, ok bool) {
	digits, point, i := 0, -1, 0
	if b[0] == '-' || b[0] == '+' {
		i++
	}
	first := i
	for ; i < len(b) && (b[i] >= '0' && b[i] <= '9' || b[i] == '.' && point < 0); i++ {
		if b[i] == '.' {
			point = i
			continue
		}
		digits++
	}
	if digits == 0 {
		return 0, false, false
	}
	if i < len(b) { // an exponent, or nothing a number has
		if b[i]|0x20 != 'e' {
			return 0, false, false
		}
		if i++; i < len(b) && (b[i] == '-' || b[i] == '+') {
			i++
		}
		if _, whole := smallInt(b[i:]); !whole {
			return 0, false, false
		}
		digits = math.MaxInt
	}
	n, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return 0, false, false
	}
	last := b[len(b)-1]
	canonical = digits <= 15 && b[0] != '+' && n != 0 &&
		(b[first] != '0' || point == first+1) && b[first] != '.' && (point < 0 || last != '0' && last != '.')
	return n, canonical, true
}

// appendNumber appends a number in shortest decimal form; only what would need a
// row of zeros is written with an exponent.
func appendNumber(b []byte, n float64) []byte {
	if n == 0 {
		return append(b, '0') // also what is written -0
	}
	if size := math.Abs(n); size < 1e-15 || size >= 1e21 {
		return strconv.AppendFloat(b, n, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, n, 'f', -1, 64)
}
