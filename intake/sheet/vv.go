package sheet

import (
	"errors"
	"strings"
)

// isVV reports whether a text is LimeSurvey's "vertical verification": fields
// between TABs, what is asked on the first line, the fields' codes on the second.
func isVV(text string) bool {
	first, rest, more := cutLine(text)
	second, _, _ := cutLine(rest)
	if !more || !strings.Contains(first, "\t") {
		return false
	}
	codes := map[string]bool{}
	for _, code := range strings.Split(second, "\t") {
		codes[strings.Trim(code, `" `)] = true
	}
	return codes["id"] && codes["submitdate"] && (codes["lastpage"] || codes["startlanguage"])
}

func cutLine(text string) (line, rest string, more bool) {
	i := strings.IndexAny(text, "\r\n")
	if i < 0 {
		return text, "", false
	}
	rest = text[i:]
	if strings.HasPrefix(rest, "\r\n") {
		return text[:i], rest[2:], true
	}
	return text[:i], rest[1:], true
}

// separateVV takes the TAB, and decides whether quotes stand around fields: newer
// LimeSurvey writes them, older never does and leaves those in a text as they are.
func (f *File) separateVV() {
	f.Format, f.Separator = VV, '\t'
	r := recordReader{text: f.text, line: f.line, separator: '\t'}
	for {
		ok, err := r.next()
		var refused *Error
		if errors.As(err, &refused) {
			f.unquoted = true
		}
		if err != nil || !ok {
			return
		}
	}
}

// bare reads a field of a file in which quotes are letters; a pair around the whole
// of it is Excel's.
func (r *recordReader) bare() string {
	from := r.pos
	for r.pos < len(r.text) && !strings.ContainsRune("\r\n"+string(rune(r.separator)), rune(r.text[r.pos])) {
		r.pos++
	}
	field := r.text[from:r.pos]
	if n := len(field); n > 1 && field[0] == '"' && field[n-1] == '"' {
		return strings.ReplaceAll(field[1:n-1], `""`, `"`)
	}
	return field
}
