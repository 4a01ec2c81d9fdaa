package intake

import (
	"regexp"
	"slices"
	"strings"

	"utfall/domain"
)

// surveyFile is a survey's definition as formats.md 2 writes it.
type surveyFile struct {
	ID        string         `toml:"id"`
	Project   string         `toml:"project"`
	Title     words          `toml:"title"`
	Waves     []string       `toml:"waves"`
	Match     string         `toml:"match"`
	About     string         `toml:"about"`
	Anonymous bool           `toml:"anonymous"`
	Schedule  []scheduleFile `toml:"schedule"`
	Item      []itemFile     `toml:"item"`
}

type scheduleFile struct {
	Wave   string `toml:"wave"`
	After  string `toml:"after"`
	Months int    `toml:"months"`
	Days   int    `toml:"days"`
}

type itemFile struct {
	ID         string            `toml:"id"`
	Kind       string            `toml:"kind"`
	Min        int               `toml:"min"`
	Max        int               `toml:"max"`
	Reversed   bool              `toml:"reversed"`
	Level      string            `toml:"level"`
	Text       words             `toml:"text"`
	Header     string            `toml:"header"`
	Headers    map[string]string `toml:"headers"`
	Labels     []string          `toml:"labels"`
	LabelsEN   []string          `toml:"labels_en"`
	Codes      []string          `toml:"codes"`
	NoOpinion  []string          `toml:"no_opinion"`
	Outcome    *achievedFile     `toml:"outcome"`
	Version    int               `toml:"version"`
	Comparable *bool             `toml:"comparable"`
}

type achievedFile struct {
	Name   words    `toml:"name"`
	Labels []string `toml:"labels"`
	From   *int     `toml:"from"`
}

type words struct {
	SV string `toml:"sv"`
	EN string `toml:"en"`
}

// readSurvey reads a definition and compares it with the one that is recorded.
func (r *reading) readSurvey(text string) error {
	f, s, ok := r.surveyOf(text)
	if !ok {
		return nil
	}
	r.projects[s.Project] = true
	if err := r.reworded(text, f, &s); err != nil || len(r.problems) > 0 {
		return err
	}
	return compareBody[domain.SurveyDefined](r, "surveys", "survey", s.Survey, domain.Event{Data: s})
}

// surveyOf reads a definition from its TOML; not ok after a problem.
func (r *reading) surveyOf(text string) (f surveyFile, s domain.SurveyDefined, ok bool) {
	if !r.decodeTOML(text, &f) {
		return f, s, false
	}
	s = domain.SurveyDefined{Survey: f.ID, Project: f.Project, Title: domain.Text(f.Title), Waves: f.Waves, Match: f.Match, About: f.About, Anonymous: f.Anonymous}
	for key, blank := range map[string]bool{"id": f.ID == "", "waves": len(f.Waves) == 0, "item": len(f.Item) == 0} {
		if blank {
			r.problem("", 0, key, domain.T("saknas", "is missing"), domain.T("fyll i", "fill it in"))
		}
	}
	for i, w := range f.Waves {
		if w == "" || slices.Contains(f.Waves[:i], w) {
			r.problem("", 0, "waves", domain.T("en omgång är tom eller finns två gånger", "a wave is blank or there twice"), domain.T("ge varje omgång ett eget namn", "give each wave a name of its own"))
		}
	}
	r.checkSchedule(f.Schedule, &s)
	lines := itemLines(text)
	for n, i := range f.Item {
		c := itemCheck{r: r, file: i, waves: s.Waves, line: at(lines, n)}
		s.Items = append(s.Items, c.item(s.Items))
	}
	return f, s, len(r.problems) == 0
}

// itemStart is a line where an item begins.
var itemStart = regexp.MustCompile(`(?m)^[ \t]*\[\[[ \t]*item[ \t]*\]\]`)

// itemLines are the lines the items begin at, which the reader of TOML forgets.
func itemLines(text string) (out []int) {
	for _, found := range itemStart.FindAllStringIndex(text, -1) {
		out = append(out, 1+strings.Count(text[:found[0]], "\n"))
	}
	return out
}

// at is the line of the nth item, 0 where items are written in some other way.
func at(lines []int, n int) int {
	if n < len(lines) {
		return lines[n]
	}
	return 0
}

// maxWindow is how long a wave can be open, in days, and maxWait how long after
// what it follows it can begin, in months.
const maxWindow, maxWait = 366, 120

func (r *reading) checkSchedule(list []scheduleFile, s *domain.SurveyDefined) {
	bad := func(w scheduleFile, what, hint domain.Text) { r.problem("", 0, "schedule "+w.Wave, what, hint) }
	for i, w := range list {
		if !slices.Contains(s.Waves, w.Wave) {
			bad(w, domain.T("enkäten har ingen sådan omgång", "the survey has no such wave"), domain.Tf("välj bland %s", "choose among %s", strings.Join(s.Waves, ", ")))
		}
		if slices.ContainsFunc(list[:i], func(o scheduleFile) bool { return o.Wave == w.Wave }) {
			bad(w, domain.T("omgången har två tider", "the wave has two schedules"), domain.T("ta bort den ena", "remove one of them"))
		}
		if a := domain.Anchor(w.After); a != domain.OnEntry && a != domain.OnExit {
			bad(w, domain.T("after är varken entry eller exit", "after is neither entry nor exit"), domain.T("skriv after = \"entry\" eller \"exit\"", "write after = \"entry\" or \"exit\""))
		}
		if w.Days < 1 || w.Days > maxWindow || w.Months < 0 || w.Months > maxWait {
			bad(w, domain.Tf("days ska vara 1–%d och months 0–%d", "days must be 1–%d and months 0–%d", maxWindow, maxWait), domain.T("skriv days = 28", "write days = 28"))
		}
		s.Schedule = append(s.Schedule, domain.WaveSchedule{Wave: w.Wave, After: domain.Anchor(w.After), Months: w.Months, Days: w.Days})
	}
}
