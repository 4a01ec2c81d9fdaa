package lss

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"utfall/domain"
)

// The limits of what is read: far above any survey there is.
const (
	maxSize  = 16 << 20
	maxDepth = 16
	maxRows  = 100_000
	maxText  = 1 << 20
)

// row is a row of one of the tables, by column.
type row map[string]string

// tables are the tables of the file, by name.
type tables map[string][]row

// Error is why a file is refused, and at which line.
type Error struct {
	Line       int
	What, Hint domain.Text
}

// Error says it in English.
func (e *Error) Error() string { return e.What.EN }

func refuse(line int, sv, en string) *Error {
	return &Error{Line: line, What: domain.T(sv, en), Hint: domain.T("exportera enkäten på nytt: Visa/exportera, Enkätens struktur (.lss)", "export the survey again: Display/export, Survey structure (.lss)")}
}

// reader walks through the XML: document, table, rows, row, column.
type reader struct {
	dec   *xml.Decoder
	path  []string
	text  strings.Builder
	row   row
	rows  int
	found tables
	kind  string // LimeSurveyDocType
}

// read gives the tables of a file. It takes neither a document type nor entities of
// the file's own, and nothing deeper, longer or more than a survey is.
func read(data []byte) (tables, error) {
	if len(data) > maxSize {
		return nil, refuse(0, "filen är för stor för en enkäts struktur", "the file is too large for the structure of a survey")
	}
	r := &reader{dec: xml.NewDecoder(bytes.NewReader(data)), found: tables{}}
	for {
		token, err := r.dec.Token()
		line, _ := r.dec.InputPos()
		var refused *Error
		switch {
		case err == io.EOF && len(r.path) == 0 && r.kind != "":
			return r.found, r.whole()
		case err == io.EOF:
			return nil, refuse(line, "filen är avkortad, eller ingen enkät från LimeSurvey", "the file is cut off, or no survey from LimeSurvey")
		case err != nil:
			return nil, refuse(line, "filen är inte riktig XML i UTF-8", "the file is not sound XML in UTF-8")
		case errors.As(r.take(token, line), &refused):
			return nil, refused
		}
	}
}

func (r *reader) whole() error {
	if !strings.EqualFold(r.kind, "Survey") || len(r.found["questions"]) == 0 {
		return refuse(0, "filen är ingen enkätstruktur, eller en utan frågor", "the file is no structure of a survey, or one without questions")
	}
	return nil
}

func (r *reader) take(token xml.Token, line int) error {
	switch t := token.(type) {
	case xml.Directive:
		return refuse(line, "filen har en dokumenttyp, vilket LimeSurvey inte skriver", "the file has a document type, which LimeSurvey does not write")
	case xml.StartElement:
		if len(r.path) == maxDepth {
			return refuse(line, "filen har för många nivåer", "the file is too deep")
		}
		if r.path = append(r.path, t.Name.Local); len(r.path) == 4 && t.Name.Local == "row" {
			r.row = row{}
		}
		r.text.Reset()
	case xml.CharData:
		if r.text.Len()+len(t) > maxText {
			return refuse(line, "en text är för lång", "a text is too long")
		}
		r.text.Write(t)
	case xml.EndElement:
		return r.close(line)
	}
	return nil
}

// close ends an element: a column, a row, or the kind of the document.
func (r *reader) close(line int) error {
	name := r.path[len(r.path)-1]
	switch {
	case len(r.path) == 5 && r.row != nil:
		r.row[name] = strings.TrimSpace(r.text.String())
	case len(r.path) == 4 && r.row != nil:
		if r.rows++; r.rows > maxRows {
			return refuse(line, "filen har för många rader", "the file has too many rows")
		}
		r.found[r.path[1]] = append(r.found[r.path[1]], r.row)
		r.row = nil
	case len(r.path) == 2 && name == "LimeSurveyDocType":
		r.kind = strings.TrimSpace(r.text.String())
	}
	r.path = r.path[:len(r.path)-1]
	r.text.Reset()
	return nil
}
