package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
)

// met is that somebody was on the list of a session, as the oracle remembers it.
type met struct {
	person, position   int
	date, municipality string
	present            bool
}

// replied is a respondent's answers in a wave: whether there is one to each item.
type replied struct {
	person, wave, position int
	items                  [3]bool
}

// askedWorld is a project that was recorded, and who took part in it as the oracle
// remembers it: who is behind a figure is told from here, and never by what is tested.
type askedWorld struct {
	*funded
	r       *rand.Rand
	sexes   []string
	met     []met
	replies []replied
	last    int
	days    []int // of sessions to come: two on one day would be one
}

const (
	worldPeople, worldRespondents = 60, 30
	worldWaves                    = 2
)

// openWorld records a random project of 60 persons, and a survey that 30 answer.
func openWorld(t *testing.T, r *rand.Rand) *askedWorld {
	w := &askedWorld{funded: openFunded(t), r: r, days: r.Perm(12 * 28)}
	activity := uuid.New()
	items := []domain.SurveyItem{}
	for i := range 3 {
		items = append(items, domain.SurveyItem{ID: fmt.Sprint("q", i), Kind: domain.Scale, Min: 1, Max: 5, Text: domain.T("fråga", "item")})
	}
	events := []domain.Event{
		fact("", uuid.Nil, domain.ProjectRecorded{Project: "P", Name: "Projekt", Programme: "ESF-2014-2020", Start: domain.MustDate("2019-01-01"), End: domain.MustDate("2019-12-31")}),
		fact("", uuid.Nil, domain.ActivityRegistered{Activity: activity, Name: "Kurs"}),
		fact("", uuid.Nil, domain.SurveyDefined{Survey: "s", Project: "P", Waves: []string{"pre", "post"}, Items: items})}
	people, respondents := make([]uuid.UUID, worldPeople), make([]uuid.UUID, worldRespondents)
	for i := range people {
		people[i] = uuid.New()
		w.sexes = append(w.sexes, []string{"woman", "woman", "man"}[r.IntN(3)])
		events = append(events, fact("", people[i], domain.PersonRecorded{Sex: domain.Sex(w.sexes[i])}))
	}
	for i := range respondents {
		respondents[i] = uuid.New()
	}
	w.last = int(w.record(events...))
	for range 10 {
		events = nil
		for range 2 + r.IntN(2) {
			events = append(events, w.session(activity, people)...)
		}
		for range 3 + r.IntN(9) { // a few answers at a time, so that positions differ by few
			events = append(events, w.reply(respondents)...)
		}
		w.last = int(w.record(events...))
	}
	return w
}

// session is a session with those who were on its list: most of a group, so that one
// figure differs from another by few.
func (w *askedWorld) session(activity uuid.UUID, people []uuid.UUID) []domain.Event {
	day := w.days[0]
	w.days = w.days[1:]
	date, place := fmt.Sprintf("2019-%02d-%02d", 1+day/28, 1+day%28), []string{"1490", "1463"}[w.r.IntN(2)]
	id := uuid.New()
	municipality, _ := domain.ParseMunicipality(place)
	out := []domain.Event{fact(date, uuid.Nil, domain.SessionRecorded{Session: id, Activity: activity, Municipality: municipality, Project: "P"})}
	first := w.r.IntN(worldPeople - 20)
	for person := first; person < first+20; person++ {
		if w.r.IntN(8) == 0 {
			continue
		}
		present := w.r.IntN(6) > 0
		a := domain.AttendanceRecorded{Session: id, Role: domain.Participant, Present: present}
		if present {
			a.Hours = mustMinutes(120)
		}
		out = append(out, fact(date, people[person], a))
		w.met = append(w.met, met{person, w.last + 1, date, place, present})
	}
	return out
}

