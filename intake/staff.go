package intake

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// staffTime reads what the staff of projects worked: one row, one person's work of
// one day.
type staffTime struct {
	r    *reading
	t    *table
	rows []staffRow
}

type staffRow struct {
	line     int
	date     domain.Date
	identity privacy.Identity
	activity string
	fact     domain.StaffTimeRecorded
	subject  uuid.UUID
	refused  bool
}

func (x *staffTime) row(w *row) {
	if sumRow(w, "person") {
		return
	}
	x.r.totals.Rows++
	out := staffRow{line: w.line, date: w.date("date"), activity: w.text("activity"),
		fact: domain.StaffTimeRecorded{Project: w.text("project"), Function: domain.Fold(w.text("function")), Minutes: w.hours("hours").Minutes()}}
	if out.fact.Project == "" {
		out.fact.Project = x.r.opts.Project
	}
	out.fact.Mark = x.r.in.activityMark(out.activity)
	out.identity = x.who(w, out.date)
	for _, field := range []string{"date", "function", "hours"} {
		w.required(field)
	}
	if w.bad {
		x.r.totals.Refused++
		return
	}
	x.rows = append(x.rows, out)
}

// who reads the person of a row. The column Person takes what a list has: a name,
// an e-mail address or a person number.
func (x *staffTime) who(w *row, on domain.Date) privacy.Identity {
	if on.Zero() {
		on = x.r.today()
	}
	out := privacy.Identity{Number: w.personNumber("person_number", on), Email: w.text("email")}
	switch s := w.text("person"); {
	case strings.Contains(s, "@"):
		if out.Email != "" && domain.Fold(out.Email) != domain.Fold(s) {
			w.problem("person", domain.T("raden har två e-postadresser", "the row has two e-mail addresses"), domain.T("ta bort den ena", "remove one of them"))
		}
		out.Email = s
	case numeric(s):
		number := w.personNumber("person", on)
		if !out.Number.Zero() && !number.Zero() && out.Number.Digits() != number.Digits() {
			w.problem("person", domain.T("raden har två personnummer", "the row has two person numbers"), domain.T("ta bort det ena", "remove one of them"))
		}
		out.Number = number
	default:
		out.Name = s
	}
	if out.Number.Zero() && out.Email == "" && out.Name == "" && !w.bad {
		w.problem("person", domain.T("raden har ingen person", "the row has no person"), domain.T("skriv namn eller e-post", "write a name or an e-mail address"))
	}
	return out
}

