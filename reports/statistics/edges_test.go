package statistics

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// notNumbers finds what is NaN or infinite in a result.
func notNumbers(path string, v reflect.Value) []string {
	var out []string
	switch v.Kind() {
	case reflect.Float64:
		if !finite(v.Float()) {
			out = append(out, fmt.Sprintf("%s is %v", path, v.Float()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, notNumbers(path+"."+v.Type().Field(i).Name, v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, notNumbers(fmt.Sprintf("%s[%d]", path, i), v.Index(i))...)
		}
	}
	return out
}

// awkward is numbers one does not expect as answers, among some one does.
func awkward() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 1e100, -1e100, 1e99,
			5e-324, -5e-324, math.Copysign(0, -1), 0, 1, 1 + 0x1p-52}),
		rapid.Map(rapid.IntRange(-1, 11), func(i int) float64 { return float64(i) }),
		rapid.Float64())
}

// TestNothingIsNotANumber calls everything with anything.
func TestNothingIsNotANumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(awkward(), 0, 12).Draw(t, "values")
		counts := rapid.SliceOfN(rapid.IntRange(-1, 40), len(values), len(values)).Draw(t, "counts")
		others := Of(rapid.SliceOfN(awkward(), 0, 6).Draw(t, "others"))
		level := rapid.OneOf(awkward(), rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0.95, 1 - 0x1p-53, 0x1p-60})).Draw(t, "level")
		n := rapid.IntRange(-2, 200).Draw(t, "n")
		s := Sample{values, counts}
		var points []Point
		var rows [][]float64
		var ps []PValue
		for i, v := range values {
			points = append(points, Point{v, values[len(values)-1-i], counts[i]})
			rows = append(rows, []float64{v, float64(i), v / 3})
			ps = append(ps, PValue{v, counts[i] > 3})
		}
		d := Dispositions{n, counts0(counts, 0), counts0(counts, 1), counts0(counts, 2), counts0(counts, 3), counts0(counts, 4), 1, level}
		one := func(v float64, ok bool) []any { return []any{v, ok} }
		alpha, _, okAlpha := Alpha(rows)
		for i, result := range []any{
			s.Sum(), s.SumOfSquares(), one(s.Mean()), one(s.SD()), one(s.Median()), one(s.TopTwo(5)), s.Distribution(1, 5), s.Reversed(1, 5),
			s.MeanInterval(level, n), Wilson(n, counts0(counts, 0), level, n), Wilson(counts0(counts, 0), n, level, 2*n), NPS(s, level),
			one(d.RR1()), one(d.RR2()), one(d.RR3()), one(d.RR4()), one(d.RR5()), one(d.RR6()), one(d.COOP1()), one(d.REF1()), one(d.CON1()),
			WilcoxonSignedRank(s, DropZeros), WilcoxonSignedRank(s, Pratt), one(CohenDZ(s)), one(HedgesG(s)), BootstrapMean(s, level, n, 1),
			MannWhitney(s, others), KruskalWallis(s, others, s), Holm(ps), Spearman(points), []any{alpha, okAlpha},
			ChiSquareTest(counts, []int{3, 0, 2}), FisherExact(counts, []int{3, 0, 2}, 1), Representativeness(counts, []int{3, 0, 2}, 1),
		} {
			if pair, ok := result.([]any); ok {
				if result = pair[0]; pair[1] == false && result != 0.0 {
					t.Fatalf("result %d is no value, and %v", i, result)
				}
			}
			for _, bad := range notNumbers(fmt.Sprintf("result %d", i), reflect.ValueOf(result)) {
				t.Error(bad)
			}
		}
	})
}

func counts0(counts []int, i int) int {
	if i < len(counts) {
		return counts[i]
	}
	return 0
}

