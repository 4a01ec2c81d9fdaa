package reports

import (
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// indicatorSheets are the common indicators of the project's programme, with
// targets, and the checks they must pass.
func (b *builder) indicatorSheets(p domain.ProjectRecorded) []Sheet {
	set := rules.Of(p.Programme)
	if b.err != nil || len(set.Indicators) == 0 {
		return nil
	}
	q := Question{Project: b.p.Project, Range: b.p.Range}
	if !b.asked { // results come after the project has ended
		if q.Range, b.err = b.facts.Range(b.ctx, domain.Period{}); b.err != nil {
			return nil
		}
	}
	if q.Range == (domain.Period{}) { // nothing recorded has a day that counts yet
		q.Range = p.Period()
	}
	figures, records, err := b.facts.Indicators(b.ctx, q, set)
	if b.keep(err) != nil {
		return nil
	}
	for _, f := range figures {
		b.used = append(b.used, indicatorPrefix+f.Indicator.Code)
	}
	b.shown = &shownIndicators{figures, records}
	b.indicatorSums(set, figures, records)
	return []Sheet{b.indicatorSheet(p, set, figures, records, q), b.checkSheet(set, Checked(set, figures, records))}
}

// sexColumns are the sexes the rule set breaks down by, and the unknown where
// there are any.
func sexColumns(set rules.Set, figures []IndicatorFigure, records Records) []string {
	sexes := slices.Clone(set.Record.Sexes)
	for _, other := range []string{string(domain.NonBinary), string(domain.SexUnknown)} {
		there := records.All[other] > 0 || slices.ContainsFunc(figures, func(f IndicatorFigure) bool { return f.BySex[other] > 0 })
		if there && !slices.Contains(sexes, other) {
			sexes = append(sexes, other)
		}
	}
	return sexes
}

func (b *builder) indicatorSheet(p domain.ProjectRecorded, set rules.Set, figures []IndicatorFigure, records Records, q Question) Sheet {
	s := Sheet{Name: b.say("Indikatorer", "Indicators"), Title: b.say("Gemensamma indikatorer", "Common indicators"),
		Intro: []string{b.say("Ackumulerat till och med ", "Cumulative through ") + q.Range.To.String() + ". " +
			b.say("Uppgifterna är de som gällde vid starten och ändras inte av senare svar. Särskilda kategorier räknas över hela tiden. Ett streck betyder att inget underlag är registrerat; det är inte noll.",
				"Characteristics are those on entry and are not changed by later answers. Special categories are counted over all time. A dash means that nothing the figure is made of is recorded; it is not nought.")}}
	sexes := sexColumns(set, figures, records)
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Kod", "Code"), Width: 9}, {Header: b.say("Indikator", "Indicator"), Width: 58}}}
	for _, sex := range sexes {
		t.Columns = append(t.Columns, Column{Header: sexNames[sex].In(b.p.Lang), Width: 11})
	}
	for _, c := range [][2]string{{"Totalt", "Total"}, {"Mål", "Target"}, {"Uppnått", "Reached"}} {
		t.Columns = append(t.Columns, Column{Header: b.say(c[0], c[1]), Width: 11})
	}
	t.Columns = append(t.Columns, Column{Header: b.say("Anmärkning", "Note"), Width: 34})
	for _, f := range figures {
		row := Row{Cells: []Cell{words(f.Indicator.Code), words(f.Indicator.Name.In(b.p.Lang))}}
		row.Cells = append(row.Cells, b.indicatorCells(f, sexes, len(t.Rows), q)...)
		row.Cells = append(row.Cells, b.targetCells(p, f, len(t.Rows), len(sexes))...)
		t.Rows = append(t.Rows, row)
	}
	s.Tables = []Table{b.recordTable(sexes, records), t}
	return s
}

// indicatorCells are the figures of an indicator by sex, and their sum. Those of
// entities have no sex.
func (b *builder) indicatorCells(f IndicatorFigure, sexes []string, row int, q Question) []Cell {
	of := func(c Cell, by, key string) Cell {
		return c.of(&Figure{Metric: indicatorPrefix + f.Indicator.Code, By: by, Key: key, From: q.Range.From.String(), To: q.Range.To.String()})
	}
	var out []Cell
	for _, sex := range sexes {
		switch {
		case !f.Input:
			out = append(out, Cell{Kind: NoValue})
		case f.Indicator.Kind == rules.Entity:
			out = append(out, Cell{})
		default:
			out = append(out, of(count(f.BySex[sex]), "sex", sex).behind(f.behind(), f.BySex[sex]).named(indicatorName(f.Indicator.Code, sex)))
		}
	}
	total := of(count(f.Total()), "", "").behind(f.behind(), f.Total()).named(indicatorName(f.Indicator.Code, ""))
	switch {
	case !f.Input:
		total = Cell{Kind: NoValue}
	case f.Indicator.Kind != rules.Entity:
		total = total.live(fmt.Sprintf("SUM({%d,2}:{%d,%d})", row, row, 1+len(sexes)))
	}
	return append(out, total)
}

// targetCells are the target, how much of it is reached, and what there is to say.
func (b *builder) targetCells(p domain.ProjectRecorded, f IndicatorFigure, row, sexes int) []Cell {
	note := ""
	switch {
	case f.Locked:
		note = b.say("valvet är inte öppet", "the vault is not open")
	case !f.Input:
		note = b.say("inget underlag", "nothing recorded")
	}
	i := slices.IndexFunc(p.Targets, func(t domain.IndicatorTarget) bool { return t.Indicator == f.Indicator.Code })
	if i < 0 {
		return []Cell{{}, {}, words(note)}
	}
	target, reached := p.Targets[i].Value, Cell{Kind: NoValue}
	if f.Input && target > 0 {
		reached = Cell{Kind: Share, Number: float64(f.Total()) / float64(target)}.live(fmt.Sprintf("{%d,%d}/{%d,%d}", row, 2+sexes, row, 3+sexes)).
			behind(f.behind(), f.Total()).named(indicatorName(f.Indicator.Code, "")) // times the target it is the figure
	}
	return []Cell{count(target).free(), reached, words(note)}
}

// recordTable is how many participants there are, complete records and others.
func (b *builder) recordTable(sexes []string, records Records) Table {
	t := Table{Title: b.say("Deltagarposter", "Participants' records"), Adds: Down | Across, Columns: []Column{{Header: b.say("Poster", "Records"), Width: 9}, {Width: 58}}}
	for _, sex := range sexes {
		t.Columns = append(t.Columns, Column{Header: sexNames[sex].In(b.p.Lang), Width: 11})
	}
	t.Columns = append(t.Columns, Column{Header: b.say("Totalt", "Total"), Width: 11})
	for i, r := range []struct {
		what domain.Text
		n    map[string]int
		name string
	}{{domain.T("Fullständiga (total)", "Complete (total)"), records.Complete, rules.Total}, {domain.T("Ofullständiga", "Incomplete"), records.Incomplete(), "incomplete"}} {
		row, total := Row{Cells: []Cell{{}, words(r.what.In(b.p.Lang))}}, 0
		for _, sex := range sexes {
			row.Cells = append(row.Cells, persons(r.n[sex]).named(indicatorName(r.name, sex)))
			total += r.n[sex]
		}
		t.Rows = append(t.Rows, Row{Cells: append(row.Cells, persons(total).named(indicatorName(r.name, "")).live(fmt.Sprintf("SUM({%d,2}:{%d,%d})", i, i, 1+len(sexes))))})
	}
	all := Row{Total: true, Cells: []Cell{{}, words(b.say("Alla deltagare (grand total)", "All participants (grand total)"))}}
	for i := range len(sexes) + 1 {
		c := b.sum(t, 2+i)
		all.Cells = append(all.Cells, c.behind(Persons, int(c.Number)).named(indicatorName(rules.GrandTotal, append(slices.Clone(sexes), "")[i])))
	}
	t.Rows = append(t.Rows, all)
	return t
}

// checkSheet is what the rule set's checks say of the figures, and what is odd
// about single records.
func (b *builder) checkSheet(set rules.Set, verdicts []Verdict) Sheet {
	s := Sheet{Name: b.say("Kontroller", "Checks"), Title: b.say("Kontroller av siffrorna", "Checks of the figures"), Single: true}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Regel", "Rule"), Width: 44}, {Header: b.say("Kön", "Sex"), Width: 10}, {Header: b.say("Vänster led", "Left"), Width: 11}, {Header: b.say("Höger led", "Right"), Width: 11},
		{Header: b.say("Utfall", "Outcome"), Width: 18}, {Header: b.say("Källa", "Source"), Width: 70}}}
	for _, v := range verdicts {
		left, right, outcome := b.side(set, v.Check.Left, v.Sex, v.Left), b.side(set, v.Check.Right, v.Sex, v.Right), b.say("stämmer", "holds")
		switch {
		case !v.Tried:
			left, right, outcome = Cell{Kind: NoValue}, Cell{Kind: NoValue}, b.say("inget underlag", "nothing recorded")
		case !v.Holds && v.Check.Warn:
			outcome = b.say("se efter", "look into it")
		case !v.Holds:
			outcome = b.say("STÄMMER INTE", "DOES NOT HOLD")
		}
		sex := ""
		if v.Sex != "" {
			sex = b.sex(v.Sex)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(strings.NewReplacer("<=", "≤", "==", "=", rules.GrandTotal, b.say("alla deltagare", "all participants"), rules.Total, b.say("fullständiga poster", "complete records")).Replace(v.Check.Rule())),
			words(sex), left, right, words(outcome), words(v.Check.Source)}})
	}
	s.Tables = []Table{t, b.oddTable()}
	return s
}
