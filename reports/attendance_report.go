package reports

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// attended is one participant's month.
type attended struct {
	id     uuid.UUID
	rows   []attendedRow
	step   int
	actual int // minutes
	before int // minutes reported before rounding
}

type attendedRow struct {
	date, activity    string
	start, end        int
	minutes, reported int
	certified         string // how, as certificates name it
}

// reported is what is reported of the month, rounded as the rule set says.
func (a *attended) reported() int { return a.before - a.before%a.step }

// attendance is the report people sign for a month: a summary of the project, and
// one sheet a participant.
func (b *builder) attendance() *Report {
	p := b.project()
	if days, err := domain.ParseMonth(domain.ByMonth.Key(b.p.Range.From)); b.err == nil && (err != nil || !b.asked || days != b.p.Range) {
		b.err = domain.Refuse(domain.Usage, domain.T("närvarorapporten gäller en månad", "the attendance report is of one month"), domain.T("ange --month 2019-03", "give --month 2019-03"))
	}
	b.everybody()
	if b.err != nil {
		return nil
	}
	b.ask(Question{Metric: "participant_hours", Project: b.p.Project})
	b.ask(Question{Metric: "reported_hours", Project: b.p.Project})
	people := b.attendedMonth()
	month := domain.ByMonth.Key(b.p.Range.From)
	r := &Report{Title: b.say("Närvarorapport ", "Attendance report ") + month, Subtitle: b.subtitle(p.Name, p.DiaryNumber), Publicity: b.publicity(p), Sheets: []Sheet{b.summarySheet(p, month, people)}}
	for i, a := range people {
		r.Sheets = append(r.Sheets, b.personSheet(p, month, i, a))
	}
	return r
}

// everybody refuses a list of what each person adds to those who may not see persons
// of protected identity, once there is one: with the sum it would tell what they add.
func (b *builder) everybody() {
	if b.err == nil {
		b.err = b.facts.Everybody(b.ctx)
	}
}

// Everybody refuses what tells of each person in turn to those who may not see persons
// of protected identity, once there is one.
func (f *Facts) Everybody(ctx context.Context) error {
	who, err := f.regime(ctx)
	if err != nil || who != protected {
		return err
	}
	return domain.Refuse(domain.Refused, domain.T("listan har alla med, även personer med skyddade personuppgifter", "the list has everybody in it, persons of protected identity too"),
		domain.T("be någon som får se dem", "ask somebody who may see them"))
}

func (b *builder) attendedMonth() (people []*attended) {
	b.list("list_attendance", b.p.Project, func(rows *sql.Rows) error {
		var id uuid.UUID
		var entered string
		var r attendedRow
		step := 1
		if err := rows.Scan(&id, &entered, &r.date, &r.activity, &r.start, &r.end, &r.minutes, &r.reported, &r.certified, &step); err != nil {
			return err
		}
		if n := len(people); n == 0 || people[n-1].id != id {
			people = append(people, &attended{id: id, step: step})
		}
		a := people[len(people)-1]
		a.rows, a.actual, a.before = append(a.rows, r), a.actual+r.minutes, a.before+r.reported
		return nil
	})
	return people
}

// summarySheet is all participants of the month, with a sum.
func (b *builder) summarySheet(p domain.ProjectRecorded, month string, people []*attended) Sheet {
	s := Sheet{Name: b.say("Sammanställning", "Summary"), Title: b.say("Sammanställning av deltagarnas närvaro ", "Summary of participants' attendance ") + month, Single: true, Intro: b.reportedRule(p)}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Nr", "No"), Width: formLead}, {Header: b.say("Namn", "Name"), Width: formValue}, {Header: b.say("Personnummer", "Person number"), Width: 24}, {Header: b.say("Tillfällen", "Sessions"), Width: 11},
		{Header: b.say("Närvarotimmar", "Hours present"), Width: 14}, {Header: b.say("Redovisade timmar", "Reported hours"), Width: 14}}}
	for i, a := range people {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(fmt.Sprintf("D%03d", i+1)), identity(PersonName, a.id), identity(PersonNumber, a.id), count(len(a.rows)).behind(Listed, 1),
			hoursCell(a.actual).behind(Listed, 1), hoursCell(a.reported()).behind(Listed, 1)}})
	}
	if len(t.Rows) > 0 {
		total := Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}}}
		for c := 3; c <= 5; c++ {
			total.Cells = append(total.Cells, b.sum(t, c).behind(Listed, len(people)))
		}
		t.Rows = append(t.Rows, total)
	} else {
		s.Intro = append(s.Intro, b.say("Ingen närvaro är registrerad i månaden.", "No attendance is recorded in the month."))
	}
	s.Tables = []Table{t, b.signatures(b.say("Projektledaren", "Project lead"))}
	return s
}

// reportedRule says which hours are reported.
func (b *builder) reportedRule(p domain.ProjectRecorded) []string {
	h := rules.Of(p.Programme).Hours
	what := b.say("Redovisade timmar är närvarotimmar utan dem som ligger samtidigt med ett annat tillfälle", "Reported hours are hours present without those at the same time as another session")
	if h.CertifiedOnly {
		what += b.say(", och utan dem som inte är intygade", ", and without those that are not certified")
	}
	return []string{what + b.say("; avrundning per person och månad: ", "; rounding by person and month: ") + h.Rounding + "."}
}

// personSheet is one participant's month, to be signed.
func (b *builder) personSheet(p domain.ProjectRecorded, month string, i int, a *attended) Sheet {
	about := b.aboutForm()
	about.add(b.say("Deltagare", "Participant"), identity(PersonName, a.id))
	about.add(b.say("Personnummer", "Person number"), identity(PersonNumber, a.id))
	about.add(b.say("Projekt", "Project"), words(p.Name))
	about.add(b.say("Diarienummer", "Diary number"), words(p.DiaryNumber))
	about.add(b.say("Månad", "Month"), words(month))
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Datum", "Date"), Width: formLead}, {Header: b.say("Aktivitet", "Activity"), Width: formValue}, {Header: b.say("Tid", "Time"), Width: 24}, {Header: b.say("Intygad genom", "Certified by"), Width: 16},
		{Header: b.say("Närvarotimmar", "Hours present"), Width: 14}, {Header: b.say("Redovisade timmar", "Reported hours"), Width: 14}}}
	for _, r := range a.rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.day(r.date), words(r.activity), words(between(timeOf(r.start), timeOf(r.end))), words(b.certifiedBy(r.certified)), hoursCell(r.minutes).behind(Listed, 1), hoursCell(r.reported).behind(Listed, 1)}})
	}
	if cut := a.reported() - a.before; cut != 0 {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(b.say("Avrundning", "Rounding")), {}, {}, {}, {}, hoursCell(cut).behind(Listed, 1)}})
	}
	actual, reported := b.sum(t, 4).behind(Listed, 1), b.sum(t, 5).behind(Listed, 1)
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, {}, actual, reported}})
	return Sheet{Name: fmt.Sprintf("D%03d", i+1), Title: b.say("Närvarorapport för ", "Attendance report for ") + month, Single: true, Intro: append([]string{b.say("Jag intygar att jag har deltagit i projektets aktiviteter de tider som står nedan.", "I certify that I have taken part in the project's activities at the times below.")}, b.reportedRule(p)...),
		Tables: []Table{about.Table, t, b.signatures(b.say("Deltagaren", "Participant"), b.say("Arbetsgivare eller projektledare", "Employer or project lead"))}}
}
