package intake

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// participants reads who takes part in projects: one row, one stretch of it.
type participants struct {
	r    *reading
	t    *table
	rows []participantRow
}

// participantRow is a row as read. In fact and special a blank cell is a zero
// value, which says nothing.
type participantRow struct {
	line     int
	identity privacy.Identity
	sex      domain.Sex // as the row says; empty when it does not
	fact     domain.ParticipationRecorded
	special  domain.Special
}

func (p *participants) row(w *row) {
	if sumRow(w, "name") {
		return
	}
	p.r.totals.Rows++
	out := participantRow{line: w.line}
	f := &out.fact
	if f.Project = w.text("project"); f.Project == "" {
		f.Project = p.r.opts.Project
	}
	f.Start, f.End, f.UnemployedSince = w.date("start_date"), w.date("end_date"), w.date("unemployed_since")
	on := f.Start
	if on.Zero() {
		on = p.r.today()
	}
	out.identity = privacy.Identity{Number: w.personNumber("person_number", on), Name: w.text("name"), Email: w.text("email"), OrgNumber: w.orgNumber("org_number")}
	out.sex = word(w, "sex", parseSex, domain.T("skriv kvinna, man eller icke-binär", "write woman, man or nonbinary"))
	f.Status = word(w, "status", domain.ParseStatus, domain.T("skriv anställd, egenföretagare, arbetslös, långtidsarbetslös, utanför arbetskraften (inactive) eller inactive not in education",
		"write employed, self-employed, unemployed, long-term unemployed, inactive or inactive not in education"))
	f.Citizenship = word(w, "citizenship", domain.ParseCitizenship, domain.T("skriv SE, EU eller third", "write SE, EU or third"))
	f.Education = p.education(w)
	f.Qualified, f.Improved = maybe(w, "qualified"), maybe(w, "improved")
	f.Homeless, f.Rural = maybe(w, "homeless"), maybe(w, "rural")
	for _, field := range domain.SpecialFields {
		*out.special.Field(field) = word(w, field, domain.ParseSpecial, domain.T("skriv ja, nej eller declined", "write yes, no or declined"))
	}
	if !f.Start.Zero() && !f.End.Zero() && f.End.Before(f.Start) {
		w.problem("end_date", domain.T("avslutet är före starten", "the exit is before the entry"), domain.T("rätta datumen", "correct the dates"))
	}
	if i := out.identity; i.Number.Zero() && i.Email == "" && (i.Name == "" || i.OrgNumber.IsZero()) && !w.bad {
		w.problem("person_number", domain.T("raden har inte nog att känna igen personen på", "the row has not enough to know the person by"),
			domain.T("skriv personnummer, e-post, eller namn och organisationsnummer", "write a person number, an e-mail address, or a name and an organisation number"))
	}
	if w.bad {
		p.r.totals.Refused++
		return
	}
	p.rows = append(p.rows, out)
}

func (p *participants) education(w *row) *int {
	n := w.count("education")
	if n != nil && *n > 8 {
		w.problem("education", domain.T("ingen ISCED-nivå", "no ISCED level"), domain.T("skriv 0 till 8", "write 0 to 8"))
	}
	return n
}

// word reads a field that takes one of some words; zero when it is blank.
func word[T ~string](w *row, field string, parse func(string) (T, bool), hint domain.Text) T {
	s := w.text(field)
	if s == "" {
		return ""
	}
	v, ok := parse(s)
	if !ok {
		w.problem(field, domain.T("okänt värde", "an unknown value"), hint)
	}
	return v
}

var sexWords = map[string]domain.Sex{"kvinna": domain.Woman, "woman": domain.Woman, "k": domain.Woman, "man": domain.Man, "m": domain.Man,
	"icke-binär": domain.NonBinary, "ickebinär": domain.NonBinary, "nonbinary": domain.NonBinary, "non-binary": domain.NonBinary}

func parseSex(s string) (domain.Sex, bool) {
	v, ok := sexWords[domain.Fold(s)]
	return v, ok
}

// maybe is yes, no, or nil when the cell is blank.
func maybe(w *row, field string) *bool {
	value, given := w.yesNo(field)
	if !given {
		return nil
	}
	return &value
}

// end compares the rows with what is recorded, and records what is new.
func (p *participants) end() error {
	projects, err := loadProjects(p.r)
	if err != nil {
		return err
	}
	orgs, err := loadOrganisations(p.r)
	if err != nil {
		return err
	}
	known, err := loadStretches(p.r)
	if err != nil {
		return err
	}
	people := &attendanceFacts{}
	if err := people.loadSexes(p.r, domain.Period{}); err != nil {
		return err
	}
	if err := people.loadProtected(p.r, domain.Period{}); err != nil {
		return err
	}
	for i := range p.rows {
		row := &p.rows[i]
		p.r.projects[row.fact.Project] = true
		if err := p.record(row, projects[row.fact.Project], orgs, known, people); err != nil {
			return err
		}
	}
	return nil
}

