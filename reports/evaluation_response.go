package reports

import (
	"database/sql"
	"fmt"
	"hash/fnv"
	"slices"

	"utfall/reports/statistics"
)

// responseSheet is who was asked and who answered, whose answers can be followed, and
// whether those who answered are like those who did not.
func (b *builder) responseSheet(all []evaluated) Sheet {
	s := Sheet{Name: b.say("Svar", "Response"), Title: b.say("Vilka som svarat", "Who answered"),
		Intro: []string{b.say("Svarsfrekvenserna är AAPOR:s: RR1 räknar kompletta svar, RR2 även påbörjade, mot alla inbjudna; RR5 och RR6 mot dem man vet hör dit. På en namngiven lista hör alla dit, så RR1 = RR5. Komplett är minst 80 % av de frågor som visats. En öppen länk har ingen svarsfrekvens per person, bara svar per närvarande.",
			"The response rates are AAPOR's: RR1 counts complete responses, RR2 begun ones too, of all invited; RR5 and RR6 of those known to belong. On a named list all belong, so that RR1 = RR5. Complete is at least 80 % of the items shown. An open link has no response rate of persons, only answers by heads.")}}
	for _, e := range all {
		s.Tables = append(s.Tables, b.responseTable(e), b.followed(e))
		s.Tables = append(s.Tables, b.representativeness(e)...)
	}
	if len(s.Tables) == 0 {
		s.Tables = []Table{b.nothing(b.say("Projektet har ingen enkät.", "The project has no survey."))}
	}
	return s
}

func (b *builder) responseTable(e evaluated) Table {
	t := Table{Title: b.nameOf(e.SurveyDefined), Adds: Apart, Columns: []Column{{Header: b.say("Omgång", "Wave"), Width: 24}}}
	for _, h := range []string{b.say("Inbjudna", "Invited"), b.say("Kompletta", "Complete"), b.say("Påbörjade", "Partial"), b.say("Avböjde", "Declined"), b.say("Ej anträffade", "Not reached"), b.say("Utan inbjudan", "Not invited"), "RR1", "RR2", "RR5", "RR6", b.say("Samarbete (COOP1)", "Cooperation (COOP1)"), b.say("Närvarande", "Heads"), b.say("Svar per närvarande", "Answers by heads")} {
		t.Columns = append(t.Columns, Column{Header: h, Width: 11})
	}
	for _, r := range e.responses {
		cells := []Cell{words(r.wave)}
		listed := r.Invited > 0
		for i, n := range []int{r.Invited, r.I, r.P, r.R, r.NC} {
			// How few answered is told by how many did not as well.
			base := r.Answers
			if i == 0 {
				base = r.Invited
			}
			cells = append(cells, valued(Count, float64(n), listed).behind(Answering, base))
		}
		cells = append(cells, count(r.Unlisted).behind(Answering, leastOfParts(r.Unlisted, r.Answers-r.Unlisted)))
		for _, rate := range []func() (float64, bool){r.RR1, r.RR2, r.RR5, r.RR6, r.COOP1} {
			v, ok := rate()
			cells = append(cells, valued(Share, v, ok && listed).behind(Answering, r.Answers))
		}
		by := Cell{Kind: NoValue}
		if r.Heads > 0 {
			by = Cell{Kind: Share, Number: float64(r.Answers) / float64(r.Heads)}
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, valued(Count, float64(r.Heads), r.Heads > 0).behind(Answering, max(r.Heads, r.Answers)), by.behind(Answering, r.Answers))})
	}
	if len(t.Rows) == 0 {
		t.Note = b.say("Inga svar är registrerade.", "No answers are recorded.")
	}
	return t
}

