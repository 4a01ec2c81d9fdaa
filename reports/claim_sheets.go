package reports

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// flatSheet shows the base of the flat rate, month by month.
func (c *claimPaper) flatSheet(lines Sheet) Sheet {
	s := Sheet{Name: c.say("Schablon", "Flat rate"), Title: c.say("Schablonens underlag", "The base of the flat rate")}
	t := Table{Adds: Apart, Columns: []Column{{Header: c.say("Månad", "Month"), Width: 12}, {Header: c.say("Direkta personalkostnader, kr", "Direct staff costs, SEK"), Width: 20}, {Header: c.say("Procentsats", "Rate"), Width: 12}, {Header: c.say("Schablon, kr", "Flat rate, SEK"), Width: 16}}}
	if c.option.Code == 0 {
		s.Intro = []string{c.say("Projektet har inget schablonbelopp.", "The project has no flat rate.")}
		s.Tables = []Table{t}
		return s
	}
	s.Intro = []string{c.say("Underlaget är bara direkta personalkostnader, som enhetskostnader: inte deltagares tid och inte personal som bidrag. Källa: ", "The base is direct staff costs only, as unit costs: not participants' time, and not staff in kind. Source: ") + c.option.Source,
		c.say("Rättelser av tidigare månader står på bladet Rättelser.", "Corrections of earlier months stand on the sheet Corrections.")}
	first := 0 // own lines come first: staff, then flat rates
	for _, month := range c.claim.Months {
		var base, flat int64
		staff := 0
		for _, l := range c.of.Lines {
			switch kind := KindOf(l.Key); {
			case l.Corrects > 0 || l.Month != month:
			case kind == "staff":
				base += l.Amount.Ore()
				staff++
			case kind == "flat-rate":
				flat += l.Amount.Ore()
			}
		}
		i := len(t.Rows)
		cell := kronorCell(domain.Ore(base))
		if staff > 0 {
			cell = cell.live("SUM(" + there(claimLines, 0, first, lineAmount) + ":" + there(claimLines, 0, first+staff-1, lineAmount) + ")")
		}
		first += staff
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(month), cell, Cell{Kind: Share, Number: float64(c.option.Share()) / 1e6}.free(),
			c.nearest(kronorCell(domain.Ore(flat)), fmt.Sprintf("ROUND({%[1]d,1}*100*{%[1]d,2},0)/100", i))}})
	}
	s.Tables = []Table{c.totalled(t, []int{1, 3})}
	return s
}

// correctionAmount is the column of a correction's amount.
const correctionAmount = 10

// correctionsSheet says why what was claimed before is not what it is now.
func (c *claimPaper) correctionsSheet() Sheet {
	s := Sheet{Name: c.say("Rättelser", "Corrections"), Title: c.say("Rättelser av tidigare ansökningar", "Corrections of earlier claims"), Single: true,
		Intro: []string{c.say("En inlämnad ansökan ändras aldrig. Det som kommit eller ändrats sedan dess blir en rad här, med det som skiljer: uppgifter som kom sent, rättade uppgifter, en annan enhetskostnad, andra regler.",
			"A submitted claim never changes. What came or changed since becomes a line here, with what makes the difference: data that came late, data that were corrected, another unit cost, other rules.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: c.say("Rad nr", "Line no"), Width: 8}, {Header: c.say("Rättar ansökan nr", "Corrects claim no"), Width: 10}, {Header: c.say("Månad", "Month"), Width: 10}, {Header: c.say("Slag", "Kind"), Width: 24}, {Header: c.say("Person", "Person"), Width: 38}, {Header: c.say("Avser", "Of"), Width: 30},
		{Header: c.say("Sent", "Late"), Width: 14}, {Header: c.say("Rättat", "Corrected"), Width: 14}, {Header: c.say("Enhetskostnad", "Unit cost"), Width: 14}, {Header: c.say("Regler", "Rules"), Width: 14}, {Header: c.say("Belopp, kr", "Amount, SEK"), Width: 15}}}
	for i, l := range c.of.Lines {
		if l.Corrects == 0 {
			continue
		}
		whom, what := c.subjectOf(l.Key)
		n := len(t.Rows)
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(i + 1).free(), count(l.Corrects).free(), words(l.Month), words(c.kindName(l)), whom, words(what), kronorCell(l.Late), kronorCell(l.Corrected), kronorCell(l.Rates), kronorCell(l.Rules),
			kronorCell(l.Amount).live(fmt.Sprintf("SUM({%[1]d,6}:{%[1]d,9})", n))}})
	}
	if len(t.Rows) == 0 {
		s.Intro = append(s.Intro, c.say("Ingenting har ändrats.", "Nothing has changed."))
	}
	s.Tables = []Table{c.totalled(t, []int{6, 7, 8, 9, 10})}
	return s
}

