package sie

import (
	"strings"
)

// Which types of file a record concerns, as bits.
const (
	in1  = 1 << Type1
	in2  = 1 << Type2
	in3  = 1 << Type3
	in4E = 1 << Type4E
	in4I = 1 << Type4I

	inAll = in1 | in2 | in3 | in4E | in4I
)

// presence says in which types a record is compulsory and in which forbidden, by
// the table of SIE 4B. #PBUDGET is compulsory as #PSALDO is, but only balances
// that are not zero need be written, and few have budgets. #IB has a rule of its
// own, and #VER of types 1 to 3 is refused.
var presence = []struct {
	label                 string
	compulsory, forbidden int
}{
	{"#FLAGGA", inAll, 0},
	{"#PROGRAM", inAll, 0},
	{"#FORMAT", inAll, 0},
	{"#GEN", inAll, 0},
	{"#FNAMN", inAll, 0},
	{"#SIETYP", inAll &^ in1, 0},
	{"#RAR", inAll &^ in4I, 0},
	{"#KONTO", inAll &^ in4I, 0},
	{"#SRU", in1 | in2, 0},
	{"#OMFATTN", in2 | in3, in1 | in4I},
	{"#DIM", 0, in1 | in2},
	{"#UNDERDIM", 0, in1 | in2},
	{"#OBJEKT", 0, in1 | in2},
	{"#IB", 0, in4I},
	{"#UB", inAll &^ in4I, in4I},
	{"#RES", inAll &^ in4I, in4I},
	{"#OIB", 0, in1 | in2 | in4I},
	{"#OUB", 0, in1 | in2 | in4I},
	{"#PSALDO", in2 | in3, in1 | in4I},
	{"#PBUDGET", 0, in1 | in4I},
	{"#BKOD", 0, in4I},
}

// required settles the type, refuses what cannot be understood without a record
// that is missing, and notes what is merely missing or out of place.
func (r *reader) required() error {
	b := r.book
	ver, said := r.seen["#VER"], r.seen["#SIETYP"] != 0
	switch {
	case !said && ver != 0:
		return refuse("sietyp-missing", ver, hintVendor,
			"filen har verifikationer men ingen #SIETYP", "the file has vouchers but no #SIETYP")
	case !said:
		b.Type = Type1
	case b.Type < Type4E && ver != 0:
		return refuse("voucher-not-type-4", ver, hintVendor,
			"filen säger sig vara av typ %s men har verifikationer", "the file says that it is of type %s but has vouchers", b.Type)
	case b.Type == Type4E:
		b.Type = r.exportOrImport()
	}
	if len(b.Balances) > 0 && !b.hasYear(0) {
		return refuse("year-missing", b.Balances[0].Line, hintVendor,
			"saldon utan räkenskapsår: #RAR 0 saknas", "balances without a financial year: #RAR 0 is missing")
	}
	for _, p := range presence {
		line := r.seen[p.label]
		switch {
		case line == 0 && p.compulsory>>b.Type&1 != 0:
			r.missing(p.label)
		case line != 0 && p.forbidden>>b.Type&1 != 0:
			r.note("forbidden-record", line, hintCheck, "posten %s hör inte hemma i en fil av typ %s", "the record %s does not belong in a file of type %s", p.label, b.Type)
		}
	}
	if b.Type != Type4I && !r.opens() {
		r.missing("#IB")
	}
	if b.Type < Type4E && b.hasYear(0) && !b.hasYear(-1) {
		r.missing("#RAR -1")
	}
	if b.Type == Type4I {
		delete(r.tally, "account-undeclared") // it may leave #KONTO out
	}
	return nil
}

// exportOrImport tells 4E from 4I: by the file's suffix, else by whether it has
// balances, which the one must have and the other must not.
func (r *reader) exportOrImport() Type {
	name := strings.ToLower(r.f.Name)
	switch {
	case strings.HasSuffix(name, ".si"):
		return Type4I
	case strings.HasSuffix(name, ".se"), len(r.book.Balances) > 0:
		return Type4E
	}
	return Type4I
}

// opens reports whether the year's opening balances can be known: from #IB 0 or
// from last year's #UB.
func (r *reader) opens() bool {
	for _, b := range r.book.Balances {
		if b.Kind == Opening && b.Year == 0 || b.Kind == Closing && b.Year == -1 {
			return true
		}
	}
	return false
}

func (r *reader) missing(label string) {
	r.note("missing-record", 0, hintCheck,
		"posten %[1]s saknas, som en fil av typ %[2]s ska ha", "the record %[1]s is missing, which a file of type %[2]s must have", label, r.book.Type)
}
