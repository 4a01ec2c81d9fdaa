package reports

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/go-json-experiment/json"
	"github.com/xuri/excelize/v2"

	"utfall/domain"
)

// pressLevel is the deflate level of a workbook: level 1 writes a fifth faster
// than the default and is a fifth larger.
const pressLevel = 1

// workbook is a workbook while it is written.
type workbook struct {
	file   *excelize.File
	report *Report
	styles *styles
	dir    string   // of rows that wait to be written, if there is one
	names  []string // of the sheets of the report, as the workbook has them
	plans  map[int]*sheetPlan
}

// TempPrefix begins the name of what a report keeps in the folder for temporary
// files while it is written. The id of the process follows, so that what a killed
// one left can be told from what is in use.
const TempPrefix = "utfall-report-"

func tempPattern() string { return TempPrefix + strconv.Itoa(os.Getpid()) + "-*" }

func renderXLSX(w io.Writer, r *Report) (err error) {
	// Rows beyond some megabytes wait in a file of the workbook's; in a directory
	// of our own it can be unlinked as soon as it is there.
	dir, err := os.MkdirTemp("", tempPattern())
	if err != nil {
		dir = "" // then they wait in memory
	}
	f := excelize.NewFile(excelize.Options{TmpDir: dir})
	defer func() { err = errors.Join(err, f.Close(), os.RemoveAll(dir)) }()
	if err := f.SetDefaultFont(workbookFont); err != nil {
		return err
	}
	s, err := newStyles(f)
	if err != nil {
		return err
	}
	b := &workbook{file: f, report: r, styles: s, dir: dir}
	front := contentsName.In(r.Lang)
	b.names = sheetNames(front, r.Sheets)
	if err := b.properties(); err != nil {
		return err
	}
	if err := b.sheets(front); err != nil {
		return err
	}
	// The workbook offers a buffer for the whole file; the archive goes past it.
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newArchive(w, pressLevel) })
	_, err = f.WriteToBuffer()
	return err
}

// properties gives the document those of the log, not of the clock.
func (b *workbook) properties() error {
	at := b.report.Stamp.RecordedOn.String() + "T00:00:00Z"
	program := "utfall " + b.report.Stamp.Program
	err := b.file.SetDocProps(&excelize.DocProperties{
		Title: b.report.Title, Subject: b.report.Subtitle, Language: b.report.Lang,
		Creator: program, LastModifiedBy: program, Created: at, Modified: at,
	})
	if err != nil {
		return err
	}
	stamp, err := json.Marshal(stampOf(b.report))
	if err != nil {
		return err
	}
	err = b.file.SetCustomProps(excelize.CustomProperty{Name: stampProperty, Value: string(stamp)})
	return errors.Join(err, b.file.SetAppProps(&excelize.AppProperties{Application: "utfall"}))
}

// sheets writes the contents and then the sheets of the report.
func (b *workbook) sheets(front string) error {
	order := inOrder(front, b.names, b.report)
	if err := b.file.SetSheetName("Sheet1", order[0]); err != nil {
		return err
	}
	for _, name := range order[1:] {
		if _, err := b.file.NewSheet(name); err != nil {
			return err
		}
	}
	if err := b.sheet(front, b.contents()); err != nil {
		return err
	}
	for i := range b.report.Sheets {
		if err := b.sheet(b.names[i], &b.report.Sheets[i]); err != nil {
			return fmt.Errorf("sheet %s: %w", b.names[i], err)
		}
	}
	return nil
}

// inOrder are the sheets of a workbook: the contents come first, but where others
// take the file in: they read its first sheet.
func inOrder(front string, names []string, r *Report) []string {
	if len(r.Sheets) > 0 && r.Sheets[0].Plain {
		return slices.Concat(names[:1], []string{front}, names[1:])
	}
	return append([]string{front}, names...)
}

var contentsName = domain.T("Innehåll", "Contents")

