package scan

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// domain is what follows an @, as long as it ends in letters. The versions of
// modules (name@v1.2.3) do not, or begin with one.
var (
	domain  = regexp.MustCompile(`^[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.\p{L}{2,}`)
	version = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.`)
	at      = regexp.MustCompile(`@|%40`) // as it is, and in a URL
)

const (
	longestLocal  = 64 // RFC 5321
	longestDomain = 255
)

func emailAddresses(b []byte) [][]int {
	var out [][]int
	last := 0
	for _, i := range at.FindAllIndex(b, -1) {
		from := i[0]
		for from > max(last, i[0]-longestLocal) {
			r, size := utf8.DecodeLastRune(b[last:from])
			if !isLocal(r) {
				break
			}
			from -= size
		}
		end := domain.FindIndex(b[i[1]:min(len(b), i[1]+longestDomain)])
		if from == i[0] || end == nil || version.Match(b[i[1]:]) {
			continue
		}
		last = i[1] + end[1]
		out = append(out, []int{from, last})
	}
	return out
}

// isLocal reports whether a character is one of those people have before the @.
func isLocal(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._+'-", r)
}

// phone is a number from abroad (+46, 0046), a mobile number with or without
// anything between its digits, or a land line's with a hyphen after the area
// code.
var phone = regexp.MustCompile(`^(?:(?:\+46|0046)` + gap + `?(?:\(0\)|0)?` + gap + `?[1-9](?:` + gap + `?[0-9]){6,8}` +
	`|07[02369](?:` + gap + `?[0-9]){7}` +
	`|0[1-9][0-9]{0,2}` + space + `?[-‐‑–]` + space + `?[0-9](?:` + space + `?[0-9]){4,7})`)

const (
	space = `[ \x{00a0}\x{202f}]`
	gap   = `(?:` + space + `?[-‐‑–]` + space + `?|` + space + `)`
)

func phoneNumbers(b []byte) [][]int {
	var out [][]int
	for from := 0; from < len(b); from++ {
		next := bytes.IndexAny(b[from:], "0+")
		if next < 0 {
			break
		}
		from += next
		form := phone.FindIndex(b[from:])
		if form == nil {
			continue
		}
		end := from + form[1]
		// What follows after a space may be another number.
		for end > from && !isPhone(b, from, end) {
			end = from + max(0, bytes.LastIndexAny(b[from:end], " \u00a0\u202f"))
		}
		if end > from {
			out = append(out, []int{from, end})
			from = end - 1
		}
	}
	return out
}

// isPhone reports whether what has the form of a telephone number has its
// length, seven to nine digits after the country or the 0, and is not the end
// of a date, a time or a fraction.
func isPhone(b []byte, from, to int) bool {
	text := b[from:to]
	for _, prefix := range []string{"+46", "0046"} {
		text = bytes.TrimPrefix(text, []byte(prefix))
	}
	digits := bytes.TrimLeft(bytes.Map(onlyDigits, text), "0")
	if len(digits) < 7 || len(digits) > 9 {
		return false
	}
	if from >= 2 && isDigit(b[from-2]) && bytes.IndexByte([]byte("-.:/"), b[from-1]) >= 0 {
		return false
	}
	return stands(b, from, to)
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}
