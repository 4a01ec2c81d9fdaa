package reports

import (
	"context"
	"fmt"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// claimDims are what claims are broken down by beside periods.
var claimDims = []string{"project", "line"}

func claimMetric(id, needs string, name, text domain.Text) Metric {
	return Metric{ID: id, Unit: "SEK", Aggregate: Sum, By: claimDims, Needs: needs, Scale: 100, basis: "claim", Name: name, Text: text}
}

// claimMetrics are what projects may claim, as known now (formats.md 3, Claims).
var claimMetrics = []Metric{
	claimMetric("claim.staff", "staff_time", domain.T("Personal", "Staff"),
		domain.T("Tidrapporterade timmar inom projekttiden × enhetskostnad för funktionen: beslutets, annars regelverkets. Timmar över regelverkets tak per dag och kalenderår räknas inte; taken gäller personen, i alla projekt. Avrundat en gång per person, funktion och månad.",
			"Hours of time reports inside the project's period × unit cost of the function: the grant's, else the rule set's. Hours over the rule set's ceilings of a day and a calendar year do not count; the ceilings are of the person, in all projects. Rounded once a person, function and month.")),
	claimMetric("claim.flat_rate", "staff_time", domain.T("Schablon", "Flat rate"),
		domain.T("Projektets procentsats av månadens personalkostnad, avrundad en gång per månad.", "The project's rate of the month's staff costs, rounded once a month.")),
	claimMetric("claim.participants", "attendance", domain.T("Deltagares tid", "Participants' time"),
		domain.T("Redovisade timmar × enhetskostnad för deltagarens ställning vid starten, annars projektets. Avrundat en gång per person och månad.",
			"Reported hours × unit cost of the participant's status on entry, else the project's. Rounded once a person and month.")),
	claimMetric("claim.in_kind", "contributions", domain.T("Bidrag i annat än pengar", "In kind"),
		domain.T("Bidrag i annat än pengar från andra än projektägaren: på en gång kostnad och medfinansiering.", "Contributions in kind of others than the beneficiary: at once a cost and co-financing.")),
	claimMetric("claim.other", "vouchers", domain.T("Övriga kostnader", "Other costs"),
		domain.T("Kostnader bokförda på projektet inom projekttiden, på de konton som konteringen ger en budgetrad; utan kontering alla BAS-konton 4000–6999. Personalkonton (7000–7699) och moms (om inte projektet har rätt till den) räknas inte, och inte det som schablonen täcker. Intäkter minskar.",
			"Costs booked on the project inside its period, on accounts the mapping gives a line of the budget; without a mapping all BAS accounts 4000–6999. Personnel accounts (7000–7699) and VAT (unless the project may claim it) do not count, nor what a flat rate covers. Income reduces.")),
	claimMetric("claim.total", "", domain.T("Summa kostnader", "Total costs"),
		domain.T("Summan av personal, schablon, deltagares tid, bidrag i annat än pengar och övriga kostnader.", "The sum of staff, flat rate, participants' time, contributions in kind and other costs.")),
	claimMetric("claim.support", "", domain.T("Stöd", "Support"),
		domain.T("Summa kostnader × (1 − medfinansieringens andel), räknat från projektets start; högst medfinansieringen (deltagares tid och bidrag) × (1 − andelen) / andelen. En månads stöd är det som tillkommit.",
			"Total costs × (1 − co-financing share), reckoned from the project's start; at most the co-financing (participants' time and contributions) × (1 − share) / share. A month's support is what it added.")),
}

// claims is what projects may claim, after the hours that are reported.
func claims() string {
	text, _ := queryFiles.ReadFile("queries/claim.sql")
	var funding, options, rates []string
	for _, s := range rules.Sets() {
		f := s.Funding
		funding = append(funding, fmt.Sprintf("(%s, %d, %d, %t, %t, %t, %s, %d::bigint)", quote(s.ID), f.StaffYearHours*60, f.StaffDayHours*60, f.StaffInBudget, f.SelfEmployedCounts, f.PaidOnly, quote(f.Rounding), f.Evidence().Ore()))
		for _, o := range f.Options {
			options = append(options, fmt.Sprintf("(%s, %d, %d::bigint, %t)", quote(s.ID), o.Code, o.Share(), o.Others))
		}
		for _, r := range f.Rates {
			from := "0001-01-01"
			if !r.From.Zero() {
				from = r.From.String()
			}
			sek, _ := domain.ParseMoney(r.SEK) // checked when the set was read
			for _, function := range r.Names() {
				rates = append(rates, fmt.Sprintf("(%s, %s, %s, date '%s', %d::bigint)", quote(s.ID), quote(function), quote(domain.Fold(r.Region)), from, sek.Ore()))
			}
		}
	}
	return strings.NewReplacer("{funding_rules}", strings.Join(funding, ", "), "{cost_options}", strings.Join(options, ", "),
		"{staff_rates}", strings.Join(rates, ", ")).Replace(string(text))
}

// withoutClaim tells why a figure of a claim does not exist: what it is made of
// was never recorded.
func (f *Facts) withoutClaim(ctx context.Context, m Metric, q Question) (domain.Text, error) {
	inputs := []struct {
		table string
		note  domain.Text
	}{
		{"staff_time", domain.T("ingen arbetstid är registrerad", "no staff time is recorded")},
		{"attendance", domain.T("ingen närvaro är registrerad, eller projektet har ingen enhetskostnad för deltagare", "no attendance is recorded, or the project has no unit cost of participants")},
		{"contributions", domain.T("inga bidrag är registrerade", "no contributions are recorded")},
		{"vouchers", domain.T("ingen bokföring är inläst", "no bookkeeping is imported")},
		{"lump", domain.Text{}},
	}
	none := domain.T("inget som kan sökas för är registrerat", "nothing that can be claimed is recorded")
	for _, in := range inputs {
		if m.Needs != "" && m.Needs != in.table {
			continue
		}
		none = in.note
		var there bool
		err := f.DB.QueryRowContext(ctx, "select "+strings.ReplaceAll(claimInputs[in.table], "{as_of}", fmt.Sprint(f.AsOf)), q.Project).Scan(&there)
		if err != nil || there {
			return domain.Text{}, err
		}
	}
	if m.Needs == "" {
		none = domain.T("inget som kan sökas för är registrerat", "nothing that can be claimed is recorded")
	}
	return none, nil
}

// claimInputs ask whether there is anything a figure is made of, of a project or
// of any.
var claimInputs = map[string]string{
	"staff_time":    "exists (select 1 from staff_time_at({as_of}) cross join (select ?::varchar as asked) where asked in ('', project))",
	"contributions": "exists (select 1 from contributions_at({as_of}) cross join (select ?::varchar as asked) where asked in ('', project))",
	"vouchers":      "exists (select 1 from costs_at({as_of}) cross join (select ?::varchar as asked) where asked in ('', project))",
	"lump":          "exists (select 1 from projects_at({as_of}) cross join (select ?::varchar as asked) where asked in ('', project) and nullif(body->>'lump_sum', '') is not null)",
	"attendance": `exists (select 1 from attendance_at({as_of}) a join sessions_at({as_of}) s on s.session = a.session join projects_at({as_of}) p on p.project = s.project
		cross join (select ?::varchar as asked) where asked in ('', p.project) and a.present and a.role = 'participant'
			and (nullif(p.body->>'participant_unit_cost', '') is not null or json_array_length(p.body->'participant_costs') > 0))`,
}
