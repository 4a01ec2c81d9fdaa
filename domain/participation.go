package domain

// ParticipationRecorded says that the envelope's subject takes part in a
// project from Start to End, for the envelope's organisation, and what
// statistics know of the subject the day before Start. Somebody who comes back
// has one for each stretch; the characteristics of the first are those that
// count. What is not known is left out.
type ParticipationRecorded struct {
	Project string `json:"project"`
	Start   Date   `json:"start,omitzero"` // none: the first counted attendance
	End     Date   `json:"end,omitzero"`   // the last day; none: still taking part

	Age             *int        `json:"age,omitempty"` // full years on Start
	Status          Status      `json:"status,omitzero"`
	UnemployedSince Date        `json:"unemployed_since,omitzero"`
	Education       *int        `json:"education,omitempty"`  // highest completed level, ISCED 2011, 0 to 8
	Citizenship     Citizenship `json:"citizenship,omitzero"` //
	Homeless        *bool       `json:"homeless,omitempty"`   // or in housing exclusion
	Rural           *bool       `json:"rural,omitempty"`      // lives in a thinly populated area, DEGURBA 3
	Qualified       *bool       `json:"qualified,omitempty"`  // gained a qualification on leaving
	Improved        *bool       `json:"improved,omitempty"`   // improved labour-market situation six months after
	Special         Sealed      `json:"special,omitzero"`     // Special as JSON, under the subject's own key
}

// Type is participation.recorded/1.
func (ParticipationRecorded) Type() string { return "participation.recorded/1" }

// Status is what somebody does for a living on entry.
type Status string

// The statuses formats.md 2 names. Inactive is in education or training, or
// does not say; InactiveNoStudy is not.
const (
	Employed           Status = "employed"
	SelfEmployed       Status = "self-employed"
	Unemployed         Status = "unemployed"
	LongTermUnemployed Status = "long-term-unemployed"
	Inactive           Status = "inactive"
	InactiveNoStudy    Status = "inactive-not-in-education"
)

// Statuses are all of them.
var Statuses = []Status{Employed, SelfEmployed, Unemployed, LongTermUnemployed, Inactive, InactiveNoStudy}

var statusNames = map[string]Status{
	"employed": Employed, "anställd": Employed, "sysselsatt": Employed,
	"self-employed": SelfEmployed, "egenföretagare": SelfEmployed, "egen företagare": SelfEmployed, "företagare": SelfEmployed,
	"unemployed": Unemployed, "arbetslös": Unemployed,
	"long-term unemployed": LongTermUnemployed, "long-term-unemployed": LongTermUnemployed, "långtidsarbetslös": LongTermUnemployed,
	"inactive": Inactive, "utanför arbetskraften": Inactive, "studerande": Inactive,
	"inactive not in education": InactiveNoStudy, "inactive-not-in-education": InactiveNoStudy, "utanför arbetskraften, studerar inte": InactiveNoStudy,
}

// ParseStatus reads a status in Swedish or English.
func ParseStatus(s string) (Status, bool) {
	v, ok := statusNames[Fold(s)]
	return v, ok
}

// Citizenship is the group of citizenship indicators tell apart.
type Citizenship string

// The groups; Third is a country outside the EU, or none.
const (
	Swedish Citizenship = "SE"
	EU      Citizenship = "EU"
	Third   Citizenship = "third"
)

var citizenshipNames = map[string]Citizenship{
	"se": Swedish, "sverige": Swedish, "svensk": Swedish, "sweden": Swedish,
	"eu": EU, "eu/ees": EU, "third": Third, "tredjeland": Third, "tredje land": Third,
}

// ParseCitizenship reads a group of citizenship in Swedish or English.
func ParseCitizenship(s string) (Citizenship, bool) {
	v, ok := citizenshipNames[Fold(s)]
	return v, ok
}

// Special is what a participant answered of what the law calls special
// categories of data, and of what the regulations treat like them. It stands in
// the log sealed under the participant's own key only.
type Special struct {
	ForeignBackground SpecialAnswer `json:"foreign_background,omitzero"`
	Minority          SpecialAnswer `json:"minority,omitzero"`
	Disability        SpecialAnswer `json:"disability,omitzero"`
	Disadvantage      SpecialAnswer `json:"disadvantage,omitzero"`
}

// SpecialAnswer is an answer that may be declined; empty: nobody asked.
type SpecialAnswer string

// The answers.
const (
	Yes      SpecialAnswer = "yes"
	No       SpecialAnswer = "no"
	Declined SpecialAnswer = "declined"
)

// SpecialFields are the names of the answers, as rule sets and corrections
// write them.
var SpecialFields = []string{"foreign_background", "minority", "disability", "disadvantage"}

// Field is the answer of one of SpecialFields, nil for another name.
func (s *Special) Field(name string) *SpecialAnswer {
	switch name {
	case "foreign_background":
		return &s.ForeignBackground
	case "minority":
		return &s.Minority
	case "disability":
		return &s.Disability
	case "disadvantage":
		return &s.Disadvantage
	}
	return nil
}

var specialNames = map[string]SpecialAnswer{
	"ja": Yes, "yes": Yes, "x": Yes, "1": Yes, "true": Yes, "sant": Yes,
	"nej": No, "no": No, "0": No, "false": No, "falskt": No,
	"declined": Declined, "avböjt": Declined, "avböjer": Declined, "vill inte svara": Declined, "vill ej svara": Declined,
}