// numeric reports whether a text is meant for a number: names have none of its
// digits.
func numeric(s string) bool {
	digits := 0
	for _, c := range s {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits >= 6
}

func (x *staffTime) refuse(row *staffRow, field string, what, hint domain.Text) {
	row.refused = true
	x.r.totals.Refused++
	x.r.problem(x.t.sheet, row.line, x.t.columns.names[field], what, hint)
}

func (x *staffTime) end() error {
	projects, err := loadProjects(x.r)
	if err != nil {
		return err
	}
	known, err := loadStaff(x.r)
	if err != nil {
		return err
	}
	for i := range x.rows {
		x.inProject(&x.rows[i], projects)
	}
	// Those who are told apart by more than the name first: whom a bare name means
	// must not depend on the order of the rows.
	for _, bare := range []bool{false, true} {
		for i := range x.rows {
			row := &x.rows[i]
			if row.refused || bare != (row.identity.Number.Zero() && row.identity.Email == "") {
				continue
			}
			if err := x.identify(row, known); err != nil {
				return err
			}
		}
	}
	var facts []keyedFact
	for i := range x.rows {
		row := &x.rows[i]
		if row.refused {
			continue
		}
		known.protect(x, row)
		facts = append(facts, keyedFact{line: row.line, key: staffKey(row.subject, row.date, row.fact), date: row.date, subject: row.subject, fact: row.fact, texts: texts{activity: row.activity}})
	}
	compareFacts(x.r, x.t, facts, known.rows)
	return nil
}

// inProject refuses a row of no project that is known, and says when its day does
// not count.
func (x *staffTime) inProject(row *staffRow, projects map[string]project) {
	in := projects[row.fact.Project]
	x.r.projects[row.fact.Project] = true
	if in.id == "" {
		what := domain.T("okänt projekt", "unknown project")
		if row.fact.Project == "" {
			what = domain.T("projekt saknas", "the project is missing")
		}
		x.refuse(row, "project", what, domain.T("läs in projektets fil först, eller rätta projektets id", "import the project's file first, or correct the project's id"))
		return
	}
	if !in.period.Contains(row.date) {
		x.r.warn(x.t.sheet, row.line, x.t.columns.names["date"], domain.Tf("dagen ligger utanför projektets tid, %s – %s, och räknas inte", "the day lies outside the project's period, %s – %s, and is not counted", in.period.From, in.period.To),
			domain.T("rätta datumet, eller projektets fil", "correct the date, or the project's file"))
	}
	if !row.identity.Number.Zero() {
		field := "person_number"
		if x.t.columns.names[field] == "" {
			field = "person"
		}
		x.r.warn(x.t.sheet, row.line, x.t.columns.names[field], domain.T("personnummer behövs inte här och sparas inte", "a person number is not needed here and is not stored"),
			domain.T("ta bort det ur listan", "remove it from the list"))
	}
}

// identify finds whom a row means, or makes somebody.
func (x *staffTime) identify(row *staffRow, known *staff) error {
	numbered, err := x.r.people.Numbered(row.identity.Number)
	if err != nil {
		return err
	}
	i := row.identity
	var match privacy.Match
	found, err := known.called(x.r, row)
	switch {
	case err != nil:
		return err
	case numbered == uuid.Nil && len(found) == 1:
		match.Subject = found[0]
	case numbered == uuid.Nil && len(found) > 1:
		if x.r.placed(domain.Place{Line: row.line}) {
			row.refused = true // what this very file recorded stands, whoever has come since
			x.r.totals.Unchanged++
			return nil
		}
		x.refuse(row, "person", domain.T("flera i projektets personal heter så", "several of the project's staff go by that name"), domain.T("lägg till e-post", "add an e-mail address"))
		return nil
	case numbered == uuid.Nil && i.Email == "":
		if match, err = x.r.people.Colleague(row.fact.Project, i.Name); err == nil && match.How == privacy.New {
			err = x.elsewhere(row, known)
		}
	default:
		match, err = x.r.people.Person(i)
	}
	if errors.Is(err, privacy.ErrNobody) {
		x.refuse(row, "person", domain.T("raden har ingen att känna igen: personnumret sparas inte här", "the row has nobody to know again: the person number is not kept here"),
			domain.T("skriv namn eller e-post", "write a name or an e-mail address"))
		return nil
	}
	if err != nil {
		return err
	}
	if match.Conflict {
		x.r.warn(x.t.sheet, row.line, x.t.columns.names["email"], domain.T("personnumret och e-postadressen hör till olika personer; numret gäller", "the person number and the e-mail address belong to different people; the number holds"),
			domain.T("rätta adressen, eller slå ihop personerna", "correct the address, or merge the people"))
	}
	if match.How == privacy.New && i.Name != "" && i.Email != "" {
		if err := x.namesake(row, known); err != nil {
			return err
		}
	}
	row.subject = known.join(row.fact.Project, match.Subject)
	return nil
}

// namesake says that a new address came with a name the staff has already: it may
// be the same person, who would be counted twice.
func (x *staffTime) namesake(row *staffRow, known *staff) error {
	bare := *row
	bare.identity = privacy.Identity{Name: row.identity.Name}
	same, err := known.called(x.r, &bare)
	if len(same) > 0 {
		x.r.warn(x.t.sheet, row.line, x.t.columns.names["person"], domain.T("någon annan i projektets personal heter likadant", "somebody else of the project's staff has the same name"),
			domain.T("är det samma person: utfall people candidates och people merge", "if it is the same person: utfall people candidates and people merge"))
	}
	return err
}

// elsewhere says that a bare name that is new in a project is one that another
// project's staff has: the ceilings of a day and a year are of the person.
func (x *staffTime) elsewhere(row *staffRow, known *staff) error {
	for _, project := range slices.Sorted(maps.Keys(known.of)) {
		other := *row
		other.fact.Project = project
		same, err := known.called(x.r, &other)
		if err != nil || len(same) == 0 || project == row.fact.Project {
			if err != nil {
				return err
			}
			continue
		}
		x.r.warn(x.t.sheet, row.line, x.t.columns.names["person"], domain.Tf("någon i projektet %s heter likadant; taken per dag och år gäller personen", "somebody in the project %s has the same name; the ceilings of a day and a year are of the person", project),
			domain.T("är det samma person: ange e-post i båda listorna, eller utfall people merge", "if it is the same person: give an e-mail address in both lists, or utfall people merge"))
		return nil
	}
	return nil
}

// staff is who has worked in projects, and what is recorded of it.
type staff struct {
	of     map[string][]uuid.UUID // by project, merged ids too
	into   map[uuid.UUID]uuid.UUID
	rows   map[string]recordedFact
	people *attendanceFacts // who is known to be of protected identity
}

func staffKey(subject uuid.UUID, on domain.Date, f domain.StaffTimeRecorded) string {
	return strings.Join([]string{f.Project, subject.String(), on.String(), f.Mark}, "\x00")
}

func loadStaff(r *reading) (*staff, error) {
	merges, err := loadMerges(r)
	if err != nil {
		return nil, err
	}
	out := &staff{of: map[string][]uuid.UUID{}, into: merges, rows: map[string]recordedFact{}, people: &attendanceFacts{}}
	if err := out.people.loadProtected(r, domain.Period{}); err != nil {
		return nil, err
	}
	return out, query(r.ctx, r.in.Facts, "select event_id, position, date, subject, project, function, minutes, activity_mark from staff_time where superseded_at is null order by position, idx", func(rows *sql.Rows) error {
		var rec recordedFact
		var subject uuid.UUID
		var on sql.NullTime
		var f domain.StaffTimeRecorded
		err := rows.Scan(&rec.event, &rec.position, &on, &subject, &f.Project, &f.Function, &f.Minutes, &f.Mark)
		rec.fact = f
		out.rows[staffKey(out.join(f.Project, subject), dateOf(on), f)] = rec
		return err
	})
}

// join puts somebody among a project's staff, and gives whom they count as.
func (s *staff) join(project string, id uuid.UUID) uuid.UUID {
	if !slices.Contains(s.of[project], id) {
		s.of[project] = append(s.of[project], id)
	}
	return s.counts(id)
}

func (s *staff) counts(id uuid.UUID) uuid.UUID {
	if into, ok := s.into[id]; ok {
		return into
	}
	return id
}

// called are those of a project's staff whom a row means: by the address and no
// other name, or, where the row has no address, by the name alone.
func (s *staff) called(r *reading, row *staffRow) ([]uuid.UUID, error) {
	name, email := domain.Fold(row.identity.Name), domain.Fold(row.identity.Email)
	var out []uuid.UUID
	for _, id := range s.of[row.fact.Project] {
		p, err := r.people.Known(id)
		if errors.Is(err, privacy.ErrNoSubject) {
			continue // erased
		}
		if err != nil {
			return nil, err
		}
		has, agrees := domain.Fold(p.Name), name == "" || domain.Fold(p.Name) == name
		byEmail := email != "" && domain.Fold(p.Email) == email && (agrees || has == "")
		if one := s.counts(id); (byEmail || email == "" && name != "" && has == name) && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out, nil
}

// protect records that a number of the kind that is given in place of a protected
// one was met.
func (s *staff) protect(x *staffTime, row *staffRow) {
	w := &writing{a: &attendances{r: x.r, t: x.t}, facts: s.people}
	w.protect(&entry{at: domain.Place{Line: row.line}, identity: row.identity}, row.subject)
}

// loadMerges gives whom merged persons count as.
func loadMerges(r *reading) (map[uuid.UUID]uuid.UUID, error) {
	out := map[uuid.UUID]uuid.UUID{}
	return out, query(r.ctx, r.in.Facts, "select subject, into_subject from person_merges where superseded_at is null", func(rows *sql.Rows) error {
		var from, into uuid.UUID
		err := rows.Scan(&from, &into)
		out[from] = into
		return err
	})
}
