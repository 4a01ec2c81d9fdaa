package main

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// longFile is an attendance list: one row a person and session.
type longFile struct {
	name    string // without its ending
	flavour flavour
	asBook  bool
	title   string // above the header of a workbook
	english bool   // headers
	columns []string
	rows    []*attendance
}

var projectColumns = []string{"Datum", "Aktivitet", "Typ", "Start", "Slut", "Rast", "Planerat", "Plats", "Kommun",
	"Projekt", "Roll", "Namn", "E-post", "Organisationsnummer", "Personnummer", "Närvarande", "Timmar", "Intygad"}

var listColumns = []string{"Datum", "Aktivitet", "Typ", "Start", "Slut", "Rast", "Plats", "Kommun", "Roll",
	"Namn", "E-post", "Organisationsnummer", "Närvarande", "Antal"}

var englishColumn = strings.NewReplacer("Datum", "date", "Aktivitet", "activity", "Typ", "type", "Start", "start",
	"Slut", "end", "Rast", "break", "Plats", "place", "Kommun", "municipality", "Roll", "role", "Namn", "name",
	"E-post", "email", "Organisationsnummer", "org_number", "Närvarande", "present", "Antal", "count")

// termLists are the ten lists of the association's own activities, each as the
// person who kept it that term happened to save it.
func (w *world) termLists() []longFile {
	flavours := []flavour{windows1252, windows1252, 0, utf16Tab, windows1252, 0, utf8BOM, utf8BOMComma, 0, windows1252}
	var out []longFile
	for i, t := range allTerms() {
		d := newDice("list " + t.name())
		f := longFile{name: "narvaro-" + t.name(), flavour: flavours[i], columns: listColumns}
		for _, s := range t.longSessions(d) {
			f.rows = append(f.rows, w.rowsOf(d, s)...)
		}
		switch t.name() {
		case "2017-HT", "2021-HT":
			f.columns = append(append([]string{"Projekt"}, shuffled(d, listColumns)...), "Anmärkning")
		case "2018-VT", "2021-VT":
			f.asBook = true
		case "2019-HT":
			f.asBook, f.title = true, "Närvaro hösten 2019"
			f.columns = append(listColumns[:len(listColumns):len(listColumns)], "Personnummer")
			w.sprinkleNumbers(f.rows)
		case "2020-HT":
			f.english = true
		}
		out = append(out, f)
	}
	return out
}

// sprinkleNumbers writes person numbers where none belong: no row here has a
// project. Those of participants may be looked up; the others are not kept.
func (w *world) sprinkleNumbers(rows []*attendance) {
	known, unknown := 0, 0
	for _, a := range rows {
		switch {
		case a.person == nil || a.person.pin == "":
		case w.inProject(a.person) && known < 4:
			a.pin = a.person.pin
			known++
		case !w.inProject(a.person) && unknown < 2:
			a.pin = a.person.pin
			unknown++
		}
	}
}

// write makes the file and counts what its import should.
func (l longFile) write() (*file, error) {
	d := newDice("write " + l.name)
	f := &file{name: l.name + ".csv", kind: "attendance"}
	rows := [][]cell{l.header()}
	for _, a := range l.rows {
		row := l.line(d, a)
		rows = append(rows, row)
		if a.person != nil && !a.present && !a.absent {
			f.noRecord++
			continue
		}
		f.rows, f.fresh = f.rows+1, f.fresh+1
		if a.person != nil && d.chance(1) {
			rows = append(rows, row) // pasted twice
			f.rows, f.unchanged, f.duplicates = f.rows+1, f.unchanged+1, f.duplicates+1
		}
		if d.chance(2) {
			rows = append(rows, make([]cell, len(l.columns)*d.below(2)))
		}
	}
	if !l.asBook {
		f.data = delimited(rows, l.flavour)
		return f, nil
	}
	if l.title != "" {
		rows = append([][]cell{{text(l.title)}, {}}, rows...)
	}
	f.name = l.name + ".xlsx"
	var err error
	f.data, err = book{sheet: "Närvaro", rows: rows}.bytes()
	return f, err
}

// header writes the columns' names.
func (l longFile) header() []cell {
	var row []cell
	for _, c := range l.columns {
		if l.english {
			c = englishColumn.Replace(c)
		}
		row = append(row, text(c))
	}
	return row
}

