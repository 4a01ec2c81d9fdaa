package intake

import (
	"errors"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// texts are what people wrote that an event holds sealed: a session's place, and
// the words of an answer by item.
type texts struct {
	place string
	words map[string]string
}

// sealed puts texts into an event that has its id. A respondent's words are
// sealed under a key of the respondent's own.
func (r *reading) sealed(e domain.Event, t texts) (domain.Event, error) {
	switch f := e.Data.(type) {
	case domain.SessionRecorded:
		f.Place = r.in.Vault.Seal(placeOf(e.ID), t.place)
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

func placeOf(event uuid.UUID) privacy.Binding {
	return privacy.Binding{Field: privacy.Place, Event: event}
}

func wordsOf(e *domain.Event, survey, item string) privacy.Binding {
	return privacy.Binding{Field: privacy.Words + "/" + item, Event: e.ID, Subject: e.Subject, Within: survey}
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
	switch f := e.Data.(type) {
	case domain.SessionRecorded:
		place, err := in.Vault.Unseal(placeOf(e.ID), f.Place)
		if err != nil {
			return e, err
		}
		f.Place = in.Vault.Seal(placeOf(id), place)
		to.Data = f
	case domain.AnswerRecorded:
		im, err := in.Vault.Import("")
		if err != nil {
			return e, err
		}
		answers := make([]domain.Answer, len(f.Answers))
		for i, a := range f.Answers {
			words, err := in.Vault.Unseal(wordsOf(&e, f.Survey, a.Item), a.Words)
			if err == nil {
				a.Words, err = im.SealFor(wordsOf(&to, f.Survey, a.Item), words)
			}
			if err != nil && !errors.Is(err, privacy.ErrErased) {
				return e, err
			}
			answers[i] = a
		}
		if err := im.Commit(); err != nil {
			return e, err
		}
		f.Answers = answers
		to.Data = f
	}
	return to, nil
}
