package reports

import (
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
)

// oddities are what may be odd about a record, and the rule it goes against.
var oddities = map[string]domain.Text{
	"before-entry":          domain.T("närvaro före startdatumet", "attendance before the entry"),
	"after-exit":            domain.T("närvaro efter slutdatumet", "attendance after the exit"),
	"exit-after-project":    domain.T("slutdatum efter projektets slut", "exit after the project's end"),
	"also-staff":            domain.T("deltagare som också är personal eller föreläsare i projektet", "participant who is also staff or speaker in the project"),
	"result-without-exit":   domain.T("resultat utan slutdatum: räknas inte ännu", "result without an exit: not counted yet"),
	"result-outside-window": domain.T("resultat utanför sin tid: räknas inte", "result outside its window: not counted"),
	"incomplete":            domain.T("ofullständig post: kön, ålder, sysselsättning eller utbildning saknas", "incomplete record: sex, age, employment status or education is missing"),
	"self-employed-and-aid": domain.T("egenföretagare räknas som person, och företaget har fått stöd som företag: aldrig båda för en aktivitet", "self-employed counted as a person, and the firm has been given support as a firm: never both for one activity"),
}

// oddTable lists single records to look at.
func (b *builder) oddTable() Table {
	t := Table{Title: b.say("Poster att se över", "Records to look at"), Adds: Apart, Columns: []Column{{Header: b.say("Regel", "Rule"), Width: 44}, {Header: b.say("Datum", "Date"), Width: 11},
		{Header: b.say("Position", "Position"), Width: 11}, {Header: b.say("Rad", "Line"), Width: 11}, {Header: b.say("Deltagare (id)", "Participant (id)"), Width: 38}}}
	b.list("list_odd", b.p.Project, func(rows *sql.Rows) error {
		var what, date string
		var id uuid.NullUUID
		var position uint64
		var line int
		if err := rows.Scan(&what, &id, &date, &position, &line); err != nil {
			return err
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(oddities[what].In(b.p.Lang)), b.day(date), b.place(position), b.place(uint64(line)), b.participant(id.UUID)}})
		return nil
	})
	return t
}

// place is where something stands in the log or in a file; nothing for 0.
func (b *builder) place(n uint64) Cell {
	if n == 0 {
		return Cell{}
	}
	return words(fmt.Sprint(n))
}

// dueSheet lists the results to ask for: those overdue first.
func (b *builder) dueSheet() Sheet {
	s := Sheet{Name: b.say("Att fråga", "To ask"), Title: b.say("Resultat att fråga efter", "Results to ask for"), Single: true,
		Intro: []string{b.say("Deltagare som har slutat och inte har något resultat registrerat: de som ska frågas senast inom en vecka, och de vars tid är ute.",
			"Participants who have left and have no result recorded: those who are to be asked within a week, and those whose time is over.")}}
	t := Table{Columns: []Column{{Header: b.say("Läge", "State"), Width: 18}, {Header: b.say("Gäller", "Concerns"), Width: 26}, {Header: b.say("Från", "From"), Width: 11},
		{Header: b.say("Senast", "At latest"), Width: 11}, {Header: b.say("Deltagare (id)", "Participant (id)"), Width: 38}}}
	b.list("list_due", b.p.Project, func(rows *sql.Rows) error {
		var id uuid.NullUUID
		var later, over bool
		var first, last string
		if err := rows.Scan(&id, &later, &first, &last, &over); err != nil {
			return err
		}
		state, what := b.say("fråga nu", "ask now"), b.say("vid avslut", "on leaving")
		if over {
			state = b.say("tiden är ute", "overdue")
		}
		if later {
			what = b.say("efter sex månader", "six months after")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(state), words(what), b.day(first), b.day(last), b.participant(id.UUID)}})
		return nil
	})
	s.Tables = []Table{t}
	return s
}

// certificates are the ways of certifying, in the order they are shown.
var certificates = []struct {
	by   string
	name domain.Text
}{
	{string(domain.BySignedList), domain.T("signerad lista", "signed list")}, {string(domain.ByCheckIn), domain.T("incheckning", "check-in")},
	{string(domain.ByTrainer), domain.T("läraren", "the trainer")}, {string(domain.ByParticipant), domain.T("deltagaren själv", "the participant")},
	{"said", domain.T("filen säger att de är intygade", "the file says that they are")}, {uncertified, domain.T("inte intygade", "not certified")},
}

const uncertified = "none"

func certifiedName(by string) string { return "certified|" + by }

// certifiedBy is how one attendance is certified, for people.
func (b *builder) certifiedBy(by string) string {
	for _, c := range certificates {
		if c.by == by && by != uncertified && by != "said" {
			return c.name.In(b.p.Lang)
		}
	}
	return b.yesNo(by != uncertified)
}

