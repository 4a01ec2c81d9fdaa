package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"utfall/domain"
	"utfall/privacy/access"
	"utfall/reports"
)

// ScbStatusCmd shows the chain of a project's participant files.
type ScbStatusCmd struct {
	scbOf
	Rows bool `help:"Also the rows that differ, by participant id."`
	JSON bool `name:"json" help:"As JSON, with the rows."`
}

// scbStatusJSON is what scb status --json prints. Hours are minutes/60.
type scbStatusJSON struct {
	Project  string         `json:"project"`
	Position uint64         `json:"position"`
	Today    domain.Date    `json:"today"`
	Months   []scbMonthJSON `json:"months"`
}

type scbMonthJSON struct {
	Month        string          `json:"month"`
	State        string          `json:"state"` // not-open, due, made, submitted
	Opens        domain.Date     `json:"opens"`
	Due          domain.Date     `json:"due"`
	Overdue      bool            `json:"overdue"`
	Stale        bool            `json:"stale"`
	Resubmit     bool            `json:"resubmit"`
	Renamed      bool            `json:"renamed"` // names or numbers are others in the vault than in the file
	Outside      bool            `json:"outside"` // of the project's period, as it is now
	Because      string          `json:"because"`
	Participants int             `json:"participants"`
	Hours        float64         `json:"hours"`
	Issues       []scbIssueJSON  `json:"issues"`
	Difference   []scbChangeJSON `json:"difference"`
}

type scbIssueJSON struct {
	Issue        int         `json:"issue"`
	Position     uint64      `json:"position"` // that it was made at, and can be made again
	Participants int         `json:"participants"`
	Without      int         `json:"without_number"`
	Hours        float64     `json:"hours"`
	Made         domain.Date `json:"made"`
	MadeBy       string      `json:"made_by"`
	Submitted    domain.Date `json:"submitted"`
	SubmittedBy  string      `json:"submitted_by"`
}

type scbChangeJSON struct {
	Subject string      `json:"subject"`
	Before  *scbRowJSON `json:"before"`
	Now     *scbRowJSON `json:"now"`
	Hours   float64     `json:"hours"` // the difference
}

type scbRowJSON struct {
	Start domain.Date `json:"start"`
	End   domain.Date `json:"end"`
	Hours float64     `json:"hours"`
}

// Run prints each month's file, and what differs from what was submitted.
func (c *ScbStatusCmd) Run(a *App) error {
	if err := c.everybody(a); err != nil {
		return err
	}
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return err
	}
	_, months, err := c.months(a, facts)
	if err != nil {
		return err
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	users, err := rosterOf(a, gate)
	if err != nil {
		return err
	}
	actor := func(id string) string { return cmp.Or(users.user(id), id) }
	whom := persons{}
	if c.Rows || c.JSON {
		for _, m := range months {
			for _, d := range m.Difference {
				whom.add(d.Subject)
			}
		}
	}
	if err := a.allow(access.Request{Action: access.Entries, Project: c.Project, What: described("scb status", "month", c.Month), Position: facts.AsOf, Rows: len(months), Subjects: whom.subjects()}); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(statusJSON(c.Project, facts.AsOf, domain.DateOf(a.now()), months, actor))
	}
	for _, m := range months {
		fmt.Fprintf(a.ui.out, "%s  %s  %s\n", m.Month, domain.Tf("%3d deltagare %8s h", "%3d participants %8s h", m.Participants, reports.Format(float64(m.Minutes)/60, 2, a.ui.lang)).In(a.ui.lang), stateLine(m, actor).In(a.ui.lang))
		for _, d := range m.Difference {
			if c.Rows {
				fmt.Fprintf(a.ui.out, "         %s  %s  %s\n", d.Subject, side(d.Before), side(d.Now))
			}
		}
	}
	return nil
}

// side is a row before or after, for people.
func side(r *reports.ScbRow) string {
	if r == nil {
		return "–"
	}
	return fmt.Sprintf("%s–%s %s h", r.Start, r.End, strings.TrimPrefix(signed(r.Minutes), "+"))
}

func statusJSON(project string, at uint64, today domain.Date, months []*reports.ScbMonth, actor func(string) string) scbStatusJSON {
	out := scbStatusJSON{Project: project, Position: at, Today: today, Months: []scbMonthJSON{}}
	for _, m := range months {
		j := scbMonthJSON{m.Month, string(m.State), m.Opens, m.Due, m.Overdue, m.Stale, m.Resubmit, m.Renamed, m.Outside, m.Because, m.Participants, float64(m.Minutes) / 60, []scbIssueJSON{}, []scbChangeJSON{}}
		for _, i := range m.Issues {
			j.Issues = append(j.Issues, scbIssueJSON{i.Issue, i.Content, i.Participants, i.WithoutNumber, float64(i.Minutes) / 60, i.Made, actor(i.MadeBy), i.Submitted, actor(i.SubmittedBy)})
		}
		for _, d := range m.Difference {
			j.Difference = append(j.Difference, scbChangeJSON{orEmpty(d.Subject), rowJSON(d.Before), rowJSON(d.Now), float64(d.Minutes()) / 60})
		}
		out.Months = append(out.Months, j)
	}
	return out
}

func rowJSON(r *reports.ScbRow) *scbRowJSON {
	if r == nil {
		return nil
	}
	return &scbRowJSON{r.Start, r.End, float64(r.Minutes) / 60}
}
