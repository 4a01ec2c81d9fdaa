package sie

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"utfall/domain"
)

// File is a file found fit to be read. Its fields are to be shown to the person who
// chose it, and not to be changed.
type File struct {
	// Name is what the file was called; its suffix tells 4I from 4E where nothing
	// in the file does.
	Name string
	// Encoding is what the bytes turned out to be, whatever #FORMAT says; plain
	// ASCII is CP437.
	Encoding Encoding
	// Notes are what was found out about the bytes, one of each kind.
	Notes []Finding

	r    io.ReaderAt
	size int64
}

// Open reads the file once, in memory that does not grow with it, to decide its
// encoding, and refuses what no SIE file has. It refuses with an *Error; any other
// error is of the reader r. A []byte is opened through a bytes.Reader.
func Open(name string, r io.ReaderAt, size int64) (*File, error) {
	switch {
	case size > MaxFile:
		return nil, refuse("too-large", 0, hintSplit,
			"filen är %d MB, större än gränsen på %d MB", "the file is %d MB, over the limit of %d MB", size>>20, MaxFile>>20)
	case size <= 0:
		return nil, errEmpty()
	}
	f := &File{Name: name, r: r, size: size}
	head := make([]byte, min(size, 512))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return nil, readError(err)
	}
	if err := foreign(head); err != nil {
		return nil, err
	}
	var c census
	lines, blank := f.lines(), true
	c.marked = lines.marked
	for {
		b, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if at := bytes.IndexFunc(b, notSpace); blank && at >= 0 {
			if blank = false; b[at] != '#' {
				return nil, refuse("not-sie", lines.number, hintOther,
					"filen börjar inte med en post, #FLAGGA", "the file does not begin with a record, #FLAGGA")
			}
		}
		c.line(b, lines.number)
	}
	if blank {
		return nil, errEmpty()
	}
	var err error
	f.Encoding, f.Notes, err = c.decide()
	if err != nil {
		return nil, err
	}
	return f, nil
}

func notSpace(r rune) bool { return r != ' ' && r != '\t' }

func errEmpty() *Error { return refuse("empty", 0, hintOther, "filen är tom", "the file is empty") }

// foreign refuses what is plainly another kind of file, by its name.
func foreign(head []byte) error {
	for _, m := range []struct{ magic, name string }{
		{"%PDF", "PDF"}, {"PK\x03\x04", "ZIP/Excel"}, {"\xd0\xcf\x11\xe0", "Excel (.xls)"}, {"\x1f\x8b", "GZIP"},
		{"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"}, {"#\x00", "UTF-16"}, {"\x00#", "UTF-16"}, {"7z\xbc\xaf", "7Z"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return refuse("not-sie", 0, hintOther, "filen är %s, inte SIE", "the file is %s, not SIE", m.name)
		}
	}
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), mark), " \t\r\n"))
	switch {
	case strings.HasPrefix(text, "<?xml") || strings.HasPrefix(text, "<sie"):
		return refuse("sie5", 0, domain.T("Exportera som SIE typ 4 (SIE 4), inte SIE 5.", "Export as SIE type 4 (SIE 4), not SIE 5."),
			"filen är XML: kanske SIE 5, som inte läses", "the file is XML: perhaps SIE 5, which is not read")
	case strings.HasPrefix(text, "<"):
		return refuse("not-sie", 0, hintOther, "filen är %s, inte SIE", "the file is %s, not SIE", "HTML")
	}
	return nil
}

// mark is the byte order mark of UTF-8.
const mark = "\xef\xbb\xbf"

// lineSource gives the lines of a file one at a time.
type lineSource struct {
	r      *bufio.Reader
	marked bool  // a byte order mark was passed
	left   int64 // bytes the file should still have
	number int   // of the line given last, from 1
}

func (f *File) lines() *lineSource {
	s := &lineSource{r: bufio.NewReaderSize(io.NewSectionReader(f.r, 0, f.size), MaxLine+len(mark)+2), left: f.size}
	if head, err := s.r.Peek(len(mark)); err == nil && string(head) == mark {
		_, _ = s.r.Discard(len(mark)) // they have been seen
		s.marked, s.left = true, s.left-int64(len(mark))
	}
	return s
}

// next gives a line without its end, LF or CR LF; io.EOF follows the last. The
// bytes hold until the next call and may be written to.
func (s *lineSource) next() ([]byte, error) {
	b, err := s.r.ReadSlice('\n')
	s.left -= int64(len(b))
	s.number++
	switch {
	case err == nil:
		b = bytes.TrimSuffix(b[:len(b)-1], []byte("\r"))
	case errors.Is(err, io.EOF) && s.left > 0:
		return nil, io.ErrUnexpectedEOF
	case errors.Is(err, io.EOF) && len(b) > 0:
		// Programs for DOS end a text with Control-Z.
		b = bytes.TrimSuffix(b, []byte("\x1a"))
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, s.errLong()
	default:
		return nil, err
	}
	if len(b) > MaxLine {
		return nil, s.errLong()
	}
	return b, nil
}

func (s *lineSource) errLong() error {
	return refuse("line-too-long", s.number, hintFetch, "raden är över %d kB", "the line is over %d kB", MaxLine>>10)
}

// readError makes a short read, which a reader need not explain, an error.
func readError(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
