package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// stateAid is the report of aid to companies: what counts together and how much room
// is left, every grant, training aid beside its cost, what seats at the training come
// to, and a declaration to sign for each company that needs one.
func (b *builder) stateAid() *Report {
	whose := []string{b.owner()} // and no days: every day's aid is in it
	if b.p.Project != "" {
		p := b.project()
		whose = append(whose, p.Name, p.DiaryNumber)
	}
	if b.err != nil {
		return nil
	}
	book, err := b.facts.StateAid(b.ctx, b.p.Project)
	if b.keep(err) != nil {
		return nil
	}
	if b.p.Project != "" {
		book.Undertakings = slices.DeleteFunc(book.Undertakings, func(u Undertaking) bool { return !u.OfProject })
	}
	number := map[uuid.UUID]int{}
	for i, u := range book.Undertakings {
		for _, id := range u.Members {
			number[id] = i + 1
		}
	}
	whose = append(whose, book.On.String())
	r := &Report{Title: b.say("Stöd till företag", "Aid to companies"), Subtitle: strings.Join(slices.DeleteFunc(whose, func(s string) bool { return s == "" }), ", ")}
	r.Sheets = []Sheet{b.undertakingsSheet(book), b.aidLedgerSheet(book, number), b.trainingAidSheet(book, number), b.seatsSheet(book)}
	forms, left := b.declarations(book)
	r.Sheets = append(r.Sheets, b.aidNotes(book, len(forms), left))
	r.Sheets = append(r.Sheets, forms...)
	return r
}

// euros is an amount in cents; amounts are of companies, so that nobody is behind them.
func euros(cents int64) Cell { return Cell{Kind: Kronor, Number: float64(cents) / 100}.free() }

// kronor is an amount in öre, of a company too.
func kronor(ore int64) Cell { return euros(ore) }

// amountCell is an amount that may not be there.
func amountCell(m *domain.Money) Cell {
	if m == nil {
		return Cell{}
	}
	return kronor(m.Ore())
}

// organisation is an organisation's number. A sole trader's is a person's, and filled
// in from the vault for those who may see it.
func (b *builder) organisation(o AidOrganisation) Cell {
	switch {
	case o.Hidden:
		return words(b.say("skyddade personuppgifter", "protected identity"))
	case o.Sole:
		return identity(SoleTrader, o.ID)
	case o.Number == "":
		return words(o.ID.String())
	}
	return words(o.Number)
}

var aidStates = map[AidState]domain.Text{AidOK: domain.T("ryms", "room left"), AidNear: domain.T("nära taket", "near the ceiling"), AidOver: domain.T("över taket", "over the ceiling")}

