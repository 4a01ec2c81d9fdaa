package reports

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// claimPaper is a claim on its way to a workbook.
type claimPaper struct {
	*builder
	book   *ClaimBook
	claim  *Claim
	of     *domain.ClaimSubmitted
	before []*Claim
	option rules.CostOption // zero for none
	labels map[string]string
}

// The sheets of the workbook, in order: formulas name them by number.
const (
	claimSummary = iota
	claimLines
	claimFlat
	claimCorrections
	claimFinancing
	claimExcluded
	claimChecks
	claimTrail
	claimControl
)

// claimReport is a claim as an auditor follows it: from the budget's lines to every
// entry. Of a month that was submitted it is, at the position it was made at, what
// was claimed; at a later one what would be claimed now.
func (b *builder) claimReport() *Report {
	p := b.project()
	month := domain.ByMonth.Key(b.p.Range.From)
	if days, err := domain.ParseMonth(month); b.err == nil && (err != nil || !b.asked || days != b.p.Range) {
		b.err = domain.Refuse(domain.Usage, domain.T("ansökan gäller en månad", "a claim is of one month"), domain.T("ange --month 2019-03", "give --month 2019-03"))
	}
	b.everybody()
	if b.err != nil {
		return nil
	}
	c := &claimPaper{builder: b, labels: map[string]string{}}
	if c.book, b.err = b.facts.ClaimsOf(b.ctx, b.p.Project); b.err != nil {
		return nil
	}
	if c.claim = c.book.Of(month); c.claim == nil {
		b.err = domain.Refuse(domain.Usage, domain.Tf("%s ligger utanför projektets tid", "%s is outside the project's period", month), domain.T("utfall claim list visar månaderna", "utfall claim list shows the months"))
		return nil
	}
	if next := c.book.Next(); next.Corrects() && next.Month == month && b.p.Number == c.book.nextNumber() {
		c.claim = next
	}
	if c.of, b.err = b.facts.Draft(b.ctx, c.book, c.claim); b.err != nil {
		return nil
	}
	c.before = c.book.before(c.claim)
	c.option, _ = c.book.Rules.Option(p.SimplifiedCostOption)
	for _, m := range claimMetrics {
		b.used = append(b.used, m.ID)
	}
	r := &Report{Title: b.say("Ansökan om utbetalning nr ", "Payment claim no ") + fmt.Sprint(c.of.Number) + ", " + c.months(),
		Subtitle: b.subtitleOf(p), Publicity: b.publicity(p)}
	lines := c.linesSheet()
	r.Sheets = []Sheet{c.summarySheet(lines), lines, c.flatSheet(lines), c.correctionsSheet(), c.financingSheet(), c.excludedCosts(), c.checksSheet(), c.trailSheet(), {}}
	r.Sheets[claimControl] = c.controlSheet(r.Sheets)
	r.Sheets = append(r.Sheets, c.aidSheet())
	return r
}

// aidSheet is the aid to the companies the project reached, and the room each has left.
func (c *claimPaper) aidSheet() Sheet {
	if c.err != nil {
		return Sheet{}
	}
	book, err := c.facts.StateAid(c.ctx, c.p.Project)
	if c.keep(err) != nil {
		return Sheet{}
	}
	book.Undertakings = slices.DeleteFunc(book.Undertakings, func(u Undertaking) bool { return !u.OfProject })
	s := c.undertakingsSheet(book)
	s.Name = c.say("Statsstöd", "State aid")
	return s
}

// before are the claims that were submitted before one: all, of one that was not.
func (b *ClaimBook) before(c *Claim) []*Claim {
	return slices.DeleteFunc(b.Submitted(), func(o *Claim) bool { return c.Position > 0 && o.Number >= c.Number })
}

