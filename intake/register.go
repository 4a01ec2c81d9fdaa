package intake

import (
	"slices"

	"utfall/domain"
	"utfall/intake/sheet"
	"utfall/privacy"
)

// register reads the long form of attendance: one row, one person or one head
// count at one session.
type register struct {
	attendances
}

func (g *register) row(w *row) {
	if sumRow(w, "name") {
		return
	}
	e := entry{at: domain.Place{Line: w.line}}
	e.session = sessionRow{date: w.date("date"), activity: w.text("activity"), kind: domain.Slug(w.text("type")), start: w.clock("start"),
		end: w.clock("end"), pause: w.minutes("break"), planned: w.hours("planned"), municipality: w.municipality("municipality"),
		place: w.text("place"), project: w.text("project")}
	if e.session.project == "" {
		e.session.project = g.r.opts.Project
	}
	e.heads = w.count("count")
	e.hours = w.hours("hours")
	e.certified, e.by = w.certificate("certified")
	var given bool
	if e.present, given = w.yesNo("present"); !given && e.heads == nil {
		e.present = !w.blank("hours") || !w.blank("start") && !w.blank("end")
		if !e.present && !w.bad {
			if slices.ContainsFunc(w.cells, func(c sheet.Cell) bool { return !blank(c) }) {
				w.warn("present", domain.T("varken närvaro, timmar eller tider: raden registreras inte", "neither presence, hours nor times: the row is not recorded"),
					domain.T("skriv ja eller nej", "write yes or no"))
			}
			return
		}
	}
	g.r.totals.Rows++
	g.who(w, &e)
	g.times(w, &e)
	w.required("date")
	w.required("activity")
	if w.bad {
		g.r.totals.Refused++
		return
	}
	g.entries = append(g.entries, e)
}

// who reads the person of a row, or that it is a head count.
func (g *register) who(w *row, e *entry) {
	role, err := domain.ParseRole(w.text("role"))
	if err != nil {
		w.problem("role", domain.T("okänd roll", "unknown role"), domain.T("skriv deltagare, personal, föreläsare eller besökare", "write participant, staff, speaker or visitor"))
	}
	e.role = role
	on := e.session.date
	if on.Zero() {
		on = g.r.today()
	}
	e.identity = privacy.Identity{Number: w.personNumber("person_number", on), Email: w.text("email"), Name: w.text("name"),
		OrgNumber: w.orgNumber("org_number")}
	nobody := e.identity.Number.Zero() && e.identity.Email == "" && e.identity.Name == ""
	switch {
	case e.heads != nil && !nobody:
		w.problem("count", domain.T("raden har både ett antal och en person", "the row has both a count and a person"),
			domain.T("låt antal stå på en egen rad utan namn", "let the count stand on a row of its own without a name"))
	case e.heads == nil && nobody && !w.bad:
		w.problem("name", domain.T("raden har ingen person", "the row has no person"), domain.T("skriv namn, e-post eller personnummer, eller Antal", "write a name, an e-mail address or a person number, or Antal"))
	}
}

// times makes the hours: given ones win over end - start - break; the absent
// have none.
func (g *register) times(w *row, e *entry) {
	start, end := e.session.start, e.session.end
	if start.Given() && end.Given() && end.Minute() < start.Minute() {
		w.problem("end", domain.T("slutar före det börjar", "ends before it starts"), domain.T("rätta tiderna", "correct the times"))
		return
	}
	if !e.present {
		if e.hours.Known() && e.hours.Minutes() > 0 {
			w.problem("hours", domain.T("frånvarande men med timmar", "absent but with hours"), domain.T("rätta närvaron eller timmarna", "correct the presence or the hours"))
		}
		e.hours = domain.Hours{}
		return
	}
	if e.hours.Known() || !start.Given() || !end.Given() {
		return
	}
	length := end.Minute() - start.Minute() - e.session.pause.Minutes()
	h, err := domain.Minutes(length)
	if err != nil {
		w.problem("break", domain.T("rasten är längre än tillfället", "the break is longer than the session"), domain.T("rätta rasten", "correct the break"))
		return
	}
	e.hours = h
}

// sumRow reports, and says, that a row is a list's own sum, not a person. The name
// is that of its column for names.
func sumRow(w *row, name string) bool {
	if !slices.Contains([]string{"summa", "totalt", "total", "sum", "antal"}, header(w.text(name))) || !w.blank("email") || !w.blank("person_number") {
		return false
	}
	w.warn(name, domain.T("en summarad, läses inte", "a sum row, not read"), domain.Text{})
	return true
}
