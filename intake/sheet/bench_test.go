package sheet

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

const benchRows, benchColumns = 100_000, 12

// benchRow is a row like those of a sign-in list: seven strings, four numbers
// and a date.
func benchRow(i int) []any {
	return []any{
		"Deltagare " + strconv.Itoa(i), fmt.Sprintf("d%d@example.se", i), "5560360793", "Kurs & workshop",
		float64(i%9) + 0.5, i, time.Date(2019, 3, 14, 9, i%60, 0, 0, time.UTC), "Malmö", "ja",
		i * 7, 120.25, fmt.Sprintf("%08x-0000-4000-8000-%012x", i*2654435761, i),
	}
}

// benchFile writes the list with its strings inline (StreamWriter) or shared.
func benchFile(tb testing.TB, shared bool) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	date, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		tb.Fatal(err)
	}
	var stream *excelize.StreamWriter
	if !shared {
		if stream, err = f.NewStreamWriter("Sheet1"); err != nil {
			tb.Fatal(err)
		}
	}
	for i := range benchRows {
		row := benchRow(i)
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if shared {
			err = f.SetSheetRow("Sheet1", at, &row)
		} else {
			row[6] = excelize.Cell{StyleID: date, Value: row[6]}
			err = stream.SetRow(at, row)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if !shared {
		if err := stream.Flush(); err != nil {
			tb.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

var benchFiles = map[string]func() []byte{}

// BenchmarkXLSX100k reads 100,000 rows of 12 columns here and with excelize's
// streaming rows.
func BenchmarkXLSX100k(b *testing.B) {
	for _, kind := range []string{"inline", "shared"} {
		if benchFiles[kind] == nil {
			benchFiles[kind] = sync.OnceValue(func() []byte { return benchFile(b, kind == "shared") })
		}
		data := benchFiles[kind]()
		b.Run(kind+"/sheet", func(b *testing.B) { perRow(b, func() int { return readHere(b, data) }) })
		b.Run(kind+"/excelize", func(b *testing.B) { perRow(b, func() int { return readExcelize(b, data) }) })
	}
}

func perRow(b *testing.B, read func() int) {
	b.ReportAllocs()
	for b.Loop() {
		if rows := read(); rows != benchRows {
			b.Fatalf("%d rows, want %d", rows, benchRows)
		}
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func readHere(b *testing.B, data []byte) (rows int) {
	f, err := Open("bench.xlsx", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		b.Fatal(err)
	}
	if err := f.Lines(b.Context(), func(l Line) error {
		if rows++; len(l.Cells) != benchColumns {
			return fmt.Errorf("%d cells, want %d", len(l.Cells), benchColumns)
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return rows
}

func readExcelize(b *testing.B, data []byte) (rows int) {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	it, err := f.Rows("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for it.Next() {
		if _, err := it.Columns(excelize.Options{RawCellValue: true}); err != nil {
			b.Fatal(err)
		}
		rows++
	}
	if err := it.Close(); err != nil {
		b.Fatal(err)
	}
	return rows
}
