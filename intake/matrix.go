package intake

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"utfall/domain"
	"utfall/intake/sheet"
	"utfall/privacy"
)

// matrix reads the wide form of attendance, the sign-in matrix: persons down,
// the dates of the sessions across.
type matrix struct {
	attendances
	common sessionRow // what the rows above the header say
	hours  domain.Hours
	cols   []int // columns of dates, in order
}

// wideHeader gives the table when a line names a person's column and has at
// least one date beside it.
func wideHeader(m *Mapping, c *columns, l sheet.Line) *table {
	if c.names["date"] != "" || c.names["name"] == "" && c.names["email"] == "" && c.names["person_number"] == "" {
		return nil
	}
	dates := map[int]domain.Date{}
	var unclear []string
	for i, cell := range l.Cells {
		switch d, err := parseDate(cell); {
		case blank(cell):
		case err == nil:
			dates[i] = d
		case errors.Is(err, errAmbiguous):
			unclear = append(unclear, strings.TrimSpace(cell.Text))
		}
	}
	if len(dates) == 0 {
		return nil
	}
	c.unknown = slices.DeleteFunc(c.unknown, func(h string) bool {
		_, err := parseDate(sheet.Cell{Kind: sheet.Text, Text: h})
		_, err2 := parseDate(sheet.Cell{Kind: sheet.Date, Text: h})
		return err == nil || err2 == nil
	})
	return &table{kind: "attendance", sheet: l.Sheet, mapping: m, columns: c, header: l.Number, dates: dates, unclear: unclear}
}

// newMatrix reads the title rows above the header.
func newMatrix(r *reading, t *table) (*matrix, error) {
	m := &matrix{attendances: attendances{r: r, t: t}, cols: slices.Sorted(maps.Keys(t.dates))}
	title := func(labels ...string) sheet.Cell {
		for _, l := range labels {
			if c, ok := t.values[l]; ok {
				return c
			}
		}
		return sheet.Cell{}
	}
	top := &row{r: r, table: &table{sheet: t.sheet, columns: &columns{at: map[string]int{"hours": 0, "municipality": 1, "start": 2, "end": 3},
		names: map[string]string{"hours": "Timmar:", "municipality": "Kommun:", "start": "Start:", "end": "Slut:"}}}, line: t.header,
		cells: []sheet.Cell{title("timmar", "hours"), title("kommun", "municipality"), title("start"), title("slut", "end")}}
	for _, h := range t.unclear {
		r.problem(t.sheet, t.header, h, domain.T("datumet kan läsas på flera sätt", "the date can be read in several ways"),
			domain.T("skriv det som 2019-03-14", "write it as 2019-03-14"))
	}
	m.hours = top.hours("hours")
	m.common = sessionRow{activity: trimmed(title("aktivitet", "activity", "kurs")), project: trimmed(title("projekt", "project")),
		kind: domain.Slug(trimmed(title("typ", "type"))), planned: m.hours, municipality: top.municipality("municipality"),
		start: top.clock("start"), end: top.clock("end"), place: trimmed(title("plats", "place"))}
	if m.common.project == "" {
		m.common.project = r.opts.Project
	}
	if m.common.activity == "" {
		r.problem(t.sheet, t.header, "", domain.T("listan säger inte vilken aktivitet den gäller", "the list does not say which activity it is for"),
			domain.T("skriv Aktivitet: och namnet på en rad ovanför rubrikerna", "write Aktivitet: and the name on a row above the headers"))
	}
	return m, nil
}

func trimmed(c sheet.Cell) string { return strings.TrimSpace(norm.NFC.String(c.Text)) }

func (m *matrix) row(w *row) {
	filled := 0
	for _, col := range m.cols {
		if col < len(w.cells) && !blank(w.cells[col]) {
			filled++
		}
	}
	if filled == 0 {
		return // nobody, or somebody who was at nothing: no record
	}
	if sumRow(w, "name") {
		return
	}
	m.r.totals.Rows += filled
	identity := privacy.Identity{Number: w.personNumber("person_number", m.t.dates[m.cols[0]]), Email: w.text("email"),
		Name: w.text("name"), OrgNumber: w.orgNumber("org_number")}
	role, err := domain.ParseRole(w.text("role"))
	if err != nil {
		w.problem("role", domain.T("okänd roll", "unknown role"), domain.T("skriv deltagare, personal, föreläsare eller besökare", "write participant, staff, speaker or visitor"))
	}
	if identity.Number.Zero() && identity.Email == "" && identity.Name == "" && !w.bad {
		w.problem("name", domain.T("raden har närvaro men ingen person", "the row has attendance but no person"), domain.T("skriv namnet", "write the name"))
	}
	if w.bad {
		m.r.totals.Refused += filled
		return
	}
	for _, col := range m.cols {
		if col < len(w.cells) && !blank(w.cells[col]) {
			m.cell(w, col, entry{identity: identity, role: role})
		}
	}
}

// cell reads one mark: x or ja is present, nej is absent, a number is hours.
func (m *matrix) cell(w *row, col int, e entry) {
	e.at = domain.Place{Line: w.line, Column: col + 1}
	e.session = m.common
	e.session.date = m.t.dates[col]
	c := w.cells[col]
	refuse := func(what, hint domain.Text) {
		m.r.totals.Refused++
		m.r.problem(m.t.sheet, w.line, m.t.dates[col].String(), what, hint)
	}
	if n, err := parseNumber(c); err == nil && c.Kind != sheet.Date && c.Kind != sheet.Bool {
		h, err := domain.HoursOf(n)
		if err != nil {
			refuse(domain.T("tiden måste ligga mellan 0 och 24 timmar", "the time must lie between 0 and 24 hours"), domain.T("rätta värdet", "correct the value"))
			return
		}
		e.present, e.hours = true, h
		m.entries = append(m.entries, e)
		return
	}
	present, ok := parseYesNo(c)
	if !ok {
		refuse(domain.T("varken x, nej eller ett antal timmar", "neither x, no nor a number of hours"), domain.T("skriv x, antal timmar, eller lämna tomt", "write x, the hours, or leave it blank"))
		return
	}
	if e.present = present; present {
		e.hours = m.hours
	}
	m.entries = append(m.entries, e)
}
