package sheet

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// token is what the scanner stands on.
type token uint8

const (
	tokenEnd   token = iota // the part has ended as it should
	tokenOpen               // a start tag: local, space and attrs say which
	tokenClose              // an end tag, or the end of an empty element
	tokenText               // character data, decoded; long runs come in pieces
)

// scanner reads an XML part as a stream of tokens and accepts only what is well
// formed in XML 1.0 with namespaces, in UTF-8, without document type. The slices
// it gives are valid until the next call of next.
type scanner struct {
	r    io.Reader
	part string

	buf        []byte
	pos, end   int
	atEOF      bool
	started    bool // past the byte order mark and XML declaration
	rootClosed bool

	local []byte
	space space
	attrs []attr
	text  []byte

	pendingClose bool // an empty element was opened and is to be closed
	names        []byte
	open         []element // outermost first
	prefixes     []prefix
	plain        space // of names without a prefix
	declares     bool  // the tag being scanned declares prefixes
	scratch      []byte
}

type element struct {
	nameAt   int // where its full name starts in names
	prefixes int // how many prefixes were in force outside it
	colon    int // length of "prefix:", 0 without
	space    space
}

// newScanner starts to read a part; part is its name, for messages.
func newScanner(r io.Reader, part string) *scanner {
	return &scanner{r: r, part: part, buf: make([]byte, 64<<10)}
}

// next moves to the next token.
func (s *scanner) next() (token, error) {
	if s.pendingClose {
		s.pendingClose = false
		return s.closed(), nil
	}
	if !s.started {
		if err := s.begin(); err != nil {
			return 0, err
		}
	}
	for {
		if s.pos == s.end {
			if s.atEOF {
				return s.finished()
			}
			if err := s.fill(); err != nil {
				return 0, err
			}
			continue
		}
		at := s.pos
		t, err := s.scan()
		switch {
		case err == nil && s.pos > at:
			return t, nil
		case err == errNoToken:
			continue
		case err != errShort:
			return 0, err
		case s.atEOF:
			return 0, s.bad("är avkortad", "is cut off")
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// What scanning a token can come to besides a token or a fault.
var (
	errShort   = errors.New("the buffer ends before the token")
	errNoToken = errors.New("passed over something that is no token")
)

// scan takes one token from the buffer and moves past it.
func (s *scanner) scan() (token, error) {
	if s.buf[s.pos] != '<' {
		return tokenText, s.scanText()
	}
	if s.pos+1 == s.end {
		return 0, errShort
	}
	switch s.buf[s.pos+1] {
	case '/':
		return tokenClose, s.scanClose()
	case '!':
		return tokenText, s.scanBang()
	case '?':
		return 0, s.scanInstruction()
	}
	if s.scanBare() {
		return tokenOpen, nil
	}
	return tokenOpen, s.scanOpen()
}

// fill reads more of the part, moving or growing the buffer when it must.
func (s *scanner) fill() error {
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= MaxTag {
			return s.bad("har en för lång tagg", "has a tag that is too long")
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	// Filled to the brim: a tag cut by the buffer's end is scanned again, and
	// that must not happen once for each small read.
	for idle := 0; s.end < len(s.buf) && !s.atEOF; idle++ {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if s.atEOF = err == io.EOF; err != nil && !s.atEOF {
			return err
		}
		if n > 0 {
			idle = 0
		} else if idle > 100 {
			return io.ErrNoProgress
		}
	}
	return nil
}

// begin passes the byte order mark and refuses other encodings by name.
func (s *scanner) begin() error {
	for s.end-s.pos < 4 && !s.atEOF {
		if err := s.fill(); err != nil {
			return err
		}
	}
	head := s.buf[s.pos:s.end]
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "<\x00", "\x00<"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return s.bad("är i UTF-16, inte UTF-8", "is in UTF-16, not UTF-8")
		}
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		s.pos += 3
	}
	for s.end-s.pos < 6 && !s.atEOF {
		if err := s.fill(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(s.buf[s.pos:s.end], []byte("<?xml")) && s.end-s.pos > 5 && !isName[s.buf[s.pos+5]] {
		if err := s.declaration(); err != nil {
			return err
		}
	}
	s.started = true
	return nil
}

// finished judges the end of the part.
func (s *scanner) finished() (token, error) {
	if !s.rootClosed {
		return 0, s.bad("är avkortad", "is cut off")
	}
	return tokenEnd, nil
}

// closed takes the innermost open element off and makes it the current one.
func (s *scanner) closed() token {
	last := s.open[len(s.open)-1]
	s.local = s.names[last.nameAt+last.colon:]
	s.space = last.space
	s.names = s.names[:last.nameAt]
	if len(s.prefixes) > last.prefixes {
		s.prefixes = s.prefixes[:last.prefixes]
		s.setPlain()
	}
	s.open = s.open[:len(s.open)-1]
	s.rootClosed = len(s.open) == 0
	return tokenClose
}

// depth is the number of elements open.
func (s *scanner) depth() int { return len(s.open) }

// bad makes an error about the part.
func (s *scanner) bad(sv, en string) *Error {
	return refuse(hintSaveAgain, "delen %q "+sv, "the part %q "+en, s.part)
}

// skip reads to the end of the element that was just opened.
func (s *scanner) skip() error {
	for depth := s.depth(); ; {
		t, err := s.next()
		if err != nil {
			return err
		}
		if t == tokenClose && s.depth() < depth {
			return nil
		}
	}
}

// validRune measures one character beyond ASCII.
func (s *scanner) validRune(i int) (int, error) {
	r, n := utf8.DecodeRune(s.buf[i:s.end])
	switch {
	case r == utf8.RuneError && n <= 1:
		if !s.atEOF && !utf8.FullRune(s.buf[i:s.end]) {
			return 0, errShort
		}
		return 0, s.bad("är inte giltig UTF-8", "is not valid UTF-8")
	case r == 0xfffe || r == 0xffff:
		return 0, s.bad("har ett otillåtet tecken", "has a forbidden character")
	}
	return n, nil
}

var declarationForm = regexp.MustCompile(`^xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*["']1\.0["']` +
	`(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z0-9._-]+)["'])?` +
	`(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*["'](?:yes|no)["'])?[ \t\r\n]*$`)

// declaration passes the XML declaration, which must say UTF-8 or nothing.
func (s *scanner) declaration() error {
	for {
		rest := s.buf[s.pos:s.end]
		if end := bytes.Index(rest, []byte("?>")); end >= 0 {
			form := declarationForm.FindSubmatch(rest[2:end])
			if form == nil {
				return s.bad("har en felaktig XML-deklaration", "has a malformed XML declaration")
			}
			if len(form[1]) > 0 && !strings.EqualFold(string(form[1]), "utf-8") {
				return refuse(hintSaveAgain, "delen %q är i %s, inte UTF-8", "the part %q is in %s, not UTF-8", s.part, form[1])
			}
			s.pos += end + 2
			return nil
		}
		if s.atEOF || len(rest) > 1024 {
			return s.bad("har en felaktig XML-deklaration", "has a malformed XML declaration")
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}
