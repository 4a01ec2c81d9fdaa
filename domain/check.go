package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// ErrNoReason is returned for a correction that does not say why, or not what
// it takes the place of.
var ErrNoReason = errors.New("a correction must name what it corrects, where that stands, and why")

// Check refuses an event no log may hold: a correction carries a reason and the
// position it supersedes, and a fact is one that can have happened.
func (e *Event) Check() error {
	corrects := e.Corrects != uuid.Nil
	if corrects != (e.Supersedes != 0) || corrects != (e.Reason != "") {
		return fmt.Errorf("%w: %s", ErrNoReason, e.Data.Type())
	}
	if f, ok := e.Data.(interface{ Check() error }); ok {
		return f.Check()
	}
	return nil
}

// impossible says which field of a fact cannot be so.
func impossible(field, sv, en string) error {
	return Refuse(Refused, Text{SV: field + ": " + sv, EN: field + ": " + en}, T("rätta värdet", "correct the value"))
}

// Check refuses a sole trader's number, which belongs to the vault.
func (f OwnerRecorded) Check() error {
	if f.Number.Sole() {
		return impossible("number", "en enskild firmas nummer är en personuppgift och registreras inte", "a sole trader's number is personal data and is not recorded")
	}
	return nil
}

// Check refuses a sole trader's number, which belongs to the vault.
func (f OrganisationRegistered) Check() error {
	if f.Number.Sole() || f.Sole && !f.Number.IsZero() {
		return impossible("number", "en enskild firmas nummer är en personuppgift och registreras inte", "a sole trader's number is personal data and is not recorded")
	}
	return nil
}

// Check refuses fewer than no employees.
func (f OrganisationDescribed) Check() error {
	if f.Employees == nil {
		return nil
	}
	return counted("employees", *f.Employees)
}

// Check refuses a period without a first day, or one that ends before it.
func (f MembershipRecorded) Check() error {
	if f.From.Zero() {
		return impossible("from", "saknas", "is missing")
	}
	if !f.To.Zero() && f.To.Before(f.From) {
		return impossible("to", "slutar före det börjar", "it ends before it starts")
	}
	return nil
}

// Check refuses a plan for no type, no term or fewer than none.
func (f PlanRecorded) Check() error {
	if _, err := ParseTerm(f.Term); err != nil && f.Term != "VT" && f.Term != "HT" {
		return impossible("term", "ska vara VT, HT eller VT2019", "must be VT, HT or VT2019")
	}
	if f.Kind == "" || f.Kind != Slug(f.Kind) {
		return impossible("kind", "inte ett slag av aktivitet", "not a type of activity")
	}
	return counted("count", f.Count)
}

// Check refuses a count without a municipality, or below 0.
func (f DenominatorRecorded) Check() error {
	if f.Municipality.IsZero() {
		return impossible("municipality", "saknas", "is missing")
	}
	return counted("count", f.Count)
}

// Check refuses an activity without a name.
func (f ActivityRegistered) Check() error { return named(f.Name) }

// Check refuses an activity without a name.
func (f ActivityRenamed) Check() error { return named(f.Name) }

func named(name string) error {
	if Fold(name) == "" {
		return impossible("name", "saknas", "is missing")
	}
	return nil
}

// maxCount is more than anybody counts, and fits in a column of the tables.
const maxCount = 1_000_000_000

func counted(field string, n int) error {
	if n < 0 || n > maxCount {
		return impossible(field, "ska ligga mellan 0 och en miljard", "must lie between 0 and a thousand million")
	}
	return nil
}

// Check refuses a session that ends before it starts, or whose break is longer.
func (f SessionRecorded) Check() error {
	if f.Kind != Slug(f.Kind) {
		return impossible("kind", "små bokstäver, siffror och bindestreck", "lower-case letters, digits and hyphens")
	}
	if !f.Start.Given() || !f.End.Given() {
		return nil
	}
	if f.End.Minute() < f.Start.Minute() {
		return impossible("end", "slutar före det börjar", "it ends before it starts")
	}
	if f.Break.Minutes() > f.End.Minute()-f.Start.Minute() {
		return impossible("break", "rasten är längre än tillfället", "the break is longer than the session")
	}
	return nil
}

