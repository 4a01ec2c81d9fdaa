package main

import (
	"fmt"
	"strings"
)

// matrix is a sign-in matrix: persons down, dates across, one activity a file.
type matrix struct {
	file, title    string
	activity, kind string
	project        string
	hours          int // minutes that an x stands for, -1: the title rows do not say
	hoursAsText    bool
	headings       heading
	sessions       []*session
	rows           []matrixRow
}

// heading is how the dates stand in the header.
type heading int

const (
	excelDates heading = iota
	isoText
	swedishText
)

// matrixRow is a person's line; a nil cell is blank.
type matrixRow struct {
	person *person
	cells  []*attendance
}

// at adds a date. A matrix says nothing of time, place or municipality.
func (m *matrix) at(d day) *session {
	s := &session{activity: m.activity, kind: m.kind, project: m.project, date: d, start: -1, end: -1, list: m.file}
	m.sessions = append(m.sessions, s)
	return s
}

// employer is the company a matrix names for a person: that of its first date.
func (m *matrix) employer(p *person) string {
	if c := p.companyOn(m.sessions[0].date); c != nil {
		return c.number
	}
	return ""
}

// sign gives a present cell: an x, or the hours somebody wrote instead.
func (m *matrix) sign(d *dice, s *session, p *person) *attendance {
	a := &attendance{session: s, role: "participant", present: true, hours: m.hours}
	a.carry(p)
	a.org = m.employer(p)
	a.style = rowStyle{mark: "x", said: -1}
	if d.chance(18) {
		a.style.said = pick(d, []int{60, 90, 120, 150, 180})
		a.hours = a.style.said
	}
	return a
}

// enter adds a person's line: there on about so many of a hundred dates, and
// surely on the dates that must says.
func (m *matrix) enter(d *dice, p *person, percent int, must ...int) {
	row := matrixRow{person: p, cells: make([]*attendance, len(m.sessions))}
	for i, s := range m.sessions {
		sure := false
		for _, j := range must {
			sure = sure || i == j
		}
		if sure || d.chance(percent) {
			row.cells[i] = m.sign(d, s, p)
		}
	}
	m.rows = append(m.rows, row)
}

// attendances lists the cells in the order they are read: line by line.
func (m *matrix) attendances() []*attendance {
	var out []*attendance
	for _, r := range m.rows {
		for _, a := range r.cells {
			if a != nil {
				out = append(out, a)
			}
		}
	}
	return out
}

// write makes the workbook: title rows, header, people with a blank line or two.
func (m *matrix) write(d *dice) (*file, error) {
	rows := [][]cell{
		{text(m.title)},
		{text("Aktivitet:"), text(m.activity)},
		{text("Typ:"), text(m.kind)},
	}
	merged := [][2]string{{"A1", "F1"}, {"B2", "D2"}}
	if m.project != "" {
		rows = append(rows, []cell{text("Projekt:"), text(m.project)})
	}
	if m.hours >= 0 {
		hours := amount(float64(m.hours)/60, "")
		if m.hoursAsText {
			hours = text(decimal(m.hours))
		}
		rows = append(rows, []cell{text("Timmar:"), hours})
	}
	rows = append(rows, []cell{}, m.header())
	for i, r := range m.rows {
		if i > 0 && i%9 == 0 {
			rows = append(rows, []cell{})
		}
		rows = append(rows, m.line(d, r))
	}
	data, err := book{sheet: "Närvaro", rows: rows, merged: merged}.bytes()
	if err != nil {
		return nil, err
	}
	n := len(m.attendances())
	return &file{name: m.file + ".xlsx", kind: "attendance", data: data, rows: n, fresh: n}, nil
}

// header names the columns of the person, then the dates.
func (m *matrix) header() []cell {
	row := []cell{text("Namn"), text("E-post"), text("Organisationsnummer")}
	if m.project != "" {
		row = append(row, text("Personnummer"))
	}
	for _, s := range m.sessions {
		switch m.headings {
		case excelDates:
			row = append(row, dated(s.date, iso(s.date)))
		case isoText:
			row = append(row, text(iso(s.date)))
		case swedishText:
			row = append(row, text(swedish(s.date)))
		}
	}
	return row
}

// line writes a person and the cells.
func (m *matrix) line(d *dice, r matrixRow) []cell {
	row := []cell{text(untidyName(d, r.person.name)), text(untidyAddress(d, r.person.email)), text(m.employer(r.person))}
	if m.project != "" {
		row = append(row, text(writtenPin(d, r.person.pin)))
	}
	for _, a := range r.cells {
		row = append(row, matrixCell(d, a))
	}
	return row
}

// matrixCell writes a cell: nothing, x, or hours as a number or as Swedish text.
func matrixCell(d *dice, a *attendance) cell {
	switch {
	case a == nil:
		return cell{}
	case a.style.said < 0:
		return text(pick(d, []string{"x", "x", "x", "X", "x "}))
	case a.style.said%60 != 0 && d.chance(50):
		return text(decimal(a.style.said))
	}
	return amount(float64(a.style.said)/60, "")
}

// decimal writes minutes as hours with a decimal comma: 2,5.
func decimal(minutes int) string {
	s := fmt.Sprint(float64(minutes) / 60)
	return strings.Replace(s, ".", ",", 1)
}

// competenceMatrices are the six competence sessions a term with a matrix:
// two topics on three dates each, all of them open to anybody.
func (w *world) competenceMatrices(t term) []*matrix {
	d := newDice("matrix " + t.name())
	var out []*matrix
	slots := [][]int{{0, 2, 4}, {5, 7, 9}}
	if t.year == 2020 && !t.autumn {
		slots[1] = []int{7, 9}
	}
	for i, topic := range shuffled(d, topics)[:2] {
		words := strings.Fields(asciiLower(topic))
		m := &matrix{file: fmt.Sprintf("kompetens-%s-%s", t.name(), words[0]), title: "Närvarolista Creative Cluster " + t.name(),
			activity: "Kompetenspass: " + topic, kind: "Kompetenspass", hours: 120, headings: heading(d.below(3))}
		if d.chance(25) {
			m.hours = -1
		}
		for _, slot := range slots[i] {
			m.at(t.slot(slot))
		}
		asked := w.draw(d, &session{date: m.sessions[0].date, people: d.between(9, 14), mixMembers: 85})
		for _, p := range asked {
			m.enter(d, p, 68)
		}
		out = append(out, m)
	}
	return out
}

// asciiLower writes words as a file name has them.
func asciiLower(s string) string {
	return strings.NewReplacer("å", "a", "ä", "a", "ö", "o").Replace(strings.ToLower(s))
}
