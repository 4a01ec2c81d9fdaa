package sheet

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"unicode/utf8"
)

// within reads whatever it is given and checks what holds for every file: no
// panic, an *Error or lines inside the limits, in order, and the same both times.
func within(t *testing.T, data []byte) {
	f, err := Open("fuzz", bytes.NewReader(data), int64(len(data)))
	var refused *Error
	if err != nil {
		if !errors.As(err, &refused) {
			t.Fatalf("%T: %v", err, err)
		}
		return
	}
	var counts [2]int
	for pass := range counts {
		sheet, row := "", 0
		err := f.Lines(context.Background(), func(l Line) error {
			if l.Sheet != sheet {
				sheet, row = l.Sheet, 0
			}
			if l.Number <= row || len(l.Cells) > MaxColumns || f.Format == XLSX && l.Number > MaxRows {
				t.Fatalf("row %d after %d with %d cells", l.Number, row, len(l.Cells))
			}
			row = l.Number
			for _, c := range l.Cells {
				if !utf8.ValidString(c.Text) || (c.Text == "") != (c.Kind == Empty) || len(c.Text) > MaxCellText {
					t.Fatalf("cell %+v", c)
				}
			}
			counts[pass] += len(l.Cells)
			return nil
		})
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("%T: %v", err, err)
		}
	}
	if counts[0] != counts[1] {
		t.Fatalf("%d cells, then %d", counts[0], counts[1])
	}
}

// FuzzXLSX takes the XML of a worksheet, of the shared strings and of the styles,
// because a flipped bit in the container only ever meets its checksum.
func FuzzXLSX(f *testing.F) {
	b := book(good)
	styles, shared := b[4].body, b[5].body
	for _, c := range rowsCases {
		if len(c.rows) < 2000 {
			f.Add(sheetXML(c.rows), shared, styles)
		}
	}
	f.Fuzz(func(t *testing.T, sheet, shared, styles string) {
		within(t, pack(stored(with(with(with(b, sheetPath, sheet), "xl/sharedStrings.xml", shared), "xl/styles.xml", styles))))
	})
}

// FuzzContainer takes a whole file.
func FuzzContainer(f *testing.F) {
	f.Add(pack(book(good)))
	f.Add(pack(stored(book(good))))
	f.Fuzz(within)
}

// FuzzCSV takes a text file of any encoding.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a;b\nc;d\n", "sep=,\na,b\n", "\"a\";\"b\nc\"\r\n", "\ufeffå;b", "F\xf6;\x80\n", "\xff\xfea\x00;\x00", "a\tb\rc", "a;\"b",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(within)
}
