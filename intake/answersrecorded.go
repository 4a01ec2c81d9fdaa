package intake

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// responseRecord is a response that is recorded, in the form it is compared in.
type responseRecord struct {
	recorded
	text     string
	erased   []string       // items whose words nobody can read any more
	versions map[string]int // of the items, as they were answered
}

// compare records the responses that are new or other than recorded.
func (s *responses) compare(old map[string]responseRecord) {
	seen := map[string]*response{}
	for n := range s.rows {
		row := &s.rows[n]
		at := domain.Place{Line: row.line}
		key, text := row.fact.Key, s.compared(row)
		// Somebody who answers again under the same code answers anew; figures
		// take one answer a person and wave.
		for n := 2; strings.HasPrefix(key, "code:") && seen[key] != nil; n++ {
			key = fmt.Sprintf("%s/%d", row.fact.Key, n)
		}
		row.fact.Key = key
		if before := seen[key]; before != nil {
			s.twice(row, before, s.compared(before) == text)
			continue
		}
		seen[key] = row
		e := domain.Event{Date: row.date, Subject: row.subject, Data: row.fact}
		switch rec := old[key]; {
		case rec.event == uuid.Nil:
			if s.r.fresh(at) {
				s.r.emitTexts(at, e, texts{words: row.words})
			}
		case rec.text == s.compared(row, rec.erased...):
			s.r.totals.Unchanged++
		default:
			if s.r.changes() {
				rec.asAnswered(row.fact.Answers)
				s.r.correctTexts(at, rec.recorded, e, texts{words: row.words})
			}
		}
	}
}

// asAnswered gives answers that are corrected the version of the wording they were
// given to, which is not what the question says now.
func (r responseRecord) asAnswered(answers []domain.Answer) {
	for n := range answers {
		if version, ok := r.versions[answers[n].Item]; ok {
			if answers[n].Wording = version; version == 1 {
				answers[n].Wording = 0
			}
		}
	}
}

// twice is a row with the tool's own id of an earlier one.
func (s *responses) twice(row, before *response, same bool) {
	if same {
		s.r.totals.Unchanged++
		s.r.warn(s.t.sheet, row.line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", before.line), domain.Text{})
		return
	}
	s.r.totals.Refused++
	s.r.problem(s.t.sheet, row.line, s.t.columns.names["id"], domain.Tf("samma svars-id som rad %d, men med andra svar", "the same response id as line %d, with other answers", before.line),
		domain.T("behåll den rätta raden", "keep the right line"))
}

// compared is everything a response says, as one text, but the words of items
// that were erased: nobody can say any more whether those are the same. Of the
// version of an item it says nothing: a file given again after a rewording was
// answered as it was.
func (s *responses) compared(p *response, erased ...string) string {
	parts := []string{p.date.String(), fmt.Sprint(p.fact.Matched)}
	if p.fact.About != uuid.Nil {
		parts = append(parts, "="+p.fact.About.String())
	}
	for _, a := range p.fact.Answers {
		switch {
		case a.State != domain.Answered:
			parts = append(parts, a.Item+"!"+string(a.State))
		case a.Value != nil:
			parts = append(parts, a.Item+"="+strconv.FormatFloat(*a.Value, 'g', -1, 64))
		case len(a.Choices) > 0:
			for _, c := range a.Choices {
				parts = append(parts, a.Item+"="+s.called(a.Item, c))
			}
		default:
			parts = append(parts, a.Item+"=")
		}
	}
	for item, text := range p.words {
		if !slices.Contains(erased, item) {
			parts = append(parts, item+"~"+text)
		}
	}
	slices.Sort(parts[2:])
	return strings.Join(parts, "\x00")
}

// called is a choice as the definition calls it, for those recorded in the words of
// the file they came in.
func (s *responses) called(item, choice string) string {
	for n := range s.items {
		if a := &s.items[n]; a.ID == item {
			if at, ok := a.known[header(choice)]; ok {
				return a.Labels[at]
			}
		}
	}
	return choice
}

// loading gathers the recorded responses, of which each answer is a row.
type loading struct {
	s     *responses
	found map[string]*response
	out   map[string]responseRecord
}

func (l *loading) row(rows *sql.Rows) error {
	var rec responseRecord
	var key, date, choice, words, state string
	var matched bool
	var subject uuid.UUID
	var about uuid.NullUUID
	var a domain.Answer
	if err := rows.Scan(&rec.event, &rec.position, &key, &date, &matched, &about, &a.Item, &a.Value, &choice, &words, &state, &subject, &a.Wording); err != nil {
		return err
	}
	p := l.found[key]
	if p == nil {
		p = &response{words: map[string]string{}}
		if date != "" {
			p.date = domain.MustDate(date)
		}
		p.fact.Matched, p.fact.About = matched, about.UUID
		rec.versions = map[string]int{}
		l.found[key], l.out[key] = p, rec
	}
	if a.Words = domain.Sealed(words); words != "" {
		plain, err := l.s.r.in.Vault.Unseal(wordsOf(&domain.Event{ID: rec.event, Subject: subject}, l.s.def.Survey, a.Item), a.Words)
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
	l.out[key].versions[a.Item] = a.Wording
	a.State = domain.AnswerState(state)
	p.fact.Answers = append(p.fact.Answers, a)
	return nil
}