// financingSheet is the co-financing that must be, what is there, and what it takes
// to the project's end.
func (c *claimPaper) financingSheet() Sheet {
	s := Sheet{Name: c.say("Medfinansiering", "Co-financing"), Title: c.say("Medfinansiering: krävd, levererad, prognos", "Co-financing: required, delivered, forecast")}
	payers := c.payers()
	var total int64
	for _, p := range payers {
		total += p.ever
	}
	cash := payers[3].ever
	delivered := payers[1].ever + payers[2].ever + cash
	required := c.book.part(domain.Ore(total), c.book.OwnShare(), 1_000_000).Ore()
	elapsed, whole := c.elapsed()
	t := Table{Adds: Apart, Columns: []Column{{Header: c.say("Post", "Item"), Width: 48}, {Header: c.say("Värde", "Value"), Width: 18}}}
	add := func(name string, cell Cell) int {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(name), cell}})
		return len(t.Rows) - 1
	}
	all := add(c.say("Sammanlagda kostnader, kr", "Costs until now, SEK"), kronorCell(domain.Ore(total)))
	share := add(c.say("Medfinansieringens andel", "Co-financing share"), Cell{Kind: Share, Number: float64(c.book.OwnShare()) / 1e6}.free())
	need := add(c.say("Krävd medfinansiering, kr", "Co-financing required, SEK"), c.nearest(kronorCell(domain.Ore(required)), fmt.Sprintf("ROUND({%d,1}*100*{%d,1},0)/100", all, share)))
	time := add(c.say("Deltagares tid, kr", "Participants' time, SEK"), kronorCell(domain.Ore(payers[1].ever)))
	add(c.say("Bidrag i annat än pengar, kr", "Contributions in kind, SEK"), kronorCell(domain.Ore(payers[2].ever)))
	money := add(c.say("Kontanta bidrag, kr", "Contributions in cash, SEK"), kronorCell(domain.Ore(cash)))
	have := add(c.say("Levererad medfinansiering, kr", "Co-financing delivered, SEK"), kronorCell(domain.Ore(delivered)).live(fmt.Sprintf("SUM({%d,1}:{%d,1})", time, money)))
	add(c.say("Saknas, kr (minus: över)", "Short, SEK (minus: over)"), kronorCell(domain.Ore(required-delivered)).live(fmt.Sprintf("{%d,1}-{%d,1}", need, have)))
	if unit, err := domain.ParseMoney(c.book.Project.ParticipantUnitCost); err == nil && unit.Ore() > 0 {
		short := max(0, required-delivered)
		add(c.say("Deltagartimmar som saknas", "Participant hours missing"), Cell{Kind: HoursKind, Number: float64(short) / float64(unit.Ore())}.free())
	}
	budget := int64(0)
	for _, l := range c.book.Project.Budget {
		budget += l.Amount.Ore()
	}
	if elapsed > 0 {
		add(c.say("Prognos vid projektets slut i samma takt, kr", "Forecast at the project's end at the same pace, SEK"), kronorCell(c.book.part(domain.Ore(delivered), whole, elapsed)))
	}
	if budget > 0 {
		add(c.say("Krävd av hela budgeten, kr", "Required of the whole budget, SEK"), kronorCell(c.book.part(domain.Ore(budget), c.book.OwnShare(), 1_000_000)))
	}
	s.Intro = []string{c.say(fmt.Sprintf("Prognosen är det levererade × projektets %d månader / %d månader hittills. Timmar av egenföretagare utan lön räknas om inte projektets fil säger annat; se bladet Kontroller.", whole, elapsed),
		fmt.Sprintf("The forecast is what was delivered × the project's %d months / %d months until now. Hours of the self-employed without a wage count unless the project's file says otherwise; see the sheet Checks.", whole, elapsed))}
	s.Tables = []Table{t}
	return s
}

