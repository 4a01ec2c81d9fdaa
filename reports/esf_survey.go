package reports

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"utfall/domain"
)

// surveySheets has a sheet for each of the project's surveys: each wave's
// results per item.
func (b *builder) surveySheets() []Sheet {
	var out []Sheet
	for _, id := range b.surveys() {
		def, _, k, err := b.facts.definition(b.ctx, id)
		if b.keep(err) != nil {
			return nil
		}
		title := cmp.Or(def.Title.In(b.p.Lang), def.Title.SV, id)
		s := Sheet{Name: b.say("Enkät ", "Survey ") + id, Title: b.say("Enkät: ", "Survey: ") + title, Intro: []string{
			b.say(fmt.Sprintf("n är giltiga svar. Omvända frågor är omkodade. Med färre än %d svar visas inga siffror (‥).", k),
				fmt.Sprintf("n is valid answers. Reversed items are recoded. With fewer than %d answers no figures are shown (‥).", k))}}
		for _, wave := range def.Waves {
			tables, charts := b.waveTables(def, wave, k, len(s.Tables))
			s.Tables = append(s.Tables, tables...)
			s.Charts = append(s.Charts, charts...)
		}
		out = append(out, s)
	}
	return out
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
func (b *builder) waveTables(def *domain.SurveyDefined, wave string, k, index int) ([]Table, []Chart) {
	q := Question{Survey: def.Survey, Wave: wave, By: "item", Range: b.p.Range}
	answers, err := b.facts.answers(b.ctx, def, q, func(domain.SurveyItem) bool { return true })
	if b.keep(err) != nil {
		return nil, nil
	}
	scales := b.scaleTable(def, wave, byItem(def, domain.Scale, answers))
	var tables []Table
	var charts []Chart
	if len(scales.Rows) > 0 {
		if n := len(scales.Columns) - 6; n > 0 {
			series := make([]int, n)
			for i := range series {
				series[i] = i + 2
			}
			charts = append(charts, Chart{Kind: StackedBars, Title: b.say("Fördelning, ", "Distribution, ") + wave, Table: index, Category: 0, Series: series, ToRow: len(scales.Rows)})
		}
		tables = append(tables, scales)
	}
	if nps := b.npsTable(wave, byItem(def, domain.NPS, answers)); len(nps.Rows) > 0 {
		tables = append(tables, nps)
	}
	if choices := b.choiceTable(def, wave, k); len(choices.Rows) > 0 {
		tables = append(tables, choices)
	}
	if len(tables) == 0 {
		tables = []Table{{Title: b.say("Omgång ", "Wave ") + wave, Adds: Apart, Note: b.say("Inga svar är registrerade.", "No answers are recorded."), Columns: []Column{{Header: b.say("Fråga", "Item")}}}}
	}
	for _, id := range []string{"survey.mean", "survey.median", "survey.top2"} {
		b.ask(Question{Metric: id, Survey: def.Survey, Wave: wave, By: "item"})
	}
	return tables, charts
}

// scaleTable has a row an item: n, how many chose each step, mean, standard
// deviation, median and top two.
func (b *builder) scaleTable(def *domain.SurveyDefined, wave string, groups []group) Table {
	t := Table{Title: b.say("Omgång ", "Wave ") + wave, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: "n", Width: 8}}}
	low, high := 0, -1
	for i, g := range groups {
		if i == 0 {
			low, high = g.item.Min, g.item.Max
		}
		low, high = min(low, g.item.Min), max(high, g.item.Max)
	}
	if high-low > 10 {
		high = low - 1 // a slider: no column a step
	}
	for step := low; step <= high; step++ {
		t.Columns = append(t.Columns, Column{Header: strconv.Itoa(step), Width: 7})
	}
	for _, h := range []string{b.say("Medel", "Mean"), b.say("Std.av.", "SD"), "Median", b.say("Topp två", "Top two")} {
		t.Columns = append(t.Columns, Column{Header: h, Width: 9})
	}
	for _, g := range groups {
		t.Rows = append(t.Rows, Row{Cells: b.scaleRow(g, def, wave, low, high)})
	}
	return t
}

