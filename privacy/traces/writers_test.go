package traces

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"html/template"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The writers here are those of libraries, so that what is looked for is what
// they write, and not what we think they do.

// writer puts a text down in some encoding, with something before and after.
type writer struct {
	name     string
	encoding Encoding
	write    func(before, text, after string) []byte
}

// around is a writer whose encoding treats each part by itself.
func around(write func(string) string) func(before, text, after string) []byte {
	return func(before, text, after string) []byte { return []byte(write(before) + write(text) + write(after)) }
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func in(e encoding.Encoding) func(string) string {
	return func(s string) string { return must(e.NewEncoder().String(s)) }
}

var escaped = regexp.MustCompile(`%[0-9A-F]{2}|\\u[0-9a-f]{4}|&#x[0-9a-f]+;`)

// otherCase has the digits of escapes in the other case.
func otherCase(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		mark := len(e) - len(strings.TrimLeft(e, `%\u&#x`))
		if strings.ToLower(e) == e {
			return e[:mark] + strings.ToUpper(e[mark:])
		}
		return strings.ToLower(e)
	})
}

// jsonText is a string as encoding/json has it, without its quotes.
func jsonText(htmlToo bool) func(string) string {
	return func(s string) string {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(htmlToo)
		must(0, e.Encode(s))
		return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
	}
}

func ascii(s string) string {
	q := strconv.QuoteToASCII(s)
	return q[1 : len(q)-1]
}

func xmlText(s string) string {
	var b bytes.Buffer
	must(0, xml.EscapeText(&b, []byte(s)))
	return b.String()
}

// page is what a template makes of a text.
func page(s string) string {
	var b bytes.Buffer
	must(0, template.Must(template.New("").Parse("{{.}}")).Execute(&b, s))
	return b.String()
}

// byNumber has letters outside ASCII by number: the charset has none of them.
func byNumber(s string) string {
	return must(encoding.HTMLEscapeUnsupported(charmap.ISO8859_5.NewEncoder()).String(html.EscapeString(s)))
}

// everyRune writes each character in the format given.
func everyRune(format string) func(string) string {
	return func(s string) string {
		out := ""
		for _, r := range s {
			out += fmt.Sprintf(format, r)
		}
		return out
	}
}

func bytewise(format string) func(string) string {
	return func(s string) string {
		out := ""
		for _, b := range []byte(s) {
			out += fmt.Sprintf(format, b)
		}
		return out
	}
}

func inBase(e *base64.Encoding) func(before, text, after string) []byte {
	return func(before, text, after string) []byte {
		return []byte(e.EncodeToString([]byte(before + text + after)))
	}
}

var byName = strings.NewReplacer("å", "&aring;", "ä", "&auml;", "ö", "&ouml;", "Å", "&Aring;", "Ä", "&Auml;", "Ö", "&Ouml;", "é", "&eacute;", "É", "&Eacute;")

var (
	lower = strings.ToLower
	upper = strings.ToUpper
	plain = func(s string) string { return s }
)

var writers = []writer{
	{"as it is", UTF8, around(plain)},
	{"capitals", UTF8, around(upper)},
	{"small letters", UTF8, around(lower)},
	{"Latin-1", Latin1, around(in(charmap.ISO8859_1))},
	{"Latin-1 capitals", Latin1, around(func(s string) string { return in(charmap.Windows1252)(upper(s)) })},
	{"UTF-16LE", UTF16LE, around(in(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)))},
	{"UTF-16BE", UTF16BE, around(in(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)))},
	{"UTF-16LE small", UTF16LE, around(func(s string) string { return in(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM))(lower(s)) })},
	{"base64", Base64, inBase(base64.StdEncoding)},
	{"base64 of a URL", Base64, inBase(base64.RawURLEncoding)},
	{"base64 capitals", Base64, func(before, text, after string) []byte { return inBase(base64.StdEncoding)(before, upper(text), after) }},
	{"query", Percent, around(url.QueryEscape)},
	{"query, small digits", Percent, around(func(s string) string { return otherCase(url.QueryEscape(s)) })},
	{"query, spaces %20", Percent, around(func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") })},
	{"path", Percent, around(url.PathEscape)},
	{"every byte", Percent, around(bytewise("%%%02X"))},
	{"every byte, small", Percent, around(bytewise("%%%02x"))},
	{"JSON", JSON, around(jsonText(false))},
	{"JSON for HTML", JSON, around(jsonText(true))},
	{"ASCII", JSON, around(ascii)},
	{"ASCII, capital digits", JSON, around(func(s string) string { return otherCase(ascii(s)) })},
	{"every character", JSON, around(everyRune(`\u%04x`))},
	{"XML", Entity, around(xmlText)},
	{"HTML", Entity, around(html.EscapeString)},
	{"template", Entity, around(page)},
	{"by number", Entity, around(byNumber)},
	{"by name", Entity, around(func(s string) string { return byName.Replace(html.EscapeString(s)) })},
	{"hex", Hex, around(func(s string) string { return hex.EncodeToString([]byte(s)) })},
	{"hex capitals", Hex, around(func(s string) string { return upper(hex.EncodeToString([]byte(s))) })},
}

// container packs bytes into others.
type container struct {
	name string
	pack func([]byte) []byte
}

func squeezed(open func(io.Writer) io.WriteCloser) func([]byte) []byte {
	return func(b []byte) []byte {
		var out bytes.Buffer
		w := open(&out)
		must(w.Write(b))
		must(0, w.Close())
		return out.Bytes()
	}
}

func zipped(method uint16) func([]byte) []byte {
	return func(b []byte) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for name, content := range map[string][]byte{"empty": nil, "folder/content": b} {
			must(must(z.CreateHeader(&zip.FileHeader{Name: name, Method: method})).Write(content))
		}
		must(0, z.Close())
		return out.Bytes()
	}
}

var containers = []container{
	{"zip", zipped(zip.Deflate)},
	{"zip stored", zipped(zip.Store)},
	{"gzip", squeezed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })},
	{"zstd", squeezed(func(w io.Writer) io.WriteCloser { return must(zstd.NewWriter(w)) })},
	{"zlib", squeezed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })},
}
