package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"utfall/domain"
	"utfall/reports/statistics"
)

// surveyOf is a survey of the report's project with the answers to its items, as the
// sheets are made of them.
type surveyOf struct {
	*answered
	k       int // the least number of respondents behind a figure
	tallies []tally
	asked   map[string]int // how many were invited by name, by wave: whom an interval is about
}

// surveysOf are the project's surveys, by id.
func (b *builder) surveysOf() []surveyOf {
	var out []surveyOf
	for _, id := range b.surveys() {
		def, _, k, err := b.facts.definition(b.ctx, id)
		if b.keep(err) != nil {
			return nil
		}
		all, err := b.facts.answered(b.ctx, def, Question{Range: b.p.Range})
		if b.keep(err) != nil {
			return nil
		}
		out = append(out, surveyOf{answered: all, k: k, tallies: all.tallies(domain.Scale, domain.NPS, domain.Number)})
	}
	return out
}

// of are the answers to the items of a kind in a wave.
func (s surveyOf) of(wave string, kind domain.ItemKind) []tally {
	return slices.DeleteFunc(slices.Clone(s.tallies), func(t tally) bool { return t.wave != wave || t.item.Kind != kind })
}

// name is what a survey is called in the report's language.
func (b *builder) nameOf(def *domain.SurveyDefined) string {
	return cmp.Or(def.Title.In(b.p.Lang), def.Title.SV, def.Survey)
}

// wording is an item's text in the report's language.
func (b *builder) wording(item domain.SurveyItem) string {
	text := cmp.Or(item.Text.In(b.p.Lang), item.Text.SV, item.Header, item.ID)
	if item.Reversed {
		text += b.say(" (omvänd)", " (reversed)")
	}
	return text
}

// surveySheets has a sheet for each of the project's surveys: each wave's
// results per item.
func (b *builder) surveySheets() []Sheet { return b.sheetsOf(b.surveysOf()) }

func (b *builder) sheetsOf(all []surveyOf) []Sheet {
	var out []Sheet
	for _, of := range all {
		s := Sheet{Name: b.say("Enkät ", "Survey ") + of.Survey, Title: b.say("Enkät: ", "Survey: ") + b.nameOf(of.SurveyDefined), Intro: []string{
			b.say(fmt.Sprintf("n är giltiga svar; \"ingen åsikt\" räknas för sig. Omvända frågor är omkodade. Intervallen är 95 %%: t för medelvärdet, Wilson för andelen. Med färre än %d svar visas inga siffror (‥).", of.k),
				fmt.Sprintf("n is valid answers; \"no opinion\" is counted apart. Reversed items are recoded. The intervals are 95 %%: t for the mean, Wilson for the share. With fewer than %d answers no figures are shown (‥).", of.k))}}
		for _, wave := range of.Waves {
			tables, charts := b.waveTables(of, wave, len(s.Tables))
			s.Tables = append(s.Tables, tables...)
			s.Charts = append(s.Charts, charts...)
		}
		out = append(out, s)
	}
	b.uses("survey.mean", "survey.median", "survey.top2", "survey.nps")
	return out
}

// uses puts metrics on the sheet of definitions.
func (b *builder) uses(ids ...string) {
	for _, id := range ids {
		if !slices.Contains(b.used, id) {
			b.used = append(b.used, id)
		}
	}
}

func (b *builder) surveys() []string {
	if b.err != nil {
		return nil
	}
	rows, err := b.facts.DB.QueryContext(b.ctx, fmt.Sprintf("select survey from surveys_at(%d) where project = ? order by survey", b.facts.AsOf), b.p.Project)
	if b.err = err; err != nil {
		return nil
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if b.err = rows.Scan(&id); b.err != nil {
			return nil
		}
		out = append(out, id)
	}
	b.err = rows.Err()
	return out
}

// waveTables are a wave's tables: scale items with their distribution, NPS, and
// choices.
func (b *builder) waveTables(of surveyOf, wave string, index int) ([]Table, []Chart) {
	var tables []Table
	var charts []Chart
	if scales, steps := b.scaleTable(of, wave); len(scales.Rows) > 0 {
		if len(steps) > 0 {
			charts = append(charts, Chart{Kind: ShareBars, Title: b.say("Fördelning, ", "Distribution, ") + wave, Table: index, Category: 0, Series: steps, ToRow: len(scales.Rows)})
		}
		tables = append(tables, scales)
	}
	if nps := b.npsTable(of, wave); len(nps.Rows) > 0 {
		tables = append(tables, nps)
	}
	if choices := b.choiceTable(of, wave); len(choices.Rows) > 0 {
		tables = append(tables, choices)
	}
	if len(tables) == 0 {
		tables = []Table{{Title: b.say("Omgång ", "Wave ") + wave, Adds: Apart, Note: b.say("Inga svar är registrerade.", "No answers are recorded."), Columns: []Column{{Header: b.say("Fråga", "Item")}}}}
	}
	return tables, charts
}

