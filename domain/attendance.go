package domain

import "github.com/google/uuid"

// ActivityRegistered gives an activity its random id and the name it was
// first recorded under.
type ActivityRegistered struct {
	Activity uuid.UUID `json:"activity"`
	Name     string    `json:"name"`
}

// Type is activity.registered/1.
func (ActivityRegistered) Type() string { return "activity.registered/1" }

// ActivityRenamed gives an activity another name.
type ActivityRenamed struct {
	Activity uuid.UUID `json:"activity"`
	Name     string    `json:"name"`
}

// Type is activity.renamed/1.
func (ActivityRenamed) Type() string { return "activity.renamed/1" }

// ActivityMerged says that an activity is another one, spelled otherwise.
type ActivityMerged struct {
	Activity uuid.UUID `json:"activity"`
	Into     uuid.UUID `json:"into"`
}

// Type is activity.merged/1.
func (ActivityMerged) Type() string { return "activity.merged/1" }

// SessionRecorded is one occasion of an activity on the envelope's date.
// Project is the EU or other project it was held for; empty: none, so it
// counts in no project's figures.
type SessionRecorded struct {
	Session      uuid.UUID    `json:"session"`
	Activity     uuid.UUID    `json:"activity"`
	Kind         string       `json:"kind,omitzero"` // slug of the activity type
	Start        Clock        `json:"start,omitzero"`
	End          Clock        `json:"end,omitzero"`
	Break        Hours        `json:"break,omitzero"`
	Planned      Hours        `json:"planned,omitzero"`
	Municipality Municipality `json:"municipality,omitzero"`
	Project      string       `json:"project,omitzero"`
	Place        Sealed       `json:"place,omitzero"`
}

// Type is session.recorded/1.
func (SessionRecorded) Type() string { return "session.recorded/1" }

// PersonRecorded says what statistics know of the envelope's subject.
type PersonRecorded struct {
	Sex Sex `json:"sex"`
}

// Type is person.recorded/1.
func (PersonRecorded) Type() string { return "person.recorded/1" }

// AttendanceRecorded says that the envelope's subject was, or was not, at a
// session, for the envelope's organisation. Hours not known stay unknown: they
// count 0 and are listed as missing. Age is in full years on the day, and
// stands here because the date of birth does not.
type AttendanceRecorded struct {
	Session     uuid.UUID   `json:"session"`
	Role        Role        `json:"role"`
	Present     bool        `json:"present"`
	Hours       Hours       `json:"minutes,omitzero"`
	Certified   bool        `json:"certified,omitzero"`
	CertifiedBy Certificate `json:"certified_by,omitzero"` // empty: the file only said yes
	Age         *int        `json:"age,omitempty"`
}

// Type is attendance.recorded/1.
func (AttendanceRecorded) Type() string { return "attendance.recorded/1" }

// HeadsCounted is how many were at a session whose names are not known.
type HeadsCounted struct {
	Session uuid.UUID `json:"session"`
	Heads   int       `json:"heads"`
}

// Type is headcount.recorded/1.
func (HeadsCounted) Type() string { return "headcount.recorded/1" }

// EvidenceRecorded is a file that proves something of a project, kept sealed
// under its SHA-256. With a session it is that session's signed list: it
// certifies the attendances recorded before it, for later ones are not on it. With
// a voucher it is the receipt or invoice of that one.
type EvidenceRecorded struct {
	Project string    `json:"project"`
	Session uuid.UUID `json:"session,omitzero"`
	Voucher string    `json:"voucher,omitzero"` // 2019-01-01 A 7: financial year, series, number
	SHA256  string    `json:"sha256"`           // in hex
}

// Type is evidence.recorded/1.
func (EvidenceRecorded) Type() string { return "evidence.recorded/1" }