// cash is the money others gave in the claim's months, and until its last.
func (c *claimPaper) cash() (now, ever int64) {
	if c.err != nil {
		return 0, 0
	}
	c.keep(c.facts.claimQuery(c.ctx, c.book.Project, "select coalesce(sum(ore) filter (where month in (select unnest(string_split(?, ',')))), 0)::bigint, coalesce(sum(ore), 0)::bigint from cash where month <= ?", func(rows *sql.Rows) error {
		return rows.Scan(&now, &ever)
	}, strings.Join(c.claim.Months, ","), c.lastMonth()))
	return now, ever
}

// lastMonth is the claim's last month.
func (c *claimPaper) lastMonth() string {
	if c.claim.Corrects() {
		return c.claim.Month
	}
	return c.claim.Months[len(c.claim.Months)-1]
}

// elapsed are the months of the project until the claim's last, and all of them.
func (c *claimPaper) elapsed() (until, whole int64) {
	last := c.lastMonth()
	for _, span := range c.book.Project.Period().Spans(domain.ByMonth) {
		whole++
		if span.Key <= last {
			until++
		}
	}
	return until, whole
}

var notClaimed = map[string]domain.Text{
	"day": domain.T("över dagens tak", "over the day's ceiling"), "year": domain.T("över årets tak", "over the year's ceiling"), "no-rate": domain.T("ingen enhetskostnad", "no unit cost"),
	"not-granted": domain.T("funktionen är inte i beslutet", "the function is not in the grant"), "period": domain.T("utanför projekttiden", "outside the project's period"), "self-employed": domain.T("egenföretagare utan lön", "self-employed without a wage"),
	"certificate": domain.T("inte intygad", "not certified"), "double-funding": domain.T("samtidigt i ett annat projekt", "in another project at the same time"), "overlap": domain.T("samtidigt på ett annat tillfälle", "at another session at the same time"),
	"ceiling": domain.T("över dagens tak", "over the day's ceiling"), "minimum": domain.T("under minsta antal timmar", "under the least number of hours"),
	"vat": domain.T("moms", "VAT"), "personnel": domain.T("personalkonto: personal söks som enhetskostnad", "personnel account: staff is claimed as unit costs"), "unmapped": domain.T("kontot har ingen budgetrad", "the account has no line of the budget"),
	"no-cost": domain.T("inte ett kostnadskonto", "not an account of costs"), "none": domain.T("enligt konteringen ingen kostnad i projektet, till exempel stöd som betalats ut", "by the mapping no cost of the project, such as support that was paid"), "flat-rate": domain.T("täcks av schablonen", "covered by the flat rate"), "unpaid": domain.T("inte betald", "not paid"),
}

// excludedCosts lists what is not claimed, and why.
func (c *claimPaper) excludedCosts() Sheet {
	s := Sheet{Name: c.say("Söks inte", "Not claimed"), Title: c.say("Kostnader och timmar som inte söks, och varför", "Costs and hours that are not claimed, and why"), Single: true}
	t := Table{Adds: Apart, Columns: []Column{{Header: c.say("Slag", "Kind"), Width: 20}, {Header: c.say("Varför", "Why"), Width: 36}, {Header: c.say("Datum", "Date"), Width: 12}, {Header: c.say("Person", "Person"), Width: 38}, {Header: c.say("Avser", "Of"), Width: 26},
		{Header: c.say("Minuter", "Minutes"), Width: 10}, {Header: c.say("Belopp, kr", "Amount, SEK"), Width: 15}, {Header: c.say("Position", "Position"), Width: 10}, {Header: c.say("Rad", "Row"), Width: 8}}}
	c.claimList("list_claim_excluded", func(rows *sql.Rows) error {
		var kind, why, date, subject, what, batch, file string
		var minutes, ore int64
		var position uint64
		var line int
		if err := rows.Scan(&kind, &why, &date, &subject, &what, &minutes, &ore, &position, &batch, &file, &line); err != nil {
			return err
		}
		whom := Cell{}
		if id, err := uuid.Parse(subject); err == nil {
			whom = identity(PersonName, id)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(kindNames[kind].In(c.p.Lang)), words(notClaimed[why].In(c.p.Lang)), c.day(date), whom, words(what), count(int(minutes)).free(), kronorCell(domain.Ore(ore)), c.place(position), c.place(uint64(line))}})
		return nil
	})
	if len(t.Rows) == 0 {
		s.Intro = []string{c.say("Allt som är registrerat för månaden söks.", "All that is recorded of the month is claimed.")}
	}
	s.Tables = []Table{c.totalled(t, []int{6})}
	return s
}

