package sie

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
)

// period is a period from ISO dates.
func period(from, to string) domain.Period {
	return domain.Period{From: domain.MustDate(from), To: domain.MustDate(to)}
}

const type3 = `#FLAGGA 0
#PROGRAM "Hand" 2.1
#FORMAT PC8
#GEN 20240705 "AB"
#SIETYP 3
#FNR "K1"
#FTYP I
#ORGNR 802000-0000 1 2
#FNAMN "Provet"
#RAR 0 20230701 20240630
#RAR -1 20220701 20230630
#TAXAR 2024
#OMFATTN 20240531
#KPTYP BAS2014
#KONTO 1910 "Kassa"
#KTYP 1910 T
#SRU 1910 7281
#SRU 1910 7282
#KONTO 6110 "Materiel"
#ENHET 6110 st
#DIM 6 "Projekt"
#UNDERDIM 21 "Delprojekt" 6
#OBJEKT 6 P1 "Ett"
#OBJEKT 21 D1 "Del"
#IB 0 1910 10.00
#UB 0 1910 -5.5 2
#RES 0 6110 15.50
#OIB 0 1910 {6 P1} 1
#OUB 0 1910 {6 P1 21 D1} 2
#PSALDO 0 202312 6110 {} 3
#PSALDO 0 202401 6110 {6 P1} 4 1.25
#PBUDGET 0 202402 6110 5
`

// TestABookInFull compares every value of a type 3 file of a broken year.
func TestABookInFull(t *testing.T) {
	got, _ := mustRead(t, "x.se", []byte(type3), Plain)
	p1 := []Object{{6, "P1"}}
	want := &Book{
		Program: "Hand", ProgramVersion: "2.1", Format: "PC8", Generated: domain.MustDate("2024-07-05"), GeneratedBy: "AB", Type: Type3,
		Company: "Provet", CompanyID: "K1", OrgNumber: "802000-0000", CompanyForm: "I", TaxYear: "2024", Chart: "BAS2014", Currency: "SEK",
		BalanceDay: domain.MustDate("2024-05-31"),
		Years:      []Year{{0, period("2023-07-01", "2024-06-30")}, {-1, period("2022-07-01", "2023-06-30")}},
		Accounts: []Account{
			{Number: "1910", Name: "Kassa", Kind: "T", SRU: []string{"7281", "7282"}},
			{Number: "6110", Name: "Materiel", Unit: "st"},
		},
		Dimensions: []Dimension{{6, "Projekt", 0}, {21, "Delprojekt", 6}},
		Objects:    []ObjectName{{Object{6, "P1"}, "Ett"}, {Object{21, "D1"}, "Del"}},
		Balances: []Balance{
			{Kind: Opening, Account: "1910", Amount: domain.Ore(1000), Line: 25},
			{Kind: Closing, Account: "1910", Amount: domain.Ore(-550), Quantity: "2", Line: 26},
			{Kind: Result, Account: "6110", Amount: domain.Ore(1550), Line: 27},
			{Kind: ObjectOpening, Account: "1910", Objects: p1, Amount: domain.Ore(100), Line: 28},
			{Kind: ObjectClosing, Account: "1910", Objects: []Object{{6, "P1"}, {21, "D1"}}, Amount: domain.Ore(200), Line: 29},
			{Kind: PeriodChange, Month: domain.MustDate("2023-12-01"), Account: "6110", Amount: domain.Ore(300), Line: 30},
			{Kind: PeriodChange, Month: domain.MustDate("2024-01-01"), Account: "6110", Objects: p1, Amount: domain.Ore(400), Quantity: "1.25", Line: 31},
			{Kind: PeriodBudget, Month: domain.MustDate("2024-02-01"), Account: "6110", Amount: domain.Ore(500), Line: 32},
		},
	}
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Error(diff)
	}
	if a, ok := got.Account("6110"); !ok || a.Unit != "st" {
		t.Errorf("account 6110: %+v, %v", a, ok)
	}
	for day, want := range map[string]int{"2023-07-01": 0, "2024-06-30": 0, "2023-06-30": -1} {
		if y, ok := got.Year(domain.MustDate(day)); !ok || y.Number != want {
			t.Errorf("%s lies in year %d, %v; want %d", day, y.Number, ok, want)
		}
	}
	if _, ok := got.Year(domain.MustDate("2024-07-01")); ok {
		t.Error("a day after the last year lies in a year")
	}
}

// TestWhatIsUnsaid checks the defaults.
func TestWhatIsUnsaid(t *testing.T) {
	got, _ := mustRead(t, "x.si", []byte(head+"#KPTYP\n#VALUTA \"\"\n"), Plain)
	if got.Chart != "BAS95" || got.Currency != "SEK" {
		t.Errorf("chart %q, currency %q", got.Chart, got.Currency)
	}
}

// TestObjectsOfADimension asks for objects through dimensions that lie below.
func TestObjectsOfADimension(t *testing.T) {
	const under = `#UNDERDIM 22 "Moment" 21
#UNDERDIM 21 "Delprojekt" 6
`
	row := Row{Objects: []Object{{22, "M"}, {2, "B"}, {21, "D"}, {7, "Anställd"}, {6, "P"}, {1, "S"}, {6, "Q"}}}
	for _, c := range []struct {
		text string
		dim  int
		want []Object
	}{
		{under, 6, []Object{{6, "P"}, {6, "Q"}, {22, "M"}, {21, "D"}}},
		{under, 21, []Object{{21, "D"}, {22, "M"}}},
		{under, 22, []Object{{22, "M"}}},
		{under, 8, nil},
		{"", 6, []Object{{6, "P"}, {6, "Q"}}},
		{"", 1, []Object{{1, "S"}, {2, "B"}}},                                                // cost bearer lies under cost centre
		{"#DIM 2 \"Fri\"\n", 1, []Object{{1, "S"}}},                                          // unless the file says otherwise
		{"#DIM 6 x\n#UNDERDIM 6 x 1\n", 1, []Object{{1, "S"}, {2, "B"}, {6, "P"}, {6, "Q"}}}, // the last word holds
	} {
		book, _ := mustRead(t, "x.si", []byte(head+c.text), Plain)
		if diff := cmp.Diff(c.want, book.ObjectsOf(row, c.dim)); diff != "" {
			t.Errorf("%q %d: %s", c.text, c.dim, diff)
		}
	}
}

// TestTypeOfAFile tells 4E from 4I by name, and by balances where the name is silent.
func TestTypeOfAFile(t *testing.T) {
	const balances = "#IB 0 1910 1\n#UB 0 1910 1\n#RES 0 6110 0\n"
	for _, c := range []struct {
		name, text string
		want       Type
		missing    int
	}{
		{"a.SI", head, Type4I, 0}, {"a.SE", head, Type4E, 3}, {"a.sie", head, Type4I, 0},
		{"a.sie", head + balances, Type4E, 0}, {"a", head + balances, Type4E, 0}, {"a.si", head + balances, Type4I, 0},
		{"a.se", type3, Type3, 0},
		{"a.se", "#FNAMN x\n", Type1, 10}, // FLAGGA PROGRAM FORMAT GEN RAR KONTO SRU UB RES IB
	} {
		book, _ := mustRead(t, c.name, []byte(c.text), Plain)
		missing := 0
		for _, n := range book.Notes {
			if n.Reason == "missing-record" {
				missing++
			}
		}
		if book.Type != c.want || missing != c.missing {
			t.Errorf("%s: type %s with %d records missing, want %s and %d", c.name, book.Type, missing, c.want, c.missing)
		}
	}
}
