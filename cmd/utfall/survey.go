package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy/access"
	"utfall/reports"
)

// SurveyCmd is what surveys are planned, sent and let through with.
type SurveyCmd struct {
	Plan    SurveyPlanCmd    `cmd:"" help:"Show who should answer which wave when, whom to remind, and the answers so far."`
	Invite  SurveyInviteCmd  `cmd:"" help:"Make the list of codes to send to those who are due, and record that they are invited."`
	Texts   SurveyTextsCmd   `cmd:"" help:"Read the answers in people's own words, with what tells who they are taken out."`
	Release SurveyReleaseCmd `cmd:"" help:"Let an answer in somebody's own words through to recipients, or take it back."`
}

// SurveyPlanCmd shows the plan.
type SurveyPlanCmd struct {
	Project string `required:"" help:"The project." placeholder:"P"`
	Survey  string `help:"Only this survey." placeholder:"S"`
	On      string `help:"As of this day, when it is not today." placeholder:"D"`
	All     bool   `help:"Also those there is nothing to do about."`
	Names   bool   `help:"With names and e-mail addresses, for those who may see them."`
	JSON    bool   `name:"json" help:"One JSON object a line."`
}

// duties are the plan of a project's surveys, as of a day.
func (a *App) duties(project, survey, on string) (*reports.Facts, []reports.WaveDuty, []reports.WaveProgress, domain.Date, error) {
	today := domain.DateOf(a.now())
	if on != "" {
		day, err := domain.ParseDate(on)
		if err != nil {
			return nil, nil, nil, today, domain.Refuse(domain.Usage, domain.T("--on är inget datum", "--on is not a date"), domain.T("skriv 2019-03-14", "write 2019-03-14"))
		}
		today = day
	}
	facts, err := a.factsAt("", project)
	if err != nil {
		return nil, nil, nil, today, err
	}
	duties, progress, err := facts.SurveyPlan(a.ctx, project, today)
	if err != nil {
		return nil, nil, nil, today, err
	}
	if survey == "" {
		return facts, duties, progress, today, nil
	}
	duties = slices.DeleteFunc(duties, func(d reports.WaveDuty) bool { return d.Survey != survey })
	progress = slices.DeleteFunc(progress, func(p reports.WaveProgress) bool { return p.Survey != survey })
	if len(progress) == 0 {
		err = domain.Refuse(domain.NotFound, domain.Tf("projektet har ingen enkät %q", "the project has no survey %q", survey), domain.T("läs in dess definition, eller kontrollera id:t", "import its definition, or check the id"))
	}
	return facts, duties, progress, today, err
}

// toDo are the states there is something to do about.
var toDo = []reports.WaveState{reports.WaveDue, reports.WaveRemind, reports.WaveOverdue}

var stateNames = map[reports.WaveState]domain.Text{
	reports.WaveAhead: domain.T("ännu inte aktuell", "ahead"), reports.WaveDue: domain.T("att bjuda in", "to be invited"), reports.WaveInvited: domain.T("inbjuden", "invited"),
	reports.WaveRemind: domain.T("att påminna", "to be reminded"), reports.WaveOverdue: domain.T("för sent", "overdue"), reports.WaveAnswered: domain.T("har svarat", "answered"),
	reports.WaveUntold: domain.T("svar utan inbjudan: ingen vet vilka", "answers without invitations: nobody knows whose"), reports.WaveNot: domain.T("svarar inte (avböjt, studsat, hör inte dit)", "will not answer (declined, bounced, not eligible)"),
}

