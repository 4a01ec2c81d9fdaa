package reports

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

func sessionName(i int) string { return fmt.Sprintf("session|%d", i) }
func othersName(i int) string  { return fmt.Sprintf("session|%d|others", i) }
func plannedName(i int) string { return fmt.Sprintf("session|%d|planned", i) }

// sessionTotals adds the row of totals to the sessions, and says what they add up
// to elsewhere: their hours to those of the terms.
func (b *builder) sessionTotals(t *Table, key Table) {
	var present, absent, others, heads int // distinct persons; heads, the most at once
	b.list("list_session_persons", b.p.Project, func(rows *sql.Rows) error { return rows.Scan(&present, &absent, &others, &heads) })
	total := Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, {}}}
	for i, n := range []int{present, absent, others, heads} {
		total.Cells = append(total.Cells, b.sum(*t, 4+i).behind(Persons, n))
	}
	// A share in its lowest terms tells how many came, and how many did not.
	total.Cells[5] = total.Cells[5].named(key.Rows[keyShowUp].Cells[1].Base.Name)
	// Where all sessions are planned alike the planned hours tell how many came.
	const came = "sessions|present"
	total.Cells[4] = total.Cells[4].named(came)
	planned := b.sum(*t, 9).behind(Persons, present).named(came)
	if planned.Kind != HoursKind { // nothing was planned of any
		planned = Cell{Kind: NoValue}
	}
	total.Cells = append(total.Cells, b.sum(*t, 8).as(key.Rows[keyHours].Cells[1]), planned)
	terms := map[string][]int{}
	for i, row := range t.Rows {
		day := domain.MustDate(row.Cells[0].Text)
		term := domain.Period{From: day, To: day}.Spans(domain.ByTerm)[0].Key
		terms[term] = append(terms[term], i)
		if row.Cells[9].Kind.numeric() { // and of one session, whoever knows what was planned
			b.sums = append(b.sums, Total{plannedName(i), []string{sessionName(i)}, false})
		}
	}
	for _, term := range spanKeys(b.p.Range, domain.ByTerm) {
		hours := Total{Name: figureName("participant_hours", "", term, ""), Shared: true}
		for _, i := range terms[term] {
			hours.Parts = append(hours.Parts, sessionName(i))
		}
		b.sums = append(b.sums, hours)
		if len(terms[term]) == 1 { // then whoever came in the term came to that
			b.sums = append(b.sums, Total{figureName("persons_unique", "", term, ""), []string{hours.Parts[0], othersName(terms[term][0])}, false})
		}
	}
	t.Rows = append(t.Rows, total)
}

// origin is an organisation participants came from, or none, or several as one.
type origin struct {
	organisation     uuid.UUID
	key, name, place string
	persons          map[uuid.UUID]bool
	minutes          int
}

// largeOrganisationsSheet is the organisations' sheet for a recipient. Those that
// few participants came from stand on one row without their names, for that
// somebody came from them is told of those few; and as many more as it takes for
// that row to be no small group itself.
func (b *builder) largeOrganisationsSheet(p domain.ProjectRecorded, key Table) Sheet {
	k := leastOf(rules.Of(p.Programme), p.SmallCellK).count
	large, few := b.organisationsBySize(k)
	s := Sheet{Name: b.say("Organisationer", "Organisations"), Title: b.say("Organisationer som deltagarna kommer från", "Organisations participants come from"),
		Intro: []string{b.say(fmt.Sprintf("Organisationer med färre än %d deltagare står utan namn på en rad, med deltagare utan organisation. Behövs det för att raden ska bli stor nog är fler med.", k),
			fmt.Sprintf("Organisations with fewer than %d participants stand on one row without their names, with participants of no organisation. Where it takes more to make the row large enough, more are on it.", k))}}
	t := Table{Adds: Down | SharedDown, Columns: []Column{{Header: b.say("Organisation", "Organisation"), Width: 38}, {Header: b.say("Namn", "Name"), Width: 30}, {Header: b.say("Kommun", "Municipality"), Width: 14},
		{Header: b.say("Deltagare", "Participants"), Width: 12}, {Header: b.say("Timmar", "Hours"), Width: 12}}}
	add := func(o *origin, key, name, place string) {
		fate := fmt.Sprintf("organisation|%d", len(t.Rows))
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(key), words(name), words(place), persons(len(o.persons)).named(fate), hoursCell(o.minutes).behind(Persons, len(o.persons)).named(fate)}})
	}
	for _, o := range large {
		switch {
		case o.organisation == uuid.Nil:
			add(o, b.say("(ingen organisation)", "(no organisation)"), "", "")
		case o.key == o.organisation.String(): // its number is a person's
			add(o, b.say("(enskild firma)", "(sole trader)"), "", b.municipality(cmp.Or(o.place, "unknown")))
		default:
			add(o, o.key, o.name, b.municipality(cmp.Or(o.place, "unknown")))
		}
	}
	if len(few.persons) > 0 {
		add(few, b.say("Övriga", "Others"), "", "")
	}
	if len(t.Rows) > 0 {
		total := b.sum(t, 4).as(key.Rows[keyHours].Cells[1])
		t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, {}, total}})
	}
	s.Tables = []Table{t}
	return s
}

// organisationsBySize are the organisations with at least k participants, those
// with most hours first, and all others as one.
func (b *builder) organisationsBySize(k int) (large []*origin, few *origin) {
	by := map[uuid.UUID]*origin{}
	b.list("list_organisation_persons", b.p.Project, func(rows *sql.Rows) error {
		var id uuid.NullUUID
		var subject uuid.UUID
		var minutes int
		o := &origin{persons: map[uuid.UUID]bool{}}
		if err := rows.Scan(&id, &o.key, &o.name, &o.place, &subject, &minutes); err != nil {
			return err
		}
		if known, ok := by[id.UUID]; ok {
			o = known
		} else {
			o.organisation, by[id.UUID] = id.UUID, o
			large = append(large, o)
		}
		o.persons[subject] = true
		o.minutes += minutes
		return nil
	})
	slices.SortStableFunc(large, func(a, b *origin) int { return cmp.Compare(b.minutes, a.minutes) })
	few = &origin{persons: map[uuid.UUID]bool{}}
	for {
		smallest := -1
		for i, o := range large {
			if smallest < 0 || len(o.persons) < len(large[smallest].persons) {
				smallest = i
			}
		}
		if smallest < 0 || len(large[smallest].persons) >= k && (len(few.persons) == 0 || len(few.persons) >= k) {
			return large, few
		}
		for subject := range large[smallest].persons {
			few.persons[subject] = true
		}
		few.minutes += large[smallest].minutes
		large = slices.Delete(large, smallest, smallest+1)
	}
}
