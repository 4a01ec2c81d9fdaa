package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"sort"

	"github.com/xuri/excelize/v2"
)

// book is one sheet: rows of cells, and ranges of the title that are merged.
type book struct {
	sheet  string
	rows   [][]cell
	merged [][2]string
}

// bytes writes the workbook. Excelize writes its zip entries in the order of a
// map, so they are written anew, sorted and without a time.
func (b book) bytes() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", b.sheet); err != nil {
		return nil, err
	}
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	for i, row := range b.rows {
		for j, c := range row {
			if err := set(f, b.sheet, fmt.Sprint(column(j), i+1), c, styles); err != nil {
				return nil, err
			}
		}
	}
	for _, m := range b.merged {
		if err := f.MergeCell(b.sheet, m[0], m[1]); err != nil {
			return nil, err
		}
	}
	raw, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return rezipped(raw.Bytes())
}

// column names a column: 0 is A. No list here is wider than Z.
func column(i int) string { return string(rune('A' + i)) }

// styles are the number formats of dates and times.
type styles struct{ date, clock, stamp int }

// newStyles registers the formats; the two custom ones are Swedish Excel's.
func newStyles(f *excelize.File) (styles, error) {
	var s styles
	dateFormat, stampFormat := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	for _, style := range []struct {
		id *int
		of *excelize.Style
	}{
		{&s.date, &excelize.Style{CustomNumFmt: &dateFormat}},
		{&s.clock, &excelize.Style{NumFmt: 20}},
		{&s.stamp, &excelize.Style{CustomNumFmt: &stampFormat}},
	} {
		id, err := f.NewStyle(style.of)
		if err != nil {
			return s, err
		}
		*style.id = id
	}
	return s, nil
}

// set writes one cell.
func set(f *excelize.File, sheet, at string, c cell, s styles) error {
	switch c.kind {
	case textCell:
		return f.SetCellStr(sheet, at, c.text)
	case numberCell:
		return f.SetCellFloat(sheet, at, c.number, -1, 64)
	case timeCell:
		return styled(f, sheet, at, c.number, s.clock)
	case dateCell:
		return styled(f, sheet, at, serial(c), s.date)
	case stampCell:
		return styled(f, sheet, at, serial(c), s.stamp)
	}
	return nil
}

// serial gives a moment as Excel counts: days since 1899-12-30.
func serial(c cell) float64 {
	return c.date.Sub(on(1899, 12, 30)).Hours() / 24
}

// styled writes a number that is shown as a date or time.
func styled(f *excelize.File, sheet, at string, value float64, style int) error {
	if err := f.SetCellFloat(sheet, at, value, -1, 64); err != nil {
		return err
	}
	return f.SetCellStyle(sheet, at, at, style)
}

// rezipped writes a zip file's entries again: sorted by name, without times.
func rezipped(raw []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	sort.Slice(in.File, func(i, j int) bool { return in.File[i].Name < in.File[j].Name })
	var buf bytes.Buffer
	out := zip.NewWriter(&buf)
	for _, entry := range in.File {
		if err := copyEntry(out, entry); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// copyEntry writes one entry to a new zip file.
func copyEntry(out *zip.Writer, entry *zip.File) error {
	r, err := entry.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := out.CreateHeader(&zip.FileHeader{Name: entry.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return err
}
