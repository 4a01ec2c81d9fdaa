package reports

import (
	"errors"
	"io"

	"github.com/xuri/excelize/v2"
)

// plainWorkbook writes one sheet of text with a bold, frozen header: a file to
// fill in. Every column is formatted as text, so that Excel changes no number.
func plainWorkbook(w io.Writer, headers, example []string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	const sheet = "Sheet1"
	text, err1 := f.NewStyle(&excelize.Style{NumFmt: 49})
	bold, err2 := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	for i := range headers {
		column, err := excelize.ColumnNumberToName(i + 1)
		head, below := column+"1", column+"2"
		if err := errors.Join(err, f.SetColStyle(sheet, column, text), f.SetColWidth(sheet, column, column, 20),
			f.SetCellStr(sheet, head, headers[i]), f.SetCellStyle(sheet, head, head, bold),
			f.SetCellStr(sheet, below, example[i])); err != nil {
			return err
		}
	}
	if err := f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newArchive(w, pressLevel) })
	_, err = f.WriteToBuffer()
	return err
}
