package main

import (
	"fmt"
	"strings"
)

// memberRow is one line of a member register: a period as known that year.
type memberRow struct {
	company             *company
	from, till          day
	employees, turnover int
	muni                string
}

// registerOf lists the periods a year's register shows, oldest first.
func (w *world) registerOf(year int) []memberRow {
	var rows []memberRow
	for _, c := range w.members {
		employees, turnover, muni := c.employees, c.turnover, c.muni
		for _, n := range c.changes {
			if n.year <= year {
				employees, turnover, muni = n.employees, n.turnover, n.muni
			}
		}
		for _, p := range c.periods {
			if p.from.Year() > year {
				continue
			}
			row := memberRow{company: c, from: p.from, employees: employees, turnover: turnover, muni: muni}
			if p.known <= year {
				row.till = p.till
			}
			rows = append(rows, row)
		}
	}
	return rows
}

var memberHeader = []cell{text("Organisationsnummer"), text("Företag"), text("Kommun"), text("SNI"),
	text("Antal anställda"), text("Omsättning"), text("Medlem från"), text("Medlem till"), text("E-post")}

// memberFiles writes the registers of five years: each the full list so far.
func (w *world) memberFiles() ([]*file, error) {
	flavours := []flavour{windows1252, 0, utf8BOM, windows1252, windows1252}
	var before []memberRow
	var out []*file
	for i, year := range []int{2017, 2018, 2019, 2020, 2021} {
		d := newDice(fmt.Sprint("members ", year))
		now := w.registerOf(year)
		f := &file{name: fmt.Sprintf("medlemmar-%d.csv", year), kind: "members"}
		f.compareMembers(before, now)
		rows := [][]cell{memberHeader}
		for _, r := range now {
			rows = append(rows, memberCells(d, r, year))
		}
		f.data = delimited(rows, flavours[i])
		if year == 2018 {
			if err := f.asMemberBook(rows); err != nil {
				return nil, err
			}
		}
		before, out = now, append(out, f)
	}
	return out, nil
}

// asMemberBook makes the one register that somebody kept in Excel, with a
// title above its header.
func (f *file) asMemberBook(rows [][]cell) (err error) {
	title := []cell{text("Medlemsregister Creative Cluster, per 2018-12-31")}
	f.name = strings.Replace(f.name, ".csv", ".xlsx", 1)
	f.data, err = book{sheet: "Medlemmar", rows: append([][]cell{title, {}}, rows...),
		merged: [][2]string{{"A1", "I1"}}}.bytes()
	return err
}

// compareMembers counts what an import finds after the registers before.
func (f *file) compareMembers(before, now []memberRow) {
	f.rows = len(now)
	for _, r := range now {
		switch old := earlier(before, r); {
		case old == nil:
			f.fresh++
		case *old == r:
			f.unchanged++
		default:
			f.changed++
		}
	}
}

// earlier finds the same period in the register before.
func earlier(before []memberRow, r memberRow) *memberRow {
	for i := range before {
		if before[i].company == r.company && before[i].from.Equal(r.from) {
			return &before[i]
		}
	}
	return nil
}

// memberCells writes a row as the register of its year does. The same
// municipality and SNI code are written in other ways in other years: that is
// no change.
func memberCells(d *dice, r memberRow, year int) []cell {
	c := r.company
	row := []cell{text(c.number), text(c.name), {}, text(c.sni), {}, {}, dated(r.from, iso(r.from)), dated(r.till, iso(r.till)), text(c.email)}
	if r.muni != "" {
		row[2] = text(written(d, r.muni))
	}
	if year >= 2020 {
		row[3] = text(strings.ReplaceAll(c.sni, ".", ""))
	}
	if r.employees >= 0 {
		row[4] = amount(float64(r.employees), fmt.Sprint(r.employees))
		row[5] = amount(float64(r.turnover), thousands(r.turnover)+",00")
	}
	if d.chance(4) {
		row[1].text += " " // a blank typed by accident
	}
	if d.chance(5) {
		row[6] = dated(r.from, swedish(r.from))
	}
	if year == 2021 && d.chance(10) {
		row[7] = dated(r.till, r.till.Format("2006-01-02")+" 00:00:00")
	}
	return row
}

// thousands writes a number with no-break spaces between its thousands.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}
