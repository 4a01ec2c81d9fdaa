package domain

import "fmt"

// ClaimDrafted says that a project's claim for a month was drafted, on the
// envelope's date, at a position of the log: the same position gives the same draft.
type ClaimDrafted struct {
	Project string `json:"project"`
	Month   string `json:"month"` // 2019-03
	Number  int    `json:"number"`
	Content uint64 `json:"content"`
	Total   Money  `json:"total"`
	Support Money  `json:"support"`
}

// Type is claim.drafted/1.
func (ClaimDrafted) Type() string { return "claim.drafted/1" }

// ClaimSubmitted says that a project's claim for a month was submitted, on the
// envelope's date. It freezes the position and every line claimed: nothing that
// comes later touches them.
type ClaimSubmitted struct {
	Project string `json:"project"`
	Month   string `json:"month"`
	Number  int    `json:"number"` // 1 the project's first
	// Months are those it is of, the first being Month; none of a claim that only
	// corrects earlier ones.
	Months  []string    `json:"months,omitempty"`
	Content uint64      `json:"content"`
	Final   bool        `json:"final,omitzero"`
	Total   Money       `json:"total"`
	Support Money       `json:"support"` // asked for, before advances are settled
	Settled Money       `json:"settled"` // of an advance, against this claim
	Lines   []ClaimLine `json:"lines"`
}

// ClaimLine is one line of a claim. Its key says what it is of, and stays the same
// in every claim: lines of one key add up to what has been claimed of it.
type ClaimLine struct {
	Key     string `json:"key"`   // staff 2019-03 SUBJECT FUNCTION
	Month   string `json:"month"` // it is of; an earlier one than the claim's for a correction
	Line    string `json:"line"`  // of the budget
	Minutes int    `json:"minutes,omitzero"`
	Rate    Money  `json:"rate,omitzero"` // an hour
	Amount  Money  `json:"amount"`
	// Corrects is the number of the claim that claimed the key last, of a
	// correction; Late, Corrected, Rates and Rules are how its amount is made up.
	Corrects  int   `json:"corrects,omitzero"`
	Late      Money `json:"late,omitzero"`
	Corrected Money `json:"corrected,omitzero"`
	Rates     Money `json:"rates,omitzero"`
	Rules     Money `json:"rules,omitzero"`
}

// Type is claim.submitted/1.
func (ClaimSubmitted) Type() string { return "claim.submitted/1" }

// ClaimDecided is what the authority decided of a claim on the envelope's date:
// the support it approved, and why less than was asked for.
type ClaimDecided struct {
	Project  string `json:"project"`
	Month    string `json:"month"`
	Number   int    `json:"number"`
	Approved Money  `json:"approved"`
	Why      Sealed `json:"why,omitzero"`
}

// Type is claim.decided/1.
func (ClaimDecided) Type() string { return "claim.decided/1" }

// ClaimPaid says that support was paid for a claim on the envelope's date.
type ClaimPaid struct {
	Project string `json:"project"`
	Month   string `json:"month"`
	Number  int    `json:"number"`
	Amount  Money  `json:"amount"`
}

// Type is claim.paid/1.
func (ClaimPaid) Type() string { return "claim.paid/1" }

// AdvancePaid says that support was paid before any cost, on the envelope's date.
type AdvancePaid struct {
	Project string `json:"project"`
	Amount  Money  `json:"amount"`
}

// Type is advance.paid/1.
func (AdvancePaid) Type() string { return "advance.paid/1" }

// Check refuses a claim of no project, month or number.
func (f ClaimDrafted) Check() error { return checkIssue(f.Project, f.Month, f.Number) }

// Check refuses a claim of no project, month or number, and one whose lines do not
// add up to it.
func (f ClaimSubmitted) Check() error {
	if err := checkIssue(f.Project, f.Month, f.Number); err != nil {
		return err
	}
	var sum int64
	for _, l := range f.Lines {
		sum += l.Amount.Ore()
		if _, err := ParseMonth(l.Month); err != nil || l.Key == "" || l.Line == "" {
			return impossible("lines", "en rad utan månad, nyckel eller budgetrad", "a line without a month, a key or a line of the budget")
		}
		if parts := l.Late.Ore() + l.Corrected.Ore() + l.Rates.Ore() + l.Rules.Ore(); l.Corrects > 0 && parts != l.Amount.Ore() {
			return impossible("lines", "en rättelses delar är inte dess belopp", "the parts of a correction are not its amount")
		}
	}
	for _, month := range f.Months {
		if _, err := ParseMonth(month); err != nil {
			return impossible("months", "ska vara månader, 2019-03", "must be months, 2019-03")
		}
	}
	if sum != f.Total.Ore() {
		return impossible("total", fmt.Sprintf("raderna summerar till %s", Ore(sum)), fmt.Sprintf("the lines add up to %s", Ore(sum)))
	}
	return nil
}

// Check refuses a decision on no claim. A claim that asks for less than nothing, for
// what was claimed before was too much, is approved below 0.
func (f ClaimDecided) Check() error {
	return checkIssue(f.Project, f.Month, f.Number)
}

// Check refuses a payment for no claim.
func (f ClaimPaid) Check() error { return checkIssue(f.Project, f.Month, f.Number) }

// Check refuses an advance to no project, or of nothing.
func (f AdvancePaid) Check() error {
	if Fold(f.Project) == "" {
		return impossible("project", "saknas", "is missing")
	}
	if f.Amount.Ore() <= 0 {
		return impossible("amount", "ska vara över 0", "must be above 0")
	}
	return nil
}
