package reports

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports/statistics"
)

// answered is the responses that count for a survey's figures, one a person and wave,
// in the order they were recorded, with what was answered. All figures of a survey
// are made of it, so that the report and the metric cannot differ.
type answered struct {
	*domain.SurveyDefined
	guard   *Guard // of a recipient
	numbers []int  // of the rows' subjects, by the guard; made when they are asked for
	rows    []respondent
	values  [][]float64                  // by item, then row, as answered; NaN where there is no valid answer
	apart   []map[int]domain.AnswerState // by item, then row: what stands in the place of an answer
	wholes  []float64                    // by row: the mean over the scale items; NaN where there is none; made when it is asked for
	chosen  []map[int][]string           // by item, then row, of single and multiple ones
}

// respondent is who gave a response, as far as figures need it.
type respondent struct {
	event, subject uuid.UUID
	wave           int    // of the definition's
	date           string // empty when the tool does not tell
	matched        bool   // a code tells who is who in other waves
	about          string // the activity, empty when none is said
	minutes        int    // attended up to the answer; -1 when nobody knows whose it is
	sex            string // empty when nobody knows whose it is
}

// earlierWording stands in the place of an answer to a wording that cannot be compared
// with today's.
const earlierWording domain.AnswerState = "earlier_wording"

var answerLetters = map[byte]domain.AnswerState{'n': domain.NoOpinion, 's': domain.NotShown, 'e': earlierWording}

// answered reads the responses of a survey, of one wave or of all.
func (f *Facts) answered(ctx context.Context, def *domain.SurveyDefined, q Question) (*answered, error) {
	a := &answered{SurveyDefined: def, guard: f.guard(), values: make([][]float64, len(def.Items)), apart: make([]map[int]domain.AnswerState, len(def.Items)), chosen: make([]map[int][]string, len(def.Items))}
	for i := range def.Items {
		a.apart[i], a.chosen[i] = map[int]domain.AnswerState{}, map[int][]string{}
	}
	text, err := queryFiles.ReadFile("queries/survey_responses.sql")
	if err != nil {
		return nil, err
	}
	byEvent := map[uuid.UUID]int{}
	var letters sql.RawBytes
	err = f.surveyQuery(ctx, def, q, string(text), func(rows *sql.Rows) error {
		var r respondent
		var wave string
		if err := rows.Scan(&r.event, &r.subject, &wave, &r.date, &r.matched, &r.about, &r.minutes, &r.sex, &letters); err != nil {
			return err
		}
		if r.wave = slices.Index(def.Waves, wave); r.wave < 0 {
			return nil // the definition has it no more
		}
		byEvent[r.event] = len(a.rows)
		a.rows = append(a.rows, r)
		return a.read(string(letters))
	})
	if err != nil {
		return nil, err
	}
	err = f.surveyQuery(ctx, def, q, `
		select event_id, item, string_agg(choice, chr(31) order by choice) from reply where choice is not null and state = 'valid' group by all`, func(rows *sql.Rows) error {
		var event uuid.UUID
		var item, choices string
		if err := rows.Scan(&event, &item, &choices); err != nil {
			return err
		}
		row, ok := byEvent[event]
		if i := a.item(item); i >= 0 && ok {
			a.chosen[i][row] = strings.Split(choices, "\x1f")
		}
		return nil
	})
	return a, err
}

// read takes in the answers of the newest row.
func (a *answered) read(letters string) error {
	row := len(a.rows) - 1
	for i := range a.values {
		a.values[i] = append(a.values[i], math.NaN())
	}
	item, from := -1, 0
	take := func(to int) error {
		if item < 0 || item >= len(a.values) {
			return nil
		}
		text := letters[from:to]
		if state, ok := answerLetters[text[0]]; ok {
			a.apart[item][row] = state
			return nil
		}
		v, err := strconv.ParseFloat(text, 64)
		a.values[item][row] = v
		return err
	}
	for at, sign := range letters {
		if sign < 256 {
			continue
		}
		if err := take(at); err != nil {
			return err
		}
		item, from = int(sign-256), at+len(string(sign))
	}
	if item < 0 {
		return nil
	}
	return take(len(letters))
}