// certifiedTable says how the hours present, all of them, are certified.
func (b *builder) certifiedTable(all Cell) Table {
	minutes, people := map[string]int{}, map[string]int{}
	b.list("list_certified", b.p.Project, func(rows *sql.Rows) error {
		var by string
		var sum, n int
		err := rows.Scan(&by, &sum, &n)
		minutes[by], people[by] = sum, n
		return err
	})
	t := Table{Title: b.say("Hur timmarna är intygade", "How hours are certified"), Adds: Down | SharedDown,
		Columns: []Column{{Header: b.say("Intygade genom", "Certified by"), Width: 36}, {Header: b.say("Timmar", "Hours"), Width: 12}}}
	for _, c := range certificates {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(c.name.In(b.p.Lang)), hoursCell(minutes[c.by]).behind(Persons, people[c.by]).named(certifiedName(c.by))}})
	}
	total := b.sum(t, 1)
	if all.Base.Of != Undeclared { // there is something recorded
		total = total.as(all)
	}
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Deltagartimmar", "Participant hours")), total}})
	return t
}

// reasons are why hours are not reported.
var reasons = map[string]domain.Text{
	"certificate":    domain.T("inte intygad", "not certified"),
	"double-funding": domain.T("samma tid i ett annat projekt", "the same time in another project"),
	"overlap":        domain.T("samtidigt med ett annat tillfälle", "at the same time as another session"),
	"ceiling":        domain.T("över taket för en dag", "over the ceiling of a day"),
	"minimum":        domain.T("för få timmar i projektet för att räknas", "too few hours in the project to count"),
	"twice":          domain.T("samma person två gånger på ett tillfälle", "the same person twice at one session"),
	"role":           domain.T("personal, föreläsare eller besökare", "staff, speaker or visitor"),
	"period":         domain.T("utanför projektets tid", "outside the project's period"),
	"rounding":       domain.T("avrundning av personens månad", "rounding of the person's month"),
}

// excludedSheet lists every hour that is not reported, and why; with those that
// are, it adds up to the hours present.
func (b *builder) excludedSheet() Sheet {
	s := Sheet{Name: b.say("Ej räknade timmar", "Excluded hours"), Title: b.say("Timmar som inte redovisas, och varför", "Hours that are not reported, and why"), Single: true}
	reported := b.of(Question{Metric: "reported_hours"})[[2]string{"", ""}]
	all := b.of(Question{Metric: "participant_hours"})[[2]string{"", ""}]
	t := Table{Title: b.say("Rad för rad", "Line by line"), Adds: Apart, Columns: []Column{{Header: b.say("Skäl", "Reason"), Width: 36}, {Header: b.say("Timmar", "Hours"), Width: 12}, {Header: b.say("Datum", "Date"), Width: 11},
		{Header: b.say("Aktivitet", "Activity"), Width: 34}, {Header: b.say("Position", "Position"), Width: 10}, {Header: b.say("Rad", "Line"), Width: 8}, {Header: b.say("Deltagare (id)", "Participant (id)"), Width: 38}}}
	minus, whose := 0, map[uuid.UUID]bool{} // those who are not to be named are one at least
	excluded, bare := Total{Name: "excluded"}, Total{Name: certifiedName(uncertified), Shared: true}
	b.list("list_excluded", b.p.Project, func(rows *sql.Rows) error {
		var why, date, activity, batch string
		var id uuid.NullUUID
		var minutes, line int
		var position uint64
		if err := rows.Scan(&why, &date, &activity, &id, &minutes, &position, &batch, &line); err != nil {
			return err
		}
		hours := hoursCell(minutes).behind(Listed, 1)
		if id.UUID == uuid.Nil {
			hours.Base.Of = Persons
		}
		if why != "role" && why != "period" && why != "twice" {
			minus += minutes
			whose[id.UUID] = true
			hours = hours.named(fmt.Sprintf("excluded|%d", len(t.Rows)))
			excluded.Parts = append(excluded.Parts, hours.Base.Name)
		}
		if why == "certificate" {
			bare.Parts = append(bare.Parts, hours.Base.Name)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(reasons[why].In(b.p.Lang)), hours, b.day(date), words(activity), b.place(position), b.place(uint64(line)), b.participant(id.UUID)}})
		return nil
	})
	b.sums = append(b.sums, excluded, bare, Total{all.Base.Name, []string{reported.Base.Name, excluded.Name}, true})
	sum := Table{Adds: Apart, Columns: []Column{{Header: b.say("Avstämning", "Reconciliation"), Width: 36}, {Header: b.say("Timmar", "Hours"), Width: 12}}, Rows: []Row{
		{Cells: []Cell{words(b.say("Deltagartimmar", "Participant hours")), all}},
		{Cells: []Cell{words(b.say("därav inte redovisade", "of which not reported")), hoursCell(-minus).behind(Persons, len(whose)).named(excluded.Name)}},
		{Total: true, Cells: []Cell{words(b.say("Redovisade timmar", "Reported hours")), reported.live("SUM({0,1}:{1,1})")}}}}
	s.Tables = []Table{sum, b.certifiedTable(all), t}
	return s
}
