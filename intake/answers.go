package intake

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake/sheet"
)

// completeShare is the share of the items shown from which an answer is complete
// (formats.md 3, Surveys).
const completeShare = 0.8

// responses reads survey answers: one row, one respondent.
type responses struct {
	r          *reading
	t          *table
	def        *domain.SurveyDefined
	items      []answering
	activities map[string]uuid.UUID // of a survey that asks about activities, by folded name
	cut, text  bool                 // of the file: see scan
	hidden     []bool               // columns of the row whose question was not shown
	last       struct{ line, cells int }
	rows       []response
}

type response struct {
	line    int
	date    domain.Date
	subject uuid.UUID
	words   map[string]string // free text by item, in clear, for comparison
	erased  []string          // items whose recorded words nobody can read any more
	fact    domain.AnswerRecorded
}

func newResponses(s *scan) *responses {
	out := &responses{r: s.r, t: s.table, def: s.survey, activities: s.activities, cut: s.cut, text: s.text}
	for _, item := range s.survey.Items {
		out.items = append(out.items, newAnswering(item, s.table))
	}
	return out
}

// activitiesFor gives the activities a survey's answers can be about, by what they
// are or were called; none when it asks about none.
func (r *reading) activitiesFor(def *domain.SurveyDefined) (map[string]uuid.UUID, error) {
	if def.About == "" {
		return nil, nil
	}
	var f attendanceFacts
	err := f.loadActivities(r, domain.Period{})
	return f.activities, err
}

// checkAnswers refuses a header that leaves out what was asked, before any row.
func (s *scan) checkAnswers() {
	t, r := s.table, s.r
	for _, h := range s.unknownOptions {
		r.problem(t.sheet, t.header, h, domain.T("kolumnen är ett alternativ som inte finns i frågans labels eller codes", "the column is an option that is not in the item's labels or codes"),
			domain.T("lägg till alternativet i definitionen", "add the option to the definition"))
	}
	r.unasked(t, s.survey)
	if s.survey.Match != "" && t.columns.names["code"] == "" {
		r.warn(t.sheet, t.header, "", domain.Tf("kolumnen %q saknas: svaren kan inte kopplas till andra omgångar", "the column %q is missing: the answers cannot be tied to other waves", s.survey.Match),
			domain.T("kontrollera match i definitionen", "check match in the definition"))
	}
	if s.survey.About != "" && t.columns.names["about"] == "" {
		r.warn(t.sheet, t.header, "", domain.Tf("kolumnen %q saknas: svaren gäller ingen särskild aktivitet", "the column %q is missing: the answers are about no activity in particular", s.survey.About),
			domain.T("kontrollera about i definitionen", "check about in the definition"))
	}
}

func (s *responses) row(w *row) {
	s.last.line, s.last.cells = w.line, len(w.cells)
	s.unhide(w)
	if s.misshapen(w) {
		s.r.totals.Rows++
		s.r.totals.Refused++
		return
	}
	if slices.ContainsFunc(s.items, func(a answering) bool { return a.given(w) }) {
		s.answers(w)
		return
	}
	if slices.ContainsFunc(w.cells, func(c sheet.Cell) bool { return !blank(c) }) {
		w.warn("", domain.T("inget svar på någon fråga: raden registreras inte", "no item answered: the row is not recorded"), domain.Text{})
	}
}

// unhide undoes what LimeSurvey writes in the place of characters and of answers to
// questions it did not ask.
func (s *responses) unhide(w *row) {
	if s.t.answers.tool != limeSurvey {
		return
	}
	s.hidden = append(s.hidden[:0], make([]bool, len(w.cells))...)
	for i := range w.cells {
		c := &w.cells[i]
		switch {
		case c.Text == notShown, !s.t.answers.vv && c.Text == "N/A":
			s.hidden[i], *c = true, sheet.Cell{}
		case s.t.answers.vv && strings.Contains(c.Text, "{"):
			c.Text = vvEscapes.Replace(c.Text)
		}
	}
}

// misshapen refuses a row that does not fit under its header: one of a file cut off
// in it, one with a separator too many, and the header once more.
func (s *responses) misshapen(w *row) bool {
	extra := slices.ContainsFunc(w.cells[min(s.t.answers.width, len(w.cells)):], func(c sheet.Cell) bool { return !blank(c) })
	headers, seen := 0, 0
	for i := range s.items {
		if at, ok := s.t.columns.at[s.items[i].field]; ok && at < len(w.cells) && !blank(w.cells[at]) {
			seen++
			if header(w.cells[at].Text) == header(s.t.columns.names[s.items[i].field]) {
				headers++
			}
		}
	}
	switch {
	case s.text && extra:
		w.problem("", domain.Tf("raden har %d fält och rubriken %d: ett skiljetecken står kanske i ett svar utan citattecken", "the line has %d fields and the header %d: a separator may stand in an answer without quotes", len(w.cells), s.t.answers.width),
			domain.T("hämta filen på nytt från verktyget, eller som .xlsx", "fetch the file again from the tool, or as .xlsx"))
	case headers > 0 && headers == seen:
		w.problem("", domain.T("rubrikraden står här en gång till", "the header is here once more"), domain.T("ta bort raden, eller läs in filerna var för sig", "remove the line, or import the files one by one"))
	}
	return w.bad
}

