package intake

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
	"utfall/rules"
)

// results reads what participants have achieved: one row, one result of one
// person.
type results struct {
	r    *reading
	t    *table
	rows []resultRow
}

type resultRow struct {
	line   int
	number domain.PersonNumber
	date   domain.Date
	fact   domain.ResultRecorded
}

func (x *results) row(w *row) {
	x.r.totals.Rows++
	out := resultRow{line: w.line, date: w.date("date"), fact: domain.ResultRecorded{Project: w.text("project"), Code: strings.ToUpper(w.text("code")), Achieved: true}}
	if out.fact.Project == "" {
		out.fact.Project = x.r.opts.Project
	}
	if value, given := w.yesNo("value"); given {
		out.fact.Achieved = value
	}
	out.number = w.personNumber("person_number", x.r.today())
	for _, field := range []string{"person_number", "date", "code"} {
		w.required(field)
	}
	if w.bad {
		x.r.totals.Refused++
		return
	}
	x.rows = append(x.rows, out)
}

func (x *results) refuse(row *resultRow, field string, what, hint domain.Text) {
	x.r.totals.Refused++
	x.r.problem(x.t.sheet, row.line, x.t.columns.names[field], what, hint)
}

func (x *results) end() error {
	projects, err := loadProjects(x.r)
	if err != nil {
		return err
	}
	known, err := loadStretches(x.r)
	if err != nil {
		return err
	}
	attended, err := x.attended()
	if err != nil {
		return err
	}
	old, err := x.recorded(known)
	if err != nil {
		return err
	}
	var facts []keyedFact
	for i := range x.rows {
		row := &x.rows[i]
		x.r.projects[row.fact.Project] = true
		subject, err := x.subject(row, projects[row.fact.Project], known, attended)
		if err != nil {
			return err
		}
		if subject != uuid.Nil {
			facts = append(facts, keyedFact{line: row.line, key: resultKey(subject, row.date, row.fact), date: row.date, subject: subject, fact: row.fact})
		}
	}
	compareFacts(x.r, x.t, facts, old)
	return nil
}

func resultKey(subject uuid.UUID, on domain.Date, f domain.ResultRecorded) string {
	return strings.Join([]string{subject.String(), f.Project, f.Code, on.String()}, " ")
}

// attended are the participants who are so by attending alone.
func (x *results) attended() (map[stretchKey]bool, error) {
	out := map[stretchKey]bool{}
	return out, query(x.r.ctx, x.r.in.Facts, `select distinct s.project, a.subject from attendance a join sessions s on s.session = a.session
		where a.superseded_at is null and s.superseded_at is null and a.present and a.role = 'participant' and s.project <> ''`, func(rows *sql.Rows) error {
		var key stretchKey
		err := rows.Scan(&key.project, &key.subject)
		out[key] = true
		return err
	})
}

func (x *results) recorded(known *stretches) (map[string]recordedFact, error) {
	out := map[string]recordedFact{}
	return out, query(x.r.ctx, x.r.in.Facts, "select event_id, position, subject, date, project, code, achieved from results where superseded_at is null", func(rows *sql.Rows) error {
		var rec recordedFact
		var subject uuid.UUID
		var on sql.NullTime
		var f domain.ResultRecorded
		err := rows.Scan(&rec.event, &rec.position, &subject, &on, &f.Project, &f.Code, &f.Achieved)
		rec.fact = f
		out[resultKey(known.key("", subject).subject, dateOf(on), f)] = rec
		return err
	})
}

// subject is whom a result is of, Nil when the row is refused.
func (x *results) subject(row *resultRow, in project, known *stretches, attended map[stretchKey]bool) (uuid.UUID, error) {
	if in.id == "" {
		x.refuse(row, "project", domain.T("okänt projekt", "unknown project"), domain.T("läs in projektets fil först, eller rätta projektets id", "import the project's file first, or correct the project's id"))
		return uuid.Nil, nil
	}
	set := rules.Of(in.programme)
	indicator, ok := set.Indicator(row.fact.Code)
	if !ok || indicator.Kind != rules.Result {
		x.refuse(row, "code", domain.Tf("ingen resultatindikator i %s", "no result indicator of %s", set.ID), domain.T("utfall rules show visar koderna", "utfall rules show shows the codes"))
		return uuid.Nil, nil
	}
	match, err := x.r.people.Person(privacy.Identity{Number: row.number})
	if err != nil && !errors.Is(err, privacy.ErrNobody) {
		return uuid.Nil, err
	}
	key := known.key(in.id, match.Subject)
	stretches := known.of[key]
	if err != nil || len(stretches) == 0 && !attended[stretchKey{in.id, match.Subject}] && !attended[key] {
		x.refuse(row, "person_number", domain.Tf("ingen deltagare i %s har det numret", "no participant of %s has that number", in.id), domain.T("läs in deltagarna först, eller rätta numret", "import the participants first, or correct the number"))
		return uuid.Nil, nil
	}
	if !x.inWindow(row, indicator, set.Record, exitOf(stretches)) {
		return uuid.Nil, nil
	}
	return key.subject, nil
}

// exitOf is the day somebody has left, zero while taking part.
func exitOf(all []*stretch) (exit domain.Date) {
	for _, s := range all {
		if s.fact.End.Zero() {
			return domain.Date{}
		}
		if s.fact.End.After(exit) {
			exit = s.fact.End
		}
	}
	return exit
}

