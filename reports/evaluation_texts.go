package reports

import (
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// quotesSheet has the free texts somebody let through. What was written in a wave
// that too few answered is never shown: hardly anybody else can have written it.
func (b *builder) quotesSheet(all []evaluated) Sheet {
	s := Sheet{Name: b.say("Citat", "Quotations"), Title: b.say("Svar med egna ord", "Answers in their own words"),
		Intro: []string{b.say("Bara svar som en namngiven person läst och släppt står här. E-postadresser, telefonnummer och personnummer är borttagna.", "Only answers that a named person has read and let through stand here. E-mail addresses, telephone and person numbers are taken out.")}}
	for _, e := range all {
		t := Table{Title: b.nameOf(e.SurveyDefined), Adds: Apart, Columns: []Column{{Header: b.say("Omgång", "Wave"), Width: 12}, {Header: b.say("Fråga", "Item"), Width: 40}, {Header: b.say("Svar", "Answer"), Width: 80}}}
		few := 0
		b.quotes(e, &t, &few)
		if few > 0 {
			t.Note = b.say(fmt.Sprintf("Svar från omgångar med färre än %d svarande visas inte.", e.k), fmt.Sprintf("Answers of waves with fewer than %d respondents are not shown.", e.k))
		}
		if len(t.Rows) == 0 && few == 0 {
			t.Note = b.say("Inget svar är släppt (utfall survey texts, utfall survey release).", "No answer is let through (utfall survey texts, utfall survey release).")
		}
		s.Tables = append(s.Tables, t)
	}
	if len(s.Tables) == 0 {
		s.Tables = []Table{b.nothing(b.say("Projektet har ingen enkät.", "The project has no survey."))}
	}
	return s
}

// quotes adds the texts of a survey that may be shown, and counts those that may not.
func (b *builder) quotes(e evaluated, t *Table, few *int) {
	if b.err != nil {
		return
	}
	b.err = b.facts.surveyQuery(b.ctx, e.SurveyDefined, Question{Range: b.p.Range}, `
		select r.wave, r.item, r.event_id, r.subject, r.words_sealed, (select count(*) from taken t where t.wave = r.wave)
		from texts_released_at({as_of}) r join asked on asked.survey = r.survey
		join responses_at({as_of}) a on a.event_id = r.answer
		where r.subject not in (select respondent from unnamed)
		order by r.position, r.idx`, func(rows *sql.Rows) error {
		var wave, id, sealed string
		var event, subject uuid.UUID
		var n int
		if err := rows.Scan(&wave, &id, &event, &subject, &sealed, &n); err != nil {
			return err
		}
		item, ok := itemOf(e.SurveyDefined, id)
		if !ok {
			item = domain.SurveyItem{ID: id}
		}
		if n < e.k {
			*few++
			return nil
		}
		text := Cell{Kind: Words, Text: suppressedSign, Identity: &Identity{Field: Quotation, ID: subject, Text: sealed, Event: event, Within: e.Survey, Item: id}}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(wave), words(b.wording(item)), text}})
		return nil
	})
}

// codebookSheet says what every item is, as it is worded now.
func (b *builder) codebookSheet(all []evaluated) Sheet {
	s := Sheet{Name: b.say("Kodbok", "Codebook"), Title: b.say("Frågorna, deras skalor och versioner", "The items, their scales and versions")}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Enkät", "Survey"), Width: 14}, {Header: "Id", Width: 12}, {Header: b.say("Slag", "Kind"), Width: 9}, {Header: b.say("Nivå", "Level"), Width: 11}, {Header: b.say("Svenska", "Swedish"), Width: 48}, {Header: b.say("Engelska", "English"), Width: 48},
		{Header: b.say("Skala", "Scale"), Width: 9}, {Header: b.say("Omvänd", "Reversed"), Width: 9}, {Header: b.say("Svarsalternativ", "Options"), Width: 48}, {Header: "Version", Width: 8}, {Header: b.say("Jämförbar från version", "Comparable from version"), Width: 12}}}
	for _, e := range all {
		for _, i := range e.Items {
			scale := ""
			if i.Max > i.Min {
				scale = fmt.Sprintf("%d–%d", i.Min, i.Max)
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(e.Survey), words(i.ID), words(string(i.Kind)), words(b.level(i.Level)), words(i.Text.SV), words(i.Text.EN), words(scale), words(b.reversed(i)), words(b.options(i)),
				count(i.Version()).free(), count(i.ComparableFrom()).free()}})
		}
	}
	s.Tables = []Table{t}
	return s
}

