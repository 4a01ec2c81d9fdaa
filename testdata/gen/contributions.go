package main

import "fmt"

// monthlyCash is what Borås Stad gave DigiCreate in money each month, in öre: with the
// participants' time about the quarter that the grant asks for.
const monthlyCash = 28_500_00

// contributionsFile writes what was given, on the first day of each month.
func contributionsFile() *file {
	rows := [][]cell{{text("Datum"), text("Projekt"), text("Form"), text("Offentlig"), text("Belopp"), text("Underlag")}}
	for _, s := range spans("month", projectStart, projectEnd) {
		rows = append(rows, []cell{text(s.from.Format("2006-01-02")), text("DC"), text("kontant"), text("ja"), text(fmt.Sprintf("%d,%02d", monthlyCash/100, monthlyCash%100)), text("Avtal om medfinansiering")})
	}
	n := len(rows) - 1
	return &file{name: "bidrag.csv", kind: "contributions", data: delimited(rows, windows1252), rows: n, fresh: n}
}