// scaleTable has a row an item: n, how many chose each step, what stood in the place
// of an answer, mean, median, top two and how sure they are; and which columns are
// the steps.
func (b *builder) scaleTable(of surveyOf, wave string) (t Table, steps []int) {
	t = Table{Title: b.say("Omgång ", "Wave ") + wave, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: b.say("Nivå", "Level"), Width: 11}, {Header: "n", Width: 8}}}
	answered := of.of(wave, domain.Scale)
	low, high := stepsOf(answered)
	for step := low; step <= high; step++ {
		steps = append(steps, len(t.Columns))
		t.Columns = append(t.Columns, Column{Header: strconv.Itoa(step), Width: 7})
	}
	for _, h := range []string{b.say("Ingen åsikt", "No opinion"), b.say("Medel", "Mean"), b.say("från", "from"), b.say("till", "to"), b.say("Std.av.", "SD"), "Median", b.say("Topp två", "Top two"), b.say("från ", "from "), b.say("till ", "to ")} {
		t.Columns = append(t.Columns, Column{Header: h, Width: 10})
	}
	earlier := 0
	for _, a := range answered {
		earlier += a.apart[earlierWording]
		if a.answers.N() > 0 || a.apart[domain.NoOpinion] > 0 {
			t.Rows = append(t.Rows, Row{Cells: b.scaleRow(a, low, high, of.asked[wave])})
		}
	}
	if asked := of.asked[wave]; asked > 0 && len(t.Rows) > 0 {
		t.Note = b.say(fmt.Sprintf("Intervallen gäller de %d inbjudna: de är smalare ju fler av dem som svarat (ändlig population, när fler än 5 %% svarat). ", asked),
			fmt.Sprintf("The intervals are about the %d invited: the more of them answered the narrower they are (finite population, where more than 5 %% did). ", asked))
	}
	if earlier > 0 {
		t.Note += b.say(fmt.Sprintf("%d svar är på en äldre ordalydelse som inte kan jämföras med dagens, och räknas inte.", earlier),
			fmt.Sprintf("%d answers are to an earlier wording that cannot be compared with today's, and are not counted.", earlier))
	}
	return t, steps
}

// stepsOf are the ends of the scales there are; none when there are more steps
// than columns should be.
func stepsOf(answered []tally) (low, high int) {
	for i, a := range answered {
		if i == 0 {
			low, high = a.item.Min, a.item.Max
		}
		low, high = min(low, a.item.Min), max(high, a.item.Max)
	}
	if len(answered) == 0 || high-low > 10 {
		return 0, -1
	}
	return low, high
}

// scaleRow is an item's figures: they all have the same people behind them, so
// they are shown or withheld as one.
func (b *builder) scaleRow(t tally, low, high, population int) []Cell {
	n := t.answers.N()
	cells := []Cell{words(b.wording(t.item)), words(b.level(t.item.Level)), t.answering()}
	figure := func(id string, c Cell) Cell {
		c = c.behind(Respondents, n).ofWhom(t.crowd)
		if id == "" || !c.Kind.numeric() {
			return c
		}
		return c.of(&Figure{Metric: id, Key: t.item.ID, By: "item", From: b.p.Range.From.String(), To: b.p.Range.To.String()})
	}
	for _, step := range t.answers.Distribution(low, high) {
		cells = append(cells, figure("", valued(Count, float64(step.Count), step.Value >= t.item.Min && step.Value <= t.item.Max)))
	}
	for len(cells) < 3+high-low+1 {
		cells = append(cells, Cell{Kind: NoValue})
	}
	mean := t.answers.MeanInterval(statistics.Level, population)
	top := statistics.Wilson(atLeast(t.answers, t.item.Max-1), n, statistics.Level, population)
	sd, ok := t.answers.SD()
	median, any := t.answers.Median()
	cells = append(cells, count(t.apart[domain.NoOpinion]).behind(Respondents, n+t.apart[domain.NoOpinion]).ofWhom(t.said), figure("survey.mean", valued(Decimal, mean.Estimate, any)),
		figure("", valued(Decimal, mean.Low, mean.Valid)), figure("", valued(Decimal, mean.High, mean.Valid)), figure("", valued(Decimal, sd, ok)), figure("survey.median", valued(Decimal, median, any)),
		figure("survey.top2", valued(Share, top.Estimate, any)), figure("", valued(Share, top.Low, top.Valid)), figure("", valued(Share, top.High, top.Valid)))
	return cells
}

// valued is a figure, or none where it does not exist.
func valued(kind Kind, v float64, ok bool) Cell {
	if !ok {
		return Cell{Kind: NoValue}
	}
	return Cell{Kind: kind, Number: v}
}

var levelNames = map[domain.Level]domain.Text{domain.LevelReaction: domain.T("reaktion", "reaction"), domain.LevelLearning: domain.T("lärande", "learning"),
	domain.LevelBehaviour: domain.T("beteende", "behaviour"), domain.LevelResult: domain.T("resultat", "result")}

