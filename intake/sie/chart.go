package sie

import (
	"time"

	"utfall/domain"
)

// account is an account's number in a field. Numbers are to be digits; others are
// read and noted.
func (r *reader) account(i int) string {
	w := r.must(i)
	if len(w) > 0 && !isDigits(w) {
		r.tally.add("account-not-digits", r.rec.line)
	}
	return r.strings.get(w)
}

// used is the account of a balance or a row. One that has no record in the chart
// is noted.
func (r *reader) used(i int) string {
	no := r.account(i)
	if _, ok := r.book.accounts[no]; !ok && no != "" {
		r.tally.add("account-undeclared", r.rec.line)
	}
	return no
}

// entry is the account of a record of the chart, made where it is new.
func (r *reader) entry() *Account {
	no := r.account(0)
	if r.bad != nil {
		return nil
	}
	i, ok := r.book.accounts[no]
	if !ok {
		if i = len(r.book.Accounts); i == MaxNames {
			r.bad = r.errTooMany(MaxNames)
			return nil
		}
		r.book.accounts[no] = i
		r.book.Accounts = append(r.book.Accounts, Account{Number: no})
	}
	return &r.book.Accounts[i]
}

func (r *reader) konto() error {
	name := r.text(1)
	a := r.entry()
	if a == nil {
		return r.bad
	}
	if a.Name != "" && a.Name != name {
		r.tally.add("account-twice", r.rec.line)
	}
	a.Name = name
	return nil
}

func (r *reader) ktyp() error {
	kind := r.text(1)
	switch kind {
	case "T", "S", "K", "I":
	default:
		r.tally.add("account-type", r.rec.line)
	}
	if a := r.entry(); a != nil {
		a.Kind = kind
	}
	return r.bad
}

func (r *reader) enhet() error {
	unit := r.text(1)
	if a := r.entry(); a != nil {
		a.Unit = unit
	}
	return r.bad
}

func (r *reader) sru() error {
	code := r.text(1)
	if r.codes++; r.codes > MaxNames {
		return r.errTooMany(MaxNames)
	}
	if a := r.entry(); a != nil {
		a.SRU = append(a.SRU, code)
	}
	return r.bad
}

// dimension is a dimension's number in a field, from 1.
func (r *reader) dimension(i int) int {
	n := r.number(i)
	if n < 1 {
		r.fault("bad-number", hintVendor, "dimensionen i fält %d är inte ett tal från 1", "the dimension in field %d is not a number from 1", i+1)
	}
	return n
}

func (r *reader) dim() error {
	return r.setDimension(Dimension{Number: r.dimension(0), Name: r.text(1)})
}

func (r *reader) underdim() error {
	return r.setDimension(Dimension{Number: r.dimension(0), Name: r.text(1), Parent: r.dimension(2)})
}

// setDimension adds a dimension, or gives one given before its new meaning.
func (r *reader) setDimension(d Dimension) error {
	b := r.book
	i, ok := b.dimensions[d.Number]
	switch {
	case r.bad != nil:
		return r.bad
	case d.Parent != 0 && b.Under(d.Parent, d.Number):
		return refuse("dimension-circle", r.rec.line, hintVendor,
			"dimensionen ligger under sig själv", "the dimension lies under itself")
	case ok:
		b.Dimensions[i] = d
		return nil
	case len(b.Dimensions) == MaxDimensions:
		return r.errTooMany(MaxDimensions)
	}
	b.dimensions[d.Number] = len(b.Dimensions)
	b.Dimensions = append(b.Dimensions, d)
	return nil
}

func (r *reader) objekt() error {
	o := ObjectName{Object{r.dimension(0), r.strings.get(r.must(1))}, r.text(2)}
	switch {
	case r.bad != nil:
		return r.bad
	case len(r.book.Objects) == MaxNames:
		return r.errTooMany(MaxNames)
	}
	if !r.book.declared(o.Dimension) {
		r.tally.add("dimension-undeclared", r.rec.line)
	}
	r.book.Objects = append(r.book.Objects, o)
	return nil
}

// balance reads a balance of a kind.
func balance(kind BalanceKind) func(*reader) error {
	return func(r *reader) error {
		b := Balance{Kind: kind, Year: r.number(0), Line: r.rec.line}
		at := 1
		if kind == PeriodChange || kind == PeriodBudget {
			b.Month = r.month(at)
			at++
		}
		b.Account = r.used(at)
		at++
		// A type 2 file may leave the list of a period balance out: it has no objects.
		list := kind >= ObjectOpening && (kind < PeriodChange || at < len(r.rec.fields) && r.rec.fields[at].list)
		if list {
			var pairs []Object
			b.Objects = r.objects(at, &pairs)
			at++
		}
		b.Amount, b.Quantity = r.amount(at), r.quantity(at+1)
		switch {
		case r.bad != nil:
			return r.bad
		case len(r.book.Balances) == MaxBalances:
			return r.errTooMany(MaxBalances)
		}
		if !r.book.hasYear(b.Year) {
			r.tally.add("year-undeclared", r.rec.line)
		}
		r.book.Balances = append(r.book.Balances, b)
		return nil
	}
}

func (b *Book) hasYear(number int) bool {
	for _, y := range b.Years {
		if y.Number == number {
			return true
		}
	}
	return false
}

// month is a period as YYYYMM, given as its first day.
func (r *reader) month(i int) domain.Date {
	w := r.must(i)
	if len(w) == 6 && isDigits(w) {
		year, _ := parseInt(w[:4])
		month, _ := parseInt(w[4:])
		if d, err := domain.NewDate(year, time.Month(month), 1); err == nil {
			return d
		}
	}
	r.fault("bad-period", hintVendor, "fält %d är ingen period skriven ÅÅÅÅMM", "field %d is no period written YYYYMM", i+1)
	return domain.Date{}
}
