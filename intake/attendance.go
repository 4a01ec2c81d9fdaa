package intake

import (
	"cmp"
	"errors"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// attendances turns entries, whether from a long list or a sign-in matrix,
// into events: sessions first, then who was there.
type attendances struct {
	r       *reading
	t       *table
	entries []entry
}

// entry is one row of a list, or one cell of a matrix, as read.
type entry struct {
	at        domain.Place
	session   sessionRow
	identity  privacy.Identity
	role      domain.Role
	present   bool
	hours     domain.Hours
	certified bool
	by        domain.Certificate
	heads     *int
	of        *session // its session, once that is found
}

// sessionRow is what an entry says of its session.
type sessionRow struct {
	date         domain.Date
	activity     string // as written
	kind         string // slug of the type
	start, end   domain.Clock
	pause        domain.Hours
	planned      domain.Hours
	municipality domain.Municipality
	place        string
	project      string
}

// attendanceKey is what an attendance is compared by.
type attendanceKey struct{ session, subject uuid.UUID }

// attendance is what is compared: everything an attendance says.
type attendance struct {
	role         domain.Role
	present      bool
	hours        domain.Hours
	certified    bool
	by           domain.Certificate
	age          int // -1 when not known
	organisation uuid.UUID
}

// end records what the entries say.
func (a *attendances) end() error {
	if len(a.entries) == 0 && len(a.r.problems) == 0 && a.r.totals.Rows == 0 {
		a.r.problem(a.t.sheet, a.t.header, "", domain.T("tabellen har inga rader med uppgifter", "the table has no rows with data"),
			domain.T("fyll i närvaron och försök igen", "fill in the attendance and try again"))
		return nil
	}
	facts, err := loadAttendance(a.r, a.span())
	if err != nil {
		return err
	}
	sessions, err := a.sessions(facts)
	if err != nil {
		return err
	}
	orgs, err := loadOrganisations(a.r)
	if err != nil {
		return err
	}
	w := &writing{a: a, facts: facts, orgs: orgs, seen: map[attendanceKey]seen{}, heads: map[uuid.UUID]seen{}, born: map[uuid.UUID]domain.Date{}, warned: map[int]bool{}}
	for i := range a.entries {
		if sessions[i] == nil {
			continue // refused with its session
		}
		if err := w.entry(&a.entries[i], sessions[i]); err != nil {
			return err
		}
	}
	a.correctSessions(facts)
	return nil
}

// span is the days the entries are about.
func (a *attendances) span() domain.Period {
	if len(a.entries) == 0 {
		return domain.Period{}
	}
	byDate := func(x, y entry) int { return x.session.date.Compare(y.session.date) }
	return domain.Period{From: slices.MinFunc(a.entries, byDate).session.date, To: slices.MaxFunc(a.entries, byDate).session.date}
}

// refuse notes why an entry is not recorded.
func (a *attendances) refuse(e *entry, field string, what, hint domain.Text) {
	a.r.totals.Refused++
	a.r.problem(a.t.sheet, e.at.Line, a.column(e, field), what, hint)
}

// column is the header a message about an entry's field names.
func (a *attendances) column(e *entry, field string) string {
	return cmp.Or(a.t.columns.names[field], e.matrixColumn(a.t))
}

func (e *entry) matrixColumn(t *table) string {
	if e.at.Column > 0 && t.dates != nil {
		return t.dates[e.at.Column-1].String()
	}
	return ""
}

// writing compares entries with what is recorded and emits what is new.
type writing struct {
	a     *attendances
	facts *attendanceFacts
	orgs  *organisations
	seen  map[attendanceKey]seen
	heads map[uuid.UUID]seen
	born  map[uuid.UUID]domain.Date
	days  map[personDay]int // minutes of a person's day, as recorded and as this file says
	// warned are the lines told that they need no person number: a matrix has
	// many cells a line.
	warned map[int]bool
}

// seen is what an earlier line of this file said under the same key.
type seen struct {
	line int
	attendance
	count int
}

func (w *writing) entry(e *entry, s *session) error {
	if e.heads != nil {
		w.headCount(e, s)
		return nil
	}
	r := w.a.r
	e.identity.Within, e.identity.StoreNumber = s.id.String(), s.esf
	if !s.esf && !e.identity.Number.Zero() && !w.warned[e.at.Line] {
		w.warned[e.at.Line] = true
		r.warn(w.a.t.sheet, e.at.Line, w.a.column(e, "person_number"), domain.T("personnummer behövs inte här och sparas inte", "a person number is not needed here and is not stored"),
			domain.T("ta bort det ur listan", "remove it from the list"))
	}
	match, err := r.people.Person(e.identity)
	if errors.Is(err, privacy.ErrNobody) {
		w.a.refuse(e, "name", domain.T("raden har ingen att känna igen: personnumret sparas inte här", "the row has nobody to know again: the person number is not kept here"),
			domain.T("skriv namn eller e-post", "write a name or an e-mail address"))
		return nil
	}
	if err != nil {
		return err
	}
	if match.Conflict {
		r.warn(w.a.t.sheet, e.at.Line, w.a.column(e, "email"), domain.T("personnumret och e-postadressen hör till olika personer; numret gäller", "the person number and the e-mail address belong to different people; the number holds"),
			domain.T("rätta adressen, eller slå ihop personerna", "correct the address, or merge the people"))
	}
	org, err := w.orgs.find(e.at, e.identity.OrgNumber, "", "")
	if err != nil {
		return err
	}
	now := attendance{role: e.role, present: e.present, hours: e.hours, certified: e.certified, by: e.by, age: -1, organisation: org}
	if s.counts && e.identity.StoreNumber {
		if born, err := w.bornOf(match.Subject, e.identity); err != nil {
			return err
		} else if !born.Zero() {
			now.age = born.AgeOn(s.date)
		}
	}
	w.person(e, match.Subject)
	w.protect(e, match.Subject)
	e.of = s
	w.compare(e, attendanceKey{s.id, match.Subject}, now)
	return nil
}

// bornOf is the birthday behind the number on the row, or the one the vault
// keeps of the person.
func (w *writing) bornOf(subject uuid.UUID, identity privacy.Identity) (domain.Date, error) {
	if !identity.Number.Zero() {
		w.born[subject] = identity.Number.Born()
	}
	born, ok := w.born[subject]
	if !ok {
		number, err := w.a.r.people.Number(subject)
		if err != nil {
			return domain.Date{}, err
		}
		born = number.Born()
		w.born[subject] = born
	}
	return born, nil
}

// person records the sex a number tells, once.
func (w *writing) person(e *entry, subject uuid.UUID) {
	if !e.identity.Number.Zero() && e.identity.StoreNumber {
		w.sex(e.at, subject, e.identity.Number.Sex())
	}
}

// sex records somebody's sex, unless it is known so. Nonbinary, which is a
// person's own answer, is not what any number says.
func (w *writing) sex(at domain.Place, subject uuid.UUID, sex domain.Sex) {
	old, known := w.facts.sexes[subject]
	if known && (old.sex == sex || old.sex == domain.NonBinary) {
		return
	}
	w.facts.sexes[subject] = personRecord{sex: sex}
	event := domain.Event{Subject: subject, Data: domain.PersonRecorded{Sex: sex}}
	if known && old.event != uuid.Nil {
		w.a.r.correct(at, old.recorded, event)
		return
	}
	w.a.r.emit(at, event)
}

// protect records that a number of the kind that is given in place of a protected
// one was met. The number itself stands in the vault, or nowhere.
func (w *writing) protect(e *entry, subject uuid.UUID) {
	if _, said := w.facts.protected[subject]; said || e.identity.Number.Kind() != domain.Protected {
		return // whoever was said to be protected no longer stays so
	}
	w.facts.protected[subject] = true
	w.a.r.emit(e.at, domain.Event{Subject: subject, Data: domain.PersonProtected{Protected: true}})
}

// compare records an attendance when it is new or other than recorded.
func (w *writing) compare(e *entry, key attendanceKey, now attendance) {
	r := w.a.r
	if before, ok := w.seen[key]; ok {
		if before.attendance != now {
			w.a.refuse(e, "name", domain.Tf("samma person och tillfälle som rad %d, men med andra uppgifter", "the same person and session as line %d, with other data", before.line),
				domain.T("behåll den rätta raden", "keep the right line"))
			return
		}
		r.totals.Unchanged++
		r.warn(w.a.t.sheet, e.at.Line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", before.line), domain.Text{})
		return
	}
	w.seen[key] = seen{line: e.at.Line, attendance: now}
	s := e.of
	event := domain.Event{Date: e.session.date, Subject: key.subject, Organisation: now.organisation, Data: now.fact(key.session)}
	old, known := w.facts.attendance[key]
	if (!known || old.attendance != now) && !w.fits(e, key.subject, now.hours.Minutes()-old.hours.Minutes()) {
		return
	}
	switch {
	case !known:
		if r.fresh(e.at) {
			w.a.ensure(w.facts, s)
			r.emit(e.at, event)
		}
	case old.attendance == now:
		r.totals.Unchanged++
	default:
		if r.changes() {
			r.correct(e.at, old.recorded, event)
		}
	}
}

func (n attendance) fact(session uuid.UUID) domain.AttendanceRecorded {
	f := domain.AttendanceRecorded{Session: session, Role: n.role, Present: n.present, Hours: n.hours, Certified: n.certified, CertifiedBy: n.by}
	if n.age >= 0 {
		f.Age = &n.age
	}
	return f
}

func (w *writing) headCount(e *entry, s *session) {
	r := w.a.r
	if before, ok := w.heads[s.id]; ok {
		if before.count != *e.heads {
			w.a.refuse(e, "count", domain.Tf("samma tillfälle som rad %d, men med annat antal", "the same session as line %d, with another count", before.line),
				domain.T("behåll den rätta raden", "keep the right line"))
			return
		}
		r.totals.Unchanged++
		r.warn(w.a.t.sheet, e.at.Line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", before.line), domain.Text{})
		return
	}
	w.heads[s.id] = seen{line: e.at.Line, count: *e.heads}
	event := domain.Event{Date: s.date, Data: domain.HeadsCounted{Session: s.id, Heads: *e.heads}}
	old, known := w.facts.heads[s.id]
	switch {
	case !known:
		if r.fresh(e.at) {
			w.a.ensure(w.facts, s)
			r.emit(e.at, event)
		}
	case old.heads == *e.heads:
		r.totals.Unchanged++
	default:
		if r.changes() {
			r.correct(e.at, old.recorded, event)
		}
	}
}
