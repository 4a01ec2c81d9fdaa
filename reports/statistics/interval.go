package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the usual confidence level of an interval.
const Level = 0.95

// Interval is an estimate and how far it may be from what it estimates.
type Interval struct {
	N         int     // answers; Estimate is a value when there are any
	Estimate  float64 // in the unit of the answers, or a share from 0 to 1
	SE        float64 // standard error, in the same unit
	Low, High float64
	Corrected bool // for a finite population: SE, Low and High are smaller by it
	Valid     bool // whether SE, Low and High are values
}

// MeanInterval is the mean with x̄ ± t(n−1) · s/√n, t being the quantile of
// Student's distribution at (1 + level)/2 (domain.md 4.2).
//
// population is how many could have answered, 0 when that is not known. When
// n is more than 5 % of it, the standard error is multiplied by
// √((N − n)/(N − 1)) (Cochran, Sampling Techniques, 1977, 2.6), and Corrected
// says so; at n = N the interval is the point. A population below n is none.
//
// n = 0: no value. n = 1: an estimate without an interval, unless N = 1. All
// equal: the interval is the point, and tells nothing of those who were not
// asked. A level outside 0 to 1 gives no interval.
func (s Sample) MeanInterval(level float64, population int) Interval {
	s = s.tidy()
	out := Interval{N: s.N()}
	mean, ok := s.Mean()
	if !ok || !between(level) {
		out.Estimate = mean
		return out
	}
	out.Estimate = mean
	var factor float64
	factor, out.Corrected = finitePopulation(out.N, population)
	if factor == 0 {
		out.Low, out.High, out.Valid = mean, mean, true
		return out
	}
	sd, ok := s.SD()
	if !ok {
		out.Corrected = false
		return out
	}
	se := factor * sd / math.Sqrt(float64(out.N))
	margin := studentQuantile((1+level)/2, out.N-1) * se
	return out.bounded(se, mean-margin, mean+margin)
}

// bounded is the interval with its bounds, when they are values.
func (i Interval) bounded(se, low, high float64) Interval {
	if !finite(se) || !finite(low) || !finite(high) {
		i.Corrected = false
		return i
	}
	i.SE, i.Low, i.High, i.Valid = se, low, high, true
	return i
}

func between(level float64) bool { return level > 0 && level < 1 }

// finitePopulation is what a standard error is multiplied by, and whether it
// is: above 5 % of the population.
func finitePopulation(n, population int) (float64, bool) {
	switch {
	case population < n || 20*n <= population:
		return 1, false
	case population == n:
		return 0, true
	}
	return math.Sqrt(float64(population-n) / float64(population-1)), true
}

// manyDF is from where Student's quantile is the series about the normal one:
// there it is good to 1e-14, and the inverse of the beta function is not.
const manyDF = 1000

// studentQuantile is Abramowitz & Stegun 26.7.5 for many degrees of freedom.
func studentQuantile(p float64, df int) float64 {
	nu := float64(df)
	if df < manyDF {
		return distuv.StudentsT{Sigma: 1, Nu: nu}.Quantile(p)
	}
	x := normalQuantile(p)
	x2 := x * x
	g1 := x * (x2 + 1) / 4
	g2 := x * ((5*x2+16)*x2 + 3) / 96
	g3 := x * (((3*x2+19)*x2+17)*x2 - 15) / 384
	g4 := x * ((((79*x2+776)*x2+1482)*x2-1920)*x2 - 945) / 92160
	return x + (g1+(g2+(g3+g4/nu)/nu)/nu)/nu
}

func normalQuantile(p float64) float64 { return distuv.UnitNormal.Quantile(p) }

// normalP is the two-sided p-value of z: 2 · Φ(−|z|).
func normalP(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// Wilson is the share k/n with Wilson's score interval (Wilson, JASA 22, 1927;
// domain.md 4.2): with z the normal quantile at (1 + level)/2,
//
//	(p + z²/2n ± z · √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
//
// Shares are 0 to 1. SE is √(p(1−p)/n), for information; the interval does not
// rest on it. At k = 0 Low is 0, at k = n High is 1, exactly.
//
// population is as in MeanInterval. Of k in a draw without replacement the
// variance is p(1−p)/n · (N − n)/(N − 1) (Cochran, 1977, 3.2), so the set of p
// that the score test does not reject is Wilson's interval with n replaced by
// n(N − 1)/(N − n). The k that were seen and the n − k that were not stay what
// they are, so it is cut to k/N and (N − n + k)/N. At n = N it is the point.
//
// n = 0, k outside 0 to n, or a level outside 0 to 1: no interval.
func Wilson(k, n int, level float64, population int) Interval {
	if n < 1 || k < 0 || k > n {
		return Interval{}
	}
	p := float64(k) / float64(n)
	out := Interval{N: n, Estimate: p}
	if !between(level) {
		return out
	}
	var factor float64
	factor, out.Corrected = finitePopulation(n, population)
	if factor == 0 {
		out.Low, out.High, out.Valid = p, p, true
		return out
	}
	z := normalQuantile((1 + level) / 2)
	m := float64(n) / (factor * factor)
	spread := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	low, high := (p+z*z/(2*m)-spread)/(1+z*z/m), (p+z*z/(2*m)+spread)/(1+z*z/m)
	least, most := 0.0, 1.0
	if out.Corrected {
		least, most = float64(k)/float64(population), float64(population-n+k)/float64(population)
	}
	if k == 0 {
		low = least
	}
	if k == n {
		high = most
	}
	return out.bounded(factor*math.Sqrt(p*(1-p)/float64(n)), max(low, least), min(high, most))
}
