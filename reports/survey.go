package reports

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// answer is one valid numeric answer, of the one response a person's answers
// in a wave are taken from.
type answer struct {
	entry Entry
	item  string
	wave  string
	value float64 // recoded
}

// definition reads a survey's definition as it stood.
func (f *Facts) definition(ctx context.Context, survey string) (*domain.SurveyDefined, rules.Set, int, error) {
	var body, programme string
	var k int
	err := f.DB.QueryRowContext(ctx, fmt.Sprintf(`select s.body, coalesce(p.programme, ''), coalesce(p.small_cell_k, 0)
		from surveys_at(%d) s left join projects_at(%d) p on p.project = s.project where survey = ?`, f.AsOf, f.AsOf), survey).Scan(&body, &programme, &k)
	if err != nil {
		return nil, rules.Set{}, 0, fmt.Errorf("survey %s: %w", survey, err)
	}
	var def domain.SurveyDefined
	set := rules.Of(programme)
	return &def, set, leastOf(set, k).survey, json.Unmarshal([]byte(body), &def)
}

// responsesTaken chooses one response a person and wave (formats.md 3): in the
// first of several waves the latest complete one, in any other the first
// complete one; somebody without a complete one is taken with a partial one by
// the same order.
const responsesTaken = `
	taken as (
		select r.*, b.file_sealed, b.batch_id
		from responses_at({as_of}) r join batches b on b.position = r.position
		where survey = ? and (? = '' or wave = ?) and (date is null or date between ? and ?)
		qualify row_number() over (partition by subject, wave order by complete desc,
			case when wave = ? then -coalesce(epoch(date), 0) else coalesce(epoch(date), 0) end, case when wave = ? then -r.position::bigint else r.position::bigint end,
			case when wave = ? then -idx::bigint else idx::bigint end) = 1
	)`

// answers gives the valid answers to the items wanted, ordered by wave, item,
// date, position and index, reversed items recoded.
func (f *Facts) answers(ctx context.Context, def *domain.SurveyDefined, q Question, want func(domain.SurveyItem) bool) ([]answer, error) {
	items := map[string]domain.SurveyItem{}
	order := map[string]int{}
	for i, item := range def.Items {
		if want(item) {
			items[item.ID], order[item.ID] = item, i
		}
	}
	first := ""
	if len(def.Waves) > 1 {
		first = def.Waves[0]
	}
	text := "with " + asOf(responsesTaken, f.AsOf) + asOf(`
		select t.event_id, t.position, t.file_sealed, t.batch_id, t.source_line, coalesce(strftime(t.date, '%Y-%m-%d'), ''), t.subject, t.wave, a.item, a.value
		from taken t join answers_at({as_of}) a on a.event_id = t.event_id where a.value is not null
		order by t.date, t.position, t.idx`, f.AsOf)
	rows, err := f.DB.QueryContext(ctx, text, def.Survey, q.Wave, q.Wave, q.Range.From.Time(), q.Range.To.Time(), first, first, first)
	if err != nil {
		return nil, fmt.Errorf("answers of %s: %w", def.Survey, err)
	}
	defer rows.Close()
	var out []answer
	for rows.Next() {
		var a answer
		err := rows.Scan(&a.entry.Event, &a.entry.Position, &a.entry.File, &a.entry.Batch, &a.entry.Line, &a.entry.Date, &a.entry.Subject, &a.wave, &a.item, &a.value)
		if err != nil {
			return nil, err
		}
		item, ok := items[a.item]
		if !ok {
			continue
		}
		if item.Reversed {
			a.value = float64(item.Min+item.Max) - a.value
		}
		a.entry.Measure = a.value
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b answer) int {
		return cmp.Or(cmp.Compare(slices.Index(def.Waves, a.wave), slices.Index(def.Waves, b.wave)), cmp.Compare(order[a.item], order[b.item]))
	})
	return out, rows.Err()
}

func asOf(text string, position uint64) string {
	return strings.ReplaceAll(text, "{as_of}", strconv.FormatUint(position, 10))
}

// group is the values a statistic is computed of.
type group struct {
	key    string
	item   domain.SurveyItem // of the item, or of the common scale
	values []float64
	from   []answer
}

// people is how many respondents are behind the group: what is tested against
// the least number, for one person can give several answers.
func (g group) people() int {
	seen := map[uuid.UUID]bool{}
	for _, a := range g.from {
		seen[a.entry.Subject] = true
	}
	return len(seen)
}

// statistic computes a survey metric, in full: disclosure control comes after it.
func (f *Facts) statistic(ctx context.Context, m Metric, q Question) (*Answer, error) {
	if q.Survey == "" {
		return nil, domain.Refuse(domain.Usage, domain.T("ingen enkät är angiven", "no survey is given"), domain.T("ange --survey", "give --survey"))
	}
	if q.Grain != domain.None {
		return nil, domain.Refuse(domain.Usage, domain.T("enkätmått delas inte upp på tid", "survey metrics are not broken down by time"), domain.T("ange --by item eller --by wave", "give --by item or --by wave"))
	}
	def, _, k, err := f.definition(ctx, q.Survey)
	if err != nil {
		return nil, err
	}
	groups, err := f.groups(ctx, m, def, q, k)
	if err != nil {
		return nil, err
	}
	out := &Answer{Metric: m}
	for _, g := range groups {
		out.Values = append(out.Values, Value{Key: g.key, N: len(g.values), Number: m.statisticOf(g), Valid: true, Base: Base{Of: Respondents, N: g.people()}})
	}
	if len(groups) == 0 {
		out.Note = domain.T("inga svar är registrerade", "no answers are recorded")
	}
	return out, nil
}

