package sheet

import (
	"errors"
	"unicode"
	"unicode/utf8"
)

// Kind is what a cell holds, as the file itself says it.
type Kind uint8

// The kinds of a cell. A CSV file has only Empty and Text. ErrorValue is a
// formula's failure as Excel saved it; the plain word is taken by the type Error.
const (
	Empty Kind = iota
	Text
	Number
	Date
	Bool
	ErrorValue
)

// String names the kind in English, for tests and logs.
func (k Kind) String() string {
	names := [...]string{"empty", "text", "number", "date", "bool", "error"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Cell is one value. Text is the string itself (Text, nothing trimmed), the
// digits in shortest decimal form (Number), "2019-03-14", "2019-03-14T18:00:00"
// or, for a serial below 1, "18:00:00" (Date), "TRUE" or "FALSE" (Bool), or
// Excel's name of the failure, "#N/A" (ErrorValue).
type Cell struct {
	Kind Kind
	Text string
	// Number is the value of a Number, 0 or 1 for a Bool, and for a Date the
	// serial in days of the 1900 system, whichever system the file uses.
	Number float64
}

// Line is one row of a worksheet or one record of a CSV file. The slice Cells is
// reused for the next line; the strings in it are not.
type Line struct {
	// Sheet is the worksheet's name, "" in a CSV file.
	Sheet string
	// Number is the row, or the physical line where the record starts, from 1.
	Number int
	// Cells are indexed by column from 0; gaps are Empty.
	Cells []Cell
}

// Format is the kind of file, decided by its content and never by its name.
type Format uint8

// The formats read.
const (
	CSV Format = iota
	XLSX
	VV // LimeSurvey's TAB-separated "vertical verification"
)

// String gives the name people know the format by.
func (f Format) String() string {
	switch f {
	case XLSX:
		return "XLSX"
	case VV:
		return "VV"
	}
	return "CSV"
}

// SkipSheet, returned by the callback of Lines, means that no more lines of this
// worksheet are wanted. What is left of it is still read to its end, and
// refused for damage, though not for a value that only a delivered line would
// show, such as a formula without one.
//
//lint:ignore ST1012 it is an instruction to the reader, like fs.SkipDir, and no failure
var SkipSheet = errors.New("skip the rest of this sheet")

// ColumnName gives the letters Excel shows over a column, counted from 0: "A" for
// 0, "XFD" for 16383. A negative number has no name and gives "".
func ColumnName(i int) string {
	if i < 0 {
		return ""
	}
	var letters [16]byte
	at := len(letters)
	for i++; i > 0; i = (i - 1) / 26 {
		at--
		letters[at] = byte('A' + (i-1)%26)
	}
	return string(letters[at:])
}

// blankLine reports whether a line says nothing: no cell but empty ones and ones
// of mere spaces.
func blankLine(cells []Cell) bool {
	for i := range cells {
		if c := &cells[i]; c.Kind != Empty && !(c.Kind == Text && blank(c.Text)) {
			return false
		}
	}
	return true
}

// blank reports whether a string is nothing but space. It stops at the first
// other character, so only a long string of spaces costs anything.
func blank(s string) bool {
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		if !unicode.IsSpace(r) && r != '\ufeff' {
			return false
		}
		i += n
	}
	return true
}

// blankBytes is blank for bytes; the prefix decides nearly always.
func blankBytes(b []byte) bool {
	return (len(b) == 0 || b[0] <= ' ' || b[0] >= utf8.RuneSelf) && blank(string(b))
}
