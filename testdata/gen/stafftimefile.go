package main

import (
	"fmt"
	"sort"
	"strings"
)

// staffTimeFiles writes the time reports of two years.
func (w *world) staffTimeFiles() ([]*file, error) {
	w.makeStints()
	sort.SliceStable(w.stints, func(i, j int) bool { return w.stints[i].date.Before(w.stints[j].date) })
	first := w.timeReport(2018)
	first.name = "tidrapport-digicreate-2018.csv"
	first.data = delimited(first.grid, windows1252)
	second := w.timeReport(2019)
	second.name = "tidrapport-digicreate-2019.xlsx"
	var err error
	second.data, err = book{sheet: "Tid 2019", rows: append([][]cell{{text("Tidrapport DigiCreate 2019")}, {}}, second.grid...)}.bytes()
	return []*file{&first.file, &second.file}, err
}

// moneyFiles writes what DigiCreate's claims are made of: the accounts, what
// others gave, the staff's time, the bookkeeping, and what was wrong in the time reports.
func (w *world) moneyFiles() ([]*file, error) {
	reports, err := w.staffTimeFiles()
	if err != nil {
		return nil, err
	}
	out := append([]*file{konteringFile(), contributionsFile()}, reports...)
	return append(append(out, w.sieFiles()...), w.correctedTimeFile()), nil
}

// timeReport is a list before it is written to a format.
type timeReport struct {
	file
	grid [][]cell
}

var staffColumns = []cell{text("Datum"), text("Person"), text("Funktion"), text("Projekt"), text("Timmar"), text("Aktivitet")}

// timeReport writes a year's list: day by day, what came late below an empty line,
// and a sum that is no row.
func (w *world) timeReport(year int) *timeReport {
	d := newDice(fmt.Sprint("time report ", year))
	out := &timeReport{file: file{kind: "staff-time"}, grid: [][]cell{staffColumns}}
	sum := 0
	add := func(s *stint) {
		row := s.row(d, s.minutes)
		out.grid = append(out.grid, row)
		out.rows, out.fresh, sum = out.rows+1, out.fresh+1, sum+s.minutes
		if s.twice {
			out.grid = append(out.grid, row)
			out.rows, out.unchanged, out.duplicates = out.rows+1, out.unchanged+1, out.duplicates+1
		}
	}
	for _, s := range w.stints {
		if s.listed() == year && !s.late {
			add(s)
		}
	}
	late := false
	for _, s := range w.stints {
		if s.listed() == year && s.late {
			if !late {
				out.grid, late = append(out.grid, []cell{}), true
			}
			add(s)
		}
	}
	out.grid = append(out.grid, []cell{{}, text("Summa"), {}, {}, amount(float64(sum)/60, decimal(sum)), {}})
	return out
}

// row writes a stint as somebody in a hurry does.
func (s *stint) row(d *dice, minutes int) []cell {
	function := s.function
	switch n := d.below(100); {
	case n < 6:
		function = strings.ToUpper(function[:1]) + function[1:]
	case n < 9:
		function += " "
	}
	return []cell{dated(s.date, iso(s.date)), text(untidyName(d, s.person.name)), text(function), text("DC"), amount(float64(minutes)/60, decimal(minutes)), text(s.activity)}
}

// correctedTimeFile is the list of hours that were wrong in March 2019, with a row
// that was right all the time.
func (w *world) correctedTimeFile() *file {
	d := newDice("corrected time report")
	f := &file{name: "tidrapport-rattad.csv", kind: "staff-time"}
	rows := [][]cell{staffColumns}
	for _, s := range w.stints {
		if s.corrected < 0 {
			if f.changed == 2 && f.unchanged == 0 && s.function == "project manager" {
				rows = append(rows, s.row(d, s.minutes))
				f.rows, f.unchanged = f.rows+1, 1
			}
			continue
		}
		rows = append(rows, s.row(d, s.corrected))
		f.rows, f.changed = f.rows+1, f.changed+1
	}
	f.data = delimited(rows, windows1252)
	return f
}
