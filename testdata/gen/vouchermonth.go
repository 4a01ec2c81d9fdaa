package main

import (
	"fmt"
	"time"
)

// openingBalance is what the association had on the first day of 2018, in öre.
var openingBalance = map[int]int{1930: 614_350_00, 1510: 28_800_00, 2083: -48_000_00, 2091: -540_112_00, 2099: -31_838_00, 2710: -14_200_00, 2731: -9_000_00}

// wagesNow are a month's wages, in öre: those on the project while it lasts, and the others.
const managerWage, administratorWage, officeWage = 25_300_00, 8_900_00, 31_500_00

// month books what every month has.
func (b *books) month(first day) {
	last := first.AddDate(0, 1, -1)
	if first.Month() == time.January {
		result := b.balance[2099]
		b.book("A", on(first.Year(), 1, 2), "Föregående års resultat", 2091, posting{account: 2099, ore: -result})
	}
	tax, fees := b.balance[2710], b.balance[2731]
	b.book("A", first.AddDate(0, 0, 11), "Skatter och avgifter", 1930, posting{account: 2710, ore: -tax}, posting{account: 2731, ore: -fees})
	rent := []posting{{account: 5010, ore: 7_400_00}, {account: 5010, ore: 2_100_00}}
	phone := []posting{{account: 6212, ore: 410_00}, {account: 6212, ore: 325_00}}
	if b.running(first) {
		rent[1].project, phone[1].project = "DC", "DC"
	}
	b.owe(first.AddDate(0, 0, 1), landlord, "hyra kontor", 0, rent...)
	b.owe(first.AddDate(0, 0, 8), telephone, "mobiler", 25, phone...)
	b.wages(first)
	b.book("A", last, "Bankavgifter", 1930, posting{account: 6570, ore: 145_00})
	b.income(first)
	if first.Month()%3 == 0 {
		b.owe(first.AddDate(0, 0, 14), accountant, "löpande redovisning", 25, posting{account: 6530, ore: 6_250_00})
		out, in := b.balance[2611], b.balance[2641]
		b.book("A", last, "Momsredovisning", 2650, posting{account: 2611, ore: -out}, posting{account: 2641, ore: -in})
		owed := b.balance[2650]
		b.book("A", last, "Moms från skattekontot", 1930, posting{account: 2650, ore: -owed})
	}
	if first.Month() == time.March {
		b.book("A", first.AddDate(0, 0, 19), "Företagsförsäkring", 1930, posting{account: 6310, ore: 5_870_00})
	}
	if first.Month() == time.February || first.Month() == time.October {
		b.book("A", first.AddDate(0, 0, 20), "Förtäring Creative bar", 1930, posting{account: 4010, ore: 100 * b.d.between(3100, 5900)},
			posting{account: 2641, ore: 100 * b.d.between(380, 620)})
		b.owe(first.AddDate(0, 0, 21), trainer, "kompetenspass", 25, posting{account: 4600, ore: 9_500_00}.of("KP"))
	}
}

// running reports whether the project runs in a month.
func (b *books) running(first day) bool { return within(first, projectStart, projectEnd) }

// wages books a month's wages: the project's prove that its staff is employed, and
// are claimed by unit cost instead.
func (b *books) wages(first day) {
	rows := []posting{{account: 7010, ore: officeWage, text: "Kansli"}}
	if b.running(first) {
		rows = append(rows, posting{account: 7010, ore: managerWage, project: "DC", text: "Projektledare"}, posting{account: 7010, ore: administratorWage, project: "DC", text: "Administratör"})
	}
	wage := 0
	for _, r := range rows {
		wage += r.ore
	}
	tax := wage * 26 / 100 / 100 * 100
	date := first.AddDate(0, 0, 24)
	b.book("A", date, fmt.Sprint("Löner ", monthNames[first.Month()-1]), 1930, append(rows, posting{account: 2710, ore: -tax})...)
	var fees []posting
	for _, r := range rows {
		fees = append(fees, posting{account: 7510, ore: (r.ore*3142 + 5000) / 10000, project: r.project})
	}
	b.book("A", date, "Arbetsgivaravgifter", 2731, fees...)
}

// income books what comes in: fees of members in spring, of courses, and grants.
func (b *books) income(first day) {
	paid := 3
	if first.Month() == time.February || first.Month() == time.March {
		paid = 24
	}
	for i := range 2 {
		n := b.d.between(paid/2, paid)
		b.book("A", first.AddDate(0, 0, 9+12*i), "Medlemsavgifter", 1930, posting{account: 3010, ore: -n * 2_400_00})
	}
	net := 100 * b.d.between(2400, 7800)
	b.book("A", first.AddDate(0, 0, 17), "Kursavgifter", 1930, posting{account: 3041, ore: -net, project: "KP"}, posting{account: 2611, ore: -net / 4})
	if first.Month() == time.March || first.Month() == time.September {
		b.book("A", first.AddDate(0, 0, 5), "Verksamhetsbidrag kommunen", 1930, posting{account: 3987, ore: -330_000_00})
	}
}

// close moves the year's result to equity.
func (b *books) close(year int) {
	sum := 0
	for account, ore := range b.balance {
		if account >= 3000 {
			sum += ore
		}
	}
	b.book("A", on(year, 12, 31), "Årets resultat", 2099, posting{account: 8999, ore: -sum})
	for account := range b.balance {
		if account >= 3000 {
			b.balance[account] = 0
		}
	}
}
