package sie

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"slices"

	"utfall/domain"
)

// Mode is what to make of rows that were added to or struck from a voucher after
// it was booked. What is booked is the same in both.
type Mode uint8

const (
	// Plain skips #RTRANS and #BTRANS.
	Plain Mode = iota
	// History counts #RTRANS, skips the #TRANS that repeats it, and keeps #BTRANS
	// as struck.
	History
)

// Read reads the whole file and hands each voucher to each, as it is complete, with
// what the file said before it. What each returns stops the reading and is
// returned. It refuses with an *Error; what was handed out of a file that is then
// refused counts for nothing. It may be called again.
func (f *File) Read(ctx context.Context, mode Mode, each func(*Book, *Voucher) error) (*Book, error) {
	r := &reader{
		f: f, mode: mode, each: each, tally: tally{}, seen: map[string]int{},
		strings: interned{f.Encoding, map[string]string{}},
		numbers: numbers{series: map[seriesYear]*series{}, seed: maphash.MakeSeed()},
		book:    newBook(),
	}
	lines := f.lines()
	for {
		b, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && lines.number%1024 == 0 {
			err = ctx.Err()
		}
		if err == nil {
			err = r.rec.cut(b, lines.number)
		}
		if err == nil {
			err = r.step()
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	return r.book, nil
}

// place is where in a file's records the reader stands.
type place uint8

const (
	outside      place = iota // between records
	afterUnknown              // the same, but { begins a block to pass over
	passing                   // in such a block
	awaiting                  // after #VER, where { must come
	inside                    // in a voucher
)

// reader is one reading of a file.
type reader struct {
	f    *File
	mode Mode
	each func(*Book, *Voucher) error
	book *Book

	rec   record // the line at hand
	bad   error  // the first fault of its fields
	place place
	block int // the line of the unknown block being passed
	rank  int // the highest group met
	codes int // SRU codes, of all accounts
	open  open

	sum     checksum
	numbers numbers
	strings interned
	lastDay struct {
		text string
		date domain.Date
	}
	tally tally
	seen  map[string]int // the first line of each label that is known
}

// step acts on one line.
func (r *reader) step() error {
	r.bad = nil
	switch r.rec.shape {
	case blankLine:
		return nil
	case openBlock:
		return r.begin()
	case closeBlock:
		switch r.place {
		case inside:
			r.place = outside
			return r.finish()
		case passing:
			r.place = outside
			return nil
		}
		return refuse("block-unopened", r.rec.line, hintVendor, "} utan { före", "} without { before it")
	}
	switch {
	case r.place == awaiting:
		return r.errNoBlock()
	case r.sum.done && r.place != passing && r.place != inside:
		r.tally.add("after-checksum", r.rec.line)
	}
	what, known := r.label()
	if r.sum.line != 0 && !r.sum.done && !(known && what.name == "#KSUMMA") {
		r.sum.add(&r.rec)
	}
	return r.record(what, known)
}

// begin acts on {.
func (r *reader) begin() error {
	switch r.place {
	case awaiting:
		r.place = inside
	case afterUnknown:
		r.place, r.block = passing, r.rec.line
	default:
		return refuse("block-unexpected", r.rec.line, hintVendor,
			"{ som inte följer på en verifikation (#VER)", "{ that does not follow a voucher (#VER)")
	}
	return nil
}

func (r *reader) errNoBlock() error {
	return refuse("block-missing", r.open.Line, hintVendor,
		"verifikationen (#VER) följs inte av { på en egen rad", "the voucher (#VER) is not followed by { on a line of its own")
}

// record acts on a labelled line by where it stands.
func (r *reader) record(what spec, known bool) error {
	switch {
	case r.place == passing || !known:
		r.book.Unknown++
		r.tally.add("unknown-label", r.rec.line)
		if r.place == outside {
			r.place = afterUnknown
		}
		return nil
	case r.place == inside && what.sub == 0:
		return refuse("record-inside-voucher", r.rec.line, hintFetch,
			"en ny post innan verifikationen på rad %d avslutats med }", "a new record before the voucher on line %d has ended with }", r.open.Line)
	case r.place == inside:
		return r.row(what.sub)
	case what.sub != 0:
		return refuse("row-outside-voucher", r.rec.line, hintFetch,
			"en verifikationsrad utanför en verifikation", "a row of a voucher outside a voucher")
	}
	r.place = outside
	if r.seen[what.name] == 0 {
		r.seen[what.name] = r.rec.line
	}
	if what.group != anywhere && what.group < r.rank {
		r.tally.add("out-of-order", r.rec.line)
	}
	r.rank = max(r.rank, what.group)
	if err := what.read(r); err != nil {
		return err
	}
	if what.name == "#VER" {
		r.place = awaiting
	}
	return nil
}

// label finds out what a record is. Labels are to be in upper case; one that is not
// is taken for what it says, since passing it over would lose what it holds.
func (r *reader) label() (spec, bool) {
	what, known := labels[string(r.rec.label)]
	if !known {
		if what, known = labels[string(bytes.ToUpper(r.rec.label))]; known {
			r.tally.add("lower-case-label", r.rec.line)
		}
	}
	return what, known
}

// end checks what only the end of the file shows.
func (r *reader) end() error {
	switch r.place {
	case awaiting:
		return r.errNoBlock()
	case inside:
		return refuse("block-unclosed", r.open.Line, hintFetch,
			"filen slutar mitt i en verifikation", "the file ends within a voucher")
	case passing:
		return refuse("block-unclosed", r.block, hintFetch, "filen slutar mitt i ett { }", "the file ends within a { }")
	}
	switch {
	case r.sum.line != 0 && !r.sum.done:
		return refuse("checksum-unclosed", r.sum.line, hintFetch,
			"filen är avkortad: den andra #KSUMMA saknas", "the file is cut short: the second #KSUMMA is missing")
	case len(r.seen) == 0:
		return refuse("not-sie", 0, hintOther, "filen har ingen post som SIE känner", "the file has no record that SIE knows")
	}
	if err := r.required(); err != nil {
		return err
	}
	r.book.Notes = append(r.book.Notes, r.tally.findings()...)
	slices.SortFunc(r.book.Notes, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.What.EN, b.What.EN))
	})
	return nil
}

func (r *reader) note(reason Reason, line int, hint domain.Text, sv, en string, args ...any) {
	r.book.Notes = append(r.book.Notes, Finding{reason, line, domain.Tf(sv, en, args...), hint})
}
