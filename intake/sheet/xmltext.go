package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Bytes by what they may be part of, looked up once for each byte of a part.
var (
	isPlain = byteSet(func(c byte) bool { // in text, needing no thought
		return (c >= ' ' || c == '\t' || c == '\n') && c < utf8.RuneSelf && c != '<' && c != '&' && c != ']'
	})
	isName = byteSet(func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			c == '_' || c == '-' || c == '.' || c == ':' || c >= utf8.RuneSelf
	})
	isSpace = byteSet(func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' })
)

func byteSet(in func(byte) bool) (set [256]bool) {
	for c := range 256 {
		set[c] = in(byte(c))
	}
	return set
}

// scanText takes character data up to the next tag or the buffer's end.
func (s *scanner) scanText() error {
	if len(s.open) == 0 {
		return s.outside()
	}
	i, plain := s.pos, s.pos
	s.scratch = s.scratch[:0]
	for i < s.end {
		c := s.buf[i]
		if isPlain[c] {
			i++
			continue
		}
		if c == '<' {
			break
		}
		out, n, err := s.special(i, c)
		if err == errShort && i > s.pos && !s.atEOF {
			break // deliver what is before it
		}
		if err != nil {
			return err
		}
		if out != nil {
			s.scratch = append(append(s.scratch, s.buf[plain:i]...), out...)
			plain = i + n
		}
		i += n
	}
	if s.text = s.buf[plain:i]; plain > s.pos {
		s.scratch = append(s.scratch, s.text...)
		s.text = s.scratch
	}
	s.pos = i
	return nil
}

// special handles a byte of text that is not plain: out is what it and the n-1
// bytes after it stand for, nil when they stand for themselves.
func (s *scanner) special(i int, c byte) (out []byte, n int, err error) {
	switch {
	case c == '&':
		return s.reference(i)
	case c == '\r':
		if i+1 == s.end && !s.atEOF {
			return nil, 0, errShort
		}
		if i+1 < s.end && s.buf[i+1] == '\n' {
			return []byte("\n"), 2, nil
		}
		return []byte("\n"), 1, nil
	case c == ']':
		if i+2 >= s.end && !s.atEOF {
			return nil, 0, errShort
		}
		if bytes.HasPrefix(s.buf[i:s.end], []byte("]]>")) {
			return nil, 0, s.bad("har ]]> mitt i text", "has ]]> in text")
		}
		return nil, 1, nil
	case c >= utf8.RuneSelf:
		n, err = s.validRune(i)
		return nil, n, err
	}
	return nil, 0, s.bad("har ett otillåtet styrtecken", "has a forbidden control character")
}

// outside passes the space before and after the root element.
func (s *scanner) outside() error {
	i := s.pos
	for i < s.end && isSpace[s.buf[i]] {
		i++
	}
	if i < s.end && s.buf[i] != '<' {
		return s.bad("har text utanför sitt rotelement", "has text outside its root element")
	}
	s.pos = i
	return errNoToken
}

// reference decodes the entity or character reference at i. No others than the
// five of XML itself exist, because a document type is refused.
func (s *scanner) reference(i int) (out []byte, n int, err error) {
	const longest = 12 // &#x10FFFF; with room for zeros
	body := s.buf[i:min(s.end, i+longest)]
	semicolon := bytes.IndexByte(body, ';')
	if semicolon < 0 {
		if len(body) < longest && !s.atEOF && bytes.IndexByte(body, '<') < 0 {
			return nil, 0, errShort
		}
		return nil, 0, s.bad("har ett & som inte hör till något tecken", "has a stray &")
	}
	name := body[1:semicolon]
	switch string(name) {
	case "lt":
		out = []byte("<")
	case "gt":
		out = []byte(">")
	case "amp":
		out = []byte("&")
	case "quot":
		out = []byte(`"`)
	case "apos":
		out = []byte("'")
	default:
		r, ok := charReference(name)
		if !ok {
			return nil, 0, s.bad("har en okänd teckenreferens", "has an unknown entity or character reference")
		}
		out = utf8.AppendRune(nil, r)
	}
	return out, semicolon + 1, nil
}

// charReference reads what stands between & and ; of a numeric reference.
func charReference(name []byte) (rune, bool) {
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := rune(10), name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	if len(digits) == 0 {
		return 0, false
	}
	var r rune
	for _, c := range digits {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if c < 'A' {
			d = strings.IndexByte("0123456789", c)
		}
		if d < 0 || rune(d) >= base {
			return 0, false
		}
		if r = r*base + rune(d); r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, xmlChar(r)
}

// xmlChar reports whether XML 1.0 allows a character.
func xmlChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r < 0xd800 || r > 0xdfff && r < 0xfffe ||
		r >= 0x10000 && r <= utf8.MaxRune
}

// scanBang takes what begins with <! : a comment, character data, or the
// document type that is refused because of what it can be made to do.
func (s *scanner) scanBang() error {
	rest := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.comment(rest)
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.cdata(rest)
	case len(rest) < len("<!DOCTYPE") && !s.atEOF:
		return errShort
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")), bytes.HasPrefix(rest, []byte("<!ENTITY")):
		return refuse(hintHostile, "delen %q har en dokumenttyp (DOCTYPE)", "the part %q has a DOCTYPE", s.part)
	}
	return s.bad("har en okänd deklaration", "has an unknown declaration")
}

func (s *scanner) comment(rest []byte) error {
	end := bytes.Index(rest[4:], []byte("--"))
	if end < 0 || 4+end+3 > len(rest) {
		return errShort
	}
	if rest[4+end+2] != '>' {
		return s.bad("har en kommentar med -- i", "has a comment with -- in it")
	}
	if err := s.checkChars(rest[4 : 4+end]); err != nil {
		return err
	}
	s.pos += 4 + end + 3
	return errNoToken
}

func (s *scanner) cdata(rest []byte) error {
	const start = len("<![CDATA[")
	end := bytes.Index(rest[start:], []byte("]]>"))
	if end < 0 {
		return errShort
	}
	if len(s.open) == 0 {
		return s.bad("har text utanför sitt rotelement", "has text outside its root element")
	}
	s.text = rest[start : start+end]
	if err := s.checkChars(s.text); err != nil {
		return err
	}
	if bytes.IndexByte(s.text, '\r') >= 0 {
		s.text = bytes.ReplaceAll(bytes.ReplaceAll(s.text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	s.pos += start + end + 3
	return nil
}

// checkChars refuses what may stand nowhere in a part.
func (s *scanner) checkChars(b []byte) error {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			return s.bad("är inte giltig UTF-8", "is not valid UTF-8")
		}
		if !xmlChar(r) {
			return s.bad("har ett otillåtet styrtecken", "has a forbidden control character")
		}
		b = b[n:]
	}
	return nil
}

// scanInstruction passes a processing instruction.
func (s *scanner) scanInstruction() error {
	rest := s.buf[s.pos:s.end]
	end := bytes.Index(rest, []byte("?>"))
	if end < 0 {
		return errShort
	}
	body := rest[2:end]
	n := 0
	for n < len(body) && isName[body[n]] {
		n++
	}
	switch {
	case n == 0 || n < len(body) && !isSpace[body[n]] || body[0] >= '0' && body[0] <= '9':
		return s.bad("har en felaktig instruktion", "has a malformed processing instruction")
	case strings.EqualFold(string(body[:n]), "xml"):
		return s.bad("har en XML-deklaration som inte står först", "has an XML declaration that is not first")
	}
	if err := s.checkChars(body); err != nil {
		return err
	}
	s.pos += end + 2
	return errNoToken
}
