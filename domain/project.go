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

// UnitCost is the rate of an hour by function.
type UnitCost struct {
	Function   string `json:"function"`
	SEKPerHour Money  `json:"sek_per_hour"`
}

// IndicatorTarget is the value an indicator should reach.
type IndicatorTarget struct {
	Indicator string `json:"indicator"`
	Value     int    `json:"value"`
}
