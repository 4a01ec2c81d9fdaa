package traces

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// pattern is one form of one needle.
type pattern struct {
	needle   int
	encoding Encoding
	bytes    []byte
	// Base64 packs the first and last bits of a needle into characters with its
	// neighbours'. They are not in bytes: the character before must end in the
	// bits head, the one after begin with tail, as many as the counts say.
	head, tail         byte
	headBits, tailBits uint
}

// patterns are all forms of a needle, each once and under the first name it has.
// What gets shorter than a needle may be in some encoding is left out.
func patterns(index int, needle []byte) []pattern {
	forms := [][]byte{needle}
	if utf8.Valid(needle) {
		for _, form := range [][]byte{bytes.ToUpper(needle), bytes.ToLower(needle)} {
			if !bytes.Equal(form, needle) {
				forms = append(forms, form)
			}
		}
	}
	type ends struct {
		middle     string
		head, tail byte
	}
	seen := map[ends]bool{}
	var out []pattern
	for _, form := range forms {
		for _, p := range encoded(form) {
			key := ends{string(p.bytes), p.head, p.tail}
			if seen[key] || len(p.bytes) < shortest {
				continue
			}
			seen[key] = true
			p.needle = index
			out = append(out, p)
		}
	}
	return out
}

// encoded are the forms of some bytes.
func encoded(form []byte) []pattern {
	out := append([]pattern{{encoding: UTF8, bytes: form}}, inBase64(form)...)
	add := func(e Encoding, texts []string) {
		for _, s := range texts {
			out = append(out, pattern{encoding: e, bytes: []byte(s)})
		}
	}
	add(Hex, cases(hex.EncodeToString(form)))
	add(Percent, inPercent(form))
	if !utf8.Valid(form) {
		return out // a key, say, which is no text
	}
	s := string(form)
	add(UTF16LE, inUTF16(s, binary.LittleEndian))
	add(UTF16BE, inUTF16(s, binary.BigEndian))
	add(Latin1, inLatin1(s))
	add(JSON, inJSON(s))
	add(Entity, inEntities(s))
	return out
}

func inUTF16(s string, order binary.AppendByteOrder) []string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, unit)
	}
	return []string{string(out)}
}

func inLatin1(s string) []string {
	var out []byte
	for _, r := range s {
		if r > 0xff {
			return nil
		}
		out = append(out, byte(r))
	}
	return []string{string(out)}
}

// cases are the hexadecimal digits of an escape in small letters and capitals.
func cases(s string) []string { return []string{strings.ToLower(s), strings.ToUpper(s)} }

// inBase64 are the characters that a needle decides whole, at each alignment,
// with the bits of the characters at its ends.
func inBase64(needle []byte) []pattern {
	var out []pattern
	for _, alphabet := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for before := range 3 {
			bits := 8 * (before + len(needle))
			first, last := (8*before+5)/6, bits/6
			padded := append(make([]byte, before), needle...)
			p := pattern{encoding: Base64, headBits: uint(6*first - 8*before), tailBits: uint(bits - 6*last)}
			p.bytes = []byte(alphabet.EncodeToString(append(padded, 0, 0)))[first:last]
			p.head, p.tail = needle[0]>>(8-p.headBits), needle[len(needle)-1]&(1<<p.tailBits-1)
			out = append(out, p)
		}
	}
	return out
}

// inPercent are the ways of URLs and forms: what must be escaped, or all, with
// digits of both cases and either sign for a space.
func inPercent(needle []byte) []string {
	every := spelled(hex.EncodeToString(needle), func(i int, r rune) string { return "%"[i%2:] + string(r) })
	query := url.QueryEscape(string(needle))
	var out []string
	for _, s := range []string{query, strings.ReplaceAll(query, "+", "%20"), url.PathEscape(string(needle)), every} {
		out = append(out, escapes(s, "%", 2)...)
	}
	return out
}

// spelled is a text with each character, at its place, written in some way.
func spelled(s string, write func(at int, r rune) string) string {
	var b strings.Builder
	for i, r := range s {
		b.WriteString(write(i, r))
	}
	return b.String()
}

// escapes are a text with the hexadecimal digits after each mark in small
// letters and in capitals.
func escapes(s, mark string, digits int) []string {
	parts := strings.Split(s, mark)
	lower, upper := slices.Clone(parts), parts
	for i := range parts[1:] {
		digits, rest := parts[i+1][:digits], parts[i+1][digits:]
		lower[i+1], upper[i+1] = strings.ToLower(digits)+rest, strings.ToUpper(digits)+rest
	}
	return []string{strings.Join(lower, mark), strings.Join(upper, mark)}
}

// inJSON are the ways of JSON and of source code: every character that may be
// escaped, or only those outside ASCII, or only those HTML gives a meaning, or
// none, or all.
func inJSON(s string) []string {
	var out []string
	for _, must := range []func(rune) bool{
		func(r rune) bool { return r >= utf8.RuneSelf || strings.ContainsRune("<>&", r) },
		func(r rune) bool { return r >= utf8.RuneSelf },
		func(r rune) bool { return strings.ContainsRune("<>&", r) },
		func(rune) bool { return false },
		func(rune) bool { return true },
	} {
		text := spelled(s, func(_ int, r rune) string {
			switch {
			case must(r) && r > 0xffff:
				high, low := utf16.EncodeRune(r)
				return fmt.Sprintf(mark+"%04x"+mark+"%04x", high, low)
			case must(r):
				return fmt.Sprintf(mark+"%04x", r)
			case strings.ContainsRune("\"\\\n\r\t", r):
				quoted := strconv.Quote(string(r))
				return quoted[1 : len(quoted)-1]
			}
			return string(r)
		})
		for _, t := range escapes(text, mark, 4) {
			out = append(out, strings.ReplaceAll(t, mark, `\u`))
		}
	}
	return out
}

// mark stands for \u until the digits after it have their case. No text that
// is valid holds it.
const mark = "\xff"

// inEntities are the ways of XML and HTML: letters outside ASCII as they are, by
// number or by name, and the signs as several libraries write them.
func inEntities(s string) []string {
	var out []string
	for _, letter := range letters {
		for _, signs := range signs {
			out = append(out, spelled(s, func(_ int, r rune) string {
				if sign, ok := signs[r]; ok {
					return sign
				}
				if r >= utf8.RuneSelf {
					return letter(r)
				}
				return string(r)
			}))
		}
	}
	return out
}

var letters = []func(rune) string{
	func(r rune) string { return string(r) },
	func(r rune) string { return fmt.Sprintf("&#%d;", r) },
	func(r rune) string { return fmt.Sprintf("&#x%x;", r) },
	func(r rune) string { return fmt.Sprintf("&#x%X;", r) },
	named,
}

var signs = []map[rune]string{
	{'&': "&amp;", '<': "&lt;", '>': "&gt;"},
	{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}, // Go's html and xml
	{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;", '+': "&#43;"},
	{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&apos;"},
	{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&#39;"},
	{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;"},
}

// names are the letters of Latin-1 by the name HTML has for them.
var names = func() map[rune]string {
	out := map[rune]string{}
	for _, name := range strings.Fields(`Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc
		Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml
		aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml oslash ugrave
		uacute ucirc uuml yacute thorn yuml nbsp`) {
		r, _ := utf8.DecodeRuneInString(html.UnescapeString("&" + name + ";"))
		out[r] = "&" + name + ";"
	}
	return out
}()

// named is a letter by its name, or as it is.
func named(r rune) string {
	if name, ok := names[r]; ok {
		return name
	}
	return string(r)
}
