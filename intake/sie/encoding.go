package sie

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"utfall/domain"
)

// Encoding is how the bytes of a file stand for letters.
type Encoding uint8

// The encodings met. SIE has CP437 only; programs in the cloud write the other two
// and say PC8 all the same.
const (
	CP437 Encoding = iota
	UTF8
	Windows1252
)

// String is the encoding's usual name.
func (e Encoding) String() string { return [...]string{"CP437", "UTF-8", "Windows-1252"}[e] }

// decode makes UTF-8 of a field. The file was found to be in e, so that every byte
// has a meaning.
func (e Encoding) decode(b []byte) string {
	page := charmap.CodePage437
	switch e {
	case UTF8:
		return string(b)
	case Windows1252:
		page = charmap.Windows1252
	}
	out := make([]byte, 0, len(b)+len(b)/2)
	for _, c := range b {
		out = utf8.AppendRune(out, page.DecodeByte(c))
	}
	return string(out)
}

// What a byte is, by class. Both lists of letters hold å ä ö é ü and their
// capitals (CP437 has no more of them in Swedish words); no byte is in both.
const (
	control       = 1 << iota // forbidden by the format
	high                      // not ASCII
	letter                    // A to Z and a to z
	swedish437                // å ä ö é ü or a capital, read as CP437
	swedish1252               // the same, read as Windows-1252
	undefined1252             // nothing in Windows-1252
)

var classes = func() (class [256]uint8) {
	for c := range class {
		switch {
		case c < ' ' && c != '\t' || c == 0x7f:
			class[c] = control
		case c >= utf8.RuneSelf:
			class[c] = high
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			class[c] = letter
		}
	}
	for _, c := range []byte("\x86\x84\x94\x82\x81\x8f\x8e\x99\x90\x9a") {
		class[c] |= swedish437
	}
	for _, c := range []byte("\xe5\xe4\xf6\xe9\xfc\xc5\xc4\xd6\xc9\xdc") {
		class[c] |= swedish1252
	}
	for _, c := range []byte("\x81\x8d\x8f\x90\x9d") {
		class[c] |= undefined1252
	}
	return class
}()

// evidence is how often a single-byte encoding would explain a byte as a Swedish
// letter, and how often so between two ASCII letters, where nothing else stands.
type evidence struct{ all, inside, line int }

func (e *evidence) see(inside bool, line int) {
	e.all++
	if inside {
		if e.inside++; e.inside == 1 {
			e.line = line
		}
	}
}

func (e evidence) beats(other evidence) bool {
	return e.inside > other.inside || e.inside == other.inside && e.all > other.all
}

// census is what the first reading learns of the bytes of a file.
type census struct {
	marked                   bool // begins with a byte order mark
	high                     bool // has any byte that is not ASCII
	invalid                  int  // the first line that is not UTF-8, 0 for none
	cp437, cp1252            evidence
	pairs                    int // Swedish letters in UTF-8
	undefined                int // the first line with a byte Windows-1252 has not
	misread                  int // the first line whose UTF-8 was once misread
	control                  int // the first line with a control character
	undefinedByte, controlOf byte
}

// line adds a line, without its end.
func (c *census) line(b []byte, number int) {
	var seen uint8
	for _, x := range b {
		seen |= classes[x]
	}
	if seen&control != 0 && c.control == 0 {
		at := bytes.IndexFunc(b, func(r rune) bool { return r < utf8.RuneSelf && classes[r]&control != 0 })
		c.control, c.controlOf = number, b[at]
	}
	if seen&high == 0 {
		return
	}
	c.high = true
	if c.invalid == 0 && !utf8.Valid(b) {
		c.invalid = number
	}
	if c.misread == 0 && misread(b) {
		c.misread = number
	}
	for i, x := range b {
		class := classes[x]
		if class&high == 0 {
			continue
		}
		inside := i > 0 && i+1 < len(b) && classes[b[i-1]]&classes[b[i+1]]&letter != 0
		switch {
		case class&swedish437 != 0:
			c.cp437.see(inside, number)
		case class&swedish1252 != 0:
			c.cp1252.see(inside, number)
		}
		if class&undefined1252 != 0 && c.undefined == 0 {
			c.undefined, c.undefinedByte = number, x
		}
		if x == 0xc3 && i+1 < len(b) && bytes.IndexByte([]byte("\xa5\xa4\xb6\xa9\x85\x84\x96\x89"), b[i+1]) >= 0 {
			c.pairs++
		}
	}
}