// reply is a response of somebody who has not given one.
func (w *askedWorld) reply(respondents []uuid.UUID) []domain.Event {
	re := replied{person: w.r.IntN(worldRespondents), wave: w.r.IntN(worldWaves), position: w.last + 1}
	if slices.ContainsFunc(w.replies, func(o replied) bool { return o.person == re.person && o.wave == re.wave }) {
		return nil
	}
	a := domain.AnswerRecorded{Survey: "s", Wave: []string{"pre", "post"}[re.wave], Key: fmt.Sprint(re.person, "-", re.wave), Matched: true, Complete: true}
	for i := range re.items {
		if re.items[i] = w.r.IntN(6) > 0; re.items[i] {
			v := float64(1 + w.r.IntN(5))
			a.Answers = append(a.Answers, domain.Answer{Item: fmt.Sprint("q", i), Value: &v})
		}
	}
	w.replies = append(w.replies, re)
	return []domain.Event{fact("2019-06-01", respondents[re.person], a)}
}

// members is who is behind a figure, person by person, respondents after the persons.
type members [worldPeople + worldRespondents]int8

// question is one somebody could ask, at a position; so many of 4 are of the survey.
func (w *askedWorld) question(surveys int) (q reports.Question, at int) {
	at = 2 + w.r.IntN(w.last-2) + 1
	if w.r.IntN(4) < surveys {
		q = reports.Question{Metric: []string{"survey.mean", "survey.median", "survey.top2", "survey.change"}[w.r.IntN(4)], Survey: "s", Project: "P", By: "item"}
		if q.Wave = []string{"pre", "post"}[w.r.IntN(2)]; q.Metric == "survey.change" {
			q.Wave = "post"
		}
		return q, at
	}
	q = reports.Question{Metric: []string{"persons_unique", "attendances", "participant_hours", "show_up_rate", "participants"}[w.r.IntN(5)], Project: "P"}
	switch w.r.IntN(4) {
	case 0:
		q.By = "sex"
	case 1:
		if q.By = "municipality"; q.Metric == "participants" {
			q.By = ""
		}
	case 2:
		q.Grain = []domain.Grain{domain.ByMonth, domain.ByQtr, domain.ByTerm}[w.r.IntN(3)]
	}
	if w.r.IntN(2) == 0 {
		from, to := 1+w.r.IntN(12), 1+w.r.IntN(12)
		q.Range = domain.Period{From: domain.MustDate(fmt.Sprintf("2019-%02d-%02d", min(from, to), 1+w.r.IntN(28))), To: domain.MustDate(fmt.Sprintf("2019-%02d-28", max(from, to)))}
	}
	return q, at
}

// behind is who is behind a figure, and of a share who is in its numerator.
func (w *askedWorld) behind(q reports.Question, at int, v reports.Value) (of, counted members) {
	if q.Survey != "" {
		return w.respondents(q, at, v.Key), counted
	}
	entered := map[int]string{} // the first day there
	for _, m := range w.met {
		if first, ok := entered[m.person]; m.present && m.position <= at && (!ok || m.date < first) {
			entered[m.person] = m.date
		}
	}
	for _, m := range w.met {
		date := domain.MustDate(m.date)
		switch {
		case m.position > at, !q.Range.From.Zero() && (date.Before(q.Range.From) || q.Range.To.Before(date)),
			q.By == "sex" && w.sexes[m.person] != v.Key, q.By == "municipality" && m.municipality != v.Key,
			q.Grain != domain.None && (domain.Period{From: date, To: date}).Spans(q.Grain)[0].Key != v.Span,
			q.Metric == "participants" && m.date != entered[m.person]:
			continue
		}
		if m.present {
			counted[m.person] = 1
		}
		if m.present || q.Metric == "show_up_rate" {
			of[m.person] = 1
		}
	}
	if q.Metric != "show_up_rate" {
		counted = members{}
	}
	return of, counted
}

func (w *askedWorld) respondents(q reports.Question, at int, item string) (of members) {
	i, _ := strconv.Atoi(item[1:])
	in := func(person, wave int) bool {
		return slices.ContainsFunc(w.replies, func(r replied) bool {
			return r.person == person && r.wave == wave && r.position <= at && r.items[i]
		})
	}
	for person := range worldRespondents {
		if q.Metric == "survey.change" && in(person, 0) && in(person, 1) || q.Metric != "survey.change" && in(person, slices.Index([]string{"pre", "post"}, q.Wave)) {
			of[worldPeople+person] = 1
		}
	}
	return of
}