// trailSheet lists every entry behind the claim's lines, with where it came from.
func (c *claimPaper) trailSheet() Sheet {
	s := Sheet{Name: c.say("Spår", "Trail"), Title: c.say("Händelserna bakom varje rad", "The entries behind each line"), Single: true,
		Intro: []string{c.say("Varje rad i ansökan är summan av händelserna med dess nummer. Position är batchens plats i loggen; fil och rad säger varifrån uppgiften kom (utfall events list --batch POSITION).",
			"Each line of the claim is the sum of the entries with its number. Position is the batch's place in the log; file and row say where the datum came from (utfall events list --batch POSITION).")}}
	own := c.trailTable(c.say("Ansökans egna rader", "The claim's own lines"))
	corrected := c.trailTable(c.say("Händelser som nu gäller bakom rättade rader", "Entries that hold now behind corrected lines"))
	isCorrected := map[string]bool{}
	for _, l := range c.of.Lines {
		isCorrected[l.Key] = l.Corrects > 0
	}
	c.claimList("list_claim_trail", func(rows *sql.Rows) error {
		var key, date, event, batch, file, sum string
		var minutes, ore int64
		var position uint64
		var line int
		if err := rows.Scan(&key, &date, &event, &position, &batch, &file, &sum, &line, &minutes, &ore); err != nil {
			return err
		}
		no, ok := c.labels[key]
		if !ok {
			return nil
		}
		to := &own
		if isCorrected[key] {
			to = &corrected
		}
		to.Rows = append(to.Rows, Row{Cells: []Cell{words(no), c.day(date), count(int(minutes)).free(), kronorCell(domain.Ore(ore)), c.place(position), c.place(uint64(line)), words(event), words(sum)}})
		return nil
	})
	s.Tables = []Table{c.totalled(own, []int{3})}
	if len(corrected.Rows) > 0 {
		s.Tables = append(s.Tables, corrected)
	}
	return s
}

func (c *claimPaper) trailTable(title string) Table {
	return Table{Title: title, Adds: Apart, Columns: []Column{{Header: c.say("Rad nr", "Line no"), Width: 8}, {Header: c.say("Datum", "Date"), Width: 12}, {Header: c.say("Minuter", "Minutes"), Width: 10}, {Header: c.say("Belopp, kr", "Amount, SEK"), Width: 15},
		{Header: c.say("Position", "Position"), Width: 10}, {Header: c.say("Rad i filen", "Row of the file"), Width: 9}, {Header: c.say("Händelse", "Event"), Width: 38}, {Header: c.say("Filens SHA-256", "SHA-256 of the file"), Width: 60}}}
}