func (b *builder) reversed(i domain.SurveyItem) string {
	if i.Reversed {
		return b.say("ja", "yes")
	}
	return ""
}

// options are an item's labels, numbered as they are coded.
func (b *builder) options(i domain.SurveyItem) (out string) {
	for n, label := range i.Labels {
		code := n + 1
		if i.Kind == domain.Scale {
			code = i.Min + n
		}
		out += fmt.Sprintf("%d %s; ", code, b.label(i, label))
	}
	for _, label := range i.NoOpinion {
		out += b.say("utan åsikt: ", "no opinion: ") + label + "; "
	}
	return out
}

// methodsSheet says how each statistic is made and what is withheld.
func (b *builder) methodsSheet() Sheet {
	s := Sheet{Name: b.say("Metoder", "Methods"), Title: b.say("Hur siffrorna är gjorda", "How the figures are made")}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Mått", "Statistic"), Width: 34}, {Header: b.say("Definition", "Definition"), Width: 100}}}
	for _, m := range append(slices.Clone(methods), zeroMethods[b.p.Pratt]) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(m[0].In(b.p.Lang)), words(m[1].In(b.p.Lang))}})
	}
	k := b.leasts()
	rules := Table{Title: b.say("Vad som inte visas", "What is not shown"), Adds: Apart, Columns: []Column{{Header: b.say("Regel", "Rule"), Width: 34}, {Header: b.say("Innebörd", "Meaning"), Width: 100}}}
	for _, r := range []domain.Text{
		domain.Tf("Minst %d svarande bakom en siffra ur en enkät, även här i huset.", "At least %d respondents behind a figure of a survey, in the house as well.", k.survey),
		domain.Tf("Minst %d personer eller organisationer bakom ett antal som lämnas ut, %d för särskilda kategorier.", "At least %d persons or organisations behind a count that is released, %d for special categories.", k.count, k.special),
		domain.T("Kan en dold siffra räknas ut ur dem som visas döljs fler, så få som det går (kompletterande dolda).", "Where a withheld figure could be computed from those shown more are withheld, as few as will do (complementary suppression)."),
		domain.T("Datablad lämnas ut för hela tiden, aldrig för valda dagar: skillnaden mellan två sådana vore dagen för ett svar.", "Data sheets are released for all time, never for chosen days: the difference of two would be the day of an answer."),
		domain.T("Gruppers medelvärden och test lämnas ut avrundade, utan spridning: exakta skulle säga vilka rader i datan som hör till gruppen.", "Means and tests of groups are released rounded, without deviations: exact ones would tell which rows of the data are in the group."),
		domain.T("Datablad har inga namn, datum, timmar eller egenskaper, bara svar; ett svar få valt slås ihop med andra.", "Data sheets have no names, dates, hours or attributes, only answers; an answer few chose is merged with others."),
		domain.T("‥ är en siffra som inte visas, – en som inte finns.", "‥ is a figure that is not shown, – one that does not exist."),
	} {
		rules.Rows = append(rules.Rows, Row{Cells: []Cell{words(b.say("Utlämnande", "Disclosure")), words(r.In(b.p.Lang))}})
	}
	s.Tables = []Table{t, rules}
	return s
}

// leasts are the least numbers that hold for the project.
func (b *builder) leasts() leasts {
	if b.err != nil {
		return leasts{}
	}
	c, err := b.facts.control(b.ctx, b.p.Project)
	b.err = err
	return c.leasts
}

// zeroMethods say what becomes of pairs without a difference, without and with Pratt.
var zeroMethods = map[bool][2]domain.Text{
	false: {domain.T("Oförändrade par", "Unchanged pairs"), domain.T("Tas bort före rangordningen (Wilcoxon, 1945).", "Dropped before ranking (Wilcoxon, 1945).")},
	true:  {domain.T("Oförändrade par", "Unchanged pairs"), domain.T("Rangordnas med de andra, och deras ranger tas sedan bort (Pratt, 1959).", "Ranked with the others, and their ranks then left out (Pratt, 1959).")},
}

