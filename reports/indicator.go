package reports

import (
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// indicatorPrefix begins the metric ids of common indicators.
const indicatorPrefix = "indicator."

// indicatorOf is an indicator and the rule set it is of.
type indicatorOf struct {
	set rules.Set
	rules.Indicator
}

// indicatorMetrics are the common indicators of every rule set. A code belongs
// to one set, and counts in its projects only.
var indicatorMetrics = func() (out []Metric) {
	for _, set := range rules.Sets() {
		for _, i := range set.Indicators {
			out = append(out, indicatorMetric(indicatorOf{set, i}))
		}
	}
	return out
}()

func indicatorMetric(i indicatorOf) Metric {
	m := Metric{ID: indicatorPrefix + i.Code, Version: i.set.Version, Unit: "persons", Aggregate: Sum, Name: i.Name, Text: i.text(), Needs: "projects",
		By: []string{"sex", "age_band", "project", "organisation", "sni_group", "size_class"}, indicator: &i, basis: "record"}
	switch {
	case i.Kind == rules.Entity && i.From == "aid":
		m.basis, m.Unit, m.Aggregate, m.By = "", "organisations", DistinctOrg, []string{"project", "municipality", "organisation", "sni_group", "size_class"}
	case i.Kind == rules.Entity:
		m.basis, m.Unit, m.By = "", "entities", []string{"project"}
	case len(i.Special) > 0:
		m.Aggregate, m.By = Sealed, []string{"sex", "project"}
	}
	return m
}

// text is the indicator's definition in words, made of its conditions.
func (i indicatorOf) text() domain.Text {
	sv, en := []string{i.Name.SV}, []string{i.Name.EN}
	add := func(s, e string) { sv, en = append(sv, s), append(en, e) }
	days, months := i.set.Record.ImmediateDays, i.set.Record.LongTermMonths
	switch {
	case i.Kind == rules.Entity && i.From == "aid":
		add("räknas när företaget fått stöd som företag i projektet", "counted when the firm has been given support as a firm in the project")
	case i.Kind == rules.Entity:
		add("enligt projektets fil", "by the project's file")
	case i.When == "exit":
		add(fmt.Sprintf("uppnått från avslutet till och med %d dagar efter det, räknat på avslutets dag", days), fmt.Sprintf("achieved from the exit through %d days after it, counted on the day of the exit", days))
	case i.When == "later":
		add(fmt.Sprintf("räknat på dagen %d månader efter avslutet", months), fmt.Sprintf("counted on the day %d months after the exit", months))
	default:
		add("som det var vid starten, räknat den dagen", "as it was on entry, counted that day")
	}
	switch {
	case i.Kind == rules.Entity:
	case i.set.CompleteOnly(i.Indicator):
		add("fullständiga poster", "complete records")
	case i.All:
		add("alla poster", "all records")
	default:
		add("poster där uppgiften är känd", "records where it is known")
	}
	return domain.T(strings.Join(sv, "; ")+".", strings.Join(en, "; ")+".")
}

// where is the condition on a record for being counted, the special categories
// aside, which only the vault can read.
func (i indicatorOf) where() string {
	all := []string{"record.programme = " + quote(i.set.ID)}
	if i.set.CompleteOnly(i.Indicator) {
		all = append(all, "record.complete")
	}
	if len(i.Status) > 0 {
		all = append(all, "record.status in ("+quoted(i.Status)+")")
	}
	if i.AgeMin != nil {
		all = append(all, fmt.Sprintf("record.age >= %d", *i.AgeMin))
	}
	if i.AgeMax != nil {
		all = append(all, fmt.Sprintf("record.age <= %d", *i.AgeMax))
	}
	if len(i.Education) > 0 {
		all = append(all, "record.education in ("+strings.Trim(strings.Join(strings.Fields(fmt.Sprint(i.Education)), ", "), "[]")+")")
	}
	if len(i.Citizenship) > 0 {
		all = append(all, "record.citizenship in ("+quoted(i.Citizenship)+")")
	}
	if i.Flag != "" {
		all = append(all, "record."+i.Flag)
	}
	return strings.Join(all, " and ")
}

// achieved is the condition on an outcome for being this indicator's: its own
// code, or another one whose own conditions the record meets.
func (i indicatorOf) achieved() string {
	any := []string{"outcome.code = " + quote(i.Code)}
	for _, code := range i.Codes {
		if other, ok := i.set.Indicator(code); ok {
			any = append(any, "outcome.code = "+quote(code)+" and "+indicatorOf{i.set, other}.where())
		}
	}
	return "outcome.achieved and (" + strings.Join(any, " or ") + ")"
}

// query is the contribution query: one row a participant, an organisation, or
// an entry of the project's file.
func (i indicatorOf) query() string {
	switch {
	case i.Kind == rules.Entity && i.From == "aid":
		return `select a.event_id, a.position, a.idx, a.source_line, a.date, a.project, org.canonical as organisation, organisation_key, d.municipality, d.sni_group, d.size_class, 1 as measure
from aid_at({as_of}) a join projects_at({as_of}) p on p.project = a.project cross join asked
join org on org.organisation = a.organisation
left join org_key on org_key.organisation = org.canonical
left join described d on d.organisation = org.canonical and a.date >= d.valid_from and a.date < d.valid_until
where asked.project in ('', a.project) and p.programme = ` + quote(i.set.ID) + " and d.size_class in (" + quoted(i.Sizes) + ")"
	case i.Kind == rules.Entity:
		return `select e.event_id, e.position, e.idx, e.source_line, e.date, e.project, e.value as measure
from project_entities_at({as_of}) e join projects_at({as_of}) p on p.project = e.project cross join asked
where asked.project in ('', e.project) and p.programme = ` + quote(i.set.ID) + " and e.indicator = " + quote(i.Code)
	case i.Kind == rules.Result:
		return `select record.* exclude (event_id, position, idx, source_line, date), outcome.event_id, outcome.position, outcome.idx, outcome.source_line, outcome.counts_on as date, 1 as measure
from record join outcome on outcome.project = record.project and outcome.subject = record.subject
where ` + i.where() + " and " + i.achieved() + `
qualify row_number() over (partition by record.project, record.subject order by outcome.counts_on, outcome.code) = 1`
	}
	return "select *, 1 as measure from record where " + i.where()
}

// input is the condition on a record, or a result said of one, that tells that
// what the indicator is made of was recorded at all.
func (i indicatorOf) input() (from, condition string) {
	if i.Kind == rules.Result {
		return "said", "said.code in (" + quoted(append([]string{i.Code}, i.Codes...)) + ") and exists (select 1 from record where record.project = said.project and record.subject = said.subject and record.programme = " + quote(i.set.ID) + ")"
	}
	from, condition = "record", "record.programme = "+quote(i.set.ID)
	need := func(asked bool, column string) {
		if asked {
			condition += " and record." + column + " is not null"
		}
	}
	need(len(i.Status) > 0, "status")
	need(i.AgeMin != nil || i.AgeMax != nil, "age")
	need(len(i.Education) > 0, "education")
	need(len(i.Citizenship) > 0, "citizenship")
	need(i.Flag != "", i.Flag)
	return from, condition
}

func quoted(all []string) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = quote(s)
	}
	return strings.Join(out, ", ")
}