// undertakingsSheet has a row a single undertaking: what counts on the day of the book.
func (b *builder) undertakingsSheet(book *AidBook) Sheet {
	s := Sheet{Name: b.say("Utrymme", "Room"), Title: b.say("De minimis: vad som räknas och vad som ryms, ", "De minimis: what counts and what room is left, ") + book.On.String(), Single: true,
		Intro: []string{b.say("Bara det stöd som är registrerat här räknas: vad andra har beviljat vet bara företaget.", "Only aid that is recorded here is counted: what others have granted only the company knows."),
			b.say("En rad är ett enda företag: organisationer som är länkade genom kontroll, direkt eller genom andra. Dagen är den då det senaste registrerades.",
				"A row is a single undertaking: organisations linked by control, directly or through others. The day is the one on which the newest was recorded.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Nr", "No"), Width: 6}, {Header: b.say("Organisation", "Organisation"), Width: 16}, {Header: b.say("Namn", "Name"), Width: 26},
		{Header: b.say("Organisationer", "Organisations"), Width: 15}, {Header: b.say("Regler", "Rules"), Width: 17}, {Header: b.say("Räknas, EUR", "Counts, EUR"), Width: 13}, {Header: b.say("Tak, EUR", "Ceiling, EUR"), Width: 13},
		{Header: b.say("Ryms, EUR", "Left, EUR"), Width: 13}, {Header: b.say("Använt", "Used"), Width: 9}, {Header: b.say("Läge", "State"), Width: 15}, {Header: b.say("Frigörs från", "Freed from"), Width: 12},
		{Header: b.say("Frigörs, EUR", "Freed, EUR"), Width: 13}, {Header: b.say("Mest hittills", "Most so far"), Width: 10}, {Header: b.say("Dagen för det", "On the day"), Width: 12},
		{Header: b.say("Beslut över taket", "Grants over"), Width: 9}, {Header: b.say("Utan kurs", "Without rate"), Width: 9}}}
	members := Table{Title: b.say("Organisationer i ett enda företag", "Organisations of one single undertaking"), Adds: Apart, Columns: []Column{{Header: b.say("Nr", "No"), Width: 6},
		{Header: b.say("Organisation", "Organisation"), Width: 16}, {Header: b.say("Namn", "Name"), Width: 26}}}
	for i, u := range book.Undertakings {
		t.Rows = append(t.Rows, b.undertakingRow(book, i, &u))
		if len(u.Members) == 1 {
			continue
		}
		for _, id := range u.Members {
			o := book.Organisations[id]
			members.Rows = append(members.Rows, Row{Cells: []Cell{count(i + 1).free(), b.organisation(o), words(o.Name)}})
		}
	}
	if s.Tables = []Table{t}; len(members.Rows) > 0 {
		s.Tables = append(s.Tables, members)
	}
	if len(t.Rows) == 0 {
		s.Intro = append(s.Intro, b.say("Inget stöd är registrerat.", "No aid is recorded."))
	}
	return s
}

func (b *builder) undertakingRow(book *AidBook, i int, u *Undertaking) Row {
	first := book.Organisations[u.Members[0]]
	row := Row{Cells: []Cell{count(i + 1).free(), b.organisation(first), words(first.Name), count(len(u.Members)).free()}}
	none := Cell{Kind: NoValue}
	used, ceiling, left, share, state, free, freed := none, none, none, none, Cell{}, Cell{}, none
	if limit := u.Regime.Limit(); limit > 0 {
		used, ceiling = euros(u.Used), euros(limit)
		left = euros(limit - u.Used).live(fmt.Sprintf("ROUND({%d,6}-{%d,5},2)", i, i))
		share = Cell{Kind: Share, Number: float64(u.Used) / float64(limit)}.free().live(fmt.Sprintf("{%d,5}/{%d,6}", i, i))
		state = words(aidStates[u.State(book.Rules.Near)].In(b.p.Lang))
	}
	if u.Freed > 0 {
		free, freed = dateCell(u.Free), euros(u.Freed)
	}
	peak, peakOn := none, Cell{}
	if u.Peak > 0 {
		peak, peakOn = Cell{Kind: Share, Number: u.Peak}.free(), dateCell(u.PeakOn)
	}
	row.Cells = append(row.Cells, words(u.Regime.ID), used, ceiling, left, share, state, free, freed, peak, peakOn, count(u.OverTimes).free(), count(u.NoRate).free())
	return row
}

