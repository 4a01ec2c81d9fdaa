package reports

import (
	"fmt"
	"slices"

	"utfall/domain"
	"utfall/reports/statistics"
)

// evaluated is one of the project's surveys with everything the evaluation says of it.
type evaluated struct {
	surveyOf
	items, whole, levels []change                        // of items, of all scale items, of the items of a level
	means                map[[2]string]statistics.Sample // by wave and level
	wholeN               map[string]int                  // by wave: how many have a mean over the scale items
	responses            []response
	outcomes             []outcome
}

// evaluation is the report for who judges a project: what was done, whom it reached,
// what they thought, learnt, do differently and gained, and how sure that is.
func (b *builder) evaluation() *Report {
	p := b.project()
	if b.err != nil {
		return nil
	}
	var all []evaluated
	for _, s := range b.surveysOf() {
		all = append(all, b.evaluate(s))
	}
	if b.err != nil {
		return nil
	}
	r := &Report{Title: p.Name, Subtitle: b.subtitle(p.DiaryNumber, p.Programme, b.say("projekttid ", "project period ")+p.Start.String()+" – "+p.End.String()),
		Notice: b.say("Svaren är de svarandes egna bedömningar. En siffra gäller dem som svarat; intervallet säger hur långt ifrån alla andra den kan ligga.",
			"Answers are the respondents' own judgement. A figure is of those who answered; the interval says how far from everybody else's it may lie.")}
	r.Sheets = append(r.Sheets, b.briefSheet(p, all), b.theorySheet(p, all))
	r.Sheets = append(r.Sheets, b.resultSheets(all)...)
	r.Sheets = append(r.Sheets, b.changeSheet(all), b.doseSheet(all), b.comparisonSheet(all), b.responseSheet(all), b.quotesSheet(all))
	if b.p.Release == nil || !b.asked {
		r.Data = b.data(all) // rows of chosen days, beside those of others, would tell the day of each
	}
	r.Sheets = append(r.Sheets, b.dataSheets(r.Data)...)
	r.Sheets = append(r.Sheets, b.codebookSheet(all), b.methodsSheet())
	b.uses("survey.mean", "survey.median", "survey.top2", "survey.nps", "survey.change", "survey.outcome", "survey.response_rate")
	return r
}

// evaluate asks everything of a survey. A mean over different scales means nothing, and
// is not made.
func (b *builder) evaluate(s surveyOf) evaluated {
	e := evaluated{surveyOf: s, outcomes: s.achieved(), means: map[[2]string]statistics.Sample{}}
	_, mixed := oneScale(s.Items, domain.Scale)
	e.wholeN = map[string]int{}
	for w, wave := range s.Waves {
		e.wholeN[wave] = s.wholeMeans(w, s.scaleItems("", true)).N()
		for _, level := range domain.Levels {
			if oneScaleOf(s.SurveyDefined, level) {
				e.means[[2]string{wave, string(level)}] = s.wholeMeans(w, s.scaleItems(level, false))
			}
		}
		if w == 0 {
			continue
		}
		e.items = append(e.items, s.itemChanges(w)...)
		if c, ok := s.levelChange(w, "", true); ok && mixed == nil {
			e.whole = append(e.whole, c)
		}
		for _, level := range domain.Levels {
			if c, ok := s.levelChange(w, level, false); ok && oneScaleOf(s.SurveyDefined, level) {
				e.levels = append(e.levels, c)
			}
		}
	}
	if b.err == nil {
		e.responses, b.err = b.facts.responses(b.ctx, s.SurveyDefined, Question{Range: b.p.Range})
	}
	e.asked = map[string]int{}
	for _, r := range e.responses {
		if r.Unlisted == 0 { // else some of those who answered are not of those invited
			e.asked[r.wave] = r.Invited
		}
	}
	return e
}

// oneScaleOf tells whether the scale items of a level share one scale.
func oneScaleOf(def *domain.SurveyDefined, level domain.Level) bool {
	_, err := oneScale(slices.DeleteFunc(slices.Clone(def.Items), func(i domain.SurveyItem) bool { return i.Level != level }), domain.Scale)
	return err == nil
}

// last is the last wave anybody answered, empty when nobody did.
func (e evaluated) last() string {
	for _, wave := range slices.Backward(e.Waves) {
		if slices.ContainsFunc(e.tallies, func(t tally) bool { return t.wave == wave && t.answers.N() > 0 }) {
			return wave
		}
	}
	return ""
}

// estimated are the cells of an estimate: the figure, from, to and n, all of the same
// people, and shown or withheld together.
func estimated(kind Kind, i statistics.Interval, n int, of Behind) []Cell {
	fate := valued(kind, i.Estimate, n > 0).behind(of, n)
	return []Cell{fate, valued(kind, i.Low, i.Valid).behind(of, n), valued(kind, i.High, i.Valid).behind(of, n), count(n).behind(Answering, n)}
}

// exactly is a figure that is not an estimate.
func exactly(c Cell, n Cell) []Cell { return []Cell{c, {}, {}, n} }

