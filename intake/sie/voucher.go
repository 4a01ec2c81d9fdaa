package sie

import (
	"cmp"

	"utfall/domain"
)

// Voucher is a #VER with its rows. It is the callback's to keep.
type Voucher struct {
	Series, Number string // both may be "", in a file to import
	Date           domain.Date
	Text           string      // free text, often about people
	Registered     domain.Date // none where unsaid
	Sign           string      // a signature, often a name
	Line           int         // of the #VER
	// Rows are what is booked; their amounts come to 0 öre.
	Rows []Row
	// Struck are the rows removed later (#BTRANS), which are booked nowhere. Only
	// reading with history gives them.
	Struck []Row
}

// Row is one sub-record of a voucher.
type Row struct {
	Account  string
	Objects  []Object // nil for none
	Amount   domain.Money
	Date     domain.Date // the voucher's where the row has none
	Text     string
	Quantity string // a decimal number as written, "" for none
	Sign     string
	// Added says that the row came later (#RTRANS). Only reading with history
	// tells.
	Added bool
	Line  int
}

// same reports whether a #TRANS repeats its #RTRANS: what is booked must agree. A
// text, quantity or signature that one of them leaves out changes nothing booked.
func (a Row) same(b Row) bool {
	agree := func(a, b string) bool { return a == b || a == "" || b == "" }
	if a.Account != b.Account || a.Amount != b.Amount || a.Date != b.Date || len(a.Objects) != len(b.Objects) {
		return false
	}
	for i, o := range a.Objects {
		if o != b.Objects[i] {
			return false
		}
	}
	return agree(a.Text, b.Text) && agree(a.Quantity, b.Quantity) && agree(a.Sign, b.Sign)
}

// open is the voucher being read.
type open struct {
	Voucher
	pairs   []Object // what the rows' Objects share
	rows    int      // sub-records, struck and added ones too
	sum     int64    // öre
	added   Row      // the #RTRANS whose #TRANS is to come
	waiting bool
}

// ver begins a voucher.
func (r *reader) ver() error {
	v := &r.open
	*v = open{Voucher: Voucher{
		Series: r.text(0), Number: r.text(1), Date: r.date(2), Text: r.text(3),
		Registered: r.date(4), Sign: r.text(5), Line: r.rec.line,
	}}
	if v.Date.Zero() {
		r.fault("missing-field", hintVendor, "verifikationen saknar datum", "the voucher has no date")
	}
	return r.bad
}

// row reads the sub-record of a voucher.
func (r *reader) row(kind subRecord) error {
	v := &r.open
	if v.rows++; v.rows > MaxRows {
		return refuse("too-many", r.rec.line, hintSplit,
			"verifikationen har fler än %d rader", "the voucher has over %d rows", MaxRows)
	}
	row := Row{Line: r.rec.line}
	row.Account = r.used(0)
	row.Objects = r.objects(1, &v.pairs)
	row.Amount, row.Date, row.Text = r.amount(2), r.date(3), r.text(4)
	row.Quantity, row.Sign = r.quantity(5), r.text(6)
	if row.Date.Zero() {
		row.Date = v.Date
	}
	switch {
	case r.bad != nil:
		return r.bad
	case v.waiting && (kind != booked || !v.added.same(row)):
		return r.errUnpaired()
	case kind == struck:
		v.Struck = append(v.Struck, row)
		return nil
	case kind == added:
		v.added, v.waiting = row, true
		return nil
	case v.waiting:
		// One of the two is counted and the other skipped, and they are the same.
		row.Text, row.Quantity, row.Sign = cmp.Or(row.Text, v.added.Text), cmp.Or(row.Quantity, v.added.Quantity), cmp.Or(row.Sign, v.added.Sign)
		row.Added, v.waiting = r.mode == History, false
	}
	r.checkParents(row)
	var ok bool
	if v.sum, ok = add(v.sum, row.Amount.Ore()); !ok {
		return refuse("amount-too-large", r.rec.line, hintBooks,
			"verifikationens summa är mer än ett heltal i ören rymmer", "the voucher's sum is more than a whole number of öre can hold")
	}
	v.Rows = append(v.Rows, row)
	return nil
}

func (r *reader) errUnpaired() error {
	return refuse("rtrans-unpaired", r.open.added.Line, hintVendor,
		"en tillagd rad (#RTRANS) följs inte av samma rad som #TRANS", "an added row (#RTRANS) is not followed by the same row as #TRANS")
}

// checkParents notes a sub-object whose object above is missing from the row.
func (r *reader) checkParents(row Row) {
	for _, o := range row.Objects {
		i, ok := r.book.dimensions[o.Dimension]
		if !ok || r.book.Dimensions[i].Parent == 0 {
			continue
		}
		above, found := r.book.Dimensions[i].Parent, false
		for _, p := range row.Objects {
			found = found || p.Dimension == above
		}
		if !found {
			r.tally.add("parent-missing", row.Line)
			return
		}
	}
}

// finish delivers the voucher at its }.
func (r *reader) finish() error {
	v := &r.open
	switch {
	case v.waiting:
		return r.errUnpaired()
	case v.sum != 0:
		name := v.name()
		return refuse("unbalanced", v.Line, hintBooks,
			"%[1]s balanserar inte: debet minus kredit är %[3]s", "%[2]s does not balance: debit less credit is %[3]s",
			name.SV, name.EN, domain.Ore(v.sum))
	case len(v.Rows) == 0:
		r.tally.add("voucher-empty", v.Line)
	}
	if _, ok := r.book.Year(v.Date); !ok && len(r.book.Years) > 0 {
		r.tally.add("outside-year", v.Line)
	}
	again, err := r.numbers.see(r, &v.Voucher)
	if err != nil || again {
		return err
	}
	r.book.Vouchers++
	r.book.Rows += len(v.Rows)
	kept := v.Voucher
	if r.mode == Plain {
		kept.Struck = nil
	} else {
		r.book.Struck += len(v.Struck)
	}
	return r.each(r.book, &kept)
}

// name is what a finding calls the voucher: by series and number only where they
// look like such, because a file in disorder may have anything in their place.
func (v *Voucher) name() domain.Text {
	if !isSeries(v.Series) || len(v.Number) > 8 || !isDigits(v.Number) {
		return domain.T("verifikationen", "the voucher")
	}
	number := v.Number
	if v.Series != "" {
		number = v.Series + " " + v.Number
	}
	return domain.T("verifikation "+number, "voucher "+number)
}

func isSeries(s string) bool {
	for i := range len(s) {
		if c := s[i]; classes[c]&letter == 0 && (c < '0' || c > '9') {
			return false
		}
	}
	return len(s) <= 3
}