// ParseSpecial reads an answer in Swedish or English.
func ParseSpecial(s string) (SpecialAnswer, bool) {
	v, ok := specialNames[Fold(s)]
	return v, ok
}

// ResultRecorded says whether the envelope's subject achieved a result of a
// project on the envelope's date. Code is the indicator it feeds: CR03, EECR04.
type ResultRecorded struct {
	Project  string `json:"project"`
	Code     string `json:"code"`
	Achieved bool   `json:"achieved"`
}

// Type is result.recorded/1.
func (ResultRecorded) Type() string { return "result.recorded/1" }

// AidRecorded is support given to the envelope's organisation as a firm on the
// envelope's date, in a project or in none. Rule is what it is given under.
//
// The amount is kept as it was given: in EUR, or in SEK with EUR 0. What kronor come
// to follows from the rate of the day when it is asked for, so that a corrected rate
// corrects it.
type AidRecorded struct {
	Project string `json:"project,omitzero"`
	EUR     Money  `json:"eur"` // in cents; 0 where the amount is in SEK
	SEK     Money  `json:"sek,omitzero"`
	// EligibleCost is the cost in SEK that the aid is a part of (Reg. (EU) 651/2014
	// article 31(3)); 0 where it is not known.
	EligibleCost Money `json:"eligible_cost,omitzero"`
	// Disadvantaged says that the training is for disabled or disadvantaged workers.
	Disadvantaged bool   `json:"disadvantaged,omitzero"`
	Rule          string `json:"rule"`
	Source        string `json:"source,omitzero"`
}

// Type is aid.recorded/1.
func (AidRecorded) Type() string { return "aid.recorded/1" }

// SpecialFrozen is what the special categories of people who have been erased
// add to a project's figures: Contributions, sealed under the installation's
// key, are FrozenContribution as JSON. It names no subject.
type SpecialFrozen struct {
	Project       string `json:"project"`
	Contributions Sealed `json:"contributions"`
}

// Type is special.frozen/1.
func (SpecialFrozen) Type() string { return "special.frozen/1" }

// FrozenContribution is one person counted by an indicator, without the person.
// It counts at the positions From and on, and before Until if there is one.
type FrozenContribution struct {
	Indicator string `json:"indicator"`
	Sex       Sex    `json:"sex"`
	From      uint64 `json:"from"`
	Until     uint64 `json:"until,omitzero"`
	Asked     bool   `json:"asked,omitzero"` // it adds nobody: somebody was asked and did not say yes, so that there is a figure
}

// At reports whether the contribution counts as of a position.
func (c FrozenContribution) At(position uint64) bool {
	return position >= c.From && (c.Until == 0 || position < c.Until)
}

// maxISCED is the highest level of education there is.
const maxISCED = 8

// Check refuses an exit before the entry, and characteristics nobody has.
func (f ParticipationRecorded) Check() error {
	if Fold(f.Project) == "" {
		return impossible("project", "saknas", "is missing")
	}
	if !f.End.Zero() && !f.Start.Zero() && f.End.Before(f.Start) {
		return impossible("end", "slutar före det börjar", "it ends before it starts")
	}
	if f.Age != nil && (*f.Age < 0 || *f.Age > 130) {
		return impossible("age", "ska ligga mellan 0 och 130", "must lie between 0 and 130")
	}
	if _, ok := ParseStatus(string(f.Status)); f.Status != "" && !ok {
		return impossible("status", "okänd sysselsättning", "an unknown employment status")
	}
	if _, ok := ParseCitizenship(string(f.Citizenship)); f.Citizenship != "" && !ok {
		return impossible("citizenship", "ska vara SE, EU eller third", "must be SE, EU or third")
	}
	if f.Education != nil && (*f.Education < 0 || *f.Education > maxISCED) {
		return impossible("education", "ska vara en ISCED-nivå, 0 till 8", "must be an ISCED level, 0 to 8")
	}
	return nil
}

// Check refuses a result of no project or of no indicator.
func (f ResultRecorded) Check() error {
	if Fold(f.Project) == "" || f.Code == "" {
		return impossible("code", "saknas", "is missing")
	}
	return nil
}

// Check refuses an amount below 0 or in two currencies, and aid under no rule.
func (f AidRecorded) Check() error {
	if f.EUR.Ore() < 0 {
		return impossible("eur", "ett stöd är inte mindre än 0", "aid is not less than 0")
	}
	if f.SEK.Ore() < 0 {
		return impossible("sek", "ett stöd är inte mindre än 0", "aid is not less than 0")
	}
	if f.SEK.Ore() > 0 && f.EUR.Ore() > 0 {
		return impossible("sek", "beloppet står redan i EUR", "the amount is in EUR already")
	}
	if f.EligibleCost.Ore() < 0 {
		return impossible("eligible_cost", "en kostnad är inte mindre än 0", "a cost is not less than 0")
	}
	if Fold(f.Rule) == "" {
		return impossible("rule", "saknas", "is missing")
	}
	return nil
}

// Check refuses contributions of no project.
func (f SpecialFrozen) Check() error {
	if Fold(f.Project) == "" {
		return impossible("project", "saknas", "is missing")
	}
	return nil
}
