package reports

import (
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// Planned is a session that is not recorded yet, to print a sign-in sheet for.
type Planned struct {
	Activity       string
	On             domain.Date
	Start, End     string // 09:00
	Place, Trainer string
}

// blankRows are left on a sign-in sheet for those nobody expected.
const blankRows = 8

// signInSession is a session people are to sign for.
type signInSession struct {
	date, activity string
	from, to       string
	place          Cell
	trainers       []Cell
	rows           [][2]Cell // name, organisation
}

// signIn is the report of sign-in sheets, one a session. Persons of protected
// identity are never on them: the paper is passed around a room.
func (b *builder) signIn() *Report {
	p := b.project()
	if b.err != nil {
		return nil
	}
	facts := b.facts
	hidden := *facts
	hidden.HideProtected = true
	b.facts = &hidden
	sessions := b.signInSessions(p)
	b.facts = facts
	if b.err == nil && len(sessions) == 0 {
		b.err = domain.Refuse(domain.NotFound, domain.Tf("%s har inga tillfällen de dagarna", "%s has no sessions on those days", p.Project),
			domain.T("ange andra dagar, eller --activity och --on för ett som inte är registrerat", "give other days, or --activity and --on for one that is not recorded"))
	}
	r := &Report{Title: b.say("Närvarolista", "Sign-in sheet"), Subtitle: b.subtitle(p.Name, p.DiaryNumber), Publicity: b.publicity(p)}
	for i, s := range sessions {
		r.Sheets = append(r.Sheets, b.signInSheet(p, i, s))
	}
	return r
}

// publicity is what the papers of the project must say.
func (b *builder) publicity(p domain.ProjectRecorded) *Publicity {
	rule := rules.Of(p.Programme).Publicity
	if rule.Text.Zero() {
		return nil
	}
	return &Publicity{Text: rule.Text.In(b.p.Lang), Emblem: rule.Emblem}
}

func (b *builder) signInSessions(p domain.ProjectRecorded) []*signInSession {
	if plan := b.p.Planned; plan != nil {
		b.p.Range = domain.Period{From: plan.On, To: plan.On}
		if !p.Period().Contains(plan.On) {
			b.err = domain.Refuse(domain.Usage, domain.Tf("%s ligger utanför projektets tid, %s – %s", "%s is outside the project's period, %s – %s", plan.On, p.Start, p.End), domain.T("ange en dag i projektet", "give a day of the project"))
		}
		s := &signInSession{date: plan.On.String(), activity: plan.Activity, from: plan.Start, to: plan.End, place: words(plan.Place)}
		if plan.Trainer != "" {
			s.trainers = []Cell{words(plan.Trainer)}
		}
		b.list("list_active", b.p.Project, func(rows *sql.Rows) error {
			var id uuid.UUID
			var organisation string
			var hides bool
			err := rows.Scan(&id, &organisation, &hides)
			s.add(id, organisation, false, hides)
			return err
		})
		return []*signInSession{s}
	}
	var out []*signInSession
	byID := map[uuid.UUID]*signInSession{}
	b.list("list_signin", b.p.Project, func(rows *sql.Rows) error {
		var id, event uuid.UUID
		var start, end int
		var sealed, municipality string
		s := &signInSession{}
		if err := rows.Scan(&id, &event, &s.date, &s.activity, &start, &end, &sealed, &municipality); err != nil {
			return err
		}
		s.from, s.to = timeOf(start), timeOf(end)
		s.place = words(b.municipality(municipality))
		if sealed != "" {
			s.place = Cell{Kind: Words, Identity: &Identity{Field: PlaceName, ID: event, Text: sealed}}
		}
		byID[id], out = s, append(out, s)
		return nil
	})
	b.list("list_signin_persons", b.p.Project, func(rows *sql.Rows) error {
		var session, id uuid.UUID
		var trains, hides bool
		var organisation string
		err := rows.Scan(&session, &id, &trains, &organisation, &hides)
		if s := byID[session]; s != nil {
			s.add(id, organisation, trains, hides)
		}
		return err
	})
	return out
}

// add puts somebody on the sheet.
func (s *signInSession) add(id uuid.UUID, organisation string, trains, hides bool) {
	switch {
	case hides: // nobody else in the room is to know
	case trains:
		s.trainers = append(s.trainers, identity(PersonName, id))
	default:
		s.rows = append(s.rows, [2]Cell{identity(PersonName, id), words(organisation)})
	}
}

// timeOf is a minute of the day as a clock shows it, nothing below 0.
func timeOf(minute int) string {
	if minute < 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}

func (b *builder) signInSheet(p domain.ProjectRecorded, i int, s *signInSession) Sheet {
	about := b.aboutForm()
	about.add(b.say("Projekt", "Project"), words(p.Name))
	about.add(b.say("Diarienummer", "Diary number"), words(p.DiaryNumber))
	about.add(b.say("Aktivitet", "Activity"), words(s.activity))
	about.add(b.say("Datum", "Date"), words(s.date))
	about.add(b.say("Tid", "Time"), words(between(s.from, s.to)))
	about.add(b.say("Plats", "Place"), s.place)
	for _, trainer := range s.trainers {
		about.add(b.say("Ledare", "Trainer"), trainer)
	}
	if len(s.trainers) == 0 {
		about.add(b.say("Ledare", "Trainer"), Cell{})
	}
	t := Table{Adds: Apart, Form: true, Columns: []Column{{Header: b.say("Nr", "No"), Width: formLead}, {Header: b.say("Namn", "Name"), Width: formValue}, {Header: b.say("Företag", "Company"), Width: 28},
		{Header: b.say("Kom", "Arrived"), Width: 11}, {Header: b.say("Gick", "Left"), Width: 11}, {Header: b.say("Underskrift", "Signature"), Width: 36}}}
	for _, row := range s.rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(fmt.Sprint(len(t.Rows) + 1)), row[0], row[1], {}, {}, {}}})
	}
	for range blankRows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(fmt.Sprint(len(t.Rows) + 1)), {}, {}, {}, {}, {}}})
	}
	return Sheet{Name: fmt.Sprintf("%s %d", s.date, i+1), Title: b.say("Närvarolista", "Sign-in sheet"), Single: true,
		Intro:  []string{b.say("Med min underskrift intygar jag att jag deltog under den tid som står på raden.", "By my signature I certify that I took part during the time on the row.")},
		Tables: []Table{about.Table, t, b.signatures(b.say("Ledarens underskrift", "Trainer's signature"))}}
}

func between(from, to string) string {
	if from == "" && to == "" {
		return ""
	}
	return from + "–" + to
}

// The tables of a paper stand under each other and share their columns' widths.
const (
	formLead  = 18
	formValue = 34
)

// form is what a paper is about, item by item.
type form struct{ Table }

func (b *builder) aboutForm() *form {
	return &form{Table{Adds: Apart, Columns: []Column{{Header: b.say("Uppgift", "Item"), Width: formLead}, {Header: b.say("Värde", "Value"), Width: formValue}}}}
}

func (f *form) add(what string, c Cell) {
	f.Rows = append(f.Rows, Row{Cells: []Cell{words(what), c}})
}

// signatures is where a paper is signed, by each of some.
func (b *builder) signatures(whose ...string) Table {
	t := Table{Adds: Apart, Form: true, Columns: []Column{{Header: b.say("Underskrift av", "Signature of"), Width: formLead}, {Header: b.say("Underskrift", "Signature"), Width: formValue}, {Header: b.say("Namnförtydligande", "Name in print"), Width: 24}, {Header: b.say("Datum", "Date"), Width: 11}}}
	for _, who := range whose {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(who), {}, {}, {}}})
	}
	return t
}
