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
	item        domain.SurveyItem // zero for the mean over scale items
	level       domain.Level      // of the items, where they are those of one
	wave        string            // the later one
	differences statistics.Sample // after − before
	before      statistics.Sample
	after       statistics.Sample
}

// What pairs are of.
const (
	byScale = "''"    // each respondent's mean over the scale items answered in both waves
	byLevel = "level" // the same, by Kirkpatrick's level of the items
	byItem  = "item"
)

// changed gives the pairs by later wave and what they are of.
func (f *Facts) changed(ctx context.Context, def *domain.SurveyDefined, q Question, by string) ([]change, error) {
	text := `, own as (
			select wave, subject, ` + by + ` as of_group, sum(after - before) as risen, sum(before) as low, sum(after) as high, count(*) as items from pair where kind = 'scale' group by all)
		select wave, of_group, risen / items, low / items, high / items, count(*) from own group by all order by all`
	if by == byItem {
		text = `select wave, item, after - before, before, after, count(*) from pair where kind in ('scale', 'nps') group by all order by wave, any_value(ordinal), item, 3, 4`
	}
	type drawn struct {
		change
		of     string
		values [3][]float64
		counts []int
	}
	var all []drawn
	q.Wave = "" // pairs are of two waves
	err := f.surveyQuery(ctx, def, q, text, func(rows *sql.Rows) error {
		var wave, of string
		var v [3]float64
		var n int
		if err := rows.Scan(&wave, &of, &v[0], &v[1], &v[2], &n); err != nil {
			return err
		}
		if last := len(all) - 1; last < 0 || all[last].wave != wave || all[last].of != of {
			d := drawn{change: change{wave: wave}, of: of}
			if by == byItem {
				d.item, _ = itemOf(def, of)
			} else {
				d.level = domain.Level(of)
			}
			all = append(all, d)
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
	seed.Write([]byte(survey + "\x00" + c.wave + "\x00" + c.item.ID + string(c.level)))
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
		if _, err := oneScale(def.Items, domain.Scale); err != nil {
			return err
		}
	}
	by := byScale
	if q.By == "item" {
		by = byItem
	}
	all, err := f.changed(ctx, def, q, by)
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
