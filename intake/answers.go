package intake

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake/sheet"
	"utfall/privacy"
)

// completeShare is the share of items from which an answer is complete
// (formats.md 3, Surveys).
const completeShare = 0.8

// responses reads survey answers: one row, one respondent.
type responses struct {
	r    *reading
	t    *table
	def  *domain.SurveyDefined
	rows []response
}

type response struct {
	line    int
	date    domain.Date
	subject uuid.UUID
	words   map[string]string // free text by item, in clear, for comparison
	erased  []string          // items whose recorded words nobody can read any more
	fact    domain.AnswerRecorded
}

func (s *responses) row(w *row) {
	for _, item := range s.def.Items {
		field := "item:" + item.ID
		if w.table.columns.names[field] != "" && !w.blank(field) {
			s.answers(w)
			return
		}
	}
	if slices.ContainsFunc(w.cells, func(c sheet.Cell) bool { return !blank(c) }) {
		w.warn("", domain.T("inget svar på någon fråga: raden registreras inte", "no item answered: the row is not recorded"), domain.Text{})
	}
}

func (s *responses) answers(w *row) {
	s.r.totals.Rows++
	out := response{line: w.line, words: map[string]string{}, fact: domain.AnswerRecorded{Survey: s.def.Survey, Wave: s.r.opts.Wave}}
	out.date = w.date("date")
	code := w.text("code")
	for _, item := range s.def.Items {
		if field := "item:" + item.ID; !w.blank(field) {
			if a, ok := s.answer(w, field, item, out.words); ok {
				out.fact.Answers = append(out.fact.Answers, a)
			}
		}
	}
	if w.bad {
		s.r.totals.Refused++
		return
	}
	subject, err := s.r.people.Respondent(s.def.Survey, code)
	if err != nil {
		w.problem("code", domain.Tf("koden kan inte slås upp: %v", "the code cannot be looked up: %v", err), domain.Text{})
		return
	}
	out.subject = subject
	out.fact.Matched = code != ""
	out.fact.Complete = float64(len(out.fact.Answers)) >= completeShare*float64(len(s.def.Items))
	out.fact.Key = s.key(w, code, subject)
	s.rows = append(s.rows, out)
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

// answer reads the answer to one item.
func (s *responses) answer(w *row, field string, item domain.SurveyItem, words map[string]string) (domain.Answer, bool) {
	a := domain.Answer{Item: item.ID}
	text := w.text(field)
	switch item.Kind {
	case domain.Scale, domain.NPS, domain.Number:
		value, ok := s.value(w, field, item, text)
		if !ok {
			return a, false
		}
		a.Value = &value
	case domain.Single:
		s.choose(&a, item, []string{text}, words)
	case domain.Multiple:
		s.choose(&a, item, choices(text), words)
	case domain.FreeText:
		words[item.ID] = text
	}
	return a, true
}

// otherChoice stands for words of the respondent's own, where an option was due.
const otherChoice = "other"

// maxOption is how long an option of a form is at most, in bytes; longer is
// somebody's own words.
const maxOption = 80

// choose takes the options chosen. What is none of the item's labels, or where
// it has none looks like words of the respondent's own, is sealed as free text.
func (s *responses) choose(a *domain.Answer, item domain.SurveyItem, chosen []string, words map[string]string) {
	var own []string
	for _, c := range chosen {
		known := slices.ContainsFunc(item.Labels, func(l string) bool { return header(l) == header(c) })
		if known || len(item.Labels) == 0 && len(c) <= maxOption && !strings.Contains(c, "@") && !longNumber.MatchString(c) {
			a.Choices = append(a.Choices, c)
			continue
		}
		own = append(own, c)
	}
	if len(own) > 0 {
		a.Choices = append(a.Choices, otherChoice)
		words[item.ID] = strings.Join(own, "; ")
	}
}

// longNumber is a run of digits that can be a telephone or a person number.
var longNumber = regexp.MustCompile(`[0-9][0-9 -]{4,}[0-9]`)

func (s *responses) value(w *row, field string, item domain.SurveyItem, text string) (float64, bool) {
	for i, label := range item.Labels {
		if header(label) == header(text) {
			return float64(item.Min + i), true
		}
	}
	n, err := parseNumber(w.cell(field))
	if err != nil {
		// "4 - Instämmer": the digits lead.
		lead, _, _ := strings.Cut(text, " ")
		n, err = strconv.ParseFloat(decimal(lead), 64)
	}
	if err != nil {
		w.problem(field, domain.T("svaret är inget tal och ingen av etiketterna", "the answer is no number and none of the labels"),
			domain.T("lägg till labels i enkätens definition", "add labels to the survey's definition"))
		return 0, false
	}
	if item.Kind != domain.Number && (n < float64(item.Min) || n > float64(item.Max) || n != float64(int(n))) {
		w.problem(field, domain.Tf("svaret ligger utanför skalan %d–%d", "the answer lies outside the scale %d–%d", item.Min, item.Max),
			domain.T("rätta svaret eller skalan", "correct the answer or the scale"))
		return 0, false
	}
	return n, true
}

// choices divides a multiple choice: Forms joins by ";", sheets by ", ".
func choices(text string) []string {
	sep := ", "
	if strings.Contains(text, ";") {
		sep = ";"
	}
	var out []string
	for _, c := range strings.Split(text, sep) {
		if c = strings.TrimSpace(c); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// responseRecord is a response that is recorded, in the form it is compared in.
type responseRecord struct {
	recorded
	text   string
	erased []string // items whose words nobody can read any more
}

func (s *responses) end() error {
	old, err := s.load()
	if err != nil {
		return err
	}
	seen := map[string]response{}
	for _, row := range s.rows {
		at := domain.Place{Line: row.line}
		key := row.fact.Key
		text := row.compared()
		// Somebody who answers again under the same code answers anew; figures
		// take one answer a person and wave.
		for n := 2; strings.HasPrefix(key, "code:") && seen[key].line != 0; n++ {
			key = fmt.Sprintf("%s/%d", row.fact.Key, n)
		}
		row.fact.Key = key
		if before, ok := seen[key]; ok {
			if before.compared() != text {
				s.r.totals.Refused++
				s.r.problem(s.t.sheet, row.line, s.t.columns.names["id"], domain.Tf("samma svars-id som rad %d, men med andra svar", "the same response id as line %d, with other answers", before.line),
					domain.T("behåll den rätta raden", "keep the right line"))
				continue
			}
			s.r.totals.Unchanged++
			s.r.warn(s.t.sheet, row.line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", before.line), domain.Text{})
			continue
		}
		seen[key] = row
		e := domain.Event{Date: row.date, Subject: row.subject, Data: row.fact}
		switch rec := old[key]; {
		case rec.event == uuid.Nil:
			if s.r.fresh(at) {
				s.r.emitTexts(at, e, texts{words: row.words})
			}
		case rec.text == row.compared(rec.erased...):
			s.r.totals.Unchanged++
		default:
			if s.r.changes() {
				s.r.correctTexts(at, rec.recorded, e, texts{words: row.words})
			}
		}
	}
	return nil
}

// compared is everything a response says, as one text, but the words of items
// that were erased: nobody can say any more whether those are the same.
func (s response) compared(erased ...string) string {
	parts := []string{s.date.String(), fmt.Sprint(s.fact.Matched)}
	for _, a := range s.fact.Answers {
		switch {
		case a.Value != nil:
			parts = append(parts, a.Item+"="+strconv.FormatFloat(*a.Value, 'g', -1, 64))
		case len(a.Choices) > 0:
			for _, c := range a.Choices {
				parts = append(parts, a.Item+"="+c)
			}
		default:
			parts = append(parts, a.Item+"=")
		}
	}
	for item, text := range s.words {
		if slices.Contains(erased, item) {
			continue
		}
		parts = append(parts, item+"~"+text)
	}
	slices.Sort(parts[2:])
	return strings.Join(parts, "\x00")
}

// load reads the wave's recorded responses, by key.
func (s *responses) load() (map[string]responseRecord, error) {
	found := map[string]*response{}
	out := map[string]responseRecord{}
	err := query(s.r.ctx, s.r.in.Facts, `select p.event_id, p.position, p.answer_key, coalesce(strftime(p.date, '%Y-%m-%d'), ''), p.matched,
			a.item, a.value, coalesce(a.choice, ''), coalesce(a.words_sealed, ''), p.subject
		from responses p join answers a on a.event_id = p.event_id
		where p.superseded_at is null and p.survey = ? and p.wave = ?`, func(rows *sql.Rows) error {
		var rec responseRecord
		var key, date, choice, words string
		var matched bool
		var subject uuid.UUID
		var a domain.Answer
		if err := rows.Scan(&rec.event, &rec.position, &key, &date, &matched, &a.Item, &a.Value, &choice, &words, &subject); err != nil {
			return err
		}
		p := found[key]
		if p == nil {
			p = &response{words: map[string]string{}}
			if date != "" {
				p.date = domain.MustDate(date)
			}
			p.fact.Matched = matched
			found[key], out[key] = p, rec
		}
		if a.Words = domain.Sealed(words); words != "" {
			plain, err := s.r.in.Vault.Unseal(wordsOf(&domain.Event{ID: rec.event, Subject: subject}, s.def.Survey, a.Item), a.Words)
			if err != nil && !errors.Is(err, privacy.ErrErased) {
				return err
			}
			if p.words[a.Item] = plain; err != nil {
				p.erased = append(p.erased, a.Item)
			}
		}
		if choice != "" {
			a.Choices = []string{choice}
		}
		p.fact.Answers = append(p.fact.Answers, a)
		return nil
	}, s.def.Survey, s.r.opts.Wave)
	for key, p := range found {
		rec := out[key]
		rec.text, rec.erased = p.compared(p.erased...), p.erased
		out[key] = rec
	}
	return out, err
}