// records is what every indicator starts from, after the prelude.
func records() string {
	text, _ := queryFiles.ReadFile("queries/record.sql")
	var rows, windows, complete []string
	for _, s := range rules.Sets() {
		r := s.Record
		rows = append(rows, fmt.Sprintf("(%s, %d, %d, %d, %d, %d, %d)", quote(s.ID), r.ImmediateDays, r.LongTermMonths, r.LongTermDays, r.Months, r.YoungMonths, r.YoungUnder))
		complete = append(complete, fmt.Sprintf("when %s then %s", quote(s.ID), completeCondition(r.Complete)))
		for _, i := range s.Indicators {
			if i.Kind == rules.Result {
				windows = append(windows, fmt.Sprintf("(%s, %s, %t, %s)", quote(s.ID), quote(i.Code), i.When == "later", quote(i.Column)))
			}
		}
	}
	return strings.NewReplacer("{rules}", strings.Join(rows, ", "), "{windows}", strings.Join(windows, ", "),
		"{complete}", "case e.programme "+strings.Join(complete, " ")+" else false end").Replace(string(text))
}

// completeCondition is what makes a record complete: every field is known.
func completeCondition(fields []string) string {
	known := map[string]string{"sex": "coalesce(e.sex, 'unknown') <> 'unknown'", "status": "e.status is not null", "age": "e.age is not null", "education": "e.education is not null"}
	all := []string{"true"}
	for _, f := range slices.Sorted(slices.Values(fields)) {
		all = append(all, known[f])
	}
	return strings.Join(all, " and ")
}

// standsOn is what a query stands on beside the prelude, as more tables of its
// with clause.
func standsOn(basis string) string {
	switch basis {
	case "record":
		return ",\n" + records()
	case "hours":
		return ",\n" + hours()
	case "claim":
		return ",\n" + hours() + ",\n" + claims()
	case "survey":
		text, _ := queryFiles.ReadFile("queries/survey.sql")
		return ",\n" + string(text)
	}
	return ""
}

// hours is which hours are reported, after the prelude.
func hours() string {
	text, _ := queryFiles.ReadFile("queries/hours.sql")
	var rows []string
	for _, s := range rules.Sets() {
		step := map[string]int{"floor-quarter": 15, "floor-hour": 60}[s.Hours.Rounding]
		rows = append(rows, fmt.Sprintf("(%s, %t, %d, %d, %d)", quote(s.ID), s.Hours.CertifiedOnly, max(step, 1), s.Hours.DayHours*60, s.Hours.MinimumHours*60))
	}
	return strings.ReplaceAll(string(text), "{hour_rules}", strings.Join(rows, ", "))
}

// longTermValues are the months after which a longer-term result counts, by
// programme, as rows of SQL values.
func longTermValues() string {
	var out []string
	for _, s := range rules.Sets() {
		out = append(out, fmt.Sprintf("(%s, %d)", quote(s.ID), s.Record.LongTermMonths))
	}
	return strings.Join(out, ", ")
}
