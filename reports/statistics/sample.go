package statistics

import (
	"cmp"
	"math"
	"slices"
)

// Sample is answers in groups: the distinct values, ascending, each with how
// many gave it, above 0. Of and Grouped make one; a Sample written by hand that
// breaks these rules is read as Grouped would.
type Sample struct {
	Values []float64
	Counts []int
}

// Of groups single values. NaN, infinite values and those beyond ±1e100 are
// missing answers, left out.
func Of(values []float64) Sample {
	ones := make([]int, len(values))
	for i := range ones {
		ones[i] = 1
	}
	return Grouped(values, ones)
}

// Grouped makes a sample of values in any order, counts[i] answers of values[i];
// equal values are added up. Values that are no answers, as in Of, and counts
// below 1 are left out. There must be a count for each value.
func Grouped(values []float64, counts []int) Sample {
	type group struct {
		value float64
		count int
	}
	var groups []group
	for i, v := range values {
		if n := counts[i]; n > 0 && isAnswer(v) {
			groups = append(groups, group{v + 0, n}) // −0 is 0
		}
	}
	slices.SortFunc(groups, func(a, b group) int { return cmp.Compare(a.value, b.value) })
	var s Sample
	for _, g := range groups {
		if last := len(s.Values) - 1; last >= 0 && s.Values[last] == g.value {
			s.Counts[last] += g.count
			continue
		}
		s.Values, s.Counts = append(s.Values, g.value), append(s.Counts, g.count)
	}
	return s
}

// tidy is the sample as its type promises it.
func (s Sample) tidy() Sample {
	for i, v := range s.Values {
		if !isAnswer(v) || s.Counts[i] < 1 || i > 0 && s.Values[i-1] >= v {
			return Grouped(s.Values, s.Counts)
		}
	}
	return s
}

// isAnswer is false of NaN and of what is so large that squares would overflow.
func isAnswer(v float64) bool { return math.Abs(v) <= 1e100 }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// value is v, unless it is none.
func value(v float64) (float64, bool) {
	if !finite(v) {
		return 0, false
	}
	return v, true
}

// N is how many answers there are.
func (s Sample) N() int {
	s = s.tidy()
	n := 0
	for _, c := range s.Counts {
		n += c
	}
	return n
}

// Sum is Σ cᵢxᵢ, added in ascending order of the values.
func (s Sample) Sum() float64 {
	s = s.tidy()
	sum := 0.0
	for i, v := range s.Values {
		// The conversion keeps the product from being fused with the sum, which
		// some processors do, with other bits.
		sum += float64(float64(s.Counts[i]) * v)
	}
	return sum
}

// SumOfSquares is Σ cᵢ(xᵢ − x̄)², the squares about the mean, added in ascending
// order of the values; 0 for no answer, one answer, and answers all equal.
func (s Sample) SumOfSquares() float64 {
	s = s.tidy()
	mean, _ := s.Mean()
	sum := 0.0
	for i, v := range s.Values {
		d := v - mean
		sum += float64(float64(s.Counts[i]) * float64(d*d))
	}
	return sum
}

// Mean is x̄ = Σ cᵢxᵢ / n, in the unit of the answers; no value for n = 0.
func (s Sample) Mean() (float64, bool) {
	s = s.tidy()
	switch len(s.Values) {
	case 0:
		return 0, false
	case 1: // exactly: 3 × 0.1 / 3 is not 0.1
		return s.Values[0], true
	}
	return value(s.Sum() / float64(s.N()))
}

// SD is the sample standard deviation, √(Σ cᵢ(xᵢ − x̄)² / (n − 1)), in the unit
// of the answers (domain.md 4.2). No value for n < 2; 0 when all are equal.
func (s Sample) SD() (float64, bool) {
	n := s.N()
	if n < 2 {
		return 0, false
	}
	return value(math.Sqrt(s.SumOfSquares() / float64(n-1)))
}

// Median is the middle answer, or the mean of the two in the middle, in the
// unit of the answers; no value for n = 0.
func (s Sample) Median() (float64, bool) {
	s = s.tidy()
	n := s.N()
	if n == 0 {
		return 0, false
	}
	low, high := s.at((n-1)/2), s.at(n/2)
	return value(low + (high-low)/2)
}

// at is the answer with i answers before it in ascending order.
func (s Sample) at(i int) float64 {
	for j, c := range s.Counts {
		if i < c {
			return s.Values[j]
		}
		i -= c
	}
	return s.Values[len(s.Values)-1]
}

// TopTwo is the share, 0 to 1, of answers on the two highest steps of a scale
// that ends at max (top-2-box, domain.md 4.2); no value for n = 0.
func (s Sample) TopTwo(max int) (float64, bool) {
	s = s.tidy()
	n, top := 0, 0
	for i, v := range s.Values {
		n += s.Counts[i]
		if v >= float64(max-1) {
			top += s.Counts[i]
		}
	}
	if n == 0 {
		return 0, false
	}
	return float64(top) / float64(n), true
}

// Step is one step of a scale with the answers on it.
type Step struct {
	Value int
	Count int
	Share float64 // of all answers, 0 to 1
}

// Distribution is each step of the scale min to max, those nobody chose as
// well; nil for n = 0. An answer between or beyond the steps is on none of
// them, and is part of what the shares are of.
func (s Sample) Distribution(min, max int) []Step {
	s = s.tidy()
	n := s.N()
	if n == 0 || max < min {
		return nil
	}
	out := make([]Step, 0, max-min+1)
	for v := min; v <= max; v++ {
		step := Step{Value: v}
		if i, found := slices.BinarySearch(s.Values, float64(v)); found {
			step.Count = s.Counts[i]
			step.Share = float64(step.Count) / float64(n)
		}
		out = append(out, step)
	}
	return out
}

// Reversed is the sample recoded on the scale min to max: x′ = min + max − x
// (domain.md 4.2).
func (s Sample) Reversed(min, max float64) Sample {
	s = s.tidy()
	values := make([]float64, len(s.Values))
	for i, v := range s.Values {
		values[i] = min + max - v
	}
	return Grouped(values, s.Counts)
}
