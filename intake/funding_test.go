package intake

import (
	"testing"

	"utfall/domain"
)

// TestPaidWhenAllOfItIs works out by hand when a voucher counts as paid: what is owed
// is below 0, what pays it above, and never by the voucher itself.
func TestPaidWhenAllOfItIs(t *testing.T) {
	on := func(line int, date string, ore int64) settlement {
		return settlement{line, domain.MustDate(date), ore}
	}
	all := settlements{
		"whole":   {on(1, "2019-03-01", -1250), on(9, "2019-04-01", 1250)},
		"parts":   {on(1, "2019-03-01", -1250), on(9, "2019-04-01", 1000), on(11, "2019-05-01", 250), on(12, "2019-06-01", 5)},
		"partly":  {on(1, "2019-03-01", -1250), on(9, "2019-04-01", 1249)},
		"itself":  {on(1, "2019-03-01", 1250)},
		"owed":    {on(1, "2019-03-01", -1250), on(2, "2019-03-02", -1250)},
		"credit":  {on(1, "2019-03-01", 300), on(9, "2019-04-03", -300)},
		"nothing": {},
	}
	for _, c := range []struct {
		owed []owed
		want string
		line int
	}{
		{[]owed{{"whole", -1250}}, "2019-04-01", 9},
		{[]owed{{"whole", -1000}}, "2019-04-01", 9}, // without its VAT
		{[]owed{{"parts", -1250}}, "2019-05-01", 11},
		{[]owed{{"partly", -1250}}, "", 0},
		{[]owed{{"itself", -1250}}, "", 0},
		{[]owed{{"owed", -1250}}, "", 0},
		{[]owed{{"credit", 300}}, "2019-04-03", 9},
		{[]owed{{"nothing", -1}}, "", 0},
		{[]owed{{"unknown", -1}}, "", 0},
		{[]owed{{"parts", -1250}, {"whole", -1250}}, "2019-05-01", 11},
		{[]owed{{"whole", -1250}, {"partly", -1250}}, "", 0},
		{nil, "", 0},
	} {
		if day, line := all.paid(c.owed, 1); day.String() != c.want || line != c.line {
			t.Errorf("%v: paid %q by line %d, want %q by %d", c.owed, day, line, c.want, c.line)
		}
	}
}

// TestOwedByInvoice adds up what rows say by the invoice they name.
func TestOwedByInvoice(t *testing.T) {
	got := owedBy([]domain.VoucherRow{{Amount: domain.Ore(100), Invoice: "a"}, {Amount: domain.Ore(7)}, {Amount: domain.Ore(50), Invoice: "b"}, {Amount: domain.Ore(-30), Invoice: "a"}})
	if len(got) != 2 || got[0] != (owed{"a", -70}) || got[1] != (owed{"b", -50}) {
		t.Errorf("owed %v", got)
	}
}

// TestVouchersThatDifferHaveOtherForms changes one thing at a time: each has to give
// another form, and so another mark.
func TestVouchersThatDifferHaveOtherForms(t *testing.T) {
	voucher := func(change func(*voucherFound)) string {
		f := voucherFound{date: domain.MustDate("2019-03-01"), texts: []string{"Resa", "Tåg", ""}, fact: domain.VoucherRecorded{Settled: domain.SettledAsDebt,
			Rows: []domain.VoucherRow{{Project: "DC", Account: 5800, Amount: domain.Ore(100), Invoice: "a"}, {Project: "DC", Account: 5800, Amount: domain.Ore(100)}}}}
		change(&f)
		return f.canonical()
	}
	forms := map[string]string{}
	for name, change := range map[string]func(*voucherFound){
		"as it is":    func(*voucherFound) {},
		"date":        func(f *voucherFound) { f.date = f.date.AddDays(1) },
		"settled":     func(f *voucherFound) { f.fact.Settled = domain.SettledInCash },
		"project":     func(f *voucherFound) { f.fact.Rows[0].Project = "X" },
		"account":     func(f *voucherFound) { f.fact.Rows[0].Account = 5801 },
		"amount":      func(f *voucherFound) { f.fact.Rows[0].Amount = domain.Ore(101) },
		"invoice":     func(f *voucherFound) { f.fact.Rows[0].Invoice = "b" },
		"text":        func(f *voucherFound) { f.texts[0] = "resa" },
		"row's text":  func(f *voucherFound) { f.texts[1] = "Buss" },
		"text moved":  func(f *voucherFound) { f.texts[1], f.texts[2] = "", "Tåg" },
		"row missing": func(f *voucherFound) { f.fact.Rows = f.fact.Rows[:1] },
	} {
		form := voucher(change)
		if other, ok := forms[form]; ok {
			t.Errorf("%s and %s have the same form", name, other)
		}
		forms[form] = name
	}
	if voucher(func(*voucherFound) {}) != voucher(func(f *voucherFound) { f.fact.Number, f.fact.Paid = "7", domain.MustDate("2019-04-01") }) {
		t.Error("the number, or the day it was paid, is part of the form")
	}
}

