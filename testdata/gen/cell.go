package main

import (
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// cell is one value of a list before it is written to a format: text, a
// number, a date or a time of day. Text files write all of them as words.
type cell struct {
	kind   cellKind
	text   string
	number float64
	date   time.Time // with a time of day for a stamp
}

type cellKind int

const (
	blankCell cellKind = iota
	textCell
	numberCell
	dateCell
	timeCell
	stampCell
)

func text(s string) cell {
	if s == "" {
		return cell{}
	}
	return cell{kind: textCell, text: s}
}

// amount is a number; shown is how a text file writes it.
func amount(value float64, shown string) cell {
	return cell{kind: numberCell, number: value, text: shown}
}

// dated is a day; shown is how a text file writes it.
func dated(d day, shown string) cell {
	if d.IsZero() {
		return cell{}
	}
	return cell{kind: dateCell, date: d, text: shown}
}

// timed is minutes after midnight.
func timed(minutes int) cell {
	return cell{kind: timeCell, number: float64(minutes) / (24 * 60), text: clock(minutes)}
}

// stamped is a moment.
func stamped(at time.Time, shown string) cell { return cell{kind: stampCell, date: at, text: shown} }

// flavour is how a text file is written.
type flavour int

const (
	windows1252 flavour = iota // semicolons, what Excel saves in Sweden
	utf8BOM                    // semicolons
	utf8Comma                  // no byte order mark: a download
	utf8BOMComma
	utf8Semicolon
	utf16Tab // Excel's "Unicode text"
)

// delimited writes rows as a text file. A row of no cells is an empty line.
func delimited(rows [][]cell, f flavour) []byte {
	comma := ";"
	switch f {
	case utf8Comma, utf8BOMComma:
		comma = ","
	case utf16Tab:
		comma = "\t"
	}
	var b strings.Builder
	for _, row := range rows {
		for i, c := range row {
			if i > 0 {
				b.WriteString(comma)
			}
			b.WriteString(quoted(c.text, comma))
		}
		b.WriteString("\r\n")
	}
	return encoded(b.String(), f)
}

// quoted writes a field as RFC 4180 has it.
func quoted(s, comma string) string {
	if !strings.Contains(s, comma) && !strings.ContainsAny(s, "\"\r\n") {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// encoded gives the bytes of a text in a flavour.
func encoded(s string, f flavour) []byte {
	var out []byte
	var err error
	switch f {
	case windows1252:
		out, err = charmap.Windows1252.NewEncoder().Bytes([]byte(s))
	case utf16Tab:
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	case utf8BOM, utf8BOMComma:
		out = []byte("\uFEFF" + s)
	default:
		out = []byte(s)
	}
	if err != nil {
		panic(err) // a letter outside Windows-1252: a fault of words.go
	}
	return out
}
