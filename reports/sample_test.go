package reports

import (
	"fmt"
	"math"
	"strings"

	"utfall/domain"
)

// sample is a report with all a report can hold, of made-up figures.
func sample(lang string) *Report {
	months := []string{"2019-01", "2019-02", "2019-03", "2019-04", "2019-05", "2019-06"}
	return &Report{
		Name: "growth", Title: "Deltagarutveckling", Lang: lang,
		Subtitle: "Projekt Språng & Co, Exempelstads kommun, januari–juni 2019",
		Notice:   "Preliminär: tre importerade filer väntar på granskning.",
		Sheets: []Sheet{
			monthsSheet(months), ratesSheet(months), costSheet(), activitySheet(), longSheet(), pairSheet(), provenanceSheet(),
		},
		Stamp: Stamp{
			Position: 48211, RecordedOn: domain.MustDate("2019-07-03"), Program: "1.4.0",
			Parameters: []Parameter{{"project", "sprang"}, {"from", "2019-01-01"}, {"to", "2019-06-30"}},
		},
	}
}

func number(k Kind, v float64) Cell { return Cell{Kind: k, Number: v} }

func monthsSheet(months []string) Sheet {
	t := Table{
		Title: "Deltagare och timmar per månad",
		Note:  "En deltagare räknas en gång i varje månad som hon har minst en närvarotimme.",
		Columns: []Column{
			{Header: "Månad"}, {Header: "Kvinnor"}, {Header: "Män"}, {Header: "Deltagare"}, {Header: "Närvarotimmar"},
		},
	}
	sums := [5]float64{}
	for i, m := range months {
		women, men, minutes := 40+7*i, 31+5*i, 61234+977*i
		row := []Cell{words(m), count(women), count(men), count(women + men).live(fmt.Sprintf("{%d,1}+{%d,2}", i, i)), hoursCell(minutes)}
		for c := range row {
			sums[c] += row[c].Number
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	total := Row{Total: true, Cells: []Cell{words("Summa")}}
	for c := 1; c < 5; c++ {
		kind := Count
		if c == 4 {
			kind = HoursKind
		}
		total.Cells = append(total.Cells, number(kind, sums[c]).live(fmt.Sprintf("SUM({0,%d}:{%d,%d})", c, len(months)-1, c)))
	}
	t.Rows = append(t.Rows, total)
	return Sheet{
		Name: "Månader", Title: "Deltagare per månad",
		Intro: []string{
			"Bladet visar hur många som har deltagit i projektets aktiviteter varje månad och hur många timmar de har varit närvarande. Siffrorna bygger på de närvarolistor som har lämnats in och godkänts.",
			"Summan av månaderna är inte antalet personer: den som har deltagit i flera månader räknas i var och en.",
		},
		Tables: []Table{t},
		Charts: []Chart{
			{Kind: StackedColumns, Title: "Deltagare per månad", Category: 0, Series: []int{1, 2}, ToRow: len(months)},
			{Kind: Lines, Title: "Närvarotimmar per månad", Category: 0, Series: []int{4}, ToRow: len(months)},
		},
	}
}

func ratesSheet(months []string) Sheet {
	t := Table{Columns: []Column{{Header: "Månad"}, {Header: "Andel kvinnor"}, {Header: "Andel i arbete efter avslut"}}}
	for i, m := range months {
		after := number(Share, 0.31+float64(i)/50)
		if i == 2 {
			after = Cell{Kind: Suppressed}
		}
		if i == 0 {
			after = Cell{Kind: NoValue}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(m), number(Share, 0.5+float64(i)/90), after}})
	}
	return Sheet{
		Name: "Andelar", Title: "Andelar", Tables: []Table{t},
		Charts: []Chart{{Kind: Lines, Title: "Andelar per månad", Series: []int{1, 2}, ToRow: len(months)}},
	}
}

func costSheet() Sheet {
	t := Table{Title: "Upparbetade kostnader", Columns: []Column{
		{Header: "Kostnadsslag"}, {Header: "Budget, SEK"}, {Header: "Utfall, SEK"}, {Header: "Avvikelse, SEK"}, {Header: "Senast bokfört"},
	}}
	for i, name := range []string{"Personal", "Externa tjänster", "Resor och logi", "Schablon för indirekta kostnader, 40 % av direkta personalkostnader"} {
		budget, spent := 1800000.0/float64(i+1), 1234567.5/float64(i+1)
		budget, spent = math.Round(budget), math.Round(spent)
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			words(name), number(Kronor, budget), number(Kronor, spent),
			number(Kronor, spent-budget).live(fmt.Sprintf("{%d,2}-{%d,1}", i, i)), dateCell(domain.MustDate("2019-06-28")),
		}})
	}
	return Sheet{
		Name: "Kostnader", Title: "Kostnader mot budget", Tables: []Table{t},
		Charts: []Chart{{Kind: Bars, Title: "Budget och utfall", Series: []int{1, 2}, ToRow: 4}},
	}
}

