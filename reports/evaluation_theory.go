package reports

import (
	"slices"

	"utfall/domain"
	"utfall/reports/statistics"
)

// theorySheet is the project's theory of change with figures: from what was done to
// what came of it, a level at a time (domain.md 4.1).
func (b *builder) theorySheet(p domain.ProjectRecorded, all []evaluated) Sheet {
	s := Sheet{Name: b.say("Förändringsteori", "Theory of change"), Title: b.say("Från insats till resultat", "From activity to result"),
		Intro: []string{b.say("Varje led bygger på det förra: att något gjordes är inte att någon lärde sig, och att någon lärde sig är inte att något blev annorlunda. Enkätfrågor står på den av Kirkpatricks nivåer som enkäten säger.",
			"Each step rests on the one before: that something was done is not that anybody learnt, and that somebody learnt is not that anything changed. Survey items stand at the one of Kirkpatrick's levels that the survey says.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Led", "Step"), Width: 24}, {Header: b.say("Mått", "Measure"), Width: 58}, {Header: b.say("Värde", "Value"), Width: 11}, {Header: b.say("från", "from"), Width: 9}, {Header: b.say("till", "to"), Width: 9}, {Header: "n", Width: 8}, {Header: b.say("Mål", "Target"), Width: 10}, {Header: b.say("Av målet", "Of the target"), Width: 10}}}
	row := func(step, what string, cells []Cell, target ...Cell) {
		for len(target) < 2 {
			target = append(target, Cell{})
		}
		t.Rows = append(t.Rows, Row{Cells: append(append([]Cell{words(step), words(what)}, cells...), target...)})
	}
	activity, output := b.say("1 Aktivitet", "1 Activity"), b.say("2 Prestation", "2 Output")
	for _, id := range []string{"sessions_held", "participant_hours", "participants", "organisations_reached"} {
		m, _ := MetricOf(id)
		step := output
		if id == "sessions_held" {
			step = activity
		}
		if c, ok := b.of(Question{Metric: id})[[2]string{"", ""}]; ok {
			row(step, m.Name.In(b.p.Lang), exactly(c, Cell{}))
		}
	}
	for _, target := range p.Targets {
		b.targetRow(target, func(what string, cells []Cell, t ...Cell) { row(output, what, cells, t...) })
	}
	steps := map[domain.Level]string{domain.LevelReaction: b.say("3 Reaktion", "3 Reaction"), domain.LevelLearning: b.say("4 Lärande", "4 Learning"),
		domain.LevelBehaviour: b.say("5 Beteende", "5 Behaviour"), domain.LevelResult: b.say("6 Resultat", "6 Result")}
	for _, level := range domain.Levels {
		for _, e := range all {
			b.levelRows(e, level, func(what string, cells []Cell) { row(steps[level], what, cells) })
		}
	}
	s.Tables = []Table{t}
	return s
}

// targetRow is an indicator beside its target.
func (b *builder) targetRow(target domain.IndicatorTarget, row func(what string, cells []Cell, target ...Cell)) {
	id := "indicator." + target.Indicator
	m, err := MetricOf(id)
	if err != nil || b.err != nil {
		return
	}
	c, ok := b.of(Question{Metric: id})[[2]string{"", ""}]
	if !ok {
		c = Cell{Kind: NoValue}
	}
	share := Cell{Kind: NoValue}
	if c.Kind.numeric() && target.Value > 0 {
		share = Cell{Kind: Share, Number: c.Number / float64(target.Value)}.as(c)
	}
	row(target.Indicator+" "+m.Name.In(b.p.Lang), exactly(c, Cell{}), count(target.Value).free(), share)
}

// levelRows are what a survey says at one of Kirkpatrick's levels: the mean of its
// items in the last wave, their change, and outcomes.
func (b *builder) levelRows(e evaluated, level domain.Level, row func(what string, cells []Cell)) {
	name, wave := b.nameOf(e.SurveyDefined), e.last()
	if own := e.means[[2]string{wave, string(level)}]; own.N() > 0 {
		row(name+b.say(", medel av frågorna, ", ", mean of the items, ")+wave, ofWhom(estimated(Decimal, own.MeanInterval(statistics.Level, e.asked[wave]), own.N(), Respondents), e.ofMeans(slices.Index(e.Waves, wave), e.scaleItems(level, false), everybody, "all")))
	}
	for _, c := range e.levels {
		if c.level == level {
			cells, _ := b.changeFigure(e, c)
			row(name+b.say(", förändring, ", ", change, ")+e.Waves[0]+" → "+c.wave, cells)
		}
	}
	for _, o := range e.outcomes {
		if o.item.Level == level && o.wave == wave {
			row(b.outcomeName(o)+", "+wave, ofWhom(estimated(Share, o.interval(e.asked[wave]), o.of, Respondents), o.crowd))
		}
	}
}

// resultSheets are the results of each survey, an item a row.
func (b *builder) resultSheets(all []evaluated) []Sheet {
	of := make([]surveyOf, len(all))
	for i, e := range all {
		of[i] = e.surveyOf
	}
	return b.sheetsOf(of)
}
