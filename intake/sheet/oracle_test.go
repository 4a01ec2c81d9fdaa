package sheet

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// wanted is a workbook as it was meant: what each cell should be read as, by
// sheet, row and column.
type wanted map[string]map[int]map[int]Cell

// drawText draws strings of the kinds that go wrong: other scripts, markup,
// escapes, line ends, spaces, control characters.
var drawText = rapid.OneOf(
	rapid.StringMatching(`[a-zåäö0-9 ]{1,12}`),
	rapid.SampledFrom([]string{
		"Måns Öberg", "a<b>&\"'c", "_x0041_", "_x005F_", " lead", "trail ", "a\nb", "🙂 smile", "]]>", "&amp;", "=1+1",
		"日本語", "e\u0301", "\u00a01\u202f000", "_x004", "0042", "TRUE", "#N/A", "2019-03-14", "\t", "x_y_z", "<!-- -->",
	}),
	rapid.StringOf(rapid.RuneFrom([]rune("abc_x<>&\"'åäö€🙂\n ;,"))).Filter(func(s string) bool { return s != "" }),
)

var drawNumber = rapid.OneOf(
	rapid.Map(rapid.IntRange(-1_000_000, 1_000_000), func(i int) float64 { return float64(i) }),
	rapid.Map(rapid.IntRange(-1_000_000, 1_000_000), func(i int) float64 { return float64(i) / 100 }),
	rapid.Float64Range(-1e15, 1e15),
	rapid.Float64Range(-1e300, 1e300),
)

// drawCell draws a value for excelize and what it should be read as.
func drawCell(t *rapid.T, epoch float64, date int) (any, int, Cell) {
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		s := drawText.Draw(t, "text")
		return s, 0, Cell{Kind: Text, Text: s}
	case 1:
		n := fifteen(drawNumber.Draw(t, "number"))
		return n, 0, Cell{Kind: Number, Text: string(appendNumber(nil, n)), Number: n}
	case 2:
		b := rapid.Bool().Draw(t, "bool")
		if b {
			return b, 0, Cell{Kind: Bool, Text: "TRUE", Number: 1}
		}
		return b, 0, Cell{Kind: Bool, Text: "FALSE"}
	}
	// The date is written as a plain serial of the epoch, and what it should be
	// read as is known from the standard library's calendar.
	at := time.Date(1904, 1, 2, 0, 0, 0, 0, time.UTC).
		Add(time.Duration(rapid.IntRange(0, 86400*365*200).Draw(t, "seconds")) * time.Second)
	days := at.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC))
	serial := float64(days/(24*time.Hour)) + float64(days%(24*time.Hour))/float64(24*time.Hour)
	serial = fifteen(serial - epoch)
	want := Cell{Kind: Date, Text: at.Format("2006-01-02T15:04:05"), Number: serial + epoch}
	if at.Truncate(24 * time.Hour).Equal(at) {
		want.Text = at.Format("2006-01-02")
	}
	return serial, date, want
}

// fifteen rounds to the 15 digits that excelize, like Excel, writes.
func fifteen(n float64) float64 {
	n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	return n
}

// drawBook draws a workbook, writes it, and says what should be read from it.
func drawBook(t *rapid.T) ([]byte, wanted, *excelize.File) {
	f := excelize.NewFile()
	epoch := 0.0
	if rapid.Bool().Draw(t, "1904") {
		epoch = days1904
		yes := true
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	must(t, err)
	want := wanted{}
	for i := range rapid.IntRange(1, 3).Draw(t, "sheets") {
		name := []string{"Sheet1", "Blad & två", "Ark <3>"}[i]
		if i > 0 {
			_, err := f.NewSheet(name)
			must(t, err)
		}
		want[name] = map[int]map[int]Cell{}
		var stream *excelize.StreamWriter
		if rapid.Bool().Draw(t, "stream") {
			stream, err = f.NewStreamWriter(name)
			must(t, err)
		}
		row := 0
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			row += rapid.IntRange(1, 3).Draw(t, "step")
			want[name][row] = drawRow(t, f, stream, name, row, epoch, date)
		}
		if stream != nil {
			must(t, stream.Flush())
		}
	}
	var out bytes.Buffer
	must(t, f.Write(&out))
	return out.Bytes(), want, f
}

