package projections

import (
	"encoding/json"

	"github.com/duckdb/duckdb-go/v2"

	"utfall/domain"
)

// surveys is what is asked, of whom, and what they answered.
func (w *writes) surveys(e *domain.Event, idx int) error {
	w.supersede(e, tablesOf[name(e.Data.Type())]...)
	switch f := e.Data.(type) {
	case domain.SurveyDefined:
		return w.survey(e, idx, f)
	case domain.AnswerRecorded:
		return w.answer(e, idx, f)
	case domain.SurveyInvited:
		return w.add("invitations", e, idx, id(e.Subject), f.Survey, f.Wave, duckdb.UUID(f.Respondent), code(string(f.Status)))
	case domain.TextReleased:
		return w.add("texts_released", e, idx, duckdb.UUID(e.Subject), f.Survey, f.Wave, f.Item, duckdb.UUID(f.Answer), string(f.Words))
	}
	return unknown(e)
}

func (w *writes) survey(e *domain.Event, idx int, f domain.SurveyDefined) error {
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := w.add("surveys", e, idx, f.Survey, f.Project, string(body)); err != nil {
		return err
	}
	for n, item := range f.Items {
		err := w.add("survey_items", e, idx, f.Survey, item.ID, int32(n), string(item.Kind), int32(item.Min), int32(item.Max), item.Reversed,
			int32(item.Version()), int32(item.ComparableFrom()), code(string(item.Level)))
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writes) answer(e *domain.Event, idx int, f domain.AnswerRecorded) error {
	err := w.add("responses", e, idx, duckdb.UUID(e.Subject), f.Survey, f.Wave, f.Key, f.Matched, f.Complete, id(f.About))
	for _, a := range f.Answers {
		var value any
		if a.Value != nil {
			value = *a.Value
		}
		choices := a.Choices
		if len(choices) == 0 {
			choices = []string{""}
		}
		for _, choice := range choices {
			if err == nil {
				err = w.add("answers", e, idx, duckdb.UUID(e.Subject), f.Survey, f.Wave, a.Item, value, code(choice), code(string(a.Words)),
					code(string(a.State)), int32(max(a.Wording, 1)))
			}
		}
	}
	return err
}
