package reports

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"utfall/domain"
	"utfall/reports/statistics"
	"utfall/rules"
)

// definition reads a survey's definition as it stood, the rule set of its project
// and the least number of respondents a figure must have behind it.
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

// Survey is a survey as it is defined at the facts' position.
func (f *Facts) Survey(ctx context.Context, id string) (*domain.SurveyDefined, error) {
	if err := f.known(ctx, Question{Survey: id}); err != nil {
		return nil, err
	}
	def, _, _, err := f.definition(ctx, id)
	return def, err
}

// LeastRespondents is how many must be behind a figure of a survey.
func (f *Facts) LeastRespondents(ctx context.Context, id string) (int, error) {
	_, _, k, err := f.definition(ctx, id)
	return k, err
}

// surveyQuery runs a query that stands on queries/survey.sql: the survey's tables are
// there, and what follows them selects, with args of its own.
func (f *Facts) surveyQuery(ctx context.Context, def *domain.SurveyDefined, q Question, text string, do func(*sql.Rows) error, args ...any) error {
	if q.Range == (domain.Period{}) { // nothing has a day, and answers need none
		q.Range = domain.Period{From: domain.MustDate("1900-01-01"), To: domain.MustDate("2999-12-31")}
	}
	q.Survey, q.Project, q.Grain = def.Survey, def.Project, domain.None
	return f.each(ctx, "survey "+def.Survey, f.fill("with "+prelude()+standsOn("survey")+"\n"+text, q), do, append(q.args(), args...)...)
}

func itemOf(def *domain.SurveyDefined, id string) (domain.SurveyItem, bool) {
	i := slices.IndexFunc(def.Items, func(i domain.SurveyItem) bool { return i.ID == id })
	if i < 0 {
		return domain.SurveyItem{}, false
	}
	return def.Items[i], true
}

// oneScale refuses figures over several items that do not share a scale.
func oneScale(items []domain.SurveyItem, kind domain.ItemKind) (scale domain.SurveyItem, err error) {
	for _, item := range items {
		if item.Kind != kind {
			continue
		}
		if scale.ID != "" && (item.Min != scale.Min || item.Max != scale.Max) {
			return scale, domain.Refuse(domain.Usage, domain.T("frågorna har olika skalor", "the items have different scales"), domain.T("ange --by item", "give --by item"))
		}
		scale = item
	}
	return scale, nil
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
	out := &Answer{Metric: m}
	switch {
	case m.ID == "survey.change":
		err = f.changes(ctx, def, q, out)
	case m.ID == "survey.response_rate":
		err = f.responseRates(ctx, def, q, out)
	default:
		err = f.described(ctx, m, def, q, k, out)
	}
	if err == nil && len(out.Values) == 0 && out.Note.Zero() {
		out.Note = domain.T("inga svar är registrerade", "no answers are recorded")
	}
	return out, err
}

// described answers a question about the answers of single waves.
func (f *Facts) described(ctx context.Context, m Metric, def *domain.SurveyDefined, q Question, k int, out *Answer) error {
	if err := waveGiven(def, q); err != nil {
		return err
	}
	kind := domain.Scale
	if m.ID == "survey.nps" {
		kind = domain.NPS
	}
	scale, err := oneScale(def.Items, kind)
	if err != nil && q.By != "item" {
		return err
	}
	all, err := f.answered(ctx, def, q)
	if err != nil {
		return err
	}
	if m.ID == "survey.outcome" {
		return outcomeValues(all, q, out)
	}
	tallies := all.tallies(kind)
	if q.By == "item" {
		for _, t := range tallies {
			if t.answers.N() > 0 {
				v := m.valueOf(t.item.ID, t.answers, t.item)
				v.Base.Crowd = t.crowd
				out.Values = append(out.Values, v)
			}
		}
		return nil
	}
	for w, wave := range def.Waves {
		var s statistics.Sample
		if m.ID == "survey.top2" || m.ID == "survey.nps" {
			s = pooled(tallies, wave, k)
		} else {
			s = all.wholeMeans(w, all.scaleItems("", true))
		}
		if s.N() == 0 {
			continue
		}
		key := ""
		if q.By == "wave" {
			key = wave
		}
		v := m.valueOf(key, s, scale)
		v.Base.N = respondents(tallies, wave, s)
		v.Base.Crowd = m.pooledCrowd(all, tallies, w, k)
		if v.Base.N < s.N() {
			v.Low, v.High = nil, nil // several answers of one person do not make several persons
		}
		out.Values = append(out.Values, v)
	}
	return nil
}

