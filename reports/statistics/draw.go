package statistics

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// source draws from PCG-DXSM, whose numbers math/rand/v2 fixes by a published
// algorithm. How they become other numbers is ours, for how the library's own
// methods do it may change.
type source struct{ pcg *rand.PCG }

// stream tells our draws from others' with the same seed.
const stream = 0x7574_6661_6c6c // "utfall"

func newSource(seed uint64) source { return source{rand.NewPCG(seed, stream)} }

// unit is uniform on the multiples of 2⁻⁵³ from 0 to below 1.
func (s source) unit() float64 { return float64(s.pcg.Uint64()>>11) * 0x1p-53 }

// below is uniform on 0 to n − 1, exactly (Lemire, ACM TOMACS 29, 2019).
func (s source) below(n uint64) uint64 {
	high, low := bits.Mul64(s.pcg.Uint64(), n)
	for low < n && low < -n%n {
		high, low = bits.Mul64(s.pcg.Uint64(), n)
	}
	return high
}

// resampler draws as many answers as a sample has, with replacement.
//
// Of a histogram that is a multinomial draw: by value after value, a binomial
// of what is left. A binomial of m is the sum of binomials of the powers of two
// that make m, and those are drawn from tables made once, by inversion. So a
// resample costs some ten draws a value however many the answers are; nothing
// is approximated by a normal distribution, and the tables need no logarithm
// or exponential, whose last bits differ between machines.
type resampler struct {
	source
	n      int
	values []float64 // the most frequent first, so that little is left soon
	counts []int
	left   []int // answers of this value and those after it
	tables [][]*binomial
}

func newResampler(s Sample, seed uint64) *resampler {
	order := make([]int, len(s.Values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Counts[b], s.Counts[a]) })
	r := &resampler{source: newSource(seed), n: s.N()}
	left := r.n
	for _, i := range order {
		r.values, r.counts, r.left = append(r.values, s.Values[i]), append(r.counts, s.Counts[i]), append(r.left, left)
		r.tables = append(r.tables, make([]*binomial, bits.Len(uint(r.n))))
		left -= s.Counts[i]
	}
	return r
}

// means draws the means of as many resamples as asked for.
func (r *resampler) means(resamples int) []float64 {
	draw := r.grouped
	// Few answers, or many different ones, are drawn faster one by one.
	if r.n <= 2*len(r.values)*bits.Len(uint(r.n)) {
		single := make([]float64, 0, r.n)
		for i, v := range r.values {
			single = append(single, slices.Repeat([]float64{v}, r.counts[i])...)
		}
		draw = func() float64 {
			sum := 0.0
			for range single {
				sum += single[r.below(uint64(len(single)))]
			}
			return sum
		}
	}
	out := make([]float64, resamples)
	for i := range out {
		out[i] = draw() / float64(r.n)
	}
	return out
}

// grouped is the sum of one resample, drawn value by value.
func (r *resampler) grouped() float64 {
	rest, sum, last := r.n, 0.0, len(r.values)-1
	for i := 0; i < last && rest > 0; i++ {
		drawn := 0
		for m := uint(rest); m > 0; m &= m - 1 {
			drawn += r.table(i, bits.TrailingZeros(m)).draw(r.source)
		}
		sum += float64(float64(drawn) * r.values[i])
		rest -= drawn
	}
	return sum + float64(float64(rest)*r.values[last])
}

// table is of 2^power answers, of which each is the i-th value unless it is a
// later one.
func (r *resampler) table(i, power int) *binomial {
	if r.tables[i][power] == nil {
		r.tables[i][power] = newBinomial(1<<power, r.counts[i], r.left[i]-r.counts[i])
	}
	return r.tables[i][power]
}

// binomial is the cumulative distribution of successes in m trials.
type binomial struct {
	first      int // successes that cumulative begins at
	cumulative []float64
	guide      []int32 // for each step of u, where to begin looking
}

// negligible is the weight, beside the most likely outcome's, below which
// outcomes are left out: far less than a step of unit.
const negligible = 1e-20

// newBinomial makes the table of m trials at the odds yes : no, from the most
// likely outcome outwards by f(k + 1)/f(k) = (m − k)/(k + 1) · odds.
func newBinomial(m, yes, no int) *binomial {
	odds := float64(yes) / float64(no)
	mode := min(m, int(float64(m+1)*(float64(yes)/(float64(yes)+float64(no)))))
	weights := []float64{1}
	first := mode
	for w := 1.0; first > 0; first-- {
		w = w * float64(first) / float64(m-first+1) / odds
		if w < negligible {
			break
		}
		weights = append(weights, w)
	}
	slices.Reverse(weights)
	w := 1.0
	for k := mode; k < m; k++ {
		w = w * float64(m-k) / float64(k+1) * odds
		if w < negligible {
			break
		}
		weights = append(weights, w)
	}
	b := &binomial{first: first, cumulative: weights}
	total := 0.0
	for i, w := range weights {
		total += w
		weights[i] = total
	}
	for i := range weights {
		weights[i] /= total
	}
	weights[len(weights)-1] = 1
	b.guide = make([]int32, len(weights)+1)
	at := 0
	for i := range b.guide {
		for at < len(weights)-1 && weights[at] <= float64(i)/float64(len(weights)) {
			at++
		}
		b.guide[i] = int32(at)
	}
	return b
}

func (b *binomial) draw(s source) int {
	u := s.unit()
	at := int(b.guide[int(u*float64(len(b.cumulative)))])
	for at < len(b.cumulative)-1 && b.cumulative[at] <= u {
		at++
	}
	return b.first + at
}