// level is the name of one of Kirkpatrick's levels; nothing for none.
func (b *builder) level(l domain.Level) string { return levelNames[l].In(b.p.Lang) }

// answering is how many answered, which is shown in the house.
func (t tally) answering() Cell {
	n := t.answers.N()
	return count(n).behind(Answering, n).ofWhom(t.crowd)
}

func (b *builder) npsTable(of surveyOf, wave string) Table {
	t := Table{Title: b.say("Rekommendation (NPS), ", "Recommendation (NPS), ") + wave, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: "n", Width: 8},
		{Header: b.say("9–10", "9–10"), Width: 9}, {Header: "7–8", Width: 9}, {Header: "0–6", Width: 9}, {Header: "NPS", Width: 9}, {Header: b.say("från", "from"), Width: 9}, {Header: b.say("till", "to"), Width: 9}}}
	for _, a := range of.of(wave, domain.NPS) {
		nps := statistics.NPS(a.answers, statistics.Level)
		n := a.answers.N()
		if n == 0 {
			continue
		}
		cells := []Cell{words(b.wording(a.item)), a.answering()}
		i := len(t.Rows)
		score := Cell{Kind: Decimal, Number: nps.Score, Formula: fmt.Sprintf("100*({%d,2}-{%d,4})/{%d,1}", i, i, i)}
		for _, c := range []Cell{count(nps.Promoters), count(nps.Passives), count(nps.Detractors), score, valued(Decimal, nps.Low, nps.Valid && nps.SE > 0), valued(Decimal, nps.High, nps.Valid && nps.SE > 0)} {
			cells = append(cells, c.behind(Respondents, n).ofWhom(a.crowd))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// choice is an answer of a list, and how many gave it.
type choice struct {
	text string
	n    int
}

// choiceTable counts the choices of single and multiple items; a respondent
// counts once a choice. An answer hardly anybody gave is as good as their own
// words: those stand together, unnamed.
func (b *builder) choiceTable(of surveyOf, wave string) Table {
	t := Table{Title: b.say("Val, ", "Choices, ") + wave, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: b.say("Svar", "Answer"), Width: 30}, {Header: b.say("Antal", "Count"), Width: 9},
		{Header: b.say("Andel av svarande", "Share of respondents"), Width: 12}, {Header: "n", Width: 8}}}
	for _, item := range of.Items {
		if item.Kind != domain.Single && item.Kind != domain.Multiple {
			continue
		}
		text := b.wording(item)
		all, n := of.choices(wave, item)
		crowd := of.ofItem(slices.Index(of.Waves, wave), of.item(item.ID), false)
		common := commonChoices(all, n, of.k, item.Kind == domain.Single)
		for _, c := range all[:common] {
			i := len(t.Rows)
			t.Rows = append(t.Rows, Row{Cells: ofWhom([]Cell{words(text), words(b.label(item, c.text)), count(c.n).behind(Respondents, c.n),
				Cell{Kind: Share, Number: float64(c.n) / float64(n), Formula: fmt.Sprintf("{%d,2}/{%d,4}", i, i)}.behind(Respondents, c.n), count(n).behind(Answering, n)}, crowd)})
		}
		if few := len(all) - common; few > 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(text), words(b.say(fmt.Sprintf("sammanslagna (%d svar, av vilka få valt något)", few), fmt.Sprintf("merged (%d answers, of which few chose some)", few))),
				{Kind: Suppressed}, {Kind: Suppressed}, count(n).behind(Answering, n).ofWhom(crowd)}})
		}
	}
	return t
}

// commonChoices is how many of the choices, which stand in the order of their
// counts, are shown. Those of one choice each add up to all who answered, so that
// what is withheld of them is at least two, and k respondents together.
func commonChoices(all []choice, of, k int, single bool) int {
	if of < k {
		return 0
	}
	common := slices.IndexFunc(all, func(c choice) bool { return c.n < k })
	if common < 0 {
		return len(all)
	}
	few := 0
	for _, c := range all[common:] {
		few += c.n
	}
	for single && common > 0 && (few < k || len(all)-common < 2) {
		common--
		few += all[common].n
	}
	return common
}

// choices are the choices of an item in a wave, the most common first, and how many
// answered it.
func (a *answered) choices(wave string, item domain.SurveyItem) (all []choice, of int) {
	counts := map[string]int{}
	i := a.item(item.ID)
	for row, choices := range a.chosen[i] {
		if a.rows[row].wave != slices.Index(a.Waves, wave) {
			continue
		}
		of++
		for _, c := range slices.Compact(choices) { // they are in order
			counts[c]++
		}
	}
	for text, n := range counts {
		all = append(all, choice{text, n})
	}
	slices.SortFunc(all, func(x, y choice) int { return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.text, y.text)) })
	return all, of
}

// label is a choice in the report's language, where the definition has it.
func (b *builder) label(item domain.SurveyItem, choice string) string {
	i := labelOf(item, choice)
	if b.p.Lang == "en" && i >= 0 && i < len(item.LabelsEN) {
		return item.LabelsEN[i]
	}
	return choice
}
