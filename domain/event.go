package domain

import (
	"fmt"
	"sort"

	"github.com/google/uuid"
)

// Fact is what an event says happened: an immutable value whose Type carries
// its version, "attendance.recorded/1".
type Fact interface{ Type() string }

// Sealed is text only the vault can read: base64 of a ciphertext, empty for
// no text. Free text, places, reasons and file names stand in the log so.
type Sealed string

// Event is one entry of the log. It names nobody: Subject and Organisation
// are random ids.
type Event struct {
	ID           uuid.UUID
	Date         Date      // Europe/Stockholm, the day it happened or holds from; zero when it has none
	Subject      uuid.UUID // person or respondent; Nil when it has none
	Organisation uuid.UUID
	Line         int       // line of the source file, 0 when it came from no file
	Column       int       // column of the source file, 1-based, in a sign-in matrix
	Corrects     uuid.UUID // the event this one takes the place of, or Nil
	Supersedes   uint64    // the position that event was recorded at
	Reason       Sealed    // why, for a correction
	Data         Fact
}

// Place is where in the batch's file an event comes from.
type Place struct{ Line, Column int }

// ImportedID is the id of an event that came from a file: the same batch,
// place, type and ordinal give the same id, so a retry makes nothing new.
func ImportedID(batch uuid.UUID, at Place, fact string, ordinal int) uuid.UUID {
	return uuid.NewSHA1(batch, fmt.Appendf(nil, "%d\x00%d\x00%s\x00%d", at.Line, at.Column, fact, ordinal))
}

// Decode turns the recorded form of one fact into its struct; unmarshal is
// given a pointer to it.
type Decode func(unmarshal func(any) error) (Fact, error)

// Register knows every type of fact ever recorded: how it is decoded, and how
// an old version becomes the next.
type Register struct {
	decode map[string]Decode
	upcast map[string]func(Fact) Fact
}

// ErrUnknownFact is returned for a type this program does not know: the log
// was written by a newer one.
type ErrUnknownFact string

// Error names the type and what it means.
func (e ErrUnknownFact) Error() string {
	return fmt.Sprintf("unknown event type %s: this log was written by a newer program", string(e))
}

// Add registers a type of fact by its zero value.
func Add[F Fact](r *Register) {
	if r.decode == nil {
		r.decode, r.upcast = map[string]Decode{}, map[string]func(Fact) Fact{}
	}
	var zero F
	r.decode[zero.Type()] = func(unmarshal func(any) error) (Fact, error) {
		var f F
		err := unmarshal(&f)
		return f, err
	}
}

// Upcast registers how a fact of an old version becomes one of the next.
func Upcast[Old, New Fact](r *Register, up func(Old) New) {
	Add[Old](r)
	var zero Old
	r.upcast[zero.Type()] = func(f Fact) Fact { return up(f.(Old)) }
}

// Decode gives the fact of a recorded type in its newest version.
func (r *Register) Decode(fact string, unmarshal func(any) error) (Fact, error) {
	decode, ok := r.decode[fact]
	if !ok {
		return nil, ErrUnknownFact(fact)
	}
	f, err := decode(unmarshal)
	if err != nil {
		return nil, err
	}
	for up := r.upcast[f.Type()]; up != nil; up = r.upcast[f.Type()] {
		f = up(f)
	}
	return f, nil
}

// Types lists every type the register knows, sorted.
func (r *Register) Types() []string {
	out := make([]string, 0, len(r.decode))
	for t := range r.decode {
		out = append(out, t)
	}
	sort.Strings(out)
	return out
}

// Events is the register of this program.
var Events = newRegister()

func newRegister() *Register {
	r := &Register{}
	Add[OwnerRecorded](r)
	Add[OrganisationRegistered](r)
	Add[OrganisationDescribed](r)
	Add[OrganisationMerged](r)
	Add[MembershipRecorded](r)
	Add[ActivityRegistered](r)
	Add[ActivityRenamed](r)
	Add[ActivityMerged](r)
	Add[SessionRecorded](r)
	Add[PersonRecorded](r)
	Add[PersonMerged](r)
	Add[PersonRestricted](r)
	Add[PersonErased](r)
	Add[PersonProtected](r)
	Add[AttendanceRecorded](r)
	Add[HeadsCounted](r)
	Add[EvidenceRecorded](r)
	Add[ParticipationRecorded](r)
	Add[ResultRecorded](r)
	Add[AidRecorded](r)
	Add[SpecialFrozen](r)
	Add[OrganisationLinked](r)
	Add[StaffTimeRecorded](r)
	Add[VoucherRecorded](r)
	Add[AccountMapped](r)
	Add[ExchangeRateRecorded](r)
	Add[ContributionRecorded](r)
	Add[ClaimDrafted](r)
	Add[ClaimSubmitted](r)
	Add[ClaimDecided](r)
	Add[ClaimPaid](r)
	Add[AdvancePaid](r)
	Add[ScbMade](r)
	Add[ScbSubmitted](r)
	Add[ProjectRecorded](r)
	Add[SurveyDefined](r)
	Add[AnswerRecorded](r)
	Add[SurveyInvited](r)
	Add[TextReleased](r)
	Add[PlanRecorded](r)
	Add[DenominatorRecorded](r)
	Add[FactWithdrawn](r)
	return r
}

// FactWithdrawn takes back a fact that should never have been recorded. The
// envelope names it in Corrects and says why in Reason.
type FactWithdrawn struct {
	Of string `json:"of"` // the type of the fact taken back
}

// Type is fact.withdrawn/1.
func (FactWithdrawn) Type() string { return "fact.withdrawn/1" }
