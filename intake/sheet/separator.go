package sheet

import (
	"strings"
	"unicode/utf8"

	"utfall/domain"
)

// separators in the order that settles a tie: Swedish Excel writes semicolons
// and its decimal commas are as regular as any separator; a TAB is hardly ever
// part of a text.
var separators = []byte{';', '\t', ','}

// judgedRecords is how many records, blank ones aside, decide the separator.
const judgedRecords = 50

// separate decides the separator: what a first line "sep=;" says, as Excel has
// it, else the one that cuts most records into equally many fields.
func (f *File) separate() error {
	if f.text = strings.TrimPrefix(f.text, "\ufeff"); len(f.text) >= 4 && strings.EqualFold(f.text[:4], "sep=") {
		return f.declared()
	}
	best := consistency{}
	f.Separator = rune(separators[0])
	for _, separator := range separators {
		if c := f.judge(separator); c.better(best) {
			best, f.Separator = c, rune(separator)
		}
	}
	return nil
}

// declared takes the separator from a first line sep=.
func (f *File) declared() error {
	rest := f.text[4:]
	r, n := utf8.DecodeRuneInString(rest)
	if !strings.ContainsRune(";,\t|", r) || n < len(rest) && rest[n] != '\r' && rest[n] != '\n' || n == 0 {
		return refuseAt(1, 0, hintText, "skiljetecknet efter sep= är inte ; , | eller TAB", "the separator after sep= is not ; , | or TAB")
	}
	f.Separator = r
	reader := recordReader{text: f.text, pos: 4 + n, line: 1}
	if reader.pos < len(f.text) {
		reader.endLine()
	}
	f.text, f.line = f.text[reader.pos:], reader.line
	if blank(f.text) {
		return errEmptyFile()
	}
	f.Notes = append(f.Notes, domain.Tf("Första raden säger att fälten skiljs med %q.", "The first line says that fields are separated by %q.", r))
	return nil
}

// consistency is how well a separator cuts the first records.
type consistency struct {
	sound   bool // no quote out of place
	records int  // with the number of fields that is most common
	fields  int  // that number
}

func (c consistency) better(than consistency) bool {
	if c.fields < 2 {
		return false
	}
	if c.sound != than.sound {
		return c.sound
	}
	return c.records > than.records
}

func (f *File) judge(separator byte) consistency {
	r := recordReader{text: f.text, line: f.line, separator: separator}
	c := consistency{sound: true}
	var counts [MaxColumns + 1]int
	for judged := 0; judged < judgedRecords; {
		ok, err := r.next()
		if err != nil {
			c.sound = false
		}
		if !ok {
			break
		}
		if !blankLine(r.cells) {
			counts[len(r.cells)]++
			judged++
		}
	}
	// A title above the list has one field whatever the separator: not counted,
	// unless there is nothing else.
	for fields := MaxColumns; fields > 1; fields-- {
		if counts[fields] > c.records {
			c.records, c.fields = counts[fields], fields
		}
	}
	return c
}