func drawRow(t *rapid.T, f *excelize.File, stream *excelize.StreamWriter, name string, row int, epoch float64, date int) map[int]Cell {
	cells := map[int]Cell{}
	values := make([]any, rapid.IntRange(1, 30).Draw(t, "columns"))
	for column := range values {
		if rapid.IntRange(0, 3).Draw(t, "gap") == 0 {
			continue
		}
		value, style, want := drawCell(t, epoch, date)
		if stream == nil && want.Kind == Text {
			// Excelize 2.11.1 escapes inline strings but forgets to escape shared
			// ones: what its file then says is the unescaped text.
			said, err := unescape([]byte(want.Text), 0)
			must(t, err)
			want.Text = string(said)
		}
		cells[column] = want
		values[column] = excelize.Cell{StyleID: style, Value: value}
		if stream == nil {
			at, err := excelize.CoordinatesToCellName(column+1, row)
			must(t, err)
			must(t, f.SetCellValue(name, at, value))
			must(t, f.SetCellStyle(name, at, at, style))
		}
	}
	if stream != nil {
		at, err := excelize.CoordinatesToCellName(1, row)
		must(t, err)
		must(t, stream.SetRow(at, values))
	}
	return cells
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}

// TestAgainstExcelize writes drawn workbooks with excelize and reads them both
// ways: as they were meant, and as excelize itself reads them.
func TestAgainstExcelize(t *testing.T) {
	cells := 0
	rapid.Check(t, func(t *rapid.T) {
		data, want, _ := drawBook(t)
		theirs, err := excelize.OpenReader(bytes.NewReader(data))
		must(t, err)
		got := wanted{}
		for name := range want {
			got[name] = map[int]map[int]Cell{}
		}
		f, err := Open("x.xlsx", bytes.NewReader(data), int64(len(data)))
		must(t, err)
		var order []string
		err = f.Lines(t.Context(), func(l Line) error {
			if !slices.Contains(order, l.Sheet) {
				order = append(order, l.Sheet)
			}
			got[l.Sheet][l.Number] = map[int]Cell{}
			for i, c := range l.Cells {
				if c.Kind != Empty {
					got[l.Sheet][l.Number][i] = c
					cells++
				}
			}
			return nil
		})
		if allBlank(want) {
			if err == nil {
				t.Fatal("an empty workbook was read")
			}
			return
		}
		must(t, err)
		if diff := cmp.Diff(spoken(want), got); diff != "" {
			t.Fatal(diff)
		}
		for name, rows := range got {
			if diff := cmp.Diff(readTheirs(t, theirs, name, rows), rows); diff != "" {
				t.Fatalf("excelize reads otherwise: %s", diff)
			}
		}
		if !slices.IsSortedFunc(order, func(a, b string) int {
			return slices.Index(theirs.GetSheetList(), a) - slices.Index(theirs.GetSheetList(), b)
		}) {
			t.Fatalf("sheets in the order %q", order)
		}
	})
	t.Logf("%d cells compared", cells)
}

// spoken leaves out the rows that say nothing.
func spoken(w wanted) wanted {
	out := wanted{}
	for name, rows := range w {
		out[name] = map[int]map[int]Cell{}
		for row, cells := range rows {
			for _, c := range cells {
				if c.Kind != Text || !blank(c.Text) {
					out[name][row] = cells
				}
			}
		}
	}
	return out
}

func allBlank(w wanted) bool {
	for _, rows := range spoken(w) {
		if len(rows) > 0 {
			return false
		}
	}
	return true
}

// readTheirs gives the cells as excelize reads them, in our terms; the texts of
// dates and numbers, which it leaves raw, are checked by their value.
func readTheirs(t *rapid.T, f *excelize.File, name string, ours map[int]map[int]Cell) map[int]map[int]Cell {
	rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
	must(t, err)
	props, err := f.GetWorkbookProps()
	must(t, err)
	out := map[int]map[int]Cell{}
	for i, columns := range rows {
		for j, value := range columns {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			must(t, err)
			kind, err := f.GetCellType(name, at)
			must(t, err)
			if value == "" {
				continue
			}
			if out[i+1] == nil {
				out[i+1] = map[int]Cell{}
			}
			out[i+1][j] = theirCell(value, kind, ours[i+1][j], props.Date1904 != nil && *props.Date1904)
		}
	}
	for row, cells := range out {
		if ours[row] == nil && allBlank(wanted{"": {row: cells}}) {
			delete(out, row)
		}
	}
	return out
}

func theirCell(value string, kind excelize.CellType, ours Cell, late bool) Cell {
	switch kind {
	case excelize.CellTypeBool:
		return Cell{Kind: Bool, Text: map[string]string{"1": "TRUE", "0": "FALSE"}[value], Number: map[string]float64{"1": 1}[value]}
	case excelize.CellTypeInlineString, excelize.CellTypeSharedString:
		return Cell{Kind: Text, Text: value}
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return Cell{Text: fmt.Sprintf("%q of type %d", value, kind)}
	}
	if ours.Kind == Date && late {
		n += days1904
	}
	return Cell{Kind: ours.Kind, Text: ours.Text, Number: n}
}