// scaleRow is an item's figures: they all have the same people behind them, so
// they are shown or withheld as one.
func (b *builder) scaleRow(g group, def *domain.SurveyDefined, wave string, low, high int) []Cell {
	text := cmp.Or(g.item.Text.In(b.p.Lang), g.item.Text.SV, g.item.HeaderIn(wave))
	if g.item.Reversed {
		text += b.say(" (omvänd)", " (reversed)")
	}
	cells := []Cell{words(text), g.answering()}
	figure := func(id string, c Cell) Cell {
		c = c.behind(Respondents, g.people())
		if id == "" {
			return c
		}
		return c.of(&Figure{Metric: id, Key: g.item.ID, By: "item", From: b.p.Range.From.String(), To: b.p.Range.To.String()})
	}
	for step := low; step <= high; step++ {
		n := 0
		for _, v := range g.values {
			if v == float64(step) {
				n++
			}
		}
		cells = append(cells, figure("", count(n)))
	}
	return append(cells, figure("survey.mean", Cell{Kind: Decimal, Number: mean(g.values)}), figure("", Cell{Kind: Decimal, Number: deviation(g.values)}),
		figure("survey.median", Cell{Kind: Decimal, Number: median(g.values)}), figure("survey.top2", Cell{Kind: Share, Number: topTwo(g.values, g.item.Max)}))
}

// answering is how many answered, which is shown in the house.
func (g group) answering() Cell { return count(len(g.values)).behind(Answering, g.people()) }

func (b *builder) npsTable(wave string, groups []group) Table {
	t := Table{Title: b.say("Rekommendation (NPS), ", "Recommendation (NPS), ") + wave, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: "n", Width: 8},
		{Header: b.say("9–10", "9–10"), Width: 9}, {Header: "7–8", Width: 9}, {Header: "0–6", Width: 9}, {Header: "NPS", Width: 9}}}
	for _, g := range groups {
		cells := []Cell{words(cmp.Or(g.item.Text.In(b.p.Lang), g.item.Text.SV)), g.answering()}
		parts := [3]int{}
		for _, v := range g.values {
			switch {
			case v >= 9:
				parts[0]++
			case v >= 7:
				parts[1]++
			default:
				parts[2]++
			}
		}
		i := len(t.Rows)
		for _, c := range []Cell{count(parts[0]), count(parts[1]), count(parts[2]),
			{Kind: Decimal, Number: netPromoter(g.values), Formula: fmt.Sprintf("100*({%d,2}-{%d,4})/{%d,1}", i, i, i)}} {
			cells = append(cells, c.behind(Respondents, g.people()))
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
func (b *builder) choiceTable(def *domain.SurveyDefined, wave string, k int) Table {
	t := Table{Title: b.say("Val, ", "Choices, ") + wave, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: b.say("Svar", "Answer"), Width: 30}, {Header: b.say("Antal", "Count"), Width: 9},
		{Header: b.say("Andel av svarande", "Share of respondents"), Width: 12}, {Header: "n", Width: 8}}}
	for _, item := range def.Items {
		if item.Kind != domain.Single && item.Kind != domain.Multiple {
			continue
		}
		text := cmp.Or(item.Text.In(b.p.Lang), item.Text.SV)
		all, of := b.choices(def, wave, item)
		common := commonChoices(all, of, k, item.Kind == domain.Single)
		for _, c := range all[:common] {
			i := len(t.Rows)
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(text), words(c.text), count(c.n).behind(Respondents, c.n),
				Cell{Kind: Share, Number: float64(c.n) / float64(of), Formula: fmt.Sprintf("{%d,2}/{%d,4}", i, i)}.behind(Respondents, c.n), count(of).behind(Answering, of)}})
		}
		if few := len(all) - common; few > 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(text), words(b.say(fmt.Sprintf("övriga (%d svar som få valt)", few), fmt.Sprintf("others (%d answers few chose)", few))),
				{Kind: Suppressed}, {Kind: Suppressed}, count(of).behind(Answering, of)}})
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

// choices are the choices of an item, the most common first, and how many
// answered it.
func (b *builder) choices(def *domain.SurveyDefined, wave string, item domain.SurveyItem) (all []choice, of int) {
	if b.err != nil {
		return nil, 0
	}
	first := ""
	if len(def.Waves) > 1 {
		first = def.Waves[0]
	}
	text := "with " + asOf(responsesTaken, b.facts.AsOf) + asOf(`
		select a.choice, count(*), (select count(distinct a.event_id) from taken t join answers_at({as_of}) a on a.event_id = t.event_id where a.item = ?)
		from taken t join answers_at({as_of}) a on a.event_id = t.event_id where a.item = ? and a.choice is not null
		group by a.choice order by 2 desc, 1`, b.facts.AsOf)
	var rows *sql.Rows
	rows, b.err = b.facts.DB.QueryContext(b.ctx, text, def.Survey, wave, wave, b.p.Range.From.Time(), b.p.Range.To.Time(), first, first, first, item.ID, item.ID)
	if b.err != nil {
		return nil, 0
	}
	defer rows.Close()
	for rows.Next() {
		var c choice
		if b.err = rows.Scan(&c.text, &c.n, &of); b.err != nil {
			return nil, 0
		}
		all = append(all, c)
	}
	b.err = rows.Err()
	return all, of
}