// contents is the first sheet: what the workbook holds.
func (b *workbook) contents() *Sheet {
	lang := b.report.Lang
	t := Table{Columns: []Column{
		{Header: domain.T("Blad", "Sheet").In(lang)},
		{Header: contentsName.In(lang), Width: maxWidth},
	}}
	for i, s := range b.report.Sheets {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(b.names[i]), words(cmp.Or(s.Title, s.Name))}})
	}
	return &Sheet{Title: b.report.Title, Intro: []string{madeOf(b.report).In(lang)}, Tables: []Table{t}}
}

// leaf is one sheet of the workbook while it is written.
type leaf struct {
	*workbook
	*sheetPlan
	name  string
	sheet *Sheet
	links bool // the first column names sheets
	rows  *excelize.StreamWriter
	cells []excelize.Cell // of the row that is written
	row   []any           // the same, as the stream wants them
}

func (b *workbook) sheet(name string, s *Sheet) (err error) {
	l := &leaf{workbook: b, sheetPlan: planOf(b.report, s), name: name, sheet: s}
	l.links = name == contentsName.In(b.report.Lang)
	l.cells = make([]excelize.Cell, len(l.widths))
	l.row = make([]any, len(l.cells))
	for i := range l.cells {
		l.row[i] = &l.cells[i]
	}
	// The stream writes the sheet's properties as it opens, so they come first.
	if err := l.page(); err != nil {
		return err
	}
	if l.rows, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err := l.frame(); err != nil {
		return err
	}
	// A chart that is added after the first row is lost without a word.
	if err := l.charts(); err != nil {
		return err
	}
	if err := l.emblem(); err != nil {
		return err
	}
	if err := l.write(); err != nil {
		return err
	}
	defer l.unlink()
	return l.rows.Flush()
}

// frame sets what the stream wants before the first row: widths and panes.
func (l *leaf) frame() error {
	// The workbook puts the width it is told last first, and a file must have
	// its columns in order.
	for c, width := range slices.Backward(l.widths) {
		if err := l.rows.SetColWidth(c+1, c+1, float64(width)); err != nil {
			return err
		}
	}
	if panes := l.panes(); panes != nil {
		return l.rows.SetPanes(panes)
	}
	return nil
}

// write writes the rows, from the top.
func (l *leaf) write() error {
	lines := l.lines
	for i, at := range l.tables {
		for len(lines) > 0 && lines[0].row < at.header {
			if err := l.line(lines[0]); err != nil {
				return err
			}
			lines = lines[1:]
		}
		if err := l.table(&l.sheet.Tables[i], at); err != nil {
			return err
		}
	}
	for _, rest := range lines {
		if err := l.line(rest); err != nil {
			return err
		}
	}
	return nil
}

// line writes a row of running text.
func (l *leaf) line(t textLine) error {
	for c := range t.span { // every cell of a merged range is drawn, for its colour
		l.cells[c] = excelize.Cell{StyleID: l.styles.looks[t.look]}
	}
	l.cells[0].Value = clipped(t.text)
	if t.span > 1 {
		if err := l.rows.MergeCell(cellName(1, t.row), cellName(t.span, t.row)); err != nil {
			return err
		}
	}
	return l.rows.SetRow(cellName(1, t.row), l.row[:t.span], excelize.RowOpts{Height: t.height})
}

// table writes a header and its rows.
func (l *leaf) table(t *Table, where tablePlace) error {
	for c, column := range t.Columns {
		look := headerLook
		if t.numeric(c) {
			look = numberHeaderLook
		}
		l.cells[c] = excelize.Cell{StyleID: l.styles.looks[look], Value: clipped(column.Header)}
	}
	n := len(t.Columns)
	if err := l.rows.SetRow(cellName(1, where.header), l.row[:n], excelize.RowOpts{Height: where.height}); err != nil {
		return err
	}
	for i, row := range t.Rows {
		lines := 1
		for c := range n {
			taken, err := l.cell(t, where, row, c)
			if err != nil {
				return fmt.Errorf("row %d, column %s: %w", i+1, t.Columns[c].Header, err)
			}
			lines = max(lines, taken)
		}
		if i%unlinkEvery == 0 {
			l.unlink()
		}
		opts := excelize.RowOpts{Height: heightFor(lines)}
		if t.Form {
			opts.Height = max(opts.Height, formHeight)
		}
		if err := l.rows.SetRow(cellName(1, where.first+i), l.row[:n], opts); err != nil {
			return err
		}
	}
	return nil
}