// aidLedgerSheet has every grant, by date, with what counts together with it.
func (b *builder) aidLedgerSheet(book *AidBook, number map[uuid.UUID]int) Sheet {
	s := Sheet{Name: b.say("Beslut", "Grants"), Title: b.say("Alla beslut om stöd, efter datum", "Every grant of aid, by date"), Single: true,
		Intro: []string{b.say("Beloppet står som det gavs. Kronor räknas om efter den nyaste kursen till och med dagen; utan kurs räknas beslutet inte. Räknas tillsammans: allt stöd av mindre betydelse till samma enda företag inom fönstret, detta beslut medräknat, som länkarna var den dagen.",
			"The amount is as it was given. SEK are converted by the newest rate up to the day; without one the grant is not counted. Counts together: all de minimis aid to the same single undertaking within the window, this grant with it, as the links were on that day.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Nr", "No"), Width: 6}, {Header: b.say("Datum", "Date"), Width: 11}, {Header: b.say("Organisation", "Organisation"), Width: 16}, {Header: b.say("Namn", "Name"), Width: 24},
		{Header: b.say("Projekt", "Project"), Width: 10}, {Header: b.say("Regel, som angiven", "Rule, as given"), Width: 20}, {Header: b.say("Regler", "Rules"), Width: 16}, {Header: b.say("Givet, EUR", "Given, EUR"), Width: 12}, {Header: b.say("Givet, SEK", "Given, SEK"), Width: 13},
		{Header: b.say("Kurs", "Rate"), Width: 10}, {Header: b.say("Kursens dag", "Day of the rate"), Width: 11}, {Header: "EUR", Width: 12}, {Header: b.say("Räknas tillsammans, EUR", "Counts together, EUR"), Width: 13}, {Header: b.say("Tak, EUR", "Ceiling, EUR"), Width: 12},
		{Header: b.say("Över", "Over"), Width: 7}, {Header: b.say("Anmärkning", "Remark"), Width: 48}}}
	for i := range book.Grants {
		g := &book.Grants[i]
		if number[g.Organisation] != 0 {
			t.Rows = append(t.Rows, b.grantRow(book, g, len(t.Rows), number[g.Organisation]))
		}
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, {}, {}, {}, {}, b.sum(t, 7), b.sum(t, 8), {}, {}, b.sum(t, 11), {}, {}, {}, {}}})
	}
	s.Tables = []Table{t}
	return s
}

func (b *builder) grantRow(book *AidBook, g *AidGrant, i, number int) Row {
	o := book.Organisations[g.Organisation]
	row := Row{Cells: []Cell{count(number).free(), dateCell(g.On), b.organisation(o), words(o.Name), words(g.Project), words(g.Rule), words(g.Regime.ID), amountCell(g.EUR), amountCell(g.SEK)}}
	rate, day, eur := Cell{}, Cell{}, Cell{Kind: NoValue}
	switch {
	case g.EUR != nil:
		eur = euros(*g.Cents).live(fmt.Sprintf("{%d,7}", i))
	case g.Cents != nil:
		rate, day = words(g.Rate.String()), dateCell(g.RateOn)
		eur = euros(*g.Cents).live(fmt.Sprintf("ROUND({%d,8}/%s,2)", i, g.Rate))
	}
	window, ceiling, over := Cell{Kind: NoValue}, Cell{Kind: NoValue}, Cell{}
	if g.Counts() && g.Regime.ID != "" {
		window, ceiling, over = euros(g.Window), euros(g.Regime.Limit()), words(b.yes(g.Over))
	}
	row.Cells = append(row.Cells, rate, day, eur, window, ceiling, over, words(b.aidRemark(g)))
	return row
}

func (b *builder) yes(is bool) string {
	if is {
		return b.say("ja", "yes")
	}
	return b.say("nej", "no")
}

// aidRemark is what there is to say of a grant that its figures do not.
func (b *builder) aidRemark(g *AidGrant) string {
	switch {
	case g.Kind == "":
		return b.say("okänd regel: räknas inte", "unknown rule: not counted")
	case g.Cents == nil:
		return b.say("ingen kurs till och med dagen: räknas inte", "no rate up to the day: not counted")
	case g.Regime.ID == "" && g.Kind == rules.DeMinimis:
		return b.say("inga kända regler den dagen: räknas bara för senare beslut", "no known rules on that day: counts for later grants only")
	case g.Regime.ID == "":
		return b.say("reglerna gällde inte den dagen", "the rules did not hold on that day")
	case !g.Named:
		return b.say("den angivna förordningen gällde inte den dagen", "the regulation it names did not hold on that day")
	}
	return ""
}