// leastOfParts is the smallest part that is somebody: who knows the others and the whole
// knows it.
func leastOfParts(parts ...int) int {
	least := 0
	for _, n := range parts {
		if n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// followed is how many of the answers a code joins to those of the first wave.
func (b *builder) followed(e evaluated) Table {
	t := Table{Title: b.say("Svar som kan följas, ", "Answers that can be followed, ") + b.nameOf(e.SurveyDefined), Adds: Apart, Columns: []Column{{Header: b.say("Omgång", "Wave"), Width: 24}, {Header: b.say("Svarande", "Respondents"), Width: 11}, {Header: b.say("Utan kod", "Without a code"), Width: 11},
		{Header: b.say("Finns i första", "In the first"), Width: 11}, {Header: b.say("Kod utan motsvarighet", "Code without a counterpart"), Width: 14}},
		Note: b.say("Svar utan motsvarighet är med i varje omgångs resultat, men aldrig i en förändring: ingen förs samman efter ordning eller likhet.", "Answers without a counterpart are in each wave's results, and never in a change: nobody is joined by order or likeness.")}
	if b.err != nil {
		return t
	}
	b.err = b.facts.surveyQuery(b.ctx, e.SurveyDefined, Question{Range: b.p.Range}, `
		select t.wave, count(*), count(*) filter (where not t.matched), count(*) filter (where t.matched and f.subject is not null)
		from taken t left join (select subject from taken join instrument on wave = first_wave where matched) f on f.subject = t.subject group by all`, func(rows *sql.Rows) error {
		var wave string
		var n, without, joined int
		if err := rows.Scan(&wave, &n, &without, &joined); err != nil {
			return err
		}
		least := leastOfParts(without, joined, n-without-joined)
		row := Row{Cells: []Cell{words(wave), count(n).behind(Answering, n), count(without).behind(Answering, least)}}
		if len(e.Waves) > 0 && wave == e.Waves[0] {
			row.Cells = append(row.Cells, Cell{}, Cell{})
		} else {
			row.Cells = append(row.Cells, count(joined).behind(Answering, least), count(n-without-joined).behind(Answering, least))
		}
		t.Rows = append(t.Rows, row)
		return nil
	})
	slices.SortStableFunc(t.Rows, func(x, y Row) int {
		return slices.Index(e.Waves, x.Cells[0].Text) - slices.Index(e.Waves, y.Cells[0].Text)
	})
	return t
}

// margin is how those invited to a wave are spread over the categories of an
// attribute, who answered and who did not.
type margin struct {
	wave, of            string
	categories          []string
	respondents, silent []int
}

// fates are the names of a margin's figures: of each category who answered, who did not
// and all, then how many answered and how many there are. How many there are of a
// category is the same in every wave that the same were invited to.
func (m margin) fates(survey string) (out []string) {
	yes, all := 0, 0
	for i, category := range m.categories {
		n := m.respondents[i] + m.silent[i]
		yes, all = yes+m.respondents[i], all+n
		out = append(out, fmt.Sprintf("margin|%s|%s|%s|%s", survey, m.wave, m.of, category), fmt.Sprintf("margin|%s|%s|%s|%s|silent", survey, m.wave, m.of, category),
			fmt.Sprintf("margin|%s|%s|%s|all|%d", survey, m.of, category, n))
	}
	return append(out, fmt.Sprintf("margin|%s|%s|answered", survey, m.wave), fmt.Sprintf("margin|%s|%s|invited", survey, m.wave))
}

// marginNames are the attributes there are, and what they are called.
var marginNames = []struct{ key, sv, en string }{{"sex", "Kön", "Sex"}, {"age_band", "Ålder vid start", "Age at entry"}, {"municipality", "Kommun", "Municipality"}, {"size_class", "Företagets storlek", "Firm's size"}}

// margins asks for them, of the participants a coded invitation went to.
func (b *builder) margins(e evaluated) (out []margin) {
	if b.err != nil {
		return nil
	}
	b.err = b.facts.surveyQuery(b.ctx, e.SurveyDefined, Question{Range: b.p.Range}, `, sent as (
			select distinct i.wave, i.respondent from invitations_at({as_of}) i join asked on asked.survey = i.survey where status is distinct from 'ineligible'),
		like_whom as (
			select s.wave, t.subject is not null as answered, coalesce(sex, 'unknown') as sex, coalesce(age_band, 'unknown') as age_band,
				coalesce(municipality, 'unknown') as municipality, coalesce(size_class, 'unknown') as size_class
			from sent s join linked l on l.respondent = s.respondent
			join entered p on p.subject = l.person and p.project = (select project from instrument)
			left join taken t on t.subject = s.respondent and t.wave = s.wave)
		select wave, of_what, category, count(*) filter (where answered), count(*) filter (where not answered)
		from (unpivot like_whom on sex, age_band, municipality, size_class into name of_what value category) group by all order by wave, of_what, category`, func(rows *sql.Rows) error {
		var m margin
		var category string
		var yes, no int
		if err := rows.Scan(&m.wave, &m.of, &category, &yes, &no); err != nil {
			return err
		}
		if last := len(out) - 1; last < 0 || out[last].wave != m.wave || out[last].of != m.of {
			out = append(out, m)
		}
		last := &out[len(out)-1]
		last.categories, last.respondents, last.silent = append(last.categories, category), append(last.respondents, yes), append(last.silent, no)
		return nil
	})
	return out
}

// representativeness has a table an attribute and wave, and one of the tests.
func (b *builder) representativeness(e evaluated) (out []Table) {
	tests := Table{Title: b.say("Liknar de svarande de inbjudna? ", "Are respondents like the invited? ") + b.nameOf(e.SurveyDefined), Adds: Apart, Columns: []Column{{Header: b.say("Egenskap", "Attribute"), Width: 24}, {Header: b.say("Svarande", "Respondents"), Width: 11}, {Header: b.say("Inbjudna", "Invited"), Width: 11},
		{Header: b.say("Största avvikelse, procentenheter", "Largest deviation, points"), Width: 14}, {Header: b.say("Test", "Test"), Width: 14}, {Header: "p", Width: 9}}}
	margins := b.margins(e)
	for _, name := range marginNames {
		for _, wave := range e.Waves {
			i := slices.IndexFunc(margins, func(m margin) bool { return m.of == name.key && m.wave == wave })
			if i < 0 {
				continue
			}
			m := margins[i]
			seed := fnv.New64a()
			seed.Write([]byte(e.Survey + "\x00" + wave + "\x00" + m.of))
			r := statistics.Representativeness(m.respondents, m.silent, seed.Sum64())
			if len(m.categories) == 1 && m.categories[0] == "unknown" || b.p.Release != nil && r.Respondents < e.k {
				continue // nothing is known to compare, or how many answered is not told
			}
			title := b.say(name.sv, name.en) + ", " + wave
			fates := m.fates(e.Survey)
			cells := []Cell{words(title), persons(r.Respondents).named(fates[len(fates)-2]), persons(r.Population).named(fates[len(fates)-1])}
			for _, c := range []Cell{valued(Decimal, r.Largest, r.Valid), words(b.testName(r)), valued(Probability, r.P, r.Tested)} {
				cells = append(cells, c.behind(Persons, r.Respondents).follows(fates...))
			}
			tests.Rows = append(tests.Rows, Row{Cells: cells})
			out = append(out, b.marginTable(e, m, title))
		}
	}
	if len(tests.Rows) > 0 {
		tests.Note = b.say("p under 0,05 säger att de som svarat skiljer sig mer från de andra än slumpen brukar ge. Inget är omviktat.", "p below 0.05 says that those who answered differ more from the others than chance tends to give. Nothing is weighted.")
		out = append([]Table{tests}, out...)
	}
	return out
}

func (b *builder) testName(m statistics.Margin) string {
	switch {
	case !m.Tested:
		return "–"
	case m.Test == statistics.ByFisher:
		return "Fisher (" + b.method(m.Method) + ")"
	}
	return "χ²"
}

// marginTable is the categories of an attribute: who answered, who did not, and how
// the shares differ.
func (b *builder) marginTable(e evaluated, m margin, title string) Table {
	t := Table{Title: b.nameOf(e.SurveyDefined) + ": " + title, Adds: Down | Across | Answered, Columns: []Column{{Header: b.say("Kategori", "Category"), Width: 24}, {Header: b.say("Andel av svarande", "Share of respondents"), Width: 11}, {Header: b.say("Andel av inbjudna", "Share of invited"), Width: 11},
		{Header: b.say("Avvikelse, procentenheter", "Deviation, points"), Width: 13}, {Header: b.say("Svarade", "Answered"), Width: 10}, {Header: b.say("Svarade inte", "Silent"), Width: 10}, {Header: b.say("Inbjudna", "Invited"), Width: 10}}}
	yes, no := 0, 0
	for i := range m.categories {
		yes, no = yes+m.respondents[i], no+m.silent[i]
	}
	fates := m.fates(e.Survey)
	for i, category := range m.categories {
		fate, silent, whole := fates[3*i], fates[3*i+1], fates[3*i+2]
		answered, all := m.respondents[i], m.respondents[i]+m.silent[i]
		ofYes, ofAll := shareOf(answered, yes), shareOf(all, yes+no)
		deviation := valued(Decimal, 100*(ofYes.Number-ofAll.Number), yes > 0)
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(b.categoryName(m.of, category)), ofYes.behind(Persons, answered).named(fate), ofAll.behind(Persons, all).named(whole), deviation.behind(Persons, answered).named(fate),
			persons(answered).named(fate), persons(m.silent[i]).named(silent), persons(all).named(whole)}})
	}
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Alla", "All")), {}, {}, {}, persons(yes).named(fates[len(fates)-2]), persons(no), persons(yes + no).named(fates[len(fates)-1])}})
	return t
}

// shareOf is a share, none of nothing.
func shareOf(n, of int) Cell {
	if of == 0 {
		return Cell{Kind: NoValue}
	}
	return Cell{Kind: Share, Number: float64(n) / float64(of)}
}

func (b *builder) categoryName(of, key string) string {
	switch of {
	case "sex":
		return b.sex(key)
	case "municipality":
		return b.municipality(key)
	case "size_class":
		names := map[string][2]string{"micro": {"mikro (under 10 anställda)", "micro (under 10 employees)"}, "small": {"litet (10–49)", "small (10–49)"}, "medium": {"medelstort (50–249)", "medium (50–249)"}, "large": {"stort (250 eller fler)", "large (250 or more)"}}
		if n, ok := names[key]; ok {
			return b.say(n[0], n[1])
		}
	}
	if key == "unknown" {
		return b.say("okänt", "unknown")
	}
	return key
}