// controlSheet adds the claim up in ways of their own, and shows that they agree.
func (c *claimPaper) controlSheet(sheets []Sheet) Sheet {
	s := Sheet{Name: c.say("Avstämning", "Control"), Title: c.say("Summorna stämmer", "The sums tie out"),
		Intro: []string{c.say("Varje rad jämför samma belopp räknat på två blad. Skillnaden ska vara 0,00.", "Each row compares one amount reckoned on two sheets. The difference must be 0.00.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: c.say("Vad", "What"), Width: 62}, {Header: c.say("Ena", "One"), Width: 16}, {Header: c.say("Andra", "Other"), Width: 16}, {Header: c.say("Skillnad", "Difference"), Width: 12}}}
	add := func(what string, one, other Cell) {
		i := len(t.Rows)
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(what), one, other, kronorCell(domain.Ore(oreOf(one) - oreOf(other))).live(fmt.Sprintf("ROUND({%[1]d,1}-{%[1]d,2},2)", i))}})
	}
	at := func(sheet, table, column int) Cell {
		rows := sheets[sheet].Tables[table].Rows
		if len(rows) == 0 {
			return kronorCell(domain.Money{})
		}
		last := len(rows) - 1
		return kronorCell(domain.Ore(oreOf(rows[last].Cells[column]))).live(there(sheet, table, last, column))
	}
	add(c.say("Ansökans rader = sammanfattningens kolumn Denna ansökan", "Lines of the claim = the summary's column This claim"), at(claimLines, 0, lineAmount), at(claimSummary, 1, 3))
	corrections := kronorCell(domain.Money{})
	if len(sheets[claimCorrections].Tables[0].Rows) > 0 {
		corrections = at(claimCorrections, 0, correctionAmount)
	}
	add(c.say("Rättelser = sammanfattningens kolumn därav rättelser", "Corrections = the summary's column of it corrections"), corrections, at(claimSummary, 1, 4))
	add(c.say("Finansieringen = ansökans kostnader", "Financing = the claim's costs"), at(claimSummary, 2, 1), at(claimLines, 0, lineAmount))
	own := kronorCell(domain.Ore(c.of.Total.Ore() - oreOf(corrections)))
	if len(sheets[claimCorrections].Tables[0].Rows) > 0 {
		last := len(sheets[claimCorrections].Tables[0].Rows) - 1
		n := len(sheets[claimLines].Tables[0].Rows) - 1
		own = own.live(there(claimLines, 0, n, lineAmount) + "-" + there(claimCorrections, 0, last, correctionAmount))
	}
	add(c.say("Händelserna bakom de egna raderna = raderna utan rättelser", "Entries behind the own lines = lines without corrections"), at(claimTrail, 0, 3), own)
	metric, known := c.known()
	if known {
		add(c.say("Måttet claim.total för perioden, räknat för sig = raderna utan rättelser", "The metric claim.total of the period, reckoned by itself = lines without corrections"), metric, own)
	}
	s.Tables = []Table{t}
	return s
}

// known is the metric claim.total over the claim's months.
func (c *claimPaper) known() (Cell, bool) {
	if c.err != nil || c.claim.Corrects() {
		return Cell{}, false
	}
	last, _ := domain.ParseMonth(c.claim.Months[len(c.claim.Months)-1])
	first, _ := domain.ParseMonth(c.claim.Months[0])
	a := c.ask(Question{Metric: "claim.total", Project: c.p.Project, Range: domain.Period{From: first.From, To: last.To}})
	if len(a.Values) != 1 {
		return Cell{}, false
	}
	return Cell{Kind: Kronor, Number: a.Values[0].Number}.free().of(&Figure{Metric: "claim.total", From: first.From.String(), To: last.To.String()}), true
}

// checkNames are the findings of list_claim_checks, each with what to do.
var checkNames = map[string][2]domain.Text{
	"unpaid":         {domain.T("Bokförd som leverantörsskuld och inte känd som betald", "Booked as a debt to a supplier and not known to be paid"), domain.T("läs in bokföringen där betalningen finns, eller vänta", "import the bookkeeping that has the payment, or wait")},
	"paid-unknown":   {domain.T("Varken betald från konto 19xx eller bokförd som skuld 244x", "Neither paid from an account 19xx nor booked as a debt 244x"), domain.T("kontrollera verifikationen", "look at the voucher")},
	"invoice-twice":  {domain.T("Samma faktura i en annan verifikation", "The same invoice in another voucher"), domain.T("ta bort den ena ur projektet", "take one of them out of the project")},
	"in-kind-booked": {domain.T("Ett bidrag i annat än pengar med samma belopp som en bokförd kostnad inom 31 dagar", "A contribution in kind of the same amount as a booked cost within 31 days"), domain.T("samma kostnad får inte redovisas två gånger", "the same cost must not be claimed twice")},
	"two-projects":   {domain.T("Personal med tid i ett annat projekt samma dag (minuter)", "Staff with time in another project the same day (minutes)"), domain.T("kontrollera att timmarna inte är desamma", "make sure that the hours are not the same")},
	"not-granted":    {domain.T("Funktion som beslutet inte har en enhetskostnad för (minuter)", "A function the grant has no unit cost for (minutes)"), domain.T("fråga ESF-rådet, eller rätta funktionen", "ask the authority, or correct the function")},
	"day-ceiling":    {domain.T("Timmar över dagens tak (minuter)", "Hours over the day's ceiling (minutes)"), domain.T("söks inte", "not claimed")},
	"year-ceiling":   {domain.T("Timmar över kalenderårets tak (minuter)", "Hours over the calendar year's ceiling (minutes)"), domain.T("söks inte", "not claimed")},
	"outside":        {domain.T("Bokfört på projektet utanför projekttiden", "Booked on the project outside its period"), domain.T("söks inte", "not claimed")},
	"unmapped":       {domain.T("Konto utan budgetrad i konteringen", "An account without a line of the budget in the mapping"), domain.T("lägg till kontot i konteringen", "add the account to the mapping")},
	"no-evidence":    {domain.T("Verifikation utan underlag (faktura, kvitto) som fil", "A voucher without evidence (invoice, receipt) as a file"), domain.T("utfall import FIL --kind evidence --project P --voucher A7", "utfall import FILE --kind evidence --project P --voucher A7")},
	"self-employed":  {domain.T("Tid av egenföretagare utan lön, som räknas", "Time of the self-employed without a wage, which counts"), domain.T("om det får räknas är inte känt i tryck: fråga", "whether it may count is not known in print: ask")},
}