// TestFewAnswers holds what is said of none, one, and answers all equal.
func TestFewAnswers(t *testing.T) {
	none, one, same := Sample{}, Of([]float64{4}), Of([]float64{0.1, 0.1, 0.1, math.NaN()})
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"mean of none", none.MeanInterval(Level, 0), Interval{}},
		{"mean of one", one.MeanInterval(Level, 0), Interval{N: 1, Estimate: 4}},
		{"mean of one of ten", one.MeanInterval(Level, 10), Interval{N: 1, Estimate: 4}},
		{"mean of the only one", one.MeanInterval(Level, 1), Interval{N: 1, Estimate: 4, Low: 4, High: 4, Corrected: true, Valid: true}},
		{"mean of all equal", same.MeanInterval(Level, 0), Interval{N: 3, Estimate: 0.1, Low: 0.1, High: 0.1, Valid: true}},
		{"mean of everybody", Of([]float64{1, 3}).MeanInterval(Level, 2), Interval{N: 2, Estimate: 2, Low: 2, High: 2, Corrected: true, Valid: true}},
		{"mean at a level of 1", same.MeanInterval(1, 0), Interval{N: 3, Estimate: 0.1}},
		{"share of none", Wilson(0, 0, Level, 0), Interval{}},
		{"share of more than all", Wilson(3, 2, Level, 0), Interval{}},
		{"share of everybody", Wilson(1, 4, Level, 4), Interval{N: 4, Estimate: 0.25, Low: 0.25, High: 0.25, Corrected: true, Valid: true}},
		{"NPS of none", NPS(none, Level), NetPromoter{}},
		{"NPS of one", NPS(Of([]float64{9}), Level), NetPromoter{Promoters: 1, Score: 100}},
		{"NPS of answers off the scale", NPS(Of([]float64{-1, 11, 7}), Level), NetPromoter{Passives: 1}},
		{"change of none", WilcoxonSignedRank(none, Pratt), SignedRank{Method: Exact}},
		{"no change", WilcoxonSignedRank(Of([]float64{0, 0}), Pratt), SignedRank{Pairs: 2, Zeros: 2, P: 1, Method: Exact, Valid: true}},
		{"bootstrap of none", BootstrapMean(none, Level, Resamples, 1), Interval{}},
		{"bootstrap of one", BootstrapMean(one, Level, Resamples, 1), Interval{N: 1, Estimate: 4}},
		{"bootstrap of all equal", BootstrapMean(same, Level, Resamples, 1), Interval{N: 3, Estimate: 0.1, Low: 0.1, High: 0.1, Valid: true}},
		{"groups of none", MannWhitney(none, one), RankSum{N2: 1}},
		{"groups all equal", MannWhitney(one, one), RankSum{N1: 1, N2: 1, U1: 0.5, U2: 0.5, P: 1, Valid: true}},
		{"one group", KruskalWallis(one, none), RankVariance{N: 1, Groups: 1}},
		{"groups all equal", KruskalWallis(one, one), RankVariance{N: 2, Groups: 2, DF: 1, P: 1, Valid: true}},
		{"two points", Spearman([]Point{{1, 2, 1}, {2, 3, 1}}), Correlation{N: 2}},
		{"a side all equal", Spearman([]Point{{1, 2, 4}, {1, 3, 4}}), Correlation{N: 8}},
		{"three in a row", Spearman([]Point{{1, 9, 1}, {2, 4, 1}, {3, 1, 1}}), Correlation{N: 3, Rho: -1, Valid: true}},
		{"one category", Representativeness([]int{3}, []int{4}, 1), Margin{Respondents: 3, Population: 7, Deviations: []float64{0}, Valid: true}},
		{"nobody answered", Representativeness([]int{0, 0}, []int{4, 1}, 1), Margin{Population: 5}},
		{"everybody answered", Representativeness([]int{2, 6}, nil, 1), Margin{Respondents: 8, Population: 8, Deviations: []float64{0, 0}, Valid: true}},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Errorf("%s:\n%s", c.what, d)
		}
	}
	for what, f := range map[string]func() (float64, bool){
		"mean": none.Mean, "SD": one.SD, "median": none.Median, "dz": func() (float64, bool) { return CohenDZ(same) },
		"g of two": func() (float64, bool) { return HedgesG(Of([]float64{1, 2})) },
		"top two":  func() (float64, bool) { return none.TopTwo(5) },
	} {
		if v, ok := f(); ok || v != 0 {
			t.Errorf("%s has the value %v", what, v)
		}
	}
	if none.Distribution(1, 5) != nil {
		t.Error("a distribution of none")
	}
}