// item is the number of an item, or -1.
func (a *answered) item(id string) int {
	return slices.IndexFunc(a.Items, func(i domain.SurveyItem) bool { return i.ID == id })
}

// value is a valid answer, recoded when its item is reversed; NaN when there is none.
func (a *answered) value(item, row int) float64 {
	v := a.values[item][row]
	if i := &a.Items[item]; i.Reversed {
		return float64(i.Min+i.Max) - v
	}
	return v
}

// counter counts equal values.
type counter map[float64]int

func (c counter) sample() statistics.Sample {
	values, counts := make([]float64, 0, len(c)), make([]int, 0, len(c))
	for v, n := range c {
		values, counts = append(values, v), append(counts, n)
	}
	return statistics.Grouped(values, counts) // which orders them
}

// tally is how many respondents gave each valid answer to an item in a wave,
// recoded, and how many something that stands in the place of one.
type tally struct {
	item    domain.SurveyItem
	wave    string
	answers statistics.Sample
	apart   map[domain.AnswerState]int
	crowd   *Crowd // who answered it
	said    *Crowd // and those who had no opinion
}

// tallies counts the answers to the items of some kinds, by wave and item; what nobody
// answered anything to is left out.
func (a *answered) tallies(kinds ...domain.ItemKind) (out []tally) {
	for w, wave := range a.Waves {
		for i, item := range a.Items {
			if !slices.Contains(kinds, item.Kind) {
				continue
			}
			t, counts := tally{item: item, wave: wave, apart: map[domain.AnswerState]int{}}, counter{}
			for row := range a.rows {
				if a.rows[row].wave != w {
					continue
				}
				if v := a.value(i, row); !math.IsNaN(v) {
					counts[v]++
				} else if state, ok := a.apart[i][row]; ok {
					t.apart[state]++
				}
			}
			t.crowd, t.said = a.ofItem(w, i, false), a.ofItem(w, i, true)
			if t.answers = counts.sample(); len(counts) > 0 || len(t.apart) > 0 {
				out = append(out, t)
			}
		}
	}
	return out
}

// own is a respondent's mean over the scale items of a level, or over all. A mean is a
// sum of whole steps over a number of items, so that equal means are equal numbers.
func (a *answered) own(row int, wanted []int) (mean float64, ok bool) {
	if len(wanted) > 1 && len(wanted) == len(a.scaleItems("", true)) {
		mean = a.whole(row)
		return mean, !math.IsNaN(mean)
	}
	return a.mean(row, wanted)
}

// whole is a respondent's mean over all scale items. It is asked for again and again.
func (a *answered) whole(row int) float64 {
	if a.wholes == nil {
		scale := a.scaleItems("", true)
		a.wholes = make([]float64, len(a.rows))
		for row := range a.rows {
			a.wholes[row], _ = a.mean(row, scale) // none is 0/0
		}
	}
	return a.wholes[row]
}

func (a *answered) mean(row int, wanted []int) (mean float64, ok bool) {
	sum, n := 0.0, 0
	for _, i := range wanted {
		if v := a.value(i, row); !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(n), n > 0
}

// scaleItems are the numbers of the scale items, of one level or of all.
func (a *answered) scaleItems(level domain.Level, all bool) (out []int) {
	for i, item := range a.Items {
		if item.Kind == domain.Scale && (all || item.Level == level) {
			out = append(out, i)
		}
	}
	return out
}

// ownMeans are the respondents' own means over some items in a wave, by group; an
// empty group is none.
func (a *answered) ownMeans(wave int, items []int, group func(*respondent) string) map[string]statistics.Sample {
	counts := map[string]counter{}
	for row := range a.rows {
		r := &a.rows[row]
		if r.wave != wave {
			continue
		}
		key := group(r)
		if mean, ok := a.own(row, items); ok && key != "" {
			if counts[key] == nil {
				counts[key] = counter{}
			}
			counts[key][mean]++
		}
	}
	out := map[string]statistics.Sample{}
	for key, c := range counts {
		out[key] = c.sample()
	}
	return out
}

// everybody is the one group of all.
func everybody(*respondent) string { return "all" }

// wholeMeans are the respondents' own means over some items in a wave.
func (a *answered) wholeMeans(wave int, items []int) statistics.Sample {
	return a.ownMeans(wave, items, everybody)["all"]
}
