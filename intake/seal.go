package intake

import (
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// texts are what an event holds sealed: a session's place, the words of an answer
// by item, a participant's special categories, what somebody of the staff did.
type texts struct {
	place    string
	words    map[string]string
	special  domain.Special
	activity string
	text     string // of a voucher, or of what proves a contribution
}

// sealed puts texts into an event that has its id. A respondent's words are
// sealed under a key of the respondent's own.
func (r *reading) sealed(e domain.Event, t texts) (domain.Event, error) {
	switch f := e.Data.(type) {
	case domain.SessionRecorded:
		f.Place = r.in.Vault.Seal(PlaceOf(e.ID), t.place)
		e.Data = f
	case domain.VoucherRecorded:
		f.Text = r.in.Vault.Seal(VoucherOf(e.ID), t.text)
		e.Data = f
	case domain.ContributionRecorded:
		f.Text = r.in.Vault.Seal(ProofOf(e.ID), t.text)
		e.Data = f
	case domain.ParticipationRecorded:
		special, err := sealSpecial(r.people, &e, f.Project, t.special)
		if err != nil {
			return e, err
		}
		f.Special = special
		e.Data = f
	case domain.StaffTimeRecorded:
		activity, err := r.people.SealFor(ActivityOf(e.ID, e.Subject, f.Project), t.activity)
		if err != nil {
			return e, err
		}
		f.Activity = activity
		e.Data = f
	case domain.AnswerRecorded:
		for i, a := range f.Answers {
			words, err := r.people.SealFor(wordsOf(&e, f.Survey, a.Item), t.words[a.Item])
			if err != nil {
				return e, err
			}
			f.Answers[i].Words = words
		}
	}
	return e, nil
}

// PlaceOf is what a session's place is bound to.
func PlaceOf(event uuid.UUID) privacy.Binding {
	return privacy.Binding{Field: privacy.Place, Event: event}
}

// VoucherOf is what the text of a voucher is bound to.
func VoucherOf(event uuid.UUID) privacy.Binding {
	return privacy.Binding{Field: privacy.Voucher, Event: event}
}

// ProofOf is what the text that says what proves a contribution is bound to.
func ProofOf(event uuid.UUID) privacy.Binding {
	return privacy.Binding{Field: privacy.Proof, Event: event}
}

// ActivityOf is what the text of somebody's time report is bound to.
func ActivityOf(event, subject uuid.UUID, project string) privacy.Binding {
	return privacy.Binding{Field: privacy.Activity, Event: event, Subject: subject, Within: project}
}

func wordsOf(e *domain.Event, survey, item string) privacy.Binding {
	return privacy.Binding{Field: privacy.Words + "/" + item, Event: e.ID, Subject: e.Subject, Within: survey}
}

// WordsOf is what the free text of an answer is bound to: the event it stands in.
func WordsOf(event, subject uuid.UUID, survey, item string) privacy.Binding {
	return wordsOf(&domain.Event{ID: event, Subject: subject}, survey, item)
}

// ReleaseOf is what the free text that was let through is bound to.
func ReleaseOf(event, subject uuid.UUID, survey, item string) privacy.Binding {
	return privacy.Binding{Field: privacy.Released + "/" + item, Event: event, Subject: subject, Within: survey}
}

// SpecialOf is what a participant's special categories are bound to.
func SpecialOf(event, subject uuid.UUID, project string) privacy.Binding {
	return privacy.Binding{Field: privacy.Special, Event: event, Subject: subject, Within: project}
}

// FrozenOf is what the contributions of erased people are bound to.
func FrozenOf(event uuid.UUID, project string) privacy.Binding {
	return privacy.Binding{Field: privacy.Frozen, Event: event, Within: project}
}

// sealSpecial seals a participant's special categories under the participant's
// own key; nothing when nobody asked.
func sealSpecial(im *privacy.Import, e *domain.Event, project string, special domain.Special) (domain.Sealed, error) {
	if special == (domain.Special{}) {
		return "", nil
	}
	text, err := json.Marshal(special)
	if err != nil {
		return "", err
	}
	return im.SealFor(SpecialOf(e.ID, e.Subject, project), string(text))
}

// ReasonOf is what the reason of an event is bound to.
func ReasonOf(event uuid.UUID) privacy.Binding {
	return privacy.Binding{Field: privacy.Reason, Event: event}
}

// FileOf is what the name of a batch's file is bound to.
func FileOf(batch string) privacy.Binding {
	id, _ := uuid.Parse(batch) // a batch of ours has one
	return privacy.Binding{Field: privacy.FileName, Event: id}
}

// renamed gives an event a new id, and seals its texts for that one. What was
// sealed for somebody erased since stays as it is: nobody opens it again.
func (in *Intake) renamed(e domain.Event, id uuid.UUID) (domain.Event, error) {
	to := e
	to.ID = id
	again := func(of func(uuid.UUID) privacy.Binding, sealed domain.Sealed) (domain.Sealed, error) {
		text, err := in.Vault.Unseal(of(e.ID), sealed)
		return in.Vault.Seal(of(id), text), err
	}
	var err error
	switch f := e.Data.(type) {
	case domain.SessionRecorded:
		f.Place, err = again(PlaceOf, f.Place)
		to.Data = f
	case domain.VoucherRecorded:
		f.Text, err = again(VoucherOf, f.Text)
		to.Data = f
	case domain.ContributionRecorded:
		f.Text, err = again(ProofOf, f.Text)
		to.Data = f
	case domain.AnswerRecorded, domain.ParticipationRecorded, domain.StaffTimeRecorded, domain.TextReleased:
		im, err := in.Vault.Import("")
		if err != nil {
			return e, err
		}
		if to.Data, err = in.resealed(im, &e, &to); err != nil {
			return e, err
		}
		if err := im.Commit(); err != nil {
			return e, err
		}
	}
	return to, err
}

// resealed seals what stands under a person's own key for an event's new id.
func (in *Intake) resealed(im *privacy.Import, e, to *domain.Event) (domain.Fact, error) {
	again := func(from, onto privacy.Binding, sealed domain.Sealed) (domain.Sealed, error) {
		text, err := in.Vault.Unseal(from, sealed)
		if errors.Is(err, privacy.ErrErased) {
			return sealed, nil
		}
		if err != nil {
			return "", err
		}
		return im.SealFor(onto, text)
	}
	switch f := e.Data.(type) {
	case domain.ParticipationRecorded:
		var err error
		f.Special, err = again(SpecialOf(e.ID, e.Subject, f.Project), SpecialOf(to.ID, to.Subject, f.Project), f.Special)
		return f, err
	case domain.StaffTimeRecorded:
		var err error
		f.Activity, err = again(ActivityOf(e.ID, e.Subject, f.Project), ActivityOf(to.ID, to.Subject, f.Project), f.Activity)
		return f, err
	case domain.TextReleased:
		var err error
		f.Words, err = again(ReleaseOf(e.ID, e.Subject, f.Survey, f.Item), ReleaseOf(to.ID, to.Subject, f.Survey, f.Item), f.Words)
		return f, err
	case domain.AnswerRecorded:
		answers := make([]domain.Answer, len(f.Answers))
		for i, a := range f.Answers {
			words, err := again(wordsOf(e, f.Survey, a.Item), wordsOf(to, f.Survey, a.Item), a.Words)
			if err != nil {
				return nil, err
			}
			a.Words = words
			answers[i] = a
		}
		f.Answers = answers
		return f, nil
	}
	return e.Data, nil
}