// misread reports UTF-8 that holds what å ä ö turn into when CP437, Windows-1252
// and UTF-8 are taken for each other before the file was saved: σ Σ ÷, † „ ”
// between letters, Ã¥ Ã¤ Ã¶ or the replacement character.
func misread(b []byte) bool {
	for _, sign := range []string{"Ã¥", "Ã¤", "Ã¶", "Ã…", "Ã„", "Ã–", "\ufffd"} {
		if bytes.Contains(b, []byte(sign)) {
			return true
		}
	}
	for _, sign := range []string{"σ", "Σ", "÷", "†", "„", "”"} {
		for rest := b; ; {
			at := bytes.Index(rest, []byte(sign))
			if at < 0 {
				break
			}
			if end := at + len(sign); at > 0 && end < len(rest) && classes[rest[at-1]]&classes[rest[end]]&letter != 0 {
				return true
			}
			rest = rest[at+1:]
		}
	}
	return false
}

// decide gives the encoding, and what there is to say of it.
func (c *census) decide() (Encoding, []Finding, error) {
	if c.control != 0 {
		return 0, nil, refuse("control-character", c.control, hintFetch,
			"styrtecknet U+%04X", "the control character U+%04X", c.controlOf)
	}
	switch {
	case c.invalid == 0 && (c.high || c.marked):
		return UTF8, c.utf8Notes(), nil
	case c.marked, c.invalid != 0 && c.pairs > 0:
		return 0, nil, refuse("mixed-encoding", c.invalid, hintExport,
			"filen är delvis UTF-8, men inte här", "the file is partly UTF-8, but not here")
	}
	encoding, minor := CP437, c.cp1252
	var out []Finding
	if c.cp1252.beats(c.cp437) {
		encoding, minor = Windows1252, c.cp437
		if c.undefined != 0 {
			return 0, nil, refuse("undefined-byte", c.undefined, hintExport,
				"byten %02X finns inte i Windows-1252, som filen annars är skriven i",
				"the byte %02X is not in Windows-1252, which the file otherwise is written in", c.undefinedByte)
		}
		out = append(out, notCP437(encoding))
	}
	if minor.inside > 0 {
		out = append(out, Finding{"mojibake", minor.line,
			domain.Tf("filen lästes som %[1]s, men %[2]d tecken mitt i ord ser ut att vara å, ä eller ö i en annan kodning (σ Σ ÷ † „ ”)",
				"the file was read as %[1]s, but %[2]d characters within words look like å, ä or ö of another encoding (σ Σ ÷ † „ ”)", encoding, minor.inside),
			hintCheck})
	}
	return encoding, out, nil
}

func (c *census) utf8Notes() []Finding {
	out := []Finding{notCP437(UTF8)}
	if c.misread != 0 {
		out = append(out, Finding{"mojibake", c.misread,
			domain.T("å, ä och ö har blivit andra tecken innan filen sparades (som σ Σ ÷ eller Ã¥)",
				"å, ä and ö became other characters before the file was saved (such as σ Σ ÷ or Ã¥)"), hintCheck})
	}
	return out
}

func notCP437(e Encoding) Finding {
	return Finding{"encoding", 0,
		domain.Tf("filen är skriven i %s och inte i CP437, som SIE kräver; den lästes som sådan",
			"the file is in %s and not in CP437, as SIE demands; it was read as such", e), hintNothing}
}