// record takes in one row.
func (p *participants) record(row *participantRow, in project, orgs *organisations, known *stretches, people *attendanceFacts) error {
	if !p.inProject(row, in) {
		return nil
	}
	row.identity.StoreNumber = in.esf
	if !in.esf && !row.identity.Number.Zero() {
		p.r.warn(p.t.sheet, row.line, p.t.columns.names["person_number"], domain.T("personnummer behövs inte här och sparas inte", "a person number is not needed here and is not stored"),
			domain.T("ta bort det ur listan", "remove it from the list"))
	}
	subject, ok, err := p.person(row)
	if err != nil || !ok {
		return err
	}
	org, err := orgs.find(domain.Place{Line: row.line}, row.identity.OrgNumber, "", "")
	if err != nil {
		return err
	}
	number := row.identity.Number
	if number.Zero() && in.esf {
		if number, err = p.r.people.Number(subject); err != nil {
			return err
		}
	}
	w := &writing{a: &attendances{r: p.r, t: p.t}, facts: people}
	if !p.sex(w, row, subject, number) {
		return nil
	}
	w.protect(&entry{at: domain.Place{Line: row.line}, identity: row.identity}, subject)
	if !row.fact.Start.Zero() && in.esf && !number.Zero() {
		age := number.Born().AgeOn(row.fact.Start)
		row.fact.Age = &age
	}
	p.compare(known, row, stretch{subject: subject, organisation: org, fact: row.fact, special: row.special})
	return nil
}

func (p *participants) refuse(row *participantRow, field string, what, hint domain.Text) {
	p.r.totals.Refused++
	p.r.problem(p.t.sheet, row.line, p.t.columns.names[field], what, hint)
}

// inProject refuses a row of no project that is known, and one that starts
// outside its project's days.
func (p *participants) inProject(row *participantRow, in project) bool {
	if in.id == "" {
		what := domain.T("okänt projekt", "unknown project")
		if row.fact.Project == "" {
			what = domain.T("projekt saknas", "the project is missing")
		}
		p.refuse(row, "project", what, domain.T("läs in projektets fil först, eller rätta projektets id", "import the project's file first, or correct the project's id"))
		return false
	}
	if start := row.fact.Start; !start.Zero() && !in.period.Contains(start) {
		p.refuse(row, "start_date", domain.Tf("startdatumet ligger utanför projektets tid, %s – %s", "the entry lies outside the project's period, %s – %s", in.period.From, in.period.To),
			domain.T("rätta datumet, eller projektets fil", "correct the date, or the project's file"))
		return false
	}
	if end := row.fact.End; !end.Zero() && end.Before(in.period.From) {
		p.refuse(row, "end_date", domain.Tf("avslutet ligger före projektets start, %s", "the exit lies before the project's start, %s", in.period.From), domain.T("rätta datumet", "correct the date"))
		return false
	} else if end.After(in.period.To) {
		p.r.warn(p.t.sheet, row.line, p.t.columns.names["end_date"], domain.Tf("avslutet ligger efter projektets slut, %s", "the exit lies after the project's end, %s", in.period.To), domain.Text{})
	}
	return true
}

// person finds whom a row means. A number that is known under quite another name
// is somebody else's.
func (p *participants) person(row *participantRow) (subject uuid.UUID, ok bool, err error) {
	match, err := p.r.people.Person(row.identity)
	if err != nil {
		return subject, false, err
	}
	if match.Conflict {
		p.r.warn(p.t.sheet, row.line, p.t.columns.names["email"], domain.T("personnumret och e-postadressen hör till olika personer; numret gäller", "the person number and the e-mail address belong to different people; the number holds"),
			domain.T("rätta adressen, eller slå ihop personerna", "correct the address, or merge the people"))
	}
	name, err := p.r.people.Name(match.Subject)
	if err != nil {
		return subject, false, err
	}
	if match.How == privacy.ByNumber && row.identity.Name != "" && name != "" && !sharesWord(name, row.identity.Name) {
		p.refuse(row, "person_number", domain.T("personnumret hör till någon med ett annat namn", "the person number is that of somebody of another name"),
			domain.T("rätta numret; har personen bytt namn, lämna namnet tomt", "correct the number; if the person has a new name, leave the name blank"))
		return subject, false, nil
	}
	return match.Subject, true, nil
}

func sharesWord(a, b string) bool {
	words := strings.Fields(domain.Fold(a))
	return slices.ContainsFunc(strings.Fields(domain.Fold(b)), func(w string) bool { return slices.Contains(words, w) })
}

// sex records what the number or the row says. They may differ in one way only:
// somebody says to be nonbinary.
func (p *participants) sex(w *writing, row *participantRow, subject uuid.UUID, number domain.PersonNumber) bool {
	sex := row.sex
	if !number.Zero() {
		if sex != "" && sex != domain.NonBinary && sex != number.Sex() {
			p.refuse(row, "sex", domain.T("könet är ett annat än personnumrets", "the sex is not that of the person number"), domain.T("rätta könet eller numret", "correct the sex or the number"))
			return false
		}
		if sex == "" {
			sex = number.Sex()
		}
	}
	if sex != "" {
		w.sex(domain.Place{Line: row.line}, subject, sex)
	}
	return true
}
