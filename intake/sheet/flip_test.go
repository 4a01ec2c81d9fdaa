package sheet

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// honestFiles are whole files of different makes: deflated and stored, inline and
// shared strings, one sheet and several, with parts beside the cells.
func honestFiles(t *testing.T) map[string][]byte {
	files := map[string][]byte{
		"built":        pack(with(book(good+`<row r="3"><c r="C3" s="1"><v>43538</v></c></row>`), "xl/media/a.png", bulk(900, 5))),
		"built stored": pack(stored(book(good + repeated(20, `<row><c><v>%d</v></c></row>`)))),
	}
	for _, kind := range []string{"excelize inline", "excelize shared"} {
		f := excelize.NewFile()
		date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.NewSheet("Två"); err != nil {
			t.Fatal(err)
		}
		for _, name := range f.GetSheetList() {
			writeHonest(t, f, name, date, kind == "excelize inline")
		}
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		files[kind] = out.Bytes()
	}
	return files
}

func writeHonest(t *testing.T, f *excelize.File, name string, date int, inline bool) {
	t.Helper()
	var stream *excelize.StreamWriter
	var err error
	if inline {
		if stream, err = f.NewStreamWriter(name); err != nil {
			t.Fatal(err)
		}
	}
	for row := range 40 {
		at, _ := excelize.CoordinatesToCellName(1, row+1)
		day := time.Date(2019, 3, 1+row, 18, 0, 0, 0, time.UTC)
		values := []any{"Deltagare", row, float64(row) / 4, row%2 == 0, day}
		if inline {
			values[4] = excelize.Cell{StyleID: date, Value: day}
			err = stream.SetRow(at, values)
		} else {
			err = f.SetSheetRow(name, at, &values)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if inline {
		if err := stream.Flush(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoSilentLoss flips single bits and cuts honest files: each is refused, or
// says exactly what it said before. UTFALL_LARGE=1 flips a bit of every byte.
func TestNoSilentLoss(t *testing.T) {
	perFile := 1500
	if testing.Short() {
		perFile = 500
	}
	for name, data := range honestFiles(t) {
		want, err := content(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		step := max(len(data)/perFile, 1)
		if os.Getenv("UTFALL_LARGE") != "" {
			step = 1
		}
		flips, same := 0, 0
		for at := 0; at < len(data); at += step {
			bent := bytes.Clone(data)
			bent[at] ^= 1 << ((at / step) % 8)
			flips++
			if got, err := content(bent); err == nil {
				if same++; got != want {
					t.Fatalf("%s: bit %d of byte %d changes what is read to\n%s", name, (at/step)%8, at, got)
				}
			}
		}
		for percent := range 100 {
			if got, err := content(data[:len(data)*percent/100]); err == nil && got != want {
				t.Fatalf("%s: cut at %d %% is read as\n%s", name, percent, got)
			} else if err == nil {
				same++
			}
		}
		t.Logf("%s, %d bytes: %d flips and 100 cuts, %d read the same, the others refused", name, len(data), flips, same)
	}
}