// briefSheet is the report in figures that stand for themselves.
func (b *builder) briefSheet(p domain.ProjectRecorded, all []evaluated) Sheet {
	s := Sheet{Name: b.say("I korthet", "In brief"), Title: b.say("Utvärderingen i korthet", "The evaluation in brief"),
		Intro: []string{b.say("Vad projektet gjorde, vilka det nådde och vad de säger att det ledde till. Från och till är ett 95-procentigt intervall; n är hur många siffran bygger på.",
			"What the project did, whom it reached and what they say came of it. From and to are a 95 % interval; n is how many the figure is made of.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Vad", "What"), Width: 58}, {Header: b.say("Värde", "Value"), Width: 11}, {Header: b.say("från", "from"), Width: 9}, {Header: b.say("till", "to"), Width: 9}, {Header: "n", Width: 8}, {Header: b.say("Så läses det", "How to read it"), Width: 58}}}
	row := func(what string, cells []Cell, reading Cell) {
		t.Rows = append(t.Rows, Row{Cells: append(append([]Cell{words(what)}, cells...), reading)})
	}
	for _, id := range []string{"sessions_held", "participants", "participant_hours", "organisations_reached"} {
		m, _ := MetricOf(id)
		if c, ok := b.of(Question{Metric: id})[[2]string{"", ""}]; ok {
			row(m.Name.In(b.p.Lang), exactly(c, Cell{}), words(m.Text.In(b.p.Lang)))
		}
	}
	for _, e := range all {
		name, wave := b.nameOf(e.SurveyDefined), e.last()
		for _, r := range e.responses {
			if rate, ok := r.RR1(); ok && r.Invited > 0 {
				answered := e.ofWave(slices.Index(e.Waves, r.wave))
				row(b.say("Svarsfrekvens, ", "Response rate, ")+name+", "+r.wave, exactly(Cell{Kind: Share, Number: rate}.behind(Answering, r.Answers).ofWhom(answered), count(r.Invited).behind(Answering, r.Invited)),
					words(b.say("kompletta svar av dem som bjöds in (AAPOR RR1)", "complete responses of those invited (AAPOR RR1)")))
			}
		}
		for _, c := range e.whole {
			cells, reading := b.changeFigure(e, c)
			row(b.say("Förändring, ", "Change, ")+name+", "+e.Waves[0]+" → "+c.wave, cells, reading)
		}
		for _, o := range e.outcomes {
			if o.wave == wave {
				row(b.outcomeName(o)+", "+wave, ofWhom(estimated(Share, o.interval(e.asked[wave]), o.of, Respondents), o.crowd), words(b.say("andel av dem som svarat på frågan", "share of those who answered the item")))
			}
		}
		for _, n := range e.of(wave, domain.NPS) {
			if nps := statistics.NPS(n.answers, statistics.Level); n.answers.N() > 0 {
				row(b.wording(n.item)+" (NPS), "+wave, ofWhom(estimated(Decimal, statistics.Interval{Estimate: nps.Score, Low: nps.Low, High: nps.High, Valid: nps.Valid && nps.SE > 0}, n.answers.N(), Respondents), n.crowd),
					words(b.say("andel 9–10 minus andel 0–6, gånger hundra", "share of 9–10 less share of 0–6, times a hundred")))
			}
		}
	}
	s.Tables = []Table{t}
	return s
}

// changeFigure is a change with its interval, and in words whether chance explains it.
func (b *builder) changeFigure(e evaluated, c change) ([]Cell, Cell) {
	v := c.value(e.Survey, "", b.zeros())
	i := statistics.Interval{Estimate: v.Number, Valid: v.Low != nil}
	if i.Valid {
		i.Low, i.High = *v.Low, *v.High
	}
	p := b.pText(v.Change.P)
	reading := b.say("skillnaden kan vara en slump ("+p+")", "the difference may be chance ("+p+")")
	if v.Change.P < 1-statistics.Level && v.Number != 0 {
		up, upEN := "ökningen", "the rise"
		if v.Number < 0 {
			up, upEN = "minskningen", "the fall"
		}
		reading = b.say(fmt.Sprintf("%s är större än slumpen brukar ge (%s); samma personer före och efter", up, p), fmt.Sprintf("%s is larger than chance tends to give (%s); the same persons before and after", upEN, p))
	}
	return ofWhom(estimated(Decimal, i, v.N, Respondents), c.crowd), words(reading).behind(Respondents, v.N).ofWhom(c.crowd)
}

// pText is a p-value as people write it.
func (b *builder) pText(p float64) string {
	if p < 0.001 {
		return "p < " + Format(0.001, 3, b.p.Lang)
	}
	return "p = " + Format(p, 3, b.p.Lang)
}

func (b *builder) outcomeName(o outcome) string {
	if name := o.item.Achieved.Name; !name.Zero() {
		return name.In(b.p.Lang)
	}
	return b.wording(o.item)
}
