package reports

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
)

// Gap is something a project should have recorded and has not.
type Gap struct {
	What     string // attendance, hours, sex, age, outside, certificate
	Date     string
	Activity string
	Subject  uuid.UUID // Nil when it is about a session
	Event    uuid.UUID
	Position uint64
	Batch    string        // its id
	File     domain.Sealed // the name of its file
	Line     int
}

// Missing gives what is missing, of one project or of all.
func (f *Facts) Missing(ctx context.Context, project string, period domain.Period) ([]Gap, error) {
	if err := f.known(ctx, Question{Project: project}); err != nil {
		return nil, err
	}
	period, err := f.Range(ctx, period)
	if err != nil {
		return nil, err
	}
	var out []Gap
	err = f.list(ctx, "list_missing", Question{Project: project, Range: period}, func(rows *sql.Rows) error {
		var g Gap
		var subject uuid.NullUUID
		err := rows.Scan(&g.What, &g.Date, &g.Activity, &subject, &g.Event, &g.Position, &g.File, &g.Batch, &g.Line)
		g.Subject = subject.UUID
		out = append(out, g)
		return err
	})
	return out, err
}

var gapNames = map[string]domain.Text{
	"attendance":  domain.T("Tillfälle utan närvaro", "Session without attendance"),
	"hours":       domain.T("Närvaro utan timmar (räknas som 0)", "Attendance without hours (counts 0)"),
	"sex":         domain.T("Deltagare utan känt kön", "Participant of unknown sex"),
	"age":         domain.T("Deltagare utan känd ålder", "Participant of unknown age"),
	"outside":     domain.T("Tillfälle utanför projekttiden (räknas inte)", "Session outside the project period (not counted)"),
	"certificate": domain.T("Timmar som inte är intygade", "Hours not certified"),
}

// Name says what is missing.
func (g Gap) Name() domain.Text { return gapNames[g.What] }

// missingSheet lists what is missing, and how much of each.
func (b *builder) missingSheet() Sheet {
	s := Sheet{Name: b.say("Saknas", "Missing"), Title: b.say("Vad som saknas", "What is missing"), Single: true}
	if b.err != nil {
		return s
	}
	var gaps []Gap
	gaps, b.err = b.facts.Missing(b.ctx, b.p.Project, b.p.Range)
	if len(gaps) == 0 {
		s.Intro = []string{b.say("Inget saknas av det som går att kontrollera.", "Nothing is missing of what can be checked.")}
		return s
	}
	counts := map[string]int{}
	list := Table{Title: b.say("En rad för varje", "One row each"), Adds: Apart, Columns: []Column{{Header: b.say("Vad", "What"), Width: 40}, {Header: b.say("Datum", "Date"), Width: 12},
		{Header: b.say("Aktivitet", "Activity"), Width: 36}, {Header: b.say("Deltagare (id)", "Participant (id)"), Width: 38}}}
	add := func(g Gap, who Cell) {
		list.Rows = append(list.Rows, Row{Cells: []Cell{words(g.Name().In(b.p.Lang)), {Kind: DateKind, Text: g.Date}, words(g.Activity), who}})
	}
	uncertified := 0 // of the session at hand: one row a session, for a whole list is signed at once
	for i, g := range gaps {
		counts[g.What]++
		switch {
		case g.What == "certificate":
			uncertified++
			if last := i == len(gaps)-1; last || gaps[i+1].Date != g.Date || gaps[i+1].Activity != g.Activity {
				add(g, words(b.say(fmt.Sprintf("%d deltagare", uncertified), fmt.Sprintf("%d participants", uncertified))))
				uncertified = 0
			}
		case g.Subject == uuid.Nil:
			add(g, Cell{})
		default:
			add(g, words(g.Subject.String()))
		}
	}
	summary := Table{Adds: Apart, Columns: []Column{{Header: b.say("Vad", "What"), Width: 40}, {Header: b.say("Antal", "Count"), Width: 12}}}
	for _, what := range []string{"attendance", "hours", "sex", "age", "outside", "certificate"} {
		if counts[what] > 0 {
			summary.Rows = append(summary.Rows, Row{Cells: []Cell{words(gapNames[what].In(b.p.Lang)), count(counts[what]).behind(Listed, counts[what])}})
		}
	}
	s.Tables = []Table{summary, list}
	return s
}
