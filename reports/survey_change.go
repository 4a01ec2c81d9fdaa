package reports

import (
	"context"
	"hash/fnv"
	"math"
	"slices"

	"github.com/google/uuid"

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
	crowd       *Crowd
}

// pairs are the rows of respondents who answered the first wave and another one: only
// a code can tell that they are one.
func (a *answered) pairs(wave int) (out [][2]int) {
	first := map[uuid.UUID]int{}
	for row := range a.rows {
		if r := &a.rows[row]; r.wave == 0 && r.matched {
			first[r.subject] = row
		}
	}
	for row := range a.rows {
		r := &a.rows[row]
		if before, ok := first[r.subject]; ok && r.wave == wave && r.matched {
			out = append(out, [2]int{before, row})
		}
	}
	return out
}

// changeOf is the change over some items, of each respondent's mean when they are
// several.
func (a *answered) changeOf(pairs [][2]int, items []int, c change) (change, bool) {
	differences, before, after := counter{}, counter{}, counter{}
	for _, pair := range pairs {
		n, sum := 0, [2]float64{}
		for _, i := range items {
			if x, y := a.value(i, pair[0]), a.value(i, pair[1]); !math.IsNaN(x) && !math.IsNaN(y) {
				sum[0], sum[1], n = sum[0]+x, sum[1]+y, n+1
			}
		}
		if n == 0 {
			continue
		}
		// Whole steps over a number of items: equal differences are equal numbers.
		differences[(sum[1]-sum[0])/float64(n)]++
		before[sum[0]/float64(n)]++
		after[sum[1]/float64(n)]++
	}
	c.crowd = a.ofPairs(pairs, items)
	c.differences, c.before, c.after = differences.sample(), before.sample(), after.sample()
	return c, len(differences) > 0
}

// itemChanges are those of each item, in a later wave.
func (a *answered) itemChanges(wave int) (out []change) {
	pairs := a.pairs(wave)
	for i, item := range a.Items {
		if item.Kind != domain.Scale && item.Kind != domain.NPS {
			continue
		}
		if c, ok := a.changeOf(pairs, []int{i}, change{item: item, wave: a.Waves[wave]}); ok {
			out = append(out, c)
		}
	}
	return out
}

// levelChange is that of the items of a level, or of all scale items.
func (a *answered) levelChange(wave int, level domain.Level, all bool) (change, bool) {
	items := a.scaleItems(level, all)
	return a.changeOf(a.pairs(wave), items, change{level: level, wave: a.Waves[wave]})
}

// value is the mean change with its bootstrap interval, and the test of whether it
// is one. The seed is the survey's id and what the change is of, so that the same
// answers give the same interval.
func (c change) value(survey, key string, zeros statistics.Zeros) Value {
	seed := fnv.New64a()
	seed.Write([]byte(survey + "\x00" + c.wave + "\x00" + c.item.ID + string(c.level)))
	out := Value{Key: key, N: c.differences.N(), Valid: true, Base: Base{Of: Respondents, N: c.differences.N(), Crowd: c.crowd}}
	out.measured(statistics.BootstrapMean(c.differences, statistics.Level, statistics.Resamples, seed.Sum64()))
	out.Change = &Change{SignedRank: statistics.WilcoxonSignedRank(c.differences, zeros)}
	if dz, ok := statistics.CohenDZ(c.differences); ok {
		out.Change.DZ = &dz
	}
	if g, ok := statistics.HedgesG(c.differences); ok {
		out.Change.G = &g
	}
	return out
}

// zeros is what becomes of pairs without a difference (domain.md 4.5).
func (q Question) zeros() statistics.Zeros {
	if q.Pratt {
		return statistics.Pratt
	}
	return statistics.DropZeros
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
	q.Wave = "" // pairs are of two waves
	all, err := f.answered(ctx, def, q)
	if err != nil {
		return err
	}
	for w := 1; w < len(def.Waves); w++ {
		switch {
		case q.By == "wave":
			if c, ok := all.levelChange(w, "", true); ok {
				out.Values = append(out.Values, c.value(def.Survey, c.wave, q.zeros()))
			}
		case def.Waves[w] != to:
		case q.By == "item":
			for _, c := range all.itemChanges(w) {
				out.Values = append(out.Values, c.value(def.Survey, c.item.ID, q.zeros()))
			}
		default:
			if c, ok := all.levelChange(w, "", true); ok {
				out.Values = append(out.Values, c.value(def.Survey, "", q.zeros()))
			}
		}
	}
	if len(out.Values) == 0 {
		out.Note = domain.T("ingen svarande kan följas från den första omgången", "no respondent can be followed from the first wave")
	}
	return nil
}