// Check refuses a sex that is none.
func (f PersonRecorded) Check() error {
	switch f.Sex {
	case Woman, Man, NonBinary, SexUnknown:
		return nil
	}
	return impossible("sex", "ska vara woman, man, nonbinary eller unknown", "must be woman, man, nonbinary or unknown")
}

// Check refuses an unknown role, hours of the absent, a way in which nobody
// certified and an age nobody has.
func (f AttendanceRecorded) Check() error {
	switch f.Role {
	case Participant, Staff, Speaker, Visitor:
	default:
		return impossible("role", "ska vara participant, staff, speaker eller visitor", "must be participant, staff, speaker or visitor")
	}
	if !f.Present && f.Hours.Minutes() > 0 {
		return impossible("minutes", "den som är frånvarande har inga timmar", "the absent have no hours")
	}
	switch f.CertifiedBy {
	case "":
	case BySignedList, ByCheckIn, ByTrainer, ByParticipant:
		if !f.Certified {
			return impossible("certified_by", "närvaron är inte intygad (certified)", "the attendance is not certified")
		}
	default:
		return impossible("certified_by", "ska vara signed-list, check-in, trainer eller participant", "must be signed-list, check-in, trainer or participant")
	}
	if f.Age != nil && (*f.Age < 0 || *f.Age > 130) {
		return impossible("age", "ska ligga mellan 0 och 130", "must lie between 0 and 130")
	}
	return nil
}

// Check refuses fewer than no heads.
func (f HeadsCounted) Check() error { return counted("heads", f.Heads) }

// Check refuses evidence of no project, or of no file.
func (f EvidenceRecorded) Check() error {
	if f.Project == "" {
		return impossible("project", "saknas", "is missing")
	}
	if sum, err := hex.DecodeString(f.SHA256); err != nil || len(sum) != sha256.Size || f.SHA256 != strings.ToLower(f.SHA256) {
		return impossible("sha256", "ska vara 64 hexadecimala siffror", "must be 64 hexadecimal digits")
	}
	return nil
}

// Check refuses a project without id, name, programme or a real period.
func (f ProjectRecorded) Check() error {
	for field, value := range map[string]string{"project": f.Project, "name": f.Name, "programme": f.Programme} {
		if Fold(value) == "" {
			return impossible(field, "saknas", "is missing")
		}
	}
	if _, err := NewPeriod(f.Start, f.End); err != nil {
		return impossible("end", "projektet slutar före det börjar", "the project ends before it starts")
	}
	if share, err := ParseMoney(f.CofinancingShare); f.CofinancingShare != "" && (err != nil || share.Ore() < 0 || share.Ore() > 100) {
		return impossible("cofinancing_share", "inte en andel mellan 0 och 1", "not a share between 0 and 1")
	}
	return counted("small_cell_k", f.SmallCellK)
}

// Check refuses a scale beyond any there is.
func (f SurveyDefined) Check() error {
	for _, item := range f.Items {
		for _, n := range []int{item.Min, item.Max} {
			if n < -maxCount || n > maxCount {
				return impossible("item "+item.ID, "skalan går utanför en miljard", "the scale goes beyond a thousand million")
			}
		}
	}
	return nil
}

// Check refuses a fate nobody knows, and an invitation of nobody.
func (f SurveyInvited) Check() error {
	if f.Respondent == uuid.Nil {
		return impossible("respondent", "saknas", "is missing")
	}
	if !slices.Contains([]InvitationFate{InviteSent, InviteDeclined, InviteBounced, InviteIneligible}, f.Status) {
		return impossible("status", "okänd", "unknown")
	}
	return nil
}

// Check refuses a release of nothing.
func (f TextReleased) Check() error {
	if f.Answer == uuid.Nil || f.Words == "" {
		return impossible("answer", "saknas", "is missing")
	}
	return nil
}
