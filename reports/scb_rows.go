package reports

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// scbRows are the rows of the files of the months that a period touches.
func (f *Facts) scbRows(ctx context.Context, p domain.ProjectRecorded, period domain.Period) (map[string][]ScbRow, error) {
	first, err := domain.ParseMonth(domain.ByMonth.Key(period.From))
	if err != nil {
		return nil, err
	}
	last, err := domain.ParseMonth(domain.ByMonth.Key(period.To))
	if err != nil {
		return nil, err
	}
	text, err := queryFiles.ReadFile("queries/list_scb.sql")
	if err != nil {
		return nil, err
	}
	q := Question{Project: p.Project, Range: domain.Period{From: first.From, To: last.To}, Grain: domain.ByMonth}
	spent := strings.ReplaceAll(string(text), "{spent}", rules.Of(p.Programme).Monthly.Hours)
	out := map[string][]ScbRow{}
	err = f.query(ctx, "list_scb", "with "+prelude()+standsOn("hours")+"\n"+spent, q, func(rows *sql.Rows) error {
		var r ScbRow
		var month, start, end string
		var organisation uuid.NullUUID
		if err := rows.Scan(&month, &r.Subject, &organisation, &r.OrgNumber, &start, &end, &r.Minutes); err != nil {
			return err
		}
		r.Organisation, r.Start = organisation.UUID, domain.MustDate(start)
		if end != "" {
			r.End = domain.MustDate(end)
		}
		out[month] = append(out[month], r)
		return nil
	})
	return out, err
}

// scbIssues are the issues by month, and the highest number any ever had, those
// that were taken back too: a number is given once.
func (f *Facts) scbIssues(ctx context.Context, project string) (issues map[string][]ScbIssue, ever map[string]int, err error) {
	issues, ever = map[string][]ScbIssue{}, map[string]int{}
	text, err := queryFiles.ReadFile("queries/list_scb_issues.sql")
	if err != nil {
		return nil, nil, err
	}
	err = f.each(ctx, "list_scb_issues", strings.ReplaceAll(string(text), "{as_of}", strconv.FormatUint(f.AsOf, 10)), func(rows *sql.Rows) error {
		var i ScbIssue
		var month, made, submitted string
		err := rows.Scan(&month, &i.Issue, &i.Content, &i.digest, &i.Participants, &i.Minutes, &i.Template, &i.Lang, &i.filled, &i.WithoutNumber, &made, &i.MadeBy, &submitted, &i.SubmittedBy, &i.at[0], &i.at[1])
		if err != nil {
			return err
		}
		i.Made = domain.MustDate(made)
		if submitted != "" {
			i.Submitted = domain.MustDate(submitted)
		}
		issues[month] = append(issues[month], i)
		return nil
	}, project)
	if err != nil {
		return nil, nil, err
	}
	return issues, ever, f.each(ctx, "issues", "select month, max(issue) from scb_made where project = ? and position <= ? group by 1", func(rows *sql.Rows) error {
		var month string
		var n int
		err := rows.Scan(&month, &n)
		ever[month] = n
		return err
	}, project, f.AsOf)
}

// scbDigest is the SHA-256 of a file's rows as its template has them, with ids in
// the place of what is filled in.
func scbDigest(t rules.Template, p domain.ProjectRecorded, month string, rows []ScbRow) string {
	h := sha256.New()
	for _, r := range rows {
		line := r.Subject.String()
		for _, c := range t.Columns {
			line += "\x1f" + c.Header + "\x1e" + r.cell(c.Field, p, month).plain()
		}
		h.Write([]byte(line + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// plain is what a cell holds, for a digest.
func (c Cell) plain() string {
	if c.Kind.numeric() {
		return strconv.FormatFloat(c.Number, 'g', -1, 64)
	}
	return c.Text
}

// cell is the row's cell in a column that holds a field.
func (r ScbRow) cell(field string, p domain.ProjectRecorded, month string) Cell {
	switch field {
	case "person_number":
		return identity(PersonNumber, r.Subject)
	case "name":
		return identity(PersonName, r.Subject)
	case "email":
		return identity(PersonEmail, r.Subject)
	case "organisation_number":
		if r.OrgNumber == "" && r.Organisation != uuid.Nil {
			return identity(SoleTrader, r.Organisation)
		}
		return words(r.OrgNumber)
	case "start":
		return dateCell(r.Start)
	case "end":
		if r.End.Zero() {
			return Cell{}
		}
		return dateCell(r.End)
	case "hours":
		return hoursCell(r.Minutes).behind(Listed, 1)
	case "month":
		return words(month)
	case "project":
		return words(p.Project)
	case "diary_number":
		return words(p.DiaryNumber)
	}
	return Cell{}
}
