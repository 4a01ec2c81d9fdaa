package sheet

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"utfall/domain"
)

// openCSV reads all of a text file, decides its encoding and separator, and
// refuses what no text has.
func (f *File) openCSV(r io.ReaderAt, size int64) error {
	raw := make([]byte, size)
	if n, err := r.ReadAt(raw, 0); int64(n) < size {
		return readError(err)
	}
	text, name, err := decode(raw)
	if err != nil {
		return err
	}
	f.Format, f.Encoding, f.text, f.line = CSV, name, text, 1
	if blank(text) {
		return errEmptyFile()
	}
	if i := strings.IndexRune(text, utf8.RuneError); i >= 0 {
		f.Notes = append(f.Notes, domain.Tf(
			"Rad %d har tecknet �: text gick förlorad innan filen kom hit.",
			"Line %d has the character �: text was lost before the file came here.", lineAt(text, i)))
	}
	if err := checkControls(text); err != nil {
		return err
	}
	f.Cut = !strings.HasSuffix(text, "\n") && !strings.HasSuffix(text, "\r")
	if f.text = strings.TrimPrefix(f.text, "\ufeff"); isVV(f.text) {
		f.separateVV()
		return nil
	}
	return f.separate()
}

// decode makes UTF-8 of a text file: by its byte order mark, by the NULs of
// UTF-16 without one, else as strict UTF-8, else as Windows-1252.
func decode(raw []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		if at := invalidUTF8(raw[3:]); at >= 0 {
			return "", "", errMixed(raw, at+3)
		}
		return string(raw[3:]), "UTF-8", nil
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		text, err = decodeUTF16(raw[2:], 0)
		return text, "UTF-16LE", err
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		text, err = decodeUTF16(raw[2:], 1)
		return text, "UTF-16BE", err
	}
	if high := unmarkedUTF16(raw); high >= 0 {
		text, err = decodeUTF16(raw, 1-high)
		return text, [...]string{"UTF-16BE", "UTF-16LE"}[high], err
	}
	at := invalidUTF8(raw)
	if at < 0 {
		return string(raw), "UTF-8", nil
	}
	text, err = decodeWindows1252(raw, at)
	return text, "Windows-1252", err
}

// unmarkedUTF16 looks for UTF-16 without a byte order mark: NUL in nearly all
// bytes of one parity and in none of the other. It gives that parity, or -1.
func unmarkedUTF16(raw []byte) int {
	head := raw[:min(len(raw), 4096)&^1]
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	for high := range zeros {
		if zeros[1-high] == 0 && zeros[high]*2 > 0 && zeros[high]*10 >= len(head)/2*7 {
			return high
		}
	}
	return -1
}

// decodeUTF16 decodes text whose units have their high byte second (low is 0) or
// first (low is 1).
func decodeUTF16(raw []byte, low int) (string, error) {
	if len(raw)%2 != 0 {
		return "", refuse(hintFetchAgain, "filen är avkortad mitt i ett tecken", "the file is cut off within a character")
	}
	var text strings.Builder
	text.Grow(len(raw)/2 + len(raw)/16)
	unit := func(i int) rune { return rune(raw[i+low]) | rune(raw[i+1-low])<<8 }
	for i := 0; i < len(raw); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			if i += 2; i < len(raw) {
				r = utf16.DecodeRune(r, unit(i))
			}
			if i >= len(raw) || r == utf8.RuneError {
				return "", refuseAt(lineAt(text.String(), text.Len()), 0, hintFetchAgain,
					"ett halvt tecken (surrogat)", "half a character (a lone surrogate)")
			}
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}

// high1252 are the characters of the bytes 80 to 9F; 0 is undefined.
var high1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// decodeWindows1252 decodes a file that is not UTF-8, first so at an offset. It
// refuses one that is partly UTF-8: it would come out as "Ã¶" without a word.
func decodeWindows1252(raw []byte, invalid int) (string, error) {
	var text strings.Builder
	text.Grow(len(raw) + len(raw)/8)
	for i, c := range raw {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			if r = high1252[c-0x80]; r == 0 {
				return "", refuseAt(lineAt(string(raw), i), 0, hintText,
					"byten %02X finns varken i UTF-8 eller Windows-1252", "the byte %02X is neither UTF-8 nor Windows-1252", c)
			}
		}
		// å ä ö é and their capitals all begin with C3 in UTF-8, and no word of
		// Windows-1252 has Ã before a sign.
		if c == 0xc3 && i+1 < len(raw) && raw[i+1] >= 0x80 && raw[i+1] < 0xc0 {
			return "", errMixed(raw, invalid)
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}

func errMixed(raw []byte, at int) *Error {
	return refuseAt(lineAt(string(raw), at), 0,
		domain.T("Spara listan på nytt i ett enda program, som .xlsx eller \"CSV UTF-8\".",
			"Save the list again in one single program, as .xlsx or \"CSV UTF-8\"."),
		"filen är delvis UTF-8, men inte här", "the file is partly UTF-8, but not here")
}

// invalidUTF8 gives the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// checkControls refuses control characters: a list has none, other files do.
func checkControls(text string) error {
	for i := range len(text) {
		c := text[i]
		if c >= ' ' || c >= '\t' && c <= '\r' {
			continue
		}
		if c == 0 {
			return refuseAt(lineAt(text, i), 0, hintOtherFile,
				"ett NUL-tecken: det här är inte en textfil", "a NUL character: this is not a text file")
		}
		return refuseAt(lineAt(text, i), 0, hintText, "styrtecknet U+%04X", "the control character U+%04X", c)
	}
	return nil
}

// lineAt is the physical line, from 1, of an offset into a text.
func lineAt(text string, at int) int {
	line := 1
	for i := range at {
		if text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			line++
		}
	}
	return line
}