// methods are the statistics of the report, with where their formulas come from.
var methods = [][2]domain.Text{
	{domain.T("Giltigt svar", "Valid answer"), domain.T("Ett svar på frågan som den lyder nu eller i en version som sägs vara jämförbar. Ingen åsikt, inte visad och obesvarad är inga svar. Omvända frågor är omkodade: min + max − svar.", "An answer to the item as worded now, or in a version said to be comparable. No opinion, not shown and unanswered are no answers. Reversed items are recoded: min + max − answer.")},
	{domain.T("Ett svar per person", "One answer a person"), domain.T("I den första av flera omgångar gäller det senaste kompletta svaret, i andra det första kompletta; saknas komplett svar ett påbörjat.", "In the first of several waves the latest complete response counts, in others the first complete one; without a complete one a begun one.")},
	{domain.T("Medelvärdets intervall", "Interval of a mean"), domain.T("x̄ ± t(n−1; 0,975)·s/√n. s är standardavvikelsen med n − 1.", "x̄ ± t(n−1; 0.975)·s/√n. s is the standard deviation with n − 1.")},
	{domain.T("Andelens intervall", "Interval of a share"), domain.T("Wilson (1927).", "Wilson (1927).")},
	{domain.T("Ändlig population", "Finite population"), domain.T("När alla som svarat finns på en namngiven lista, och är fler än 5 % av den, gäller intervallen för fördelning, medel, topp två och utfall listan och görs smalare: medelfelet gånger √((N − n)/(N − 1)), för andelar Wilsons motsvarighet. Förändringar och jämförelser korrigeras inte. Alla intervall förutsätter att de som inte svarat hade svarat som de andra.",
		"Where all who answered are on a named list, and are more than 5 % of it, the intervals of means, top two and outcomes are about the list and made narrower: the standard error times √((N − n)/(N − 1)), for shares Wilson's counterpart. Changes and comparisons are not corrected. Every interval presumes that those who did not answer would have answered like the others.")},
	{domain.T("NPS", "NPS"), domain.T("100·(p − d); standardfel 100·√((p + d − (p − d)²)/n), intervall ± 1,96 standardfel.", "100·(p − d); standard error 100·√((p + d − (p − d)²)/n), interval ± 1.96 standard errors.")},
	{domain.T("Förändring", "Change"), domain.T("Wilcoxons teckenrangtest på skillnaderna efter − före, medelranger vid lika; exakt permutationsfördelning till och med 25 par, därefter normal med variansen Σr²/4 och utan kontinuitetskorrektion. r = (W⁺ − W⁻)/(W⁺ + W⁻). dz = medelskillnad / dess standardavvikelse; g = dz·(1 − 3/(4(n − 1) − 1)).",
		"Wilcoxon's signed-rank test of the differences after − before, mid-ranks for ties; exact permutation distribution up to 25 pairs, above that normal with variance Σr²/4 and no continuity correction. r = (W⁺ − W⁻)/(W⁺ + W⁻). dz = mean difference / its standard deviation; g = dz·(1 − 3/(4(n − 1) − 1)).")},
	{domain.T("Förändringens intervall", "Interval of a change"), domain.T("Bootstrap av medelskillnaden: 2 000 dragningar med återläggning ur skillnadernas fördelning, percentiler, frö ur enkätens id.", "Bootstrap of the mean difference: 2,000 resamples with replacement of the distribution of differences, percentiles, seeded by the survey's id.")},
	{domain.T("Flera test på en gång", "Several tests at once"), domain.T("Holm (1979): p-värdena justeras så att risken för ens en falsk skillnad i tabellen är högst 5 %.", "Holm (1979): p-values are adjusted so that the risk of even one false difference in the table is at most 5 %.")},
	{domain.T("Jämförelse av grupper", "Comparison of groups"), domain.T("Kruskal–Wallis och Wilcoxons rangsummetest med korrektion för lika, normal- respektive χ²-approximation.", "Kruskal–Wallis and Wilcoxon's rank-sum test with correction for ties, χ² and normal approximation.")},
	{domain.T("Samband med timmar", "Relation to hours"), domain.T("Spearmans ρ med medelranger; p ur t-fördelningen.", "Spearman's ρ with mid-ranks; p of the t distribution.")},
	{domain.T("Representativitet", "Representativeness"), domain.T("χ² när alla förväntade antal är minst 5, annars Fishers exakta test (med dragna tabeller när de är för många), av svarande mot dem som inte svarat.", "χ² where all expected counts are at least 5, else Fisher's exact test (of drawn tables where there are too many), of respondents against those who did not answer.")},
	{domain.T("Cronbachs α", "Cronbach's α"), domain.T("k/(k − 1)·(1 − Σ frågornas varians / summans varians), för dem som svarat på alla frågor.", "k/(k − 1)·(1 − Σ variance of the items / variance of the sum), of those who answered all items.")},
}
