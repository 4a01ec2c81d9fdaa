package sheet

import (
	"fmt"
	"strings"

	"utfall/domain"
)

// Error is why a file is refused and where in it. It is meant for the person who
// chose the file: What says the fault, Hint what to do about it.
type Error struct {
	// Sheet is the worksheet's name, "" for a CSV file or the file as a whole.
	Sheet string
	// Line is the row or physical line and Column the column, both from 1; 0 is
	// unknown or the file as a whole.
	Line, Column int
	What, Hint   domain.Text
}

// Error gives the place and the fault in English, for logs and errors.As.
func (e *Error) Error() string { return e.Text().EN }

// Text gives the place and the fault as one clause in both languages.
func (e *Error) Text() domain.Text {
	var sv, en []string
	if e.Sheet != "" {
		sv, en = append(sv, fmt.Sprintf("blad %q", e.Sheet)), append(en, fmt.Sprintf("sheet %q", e.Sheet))
	}
	if e.Line > 0 {
		sv, en = append(sv, fmt.Sprintf("rad %d", e.Line)), append(en, fmt.Sprintf("line %d", e.Line))
	}
	if e.Column > 0 {
		name := ColumnName(e.Column - 1)
		sv, en = append(sv, "kolumn "+name), append(en, "column "+name)
	}
	if len(en) == 0 {
		return e.What
	}
	return domain.Text{SV: strings.Join(sv, ", ") + ": " + e.What.SV, EN: strings.Join(en, ", ") + ": " + e.What.EN}
}

// What to do, in the cases that many faults share.
var (
	hintSaveAgain = domain.T(
		"Öppna filen i Excel, spara den på nytt som .xlsx och läs in den nya filen.",
		"Open the file in Excel, save it again as .xlsx and import the new file.")
	hintFetchAgain = domain.T(
		"Filen är skadad. Hämta den på nytt från där den kom ifrån.",
		"The file is damaged. Fetch it again from where it came.")
	hintSplit = domain.T(
		"Dela upp filen i mindre filer, eller ta bort det som inte ska läsas in.",
		"Split the file into smaller ones, or remove what is not to be imported.")
	hintHostile = domain.T(
		"Ett kalkylprogram skriver inte så. Läs inte in filen om du inte vet varifrån den kommer; spara den annars på nytt i Excel.",
		"No spreadsheet program writes this. Do not import the file unless you know where it comes from; otherwise save it again in Excel.")
	hintOtherFile = domain.T(
		"Läs in en .xlsx-fil eller en CSV-fil.",
		"Import an .xlsx file or a CSV file.")
	hintCell = domain.T(
		"Rätta cellen i Excel, spara filen och läs in den igen.",
		"Correct the cell in Excel, save the file and import it again.")
	hintText = domain.T(
		"Rätta raden i en textredigerare, eller spara listan som .xlsx och läs in den i stället.",
		"Correct the line in a text editor, or save the list as .xlsx and import that instead.")
)

// refuse makes an Error about the file as a whole.
func refuse(hint domain.Text, sv, en string, args ...any) *Error {
	return &Error{What: domain.Tf(sv, en, args...), Hint: hint}
}

// refuseAt makes an Error about a place: line and column from 1, 0 unknown.
func refuseAt(line, column int, hint domain.Text, sv, en string, args ...any) *Error {
	return &Error{Line: line, Column: column, What: domain.Tf(sv, en, args...), Hint: hint}
}
