package reports

import (
	"embed"
	"fmt"
	"slices"

	"utfall/domain"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// Aggregate is how a figure is made of its contributions.
type Aggregate string

// The aggregates.
const (
	Sum            Aggregate = "sum"
	DistinctPerson Aggregate = "distinct persons"
	DistinctOrg    Aggregate = "distinct organisations"
	Ratio          Aggregate = "ratio"     // sum of num / sum of den
	Statistic      Aggregate = "statistic" // computed in Go over the contributions' values
	Sealed         Aggregate = "sealed"    // persons whose sealed answers say yes: opened one by one, and erased ones frozen
)

// Metric is a figure, defined once: a contribution query and an aggregate.
type Metric struct {
	ID        string
	Version   int
	Unit      string // organisations, sessions, persons, hours, share, …
	Aggregate Aggregate
	Stock     bool // its query knows the spans itself: it is about the state at their ends
	Name      domain.Text
	Text      domain.Text // the definition, as the definitions sheet prints it
	By        []string    // dimensions beside the periods
	Needs     string      // a fact table without whose rows there is no figure
	Scale     float64     // what the sum is divided by: 60 for hours kept in minutes; 0 is 1

	indicator *indicatorOf // of a common indicator
	basis     string       // a query file whose tables its own stands on, beside the prelude: record, hours, claim
}

var (
	memberDims = []string{"municipality", "sni_group", "size_class", "organisation"}
	openDims   = []string{"municipality", "activity", "activity_type", "project"}
	personDims = []string{"municipality", "activity", "activity_type", "project", "sex", "age_band", "organisation", "sni_group", "size_class"}
	itemDims   = []string{"item", "wave"}
)

// Metrics are the figures of this version, in the order they are listed.
var Metrics = slices.Concat(memberMetrics, activityMetrics, indicatorMetrics, claimMetrics, surveyMetrics)

var memberMetrics = []Metric{
	{ID: "members_active", Unit: "organisations", Aggregate: DistinctOrg, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Medlemmar vid periodens slut", "Members at the end"),
		Text: domain.T("Organisationer som är medlemmar när periodens sista dag är slut. Den som har sin sista medlemsdag den dagen är inte längre med.",
			"Organisations that are members when the period's last day has ended. One whose last day of membership is that day is no longer counted.")},
	{ID: "members_joined", Unit: "organisations", Aggregate: Sum, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Nya medlemmar", "Joined"),
		Text: domain.T("Medlemskap vars första dag ligger i perioden. Den som lämnar och kommer tillbaka räknas varje gång.",
			"Memberships whose first day lies in the period. One who leaves and comes back counts each time.")},
	{ID: "members_left", Unit: "organisations", Aggregate: Sum, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Lämnade", "Left"),
		Text: domain.T("Medlemskap vars sista dag ligger i perioden.", "Memberships whose last day lies in the period.")},
	{ID: "members_net", Unit: "organisations", Aggregate: Sum, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Netto", "Net"), Text: domain.T("Nya medlemmar minus lämnade.", "Joined minus left.")},
	{ID: "members_growth_rate", Unit: "share", Aggregate: Ratio, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Tillväxt", "Growth"),
		Text: domain.T("Medlemmar vid slutet / medlemmar vid början − 1. Saknas när ingen var medlem vid början.",
			"Members at the end / members at the start − 1. None when nobody was a member at the start.")},
	{ID: "members_churn_rate", Unit: "share", Aggregate: Ratio, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Avhopp", "Churn"),
		Text: domain.T("Organisationer som var medlemmar vid början men inte är det vid slutet / medlemmar vid början.",
			"Organisations that were members at the start and are not at the end / members at the start.")},
	{ID: "members_retention_rate", Unit: "share", Aggregate: Ratio, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Kvarvarande", "Retention"),
		Text: domain.T("Organisationer som var medlemmar vid början och är det vid slutet / medlemmar vid början.",
			"Organisations that were members at the start and are at the end / members at the start.")},
	{ID: "members_penetration", Unit: "share", Aggregate: Ratio, Stock: true, By: []string{"municipality"}, Needs: "denominators",
		Name: domain.T("Täckning", "Penetration"),
		Text: domain.T("Medlemmar vid slutet / företag i branschen i samma kommun enligt den senaste räkningen till och med periodens slut.",
			"Members at the end / organisations of the field in the same municipality, by the newest count up to the period's end.")},
	{ID: "activation_rate", Unit: "share", Aggregate: Ratio, Stock: true, By: memberDims, Needs: "memberships",
		Name: domain.T("Aktivering", "Activation"),
		Text: domain.T("Organisationer som är medlemmar någon dag i perioden och har minst en närvaro i den / organisationer som är medlemmar någon dag i perioden.",
			"Organisations that are members any day of the period with at least one attendance in it / organisations that are members any day of the period.")},
}

var activityMetrics = []Metric{
	{ID: "sessions_held", Unit: "sessions", Aggregate: Sum, By: openDims, Needs: "sessions",
		Name: domain.T("Tillfällen", "Sessions"), Text: domain.T("Tillfällen med minst en närvarande eller ett räknat antal.", "Sessions with at least one person present, or a head count.")},
	{ID: "attendances", Unit: "attendances", Aggregate: Sum, By: personDims, Needs: "sessions",
		Name: domain.T("Närvaron", "Attendances"), Text: domain.T("Närvarande personer vid varje tillfälle, och räknade antal där namnen inte är kända.", "Persons present at each session, and head counts where names are not known.")},
	{ID: "persons_unique", Unit: "persons", Aggregate: DistinctPerson, By: personDims, Needs: "attendance",
		Name: domain.T("Unika personer", "Unique persons"), Text: domain.T("Personer med minst en närvaro; var och en räknas en gång i varje period. Räknade antal ingår inte.", "Persons with at least one attendance; each counts once in each period. Head counts are not included.")},
	{ID: "organisations_reached", Unit: "organisations", Aggregate: DistinctOrg, By: personDims, Needs: "attendance",
		Name: domain.T("Nådda organisationer", "Organisations reached"), Text: domain.T("Organisationer som någon varit närvarande för, medlemmar eller inte.", "Organisations somebody was present for, members or not.")},
	{ID: "show_up_rate", Unit: "share", Aggregate: Ratio, By: personDims, Needs: "attendance",
		Name: domain.T("Uppslutning", "Show-up"), Text: domain.T("Närvarande / (närvarande + frånvarande) i listorna; räknade antal ingår inte.", "Present / (present + absent) in the lists; head counts are not included.")},
	{ID: "participant_hours", Unit: "hours", Aggregate: Sum, By: personDims, Needs: "projects", Scale: 60,
		Name: domain.T("Deltagartimmar", "Participant hours"), Text: domain.T("Närvarotimmar för deltagare vid projektets tillfällen inom projekttiden, exakta. Närvaro utan kända timmar räknas som 0 och listas som saknad.",
			"Hours present of participants at the project's sessions inside its period, exact. Attendance without known hours counts 0 and is listed as missing.")},
	{ID: "reported_hours", Unit: "hours", Aggregate: Sum, By: []string{"project", "sex"}, Needs: "projects", Scale: 60, basis: "hours",
		Name: domain.T("Redovisade timmar", "Reported hours"), Text: domain.T("Deltagartimmar utom dem som inte är intygade (där regelverket kräver det) och dem då personen redan var på ett annat tillfälle; avrundade per person och månad som regelverket säger. En signerad lista intygar det som var registrerat före den.",
			"Participant hours but for those that are not certified (where the rule set asks for it) and those at which the person was at another session already; rounded per person and month as the rule set says. A signed list certifies what was recorded before it.")},
	{ID: "participants", Unit: "persons", Aggregate: Sum, By: []string{"sex", "age_band", "project", "organisation", "sni_group", "size_class"}, Needs: "projects",
		Name: domain.T("Deltagare", "Participants"), Text: domain.T("Personer i projektets deltagarlista eller med minst en räknad närvaro i projektet, en gång per projekt, på dagen för starten: den registrerade, annars den första räknade närvaron. Åldern är hela år den dagen.",
			"Persons in the project's list of participants or with at least one counted attendance in the project, once a project, on the day of entry: the recorded one, else the first counted attendance. Age is in full years that day.")},
}

var surveyMetrics = []Metric{
	{ID: "survey.mean", Unit: "points", Aggregate: Statistic, By: itemDims, Needs: "responses",
		Name: domain.T("Medelvärde", "Mean"), Text: domain.T("Aritmetiskt medelvärde av giltiga svar, omvända frågor omkodade (min + max − svar). Utan fråga: medelvärdet av varje svarandes eget medelvärde.",
			"Arithmetic mean of valid answers, reversed items recoded (min + max − answer). Without an item: the mean of each respondent's own mean.")},
	{ID: "survey.median", Unit: "points", Aggregate: Statistic, By: itemDims, Needs: "responses",
		Name: domain.T("Median", "Median"), Text: domain.T("Mittersta svaret; medelvärdet av de två mittersta vid jämnt antal.", "The middle answer; the mean of the two in the middle for an even number.")},
	{ID: "survey.top2", Unit: "share", Aggregate: Statistic, By: itemDims, Needs: "responses",
		Name: domain.T("Topp två", "Top two"), Text: domain.T("De två högsta stegen, efter omkodning / giltiga svar.", "The two highest steps, after recoding / valid answers.")},
	{ID: "survey.nps", Unit: "points", Aggregate: Statistic, By: itemDims, Needs: "responses",
		Name: domain.T("NPS", "NPS"), Text: domain.T("100 × (andel 9–10 − andel 0–6) på skalan 0–10.", "100 × (share of 9–10 − share of 0–6) on the scale 0–10.")},
	{ID: "survey.change", Unit: "points", Aggregate: Statistic, By: itemDims, Needs: "responses",
		Name: domain.T("Förändring", "Change"), Text: domain.T("Medelvärdet av varje svarandes skillnad mellan den första omgången och en senare, bara för dem som en kod eller ett kodat utskick för samman. Wilcoxons teckenrangtest utan nollor: exakt till och med 25 par, däröver normalapproximation med korrektion för lika rang. Intervallet är bootstrap (2 000 dragningar, frö ur enkätens id). Utan fråga: skillnaden i egna medelvärden över de frågor som besvarats båda gångerna.",
			"Mean of each respondent's difference between the first wave and a later one, only of those whom a code or a coded invitation joins. Wilcoxon's signed-rank test without zeros: exact up to 25 pairs, above that the normal approximation with tie correction. The interval is a bootstrap (2,000 resamples, seeded by the survey's id). Without an item: the difference of own means over the items answered both times.")},
	{ID: "survey.outcome", Unit: "share", Aggregate: Statistic, By: itemDims, Needs: "responses",
		Name: domain.T("Utfall", "Outcome"), Text: domain.T("Svarande vars svar säger att utfallet har inträffat / giltiga svar på frågan.", "Respondents whose answer says that the outcome came about / valid answers to the item.")},
	{ID: "survey.response_rate", Unit: "share", Aggregate: Statistic, By: itemDims, Needs: "surveys",
		Name: domain.T("Svarsfrekvens", "Response rate"), Text: domain.T("AAPOR RR1: kompletta svar / inbjudna, olika personer. Studsade utskick och uteblivna svar är ej anträffade. Utan lista: svar / närvarande vid tillfällena, som bara är ett antal huvuden.",
			"AAPOR RR1: complete responses / the invited, different persons. What bounced and who was silent are non-contacts. Without a list: answers / heads at the sessions, which is a head count only.")},
}

// MetricOf finds a metric by its id. Metrics of later versions answer so.
func MetricOf(id string) (Metric, error) {
	for _, m := range Metrics {
		if m.ID == id {
			m.Version = max(m.Version, 1)
			return m, nil
		}
	}
	return Metric{}, domain.Refuse(domain.Usage, domain.Tf("det finns inget mått %s", "there is no metric %s", id),
		domain.T("utfall metric list visar dem", "utfall metric list shows them"))
}

// query is the contribution query's text.
func (m Metric) query() string {
	if m.indicator != nil {
		return m.indicator.query()
	}
	text, err := queryFiles.ReadFile("queries/" + m.ID + ".sql")
	if err != nil {
		panic(fmt.Sprintf("metric %s has no query", m.ID))
	}
	return string(text)
}
