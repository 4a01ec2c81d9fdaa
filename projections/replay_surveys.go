package projections

import (
	"slices"

	"utfall/domain"
)

// surveyAccounts is what the facts of surveys say in their tables.
var surveyAccounts = []account{
	one("surveys", func(_ *domain.Event, f domain.SurveyDefined) own { return own{f.Survey, f.Project, body(f)} }),
	many("survey_items", func(_ *domain.Event, f domain.SurveyDefined) (out []own) {
		for n, i := range f.Items {
			out = append(out, own{f.Survey, i.ID, n, string(i.Kind), i.Min, i.Max, i.Reversed, atLeastOne(i.Wording), atLeastOne(i.Comparable), orNull(i.Level)})
		}
		return out
	}),
	one("responses", func(e *domain.Event, f domain.AnswerRecorded) own {
		return own{e.Subject, f.Survey, f.Wave, f.Key, f.Matched, f.Complete, orNil(f.About)}
	}),
	many("answers", func(e *domain.Event, f domain.AnswerRecorded) (out []own) {
		for _, a := range f.Answers {
			row := own{e.Subject, f.Survey, f.Wave, a.Item, a.Value, nil, orNull(a.Words), orNull(a.State), atLeastOne(a.Wording)}
			if len(a.Choices) == 0 {
				out = append(out, row)
			}
			for _, choice := range a.Choices {
				chosen := slices.Clone(row)
				chosen[5] = orNull(choice)
				out = append(out, chosen)
			}
		}
		return out
	}),
	one("invitations", func(e *domain.Event, f domain.SurveyInvited) own {
		return own{orNil(e.Subject), f.Survey, f.Wave, f.Respondent, orNull(f.Status)}
	}),
	one("texts_released", func(e *domain.Event, f domain.TextReleased) own {
		return own{e.Subject, f.Survey, f.Wave, f.Item, f.Answer, string(f.Words)}
	}),
}

// atLeastOne is a version: the first is not said.
func atLeastOne(version int) int {
	if version == 0 {
		return 1
	}
	return version
}