func (m Metric) statisticOf(g group) float64 {
	switch m.ID {
	case "survey.mean":
		return mean(g.values)
	case "survey.median":
		return median(g.values)
	case "survey.top2":
		return topTwo(g.values, g.item.Max)
	default:
		return netPromoter(g.values)
	}
}

// groups gathers the values of a survey question by its dimension.
func (f *Facts) groups(ctx context.Context, m Metric, def *domain.SurveyDefined, q Question, k int) ([]group, error) {
	kind := domain.Scale
	if m.ID == "survey.nps" {
		kind = domain.NPS
	}
	if err := f.waveGiven(def, q); err != nil {
		return nil, err
	}
	if q.Range == (domain.Period{}) {
		return nil, nil
	}
	answers, err := f.answers(ctx, def, q, func(i domain.SurveyItem) bool { return i.Kind == kind })
	if err != nil {
		return nil, err
	}
	switch q.By {
	case "item":
		return byItem(def, kind, answers), nil
	case "wave":
		var out []group
		for _, wave := range def.Waves {
			g, err := overall(m, def, kind, slices.DeleteFunc(slices.Clone(answers), func(a answer) bool { return a.wave != wave }), k)
			if err != nil {
				return nil, err
			}
			if g.key = wave; len(g.values) > 0 {
				out = append(out, g)
			}
		}
		return out, nil
	}
	g, err := overall(m, def, kind, answers, k)
	if err != nil || len(g.values) == 0 {
		return nil, err
	}
	return []group{g}, nil
}

// waveGiven asks for a wave when there are several and none is meant.
func (f *Facts) waveGiven(def *domain.SurveyDefined, q Question) error {
	if q.Wave != "" && !slices.Contains(def.Waves, q.Wave) || q.Wave == "" && len(def.Waves) > 1 && q.By != "wave" {
		return domain.Refuse(domain.Usage, domain.Tf("enkäten %s har flera omgångar", "survey %s has several waves", def.Survey),
			domain.Tf("ange --wave: %v, eller --by wave", "give --wave: %v, or --by wave", def.Waves))
	}
	return nil
}

func byItem(def *domain.SurveyDefined, kind domain.ItemKind, answers []answer) []group {
	var out []group
	for _, item := range def.Items {
		if item.Kind != kind {
			continue
		}
		g := group{key: item.ID, item: item}
		for _, a := range answers {
			if a.item == item.ID {
				g.values, g.from = append(g.values, a.value), append(g.from, a)
			}
		}
		if len(g.values) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// overall is the group without a dimension: for NPS and top two the pooled
// answers, else each respondent's mean over the scale items, which must share
// one scale.
func overall(m Metric, def *domain.SurveyDefined, kind domain.ItemKind, answers []answer, k int) (group, error) {
	var g group
	for _, item := range def.Items {
		if item.Kind != kind {
			continue
		}
		if g.item.ID != "" && (item.Min != g.item.Min || item.Max != g.item.Max) {
			return g, domain.Refuse(domain.Usage, domain.T("frågorna har olika skalor", "the items have different scales"), domain.T("ange --by item", "give --by item"))
		}
		g.item = item
	}
	g.from = answers
	if kind == domain.NPS || m.ID == "survey.top2" {
		// An item withheld by itself stays out of the pool, or the pool less the
		// other items would give it away.
		g.from = nil
		for _, item := range byItem(def, kind, answers) {
			if item.people() >= k {
				g.values, g.from = append(g.values, item.values...), append(g.from, item.from...)
			}
		}
		return g, nil
	}
	sums, counts := map[uuid.UUID]float64{}, map[uuid.UUID]int{}
	var order []uuid.UUID
	for _, a := range answers {
		if counts[a.entry.Subject] == 0 {
			order = append(order, a.entry.Subject)
		}
		sums[a.entry.Subject] += a.value
		counts[a.entry.Subject]++
	}
	for _, s := range order {
		g.values = append(g.values, sums[s]/float64(counts[s]))
	}
	return g, nil
}

// statisticEntries gives the answers behind a survey figure.
func (f *Facts) statisticEntries(ctx context.Context, q Question, answer *Answer, each func(Entry) error) error {
	def, _, k, err := f.definition(ctx, q.Survey)
	if err != nil {
		return err
	}
	groups, err := f.groups(ctx, answer.Metric, def, q, k)
	if err != nil {
		return err
	}
	for _, g := range groups {
		for _, a := range g.from {
			a.entry.Key = g.key
			if err := each(a.entry); err != nil {
				return err
			}
		}
	}
	return nil
}