// pooled are all answers of a wave. An item withheld by itself stays out of the
// pool, or the pool less the other items would give it away.
func pooled(tallies []tally, wave string, k int) statistics.Sample {
	var values []float64
	var counts []int
	for _, t := range tallies {
		if t.wave == wave && t.answers.N() >= k {
			values, counts = append(values, t.answers.Values...), append(counts, t.answers.Counts...)
		}
	}
	return statistics.Grouped(values, counts)
}

// pooledCrowd are those behind answers pooled over items, or behind the mean of means.
func (m Metric) pooledCrowd(all *answered, tallies []tally, wave, k int) *Crowd {
	if m.ID != "survey.top2" && m.ID != "survey.nps" {
		return all.ofMeans(wave, all.scaleItems("", true), everybody, "all")
	}
	var parts []*Crowd
	for _, t := range tallies {
		if t.wave == all.Waves[wave] && t.answers.N() >= k {
			parts = append(parts, t.crowd)
		}
	}
	return united(parts...)
}

// respondents is how many are behind answers pooled over items, as far as counts
// tell: as many as answered the item most answered. One can answer several.
func respondents(tallies []tally, wave string, s statistics.Sample) int {
	most := 0
	for _, t := range tallies {
		if t.wave == wave {
			most = max(most, t.answers.N())
		}
	}
	return min(most, s.N())
}

// valueOf is a metric's figure of answers to an item, or to items of one scale.
func (m Metric) valueOf(key string, s statistics.Sample, item domain.SurveyItem) Value {
	v := Value{Key: key, N: s.N(), Valid: true, Base: Base{Of: Respondents, N: s.N()}}
	switch m.ID {
	case "survey.mean":
		v.measured(s.MeanInterval(statistics.Level, 0))
	case "survey.median":
		v.Number, _ = s.Median()
	case "survey.top2":
		v.measured(statistics.Wilson(atLeast(s, item.Max-1), s.N(), statistics.Level, 0))
	default:
		nps := statistics.NPS(s, statistics.Level)
		v.measured(statistics.Interval{Estimate: nps.Score, Low: nps.Low, High: nps.High, Valid: nps.Valid && nps.SE > 0})
	}
	return v
}

// atLeast is how many answered a step or a higher one.
func atLeast(s statistics.Sample, step int) (n int) {
	for i, v := range s.Values {
		if v >= float64(step) {
			n += s.Counts[i]
		}
	}
	return n
}

// measured makes the figure an estimate, with its interval where it has one.
func (v *Value) measured(i statistics.Interval) {
	if v.Number = i.Estimate; i.Valid {
		v.Low, v.High = &i.Low, &i.High
	}
}

// waveGiven asks for a wave when there are several and none is meant.
func waveGiven(def *domain.SurveyDefined, q Question) error {
	if q.Wave != "" && !slices.Contains(def.Waves, q.Wave) || q.Wave == "" && len(def.Waves) > 1 && q.By != "wave" {
		return domain.Refuse(domain.Usage, domain.Tf("enkäten %s har flera omgångar", "survey %s has several waves", def.Survey),
			domain.Tf("ange --wave: %v, eller --by wave", "give --wave: %v, or --by wave", def.Waves))
	}
	return nil
}
