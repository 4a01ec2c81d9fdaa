package sheet

import (
	"bytes"
	"context"
	"io"
	"strings"

	"utfall/domain"
)

// File is a file found fit to be read, with what was decided about it. Its fields
// are to be shown to the person who chose it, and not to be changed.
type File struct {
	// Name is what the file was called when opened; used in nothing but notes.
	Name   string
	Format Format
	// Encoding is "UTF-8", "UTF-16LE", "UTF-16BE" or "Windows-1252"; an XLSX file
	// is always UTF-8.
	Encoding string
	// Separator is what stands between the fields of a CSV file, 0 for XLSX.
	Separator rune
	// Cut says that a text does not end with the end of a line.
	Cut bool
	// Notes are what was passed over on purpose, one sentence each.
	Notes []domain.Text

	text     string    // a CSV file, decoded, without byte order mark and sep= line
	line     int       // the physical line number at which text starts
	unquoted bool      // a quote is a letter like others
	book     *workbook // an XLSX file
}

// Open decides from the content what kind of file this is and reads what is
// needed to say so: all of a CSV file, the directory and small parts of an XLSX
// file. It refuses with an *Error; any other error is of the reader r.
func Open(name string, r io.ReaderAt, size int64) (*File, error) {
	switch {
	case size > MaxUpload:
		return nil, refuse(hintSplit,
			"filen är %.1f MB, större än gränsen på %d MB", "the file is %.1f MB, over the limit of %d MB",
			float64(size)/(1<<20), MaxUpload>>20)
	case size <= 0:
		return nil, errEmptyFile()
	}
	head := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return nil, readError(err)
	}
	f := &File{Name: name}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		if err := f.openXLSX(r, size); err != nil {
			return nil, err
		}
		return f, nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, refuse(
			domain.T("Öppna filen i Excel och spara den som .xlsx utan lösenord.",
				"Open the file in Excel and save it as .xlsx without a password."),
			"filen är krypterad med lösenord eller en gammal .xls-fil",
			"the file is encrypted with a password or an old .xls file")
	}
	if kind := foreign(head); kind != "" {
		return nil, refuse(hintOtherFile,
			"filen är %s, inte ett kalkylblad", "the file is %s, not a spreadsheet", kind)
	}
	if err := f.openCSV(r, size); err != nil {
		return nil, err
	}
	return f, nil
}

// Lines reads the whole file and hands each line that is not blank to each, all
// visible worksheets in the order of the workbook. What each returns stops the
// reading and is returned, except SkipSheet. It may be called again.
func (f *File) Lines(ctx context.Context, each func(Line) error) error {
	if f.Format == XLSX {
		return f.book.lines(ctx, each)
	}
	return f.records(ctx, each)
}

func errEmptyFile() *Error {
	return refuse(domain.T("Kontrollera att du valde rätt fil och att listan är sparad i den.",
		"Check that you chose the right file and that the list is saved in it."),
		"filen är tom", "the file is empty")
}

// readError makes a short read, which a reader need not explain, an error.
func readError(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// foreign names the kind of a file that is neither CSV nor XLSX, or "".
func foreign(head []byte) string {
	for _, m := range []struct{ magic, name string }{
		{"%PDF", "PDF"}, {"\x89PNG", "PNG"}, {"\xff\xd8\xff", "JPEG"}, {"GIF8", "GIF"}, {"II*\x00", "TIFF"},
		{"MM\x00*", "TIFF"}, {"\x1f\x8b", "GZIP"}, {"7z\xbc\xaf\x27\x1c", "7Z"}, {"Rar!\x1a", "RAR"},
		{"{\\rtf", "RTF"}, {"SQLite format 3\x00", "SQLite"}, {"PK\x05\x06", "ZIP"}, {"PK\x07\x08", "ZIP"},
		{"\x7fELF", "ELF"}, {"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.name
		}
	}
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n"))
	for _, m := range []struct{ start, name string }{
		{"<?xml", "XML"}, {"<!doctype html", "HTML"}, {"<html", "HTML"}, {"<table", "HTML"}, {"<workbook", "XML"},
	} {
		if strings.HasPrefix(text, m.start) {
			return m.name
		}
	}
	return ""
}
