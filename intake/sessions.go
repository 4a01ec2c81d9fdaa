package intake

import (
	"github.com/google/uuid"

	"utfall/domain"
)

// session is a session entries belong to: recorded before, or new with this file.
type session struct {
	recorded
	id       uuid.UUID
	activity uuid.UUID
	date     domain.Date
	esf      bool // its project is an ESF project: only then is a person number kept
	counts   bool // and the day is inside it
	row      sessionRow
	line     int // of the entry that described it first in this file, 0: none yet
	fresh    bool
	written  bool // a fresh one whose event is among this file's
}

// sessionKey tells sessions apart: formats.md 3. A row without start joins the
// only session of its key.
type sessionKey struct {
	activity uuid.UUID
	date     domain.Date
	project  string
}

// sessions finds or makes the session of every entry; nil for a refused one.
// Entries that give a start come first, so that the order of the lines in the
// file does not decide which session a line without start joins.
func (a *attendances) sessions(facts *attendanceFacts) ([]*session, error) {
	projects, err := loadProjects(a.r)
	if err != nil {
		return nil, err
	}
	out := make([]*session, len(a.entries))
	for _, withStart := range []bool{true, false} {
		for i := range a.entries {
			if e := &a.entries[i]; e.session.start.Given() == withStart {
				out[i] = a.session(facts, projects, e)
			}
		}
	}
	return out, nil
}

func (a *attendances) session(facts *attendanceFacts, projects map[string]project, e *entry) *session {
	p := projects[e.session.project]
	a.r.projects[e.session.project] = true
	if e.session.project != "" && p.id == "" {
		a.refuse(e, "project", domain.T("okänt projekt", "unknown project"),
			domain.T("läs in projektets fil först, eller rätta projektets id", "import the project's file first, or correct the project's id"))
		return nil
	}
	inside := p.id != "" && p.period.Contains(e.session.date)
	if p.id != "" && !inside && !facts.warned[e.session.date] {
		facts.warned[e.session.date] = true
		a.r.warn(a.t.sheet, e.at.Line, a.column(e, "date"), domain.Tf("dagen ligger utanför projektet %s och räknas inte i det", "the day lies outside project %s and does not count in it", p.id), domain.Text{})
	}
	key := sessionKey{facts.activity(e.session.activity), e.session.date, e.session.project}
	var found *session
	for _, s := range facts.sessions[key] {
		if s.row.start == e.session.start {
			found = s
		}
	}
	if found == nil && !e.session.start.Given() {
		switch all := facts.sessions[key]; len(all) {
		case 0:
		case 1:
			found = all[0]
		default:
			if a.r.placed(e.at) {
				a.r.totals.Unchanged++ // this very row was recorded, when there was one session only
				return nil
			}
			a.refuse(e, "start", domain.Tf("flera tillfällen den dagen; raden säger inte vilket", "several sessions that day; the row does not say which"),
				domain.T("skriv starttiden", "write the start time"))
			return nil
		}
	}
	if found == nil {
		found = &session{id: uuid.New(), activity: key.activity, date: key.date, fresh: true, row: e.session, line: e.at.Line}
		facts.sessions[key] = append(facts.sessions[key], found)
	}
	found.esf, found.counts = p.esf, inside && p.esf
	if !a.describe(facts, found, e) {
		return nil
	}
	return found
}

// describe lets an entry say what its session is like. Within a file the first
// line that says something holds; another type or municipality is refused,
// another time or place only warned about.
func (a *attendances) describe(facts *attendanceFacts, s *session, e *entry) bool {
	if s.line == 0 {
		s.line = e.at.Line
		if s.row.merge(e.session) {
			facts.changed = append(facts.changed, s)
		}
		return true
	}
	if field := s.row.differs(e.session); field == "type" || field == "municipality" {
		a.refuse(e, field, domain.Tf("samma tillfälle som rad %d, men med annat värde", "the same session as line %d, with another value", s.line),
			domain.T("skriv samma på alla rader för tillfället", "write the same on every row of the session"))
		return false
	} else if field != "" && !facts.differed[s.id] {
		facts.differed[s.id] = true
		a.r.warn(a.t.sheet, e.at.Line, a.column(e, field), domain.Tf("tillfället beskrivs olika på rad %d; den radens uppgift gäller", "the session is described otherwise on line %d; that line's value holds", s.line), domain.Text{})
	}
	if s.row.fill(e.session) && !s.fresh {
		facts.changed = append(facts.changed, s)
	}
	return true
}

// differs names the first field both say and say differently. The end and the
// break may differ by person: they make the person's hours.
func (s *sessionRow) differs(o sessionRow) string {
	switch {
	case s.kind != "" && o.kind != "" && s.kind != o.kind:
		return "type"
	case !s.municipality.IsZero() && !o.municipality.IsZero() && s.municipality != o.municipality:
		return "municipality"
	case s.planned.Known() && o.planned.Known() && s.planned != o.planned:
		return "planned"
	case s.place != "" && o.place != "" && domain.Fold(s.place) != domain.Fold(o.place):
		return "place"
	}
	return ""
}

// fill takes over what s does not say yet; it reports whether that was anything.
func (s *sessionRow) fill(o sessionRow) bool {
	before := *s
	if s.kind == "" {
		s.kind = o.kind
	}
	if s.municipality.IsZero() {
		s.municipality = o.municipality
	}
	if !s.planned.Known() {
		s.planned = o.planned
	}
	if s.place == "" {
		s.place = o.place
	}
	if !s.end.Given() {
		s.end = o.end
	}
	if !s.pause.Known() {
		s.pause = o.pause
	}
	return *s != before
}

// merge takes over what a later file says of a recorded session. The end and
// the break are only filled in: they may differ by person.
func (s *sessionRow) merge(o sessionRow) bool {
	before := *s
	if o.kind != "" {
		s.kind = o.kind
	}
	if !o.municipality.IsZero() {
		s.municipality = o.municipality
	}
	if o.planned.Known() {
		s.planned = o.planned
	}
	if o.place != "" && domain.Fold(o.place) != domain.Fold(s.place) {
		s.place = o.place
	}
	s.fill(o)
	return *s != before
}

// ensure records a session, and its activity, before the first entry that is
// recorded of it: a file that says nothing new makes no session either.
func (a *attendances) ensure(facts *attendanceFacts, s *session) {
	if !s.fresh || s.written {
		return
	}
	s.written = true
	at := domain.Place{Line: s.line}
	if facts.newActivities[s.activity] {
		delete(facts.newActivities, s.activity)
		a.r.emit(at, domain.Event{Data: domain.ActivityRegistered{Activity: s.activity, Name: s.row.activity}})
	}
	a.r.emitTexts(at, s.toRecord(), texts{place: s.row.place})
}

// correctSessions corrects the sessions this file describes otherwise than
// recorded.
func (a *attendances) correctSessions(facts *attendanceFacts) {
	done := map[uuid.UUID]bool{}
	for _, s := range facts.changed {
		if !s.fresh && !a.r.again && !done[s.id] {
			done[s.id] = true
			a.r.correctTexts(domain.Place{Line: s.line}, s.recorded, s.toRecord(), texts{place: s.row.place})
		}
	}
}

func (s *session) toRecord() domain.Event {
	return domain.Event{Date: s.date, Data: domain.SessionRecorded{Session: s.id, Activity: s.activity, Kind: s.row.kind, Start: s.row.start,
		End: s.row.end, Break: s.row.pause, Planned: s.row.planned, Municipality: s.row.municipality, Project: s.row.project}}
}
