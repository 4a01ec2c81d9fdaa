package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"utfall/domain"
)

// Monthly is how participants are reported month by month, to SCB.
type Monthly struct {
	DueDays int `toml:"due_days"` // after the last day of the month
	// Hours: counted are all hours present, reported those that Set.Hours lets through.
	Hours    string   `toml:"hours"`
	Template Template `toml:"template"`
}

// Template is the layout of the participant file.
type Template struct {
	Sheet     string           `toml:"sheet"`
	Number    string           `toml:"number"`    // how person numbers are written: 12 (198001011234) or 13 (19800101-1234)
	Separator string           `toml:"separator"` // of a CSV
	Decimal   string           `toml:"decimal"`   // of a CSV: a comma or a point
	Encoding  string           `toml:"encoding"`  // of a CSV: utf-8 or windows-1252
	NoHeader  bool             `toml:"no_header"` // of a CSV
	Columns   []TemplateColumn `toml:"column"`
}

// TemplateColumn is one column of the participant file.
type TemplateColumn struct {
	Field  string `toml:"field"` // one of TemplateFields
	Header string `toml:"header"`
}

// TemplateFields are what a column of the participant file can hold. Names, addresses
// and numbers of persons are filled in from the vault after the file is made.
var TemplateFields = []string{"person_number", "name", "email", "organisation_number", "start", "end", "hours", "month", "project", "diary_number", "blank"}

// ParseTemplate reads the layout of a participant file: TOML with the keys that
// monthly.template has in a rule set.
func ParseTemplate(text string) (Template, error) {
	var t Template
	if err := decode(text, &t); err != nil {
		return t, err
	}
	return t, t.check()
}

// Text is the layout as TOML; ParseTemplate reads it.
func (t Template) Text() string {
	text, err := toml.Marshal(t)
	if err != nil {
		panic(err) // strings and a bool: a bug
	}
	return string(text)
}

// What a template may have: its text stands in the log.
const (
	maxColumns = 50
	maxHeader  = 100
)

func (t Template) check() error {
	var errs []error
	for _, f := range []struct {
		key, value string
		of         []string
	}{{"number", t.Number, []string{"12", "13"}}, {"separator", t.Separator, []string{";", ",", "\t", "|"}}, {"decimal", t.Decimal, []string{",", "."}}, {"encoding", t.Encoding, []string{"utf-8", "windows-1252"}}} {
		errs = append(errs, one(f.key, f.value, f.of...))
	}
	if t.Separator == t.Decimal {
		errs = append(errs, fmt.Errorf("separator and decimal are the same"))
	}
	if len(t.Columns) > maxColumns {
		errs = append(errs, fmt.Errorf("more than %d columns", maxColumns))
	}
	if n := utf8.RuneCountInString(t.Sheet); n == 0 || n > 31 || slices.Contains([]string{"contents", "innehåll", "history"}, strings.ToLower(t.Sheet)) || strings.ContainsAny(t.Sheet, `:\/?*[]`) {
		errs = append(errs, fmt.Errorf("sheet: %q is no name of a sheet", t.Sheet))
	}
	for _, c := range t.Columns {
		errs = append(errs, one("column field", c.Field, TemplateFields...))
		if n := utf8.RuneCountInString(c.Header); n == 0 || n > maxHeader || strings.ContainsFunc(c.Header, unicode.IsControl) {
			errs = append(errs, fmt.Errorf("column %s: its header must have 1 to %d characters on one line", c.Field, maxHeader))
		}
	}
	if !slices.ContainsFunc(t.Columns, func(c TemplateColumn) bool { return c.Field == "person_number" }) {
		errs = append(errs, fmt.Errorf("no column holds person_number"))
	}
	return first(errs...)
}

func (m Monthly) check() error {
	return first(one("monthly.hours", m.Hours, "counted", "reported"), m.Template.check())
}

// Publicity is what every paper that participants are handed must say.
type Publicity struct {
	Text   domain.Text `toml:"text"`
	Emblem bool        `toml:"emblem"` // of the Union, beside it
	Source string      `toml:"source"`
}
