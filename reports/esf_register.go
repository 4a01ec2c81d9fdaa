package reports

import (
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

var statusLabels = map[domain.Status]domain.Text{
	domain.Employed: domain.T("anställd", "employed"), domain.SelfEmployed: domain.T("egenföretagare", "self-employed"),
	domain.Unemployed: domain.T("arbetslös", "unemployed"), domain.LongTermUnemployed: domain.T("långtidsarbetslös", "long-term unemployed"),
	domain.Inactive: domain.T("utanför arbetskraften", "inactive"), domain.InactiveNoStudy: domain.T("utanför arbetskraften, studerar inte", "inactive, not in education"),
}

// registerSheet lists the participants with what is known of each on entry. Who they
// are is filled in for those who may see it; others see ids.
func (b *builder) registerSheet() Sheet {
	s := Sheet{Name: b.say("Deltagarlista", "Participant list"), Title: b.say("Deltagare, en rad var", "Participants, a row each"), Single: true,
		Intro: []string{b.say("Uppgifterna är de som gällde vid starten. Namn och personnummer fylls i för den som får se dem och ber om det (--names); annars står deltagarens id. Personer med skyddade personuppgifter är med bara för den som får se dem.",
			"The data are those on entry. Names and person numbers are filled in for whoever may see them and asks for it (--names); else there is the participant's id. Persons of protected identity are there only for those who may see them.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Nr", "No"), Width: 7}, {Header: b.say("Namn", "Name"), Width: 26}, {Header: b.say("Personnummer", "Person number"), Width: 15},
		{Header: b.say("Deltagare (id)", "Participant (id)"), Width: 38}, {Header: b.say("Start", "Entry"), Width: 11}, {Header: b.say("Slut", "Exit"), Width: 11}, {Header: b.say("Kön", "Sex"), Width: 9}, {Header: b.say("Ålder", "Age"), Width: 8},
		{Header: b.say("Sysselsättning", "Employment status"), Width: 22}, {Header: b.say("Utbildning (ISCED)", "Education (ISCED)"), Width: 11}, {Header: b.say("Organisation", "Organisation"), Width: 38},
		{Header: b.say("Fullständig", "Complete"), Width: 11}}}
	b.list("list_register", b.p.Project, func(rows *sql.Rows) error {
		var id uuid.UUID
		var start, end, sex, status, organisation string
		var age, education int
		var complete bool
		if err := rows.Scan(&id, &start, &end, &sex, &age, &status, &education, &organisation, &complete); err != nil {
			return err
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(fmt.Sprintf("D%03d", len(t.Rows)+1)), identity(PersonName, id), identity(PersonNumber, id), b.participant(id), b.day(start), b.day(end), words(b.sex(sex)),
			known(age), words(statusLabels[domain.Status(status)].In(b.p.Lang)), known(education), words(organisation), words(b.yesNo(complete))}})
		return nil
	})
	s.Tables = []Table{t}
	return s
}

// known is one person's number, none below 0.
func known(n int) Cell {
	if n < 0 {
		return Cell{Kind: NoValue}
	}
	return count(n).behind(Listed, 1)
}

func (b *builder) yesNo(yes bool) string {
	if yes {
		return b.say("ja", "yes")
	}
	return b.say("nej", "no")
}

// monthsSheet is the chain of the monthly participant files, as it stood on the day
// the newest batch was recorded.
func (b *builder) monthsSheet(p domain.ProjectRecorded) Sheet {
	set := rules.Of(p.Programme)
	who, err := b.facts.regime(b.ctx)
	all := b.keep(err) == nil && who != protected // what everybody adds would tell what those add who are not to be named
	s := Sheet{Name: b.say("Månadsfiler", "Monthly files"), Title: b.say("Deltagarfilen, månad för månad", "The participant file, month by month"), Single: true,
		Intro: []string{b.say(fmt.Sprintf("Filen för en månad ska lämnas inom %d dagar efter månadens slut. Ändras en månad som är inlämnad ska den och alla senare inlämnade lämnas på nytt.", set.Monthly.DueDays),
			fmt.Sprintf("The file of a month is due within %d days after its end. When a month that was submitted changes, it and all later ones that were submitted have to be submitted again.", set.Monthly.DueDays))}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Månad", "Month"), Width: 10}, {Header: b.say("Deltagare", "Participants"), Width: 11}, {Header: b.say("Timmar", "Hours"), Width: 11}, {Header: b.say("Senast", "Due"), Width: 11},
		{Header: b.say("Läge", "State"), Width: 26}, {Header: b.say("Omgång", "Issue"), Width: 9}, {Header: b.say("Gjord", "Made"), Width: 11}, {Header: b.say("Inlämnad", "Submitted"), Width: 11}, {Header: b.say("Av", "By"), Width: 18},
		{Header: b.say("Rader som skiljer", "Rows that differ"), Width: 10}}}
	for _, m := range b.scbMonths() {
		row := Row{Cells: []Cell{words(m.Month), when(all, count(m.Participants).behind(Listed, m.Participants)), when(all, hoursCell(m.Minutes).behind(Listed, m.Participants)), dateCell(m.Due), words(b.monthState(m))}}
		if l := m.Latest(); l == nil {
			row.Cells = append(row.Cells, Cell{}, Cell{}, Cell{}, Cell{})
		} else {
			by, submitted := l.MadeBy, Cell{}
			if !l.Submitted.Zero() {
				by, submitted = l.SubmittedBy, dateCell(l.Submitted)
			}
			row.Cells = append(row.Cells, count(l.Issue).free(), dateCell(l.Made), submitted, Cell{Kind: Words, Text: by, Identity: &Identity{Field: ActorName, Text: by}})
		}
		t.Rows = append(t.Rows, Row{Cells: append(row.Cells, when(all, count(len(m.Difference)).behind(Listed, len(m.Difference))))})
	}
	s.Tables = []Table{t}
	return s
}

// when is a cell, or none.
func when(shown bool, c Cell) Cell {
	if shown {
		return c
	}
	return Cell{}
}

// scbMonths are the months as of the day the newest batch was recorded.
func (b *builder) scbMonths() (months []ScbMonth) {
	if b.err != nil {
		return nil
	}
	var today sql.NullTime
	b.err = b.facts.DB.QueryRowContext(b.ctx, "select max(recorded_on) from batches where position <= ?", b.facts.AsOf).Scan(&today)
	if b.err == nil && today.Valid {
		months, b.err = b.facts.Scb(b.ctx, b.p.Project, domain.DateOf(today.Time), nil)
	}
	return months
}

func (b *builder) monthState(m ScbMonth) string {
	names := map[ScbState]domain.Text{ScbNotOpen: domain.T("pågår", "under way"), ScbDue: domain.T("ska lämnas", "due"), ScbMade: domain.T("gjord, inte inlämnad", "made, not submitted"), ScbSubmitted: domain.T("inlämnad", "submitted")}
	switch {
	case m.Resubmit:
		return b.say("ska lämnas på nytt", "to be submitted again")
	case m.Stale:
		return b.say("gjord, men ändrad sedan dess", "made, but changed since")
	case m.Overdue:
		return names[m.State].In(b.p.Lang) + b.say(", försenad", ", overdue")
	}
	return names[m.State].In(b.p.Lang)
}