func (s *responses) answers(w *row) {
	s.r.totals.Rows++
	out := response{line: w.line, words: map[string]string{}, fact: domain.AnswerRecorded{Survey: s.def.Survey, Wave: s.r.opts.Wave}}
	out.date = s.date(w)
	code := w.text("code")
	if nobody(code) {
		code = ""
	}
	out.fact.About = s.about(w)
	shown, answered := 0, 0
	for n := range s.items {
		a, state := s.items[n].read(s, w, out.words)
		switch state {
		case hasAnswer:
			out.fact.Answers = append(out.fact.Answers, a)
			answered++
		case wasHidden:
			out.fact.Answers = append(out.fact.Answers, a)
			continue
		case notAsked:
			continue
		}
		shown++
	}
	if w.bad {
		s.r.totals.Refused++
		return
	}
	subject, err := s.r.people.Respondent(s.def.Survey, code)
	if err != nil {
		s.r.totals.Refused++
		w.problem("code", domain.Tf("koden kan inte slås upp: %v", "the code cannot be looked up: %v", err), domain.Text{})
		return
	}
	out.subject = subject
	out.fact.Matched = code != ""
	out.fact.Complete = float64(answered) >= completeShare*float64(shown) && s.submitted(w)
	out.fact.Key = s.key(w, code, subject)
	s.rows = append(s.rows, out)
}

// submitted reports whether the respondent came to the end, where the tool tells.
func (s *responses) submitted(w *row) bool {
	return s.t.answers.tool != limeSurvey || s.t.columns.names["date"] == "" || !w.blank("date")
}

// about gives the activity a row answers about.
func (s *responses) about(w *row) uuid.UUID {
	name := w.text("about")
	if name == "" {
		return uuid.Nil
	}
	id, ok := s.activities[domain.Fold(name)]
	if !ok {
		w.problem("about", domain.T("ingen känd aktivitet heter så", "no known activity is called that"),
			domain.T("läs in närvaron först, eller skriv namnet som där; utfall activities merge gör två till en", "import the attendance first, or write the name as there; utfall activities merge makes two one"))
	}
	return id
}

// key is what a response is compared by: the tool's own id, else the matching
// code (as the id it stands for), else the file and the line.
func (s *responses) key(w *row, code string, subject uuid.UUID) string {
	if id := w.text("id"); id != "" {
		return "id:" + s.r.in.Vault.Mark("response", id) // somebody's address, in some exports
	}
	if code != "" {
		return "code:" + subject.String()
	}
	return fmt.Sprintf("line:%s:%d", s.r.in.Vault.Mark("file", s.r.file), w.line)
}

// end compares what came with what is recorded.
func (s *responses) end() error {
	s.whole()
	old, err := s.load()
	if err != nil {
		return err
	}
	s.compare(old)
	return nil
}

// whole says that there are no lines, and refuses the last line of a file that stops in the middle of it: nobody knows
// how many more there should have been.
func (s *responses) whole() {
	if s.last.line == 0 {
		s.r.warn(s.t.sheet, s.t.header, "", domain.T("under rubriken finns inga svar", "there are no answers below the header"), domain.T("kontrollera att filen är hämtad efter att någon svarat", "check that the file was fetched after somebody answered"))
	}
	if !s.cut || !s.text || s.last.cells >= s.t.answers.width {
		return
	}
	s.r.problem(s.t.sheet, s.last.line, "", domain.Tf("filen slutar mitt på raden, efter %d av %d fält", "the file ends in the middle of the line, after %d of %d fields", s.last.cells, s.t.answers.width),
		domain.T("hämta filen på nytt från verktyget", "fetch the file again from the tool"))
	if n := len(s.rows); n > 0 && s.rows[n-1].line == s.last.line {
		s.rows = s.rows[:n-1]
		s.r.totals.Refused++
	}
}

// mergedInto is an activity as it counts after merges, in a query.
const mergedInto = "left join activity_merges m on m.activity = p.activity and m.superseded_at is null"

// load reads the wave's recorded responses, by key.
func (s *responses) load() (map[string]responseRecord, error) {
	l := loading{s: s, found: map[string]*response{}, out: map[string]responseRecord{}}
	err := query(s.r.ctx, s.r.in.Facts, `select p.event_id, p.position, p.answer_key, coalesce(strftime(p.date, '%Y-%m-%d'), ''), p.matched,
			coalesce(m.into_activity, p.activity), a.item, a.value, coalesce(a.choice, ''), coalesce(a.words_sealed, ''), coalesce(a.state, ''), p.subject, a.item_version
		from responses p join answers a on a.event_id = p.event_id `+mergedInto+`
		where p.superseded_at is null and p.survey = ? and p.wave = ?`, func(rows *sql.Rows) error { return l.row(rows) }, s.def.Survey, s.r.opts.Wave)
	for key, p := range l.found {
		rec := l.out[key]
		rec.text, rec.erased = s.compared(p, p.erased...), p.erased
		l.out[key] = rec
	}
	return l.out, err
}
