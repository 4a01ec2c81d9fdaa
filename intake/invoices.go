package intake

import (
	"cmp"
	"slices"
	"strconv"

	"utfall/domain"
	"utfall/intake/sie"
)

// isDebt reports whether an account is one of debts to suppliers.
func isDebt(account int) bool { return account >= 2440 && account <= 2449 }

// owed is what a voucher says is owed on an invoice: below 0 for a debt, as it is
// booked, and above 0 for what a supplier owes.
type owed struct {
	invoice string // a mark
	ore     int64
}

// invoiceOf is the mark of the supplier's invoice a row is of, empty when it names
// none.
func invoiceOf(r *reading, b *sie.Book, row sie.Row) string {
	invoices := b.ObjectsOf(row, 10)
	if len(invoices) == 0 {
		return ""
	}
	supplier := ""
	if of := b.ObjectsOf(row, 9); len(of) > 0 {
		supplier = of[0].Number
	}
	return r.in.Vault.Mark("invoice", supplier+"|"+invoices[0].Number)
}

// debts are what a voucher books as debts to suppliers, by invoice. They are found
// when they are asked for: most vouchers of a large file concern no project.
type debts struct {
	r     *reading
	b     *sie.Book
	v     *sie.Voucher
	found bool
	all   []owed
}

func (d *debts) list() []owed {
	if d.found {
		return d.all
	}
	d.found = true
	for _, row := range d.v.Rows {
		// What is of no invoice, which is most, costs nothing here.
		if len(row.Objects) == 0 {
			continue
		}
		if n, err := strconv.Atoi(row.Account); err != nil || !isDebt(n) {
			continue
		}
		invoice := invoiceOf(d.r, d.b, row)
		if invoice == "" {
			continue
		}
		i := slices.IndexFunc(d.all, func(o owed) bool { return o.invoice == invoice })
		if i < 0 {
			i, d.all = len(d.all), append(d.all, owed{invoice: invoice})
		}
		d.all[i].ore += row.Amount.Ore()
	}
	return d.all
}

// of is the invoice a row is of: its own, else the only one its voucher is of.
func (d *debts) of(row sie.Row) string {
	if own := invoiceOf(d.r, d.b, row); own != "" || len(d.list()) != 1 {
		return own
	}
	return d.list()[0].invoice
}

// owed is what has to be paid for a voucher to be: its debts, else, where they name
// no invoice, what the rows that do cost.
func (d *debts) owed(f *voucherFound) []owed {
	if all := d.list(); f.fact.Settled != domain.SettledAsDebt || len(all) > 0 {
		return all
	}
	return owedBy(f.fact.Rows)
}

// owedBy is what rows say is owed on the invoices they name. It leaves out their
// VAT, and so is no more than what is owed.
func owedBy(rows []domain.VoucherRow) (out []owed) {
	for _, row := range rows {
		if row.Invoice == "" {
			continue
		}
		i := slices.IndexFunc(out, func(o owed) bool { return o.invoice == row.Invoice })
		if i < 0 {
			i, out = len(out), append(out, owed{invoice: row.Invoice})
		}
		out[i].ore -= row.Amount.Ore()
	}
	return out
}

// settlements are what the vouchers of a file book on the invoices that are asked
// for.
type settlements map[string][]settlement

type settlement struct {
	line int // of its voucher
	date domain.Date
	ore  int64
}

// settlements reads the file again for what it says of the invoices of the vouchers
// found, and of those recorded before that are not known to be paid: only now is it
// known which are asked for, and a large file has many others.
func (x *vouchers) settlements(f *sie.File) (settlements, error) {
	out := settlements{}
	for i := range x.found {
		if x.found[i].fact.Settled == domain.SettledAsDebt {
			for _, o := range x.found[i].owed {
				out[o.invoice] = nil
			}
		}
	}
	for _, rec := range x.old {
		if rec.unpaid() {
			for _, o := range owedBy(rec.fact.Rows) {
				out[o.invoice] = nil
			}
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	_, err := f.Read(x.r.ctx, sie.Plain, func(b *sie.Book, v *sie.Voucher) error {
		for _, o := range (&debts{r: x.r, b: b, v: v}).list() {
			if all, asked := out[o.invoice]; asked {
				out[o.invoice] = append(all, settlement{v.Line, v.Date, o.ore})
			}
		}
		return nil
	})
	for _, all := range out {
		slices.SortStableFunc(all, func(a, b settlement) int { return a.date.Compare(b.date) })
	}
	return out, err
}

// paid is the day all that is owed was paid, by vouchers other than the one on a
// line: the day of the last one it took. It is zero while something is owed still,
// and gives the line of that last one.
func (s settlements) paid(all []owed, line int) (on domain.Date, at int) {
	if len(all) == 0 {
		return domain.Date{}, 0
	}
	for _, o := range all {
		left, last := o.ore, settlement{}
		for _, p := range s[o.invoice] {
			// What is owed and what pays it are booked on either side.
			if p.line == line || left == 0 || cmp.Compare(p.ore, 0) == cmp.Compare(o.ore, 0) {
				continue
			}
			if left += p.ore; cmp.Compare(left, 0) != cmp.Compare(o.ore, 0) {
				left, last = 0, p
			}
		}
		if left != 0 || last.line == 0 {
			return domain.Date{}, 0
		}
		if !last.date.Before(on) {
			on, at = last.date, last.line
		}
	}
	return on, at
}