func TestDistribution(t *testing.T) {
	s := Grouped([]float64{5, 2, 2.5, 5}, []int{1, 4, 2, 1})
	want := []Step{{1, 0, 0}, {2, 4, 0.5}, {3, 0, 0}, {4, 0, 0}, {5, 2, 0.25}}
	if d := cmp.Diff(want, s.Distribution(1, 5)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(Sample{[]float64{1, 3.5, 4}, []int{2, 2, 4}}, s.Reversed(1, 5)); d != "" {
		t.Error(d)
	}
}

// TestTheBoundOfFivePercent holds from where a population is small.
func TestTheBoundOfFivePercent(t *testing.T) {
	for _, c := range []struct {
		n, population int
		corrected     bool
	}{{5, 100, false}, {6, 100, true}, {3, 60, false}, {4, 79, true}, {4, 0, false}, {4, 3, false}} {
		s := Grouped([]float64{1, 2}, []int{c.n - 1, 1})
		if i, w := s.MeanInterval(Level, c.population), Wilson(1, c.n, Level, c.population); i.Corrected != c.corrected || w.Corrected != c.corrected {
			t.Errorf("%d of %d: corrected %v and %v", c.n, c.population, i.Corrected, w.Corrected)
		}
	}
}

// TestWilsonAtTheEnds holds 0 and 1 exactly, where rounding would leave a little.
func TestWilsonAtTheEnds(t *testing.T) {
	for n := 1; n <= 300; n++ {
		if none, all := Wilson(0, n, Level, 0), Wilson(n, n, Level, 0); none.Low != 0 || all.High != 1 {
			t.Errorf("0 of %d: low %v; all: high %v", n, none.Low, all.High)
		}
	}
}

func TestNoNegativeZero(t *testing.T) {
	if m, _ := Of([]float64{math.Copysign(0, -1)}).Mean(); math.Signbit(m) {
		t.Error("the mean of nothing but zero is negative zero")
	}
}

// TestExactUpTo25 holds how many non-zero pairs are worked out, zeros beside.
func TestExactUpTo25(t *testing.T) {
	for n, want := range map[int]string{24: Exact, 25: Exact, 26: Normal} {
		for _, zeros := range []Zeros{DropZeros, Pratt} {
			if w := WilcoxonSignedRank(Sample{[]float64{-1, 0, 2}, []int{9, 40, n - 9}}, zeros); w.Method != want {
				t.Errorf("%d non-zero pairs, %s: %s", n, zeros, w.Method)
			}
		}
	}
}

func TestNPSIsClipped(t *testing.T) {
	for _, c := range []struct {
		high, low int
		clipped   bool
	}{{9, 1, true}, {1, 9, true}, {50, 40, false}, {10, 0, false}} {
		n := NPS(Sample{[]float64{0, 10}, []int{c.low, c.high}}.tidy(), Level)
		if n.Clipped != c.clipped || n.Low < -100 || n.High > 100 || c.clipped != (n.Score+1.959964*n.SE > 100 || n.Score-1.959964*n.SE < -100) {
			t.Errorf("%d promoters, %d detractors: %+v", c.high, c.low, n)
		}
	}
}

// TestResponseRates works out by hand 100 asked: 40 complete, 10 partial, 12
// refused, 8 not reached, 5 other, 15 and 10 unknown, of which 40 % eligible.
func TestResponseRates(t *testing.T) {
	d := Dispositions{I: 40, P: 10, R: 12, NC: 8, O: 5, UH: 15, UO: 10, E: 0.4}
	for _, c := range []struct {
		name string
		rate func(Dispositions) (float64, bool)
		want float64
	}{
		{"RR1", Dispositions.RR1, 0.40}, {"RR2", Dispositions.RR2, 0.50}, {"RR3", Dispositions.RR3, 40.0 / 85}, {"RR4", Dispositions.RR4, 50.0 / 85},
		{"RR5", Dispositions.RR5, 40.0 / 75}, {"RR6", Dispositions.RR6, 50.0 / 75}, {"COOP1", Dispositions.COOP1, 40.0 / 67},
		{"REF1", Dispositions.REF1, 0.12}, {"CON1", Dispositions.CON1, 0.67},
	} {
		if got, ok := c.rate(d); !ok || !close9(got, c.want) {
			t.Errorf("%s is %v (%v), not %v", c.name, got, ok, c.want)
		}
		for _, nothing := range []Dispositions{{}, {I: 5, R: -1, E: 1}} {
			if got, ok := c.rate(nothing); ok || got != 0 {
				t.Errorf("%s of %+v is %v", c.name, nothing, got)
			}
		}
	}
	if _, ok := (Dispositions{I: 3, E: math.NaN()}).RR3(); ok {
		t.Error("RR3 without a share of the unknown")
	}
}

// TestRepresentativenessByHand has 30 of 100 answer: 15 of 40, 10 of 40 and 5
// of 20; expected are 12, 12 and 6, then 5 where the last category is smaller.
func TestRepresentativenessByHand(t *testing.T) {
	m := Representativeness([]int{15, 10, 5}, []int{25, 30, 15}, 1)
	if m.Test != ByChiSquare || !close9(m.MinExpected, 6) || !close9(m.Largest, 10) ||
		!close9(m.Deviations[1], 100*(0.4-1.0/3)) || !close9(m.Deviations[2], 100*(0.2-1.0/6)) {
		t.Errorf("%+v", m)
	}
	if m := Representativeness([]int{5, 5}, []int{5, 5}, 1); m.Test != ByChiSquare || m.P != 1 {
		t.Errorf("all expected at 5: %+v", m)
	}
	if m := Representativeness([]int{5, 4}, []int{5, 5}, 1); m.Test != ByFisher || m.Method != Exact || m.P != 1 {
		t.Errorf("one expected below 5: %+v", m)
	}
}