// checksSheet is what to look at before the claim leaves.
func (c *claimPaper) checksSheet() Sheet {
	s := Sheet{Name: c.say("Kontroller", "Checks"), Title: c.say("Att se på innan ansökan lämnas", "To look at before the claim leaves")}
	t := Table{Adds: Apart, Columns: []Column{{Header: c.say("Kontroll", "Check"), Width: 60}, {Header: c.say("Antal", "Number"), Width: 9}, {Header: c.say("Kronor eller minuter", "SEK or minutes"), Width: 16}, {Header: c.say("Vilka", "Which"), Width: 40}, {Header: c.say("Vad man gör", "What to do"), Width: 46}}}
	c.claimList("list_claim_checks", func(rows *sql.Rows) error {
		var code, which string
		var n int
		var amount int64
		if err := rows.Scan(&code, &n, &amount, &which); err != nil {
			return err
		}
		value := kronorCell(domain.Ore(amount))
		if strings.HasSuffix(checkNames[code][0].EN, "(minutes)") {
			value = count(int(amount)).free()
		}
		row := Row{Cells: []Cell{words(checkNames[code][0].In(c.p.Lang)), count(n).free(), value, words(which), {}}}
		if n > 0 {
			row.Cells[4] = words(checkNames[code][1].In(c.p.Lang))
		}
		t.Rows = append(t.Rows, row)
		return nil
	})
	s.Tables = []Table{t, c.balanceChecks()}
	return s
}

// balanceChecks are those of the budget and of co-financing.
func (c *claimPaper) balanceChecks() Table {
	t := Table{Title: c.say("Budget och balans", "Budget and balance"), Columns: []Column{{Header: c.say("Kontroll", "Check"), Width: 60}, {Header: c.say("Utfall", "Outcome"), Width: 40}}}
	add := func(what string, ok bool, wrong string) {
		outcome := c.say("stämmer", "holds")
		if !ok {
			outcome = wrong
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(what), words(outcome)}})
	}
	budget := map[string]int64{}
	for _, l := range c.book.Project.Budget {
		budget[domain.BudgetLineOf(l.Line)] += l.Amount.Ore()
	}
	for _, line := range slices.Sorted(maps.Keys(budget)) {
		used := c.onLine(c.of.Lines, line)
		for _, b := range c.before {
			used += c.onLine(b.Lines, line)
		}
		if used > budget[line] {
			add(c.lineName(line)+c.say(": inom budget", ": within the budget"), false, c.say("över med ", "over by ")+domain.Ore(used-budget[line]).String())
		}
	}
	if granted := c.book.Granted().Ore(); granted > 0 {
		asked := c.of.Support.Ore()
		for _, b := range c.before {
			asked += b.Support.Ore()
		}
		add(c.say("Sökt stöd sammanlagt är högst det beviljade", "Support asked for in all is at most what was granted"), asked <= granted, c.say("över med ", "over by ")+domain.Ore(asked-granted).String())
	}
	payers := c.payers()
	left := payers[len(payers)-1].ever
	add(c.say("Finansieringen täcker kostnaderna", "Financing covers the costs"), left <= 0, c.say("återstår ", "left ")+domain.Ore(left).String())
	if c.of.Final {
		add(c.say("Slutlig ansökan: stöd och medfinansiering i balans", "Final claim: support and co-financing in balance"), left == 0, c.say("inte i balans: ", "not in balance: ")+domain.Ore(left).String())
	}
	return t
}
