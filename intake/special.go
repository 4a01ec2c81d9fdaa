package intake

import (
	"errors"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// changeSpecial sets answers among the special categories of a participation,
// and gives them sealed for the event as it stands; nothing for another fact.
func (in *Intake) changeSpecial(e *domain.Event, changes map[string]string) (domain.Sealed, error) {
	f, ok := e.Data.(domain.ParticipationRecorded)
	var given []string
	for _, name := range domain.SpecialFields {
		if _, is := changes[name]; is {
			given = append(given, name)
		}
	}
	if !ok && len(given) > 0 {
		return "", refuseField(given[0], domain.T("händelsen är inget deltagande", "the event is no participation"))
	}
	if len(given) == 0 {
		return f.Special, nil
	}
	special, err := openSpecial(in.Vault, e.ID, e.Subject, f)
	if errors.Is(err, privacy.ErrErased) {
		return "", domain.Refuse(domain.Refused, domain.T("personen är raderad", "the person has been erased"), domain.T("uppgifterna går inte att ändra längre", "the data cannot be changed any more"))
	}
	if err != nil {
		return "", err
	}
	for _, name := range given {
		answer, ok := domain.ParseSpecial(changes[name])
		if !ok && changes[name] != "" {
			return "", refuseField(name, domain.T("ska vara ja, nej eller declined", "must be yes, no or declined"))
		}
		*special.Field(name) = answer
	}
	im, err := in.Vault.Import("")
	if err != nil {
		return "", err
	}
	sealed, err := sealSpecial(im, e, f.Project, special)
	return sealed, errors.Join(err, im.Commit())
}

// isText reports whether a field of a fact stands sealed, and is given in words.
func isText(f domain.Fact, field string) bool {
	switch f.(type) {
	case domain.SessionRecorded:
		return field == "place"
	case domain.StaffTimeRecorded:
		return field == "activity"
	case domain.ContributionRecorded:
		return field == "text"
	}
	return false
}

// changeText sets a text that stands sealed, for the event as it stands, with the
// mark a file's text would have.
func (in *Intake) changeText(e *domain.Event, fields map[string]any, field, text string) error {
	var sealed domain.Sealed
	mark := ""
	switch f := e.Data.(type) {
	case domain.SessionRecorded:
		sealed = in.Vault.Seal(PlaceOf(e.ID), text)
	case domain.ContributionRecorded:
		sealed, mark = in.Vault.Seal(ProofOf(e.ID), text), in.proofMark(text)
	case domain.StaffTimeRecorded:
		if _, err := in.Vault.Profile(e.Subject); errors.Is(err, privacy.ErrNoSubject) {
			return domain.Refuse(domain.Refused, domain.T("personen är raderad", "the person has been erased"), domain.T("uppgifterna går inte att ändra längre", "the data cannot be changed any more"))
		}
		im, err := in.Vault.Import("")
		if err != nil {
			return err
		}
		if sealed, err = im.SealFor(ActivityOf(e.ID, e.Subject, f.Project), text); err != nil {
			return err
		}
		if err := im.Commit(); err != nil {
			return err
		}
		mark = in.activityMark(text)
	}
	for name, value := range map[string]string{field: string(sealed), "mark": mark} {
		if fields[name] = value; value == "" {
			delete(fields, name)
		}
	}
	return nil
}

// activityMark tells what somebody of the staff did from what else they did that
// day; no mark for nothing said.
func (in *Intake) activityMark(text string) string { return in.markOf("staff-activity", text) }

// proofMark tells one proof of a contribution from another.
func (in *Intake) proofMark(text string) string { return in.markOf("evidence", text) }

func (in *Intake) markOf(kind, text string) string {
	if text = domain.Fold(text); text == "" {
		return ""
	}
	return in.Vault.Mark(kind, text)
}

// OpenSpecial opens the special categories of a participation, of what stands in
// the log or in the facts.
func OpenSpecial(v *privacy.Vault, event, subject uuid.UUID, project string, sealed domain.Sealed) (domain.Special, error) {
	return openSpecial(v, event, subject, domain.ParticipationRecorded{Project: project, Special: sealed})
}
