package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
	"utfall/reports"
)

// SurveyTextsCmd shows the answers in people's own words.
type SurveyTextsCmd struct {
	Survey string `required:"" help:"The survey." placeholder:"S"`
	Wave   string `help:"Only this wave." placeholder:"W"`
	JSON   bool   `name:"json" help:"One JSON object a line."`
}

// textJSON is one answer.
type textJSON struct {
	Event    string `json:"event"`
	Item     string `json:"item"`
	Wave     string `json:"wave"`
	Text     string `json:"text"`
	Masked   int    `json:"masked"`
	Released string `json:"released,omitzero"` // the text as it was let through
	Few      bool   `json:"few,omitzero"`      // too few answered the wave: it is shown to nobody outside
}

// Run prints them. They are personal data of who wrote them, whatever is taken out.
func (c *SurveyTextsCmd) Run(a *App) error {
	facts, def, texts, err := a.freeTexts(c.Survey, c.Wave)
	if err != nil {
		return err
	}
	whom := persons{}
	for _, t := range texts {
		whom.add(t.Subject)
	}
	if err := a.allow(access.Request{Action: access.Identities, Project: def.Project, What: described("survey texts", "survey", c.Survey, "wave", c.Wave), Position: facts.AsOf, Rows: len(texts), Subjects: whom.subjects()}); err != nil {
		return err
	}
	k, err := facts.LeastRespondents(a.ctx, c.Survey)
	if err != nil {
		return err
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	for _, t := range texts {
		plain, err := vault.Unseal(intake.WordsOf(t.Answer, t.Subject, t.Survey, t.Item), t.Words)
		if errors.Is(err, privacy.ErrErased) {
			continue
		}
		if err != nil {
			return err
		}
		out := textJSON{Event: t.Answer.String(), Item: t.Item, Wave: t.Wave, Few: t.Respondents < k}
		out.Text, out.Masked = privacy.Mask(plain)
		if t.Release != uuid.Nil {
			if out.Released, err = vault.Unseal(intake.ReleaseOf(t.Release, t.Subject, t.Survey, t.Item), t.Released); err != nil {
				return err
			}
		}
		if err := c.print(a, out); err != nil {
			return err
		}
	}
	if len(texts) == 0 {
		a.ui.say(domain.T("ingen har svarat med egna ord", "nobody has answered in their own words"))
	}
	return nil
}

func (c *SurveyTextsCmd) print(a *App, t textJSON) error {
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(t)
	}
	state := domain.T("inte släppt", "not let through")
	switch {
	case t.Released != "":
		state, t.Text = domain.T("släppt, så här", "let through, like this"), t.Released
	case t.Few:
		state = domain.T("för få har svarat: släpps aldrig", "too few have answered: never let through")
	}
	_, err := fmt.Fprintf(a.ui.out, "%s %s  %s  (%s)\n    %s\n", t.Event, t.Item, t.Wave, state.In(a.ui.lang), strings.ReplaceAll(t.Text, "\n", "\n    "))
	return err
}

// freeTexts are the words answered to a survey.
func (a *App) freeTexts(survey, wave string) (*reports.Facts, *domain.SurveyDefined, []reports.FreeText, error) {
	facts, err := a.factsAt("", "")
	if err != nil {
		return nil, nil, nil, err
	}
	def, err := facts.Survey(a.ctx, survey)
	if err != nil {
		return nil, nil, nil, err
	}
	if wave != "" && !slices.Contains(def.Waves, wave) {
		return nil, nil, nil, domain.Refuse(domain.Usage, domain.Tf("enkäten %s har ingen omgång %q", "survey %s has no wave %q", survey, wave), domain.Tf("ange --wave: %v", "give --wave: %v", def.Waves))
	}
	texts, err := facts.FreeTexts(a.ctx, survey, wave)
	return facts, def, texts, err
}

// SurveyReleaseCmd lets an answer through.
type SurveyReleaseCmd struct {
	Event    string   `arg:"" name:"EVENT" help:"The answer, as survey texts prints it."`
	Item     string   `arg:"" name:"ITEM" help:"The item."`
	Survey   string   `required:"" help:"The survey." placeholder:"S"`
	Hide     []string `help:"Words to take out: a name, a place. Once for each." placeholder:"WORD" sep:"none"`
	TakeBack bool     `help:"Take it back: it is shown no more from here on."`
	Reason   string   `help:"Why it is taken back." placeholder:"TEXT"`
}

