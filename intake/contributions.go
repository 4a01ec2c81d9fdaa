package intake

import (
	"database/sql"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// contributions reads what others gave to projects, in money or in kind.
type contributions struct {
	r    *reading
	t    *table
	rows []contributionRow
}

type contributionRow struct {
	line     int
	number   domain.OrgNumber
	date     domain.Date
	evidence string
	fact     domain.ContributionRecorded
}

var contributionWords = map[string]domain.Contribution{
	"natura": domain.InKind, "annat än pengar": domain.InKind, "in-kind": domain.InKind, "in kind": domain.InKind,
	"kontant": domain.Cash, "kontanta medel": domain.Cash, "cash": domain.Cash, "pengar": domain.Cash,
}

func parseContribution(s string) (domain.Contribution, bool) {
	v, ok := contributionWords[domain.Fold(s)]
	return v, ok
}

func (x *contributions) row(w *row) {
	x.r.totals.Rows++
	out := contributionRow{line: w.line, number: w.orgNumber("org_number"), date: w.date("date"), evidence: w.text("evidence"),
		fact: domain.ContributionRecorded{Project: w.text("project"), Line: domain.BudgetLineOf(w.text("line")),
			Form: word(w, "form", parseContribution, domain.T("skriv natura eller kontant", "write in-kind or cash"))}}
	f := &out.fact
	if f.Project == "" {
		f.Project = x.r.opts.Project
	}
	f.Public, _ = w.yesNo("public")
	if amount := w.money("amount"); amount != nil {
		f.Amount = *amount
	}
	f.Mark = x.r.in.proofMark(out.evidence)
	for _, field := range []string{"date", "form", "public", "amount"} {
		w.required(field)
	}
	switch {
	case w.bad:
	case f.Amount.Ore() < 0:
		w.problem("amount", domain.T("ett bidrag är inte mindre än 0", "a contribution is not less than 0"), domain.T("rätta beloppet", "correct the amount"))
	case f.Line == "" && f.Form == domain.InKind:
		w.problem("line", domain.T("ett bidrag i annat än pengar är en kostnad på en budgetrad", "a contribution in kind is a cost on a line of the budget"), domain.T("skriv till exempel lokaler", "write for example premises"))
	}
	if w.bad {
		x.r.totals.Refused++
		return
	}
	x.rows = append(x.rows, out)
}

func (x *contributions) end() error {
	projects, err := loadProjects(x.r)
	if err != nil {
		return err
	}
	orgs, err := loadOrganisations(x.r)
	if err != nil {
		return err
	}
	old, err := x.recorded(orgs)
	if err != nil {
		return err
	}
	var facts []keyedFact
	for _, row := range x.rows {
		in := projects[row.fact.Project]
		x.r.projects[row.fact.Project] = true
		if in.id == "" {
			x.r.totals.Refused++
			x.r.problem(x.t.sheet, row.line, x.t.columns.names["project"], domain.T("okänt projekt", "unknown project"),
				domain.T("läs in projektets fil först, eller rätta projektets id", "import the project's file first, or correct the project's id"))
			continue
		}
		if !in.period.Contains(row.date) {
			x.r.warn(x.t.sheet, row.line, x.t.columns.names["date"], domain.Tf("dagen ligger utanför projektets tid, %s – %s, och räknas inte", "the day lies outside the project's period, %s – %s, and is not counted", in.period.From, in.period.To),
				domain.T("rätta datumet, eller projektets fil", "correct the date, or the project's file"))
		}
		id, err := orgs.find(domain.Place{Line: row.line}, row.number, "", "")
		if err != nil {
			return err
		}
		facts = append(facts, keyedFact{line: row.line, key: contributionKey(id, row.date, row.fact), date: row.date, organisation: id, fact: row.fact, texts: texts{text: row.evidence}})
	}
	compareFacts(x.r, x.t, facts, old)
	return nil
}

func contributionKey(organisation uuid.UUID, on domain.Date, f domain.ContributionRecorded) string {
	return strings.Join([]string{f.Project, on.String(), organisation.String(), string(f.Form), f.Line, f.Mark}, "\x00")
}

func (x *contributions) recorded(orgs *organisations) (map[string]recordedFact, error) {
	out := map[string]recordedFact{}
	return out, query(x.r.ctx, x.r.in.Facts, "select event_id, position, organisation, date, project, form, public, line, ore, mark from contributions where superseded_at is null order by position, idx", func(rows *sql.Rows) error {
		var rec recordedFact
		var organisation uuid.NullUUID
		var on sql.NullTime
		var f domain.ContributionRecorded
		var ore int64
		err := rows.Scan(&rec.event, &rec.position, &organisation, &on, &f.Project, &f.Form, &f.Public, &f.Line, &ore, &f.Mark)
		f.Amount = domain.Ore(ore)
		rec.fact = f
		out[contributionKey(orgs.counts(organisation.UUID), dateOf(on), f)] = rec
		return err
	})
}

// links reads which organisations are one single undertaking.
type links struct {
	r    *reading
	t    *table
	rows []linkRow
}

type linkRow struct {
	line      int
	one, with domain.OrgNumber
	date      domain.Date
}

func (x *links) row(w *row) {
	x.r.totals.Rows++
	out := linkRow{line: w.line, one: w.orgNumber("org_number"), with: w.orgNumber("with"), date: w.date("date")}
	for _, field := range []string{"org_number", "with", "date"} {
		w.required(field)
	}
	if w.bad {
		x.r.totals.Refused++
		return
	}
	x.rows = append(x.rows, out)
}

func (x *links) end() error {
	orgs, err := loadOrganisations(x.r)
	if err != nil {
		return err
	}
	old := map[string]recordedFact{}
	err = query(x.r.ctx, x.r.in.Facts, "select event_id, position, organisation, with_organisation, date from organisation_links where superseded_at is null order by position, idx", func(rows *sql.Rows) error {
		var rec recordedFact
		var one, with uuid.UUID
		var on sql.NullTime
		err := rows.Scan(&rec.event, &rec.position, &one, &with, &on)
		one, with = orgs.counts(one), orgs.counts(with)
		rec.fact, rec.date = domain.OrganisationLinked{With: with}, dateOf(on)
		old[linkKey(one, with)] = rec
		return err
	})
	if err != nil {
		return err
	}
	var facts []keyedFact
	for _, row := range x.rows {
		at := domain.Place{Line: row.line}
		// The same number needs no organisation to be refused.
		same := row.one.Digits() == row.with.Digits()
		var one, with uuid.UUID
		if !same {
			if one, err = orgs.find(at, row.one, "", ""); err != nil {
				return err
			}
			if with, err = orgs.find(at, row.with, "", ""); err != nil {
				return err
			}
		}
		if one == with {
			x.r.totals.Refused++
			x.r.problem(x.t.sheet, row.line, x.t.columns.names["with"], domain.T("en organisation ingår inte i sig själv", "an organisation is not linked with itself"), domain.T("rätta ett av numren", "correct one of the numbers"))
			continue
		}
		facts = append(facts, keyedFact{line: row.line, key: linkKey(one, with), date: row.date, organisation: one, fact: domain.OrganisationLinked{With: with}})
	}
	compareFacts(x.r, x.t, facts, old)
	return nil
}

func linkKey(one, with uuid.UUID) string { return one.String() + " " + with.String() }
