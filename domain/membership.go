package domain

import "github.com/google/uuid"

// OwnerRecorded is whose installation this is: the organisation reports are
// headed with.
type OwnerRecorded struct {
	Name   string    `json:"name,omitzero"`
	Number OrgNumber `json:"number,omitzero"`
}

// Type is owner.recorded/1.
func (OwnerRecorded) Type() string { return "owner.recorded/1" }

// OrganisationRegistered gives a company, association or sole trader its
// random id. The number of a sole trader is a person number and stays in the
// vault; Number is empty then.
type OrganisationRegistered struct {
	Number OrgNumber `json:"number,omitzero"`
	Sole   bool      `json:"sole,omitzero"`
}

// Type is organisation.registered/1.
func (OrganisationRegistered) Type() string { return "organisation.registered/1" }

// OrganisationDescribed says what an organisation is like from the event's
// date on; no date means from the beginning. All fields hold together. The
// name of a sole trader stays in the vault.
type OrganisationDescribed struct {
	Name         string       `json:"name,omitzero"`
	Municipality Municipality `json:"municipality,omitzero"`
	SNI          SNI          `json:"sni,omitzero"`
	Employees    *int         `json:"employees,omitempty"`
	Turnover     *Money       `json:"turnover,omitempty"`
}

// Type is organisation.described/1.
func (OrganisationDescribed) Type() string { return "organisation.described/1" }

// OrganisationMerged says that the envelope's organisation is another one.
type OrganisationMerged struct {
	Into uuid.UUID `json:"into"`
}

// Type is organisation.merged/1.
func (OrganisationMerged) Type() string { return "organisation.merged/1" }

// MembershipRecorded is one period of membership of the envelope's
// organisation. From is the first day, To the last; no To: still a member.
type MembershipRecorded struct {
	From Date `json:"from"`
	To   Date `json:"to,omitzero"`
}

// Type is membership.recorded/1.
func (MembershipRecorded) Type() string { return "membership.recorded/1" }

// PlanRecorded is how many sessions of a type a term should hold. Term is VT
// or HT for every year, or VT2019 for one.
type PlanRecorded struct {
	Kind  string `json:"kind"` // slug of the activity type
	Term  string `json:"term"`
	Count int    `json:"count"`
}

// Type is plan.recorded/1.
func (PlanRecorded) Type() string { return "plan.recorded/1" }

// DenominatorRecorded is how many organisations of the field a municipality
// has on the event's date, for penetration.
type DenominatorRecorded struct {
	Municipality Municipality `json:"municipality"`
	Count        int          `json:"count"`
	Source       string       `json:"source,omitzero"`
}

// Type is denominator.recorded/1.
func (DenominatorRecorded) Type() string { return "denominator.recorded/1" }
