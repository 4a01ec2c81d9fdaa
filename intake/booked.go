package intake

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// voucherRecord is a voucher that holds now.
type voucherRecord struct {
	recorded
	date     domain.Date
	fact     domain.VoucherRecorded
	paidOnce bool // it has been known to be paid, now or before a correction
	met      bool // the file has it
}

// unpaid reports whether a payment is to be looked for.
func (v *voucherRecord) unpaid() bool {
	return v.fact.Settled == domain.SettledAsDebt && v.fact.Paid.Zero()
}

// loadVouchers reads what is recorded of the bookkeeping.
func loadVouchers(r *reading) (map[voucherKey]*voucherRecord, error) {
	out, byEvent := map[voucherKey]*voucherRecord{}, map[uuid.UUID]*voucherRecord{}
	err := query(r.ctx, r.in.Facts, `select v.event_id, v.position, v.date, v.year_start, v.series, v.number, v.mark, coalesce(v.settled, ''), v.paid, v.text_sealed,
			exists (select 1 from vouchers w where w.year_start = v.year_start and w.series = v.series and w.number = v.number and w.paid is not null)
		from vouchers v where v.superseded_at is null`, func(rows *sql.Rows) error {
		v := &voucherRecord{}
		var on, year, paid sql.NullTime
		f := &v.fact
		err := rows.Scan(&v.event, &v.position, &on, &year, &f.Series, &f.Number, &f.Mark, &f.Settled, &paid, &f.Text, &v.paidOnce)
		v.date, f.Year, f.Paid = dateOf(on), dateOf(year), dateOf(paid)
		out[voucherKey{f.Series, f.Number, f.Year}], byEvent[v.event] = v, v
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, query(r.ctx, r.in.Facts, "select event_id, project, account, ore, coalesce(invoice, '') from costs where superseded_at is null order by position, idx, ordinal", func(rows *sql.Rows) error {
		var event uuid.UUID
		var row domain.VoucherRow
		var ore int64
		err := rows.Scan(&event, &row.Project, &row.Account, &ore, &row.Invoice)
		row.Amount = domain.Ore(ore)
		if v := byEvent[event]; v != nil {
			v.fact.Rows = append(v.fact.Rows, row)
		}
		return err
	})
}

// end compares the vouchers found with what is recorded, and records what is new.
func (x *vouchers) end(all settlements) error {
	for i := range x.found {
		f := &x.found[i]
		old := x.old[f.key()]
		x.of(f.fact.Rows)
		if f.fact.Settled == domain.SettledInCash {
			f.fact.Paid = f.date
		} else if f.fact.Settled == domain.SettledAsDebt {
			f.fact.Paid, _ = all.paid(f.owed, f.line)
		}
		if old != nil {
			old.met = true
			x.of(old.fact.Rows)
			// A file without the payment, of the year before it, does not say that
			// there was none.
			if f.fact.Paid.Zero() && f.fact.Settled == domain.SettledAsDebt && old.fact.Settled == domain.SettledAsDebt {
				f.fact.Paid = old.fact.Paid
			}
		}
		x.compare(f, old)
	}
	return x.pay(all)
}

// of notes whose projects rows are.
func (x *vouchers) of(rows []domain.VoucherRow) {
	for _, row := range rows {
		x.r.projects[row.Project] = true
	}
}

func (x *vouchers) compare(f *voucherFound, old *voucherRecord) {
	at := domain.Place{Line: f.line}
	e := domain.Event{Date: f.date, Data: f.fact}
	switch {
	case old == nil:
		if x.r.fresh(at) {
			x.r.emitTexts(at, e, texts{text: f.text()})
		}
	case old.fact.Mark == f.fact.Mark && old.fact.Paid == f.fact.Paid:
		x.r.totals.Unchanged++
	default:
		if x.r.changes() {
			x.r.correctTexts(at, old.recorded, e, texts{text: f.text()})
		}
	}
}

// pay records that vouchers of earlier files have been paid by now. A file that
// comes again does so too: what it pays may have been taken in after it.
func (x *vouchers) pay(all settlements) error {
	var due []*voucherRecord
	for _, v := range x.old {
		if !v.met && v.unpaid() && !(x.r.again && v.paidOnce) {
			due = append(due, v)
		}
	}
	slices.SortFunc(due, func(a, b *voucherRecord) int {
		return strings.Compare(a.event.String(), b.event.String())
	})
	for _, v := range due {
		f := v.fact
		var at domain.Place
		if f.Paid, at.Line = all.paid(owedBy(f.Rows), 0); f.Paid.Zero() {
			continue
		}
		text, err := x.r.in.Vault.Unseal(VoucherOf(v.event), f.Text)
		if err != nil {
			return errors.Join(err, errors.New("the text of a recorded voucher"))
		}
		x.of(f.Rows)
		x.r.totals.Rows++
		x.r.totals.Changed++
		x.r.correctTexts(at, v.recorded, domain.Event{Date: v.date, Data: f}, texts{text: text})
	}
	return nil
}