// Run records who let what through. It takes a user with a name: an account of the
// machine is nobody one can ask.
func (c *SurveyReleaseCmd) Run(a *App) error {
	facts, def, texts, err := a.freeTexts(c.Survey, "")
	if err != nil {
		return err
	}
	in, err := a.recorder(def.Project, described("survey release", "survey", c.Survey))
	if err != nil {
		return err
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	if gate.User == nil {
		return domain.Refuse(domain.Refused, domain.T("den som släpper ett svar ska vara en namngiven användare", "who lets an answer through has to be a user with a name"), domain.T("lägg till dig med utfall users add, och ange --as", "add yourself with utfall users add, and give --as"))
	}
	i := slices.IndexFunc(texts, func(t reports.FreeText) bool { return t.Answer.String() == c.Event && t.Item == c.Item })
	if i < 0 {
		return domain.Refuse(domain.NotFound, domain.T("det svaret finns inte, eller gäller inte längre", "there is no such answer, or it holds no more"), domain.T("utfall survey texts visar dem", "utfall survey texts shows them"))
	}
	t := texts[i]
	today := domain.DateOf(a.now())
	if c.TakeBack {
		return c.takeBack(a, in, t)
	}
	k, err := facts.LeastRespondents(a.ctx, c.Survey)
	if err != nil {
		return err
	}
	if t.Respondents < k {
		return domain.Refuse(domain.Refused, domain.Tf("färre än %d har svarat i omgången %s: svar med egna ord släpps inte", "fewer than %d have answered wave %s: answers in their own words are not let through", k, t.Wave),
			domain.T("vänta på fler svar", "wait for more answers"))
	}
	plain, err := in.Vault.Unseal(intake.WordsOf(t.Answer, t.Subject, t.Survey, t.Item), t.Words)
	if err != nil {
		return err
	}
	text, _ := privacy.Mask(plain, c.Hide...)
	e := domain.Event{ID: uuid.Must(uuid.NewV7()), Date: today, Subject: t.Subject}
	im, err := in.Vault.Import("")
	if err != nil {
		return err
	}
	words, err := im.SealFor(intake.ReleaseOf(e.ID, t.Subject, t.Survey, t.Item), text)
	if err != nil {
		return err
	}
	if err := im.Commit(); err != nil {
		return err
	}
	e.Data = domain.TextReleased{Survey: t.Survey, Wave: t.Wave, Item: t.Item, Answer: t.Answer, Words: words}
	if t.Release != uuid.Nil {
		if err := c.replaces(a, in, &e, t); err != nil {
			return err
		}
	}
	a.ui.print(domain.Text{SV: "släpps som: " + text, EN: "let through as: " + text})
	return a.recordAndSay("survey-release", []domain.Event{e})
}

// replaces makes an event take the place of the release there is.
func (c *SurveyReleaseCmd) replaces(a *App, in *intake.Intake, e *domain.Event, t reports.FreeText) error {
	old, err := in.Find(a.ctx, t.Release)
	if err != nil {
		return err
	}
	e.Corrects, e.Supersedes = t.Release, old.Position
	reason := c.Reason
	if reason == "" {
		reason = "let through anew"
	}
	e.Reason = in.Vault.Seal(intake.ReasonOf(e.ID), reason)
	return nil
}

// takeBack records that an answer is shown no more.
func (c *SurveyReleaseCmd) takeBack(a *App, in *intake.Intake, t reports.FreeText) error {
	switch {
	case t.Release == uuid.Nil:
		return domain.Refuse(domain.Refused, domain.T("svaret är inte släppt", "the answer is not let through"), domain.T("utfall survey texts visar vilka som är det", "utfall survey texts shows which are"))
	case strings.TrimSpace(c.Reason) == "":
		return reasonMissing
	}
	e, err := in.Withdrawal(a.ctx, t.Release, c.Reason)
	if err != nil {
		return err
	}
	return a.recordAndSay("survey-release", []domain.Event{e})
}