func activitySheet() Sheet {
	t := Table{Title: "Aktiviteter", Columns: []Column{{Header: "Aktivitet"}}}
	for c := range 11 {
		t.Columns = append(t.Columns, Column{Header: fmt.Sprintf("Närvarotimmar vecka %d", c+1)})
	}
	for i, name := range []string{"Svenska på jobbet", "Studiebesök", "Coachning", "CV-verkstad", "Praktik"} {
		row := Row{Cells: []Cell{words(name)}}
		for c := range 11 {
			row.Cells = append(row.Cells, hoursCell(1200*(i+1)+c*95))
		}
		t.Rows = append(t.Rows, row)
	}
	return Sheet{
		Name: "Aktiviteter", Title: "Närvaro per aktivitet och vecka", Tables: []Table{t},
		Charts: []Chart{
			{Kind: Columns, Title: "Timmar per aktivitet, vecka 1–4", Series: []int{1, 2, 3, 4}, ToRow: 5},
			{Kind: StackedBars, Title: "Timmar per aktivitet, vecka 1–3", Series: []int{1, 2, 3}, ToRow: 5},
		},
	}
}

func longSheet() Sheet {
	t := Table{Columns: []Column{{Header: "Datum"}, {Header: "Deltagare"}, {Header: "Aktivitet"}, {Header: "Timmar"}, {Header: "Anteckning"}}}
	for i := range 120 {
		note := ""
		if i%17 == 3 {
			note = "Deltog på distans under förmiddagen och på plats under eftermiddagen, enligt överenskommelse med handledaren."
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			dateCell(domain.MustDate("2019-01-07").AddDays(i)), words(fmt.Sprintf("D-%04d", i*37%1000)), words("Svenska på jobbet"),
			hoursCell(60 + i%7*30), words(note),
		}})
	}
	return Sheet{Name: "Dataunderlag", Title: "Närvaro rad för rad", Tables: []Table{t}}
}

func pairSheet() Sheet {
	ages := Table{Title: "Ålder", Note: "Ålder den första dagen i projektet.", Columns: []Column{{Header: "Ålder"}, {Header: "Antal"}, {Header: "Andel"}}}
	for i, age := range []string{"16–24", "25–34", "35–44", "45–54", "55–64"} {
		n := count(12 + i*3)
		if i == 4 {
			n = Cell{Kind: Suppressed, Formula: "SUM({0,1}:{3,1})"} // must not come out
		}
		ages.Rows = append(ages.Rows, Row{Cells: []Cell{words(age), n, number(Share, 0.2)}})
	}
	sex := Table{Title: "Kön", Columns: []Column{{Header: "Kön"}, {Header: "Antal"}, {Header: "Andel"}}}
	for i, name := range []string{"Kvinnor", "Män"} {
		sex.Rows = append(sex.Rows, Row{Cells: []Cell{
			words(name), count(75 + i*50), number(Share, float64(75+i*50)/200).live(fmt.Sprintf("={%d,1}/SUM({0,1}:{1,1})", i)),
		}})
	}
	return Sheet{
		Name: "Bakgrund", Title: "Deltagarnas bakgrund", Tables: []Table{ages, sex},
		Charts: []Chart{
			{Kind: Columns, Title: "Ålder", Series: []int{1}, ToRow: 4},
			{Kind: Bars, Title: "Kön", Table: 1, Series: []int{1}, ToRow: 2},
		},
	}
}

func provenanceSheet() Sheet {
	t := Table{Columns: []Column{{Header: "Uppgift"}, {Header: "Värde"}}}
	for _, p := range [][2]string{
		{"Position", "48211"}, {"Kontrollpunkt", strings.Repeat("9f3a", 16)}, {"Program", "utfall 1.4.0"}, {"Regelverk", "esf-2019 version 3"},
	} {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(p[0]), words(p[1])}})
	}
	return Sheet{Name: "Proveniens", Title: "Hur rapporten har kommit till", Tables: []Table{t}}
}
