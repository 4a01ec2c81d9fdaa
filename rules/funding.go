package rules

import (
	"fmt"
	"strings"

	"utfall/domain"
)

// Funding is what a project may claim and how a claim is reckoned.
type Funding struct {
	// The most hours of one employee that are payable in a calendar year and in a
	// day, whatever the project; 0: no such limit.
	StaffYearHours int `toml:"staff_year_hours"`
	StaffDayHours  int `toml:"staff_day_hours"`
	// StaffInBudget: time in a function the grant has no unit cost for is not payable.
	StaffInBudget bool `toml:"staff_in_budget"`
	// SelfEmployedCounts: hours of the self-employed, who have no wage, are
	// co-financing; a project can say otherwise.
	SelfEmployedCounts bool `toml:"self_employed_counts"`
	// PaidOnly: costs that are not known to be paid are not claimed.
	PaidOnly        bool   `toml:"paid_only"`
	Rounding        string `toml:"rounding"`         // of each line to the öre: half-away (halves away from zero), half-even, down
	ClaimMonths     int    `toml:"claim_months"`     // a claim is of, one after another
	DeadlineMonths  int    `toml:"deadline_months"`  // after the last month of a claim, to submit it
	FinalMonths     int    `toml:"final_months"`     // after the project's end, to submit the last one
	PaymentDays     int    `toml:"payment_days"`     // after a claim is submitted, to pay it
	AdvanceShare    string `toml:"advance_share"`    // the most of the support that is paid in advance
	AdvanceMost     string `toml:"advance_most"`     // and in kronor
	AdvanceSettled  string `toml:"advance_settled"`  // first: against the first claims; last: when the rest of the support is no more than it
	EvidenceMinimum string `toml:"evidence_minimum"` // a cost in kronor from which on its voucher must have a file as evidence
	Source          string `toml:"source"`

	Options []CostOption `toml:"option"`
	Rates   []StaffRate  `toml:"staff_rate"`
}

// CostOption is a simplified cost option: a flat rate on direct staff costs.
type CostOption struct {
	Code   int         `toml:"code"` // as a project names it: 15, 40
	Rate   string      `toml:"rate"` // "0.15"
	Others bool        `toml:"others"`
	Name   domain.Text `toml:"name"`
	Source string      `toml:"source"`
}

// StaffRate is the unit cost of an hour of staff where the grant has none.
type StaffRate struct {
	Function string      `toml:"function"`
	Words    []string    `toml:"words"`  // other names of the function
	Region   string      `toml:"region"` // empty: everywhere else
	From     domain.Date `toml:"from"`   // the day it holds from
	SEK      string      `toml:"sek"`
}

// Names are the function and its other names, folded.
func (r StaffRate) Names() []string {
	out := []string{domain.Fold(r.Function)}
	for _, w := range r.Words {
		out = append(out, domain.Fold(w))
	}
	return out
}

// Option finds a cost option by the code a project names it by.
func (f Funding) Option(code int) (CostOption, bool) {
	for _, o := range f.Options {
		if o.Code == code {
			return o, true
		}
	}
	return CostOption{}, false
}

// Share is the flat rate in millionths.
func (o CostOption) Share() domain.Rate {
	r, _ := domain.ParseRate(o.Rate) // checked when the set was read
	return r
}

// Evidence is the least cost whose voucher must have a file as evidence.
func (f Funding) Evidence() domain.Money {
	m, _ := domain.ParseMoney(f.EvidenceMinimum) // checked when the set was read
	return m
}

// check refuses rules that say what no part of the program understands.
func (f Funding) check() error {
	err := first(one("funding.rounding", f.Rounding, "half-away", "half-even", "down"), one("funding.advance_settled", f.AdvanceSettled, "first", "last"))
	if f.ClaimMonths < 1 || min(f.StaffYearHours, f.StaffDayHours, f.DeadlineMonths, f.FinalMonths, f.PaymentDays) < 0 {
		err = first(err, fmt.Errorf("funding: a limit is below what it can be"))
	}
	for _, o := range f.Options {
		if _, e := domain.ParseRate(o.Rate); e != nil || o.Code <= 0 {
			err = first(err, fmt.Errorf("funding.option %d: %q is no rate", o.Code, o.Rate))
		}
	}
	amounts := map[string]string{"advance_most": f.AdvanceMost, "evidence_minimum": f.EvidenceMinimum, "advance_share": f.AdvanceShare}
	for _, r := range f.Rates {
		amounts[strings.Join([]string{r.Function, r.Region, r.From.String()}, " ")] = r.SEK
	}
	for what, text := range amounts {
		if _, e := domain.ParseMoney(text); e != nil {
			err = first(err, fmt.Errorf("funding: %s: %q is no amount", what, text))
		}
	}
	return err
}