// known is a figure somebody was shown: what the attacker has.
type known struct {
	members
	least int
	what  string
}

// shownTo asks questions for one recipient, so many of 4 of the survey, and gives what
// was shown.
func (w *askedWorld) shownTo(questions, surveys int) (out []known, withheld int) {
	guard, had := reports.NewGuard(nil), map[members]bool{}
	facts, err := w.app.factsAt("", "")
	if err != nil {
		w.t.Fatal(err)
	}
	for range questions {
		q, at := w.question(surveys)
		f := reports.Facts{DB: facts.DB, AsOf: uint64(at), HideProtected: true, Released: true, Guard: guard}
		a, err := f.Ask(w.t.Context(), q)
		if err != nil {
			w.t.Fatalf("%+v: %v", q, err)
		}
		guard.Gave(a.Given...)
		for _, v := range a.Values {
			if v.Before {
				withheld++
			}
			if v.Suppressed || !v.Valid {
				continue
			}
			of, counted := w.behind(q, at, v)
			if n := number(a.Metric, v); (a.Metric.ID == "persons_unique" || a.Metric.ID == "participants") && n != int64(of.n()) {
				w.t.Fatalf("%+v at %d, %s%s: the oracle counts %d, the answer says %v", q, at, v.Span, v.Key, of.n(), n)
			}
			for _, m := range []members{of, counted} {
				if m.n() > 0 && !had[m] {
					had[m] = true
					out = append(out, known{m, map[bool]int{false: 3, true: 5}[q.Survey != ""], fmt.Sprintf("%s %s %s %v at %d: %s%s", q.Metric, q.Wave, q.By, q.Range, at, v.Span, v.Key)})
				}
			}
		}
	}
	return out, withheld
}

func (m members) n() (n int) {
	for _, v := range m {
		n += int(v)
	}
	return n
}

// isolated tells whether one of the ways to add figures up and take them from each other
// is a figure of 1 to least−1 persons.
func isolated(of ...known) bool {
	least := 0
	for _, k := range of {
		least = max(least, k.least)
	}
	for signs := range 1 << (len(of) - 1) {
		one, minus, more := 0, 0, false
		for person := range of[0].members {
			v := of[0].members[person]
			for i, k := range of[1:] {
				v += k.members[person] * (1 - 2*int8(signs>>i&1))
			}
			switch v {
			case 0:
			case 1:
				one++
			case -1:
				minus++
			default:
				more = true
			}
		}
		if n := one + minus; !more && (one == 0 || minus == 0) && 0 < n && n < least {
			return true
		}
	}
	return false
}

// TestDifferencing has recipients ask whatever they like of a project, at any position,
// and an attacker take the figures they were shown from each other (A6): no pair or
// triple is a figure of fewer than must be behind one.
func TestDifferencing(t *testing.T) {
	t.Parallel()
	want := 10_000
	if os.Getenv("UTFALL_LARGE") != "" {
		want = 200_000
	}
	if os.Getenv("UTFALL_DEEP") != "" {
		want = 1_000_000
	}
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	w := openWorld(t, r)
	tried, shown, withheld, recipients := 0, 0, 0, 0
	for ; tried < want || recipients < 4; recipients++ {
		had, before := w.shownTo(40, 1+3*(recipients%2))
		shown, withheld = shown+len(had), withheld+before
		try := func(of ...known) {
			if tried++; isolated(of...) {
				for _, k := range of {
					t.Errorf("%d persons: %s", k.n(), k.what)
				}
				t.Fatal("these tell of too few")
			}
		}
		for i, x := range had {
			try(x)
			for j, y := range had[:i] {
				try(x, y)
				for _, z := range had[:j] {
					try(x, y, z)
				}
			}
		}
	}
	if withheld < 20 || shown < 20 {
		t.Errorf("only %d withheld and %d shown", withheld, shown)
	}
	t.Logf("%d pairs and triples of what %d recipients were shown: %d sets, %d figures withheld for what was given before", tried, recipients, shown, withheld)
}
