package domain

import (
	"cmp"
	"fmt"
)

// Problem is one thing wrong in a file somebody gave: where, what, and what to
// do about it. Problems are values, gathered and all shown at once. What and
// Hint never repeat a value of the file, which may be personal data.
type Problem struct {
	File   string
	Sheet  string
	Line   int    // 1-based line or row, 0 for the file as a whole
	Column string // the header of the column, empty for the row as a whole
	What   Text
	Hint   Text
}

// In is the problem in one line of text in a language.
func (p Problem) In(lang string) string {
	where := p.File
	if p.Sheet != "" {
		where += " [" + p.Sheet + "]"
	}
	if p.Line > 0 {
		where += fmt.Sprintf(":%d", p.Line)
	}
	if p.Column != "" {
		where += " " + p.Column
	}
	s := where + ": " + p.What.In(lang)
	if !p.Hint.Zero() {
		s += " – " + p.Hint.In(lang)
	}
	return s
}

// ComparePlace orders problems as a reader of the file meets them.
func (p Problem) ComparePlace(q Problem) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Code says what kind of thing went wrong, for those who act on it.
type Code string

// The six codes. Anything that is not an Error is internal.
const (
	Refused   Code = "refused"   // the input is wrong; nothing was recorded
	NotFound  Code = "not-found" // what was named is not there
	Conflict  Code = "conflict"  // somebody else was first, or holds it
	Usage     Code = "usage"     // the command or its parameters are wrong
	NotYet    Code = "not-yet"   // a later version's command
	Unhealthy Code = "unhealthy" // the installation must be mended first
)

// Error is what a user can act on: what is wrong and what to do.
type Error struct {
	Code Code
	What Text
	Hint Text
	Err  error // what lies behind it, for the operator
}

// Refuse makes an Error of a code from what and hint.
func Refuse(code Code, what, hint Text) *Error { return &Error{Code: code, What: what, Hint: hint} }

// Error is the English text, with what lies behind it.
func (e *Error) Error() string {
	s := e.What.EN
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives what lies behind it.
func (e *Error) Unwrap() error { return e.Err }
