package reports

import (
	"fmt"
	"slices"

	"utfall/domain"
)

// summarySheet is the claim on one page: the budget's lines, who pays, what is asked for.
func (c *claimPaper) summarySheet(lines Sheet) Sheet {
	s := Sheet{Name: c.say("Sammanfattning", "Summary"), Title: c.say("Ansökan om utbetalning", "Payment claim")}
	s.Tables = []Table{c.about(), c.budgetTable(lines), c.financing(), c.payment()}
	if c.option.Code != 0 {
		s.Intro = []string{c.say("Förenklat kostnadsalternativ: ", "Simplified cost option: ") + c.option.Name.In(c.p.Lang) + "."}
	}
	return s
}

func (c *claimPaper) about() Table {
	p := c.book.Project
	t := Table{Title: c.say("Ansökan", "The claim"), Columns: []Column{{Header: c.say("Uppgift", "Item"), Width: 34}, {Header: c.say("Värde", "Value"), Width: 16}}}
	add := func(what string, cell Cell) { t.Rows = append(t.Rows, Row{Cells: []Cell{words(what), cell}}) }
	add(c.say("Ansökan nr", "Claim no"), count(c.of.Number).free())
	add(c.say("Period", "Period"), words(c.months()))
	add(c.say("Ska lämnas senast", "Due by"), dateCell(c.claim.Due))
	add(c.say("Slutlig ansökan", "Final claim"), words(c.yesNo(c.of.Final)))
	add(c.say("Projektets första dag", "First day of the project"), dateCell(p.Start))
	add(c.say("Projektets sista dag", "Last day of the project"), dateCell(p.End))
	add(c.say("Schablon på personalkostnader", "Flat rate on staff costs"), Cell{Kind: Share, Number: float64(c.option.Share()) / 1e6}.free())
	add(c.say("Medfinansieringens andel", "Co-financing share"), Cell{Kind: Share, Number: float64(c.book.OwnShare()) / 1e6}.free())
	if c.claim.Position > 0 && c.claim.Position <= c.facts.AsOf {
		add(c.say("Lämnad in", "Submitted"), dateCell(c.claim.Submitted))
		add(c.say("Detta blad visar", "This shows"), words(c.say("vad som skulle sökas nu", "what would be claimed now")))
	}
	return t
}