// inWindow refuses a result outside the days in which it counts: on leaving, the
// days after the exit the rule set gives; later, from the day so many months
// after it on.
func (x *results) inWindow(row *resultRow, i rules.Indicator, rule rules.Record, exit domain.Date) bool {
	if exit.Zero() {
		x.r.warn(x.t.sheet, row.line, x.t.columns.names["date"], domain.T("personen har inget slutdatum: resultatet räknas först när det finns", "the person has no exit: the result counts when there is one"), domain.Text{})
		return true
	}
	last := exit.AddDays(rule.ImmediateDays)
	if i.When == "exit" && (row.date.Before(exit) || row.date.After(last)) {
		x.refuse(row, "date", domain.Tf("%s gäller från avslutet till och med %d dagar efter, %s – %s", "%s is of the exit through %d days after it, %s – %s", i.Code, rule.ImmediateDays, exit, last),
			domain.T("rätta datumet eller koden", "correct the date or the code"))
		return false
	}
	if first := exit.AddMonths(rule.LongTermMonths); i.When == "later" && row.date.Before(first) {
		x.refuse(row, "date", domain.Tf("%s gäller från %d månader efter avslutet, %s", "%s is of %d months after the exit on, %s", i.Code, rule.LongTermMonths, first),
			domain.T("rätta datumet eller koden", "correct the date or the code"))
		return false
	}
	return true
}

// aid reads support given to organisations as firms.
type aid struct {
	r    *reading
	t    *table
	rows []aidRow
}

type aidRow struct {
	line   int
	number domain.OrgNumber
	date   domain.Date
	fact   domain.AidRecorded
}

func (x *aid) row(w *row) {
	x.r.totals.Rows++
	out := aidRow{line: w.line, number: w.orgNumber("org_number"), date: w.date("date"), fact: domain.AidRecorded{Project: w.text("project"), Rule: domain.Slug(w.text("rule")), Source: w.text("source")}}
	if out.fact.Project == "" {
		out.fact.Project = x.r.opts.Project
	}
	x.amounts(w, &out.fact)
	for _, field := range []string{"org_number", "date", "rule"} {
		w.required(field)
	}
	if w.bad {
		x.r.totals.Refused++
		return
	}
	x.rows = append(x.rows, out)
}

// amounts reads what was given, in EUR or else in SEK, and what it is a part of.
func (x *aid) amounts(w *row, f *domain.AidRecorded) {
	amount := func(field string, to *domain.Money) bool {
		m := w.money(field)
		if m == nil {
			return false
		}
		if *to = *m; m.Ore() < 0 {
			w.problem(field, domain.T("ett stöd är inte mindre än 0", "aid is not less than 0"), domain.T("rätta beloppet", "correct the amount"))
		}
		return true
	}
	eur, sek := amount("eur", &f.EUR), amount("sek", &f.SEK)
	switch {
	case eur && sek:
		w.warn("sek", domain.T("beloppet står både i EUR och i SEK: det i EUR gäller", "the amount is given in EUR and in SEK: the one in EUR holds"), domain.Text{})
		f.SEK = domain.Money{}
	case !eur && !sek && !w.bad:
		field := "eur"
		if w.table.columns.names[field] == "" {
			field = "sek"
		}
		w.problem(field, domain.T("saknas", "is missing"), domain.T("fyll i beloppet i EUR eller SEK", "fill in the amount in EUR or SEK"))
	}
	amount("eligible_cost", &f.EligibleCost)
	f.Disadvantaged, _ = w.yesNo("disadvantaged")
}

func (x *aid) end() error {
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
	for i := range x.rows {
		row := &x.rows[i]
		x.r.projects[row.fact.Project] = true
		if row.fact.Project != "" && projects[row.fact.Project].id == "" {
			x.r.totals.Refused++
			x.r.problem(x.t.sheet, row.line, x.t.columns.names["project"], domain.T("okänt projekt", "unknown project"),
				domain.T("läs in projektets fil först, eller rätta projektets id", "import the project's file first, or correct the project's id"))
			continue
		}
		id, err := orgs.find(domain.Place{Line: row.line}, row.number, "", "")
		if err != nil {
			return err
		}
		facts = append(facts, keyedFact{line: row.line, key: aidKey(id, row.date, row.fact), date: row.date, organisation: id, fact: row.fact})
	}
	compareFacts(x.r, x.t, facts, old)
	return nil
}

func aidKey(organisation uuid.UUID, on domain.Date, f domain.AidRecorded) string {
	return strings.Join([]string{organisation.String(), f.Project, f.Rule, on.String()}, " ")
}

func (x *aid) recorded(orgs *organisations) (map[string]recordedFact, error) {
	out := map[string]recordedFact{}
	return out, query(x.r.ctx, x.r.in.Facts, `select event_id, position, organisation, date, project, cast(coalesce(eur, 0) as varchar), rule, source,
		cast(coalesce(sek, 0) as varchar), cast(coalesce(eligible_cost, 0) as varchar), disadvantaged from aid where superseded_at is null`, func(rows *sql.Rows) error {
		var rec recordedFact
		var organisation uuid.UUID
		var on sql.NullTime
		var f domain.AidRecorded
		var eur, sek, cost string
		if err := rows.Scan(&rec.event, &rec.position, &organisation, &on, &f.Project, &eur, &f.Rule, &f.Source, &sek, &cost, &f.Disadvantaged); err != nil {
			return err
		}
		var errs [3]error
		f.EUR, errs[0] = domain.ParseMoney(eur)
		f.SEK, errs[1] = domain.ParseMoney(sek)
		f.EligibleCost, errs[2] = domain.ParseMoney(cost)
		rec.fact = f
		out[aidKey(orgs.counts(organisation), dateOf(on), f)] = rec
		return errors.Join(errs[:]...)
	})
}
