package statistics

import (
	"cmp"
	"slices"
)

// ranking is the mid-ranks of several samples taken together: equal values
// share the mean of their ranks.
type ranking struct {
	n    int
	sums []float64 // of ranks, a sample each
	ties float64   // Σ(t³ − t) over the groups of equal values
}

func rankTogether(samples []Sample) ranking {
	type part struct {
		value         float64
		count, sample int
	}
	var parts []part
	for i, s := range samples {
		s = s.tidy()
		for j, v := range s.Values {
			parts = append(parts, part{v, s.Counts[j], i})
		}
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.sample, b.sample))
	})
	r := ranking{sums: make([]float64, len(samples))}
	for from := 0; from < len(parts); {
		to, t := from, 0
		for ; to < len(parts) && parts[to].value == parts[from].value; to++ {
			t += parts[to].count
		}
		rank := float64(r.n) + float64(t+1)/2
		for _, p := range parts[from:to] {
			r.sums[p.sample] += float64(float64(p.count) * rank)
		}
		r.ties += tie(t)
		r.n += t
		from = to
	}
	return r
}

func tie(t int) float64 {
	f := float64(t)
	return (f - 1) * f * (f + 1)
}