// budgetTable is the budget beside what was claimed before and is claimed now.
func (c *claimPaper) budgetTable(lines Sheet) Table {
	t := Table{Title: c.say("Per budgetrad, kr", "By line of the budget, SEK"), Adds: Apart, Columns: []Column{{Header: c.say("Budgetrad", "Budget line"), Width: 34}, {Header: c.say("Godkänd budget", "Approved budget"), Width: 16},
		{Header: c.say("Sökt tidigare", "Claimed before"), Width: 16}, {Header: c.say("Denna ansökan", "This claim"), Width: 16}, {Header: c.say("därav rättelser", "of it corrections"), Width: 16}, {Header: c.say("Sammanlagt", "Cumulative"), Width: 16},
		{Header: c.say("Återstår", "Remaining"), Width: 16}, {Header: c.say("Använt", "Used"), Width: 10}}}
	budget := map[string]int64{}
	for _, l := range c.book.Project.Budget {
		budget[domain.BudgetLineOf(l.Line)] += l.Amount.Ore()
	}
	last := max(0, len(lines.Tables[0].Rows)-2)
	of := func(column int) string {
		return there(claimLines, 0, 0, column) + ":" + there(claimLines, 0, last, column)
	}
	some := len(c.of.Lines) > 0
	for i, line := range c.budgetLines() {
		before := int64(0)
		for _, b := range c.before {
			before += c.onLine(b.Lines, line)
		}
		this, corrected := c.onLine(c.of.Lines, line), c.onLine(slices.DeleteFunc(slices.Clone(c.of.Lines), func(l domain.ClaimLine) bool { return l.Corrects == 0 }), line)
		row := []Cell{words(c.lineName(line)), kronorCell(domain.Ore(budget[line])), kronorCell(domain.Ore(before)), kronorCell(domain.Ore(this)), kronorCell(domain.Ore(corrected)),
			kronorCell(domain.Ore(before + this)).live(fmt.Sprintf("{%[1]d,2}+{%[1]d,3}", i)), kronorCell(domain.Ore(budget[line] - before - this)).live(fmt.Sprintf("{%[1]d,1}-{%[1]d,5}", i)), {Kind: NoValue}}
		if some {
			row[3] = row[3].live(fmt.Sprintf("SUMIF(%s,{%d,0},%s)", of(lineLine), i, of(lineAmount)))
			row[4] = row[4].live(fmt.Sprintf("SUMIFS(%s,%s,{%d,0},%s,\">0\")", of(lineAmount), of(lineLine), i, of(lineCorrects)))
		}
		if budget[line] != 0 {
			row[7] = Cell{Kind: Share, Number: float64(before+this) / float64(budget[line])}.free().live(fmt.Sprintf("{%[1]d,5}/{%[1]d,1}", i))
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	return c.totalled(t, []int{1, 2, 3, 4, 5, 6})
}

// totalled adds a total row of columns in kronor to a table.
func (b *builder) totalled(t Table, columns []int) Table {
	total := Row{Total: true, Cells: make([]Cell, len(t.Columns))}
	total.Cells[0] = words(b.say("Summa", "Total"))
	if len(t.Rows) == 0 {
		return t
	}
	for _, column := range columns {
		var ore int64
		for _, r := range t.Rows {
			ore += oreOf(r.Cells[column])
		}
		total.Cells[column] = kronorCell(domain.Ore(ore)).live(fmt.Sprintf("SUM({0,%[1]d}:{%[2]d,%[1]d})", column, len(t.Rows)-1))
	}
	t.Rows = append(t.Rows, total)
	return t
}

// oreOf is a cell of kronor in whole öre.
func oreOf(c Cell) int64 {
	m, _ := domain.ParseMoney(fmt.Sprintf("%.2f", c.Number)) // made of whole öre
	return m.Ore()
}

// paid is who pays for what was claimed: this time, and in all.
type paid struct {
	name      domain.Text
	now, ever int64
}

// payers splits costs among those who pay. What nobody is known to pay is the
// beneficiary's own money, still to be told of.
func (c *claimPaper) payers() []paid {
	out := []paid{{name: domain.T("Sökt stöd", "Support asked for"), now: c.of.Support.Ore()}, {name: domain.T("Deltagares tid", "Participants' time")}, {name: domain.T("Bidrag i annat än pengar", "Contributions in kind")}, {name: domain.T("Kontanta bidrag", "Contributions in cash")},
		{name: domain.T("Återstår att finansiera (kontanta medel)", "Left to finance (cash)")}}
	sum := func(lines []domain.ClaimLine, now bool) {
		for _, l := range lines {
			to, ok := map[string]int{"participants": 1, "in-kind": 2}[KindOf(l.Key)]
			if !ok {
				continue
			}
			if now {
				out[to].now += l.Amount.Ore()
			}
			out[to].ever += l.Amount.Ore()
		}
	}
	sum(c.of.Lines, true)
	total := c.of.Total.Ore()
	out[0].ever = out[0].now
	for _, b := range c.before {
		sum(b.Lines, false)
		total += b.Total.Ore()
		out[0].ever += b.Support.Ore()
	}
	out[3].now, out[3].ever = c.cash()
	left := &out[len(out)-1]
	left.now, left.ever = c.of.Total.Ore(), total
	for _, p := range out[:len(out)-1] {
		left.now, left.ever = left.now-p.now, left.ever-p.ever
	}
	return out
}

func (c *claimPaper) financing() Table {
	t := Table{Title: c.say("Finansiering, kr", "Financing, SEK"), Adds: Apart, Columns: []Column{{Header: c.say("Finansiär", "Source"), Width: 34}, {Header: c.say("Denna ansökan", "This claim"), Width: 16}, {Header: c.say("Sammanlagt", "Cumulative"), Width: 16}, {Header: c.say("Andel av sammanlagt", "Share of cumulative"), Width: 16}}}
	all := c.payers()
	var parts []int64
	for _, p := range all {
		parts = append(parts, p.ever)
	}
	shares := domain.Apportion(domain.Ore(10_000), parts)
	for i, p := range all {
		row := []Cell{words(p.name.In(c.p.Lang)), kronorCell(domain.Ore(p.now)), kronorCell(domain.Ore(p.ever)), {Kind: NoValue}}
		if len(shares) > i {
			row[3] = Cell{Kind: Share, Number: float64(shares[i].Ore()) / 10_000}.free()
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	t = c.totalled(t, []int{1, 2})
	t.Note = c.say("Stödet är summan av kostnaderna × (1 − medfinansieringens andel), räknat från projektets start, och högst medfinansieringen × (1 − andelen) / andelen. Andelarna är avrundade så att de summerar till 100 %.",
		"Support is total costs × (1 − co-financing share), reckoned from the project's start, and at most the co-financing × (1 − share) / share. Shares are rounded so that they add up to 100 %.")
	return t
}

// payment is what is to be paid: support, less what settles an advance.
func (c *claimPaper) payment() Table {
	t := Table{Title: c.say("Att betala ut, kr", "To be paid, SEK"), Adds: Apart, Columns: []Column{{Header: c.say("Post", "Item"), Width: 34}, {Header: c.say("Belopp", "Amount"), Width: 16}}}
	add := func(name string, cell Cell) { t.Rows = append(t.Rows, Row{Cells: []Cell{words(name), cell}}) }
	add(c.say("Sökt stöd", "Support asked for"), kronorCell(c.of.Support))
	add(c.say("Avräknat förskott", "Advance settled"), kronorCell(domain.Ore(-c.of.Settled.Ore())))
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(c.say("Att betala ut", "To be paid")), kronorCell(domain.Ore(c.of.Support.Ore() - c.of.Settled.Ore())).live("SUM({0,1}:{1,1})")}})
	add(c.say("Förskott som återstår att avräkna", "Advance left to settle"), kronorCell(domain.Ore(c.book.unsettledAfter(c.before)-c.of.Settled.Ore())))
	return t
}

// unsettledAfter is what of the advances was left after claims, in öre.
func (b *ClaimBook) unsettledAfter(before []*Claim) int64 {
	ore := b.Advanced().Ore()
	for _, c := range before {
		ore -= c.Settled.Ore()
	}
	return ore
}