func (b *builder) subtitleOf(p domain.ProjectRecorded) string {
	parts := []string{b.owner(), p.Name, p.DiaryNumber, p.Programme}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// months is what the claim is of: 2019-03, or 2019-01 – 2019-03.
func (c *claimPaper) months() string {
	if c.claim.Corrects() {
		return c.say("rättelser", "corrections")
	}
	first, last := c.claim.Months[0], c.claim.Months[len(c.claim.Months)-1]
	if first == last {
		return first
	}
	return first + " – " + last
}

func kronorCell(m domain.Money) Cell {
	return Cell{Kind: Kronor, Number: float64(m.Ore()) / 100}.free()
}

// nearest makes an amount live by a formula with ROUND, which takes halves away from
// zero: where the rule set rounds otherwise the amount stands alone.
func (c *claimPaper) nearest(cell Cell, formula string) Cell {
	if domain.Rounding(c.book.Rules.Rounding) != domain.HalfAway {
		return cell
	}
	return cell.live(formula)
}

var lineNames = map[string]domain.Text{
	domain.LineStaff: domain.T("Personal", "Staff"), domain.LineFlatRate: domain.T("Schablon", "Flat rate"), domain.LinePeople: domain.T("Deltagares tid", "Participants' time"),
	domain.LineServices: domain.T("Extern sakkunskap och externa tjänster", "External expertise and services"), domain.LineTravel: domain.T("Resor och logi", "Travel and lodging"),
	domain.LineSupplies: domain.T("Utrustning och materiel", "Equipment and materials"), domain.LinePremises: domain.T("Deltagarlokaler", "Premises"),
	domain.LineLumpSum: domain.T("Klumpsumma", "Lump sum"), domain.LineIndirect: domain.T("Indirekta kostnader", "Indirect costs"), domain.LineIncome: domain.T("Intäkter (minus)", "Income (minus)"), domain.LineOther: domain.T("Övriga kostnader", "Other costs"),
}

// lineName is a line of the budget as it is written for people.
func (c *claimPaper) lineName(line string) string {
	for _, b := range c.book.Project.Budget {
		if domain.BudgetLineOf(b.Line) == line && lineNames[line].Zero() {
			return b.Line // as the grant writes it
		}
	}
	return cmp.Or(lineNames[line].In(c.p.Lang), line)
}

// budgetLines are the lines of the budget and those that anything is claimed on, in
// the budget's order.
func (c *claimPaper) budgetLines() []string {
	var out []string
	add := func(line string) {
		if line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	for _, l := range c.book.Project.Budget {
		add(domain.BudgetLineOf(l.Line))
	}
	for _, line := range []string{domain.LineStaff, domain.LineFlatRate, domain.LinePeople} {
		if c.claimedOn(line) {
			add(line)
		}
	}
	var rest []string
	for _, l := range c.of.Lines {
		rest = append(rest, c.onBudget(l))
	}
	for _, b := range c.before {
		for _, l := range b.Lines {
			rest = append(rest, c.onBudget(l))
		}
	}
	slices.Sort(rest)
	for _, line := range rest {
		add(line)
	}
	return out
}

// onBudget is the line of the budget that a line of the claim is on: its own, else,
// for what the budget has no line of, the one for other costs.
func (c *claimPaper) onBudget(l domain.ClaimLine) string {
	has := func(line string) bool {
		return slices.ContainsFunc(c.book.Project.Budget, func(b domain.BudgetLine) bool { return domain.BudgetLineOf(b.Line) == line })
	}
	switch kind := KindOf(l.Key); {
	case has(l.Line):
	case kind == "flat-rate" && has(domain.LineIndirect): // what a flat rate is for
		return domain.LineIndirect
	case (kind == "other" || kind == "in-kind") && has(domain.LineOther):
		return domain.LineOther
	}
	return l.Line
}

func (c *claimPaper) claimedOn(line string) bool {
	is := func(l domain.ClaimLine) bool { return c.onBudget(l) == line }
	return slices.ContainsFunc(c.of.Lines, is) || slices.ContainsFunc(c.before, func(b *Claim) bool { return slices.ContainsFunc(b.Lines, is) })
}

// onLine adds up lines of claims on a line of the budget.
func (c *claimPaper) onLine(lines []domain.ClaimLine, line string) (ore int64) {
	for _, l := range lines {
		if c.onBudget(l) == line {
			ore += l.Amount.Ore()
		}
	}
	return ore
}

// The columns of the list of lines.
const (
	lineNr = iota
	lineKind
	lineLine
	lineMonth
	lineWhom
	lineWhat
	lineMinutes
	lineRate
	lineAmount
	lineCorrects
)

// linesSheet is the list an auditor asks for first: every line, with a sum that is
// what is claimed.
func (c *claimPaper) linesSheet() Sheet {
	s := Sheet{Name: c.say("Ansökans rader", "Lines of the claim"), Title: c.say("Ansökans rader: summan är det som söks", "Lines of the claim: their sum is what is claimed"), Single: true,
		Intro: []string{c.say("En rad är en person, funktion och månad; en deltagares månad; eller en verifikation och ett konto. Belopp av timmar är minuter × enhetskostnad / 60, avrundat till öre en gång per rad. En rättelse är skillnaden mot det som sökts tidigare. Bladet Spår visar händelserna bakom varje rad.",
			"A line is one person, function and month; one participant's month; or one voucher and account. Amounts of hours are minutes × unit cost / 60, rounded to the öre once a line. A correction is the difference from what was claimed before. The sheet Trail shows the entries behind each line.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: c.say("Nr", "No"), Width: 7}, {Header: c.say("Slag", "Kind"), Width: 20}, {Header: c.say("Budgetrad", "Budget line"), Width: 30}, {Header: c.say("Månad", "Month"), Width: 10},
		{Header: c.say("Person", "Person"), Width: 38}, {Header: c.say("Avser", "Of"), Width: 30}, {Header: c.say("Minuter", "Minutes"), Width: 10}, {Header: c.say("Enhetskostnad, kr/h", "Unit cost, SEK/h"), Width: 13},
		{Header: c.say("Belopp, kr", "Amount, SEK"), Width: 15}, {Header: c.say("Rättar ansökan nr", "Corrects claim no"), Width: 10}}}
	for i, l := range c.of.Lines {
		c.labels[l.Key] = fmt.Sprintf("%d", i+1)
		whom, what := c.subjectOf(l.Key)
		if c.onBudget(l) != l.Line {
			what += ", " + c.lineName(l.Line)
		}
		row := []Cell{count(i + 1).free(), words(c.kindName(l)), words(c.lineName(c.onBudget(l))), words(l.Month), whom, words(what), {}, {}, kronorCell(l.Amount), {}}
		if l.Minutes != 0 {
			row[lineMinutes] = count(l.Minutes).free()
		}
		if l.Rate.Ore() != 0 {
			row[lineRate] = kronorCell(l.Rate)
			if l.Corrects == 0 {
				// Whole öre throughout: a product in kronor could round the other way.
				row[lineAmount] = c.nearest(row[lineAmount], fmt.Sprintf("ROUND({%[1]d,%[2]d}*ROUND({%[1]d,%[3]d}*100,0)/60,0)/100", i, lineMinutes, lineRate))
			}
		}
		if l.Corrects > 0 {
			row[lineCorrects] = count(l.Corrects).free()
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	total := Row{Total: true, Cells: []Cell{words(c.say("Summa", "Total")), {}, {}, {}, {}, {}, {}, {}, kronorCell(c.of.Total), {}}}
	if n := len(t.Rows); n > 0 {
		total.Cells[lineAmount] = total.Cells[lineAmount].live(fmt.Sprintf("SUM({0,%[1]d}:{%[2]d,%[1]d})", lineAmount, n-1))
	} else {
		s.Intro = append(s.Intro, c.say("Det finns inget att söka för månaden.", "There is nothing to claim for the month."))
	}
	t.Rows = append(t.Rows, total)
	s.Tables = []Table{t}
	return s
}

var kindNames = map[string]domain.Text{"staff": domain.T("Personal", "Staff"), "flat-rate": domain.T("Schablon", "Flat rate"), "participants": domain.T("Deltagares tid", "Participants' time"),
	"in-kind": domain.T("Annat än pengar", "In kind"), "lump-sum": domain.T("Klumpsumma", "Lump sum"), "other": domain.T("Bokförd kostnad", "Booked cost")}

func (c *claimPaper) kindName(l domain.ClaimLine) string {
	name := kindNames[KindOf(l.Key)].In(c.p.Lang)
	if l.Corrects > 0 {
		name += c.say(", rättelse", ", correction")
	}
	return name
}

// subjectOf is whom and what a line is of, by its key.
func (c *claimPaper) subjectOf(key string) (Cell, string) {
	parts := strings.SplitN(key, " ", 4)
	switch id := SubjectOf(key); {
	case id != uuid.Nil:
		return identity(PersonName, id), strings.Join(parts[3:], " ")
	case parts[0] == "flat-rate":
		return Cell{}, c.option.Name.In(c.p.Lang)
	case parts[0] == "other":
		var f = strings.Split(key, " ")
		if len(f) >= 7 {
			return Cell{}, fmt.Sprintf("%s %s%s, %s %s", c.say("ver.", "voucher"), f[3], f[4], c.say("konto", "account"), f[5])
		}
	case parts[0] == "lump-sum":
		return Cell{}, c.say("hela beloppet, när resultatet finns", "the whole amount, when the result is there")
	case parts[0] == "in-kind":
		return Cell{}, c.say("bidrag", "contribution")
	}
	return Cell{}, strings.Join(parts[2:], " ")
}

// claimList hands over the rows of a list of the claim's months.
func (c *claimPaper) claimList(name string, each func(*sql.Rows) error) {
	if c.err != nil {
		return
	}
	text, err := queryFiles.ReadFile("queries/" + name + ".sql")
	if c.keep(err) != nil {
		return
	}
	c.keep(c.facts.claimQuery(c.ctx, c.book.Project, string(text), each, strings.Join(c.shownMonths(), ",")))
}

// shownMonths are the claim's months, and those its corrections are of.
func (c *claimPaper) shownMonths() []string {
	out := slices.Clone(c.claim.Months)
	for _, l := range c.of.Lines {
		if !slices.Contains(out, l.Month) {
			out = append(out, l.Month)
		}
	}
	slices.Sort(out)
	return out
}
