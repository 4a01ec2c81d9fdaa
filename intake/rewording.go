package intake

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
)

// instrument is a survey as it is recorded, and how many answers there are to each
// version of its items.
type instrument struct {
	now      *domain.SurveyDefined   // nil when it is new
	history  []*domain.SurveyDefined // all its definitions, oldest first
	answered map[string]map[int]int  // by item and version
}

func (r *reading) instrument(survey string) (*instrument, error) {
	in := &instrument{answered: map[string]map[int]int{}}
	err := query(r.ctx, r.in.Facts, "select body, superseded_at is null from surveys where survey = ? order by position, idx", func(rows *sql.Rows) error {
		var body string
		var holds bool
		if err := rows.Scan(&body, &holds); err != nil {
			return err
		}
		def := &domain.SurveyDefined{}
		if in.history = append(in.history, def); holds {
			in.now = def
		}
		return json.Unmarshal([]byte(body), def)
	}, survey)
	if err != nil {
		return nil, err
	}
	return in, query(r.ctx, r.in.Facts, `select a.item, a.item_version, count(distinct a.event_id) from answers a
		where a.superseded_at is null and a.survey = ? and coalesce(a.state, '') <> 'not_shown' group by all`, func(rows *sql.Rows) error {
		var item string
		var version, n int
		err := rows.Scan(&item, &version, &n)
		if in.answered[item] == nil {
			in.answered[item] = map[int]int{}
		}
		in.answered[item][version] = n
		return err
	}, survey)
}

// answers counts those to an item in any version.
func (in *instrument) answers(item string) (n int) {
	for _, some := range in.answered[item] {
		n += some
	}
	return n
}

// comparableFrom is what a version of an item could be compared with when it held.
func (in *instrument) comparableFrom(item string, version int) int {
	from := 1
	for _, def := range in.history {
		if i := itemOf(def, item); i != nil && i.Version() == version {
			from = i.ComparableFrom()
		}
	}
	return from
}

func itemOf(def *domain.SurveyDefined, id string) *domain.SurveyItem {
	if def == nil {
		return nil
	}
	for n := range def.Items {
		if def.Items[n].ID == id {
			return &def.Items[n]
		}
	}
	return nil
}

// reworded compares a definition with the recorded one, item by item. What people
// have answered keeps meaning what they were asked: a question that is changed
// after that is a new version, which says whether its answers can be compared.
func (r *reading) reworded(text string, f surveyFile, s *domain.SurveyDefined) error {
	in, err := r.instrument(s.Survey)
	if err != nil || in.now == nil {
		return err
	}
	if err := r.sameWaves(in.now, s); err != nil {
		return err
	}
	lines := itemLines(text)
	for n := range s.Items {
		if old := itemOf(in.now, s.Items[n].ID); old != nil {
			c := itemCheck{r: r, file: f.Item[n], line: at(lines, n)}
			c.settle(in, old, &s.Items[n])
		} else if in.answers(s.Items[n].ID) > 0 {
			r.warn("", at(lines, n), "item "+s.Items[n].ID, domain.T("frågan är tillbaka: svar på en tidigare fråga med samma id räknas till den", "the item is back: answers to an earlier item of the same id count as answers to it"),
				domain.T("ge den ett annat id om det är en annan fråga", "give it another id if it is another question"))
		}
	}
	for _, old := range in.now.Items {
		if n := in.answers(old.ID); n > 0 && itemOf(s, old.ID) == nil {
			r.warn("", 0, "item "+old.ID, domain.Tf("frågan är borta: dess %d svar står kvar i loggen och finns inte i någon siffra", "the item is gone: its %d answers stay in the log and are in no figure", n),
				domain.T("läs in definitionen med frågan igen om det inte var meningen", "import the definition with the item again if it was not meant"))
		}
	}
	return nil
}

// sameWaves refuses a definition without a wave somebody has answered: the answers
// would be in no figure, and of a wave that was renamed.
func (r *reading) sameWaves(now, s *domain.SurveyDefined) error {
	return query(r.ctx, r.in.Facts, "select wave, count(*) from responses where superseded_at is null and survey = ? group by wave order by wave", func(rows *sql.Rows) error {
		var wave string
		var n int
		if err := rows.Scan(&wave, &n); err != nil {
			return err
		}
		// What an earlier definition left behind is no fault of this one.
		if slices.Contains(now.Waves, wave) && !slices.Contains(s.Waves, wave) {
			r.problem("", 0, "waves", domain.Tf("omgången %s har %d svar och är borta", "the wave %s has %d answers and is gone", wave, n),
				domain.T("behåll den, eller ta först bort svaren med utfall undo", "keep it, or first take the answers back with utfall undo"))
		}
		return nil
	}, s.Survey)
}

// settle gives an item the version and comparability it has beside the recorded
// one, or refuses the change.
func (c *itemCheck) settle(in *instrument, old, now *domain.SurveyItem) {
	was, changed, said := old.Version(), changedIn(old, now), c.file.Version
	all := in.answers(old.ID)
	switch {
	case all == 0 && said > 1 && said != was:
		// Nobody has answered: the file's word stands as it is.
	case said == 0 || said == was:
		if n := in.answered[old.ID][was]; len(changed) > 0 && n > 0 {
			c.bad(domain.Tf("frågan har %d svar och har ändrats: %s", "the item has %d answers and was changed: %s", n, strings.Join(changed, ", ")),
				domain.Tf("skriv version = %[1]d, och comparable = true om svaren kan jämföras med de förra, annars comparable = false", "write version = %[1]d, and comparable = true if answers can be compared with those before, else comparable = false", was+1))
			return
		}
		now.Wording, now.Comparable = old.Wording, old.Comparable
		if said > 1 && c.file.Comparable != nil {
			now.Comparable = c.from(in, was)
		}
	case all > 0 && said != was+1:
		c.bad(domain.Tf("frågan är registrerad som version %d, och filen säger version %d", "the item is recorded as version %d, and the file says version %d", was, said),
			domain.Tf("skriv version = %d för en ny lydelse, annars version = %d", "write version = %d for a new wording, else version = %d", was+1, was))
	case said > 1:
		now.Comparable = c.from(in, said)
	default: // back to the first, which nobody has answered another version of
		now.Wording, now.Comparable = 0, 0
	}
}

// from is the oldest version a version can be compared with, as the file has it.
func (c *itemCheck) from(in *instrument, version int) int {
	if !*c.file.Comparable {
		return version
	}
	if from := in.comparableFrom(c.file.ID, version-1); from > 1 {
		return from
	}
	return 0 // the first, as it is recorded
}

// changedIn lists what of an item's wording or scale differs. A translation or
// labels that were not there before change nothing anybody was asked.
func changedIn(old, now *domain.SurveyItem) (out []string) {
	differ := func(key string, was, is any) {
		if fmt.Sprint(was) != fmt.Sprint(is) {
			out = append(out, key)
		}
	}
	spaced := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	differ("kind", old.Kind, now.Kind)
	differ("min", old.Min, now.Min)
	differ("max", old.Max, now.Max)
	differ("reversed", old.Reversed, now.Reversed)
	differ("text.sv", spaced(old.Text.SV), spaced(now.Text.SV))
	if old.Text.EN != "" {
		differ("text.en", spaced(old.Text.EN), spaced(now.Text.EN))
	}
	same := slices.EqualFunc(old.Labels, now.Labels, func(a, b string) bool { return spaced(a) == spaced(b) })
	if len(old.Labels) > 0 && !same {
		out = append(out, "labels")
	}
	return out
}
