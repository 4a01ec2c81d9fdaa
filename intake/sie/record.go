package sie

import (
	"bytes"

	"utfall/domain"
)

// shape is what a line of the file is.
type shape uint8

const (
	blankLine shape = iota
	openBlock
	closeBlock
	labelled
)

// field is one field of a record: a word, or an object list.
type field struct {
	word     []byte // without quotes, escapes resolved; nil for a list
	list     bool
	from, to int // the words of a list, in record.words
}

// record is one line cut into fields. Its memory is that of the line and of the
// record before it.
type record struct {
	line   int
	shape  shape
	label  []byte // with its #, as written
	fields []field
	words  [][]byte // of the lists of all fields

	b  []byte
	at int
}

var hintQuote = domain.T(
	"En text med blanksteg ska stå inom citattecken, och ett citattecken i den skrivas \\\". Gör om exporten, eller hör med programmets leverantör.",
	"A text with spaces stands in quotes, and a quote in it is written \\\". Export again, or ask the program's vendor.")

// cut cuts a line up. It writes to b where a quote is escaped.
func (r *record) cut(b []byte, line int) error {
	*r = record{line: line, fields: r.fields[:0], words: r.words[:0], b: b}
	if !r.space() {
		return nil
	}
	switch c := b[r.at]; {
	case c == '{' || c == '}':
		r.at++
		r.shape = openBlock
		if c == '}' {
			r.shape = closeBlock
		}
		if r.space() {
			return refuse("brace-not-alone", line, hintVendor, "{ eller } står inte ensam på raden", "{ or } does not stand alone on its line")
		}
		return nil
	case c != '#':
		return refuse("not-a-record", line, hintFetch, "raden börjar inte med #, { eller }", "the line begins with neither #, { nor }")
	}
	r.shape = labelled
	var err error
	if r.label, err = r.word(); err != nil {
		return err
	}
	for r.space() {
		f, err := r.field()
		if err != nil {
			return err
		}
		r.fields = append(r.fields, f)
	}
	return nil
}

// space passes spaces and tabs; false is the end of the line.
func (r *record) space() bool {
	for r.at < len(r.b) && (r.b[r.at] == ' ' || r.b[r.at] == '\t') {
		r.at++
	}
	return r.at < len(r.b)
}

func (r *record) field() (field, error) {
	switch r.b[r.at] {
	case '{':
		return r.list()
	case '}':
		return field{}, refuse("brace-unopened", r.line, hintVendor, "} utan { före", "} without { before it")
	}
	w, err := r.word()
	return field{word: w}, err
}

// list reads an object list to its }.
func (r *record) list() (field, error) {
	f := field{list: true, from: len(r.words)}
	r.at++
	for r.space() {
		switch r.b[r.at] {
		case '}':
			r.at++
			f.to = len(r.words)
			return f, nil
		case '{':
			return f, refuse("brace-nested", r.line, hintVendor, "{ inom en objektlista", "{ within an object list")
		}
		w, err := r.word()
		if err != nil {
			return f, err
		}
		r.words = append(r.words, w)
	}
	return f, refuse("brace-unclosed", r.line, hintVendor, "{ utan } efter, på samma rad", "{ without } after it, on the same line")
}

// word reads one word, quoted or not. A brace ends an unquoted one, so that
// 1910{} is two fields, as some programs write it.
func (r *record) word() ([]byte, error) {
	if r.b[r.at] == '"' {
		return r.quoted()
	}
	from, to := r.at, r.at
	for ; r.at < len(r.b); r.at++ {
		c := r.b[r.at]
		if c == ' ' || c == '\t' || c == '{' || c == '}' {
			break
		}
		if c == '"' {
			return nil, refuse("quote-inside", r.line, hintQuote,
				"ett citattecken mitt i ett fält som inte börjar med ett", "a quote in the middle of a field that does not begin with one")
		}
		if r.escapes() {
			r.at++
			c = '"'
		}
		r.b[to] = c
		to++
	}
	return r.b[from:to], nil
}

func (r *record) quoted() ([]byte, error) {
	r.at++
	from, to := r.at, r.at
	for ; r.at < len(r.b); r.at++ {
		c := r.b[r.at]
		if c == '"' {
			r.at++
			if r.at < len(r.b) && bytes.IndexByte([]byte(" \t{}"), r.b[r.at]) < 0 {
				return nil, refuse("text-after-quote", r.line, hintQuote,
					"text direkt efter det citattecken som avslutar ett fält", "text right after the quote that ends a field")
			}
			return r.b[from:to:to], nil
		}
		if r.escapes() {
			r.at++
			c = '"'
		}
		r.b[to] = c
		to++
	}
	return nil, refuse("quote-unclosed", r.line, hintQuote, "ett citattecken som inte avslutas på raden", "a quote that does not end on its line")
}

// escapes reports whether a quote escaped by a backslash is next. A backslash
// before anything else is itself.
func (r *record) escapes() bool {
	return r.b[r.at] == '\\' && r.at+1 < len(r.b) && r.b[r.at+1] == '"'
}
