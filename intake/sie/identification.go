package sie

import (
	"utfall/domain"
)

func (r *reader) flagga() error {
	switch string(r.word(0)) {
	case "0":
		r.book.Flag = 0
	case "1":
		r.book.Flag = 1
		r.note("already-imported", r.rec.line,
			domain.T("Kontrollera att verifikationerna inte läses in två gånger.", "Check that the vouchers are not imported twice."),
			"#FLAGGA är 1: ett program har redan läst in filen", "#FLAGGA is 1: a program has already imported the file")
	default:
		r.note("flag", r.rec.line, hintVendor, "#FLAGGA är varken 0 eller 1", "#FLAGGA is neither 0 nor 1")
	}
	return r.bad
}

func (r *reader) program() error {
	r.book.Program, r.book.ProgramVersion = r.text(0), r.text(1)
	return r.bad
}

func (r *reader) format() error {
	if r.book.Format = r.text(0); r.book.Format != "PC8" {
		r.note("format", r.rec.line, hintVendor, "#FORMAT är inte PC8", "#FORMAT is not PC8")
	}
	return r.bad
}

func (r *reader) gen() error {
	r.book.Generated, r.book.GeneratedBy = r.date(0), r.text(1)
	return r.bad
}

func (r *reader) sietyp() error {
	n := r.number(0)
	switch {
	case r.bad != nil:
		return r.bad
	case n < 1 || n > 4:
		return refuse("sietyp", r.rec.line, hintOther, "SIE-typen är inte 1, 2, 3 eller 4", "the SIE type is not 1, 2, 3 or 4")
	}
	r.book.Type = Type(n) // 4 is told apart as 4E or 4I at the end
	return nil
}

func (r *reader) omfattn() error {
	r.book.BalanceDay = r.date(0)
	return r.bad
}

func (r *reader) rar() error {
	y := Year{Number: r.number(0), Period: domain.Period{From: r.date(1), To: r.date(2)}}
	switch {
	case r.bad != nil:
		return r.bad
	case y.From.Zero() || y.To.Before(y.From):
		return refuse("bad-year", r.rec.line, hintVendor,
			"räkenskapsåret saknar början eller slutar före den", "the financial year has no start, or ends before it")
	}
	for _, other := range r.book.Years {
		switch {
		case other == y:
			return nil
		case other.Number == y.Number:
			return refuse("year-twice", r.rec.line, hintVendor,
				"räkenskapsåret är angivet två gånger med olika dagar", "the financial year is given twice with different days")
		}
	}
	if len(r.book.Years) == MaxDimensions {
		return r.errTooMany(MaxDimensions)
	}
	r.book.Years = append(r.book.Years, y)
	return nil
}

func (r *reader) errTooMany(limit int) error {
	return refuse("too-many", r.rec.line, hintSplit, "filen har fler än %d poster av det här slaget", "the file has over %d records of this kind", limit)
}
