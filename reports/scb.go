package reports

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// ScbRow is one participant in the participant file of a month.
type ScbRow struct {
	Subject      uuid.UUID
	Organisation uuid.UUID
	OrgNumber    string // empty for a sole trader: that number is a person's
	Start        domain.Date
	End          domain.Date // zero while the participant goes on after the month
	Minutes      int
}

// ScbIssue is a participant file that was made, and what became of it.
type ScbIssue struct {
	Issue         int
	Content       uint64 // the position that gives the file again
	Participants  int
	Minutes       int
	WithoutNumber int // participants with no number to fill in
	Made          domain.Date
	MadeBy        string
	Submitted     domain.Date
	SubmittedBy   string
	Template      string // TOML
	Lang          string

	digest, filled string
	at             [2]uint64 // position and index of the submission
}

// ScbState is how far the file of a month has come.
type ScbState string

// The states. Whether a file has to be made or submitted again is told beside them.
const (
	ScbNotOpen   ScbState = "not-open" // the month is not over
	ScbDue       ScbState = "due"
	ScbMade      ScbState = "made"
	ScbSubmitted ScbState = "submitted"
)

// ScbMonth is what there is to know of a month's participant file.
type ScbMonth struct {
	Month        string
	State        ScbState    // of the newest issue
	Opens        domain.Date // the first day it can be reported
	Due          domain.Date // the last
	Overdue      bool
	Participants int // as known now
	Minutes      int
	Issues       []ScbIssue
	// Stale: the newest issue, not submitted yet, is not what the log gives now.
	Stale bool
	// Renamed: what is known of who the participants are differs from what was
	// filled in, in the issue that was submitted last, else made last.
	Renamed bool
	// Outside: the project's period is another one now, and without the month.
	Outside bool
	// Odd are participants with hours before their entry or after their exit.
	Odd int
	// Resubmit: it was submitted, and it or an earlier month has changed since.
	Resubmit   bool
	Because    string // the earliest month that makes it so
	Difference []ScbChange
	rows       []ScbRow
	ever       int // the highest number an issue ever had
}

// ScbChange is a participant whose row differs: Before what was submitted last, or
// made last when nothing was submitted; Now what the log gives. nil: there is no row.
type ScbChange struct {
	Subject uuid.UUID
	Before  *ScbRow
	Now     *ScbRow
}

// Latest is the newest issue, nil when none was made.
func (m *ScbMonth) Latest() *ScbIssue {
	if len(m.Issues) == 0 {
		return nil
	}
	return &m.Issues[len(m.Issues)-1]
}

// Of is an issue by its number, nil when there is none.
func (m *ScbMonth) Of(issue int) *ScbIssue {
	for i := range m.Issues {
		if m.Issues[i].Issue == issue {
			return &m.Issues[i]
		}
	}
	return nil
}

// submitted is the issue that was submitted last, nil when none was.
func (m *ScbMonth) submitted() (last *ScbIssue) {
	for i := range m.Issues {
		if issue := &m.Issues[i]; !issue.Submitted.Zero() && (last == nil || before(last.at, issue.at)) {
			last = issue
		}
	}
	return last
}

func before(a, b [2]uint64) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

// Filler gives the mark of what would be filled in of those a file names, in order;
// none where it cannot be compared.
type Filler func([]Identity) (string, error)

