package reports

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// WaveState is how far a participant is with a wave.
type WaveState string

// The states.
const (
	WaveAhead    WaveState = "ahead"    // its window has not opened
	WaveDue      WaveState = "due"      // to be invited now
	WaveInvited  WaveState = "invited"  // asked, not answered, no reason to remind
	WaveRemind   WaveState = "remind"   // asked so long ago that they are reminded
	WaveOverdue  WaveState = "overdue"  // the window has closed without an answer
	WaveAnswered WaveState = "answered" // nothing more to do
	WaveUntold   WaveState = "untold"   // the window has closed, and answers come without invitations: nobody knows whose
	WaveNot      WaveState = "not"      // declined, not eligible, or the address bounced
)

// WaveDuty is what there is to do about one participant and wave.
type WaveDuty struct {
	Survey, Wave string
	Subject      uuid.UUID
	Opens, Ends  domain.Date
	Invited      domain.Date
	Answered     domain.Date
	State        WaveState
}

// WaveProgress is a wave seen as a whole.
type WaveProgress struct {
	Survey, Title, Wave string
	By                  map[WaveState]int // participants by state
	Answers             int               // responses recorded, of whomever
}

// SurveyPlan tells who of a project should answer which wave when, as of a day, and
// how far each wave is. Participants who have not left are not due for what follows
// leaving. An open link is of nobody: only its answers are counted.
func (f *Facts) SurveyPlan(ctx context.Context, project string, today domain.Date) (duties []WaveDuty, progress []WaveProgress, err error) {
	b := &builder{ctx: ctx, facts: f, p: Parameters{Project: project, Lang: "sv"}}
	p := b.project()
	if b.err != nil {
		return nil, nil, b.err
	}
	days := domain.Period{From: domain.MustDate("1900-01-01"), To: domain.MustDate("2999-12-31")}
	remind := b.projectRules().Evaluation.ReminderDays
	for _, id := range b.surveys() {
		def, _, _, err := f.definition(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		at := len(progress)
		answers, err := f.responses(ctx, def, Question{Range: days})
		if err != nil {
			return nil, nil, err
		}
		for _, wave := range def.Waves {
			w := WaveProgress{Survey: id, Title: def.Title.SV, Wave: wave, By: map[WaveState]int{}}
			if i := slices.IndexFunc(answers, func(r response) bool { return r.wave == wave }); i >= 0 {
				w.Answers = answers[i].Answers
			}
			progress = append(progress, w)
		}
		err = f.wavePlan(ctx, def, Question{Range: days}, p, func(d WaveDuty, status string) {
			d.State = d.state(status, today, remind)
			if i := slices.IndexFunc(answers, func(r response) bool { return r.wave == d.Wave }); d.State == WaveOverdue && i >= 0 && answers[i].Invited == 0 {
				d.State = WaveUntold
			}
			progress[at+slices.Index(def.Waves, d.Wave)].By[d.State]++
			duties = append(duties, d)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(duties, func(x, y WaveDuty) int { return cmp.Or(x.Ends.Compare(y.Ends), cmp.Compare(x.Wave, y.Wave)) })
	return duties, progress, b.err
}

// wavePlan gives the participants of each scheduled wave whose window is known.
func (f *Facts) wavePlan(ctx context.Context, def *domain.SurveyDefined, q Question, p domain.ProjectRecorded, each func(d WaveDuty, status string)) error {
	schedule := def.Scheduled()
	text, err := queryFiles.ReadFile("queries/list_survey_plan.sql")
	if err != nil {
		return err
	}
	return f.surveyQuery(ctx, def, q, string(text), func(rows *sql.Rows) error {
		d := WaveDuty{Survey: def.Survey}
		var entry, left, invited, status, answered string
		var known, has bool
		if err := rows.Scan(&d.Wave, &d.Subject, &entry, &left, &invited, &status, &known, &answered, &has); err != nil {
			return err
		}
		i := slices.IndexFunc(schedule, func(s domain.WaveSchedule) bool { return s.Wave == d.Wave })
		if i < 0 {
			return nil
		}
		from := entry
		if schedule[i].After == domain.OnExit {
			// A project that is over is left by everybody.
			if from = left; from == "" {
				from = p.End.String()
			}
		}
		start := domain.MustDate(from)
		d.Opens = start.AddMonths(schedule[i].Months)
		d.Ends = d.Opens.AddDays(schedule[i].Days)
		for _, day := range []struct {
			text string
			to   *domain.Date
		}{{invited, &d.Invited}, {answered, &d.Answered}} {
			if day.text != "" {
				*day.to = domain.MustDate(day.text)
			}
		}
		if has && answered == "" {
			d.Answered = d.Opens
		}
		each(d, status)
		return nil
	})
}

// state is how far a participant is on a day.
func (d WaveDuty) state(status string, today domain.Date, remind int) WaveState {
	switch {
	case !d.Answered.Zero():
		return WaveAnswered
	case status != string(domain.InviteSent):
		return WaveNot
	case today.After(d.Ends):
		return WaveOverdue
	case !d.Invited.Zero() && !today.Before(d.Invited.AddDays(remind)):
		return WaveRemind
	case !d.Invited.Zero():
		return WaveInvited
	case today.Before(d.Opens):
		return WaveAhead
	}
	return WaveDue
}

// FreeText is words somebody answered, and whether they have been let through.
type FreeText struct {
	Survey, Wave, Item string
	Answer, Subject    uuid.UUID
	Words              domain.Sealed
	Position           uint64
	Release            uuid.UUID // the event that let it through, none when it is not
	Released           domain.Sealed
	Respondents        int // of the wave: too few, and nothing of it is shown to anybody outside
}

// FreeTexts are the words answered to a survey, in all waves or one.
func (f *Facts) FreeTexts(ctx context.Context, survey, wave string) (out []FreeText, err error) {
	err = f.each(ctx, "free texts", fmt.Sprintf(`select a.survey, a.wave, a.item, a.event_id, a.subject, a.words_sealed, a.position, t.event_id, coalesce(t.words_sealed, ''),
			(select count(distinct subject) from responses_at(%[1]d) r where r.survey = a.survey and r.wave = a.wave)
		from answers_at(%[1]d) a left join texts_released_at(%[1]d) t on t.answer = a.event_id and t.item = a.item
		where a.words_sealed is not null and a.survey = ? and ? in ('', a.wave) order by a.position, a.idx, a.item`, f.AsOf), func(rows *sql.Rows) error {
		var t FreeText
		var release uuid.NullUUID
		err := rows.Scan(&t.Survey, &t.Wave, &t.Item, &t.Answer, &t.Subject, &t.Words, &t.Position, &release, &t.Released, &t.Respondents)
		t.Release = release.UUID
		out = append(out, t)
		return err
	}, survey, wave)
	return out, err
}
