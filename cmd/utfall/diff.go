package main

import (
	"encoding/json"
	"fmt"

	"utfall/domain"
	"utfall/privacy/access"
	"utfall/reports"
)

// DiffCmd compares a report at two positions.
type DiffCmd struct {
	Report  string `arg:"" name:"REPORT" help:"The report: claim."`
	AsOf    string `help:"As known at this position; without it a claim as it was submitted." placeholder:"N1"`
	And     string `help:"With what is known at this one; without it the newest." placeholder:"N2"`
	Project string `required:"" help:"The project." placeholder:"P"`
	Month   string `required:"" help:"The month, 2019-03." placeholder:"M"`
	JSON    bool   `name:"json" help:"As JSON."`
}

// diffJSON is what diff --json prints. Amounts are SEK, texts with two decimals.
type diffJSON struct {
	Project string         `json:"project"`
	Month   string         `json:"month"`
	AsOf    uint64         `json:"as_of"` // the position the claim was made at, when it is compared as submitted
	And     uint64         `json:"and"`
	Before  domain.Money   `json:"before"` // of the lines that differ
	Lines   []diffLineJSON `json:"lines"`
	diffParts
}

type diffParts struct {
	Difference domain.Money `json:"difference"`
	Late       domain.Money `json:"late"`
	Corrected  domain.Money `json:"corrected"`
	Rates      domain.Money `json:"rates"`
	Rules      domain.Money `json:"rules"`
}

type diffLineJSON struct {
	Key     string       `json:"key"`
	Kind    string       `json:"kind"`
	Line    string       `json:"line"`
	Minutes int          `json:"minutes"`
	Before  domain.Money `json:"before"`
	diffParts
}

// Run prints each line that differs, split into what makes it so.
func (c *DiffCmd) Run(a *App) error {
	if c.Report != "claim" {
		return domain.Refuse(domain.NotYet, domain.Tf("skillnaden mellan två %s kan inte visas ännu", "the difference of two %s cannot be shown yet", c.Report), domain.T("utfall diff claim finns", "there is utfall diff claim"))
	}
	facts, err := a.claimFacts(c.And, c.Project)
	if err != nil {
		return err
	}
	since, err := positionOf(c.AsOf, facts.AsOf)
	if err != nil {
		return err
	}
	book, claim, err := (&claimOf{Project: c.Project, Month: c.Month}).find(a, facts)
	if err != nil {
		return err
	}
	from := since
	if c.AsOf == "" {
		if claim.Position == 0 {
			return domain.Refuse(domain.Usage, domain.Tf("%s är inte inlämnad: jämför två positioner", "%s is not submitted: compare two positions", claim.Month), domain.T("ange --as-of N1 --and N2", "give --as-of N1 --and N2"))
		}
		since, from = 0, claim.Content
	}
	all, err := facts.DiffClaim(a.ctx, book, claim, since)
	if err != nil {
		return err
	}
	whom := persons{}
	for _, d := range all {
		whom.add(reports.SubjectOf(d.Key))
	}
	if err := a.allow(access.Request{Action: access.Entries, Project: c.Project, What: described("diff claim", "month", c.Month, "as-of", c.AsOf, "and", c.And), Position: facts.AsOf, Rows: len(all), Subjects: whom.subjects()}); err != nil {
		return err
	}
	out := diffOf(all)
	out.Project, out.Month, out.AsOf, out.And = c.Project, claim.Month, from, facts.AsOf
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(out)
	}
	return c.print(a, out)
}

func diffOf(all []reports.ClaimDifference) diffJSON {
	out := diffJSON{Lines: []diffLineJSON{}}
	for _, d := range all {
		parts := diffParts{d.Amount, d.Late, d.Corrected, d.Rates, d.Rules}
		out.Lines = append(out.Lines, diffLineJSON{d.Key, reports.KindOf(d.Key), d.Line, d.Minutes, d.Before, parts})
		out.Before = plus(out.Before, d.Before)
		out.diffParts = diffParts{plus(out.Difference, d.Amount), plus(out.Late, d.Late), plus(out.Corrected, d.Corrected), plus(out.Rates, d.Rates), plus(out.Rules, d.Rules)}
	}
	return out
}

func plus(a, b domain.Money) domain.Money { return domain.Ore(a.Ore() + b.Ore()) }

func (c *DiffCmd) print(a *App, d diffJSON) error {
	if len(d.Lines) == 0 {
		a.ui.say(domain.T("ingenting skiljer", "nothing differs"))
		return nil
	}
	heads := []domain.Text{domain.T("förut", "before"), domain.T("skillnad", "difference"), domain.T("sent", "late"), domain.T("rättat", "corrected"), domain.T("enhetskostnad", "unit cost"), domain.T("regler", "rules")}
	for _, h := range heads {
		fmt.Fprintf(a.ui.out, "%14s", h.In(a.ui.lang))
	}
	fmt.Fprintln(a.ui.out)
	row := func(before domain.Money, p diffParts, name string) {
		for _, m := range []domain.Money{before, p.Difference, p.Late, p.Corrected, p.Rates, p.Rules} {
			fmt.Fprint(a.ui.out, a.money(m, 14))
		}
		fmt.Fprintln(a.ui.out, "  "+name)
	}
	for _, l := range d.Lines {
		row(l.Before, l.diffParts, l.Key)
	}
	row(d.Before, d.diffParts, domain.T("summa", "total").In(a.ui.lang))
	return nil
}