// trainingAidSheet has the training aid beside its eligible cost.
func (b *builder) trainingAidSheet(book *AidBook, number map[uuid.UUID]int) Sheet {
	s := Sheet{Name: b.say("Utbildningsstöd", "Training aid"), Title: b.say("Utbildningsstöd: andel av den stödberättigande kostnaden", "Training aid: share of the eligible cost"), Single: true,
		Intro: []string{b.say("Storleken är den största bland organisationerna i det enda företaget, efter antalet anställda den dagen; mikroföretag räknas som små. Balansomslutning är inte känd, och anställda i flera organisationer läggs inte ihop: båda kan göra företaget större.",
			"The size is the largest among the organisations of the single undertaking, by the number employed on that day; micro firms count as small. The balance sheet total is not known, and those employed by several organisations are not added up: both can make the undertaking larger.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Nr", "No"), Width: 6}, {Header: b.say("Datum", "Date"), Width: 11}, {Header: b.say("Organisation", "Organisation"), Width: 16}, {Header: b.say("Namn", "Name"), Width: 26}, {Header: b.say("Projekt", "Project"), Width: 10},
		{Header: b.say("Stöd, SEK", "Aid, SEK"), Width: 14}, {Header: b.say("Stödberättigande kostnad, SEK", "Eligible cost, SEK"), Width: 17}, {Header: b.say("Andel", "Intensity"), Width: 9}, {Header: b.say("Högst", "At most"), Width: 9},
		{Header: b.say("Storlek", "Size"), Width: 12}, {Header: b.say("Missgynnade", "Disadvantaged"), Width: 13}, {Header: b.say("Över", "Over"), Width: 7}, {Header: b.say("Anmärkning", "Remark"), Width: 48}}}
	for i := range book.Grants {
		g := &book.Grants[i]
		if g.Kind != rules.TrainingAid || number[g.Organisation] == 0 {
			continue
		}
		o := book.Organisations[g.Organisation]
		aid, share, most, over, remark := Cell{Kind: NoValue}, Cell{Kind: NoValue}, Cell{Kind: NoValue}, Cell{}, b.aidRemark(g)
		if g.Ore != nil {
			aid = kronor(*g.Ore)
		}
		if intensity, allowed, known := g.Intensity(); g.Regime.ID != "" {
			if most = (Cell{Kind: Share, Number: float64(allowed) / 100}).free(); known {
				share = Cell{Kind: Share, Number: intensity}.free().live(fmt.Sprintf("{%d,5}/{%d,6}", len(t.Rows), len(t.Rows)))
				over = words(b.yes(g.TooIntense()))
			}
		}
		switch {
		case g.Cost == nil:
			remark = b.say("ingen stödberättigande kostnad är registrerad", "no eligible cost is recorded")
		case g.Ore == nil:
			remark = b.say("ingen kurs till och med dagen", "no rate up to the day")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(number[g.Organisation]).free(), dateCell(g.On), b.organisation(o), words(o.Name), words(g.Project), aid, amountCell(g.Cost), share, most,
			words(b.sizeName(g.Size)), words(b.yes(g.Disadvantaged)), over, words(remark)}})
	}
	if s.Tables = []Table{t}; len(t.Rows) == 0 {
		s.Intro = append(s.Intro, b.say("Inget utbildningsstöd är registrerat.", "No training aid is recorded."))
	}
	return s
}

var sizeNames = map[string]domain.Text{"micro": domain.T("mikro", "micro"), "small": domain.T("litet", "small"), "medium": domain.T("medelstort", "medium"), "large": domain.T("stort", "large")}

func (b *builder) sizeName(class string) string {
	if t, ok := sizeNames[class]; ok {
		return t.In(b.p.Lang)
	}
	return b.say("okänd", "unknown")
}