// unlinkEvery is how many rows may pass before a file that holds rows in the
// clear loses its name.
const unlinkEvery = 256

// unlink takes the names from the files of rows that wait, so that nothing is
// left to read if the program dies. Where open files keep their names they go
// when the workbook is closed.
func (b *workbook) unlink() {
	files, err := os.ReadDir(b.dir)
	if err != nil {
		return
	}
	for _, file := range files {
		os.Remove(filepath.Join(b.dir, file.Name()))
	}
}

// cell readies one cell of a row, and tells how many lines it takes.
func (l *leaf) cell(t *Table, where tablePlace, row Row, column int) (lines int, err error) {
	c, total := row.cell(column), 0
	if row.Total {
		total = 1
	}
	out := &l.cells[column]
	*out = excelize.Cell{StyleID: l.styles.cells[c.Kind][total]}
	lines = l.linesIn(column, c)
	switch c.Kind {
	case Words:
		out.Value = clipped(c.Text)
		if lines > 1 {
			out.StyleID = l.styles.wrapped[total]
		}
		if l.links && column == 0 {
			out.StyleID = l.styles.looks[linkLook]
		}
	case Count:
		out.Value = int64(c.Number)
	case HoursKind, Share, Decimal, Probability, Kronor:
		out.Value = fifteen(c.Number)
	case DateKind:
		out.Value = serial(c.Text)
	case Suppressed:
		out.Value = suppressedSign
	case NoValue:
		out.Value = noValueSign
	}
	// Live is only what has a number or would have one: a formula must neither
	// bring back what was withheld nor grow out of somebody's words.
	if c.Formula != "" && (c.Kind.numeric() || c.Kind == NoValue) {
		out.Formula, err = l.resolved(c.Formula, t, where)
	}
	return lines, err
}

// fifteen is a number in the fifteen digits a workbook keeps, rounded: the
// stream would cut it off there, and 0.28499999999999998 would lose its last.
func fifteen(v float64) float64 {
	if v == math.Trunc(v) {
		return v
	}
	var digits [32]byte
	rounded, err := strconv.ParseFloat(string(strconv.AppendFloat(digits[:0], v, 'g', 15, 64)), 64)
	if err != nil {
		return v
	}
	return rounded
}

// excelEpoch is the day that is 0 in a workbook's count of days, and
// excelMarch the first from which the count agrees with the calendar.
var (
	excelEpoch = domain.MustDate("1899-12-30").UnixDays()
	excelMarch = domain.MustDate("1900-03-01")
)

// serial is a date as workbooks count days, or its text where they cannot.
func serial(iso string) any {
	d, err := domain.ParseDate(iso)
	if err != nil || d.Before(excelMarch) {
		return clipped(iso)
	}
	return int64(d.UnixDays() - excelEpoch)
}

// cellName is the name of a cell, column and row from 1.
func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		// Beyond the last row: the stream refuses the same and says so.
		return "A" + strconv.Itoa(row)
	}
	return name
}

// clipped is a text that fits a cell, with a sign where it was cut: a workbook
// would cut it without a word.
func clipped(s string) string {
	if len(s) <= excelize.TotalCellChars {
		return s
	}
	units := utf16.Encode([]rune(s))
	if len(units) <= excelize.TotalCellChars {
		return s
	}
	end := excelize.TotalCellChars - 1
	if units[end-1]>>10 == 0xD800>>10 {
		end-- // the first half of a character of two
	}
	return string(utf16.Decode(units[:end])) + "…"
}