// line writes a row.
func (l longFile) line(d *dice, a *attendance) []cell {
	row := make([]cell, len(l.columns))
	for i, c := range l.columns {
		row[i] = a.cell(d, c)
	}
	return row
}

// cell writes one value of a row.
func (a *attendance) cell(d *dice, column string) cell {
	s := a.session
	switch column {
	case "Datum":
		return writtenDate(d, s.date)
	case "Aktivitet":
		return text(untidyActivity(d, s.activity))
	case "Typ":
		return text(s.kind)
	case "Start", "Slut", "Rast", "Planerat":
		return a.timeCell(column)
	case "Plats":
		return text(s.place)
	case "Kommun":
		if s.muni == "" {
			return cell{}
		}
		return text(written(d, s.muni))
	case "Projekt":
		return text(s.project)
	case "Närvarande":
		return text(a.style.mark)
	case "Antal":
		if a.count > 0 {
			return amount(float64(a.count), fmt.Sprint(a.count))
		}
		return cell{}
	case "Timmar":
		if a.style.said < 0 {
			return cell{}
		}
		return amount(float64(a.style.said)/60, decimal(a.style.said))
	}
	return a.personCell(d, column)
}

// timeCell writes when the session was, as far as the row says.
func (a *attendance) timeCell(column string) cell {
	s := a.session
	switch {
	case column == "Start" && !a.style.noStart:
		return timed(s.start)
	case column == "Slut" && !a.style.noEnd:
		return timed(s.end)
	case column == "Rast" && s.pause > 0 && !a.style.noEnd:
		return amount(float64(s.pause), fmt.Sprint(s.pause))
	case column == "Planerat":
		return amount(float64(s.minutes())/60, decimal(s.minutes()))
	}
	return cell{}
}

// personCell writes what a row says of the person.
func (a *attendance) personCell(d *dice, column string) cell {
	switch column {
	case "Roll":
		if a.role == "participant" && d.chance(60) {
			return cell{} // it goes without saying
		}
		return text(a.role)
	case "Namn":
		return text(untidyName(d, a.name))
	case "E-post":
		return text(untidyAddress(d, a.email))
	case "Organisationsnummer":
		return text(a.org)
	case "Personnummer":
		return text(writtenPin(d, a.pin))
	case "Intygad":
		if a.present && a.role == "participant" {
			return text("ja")
		}
	}
	return cell{}
}

// writtenDate writes a day as people do; in a workbook it is an Excel date.
func writtenDate(d *dice, date day) cell {
	switch n := d.below(100); {
	case n < 10:
		return dated(date, swedish(date))
	case n < 14:
		return dated(date, iso(date)+" 00:00:00")
	}
	return dated(date, iso(date))
}

// attendanceFiles writes every list and matrix. The files are taken by name:
// DigiCreate's, then the competence matrices, then the terms' lists.
func (w *world) attendanceFiles() ([]*file, error) {
	d := newDice("matrices")
	lists, grids := w.projectFiles()
	for _, t := range allTerms() {
		grids = append(grids, w.competenceMatrices(t)...)
	}
	lists = append(lists, w.termLists()...)
	var files []*file
	var all []*attendance
	for _, l := range lists {
		f, err := l.write()
		if err != nil {
			return nil, err
		}
		files, all = append(files, f), append(all, named(l.rows, f.name)...)
	}
	for _, m := range grids {
		f, err := m.write(d)
		if err != nil {
			return nil, err
		}
		files, all = append(files, f), append(all, named(m.attendances(), f.name)...)
	}
	sort.Slice(files, func(i, j int) bool { return files[i].name < files[j].name })
	sort.SliceStable(all, func(i, j int) bool { return all[i].file < all[j].file })
	for _, a := range all {
		if a.person == nil || a.present || a.absent {
			w.attendances = append(w.attendances, a)
		}
		if !slices.Contains(w.sessions, a.session) {
			w.sessions = append(w.sessions, a.session)
		}
	}
	return files, nil
}

// named says which file the rows stand in.
func named(rows []*attendance, file string) []*attendance {
	for _, a := range rows {
		a.file = file
	}
	return rows
}
