package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"
)

// TestSerialCalendar checks every day of the calendar against the standard
// library's.
func TestSerialCalendar(t *testing.T) {
	at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	var buf []byte
	for serial := 1; serial <= lastSerial; serial++ {
		if serial == leapSerial {
			continue
		}
		text, fault := appendSerial(buf[:0], float64(serial))
		if want := at.Format(time.DateOnly); !fault.Zero() || string(text) != want {
			t.Fatalf("serial %d is %q (%v), want %q", serial, text, fault, want)
		}
		at = at.AddDate(0, 0, 1)
		buf = text
	}
}

// TestSerialSeconds checks every second of a day, at serials as a double holds
// them, and that the ISO form leads back to the same serial.
func TestSerialSeconds(t *testing.T) {
	for second := range secondsPerDay {
		serial := 43538 + float64(second)/secondsPerDay
		text, _ := appendSerial(nil, serial)
		layout := "2006-01-02T15:04:05"
		if second == 0 {
			layout = time.DateOnly
		}
		want := time.Date(2019, 3, 14, 0, 0, second, 0, time.UTC).Format(layout)
		if string(text) != want {
			t.Fatalf("serial %v is %q, want %q", serial, text, want)
		}
		if back, fault := isoSerial(text); !fault.Zero() || back != serial {
			t.Fatalf("%q is %v (%v), want %v", text, back, fault, serial)
		}
	}
}

func TestFormatStyle(t *testing.T) {
	names := []string{"number", "date", "time", "unknown"}
	for code, want := range map[string]string{
		"General": "number", "0": "number", "#,##0.00": "number", "0.00E+00": "number", "0%": "number", "# ?/?": "number", "@": "number", "": "number",
		`#,##0\ "kr"`: "number", `0" dagar"`: "number", `0\d`: "number", `0_d`: "number", `* 0*s`: "number", "[Red]0;[Magenta]-0": "number",
		`[$kr-41D]\ #,##0`: "number", "[>=100]0;General": "number", `"unterminated d`: "number", "[unterminated d": "number", `\`: "number",
		"[h]:mm": "number", "[mm]:ss": "number", "[ss]": "number", "[H]:mm:ss": "number", "[h]:mm;@": "number",
		"yyyy-mm-dd": "date", "YYYY-MM-DD": "date", "d/m": "date", "mmmm": "date", "[$-41D]d mmmm yyyy;@": "date", `yyyy\-mm\-dd\ hh:mm`: "date",
		"dd.mm.yyyy hh:mm": "date", `d"." mmm`: "date", "0;yyyy": "date", "yyyy [h]": "date", "GENERAL d": "date",
		"hh:mm": "time", "h:mm:ss AM/PM": "time", "mm:ss": "time", "[$-F400]h:mm:ss": "time", "ss.000": "time",
	} {
		if got := names[formatStyle(code)]; got != want {
			t.Fatalf("%q is %s, want %s", code, got, want)
		}
	}
	for id, want := range map[int]string{0: "number", 13: "number", 14: "date", 17: "date", 18: "time", 21: "time", 22: "date", 23: "number",
		26: "number", 27: "date", 32: "time", 36: "date", 37: "number", 44: "number", 45: "time", 46: "number", 47: "time", 49: "number",
		50: "date", 58: "date", 59: "number", 163: "number", 164: "unknown"} {
		if got := names[builtinStyle(id)]; got != want {
			t.Fatalf("format %d is %s, want %s", id, got, want)
		}
	}
}

// Test1904 reads dates of the other epoch: the same days, four years apart.
func Test1904(t *testing.T) {
	for _, flag := range []string{"1", "true"} {
		b := edit(book(`<row><c s="1"><v>42076.5</v></c><c s="1"><v>0</v></c><c s="4"><v>0.75</v></c><c t="d"><v>2019-03-14</v></c><c><v>5</v></c><c s="1"><v>2957003</v></c></row>`),
			"xl/workbook.xml", "<sheets>", `<workbookPr date1904="`+flag+`"/><sheets>`)
		judged(t, pack(b), "Blad1 1 A=date:2019-03-14T12:00:00:43538.5 B=date:1904-01-01:1462 C=date:18:00:00:0.75 "+
			"D=date:2019-03-14:43538 E=number:5:5 F=date:9999-12-31:2.958465e+06\n")
		judged(t, pack(edit(b, sheetPath, "2957003", "2957004")), "!the date is outside")
		judged(t, pack(edit(b, sheetPath, "<v>0</v>", "<v>-1</v>")), "!the date is outside")
	}
}

func TestColumnName(t *testing.T) {
	for i, want := range map[int]string{-1: "", 0: "A", 25: "Z", 26: "AA", 255: "IV", 256: "IW", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnName(i); got != want {
			t.Fatalf("%d is %q, want %q", i, got, want)
		}
	}
}

// TestSkipSheet: the rest of a worksheet is not delivered, the next one is, and
// damage in what was skipped still refuses the file.
func TestSkipSheet(t *testing.T) {
	b := edit(book(good+`<row r="2"><c><v>1</v></c></row><row r="3"><c><f>1</f></c></row>`), "xl/workbook.xml", "</sheets>", `<sheet name="B" sheetId="2" r:id="rId9"/></sheets>`)
	b = edit(b, "xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId9" Type="`+relationNS+`/worksheet" Target="worksheets/s2.xml"/></Relationships>`)
	b = with(b, "xl/worksheets/s2.xml", sheetXML(good))
	for _, c := range []struct {
		parts  []part
		refuse bool
	}{{b, false}, {edit(b, sheetPath, `<row r="3">`, `<row r="2">`), true}, {edit(b, sheetPath, `<f>1</f></c>`, `<f>1</f>`), true}} {
		data := pack(c.parts)
		f, err := Open("x", bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		err = f.Lines(t.Context(), func(l Line) error { seen = append(seen, l.Sheet); return SkipSheet })
		if (err != nil) != c.refuse {
			t.Fatalf("refused: %v", err)
		}
		if err == nil && (len(seen) != 2 || seen[0] != "Blad1" || seen[1] != "B") {
			t.Fatalf("delivered %q", seen)
		}
	}
}

// broken is a reader that fails after some bytes, as a disk does.
type broken struct {
	io.ReaderAt
	after int64
}

var errDisk = errors.New("disk")

func (b broken) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > b.after {
		return 0, errDisk
	}
	return b.ReaderAt.ReadAt(p, at)
}

// TestNotTheFilesFault: cancelling, a failing disk and the callback's own errors
// come back as they are, and not as a fault of the file.
func TestNotTheFilesFault(t *testing.T) {
	data := pack(stored(book(good)))
	csv := []byte("a;b\nc;d\n")
	for _, data := range [][]byte{data, csv} {
		f, err := Open("x", bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := f.Lines(ctx, func(Line) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled: %v", err)
		}
		own := &Error{What: hintCell, Hint: hintCell}
		if err := f.Lines(t.Context(), func(Line) error { return own }); err != error(own) || own.Sheet != "" {
			t.Fatalf("the callback's error: %v", err)
		}
		n := 0
		if err := f.Lines(t.Context(), func(Line) error { n++; return nil }); err != nil || n == 0 {
			t.Fatalf("read again: %d lines, %v", n, err)
		}
		if _, err := Open("x", broken{bytes.NewReader(data), 3}, int64(len(data))); !errors.Is(err, errDisk) {
			t.Fatalf("a failing disk: %v", err)
		}
		if _, err := Open("x", bytes.NewReader(data), int64(len(data))+5); err == nil {
			t.Fatal("a file shorter than it is said to be was opened")
		}
	}
}
