package scan

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"unicode/utf8"
)

// Kind is what was found.
type Kind string

// What a Scanner looks for.
const (
	PersonNumber Kind = "person number"
	EmailAddress Kind = "e-mail address"
	PhoneNumber  Kind = "telephone number"
)

// Finding is one place that gives a person away.
type Finding struct {
	Line   int // the first is 1
	Kind   Kind
	Masked string // the first two characters
}

// Scanner reads what is written to it and reports each finding once, when its
// line is whole. It holds no more than a part of a line.
type Scanner struct {
	report func(Finding)
	line   int
	held   []byte
	done   int // what begins before here in held has been reported
}

const (
	// window is how much of a line is held.
	window = 64 << 10
	// reach is longer than any finding with its surroundings: what begins
	// further than this from the end of what is held can be judged.
	reach = 1 << 10
)

// New gives a Scanner that calls report for each finding, in order.
func New(report func(Finding)) *Scanner {
	return &Scanner{report: report, line: 1, held: make([]byte, 0, window)}
}

// Write scans the lines that end in p and holds the beginning of the next one.
func (s *Scanner) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		part, after, whole := bytes.Cut(rest, []byte("\n"))
		if room := window - len(s.held); len(part) > room {
			s.held = append(s.held, part[:room]...)
			s.slide()
			rest = rest[room:]
			continue
		}
		s.held = append(s.held, part...)
		if whole {
			s.Flush()
			s.line++
		}
		rest = after
	}
	return len(p), nil
}

// Flush scans what is held as a whole line. It is for the end of the stream.
func (s *Scanner) Flush() {
	s.tell(len(s.held))
	s.held, s.done = s.held[:0], 0
}

// slide makes room in a long line: what is certain is reported, and the end
// is kept with as much before it as can decide what it is.
func (s *Scanner) slide() {
	certain := len(s.held) - reach
	s.tell(certain)
	keep := certain - reach
	s.held = append(s.held[:0], s.held[keep:]...)
	s.done = certain - keep
}

// tell reports what begins before the end given and was not reported.
func (s *Scanner) tell(end int) {
	for _, f := range find(s.held) {
		if f.from >= s.done && f.from < end {
			s.report(Finding{s.line, f.kind, masked(s.held[f.from:f.to])})
		}
	}
}

// span is a finding within a line.
type span struct {
	kind     Kind
	from, to int
}

// escape is a character as URLs, JSON and Go write it. It ends what is before
// it, though its own digits do not look so.
var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}`)

var uuids = regexp.MustCompile(`[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}`)

// find gives what a line holds, in order. Where two kinds overlap the first of
// them by the order of the constants is meant.
func find(line []byte) []span {
	if !bytes.ContainsAny(line, "0123456789@") {
		return nil // most lines
	}
	var out []span
	var ids [][]int
	if bytes.Count(line, []byte("-")) >= 4 {
		ids = uuids.FindAllIndex(line, -1)
	}
	add := func(kind Kind, spans [][]int) {
		for _, at := range spans {
			overlaps := func(s span) bool { return at[0] < s.to && s.from < at[1] }
			inID := slices.ContainsFunc(ids, func(id []int) bool { return overlaps(span{from: id[0], to: id[1]}) })
			if !inID && !slices.ContainsFunc(out, overlaps) {
				out = append(out, span{kind, at[0], at[1]})
			}
		}
	}
	readings := [][]byte{line}
	if bytes.ContainsAny(line, `%\`) {
		readings = append(readings, escape.ReplaceAllFunc(line, spaces))
	}
	for _, l := range readings {
		add(PersonNumber, personNumbers(l))
	}
	add(EmailAddress, emailAddresses(line))
	for _, l := range readings {
		add(PhoneNumber, phoneNumbers(l))
	}
	slices.SortFunc(out, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return out
}

func spaces(b []byte) []byte { return bytes.Repeat([]byte(" "), len(b)) }

func masked(b []byte) string {
	_, first := utf8.DecodeRune(b)
	_, second := utf8.DecodeRune(b[first:])
	return string(b[:first+second]) + "…"
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// stands reports whether a number from one place to another is not part of a
// longer one, decimal or hexadecimal.
func stands(b []byte, from, to int) bool {
	return (from == 0 || !isHex(b[from-1])) && (to == len(b) || !isHex(b[to]))
}