// Scb gives the months of a project, each with its participant file, as they
// stand on a day: from the project's first month to its last, or to that of the
// day, and those that files were made of. A month that was submitted has to be
// submitted again when it has changed, and when an earlier one has to be, or was,
// submitted again after it: SCB builds each month on the one before (domain.md 2.2).
// Without a filler, who the participants are is not compared.
func (f *Facts) Scb(ctx context.Context, project string, today domain.Date, fill Filler) ([]ScbMonth, error) {
	p, err := f.projectOf(ctx, project)
	if err != nil {
		return nil, err
	}
	issues, ever, err := f.scbIssues(ctx, project)
	if err != nil {
		return nil, err
	}
	period := p.Period()
	if today.Before(period.To) {
		period.To = today
	}
	inside := map[string]bool{}
	rows := map[string][]ScbRow{}
	if !period.To.Before(period.From) {
		for _, span := range period.Spans(domain.ByMonth) {
			inside[span.Key] = true
		}
		if rows, err = f.scbRows(ctx, p, period); err != nil {
			return nil, err
		}
	}
	keys := slices.Concat(slices.Collect(maps.Keys(inside)), slices.Collect(maps.Keys(issues)))
	slices.Sort(keys)
	var out []ScbMonth
	for _, key := range slices.Compact(keys) {
		days, err := domain.ParseMonth(key)
		if err != nil {
			return nil, err
		}
		m := ScbMonth{Month: key, Opens: days.To.AddDays(1), Due: days.To.AddDays(rules.Of(p.Programme).Monthly.DueDays), Issues: issues[key], Outside: !inside[key], Difference: []ScbChange{}, ever: ever[key]}
		if inside[key] {
			m.rows = rows[key]
		}
		m.total(days)
		if err := m.renamed(p, fill); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	chain(out, p, today)
	return out, f.differences(ctx, p, out)
}

// total counts the month's rows.
func (m *ScbMonth) total(days domain.Period) {
	for _, r := range m.rows {
		m.Participants++
		m.Minutes += r.Minutes
		if r.Minutes > 0 && (r.Start.After(days.To) || !r.End.Zero() && r.End.Before(days.From)) {
			m.Odd++
		}
	}
}

// compared is the issue that a month is compared with: that submitted last, else
// that made last.
func (m *ScbMonth) compared() *ScbIssue {
	if s := m.submitted(); s != nil {
		return s
	}
	return m.Latest()
}

// renamed compares what is known of who the participants are with what was filled in.
func (m *ScbMonth) renamed(p domain.ProjectRecorded, fill Filler) error {
	old := m.compared()
	if fill == nil || old == nil || old.filled == "" || old.digest != m.digest(p, old.Template) {
		return nil // the rows are other ones, which says more
	}
	mark, err := fill(m.Identities(p, old.Template))
	m.Renamed = err == nil && mark != "" && mark != old.filled
	return err
}

// Identities are what is filled in, in the month's file by a template, in order.
func (m *ScbMonth) Identities(p domain.ProjectRecorded, template string) (out []Identity) {
	t, err := rules.ParseTemplate(template)
	if err != nil {
		return nil
	}
	for _, r := range m.rows {
		for _, c := range t.Columns {
			if cell := r.cell(c.Field, p, m.Month); cell.Identity != nil {
				out = append(out, *cell.Identity)
			}
		}
	}
	return out
}

// chain finds the state of each month, in order.
func chain(months []ScbMonth, p domain.ProjectRecorded, today domain.Date) {
	var last [2]uint64 // the newest submission of any month before
	var since, because string
	for i := range months {
		m := &months[i]
		latest, submitted := m.Latest(), m.submitted()
		switch {
		case latest == nil && today.Before(m.Opens):
			m.State = ScbNotOpen
		case latest == nil:
			m.State = ScbDue
		case latest.Submitted.Zero():
			m.State = ScbMade
		default:
			m.State = ScbSubmitted
		}
		m.Overdue = submitted == nil && today.After(m.Due)
		m.Stale = m.State == ScbMade && (latest.digest != m.digest(p, latest.Template) || submitted == nil && m.Renamed)
		if submitted == nil {
			continue
		}
		if because == "" && (m.Renamed || submitted.digest != m.digest(p, submitted.Template)) {
			because = m.Month
		}
		switch {
		case because != "":
			m.Resubmit, m.Because = true, because
		case before(submitted.at, last):
			m.Resubmit, m.Because = true, since
		}
		if before(last, submitted.at) {
			last, since = submitted.at, m.Month
		}
	}
}

// digest is that of the month's file as the log gives it now, by a template.
func (m *ScbMonth) digest(p domain.ProjectRecorded, template string) string {
	t, err := rules.ParseTemplate(template)
	if err != nil {
		return "" // recorded by a program that knew other templates: it differs
	}
	return scbDigest(t, p, m.Month, m.rows)
}

// differences are the rows that differ from what was submitted or made before, of
// the months that have changed.
func (f *Facts) differences(ctx context.Context, p domain.ProjectRecorded, months []ScbMonth) error {
	at := map[uint64]map[string][]ScbRow{} // the files as of a position
	for i := range months {
		m := &months[i]
		old := m.compared()
		if old == nil || old.digest == m.digest(p, old.Template) {
			continue
		}
		position, err := f.lastFacts(ctx, old.Content)
		if err != nil {
			return err
		}
		if at[position] == nil {
			then := *f
			then.AsOf = position
			was, err := then.projectOf(ctx, p.Project) // its period can have been another one
			if err != nil {
				return err
			}
			if at[position], err = then.scbRows(ctx, was, was.Period()); err != nil {
				return err
			}
		}
		m.Difference = scbChanges(at[position][m.Month], m.rows)
	}
	return nil
}

// ScbKind is the kind of the batches that record what became of participant files,
// and nothing else.
const ScbKind = "scb"

// lastFacts is the newest position up to another at which anything was recorded but
// what became of participant files: files made in a row have the same facts.
func (f *Facts) lastFacts(ctx context.Context, position uint64) (at uint64, err error) {
	err = f.DB.QueryRowContext(ctx, "select coalesce(max(position), 0) from batches where position <= ? and kind <> ?", position, ScbKind).Scan(&at)
	return at, err
}

// scbChanges compares two files of a month, in the order of the rows there were,
// and then of those that are new.
func scbChanges(old, now []ScbRow) []ScbChange {
	out := []ScbChange{}
	current := map[uuid.UUID]*ScbRow{}
	for i := range now {
		current[now[i].Subject] = &now[i]
	}
	had := map[uuid.UUID]bool{}
	for i := range old {
		id := old[i].Subject
		had[id] = true
		if n := current[id]; n == nil || *n != old[i] {
			out = append(out, ScbChange{id, &old[i], n})
		}
	}
	for i := range now {
		if !had[now[i].Subject] {
			out = append(out, ScbChange{now[i].Subject, nil, &now[i]})
		}
	}
	return out
}
