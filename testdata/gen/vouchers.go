package main

import (
	"fmt"
	"sort"
	"time"
)

// voucher is one of the association's bookkeeping.
type voucher struct {
	series string
	number int // within series and year
	date   day
	text   string
	rows   []posting
}

// posting is a row of a voucher: debit is positive, in öre. An invoice names its
// supplier as well.
type posting struct {
	account           int
	ore               int
	project           string
	supplier, invoice string
	text              string
}

// of books a row on DigiCreate.
func (p posting) of(project string) posting {
	p.project = project
	return p
}

// books are the association's bookkeeping of three years; of the third there is
// what was booked when it was exported.
type books struct {
	d        *dice
	vouchers []*voucher
	invoices int
	balance  map[int]int // as booked so far, in the order of the months
}

// exportedUntil is the last day of the books of 2020.
var exportedUntil = on(2020, 3, 31)

// book writes a voucher: what is not said goes to or comes from the last account.
func (b *books) book(series string, date day, text string, against int, rows ...posting) *voucher {
	rest := 0
	for _, r := range rows {
		rest += r.ore
	}
	v := &voucher{series: series, date: date, text: text, rows: append(rows, posting{account: against, ore: -rest})}
	b.add(v)
	return v
}

// add takes a voucher in, unless it is of a day after the export.
func (b *books) add(v *voucher) {
	if v.date.After(exportedUntil) {
		return
	}
	for _, r := range v.rows {
		b.balance[r.account] += r.ore
	}
	b.vouchers = append(b.vouchers, v)
}

// supplier is somebody who sends invoices; all of them are made up.
type supplier struct{ code, name string }

var (
	landlord   = supplier{"1001", "Fiktiva Fastigheter AB"}
	telephone  = supplier{"1002", "Låtsas Telefoni AB"}
	accountant = supplier{"1003", "Påhittade Redovisningsbyrån AB"}
	hall       = supplier{"1004", "Exempel Konferens AB"}
	trainer    = supplier{"1005", "Övnings Kursbolaget AB"}
	agency     = supplier{"1006", "Hittepå Reklambyrå AB"}
	evaluator  = supplier{"1007", "Mönster Utvärdering AB"}
	shop       = supplier{"1008", "Prov Kontorsvaror AB"}
	webmaker   = supplier{"1009", "Uppdiktade Webbyrån AB"}
)

// owe books a supplier's invoice with 25 % VAT on some of its rows, and its payment
// a month later. The VAT of half of the project's invoices is booked on the project
// too, though the association gets it back.
func (b *books) owe(date day, from supplier, what string, vat int, rows ...posting) *voucher {
	b.invoices++
	invoice := fmt.Sprintf("F%d-%03d", date.Year()%100, b.invoices)
	total, project := 0, ""
	for _, r := range rows {
		total += r.ore
		if r.project != "" {
			project = r.project
		}
	}
	if tax := (total*vat + 50) / 100; tax > 0 {
		row := posting{account: 2641, ore: tax}
		if b.d.chance(50) {
			row.project = project
		}
		rows, total = append(rows, row), total+tax
	}
	v := &voucher{series: "L", date: date, text: from.name + ", " + what,
		rows: append(rows, posting{account: 2440, ore: -total, supplier: from.code, invoice: invoice})}
	b.add(v)
	due := date.AddDate(0, 0, 30)
	for due.Weekday() == time.Saturday || due.Weekday() == time.Sunday {
		due = due.AddDate(0, 0, 1)
	}
	b.add(&voucher{series: "B", date: due, text: "Betalning " + from.name,
		rows: []posting{{account: 2440, ore: total, supplier: from.code, invoice: invoice}, {account: 1930, ore: -total}}})
	return v
}

// makeBooks books three years, and numbers the vouchers by series and day.
func (w *world) makeBooks() {
	b := &books{d: newDice("bookkeeping"), balance: map[int]int{}}
	for account, ore := range openingBalance {
		b.balance[account] = ore
	}
	for month := on(2018, 1, 1); !month.After(exportedUntil); month = month.AddDate(0, 1, 0) {
		b.month(month)
		b.projectMonth(month)
		if month.Month() == time.December {
			b.close(month.Year())
		}
	}
	sort.SliceStable(b.vouchers, func(i, j int) bool {
		x, y := b.vouchers[i], b.vouchers[j]
		if x.date.Year() != y.date.Year() || x.series == y.series {
			return x.date.Before(y.date)
		}
		return x.series < y.series
	})
	last := map[string]int{}
	for _, v := range b.vouchers {
		key := fmt.Sprint(v.date.Year(), v.series)
		last[key]++
		v.number = last[key]
	}
	w.vouchers = b.vouchers
}

// of are the vouchers of a year.
func (w *world) vouchersOf(year int) []*voucher {
	var out []*voucher
	for _, v := range w.vouchers {
		if v.date.Year() == year {
			out = append(out, v)
		}
	}
	return out
}

// concerns reports whether a voucher has a row of DigiCreate.
func (v *voucher) concerns() bool {
	for _, r := range v.rows {
		if r.project == "DC" {
			return true
		}
	}
	return false
}
