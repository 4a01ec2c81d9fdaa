package sheet

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// sharedStrings are the texts that cells refer to by number. They lie in a few
// large strings, so that a million of them are not a million allocations.
type sharedStrings struct {
	texts []string
	blank []bool // nothing but space: judged once, not at every cell
}

const stringChunk = 64 << 10

// readStrings reads the shared strings once for a file.
func (b *workbook) readStrings(ctx context.Context) error {
	if b.strings != nil {
		return nil
	}
	shared := &sharedStrings{}
	if b.shared != nil {
		r, err := b.open(ctx, b.shared)
		if err != nil {
			return err
		}
		if err := shared.read(newScanner(r, b.shared.Name)); err != nil {
			return err
		}
	}
	b.strings = shared
	return nil
}

func (t *sharedStrings) read(s *scanner) error {
	var chunk strings.Builder
	var text []byte
	cost := 0
	for {
		tok, err := s.next()
		switch {
		case err != nil || tok == tokenEnd:
			return err
		case tok == tokenText && !onlySpace(s.text):
			return s.bad("har text utanför sina strängar", "has text outside its strings")
		case tok != tokenOpen:
			continue
		case s.depth() == 1 && !s.is("sst"):
			return s.bad("är inte en lista över strängar", "is not a list of shared strings")
		case s.depth() == 1:
			continue
		case !s.is("si"):
			if !s.is("extLst") {
				return s.bad("har annat än strängar", "has something else than strings")
			}
			if err := s.skip(); err != nil {
				return err
			}
			continue
		}
		if text, err = richText(s, text[:0]); err != nil {
			return err
		}
		if cost += len(text) + SharedStringCost; cost > MaxSharedStrings {
			return refuse(hintSplit, "filens delade texter är över %d MB", "the shared strings are over %d MB", MaxSharedStrings>>20)
		}
		if chunk.Cap()-chunk.Len() < len(text) {
			chunk = strings.Builder{}
			chunk.Grow(max(stringChunk, len(text)))
		}
		at := chunk.Len()
		chunk.Write(text)
		t.texts = append(t.texts, chunk.String()[at:])
		t.blank = append(t.blank, blank(chunk.String()[at:]))
	}
}

// richText appends the text of the string item (si or is) whose start tag s
// stands on, and reads past it: its own text or that of its runs, joined, but not
// the phonetic guide beside it.
func richText(s *scanner, text []byte) ([]byte, error) {
	const (
		inItem = iota
		inRun
		inText
	)
	bottom := s.depth()
	from, state := len(text), inItem
	outer := inItem
	for {
		tok, err := s.next()
		if err != nil {
			return text, err
		}
		switch tok {
		case tokenText:
			if state == inText {
				if text = append(text, s.text...); len(text)-from > MaxCellText {
					return text, refuse(hintSplit, "en cell har mer än 32 767 tecken", "a cell has more than 32,767 characters")
				}
			} else if !onlySpace(s.text) {
				return text, s.bad("har text där ingen ska finnas", "has text where none belongs")
			}
		case tokenClose:
			switch {
			case s.depth() < bottom:
				return unescape(text, from)
			case state == inText:
				state = outer
			default:
				state = inItem
			}
		case tokenOpen:
			switch {
			case state == inText || s.space != spaceMain:
				return text, s.bad("har ett okänt element i en text", "has an unknown element in a text")
			case string(s.local) == "t":
				outer, state = state, inText
			case state == inItem && string(s.local) == "r":
				state = inRun
			case state == inItem && (string(s.local) == "rPh" || string(s.local) == "phoneticPr"),
				state == inRun && string(s.local) == "rPr":
				if err := s.skip(); err != nil {
					return text, err
				}
			default:
				return text, s.bad("har ett okänt element i en text", "has an unknown element in a text")
			}
		}
	}
}

// unescape decodes the _xHHHH_ escapes of text[from:] in place. They stand for
// characters that XML cannot hold; _x005F_ stands for the underscore of a text
// that only looks like an escape.
func unescape(text []byte, from int) ([]byte, error) {
	i := bytes.Index(text[from:], []byte("_x"))
	if i < 0 {
		return text, nil
	}
	out := from + i
	for in := out; in < len(text); {
		unit, ok := escapeAt(text[in:])
		if !ok {
			text[out] = text[in]
			out, in = out+1, in+1
			continue
		}
		in += escapeLength
		r := rune(unit)
		if utf16.IsSurrogate(r) {
			low, _ := escapeAt(text[in:])
			if r = utf16.DecodeRune(r, rune(low)); r != utf8.RuneError {
				in += escapeLength
			}
		}
		if r == 0 || r == utf8.RuneError && unit != utf8.RuneError || r == 0xfffe || r == 0xffff {
			return text, refuse(hintCell, "texten har tecknet _x%04X_, som inte finns", "the text has the character _x%04X_, which does not exist", unit)
		}
		out += utf8.EncodeRune(text[out:out+utf8.UTFMax], r)
	}
	return text[:out], nil
}

const escapeLength = len("_x0041_")

// escapeAt reads an escape at the start of b.
func escapeAt(b []byte) (uint16, bool) {
	if len(b) < escapeLength || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var unit uint16
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			unit = unit<<4 | uint16(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			unit = unit<<4 | uint16(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}

func onlySpace(b []byte) bool {
	for _, c := range b {
		if !isSpace[c] {
			return false
		}
	}
	return true
}