// TestOnlyCodesAreNamed: an object nobody knows may be somebody's name.
func TestOnlyCodesAreNamed(t *testing.T) {
	for s, want := range map[string]bool{"P2": true, "2017-55": true, "a_b": true, "Åre": true, "": false, "Anna Exempel": false, "anna@x": false, "ABCDEFGHIJKL": true, "ABCDEFGHIJKLM": false} {
		if isCode(s) != want {
			t.Errorf("%q: %t, want %t", s, !want, want)
		}
	}
}

// TestAnAccountHasOneLine tries each way in which two ranges meet, in a file and with
// what stands: a range the file gives another line does not stand in its own way.
func TestAnAccountHasOneLine(t *testing.T) {
	old := map[string]recordedFact{}
	for _, f := range []domain.AccountMapped{{From: 4000, To: 4999, Line: "travel"}, {From: 6000, To: 6099, Line: "other"}} {
		old[accountsKey(f)] = recordedFact{fact: f}
	}
	for _, c := range []struct {
		says string
		rows []domain.AccountMapped
		want int
	}{
		{"beside", []domain.AccountMapped{{From: 5000, To: 5999, Line: "other"}}, 1},
		{"at an end", []domain.AccountMapped{{From: 4999, To: 5000, Line: "other"}}, 0},
		{"within", []domain.AccountMapped{{From: 4500, To: 4500, Line: "other"}}, 0},
		{"around", []domain.AccountMapped{{From: 1, To: 99999999, Line: "travel"}}, 0},
		{"of the same line", []domain.AccountMapped{{From: 4500, To: 5500, Line: "travel"}}, 1},
		{"changed", []domain.AccountMapped{{From: 4000, To: 4999, Line: "other"}}, 1},
		{"changed, and within it", []domain.AccountMapped{{From: 4500, To: 4599, Line: "other"}, {From: 4000, To: 4999, Line: "other"}}, 2},
		{"changed, and against it", []domain.AccountMapped{{From: 4500, To: 4599, Line: "travel"}, {From: 4000, To: 4999, Line: "other"}}, 0},
		{"in the file", []domain.AccountMapped{{From: 7000, To: 7010, Line: "staff"}, {From: 7010, To: 7020, Line: "other"}, {From: 7021, To: 7030, Line: "other"}}, 1},
	} {
		a := &accounts{r: &reading{}, t: &table{columns: &columns{}}}
		for i, f := range c.rows {
			a.facts = append(a.facts, keyedFact{line: i + 2, key: accountsKey(f), fact: f})
		}
		if got := a.overlaps(old); len(got) != c.want || len(a.r.problems) != len(c.rows)-c.want || a.r.totals.Refused != len(c.rows)-c.want {
			t.Errorf("%s: %d rows taken, %d problems; want %d taken", c.says, len(got), len(a.r.problems), c.want)
		}
	}
}

// TestRatesAreKeptExactly writes each rate as it is kept.
func TestRatesAreKeptExactly(t *testing.T) {
	for in, want := range map[string]string{"10.4523": "10.4523", "10.450000": "10.45", "9": "9", "100.0": "100", "0.000001": "0.000001", "010.5": "10.5"} {
		if rate, err := domain.ParseRate(in); err != nil || rate.String() != want {
			t.Errorf("%s: %s, %v; want %s", in, rate, err, want)
		}
	}
}

// TestPersonsByTheirShape tells a number from a name, whose Person column holds either.
func TestPersonsByTheirShape(t *testing.T) {
	for s, want := range map[string]bool{"19800101-9804": true, "8001019804": true, "800101-TF29": true, "Anna Exempel": false, "Anna 2": false, "": false} {
		if numeric(s) != want {
			t.Errorf("numeric: %t, want %t", !want, want)
		}
	}
}
