package reports

import (
	"context"
	"database/sql"
	"hash/fnv"
	"slices"

	"utfall/domain"
	"utfall/reports/statistics"
)

// Change is what became of respondents between two waves.
type Change struct {
	statistics.SignedRank
	DZ, G *float64 // Cohen's dz and Hedges' g; nil where there is none
}

// change is the respondents of two waves whose answers are paired.
type change struct {
	item        domain.SurveyItem // zero for the mean over the scale items
	wave        string            // the later one
	differences statistics.Sample // after − before
	before      statistics.Sample
	after       statistics.Sample
}

// changed gives the pairs of an item and later wave, in the order of waves and
// items. Without an item, of each respondent's mean difference over the scale
// items answered in both.
func (f *Facts) changed(ctx context.Context, def *domain.SurveyDefined, q Question, items bool) ([]change, error) {
	select_ := `, own as (
			select subject, wave, sum(after - before) as risen, sum(before) as low, sum(after) as high, count(*) as items from pair where kind = 'scale' group by all)
		select wave, '', risen / items, low / items, high / items, count(*) from own group by all order by 1, 3, 4, 5`
	if items {
		select_ = `select wave, item, after - before, before, after, count(*) from pair where kind in ('scale', 'nps') group by all order by wave, any_value(ordinal), 3, 4`
	}
	q.Wave = "" // pairs are of two waves
	type drawn struct {
		change
		values [3][]float64
		counts []int
	}
	var all []drawn
	err := f.surveyQuery(ctx, def, q, select_, func(rows *sql.Rows) error {
		var wave, id string
		var v [3]float64
		var n int
		if err := rows.Scan(&wave, &id, &v[0], &v[1], &v[2], &n); err != nil {
			return err
		}
		if last := len(all) - 1; last < 0 || all[last].wave != wave || all[last].item.ID != id {
			item, _ := itemOf(def, id)
			all = append(all, drawn{change: change{item: item, wave: wave}})
		}
		last := &all[len(all)-1]
		for i := range v {
			last.values[i] = append(last.values[i], v[i])
		}
		last.counts = append(last.counts, n)
		return nil
	})
	out := make([]change, len(all))
	for i, d := range all {
		d.differences, d.before, d.after = statistics.Grouped(d.values[0], d.counts), statistics.Grouped(d.values[1], d.counts), statistics.Grouped(d.values[2], d.counts)
		out[i] = d.change
	}
	slices.SortStableFunc(out, func(a, b change) int { return slices.Index(def.Waves, a.wave) - slices.Index(def.Waves, b.wave) })
	return out, err
}

// value is the mean change with its bootstrap interval, and the test of whether it
// is one. The seed is the survey's id and what the change is of, so that the same
// answers give the same interval.
func (c change) value(survey, key string) Value {
	seed := fnv.New64a()
	seed.Write([]byte(survey + "\x00" + c.wave + "\x00" + c.item.ID))
	out := Value{Key: key, N: c.differences.N(), Valid: true, Base: Base{Of: Respondents, N: c.differences.N()}}
	out.measured(statistics.BootstrapMean(c.differences, statistics.Level, statistics.Resamples, seed.Sum64()))
	out.Change = &Change{SignedRank: statistics.WilcoxonSignedRank(c.differences, statistics.DropZeros)}
	if dz, ok := statistics.CohenDZ(c.differences); ok {
		out.Change.DZ = &dz
	}
	if g, ok := statistics.HedgesG(c.differences); ok {
		out.Change.G = &g
	}
	return out
}

// changes answers survey.change: from the first wave to the last, to the one given,
// or by wave to each.
func (f *Facts) changes(ctx context.Context, def *domain.SurveyDefined, q Question, out *Answer) error {
	if len(def.Waves) < 2 {
		out.Note = domain.T("enkäten har en enda omgång: det finns ingen förändring att mäta", "the survey has one wave only: there is no change to measure")
		return nil
	}
	to := q.Wave
	switch {
	case to == "":
		to = def.Waves[len(def.Waves)-1]
	case slices.Index(def.Waves, to) < 1:
		return domain.Refuse(domain.Usage, domain.Tf("%q är ingen senare omgång av enkäten %s", "%q is no later wave of survey %s", to, def.Survey),
			domain.Tf("ange --wave: %v", "give --wave: %v", def.Waves[1:]))
	}
	if q.By != "item" {
		if _, err := oneScale(def, domain.Scale); err != nil {
			return err
		}
	}
	all, err := f.changed(ctx, def, q, q.By == "item")
	if err != nil {
		return err
	}
	for _, c := range all {
		switch {
		case q.By == "wave":
			out.Values = append(out.Values, c.value(def.Survey, c.wave))
		case c.wave == to:
			out.Values = append(out.Values, c.value(def.Survey, c.item.ID))
		}
	}
	if len(out.Values) == 0 {
		out.Note = domain.T("ingen svarande kan följas från den första omgången", "no respondent can be followed from the first wave")
	}
	return nil
}
