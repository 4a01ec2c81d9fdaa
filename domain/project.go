package domain

// ProjectRecorded is a project as the grant decision describes it. A later
// decision is a correction of it.
type ProjectRecorded struct {
	Project              string            `json:"project"` // short id, the object code in the bookkeeping
	Name                 string            `json:"name"`
	DiaryNumber          string            `json:"diary_number,omitzero"`
	Programme            string            `json:"programme"` // the rule set: ESF-2014-2020, ESF+-2021-2027, other
	Area                 string            `json:"area,omitzero"`
	Start                Date              `json:"start"`
	End                  Date              `json:"end"`
	CofinancingShare     string            `json:"cofinancing_share,omitzero"` // decimal share, "0.25"
	SimplifiedCostOption int               `json:"simplified_cost_option,omitzero"`
	ParticipantUnitCost  string            `json:"participant_unit_cost,omitzero"` // SEK an hour
	SmallCellK           int               `json:"small_cell_k,omitzero"`
	Budget               []BudgetLine      `json:"budget,omitempty"`
	UnitCosts            []UnitCost        `json:"unit_costs,omitempty"`
	Targets              []IndicatorTarget `json:"targets,omitempty"`
	Entities             []EntityCount     `json:"entities,omitempty"`

	Region             string            `json:"region,omitzero"`               // whose rates hold, "stockholm"
	LumpSum            string            `json:"lump_sum,omitzero"`             // SEK, paid whole or not at all
	VATEligible        bool              `json:"vat_eligible,omitzero"`         // VAT is a cost of the project
	SelfEmployedCounts *bool             `json:"self_employed_counts,omitzero"` // hours of self-employed are worth something; nil: as the rules say
	ClaimMonths        int               `json:"claim_months,omitzero"`         // that one claim is of; 0: as the rules say
	ParticipantCosts   []ParticipantCost `json:"participant_costs,omitempty"`
}

// Type is project.recorded/1.
func (ProjectRecorded) Type() string { return "project.recorded/1" }

// Period is the days of the project, both included.
func (p ProjectRecorded) Period() Period { return Period{p.Start, p.End} }

// BudgetLine is an approved amount for a line of the budget.
type BudgetLine struct {
	Line   string `json:"line"`
	Amount Money  `json:"amount"`
}

// UnitCost is the rate of an hour of the staff by function, from a day on where it
// names one. Functions are compared folded.
type UnitCost struct {
	Function   string `json:"function"`
	SEKPerHour Money  `json:"sek_per_hour"`
	From       Date   `json:"from,omitzero"`
}

// ParticipantCost is the rate of a participant's hour by what the participant does
// for a living, from a day on where it names one.
type ParticipantCost struct {
	Category   Status `json:"category"`
	SEKPerHour Money  `json:"sek_per_hour"`
	From       Date   `json:"from,omitzero"`
}

// IndicatorTarget is the value an indicator should reach.
type IndicatorTarget struct {
	Indicator string `json:"indicator"`
	Value     int    `json:"value"`
}

// EntityCount is what a project as such adds to an indicator of entities: 1 to
// CO20 when a social partner runs it, the administrations it supports to EECO18.
type EntityCount struct {
	Indicator string `json:"indicator"`
	Value     int    `json:"value"`
}
