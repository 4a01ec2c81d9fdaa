package intake

import (
	"strconv"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// projectFile is a project as formats.md 2 writes it.
type projectFile struct {
	ID                   string `toml:"id"`
	Name                 string `toml:"name"`
	DiaryNumber          string `toml:"diary_number"`
	Programme            string `toml:"programme"`
	Area                 string `toml:"area"`
	Start                date   `toml:"start"`
	End                  date   `toml:"end"`
	CofinancingShare     string `toml:"cofinancing_share"`
	SimplifiedCostOption int    `toml:"simplified_cost_option"`
	ParticipantUnitCost  string `toml:"participant_unit_cost"`
	SmallCellK           int    `toml:"small_cell_k"`
	Region               string `toml:"region"`
	LumpSum              string `toml:"lump_sum"`
	VATEligible          bool   `toml:"vat_eligible"`
	SelfEmployedCounts   *bool  `toml:"self_employed_counts"`
	ClaimMonths          *int   `toml:"claim_months"`
	Budget               []struct {
		Line   string `toml:"line"`
		Amount string `toml:"amount"`
	} `toml:"budget"`
	UnitCost []struct {
		Function   string `toml:"function"`
		SEKPerHour string `toml:"sek_per_hour"`
		From       date   `toml:"from"`
	} `toml:"unit_cost"`
	ParticipantCost []struct {
		Category   string `toml:"category"`
		SEKPerHour string `toml:"sek_per_hour"`
		From       date   `toml:"from"`
	} `toml:"participant_cost"`
	Target []struct {
		Indicator string `toml:"indicator"`
		Value     int    `toml:"value"`
	} `toml:"target"`
	Entity []struct {
		Indicator string `toml:"indicator"`
		Value     int    `toml:"value"`
	} `toml:"entity"`
}

func (r *reading) readProject(text string) error {
	var f projectFile
	if !r.decodeTOML(text, &f) {
		return nil
	}
	r.projects[f.ID] = true
	p := domain.ProjectRecorded{Project: f.ID, Name: f.Name, DiaryNumber: f.DiaryNumber, Programme: f.Programme, Area: f.Area,
		Start: f.Start.Date, End: f.End.Date, CofinancingShare: f.CofinancingShare, SimplifiedCostOption: f.SimplifiedCostOption,
		ParticipantUnitCost: f.ParticipantUnitCost, SmallCellK: f.SmallCellK, Region: domain.Fold(f.Region), LumpSum: f.LumpSum,
		VATEligible: f.VATEligible, SelfEmployedCounts: f.SelfEmployedCounts}
	for _, need := range []struct{ key, value string }{{"id", p.Project}, {"name", p.Name}, {"programme", p.Programme}, {"start", p.Start.String()}, {"end", p.End.String()}} {
		if need.value == "" {
			r.problem("", 0, need.key, domain.T("saknas", "is missing"), domain.T("fyll i", "fill it in"))
		}
	}
	if !p.Start.Zero() && p.End.Before(p.Start) {
		r.problem("", 0, "end", domain.T("projektet slutar före det börjar", "the project ends before it starts"), domain.T("rätta datumen", "correct the dates"))
	}
	if p.ParticipantUnitCost != "" {
		r.price("participant_unit_cost", p.ParticipantUnitCost)
	}
	if s, err := domain.ParseMoney(p.CofinancingShare); p.CofinancingShare != "" && (err != nil || s.Ore() < 0 || s.Ore() > 100) {
		r.problem("", 0, "cofinancing_share", domain.T("inte en andel mellan 0 och 1", "not a share between 0 and 1"), domain.T("skriv den som \"0.25\"", "write it as \"0.25\""))
	}
	for _, b := range f.Budget {
		p.Budget = append(p.Budget, domain.BudgetLine{Line: b.Line, Amount: r.amount("budget.amount", b.Amount)})
	}
	for _, t := range f.Target {
		p.Targets = append(p.Targets, domain.IndicatorTarget{Indicator: t.Indicator, Value: t.Value})
	}
	for _, c := range f.Entity {
		p.Entities = append(p.Entities, domain.EntityCount{Indicator: c.Indicator, Value: c.Value})
	}
	r.indicators(p)
	r.claimTerms(f, &p)
	r.hourlyRates(f, &p)
	if len(r.problems) > 0 {
		return nil
	}
	return compareBody[domain.ProjectRecorded](r, "projects", "project", p.Project, domain.Event{Date: p.Start, Data: p})
}

func (r *reading) amount(key, s string) domain.Money {
	m, err := domain.ParseMoney(s)
	if err != nil {
		r.problem("", 0, key, domain.T("inte ett belopp", "not an amount"), domain.T("skriv det som \"1800000.00\"", "write it as \"1800000.00\""))
	}
	return m
}

// maxPrice is more than an hour, or a whole project, ever costs, in öre: products of
// it and minutes stay in 64 bits.
const maxPrice = 100_000_000_000_00

// price is an amount of no less than 0.
func (r *reading) price(key, s string) domain.Money {
	m := r.amount(key, s)
	if m.Ore() > maxPrice {
		r.problem("", 0, key, domain.T("är större än något belopp kan vara", "is more than any amount can be"), domain.T("rätta beloppet", "correct the amount"))
	}
	if m.Ore() < 0 {
		r.problem("", 0, key, domain.T("är inte mindre än 0", "is not less than 0"), domain.T("rätta beloppet", "correct the amount"))
	}
	return m
}

// claimTerms checks what the decision says of claims.
func (r *reading) claimTerms(f projectFile, p *domain.ProjectRecorded) {
	if f.LumpSum != "" {
		r.price("lump_sum", f.LumpSum)
	}
	funding := rules.Of(p.Programme).Funding
	if _, ok := funding.Option(p.SimplifiedCostOption); !ok && p.SimplifiedCostOption != 0 {
		var codes []string
		for _, o := range funding.Options {
			codes = append(codes, strconv.Itoa(o.Code))
		}
		r.problem("", 0, "simplified_cost_option", domain.Tf("regelverket har inget sådant alternativ; det har %s", "the rule set has no such option; it has %s", strings.Join(codes, ", ")), domain.T("utfall rules show visar dem", "utfall rules show shows them"))
	}
	for _, b := range f.Budget {
		if domain.BudgetLineOf(b.Line) == "" {
			r.problem("", 0, "budget.line", domain.T("inte en budgetrad", "not a line of a budget"), domain.T("skriv radens namn", "write the line's name"))
		}
	}
	if f.ClaimMonths == nil {
		return
	}
	if p.ClaimMonths = *f.ClaimMonths; p.ClaimMonths < 1 {
		r.problem("", 0, "claim_months", domain.T("ska vara minst 1", "must be at least 1"), domain.T("skriv hur många månader en ansökan gäller, 1", "write how many months one claim is of, 1"))
	}
}

// hourlyRates reads the rates of an hour. A function, or a category, has one rate
// from a day on.
func (r *reading) hourlyRates(f projectFile, p *domain.ProjectRecorded) {
	type from struct {
		of  string
		day domain.Date
	}
	staff, participants := map[from]bool{}, map[domain.ParticipantCost]bool{}
	twice := func(key string) {
		r.problem("", 0, key, domain.T("har två värden från samma dag", "has two rates from the same day"), domain.T("behåll det rätta, eller ge det ena ett senare from", "keep the right one, or give one of them a later from"))
	}
	for _, c := range f.UnitCost {
		key := from{domain.Fold(c.Function), c.From.Date}
		switch {
		case key.of == "":
			r.problem("", 0, "unit_cost.function", domain.T("saknas", "is missing"), domain.T("fyll i", "fill it in"))
		case staff[key]:
			twice("unit_cost.function")
		}
		staff[key] = true
		p.UnitCosts = append(p.UnitCosts, domain.UnitCost{Function: c.Function, SEKPerHour: r.price("unit_cost.sek_per_hour", c.SEKPerHour), From: c.From.Date})
	}
	for _, c := range f.ParticipantCost {
		category, ok := domain.ParseStatus(c.Category)
		key := domain.ParticipantCost{Category: category, From: c.From.Date}
		switch {
		case !ok:
			r.problem("", 0, "participant_cost.category", domain.T("okänt värde", "an unknown value"),
				domain.T("skriv employed, self-employed, unemployed, long-term unemployed, inactive eller inactive not in education", "write employed, self-employed, unemployed, long-term unemployed, inactive or inactive not in education"))
		case participants[key]:
			twice("participant_cost.category")
		}
		participants[key] = true
		p.ParticipantCosts = append(p.ParticipantCosts, domain.ParticipantCost{Category: category, SEKPerHour: r.price("participant_cost.sek_per_hour", c.SEKPerHour), From: c.From.Date})
	}
}

// indicators refuses codes the project's rule set does not have, and says when
// there is no such rule set.
func (r *reading) indicators(p domain.ProjectRecorded) {
	set := rules.Of(p.Programme)
	if set.ID != p.Programme && p.Programme != "" {
		r.warn("", 0, "programme", domain.Tf("det finns inget regelverk %s; %s används", "there is no rule set %s; %s is used", p.Programme, set.ID),
			domain.T("utfall rules list visar dem som finns", "utfall rules list shows those there are"))
	}
	hint := domain.T("utfall rules show visar koderna", "utfall rules show shows the codes")
	for _, t := range p.Targets {
		if _, ok := set.Indicator(t.Indicator); !ok && len(set.Indicators) > 0 {
			r.problem("", 0, "target.indicator", domain.Tf("%s har ingen indikator %q", "%s has no indicator %q", set.ID, t.Indicator), hint)
		}
	}
	for _, c := range p.Entities {
		if i, ok := set.Indicator(c.Indicator); !ok || i.Kind != rules.Entity || i.From != "project" {
			r.problem("", 0, "entity.indicator", domain.Tf("%q är ingen indikator i %s som projektet självt räknas i", "%q is no indicator of %s that counts the project itself", c.Indicator, set.ID), hint)
		}
	}
}
