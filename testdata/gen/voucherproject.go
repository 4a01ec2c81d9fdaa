package main

import (
	"strings"
	"time"
)

// projectMonth books what DigiCreate costs in a month: what its courses and days
// take, what is bought once, and journeys.
func (b *books) projectMonth(first day) {
	last := first.AddDate(0, 1, -1)
	for _, c := range courses {
		held := 0
		for _, date := range c.dates {
			if within(date, first, last) {
				held++
			}
		}
		if held > 0 && b.running(first) {
			b.course(last, c.topic, held)
		}
	}
	for _, s := range workshops() {
		if within(s.date, first, last) && s.counted() {
			topic := strings.TrimPrefix(s.activity, "DigiCreate: ")
			b.owe(s.date.AddDate(0, 0, 3), hall, "lokal "+topic, 25, posting{account: 5012, ore: 3_450_00, project: "DC"})
			b.owe(s.date.AddDate(0, 0, 6), trainer, topic, 25, posting{account: 6550, ore: 11_750_00, project: "DC"})
		}
	}
	for _, c := range singleCosts {
		if within(c.date, first, last) {
			b.owe(c.date, c.from, c.what, 25, posting{account: c.account, ore: c.ore, project: "DC"})
		}
	}
	if b.running(first) {
		b.journeys(first)
	}
	b.odd(first)
	for _, g := range grantPayments {
		if within(g.date, first, last) {
			b.book("A", g.date, "Svenska ESF-rådet, utbetalning", 1930, posting{account: 3986, ore: -g.ore, project: "DC"})
		}
	}
}

// course books a month of a course: who leads it, where it is, and materials. The
// digital ones need no room.
func (b *books) course(last day, topic string, held int) {
	b.owe(last.AddDate(0, 0, -2), trainer, strings.ToLower(topic), 25, posting{account: 6550, ore: held * 9_400_00, project: "DC"})
	b.owe(last.AddDate(0, 0, -1), hall, "kurslokal", 25, posting{account: 5012, ore: held * 2_900_00, project: "DC"})
	net := 100 * b.d.between(450, 1250)
	b.book("A", last.AddDate(0, 0, -3), "Kursmaterial", 1930, posting{account: 5460, ore: net, project: "DC"}, posting{account: 2641, ore: net / 4})
}

// singleCosts are what the project bought once.
var singleCosts = []struct {
	date    day
	from    supplier
	what    string
	account int
	ore     int
}{
	{on(2018, 2, 19), shop, "bärbara datorer", 5410, 27_800_00},
	{on(2018, 3, 14), agency, "grafisk profil", 5930, 18_500_00},
	{on(2018, 3, 28), evaluator, "behovsanalys, del 1", 6550, 38_000_00},
	{on(2018, 5, 30), evaluator, "behovsanalys, del 2", 6550, 34_500_00},
	{on(2018, 8, 22), webmaker, "kursplattform", 6540, 76_400_00},
	{on(2018, 9, 4), agency, "annonser hösten", 5910, 8_900_00},
	{on(2018, 12, 17), webmaker, "drift av kursplattform", 6540, 9_600_00},
	{on(2019, 1, 10), agency, "annonser våren", 5910, 8_200_00},
	{on(2019, 1, 24), evaluator, "utvärdering, halvtid", 6550, 44_000_00},
	{on(2019, 4, 3), shop, "kameror och mikrofoner", 5410, 21_360_50},
	{on(2019, 6, 18), evaluator, "utvärdering, löpande", 6550, 36_000_00},
	{on(2019, 8, 27), agency, "annonser hösten", 5910, 9_350_00},
	{on(2019, 12, 10), webmaker, "drift av kursplattform", 6540, 9_600_00},
	{on(2019, 12, 19), agency, "slutrapport, form och tryck", 5930, 23_700_75},
	{on(2020, 1, 28), evaluator, "slututvärdering", 6550, 58_000_00},
	{on(2020, 2, 18), accountant, "revision av slutredovisning", 6550, 14_000_00}, // after the project's end
}

// grantPayments are what the fund paid.
var grantPayments = []struct {
	date day
	ore  int
}{{on(2018, 4, 16), 400_000_00}, {on(2018, 11, 21), 212_640_00}, {on(2019, 5, 14), 348_115_00}, {on(2019, 11, 20), 301_470_00}, {on(2020, 3, 25), 96_250_00}}

// journeys books trains and a night now and then: by the association's card, or
// laid out by the project manager and paid back with the wages.
func (b *books) journeys(first day) {
	for range b.d.between(1, 3) {
		date := first.AddDate(0, 0, b.d.between(2, 25))
		fare := 50 * b.d.between(480, 2300)
		against := 1930
		if b.d.chance(25) {
			against = 2820
		}
		b.book("A", date, "Tågresa Borås-Göteborg", against, posting{account: 5810, ore: fare, project: "DC"}, posting{account: 2641, ore: fare * 6 / 100})
	}
	if first.Month()%3 == 2 && first.Month() != time.August {
		net := 100 * b.d.between(890, 1490)
		row := posting{account: 2641, ore: net * 12 / 100, project: "DC"}
		b.book("A", first.AddDate(0, 0, 15), "Hotell, projektledarträff", 1930, posting{account: 5831, ore: net, project: "DC"}, row)
	}
	if owed := b.balance[2820]; owed != 0 {
		b.book("A", first.AddDate(0, 0, 27), "Utlägg betalas", 1930, posting{account: 2820, ore: -owed})
	}
}

// odd books what is odd: fees for lunch that reduce the costs, petrol on an account
// of no line, and in October 2018 an invoice that came by mail and by e-mail.
func (b *books) odd(first day) {
	switch {
	case first.Equal(on(2018, 11, 1)):
		b.book("A", on(2018, 11, 22), "Lunchavgifter deltagare", 1930, posting{account: 3041, ore: -4_250_00, project: "DC"}, posting{account: 2611, ore: -510_00})
	case first.Equal(on(2019, 10, 1)):
		b.book("A", on(2019, 10, 18), "Lunchavgifter deltagare", 1930, posting{account: 3041, ore: -3_900_00, project: "DC"}, posting{account: 2611, ore: -468_00})
	case first.Equal(on(2019, 2, 1)):
		b.book("A", on(2019, 2, 15), "Drivmedel hyrbil", 1930, posting{account: 5615, ore: 412_50, project: "DC"}, posting{account: 2641, ore: 103_13})
	case first.Equal(on(2018, 10, 1)):
		v := b.owe(on(2018, 10, 4), agency, "roll-up och skyltar", 25, posting{account: 5410, ore: 7_980_00, project: "DC"})
		again := *v
		again.date, again.text = on(2018, 10, 22), v.text+" (e-post)"
		again.rows = append([]posting(nil), v.rows...)
		b.add(&again)
	}
}
