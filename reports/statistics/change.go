package statistics

import (
	"math"
	"slices"
)

// Resamples is the usual number of resamples of a bootstrap.
const Resamples = 2000

// CohenDZ is the mean difference of pairs in standard deviations of the
// differences, d̄/s (Cohen, Statistical Power Analysis, 1988, 2.3.5; domain.md
// 4.5), without unit. No value for fewer than two pairs, and where all differ
// by the same.
func CohenDZ(differences Sample) (float64, bool) {
	mean, _ := differences.Mean()
	sd, ok := differences.SD()
	if !ok {
		return 0, false
	}
	return value(mean / sd) // none at sd = 0
}

// HedgesG is CohenDZ less its bias in small samples, dz · (1 − 3/(4(n − 1) − 1))
// (Hedges, J. Educ. Stat. 6, 1981; domain.md 4.5), without unit. No value where
// dz has none, and for two pairs, of which the correction would make 0.
func HedgesG(differences Sample) (float64, bool) {
	dz, ok := CohenDZ(differences)
	n := differences.N()
	if !ok || n < 3 {
		return 0, false
	}
	return value(dz * (1 - 3/(4*float64(n-1)-1)))
}

// BootstrapMean is the mean with the percentile interval of the bootstrap
// (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, 13.3): n answers
// are drawn with replacement, resamples times; of the resampled means, ordered,
// Low is the k-th smallest and High the k-th largest, k = ⌊(B + 1)(1 − level)/2⌋
// and at least 1, never anything between two means. SE is the standard
// deviation of the resampled means.
//
// Seed and sample give the interval, on any machine: see draw.go for how it is
// drawn. n = 0: no value. n = 1: an estimate without an interval. All equal:
// the interval is the point. Fewer than two resamples, or a level outside 0 to
// 1: no interval.
func BootstrapMean(s Sample, level float64, resamples int, seed uint64) Interval {
	s = s.tidy()
	out := Interval{N: s.N()}
	out.Estimate, _ = s.Mean()
	if out.N < 2 || resamples < 2 || !between(level) {
		return out
	}
	if len(s.Values) == 1 {
		return out.bounded(0, out.Estimate, out.Estimate)
	}
	means := newResampler(s, seed).means(resamples)
	se, _ := Of(means).SD()
	slices.Sort(means)
	// What rounding takes from a whole number is given back before the floor.
	k := max(1, int(math.Floor(float64(resamples+1)*(1-level)/2+1e-9)))
	return out.bounded(se, means[k-1], means[resamples-k])
}
