package sie

import (
	"fmt"

	"utfall/domain"
)

// Reason is a stable key of a kind of finding, for tests and programs; people
// get the text.
type Reason string

// Finding is something about the file, where it is and what to do. It never
// quotes a text of the file; of its values only a voucher's series and number
// where they are what such are, and sums.
type Finding struct {
	Reason Reason
	Line   int // from 1, 0 for the file as a whole
	What   domain.Text
	Hint   domain.Text
}

// Text gives the line and what was found as one clause in both languages.
func (f Finding) Text() domain.Text {
	if f.Line == 0 {
		return f.What
	}
	return domain.Text{
		SV: fmt.Sprintf("rad %d: ", f.Line) + f.What.SV,
		EN: fmt.Sprintf("line %d: ", f.Line) + f.What.EN,
	}
}

// Problem is the finding as what a command shows of a file.
func (f Finding) Problem(file string) domain.Problem {
	return domain.Problem{File: file, Line: f.Line, What: f.What, Hint: f.Hint}
}

// Error is the finding a file is refused for.
type Error struct{ Finding }

// Error gives the line and the fault in English, for logs and errors.As.
func (e *Error) Error() string { return e.Text().EN }

// refuse makes an Error about a line, 0 for the file as a whole.
func refuse(reason Reason, line int, hint domain.Text, sv, en string, args ...any) *Error {
	return &Error{Finding{reason, line, domain.Tf(sv, en, args...), hint}}
}

// What to do, in the cases that many faults share.
var (
	hintExport = domain.T(
		"Gör om exporten i bokföringsprogrammet och läs in den nya filen.",
		"Export from the accounting program again and import the new file.")
	hintFetch = domain.T(
		"Filen är skadad eller avkortad. Hämta den på nytt, eller gör om exporten.",
		"The file is damaged or cut short. Fetch it again, or make the export again.")
	hintBooks = domain.T(
		"Rätta i bokföringsprogrammet och gör om exporten. Ändra inte i filen.",
		"Correct it in the accounting program and export again. Do not change the file.")
	hintVendor = domain.T(
		"Programmet som skrev filen följer inte SIE. Gör om exporten, eller hör med leverantören.",
		"The program that wrote the file does not follow SIE. Export again, or ask its vendor.")
	hintOther = domain.T(
		"Välj en SIE-fil av typ 1 till 4 (.se, .si eller .sie).",
		"Choose a SIE file of type 1 to 4 (.se, .si or .sie).")
	hintSplit = domain.T(
		"Exportera färre räkenskapsår eller en kortare period åt gången.",
		"Export fewer financial years or a shorter period at a time.")
	hintNothing = domain.T("Inget behöver göras.", "Nothing needs doing.")
	hintCheck   = domain.T(
		"Filen går att läsa. Kontrollera att exporten blev den du menade.",
		"The file can be read. Check that the export is the one you meant.")
)

// notes are the remarks that are counted and said once a file. Both formats take
// how many there were.
var notes = map[Reason]struct {
	sv, en string
	hint   domain.Text
}{
	"unknown-label":        {"poster med okänd etikett, som lästes förbi: %d", "records with an unknown label, passed over: %d", hintNothing},
	"lower-case-label":     {"etiketter som inte är skrivna med versaler: %d", "labels that are not in upper case: %d", hintVendor},
	"out-of-order":         {"poster som kommer efter poster de ska stå före: %d", "records that come after ones they belong before: %d", hintVendor},
	"after-checksum":       {"poster efter kontrollsumman, som inte omfattas av den: %d", "records after the checksum, which does not cover them: %d", hintVendor},
	"account-type":         {"poster #KTYP med en annan typ än T, S, K och I: %d", "#KTYP records with a type other than T, S, K and I: %d", hintVendor},
	"account-twice":        {"konton angivna två gånger med olika namn, där det senare gäller: %d", "accounts given twice under different names, where the later holds: %d", hintCheck},
	"account-undeclared":   {"poster med ett konto som saknar #KONTO: %d", "records with an account that has no #KONTO: %d", hintCheck},
	"account-not-digits":   {"poster med ett konto som inte är siffror: %d", "records with an account that is not digits: %d", hintCheck},
	"dimension-undeclared": {"objekt i en dimension som varken är reserverad eller angiven: %d", "objects of a dimension neither reserved nor given: %d", hintCheck},
	"parent-missing":       {"rader med ett underobjekt men utan objekt i dimensionen ovanför: %d", "rows with a sub-object but no object of the dimension above: %d", hintCheck},
	"voucher-empty":        {"verifikationer utan rader: %d", "vouchers without rows: %d", hintCheck},
	"voucher-twice":        {"verifikationer som står två gånger, lika, och räknas en gång: %d", "vouchers that stand twice, alike, and count once: %d", hintCheck},
	"descending":           {"verifikationer efter en med högre nummer i serien: %d", "vouchers after one with a higher number in the series: %d", hintCheck},
	"outside-year":         {"verifikationer med ett datum utanför räkenskapsåren i #RAR: %d", "vouchers with a date outside the financial years of #RAR: %d", hintCheck},
	"year-undeclared":      {"saldon för ett år som saknar #RAR: %d", "balances of a year without #RAR: %d", hintCheck},
}

// tally counts notes of a kind and remembers where the first was.
type tally map[Reason]*struct{ line, count int }

func (t tally) add(reason Reason, line int) {
	if t[reason] == nil {
		t[reason] = &struct{ line, count int }{line: line}
	}
	t[reason].count++
}

func (t tally) findings() []Finding {
	var out []Finding
	for reason, n := range t {
		text := notes[reason]
		out = append(out, Finding{reason, n.line, domain.Tf(text.sv, text.en, n.count), text.hint})
	}
	return out
}
