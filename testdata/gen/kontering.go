package main

import "fmt"

// mapped is a range of accounts and the line of the budget its costs belong to: as
// a user writes it, and as the program names it.
type mapped struct {
	from, to   int
	line, slug string
}

// kontering is which line of DigiCreate's budget an account belongs to. The grant
// itself is no income of the project's, and so of no line.
var kontering = []mapped{
	{3000, 3899, "Intäkter", "income"},
	{3900, 3999, "Ingen", "none"},
	{4000, 4999, "Externa tjänster", "external-services"},
	{5000, 5011, "Indirekta kostnader", "indirect"},
	{5012, 5012, "Deltagarlokaler", "premises"},
	{5013, 5199, "Indirekta kostnader", "indirect"},
	{5400, 5499, "Utrustning och materiel", "equipment"},
	{5800, 5899, "Resor och logi", "travel"},
	{5900, 5999, "Externa tjänster", "external-services"},
	{6000, 6539, "Indirekta kostnader", "indirect"},
	{6540, 6559, "Extern sakkunskap och externa tjänster", "external-services"},
	{6560, 6599, "Indirekta kostnader", "indirect"},
}

// lineOf is the line an account belongs to, empty for none.
func lineOf(account int) string {
	for _, m := range kontering {
		if m.from <= account && account <= m.to {
			return m.slug
		}
	}
	return ""
}

// konteringFile writes the ranges.
func konteringFile() *file {
	rows := [][]cell{{text("Från konto"), text("Till konto"), text("Rad")}}
	for _, m := range kontering {
		rows = append(rows, []cell{text(fmt.Sprint(m.from)), text(fmt.Sprint(m.to)), text(m.line)})
	}
	n := len(kontering)
	return &file{name: "kontering.csv", kind: "accounts", data: delimited(rows, windows1252), rows: n, fresh: n}
}