// Run prints the waves, then what there is to do, soonest first.
func (c *SurveyPlanCmd) Run(a *App) error {
	facts, duties, progress, _, err := a.duties(c.Project, c.Survey, c.On)
	if err != nil {
		return err
	}
	if !c.All {
		duties = slices.DeleteFunc(duties, func(d reports.WaveDuty) bool { return !slices.Contains(toDo, d.State) })
	}
	whom := persons{}
	for _, d := range duties {
		whom.add(d.Subject)
	}
	req := access.Request{Action: access.Entries, Project: c.Project, What: described("survey plan", "survey", c.Survey, "on", c.On), Position: facts.AsOf, Rows: len(duties), Subjects: whom.subjects()}
	called := func(uuid.UUID) (name, email string, err error) { return "", "", nil }
	if c.Names {
		req.Action = access.Identities
	}
	if err := a.allow(req); err != nil {
		return err
	}
	if c.Names {
		if called, err = a.addresses(); err != nil {
			return err
		}
	}
	for _, w := range progress {
		if err := c.wave(a, w); err != nil {
			return err
		}
	}
	for _, d := range duties {
		name, email, err := called(d.Subject)
		if err != nil {
			return err
		}
		if c.JSON {
			err = json.NewEncoder(a.ui.out).Encode(dutyJSON{d.Survey, d.Wave, d.Subject.String(), string(d.State), d.Opens, d.Ends, d.Invited, d.Answered, name, email})
		} else {
			_, err = fmt.Fprintf(a.ui.out, "%s – %s  %-10s %-10s %s  %s  %s %s\n", d.Opens, d.Ends, d.Survey, d.Wave, d.Subject, stateNames[d.State].In(a.ui.lang), name, email)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type dutyJSON struct {
	Survey   string      `json:"survey"`
	Wave     string      `json:"wave"`
	Subject  string      `json:"subject"`
	State    string      `json:"state"`
	Opens    domain.Date `json:"opens"`
	Ends     domain.Date `json:"ends"`
	Invited  domain.Date `json:"invited,omitzero"`
	Answered domain.Date `json:"answered,omitzero"`
	Name     string      `json:"name,omitzero"`
	Email    string      `json:"email,omitzero"`
}

// wave prints how far a wave is.
func (c *SurveyPlanCmd) wave(a *App, w reports.WaveProgress) error {
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(struct {
			Survey  string                    `json:"survey"`
			Wave    string                    `json:"wave"`
			Answers int                       `json:"answers"`
			States  map[reports.WaveState]int `json:"states"`
		}{w.Survey, w.Wave, w.Answers, w.By})
	}
	line := fmt.Sprintf("%s, %s: ", w.Survey, w.Wave) + domain.Tf("%d svar", "%d answers", w.Answers).In(a.ui.lang)
	for _, s := range []reports.WaveState{reports.WaveAnswered, reports.WaveInvited, reports.WaveRemind, reports.WaveDue, reports.WaveOverdue, reports.WaveUntold, reports.WaveAhead, reports.WaveNot} {
		if n := w.By[s]; n > 0 {
			line += fmt.Sprintf("; %s: %d", stateNames[s].In(a.ui.lang), n)
		}
	}
	_, err := fmt.Fprintln(a.ui.out, line)
	return err
}

// addresses gives names and e-mail addresses; those of erased persons are blank.
func (a *App) addresses() (func(uuid.UUID) (name, email string, err error), error) {
	gone := map[uuid.UUID]bool{}
	names, err := a.names(func(id uuid.UUID) { gone[id] = true })
	return func(id uuid.UUID) (name, email string, err error) {
		if name, err = names(reports.Identity{Field: reports.PersonName, ID: id}); err == nil {
			email, err = names(reports.Identity{Field: reports.PersonEmail, ID: id})
		}
		if gone[id] {
			return "", "", err
		}
		return name, email, err
	}, err
}

// SurveyInviteCmd makes a list of codes.
type SurveyInviteCmd struct {
	Project string `required:"" help:"The project." placeholder:"P"`
	Survey  string `required:"" help:"The survey." placeholder:"S"`
	Wave    string `required:"" help:"The wave." placeholder:"W"`
	On      string `help:"The day they are invited, when it is not today." placeholder:"D"`
	Remind  bool   `help:"Those to be reminded, with the codes they have."`
	All     bool   `help:"Those whose window has not opened, or has closed, as well."`
	Output  string `short:"o" required:"" help:"The list to send from: name, e-mail address, code. It names people." placeholder:"FILE.csv"`
}

// Run records the invitations, and writes the list before it does: a list nobody has
// is an invitation nobody got.
func (c *SurveyInviteCmd) Run(a *App) error {
	in, err := a.recorder(c.Project, described("survey invite", "survey", c.Survey, "wave", c.Wave))
	if err != nil {
		return err
	}
	facts, duties, _, today, err := a.duties(c.Project, c.Survey, c.On)
	if err != nil {
		return err
	}
	if today.After(domain.DateOf(a.now())) {
		return domain.Refuse(domain.Usage, domain.T("--on ligger i framtiden", "--on is in the future"), domain.T("bjud in den dagen", "invite on that day"))
	}
	if err := c.coded(a, facts); err != nil {
		return err
	}
	states := []reports.WaveState{reports.WaveDue}
	if c.Remind {
		states = []reports.WaveState{reports.WaveRemind}
	}
	if c.All {
		states = append(states, reports.WaveAhead, reports.WaveOverdue, reports.WaveUntold)
	}
	duties = slices.DeleteFunc(duties, func(d reports.WaveDuty) bool { return d.Wave != c.Wave || !slices.Contains(states, d.State) })
	if len(duties) == 0 {
		a.ui.say(domain.T("ingen är aktuell; utfall survey plan visar när", "nobody is due; utfall survey plan shows when"))
		return nil
	}
	whom := persons{}
	for _, d := range duties {
		whom.add(d.Subject)
	}
	if err := a.allow(access.Request{Action: access.Identities, Project: c.Project, What: described("survey invite", "survey", c.Survey, "wave", c.Wave), Position: facts.AsOf, Rows: len(duties), Subjects: whom.subjects()}); err != nil {
		return err
	}
	events, lines, err := c.invitations(a, in, duties, today)
	if err != nil {
		return err
	}
	err = writePrivate(c.Output, func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil { // for Excel, which takes it for another code page else
			return err
		}
		out := csv.NewWriter(w)
		out.Comma = ';'
		return out.WriteAll(lines)
	})
	if err != nil {
		return err
	}
	return a.recordAndSay("survey-invite", events)
}

// invitations makes the codes of those who are due: an event each, and a line of the
// list to send from.
func (c *SurveyInviteCmd) invitations(a *App, in *intake.Intake, duties []reports.WaveDuty, today domain.Date) ([]domain.Event, [][]string, error) {
	called, err := a.addresses()
	if err != nil {
		return nil, nil, err
	}
	im, err := in.Vault.Import("")
	if err != nil {
		return nil, nil, err
	}
	var events []domain.Event
	lines := [][]string{{"Namn", "E-post", "Kod", "Svara senast"}}
	for _, d := range duties {
		code := in.Vault.SurveyCode(c.Survey, d.Subject.String())
		respondent, err := im.Respondent(c.Survey, code)
		if err != nil {
			return nil, nil, err
		}
		name, email, err := called(d.Subject)
		if err != nil {
			return nil, nil, err
		}
		if email == "" {
			a.ui.say(domain.Tf("%s har ingen e-postadress i valvet", "%s has no e-mail address in the vault", d.Subject))
		}
		lines = append(lines, []string{reports.CSVSafe(name), reports.CSVSafe(email), code, d.Ends.String()})
		events = append(events, domain.Event{Date: today, Subject: d.Subject, Data: domain.SurveyInvited{Survey: c.Survey, Wave: c.Wave, Respondent: respondent}})
	}
	return events, lines, im.Commit()
}

// coded refuses a survey whose answers carry no code.
func (c *SurveyInviteCmd) coded(a *App, facts *reports.Facts) error {
	def, err := facts.Survey(a.ctx, c.Survey)
	switch {
	case err != nil:
		return err
	case !slices.Contains(def.Waves, c.Wave):
		return domain.Refuse(domain.Usage, domain.Tf("enkäten %s har ingen omgång %q", "survey %s has no wave %q", c.Survey, c.Wave), domain.Tf("ange --wave: %v", "give --wave: %v", def.Waves))
	case !slices.ContainsFunc(def.Scheduled(), func(s domain.WaveSchedule) bool { return s.Wave == c.Wave }):
		return domain.Refuse(domain.Refused, domain.Tf("omgången %s har inget schema: ingen vet vem som ska svara när", "wave %s has no schedule: nobody knows who should answer when", c.Wave),
			domain.T("lägg till [[schedule]] med wave, after (entry eller exit), months och days i definitionen", "add [[schedule]] with wave, after (entry or exit), months and days to the definition"))
	case def.Anonymous:
		return domain.Refuse(domain.Refused, domain.Tf("enkäten %s är anonym: ingen bjuds in med kod", "survey %s is anonymous: nobody is invited with a code", c.Survey), domain.T("skicka den öppna länken till alla", "send the open link to everybody"))
	case def.Match == "":
		return domain.Refuse(domain.Refused, domain.Tf("enkäten %s har ingen fråga för koden", "survey %s has no question for the code", c.Survey), domain.T("ange match i definitionen: rubriken på frågan där koden skrivs", "give match in the definition: the header of the question the code is written in"))
	}
	return nil
}
