package statistics

import (
	"math"
	"testing"
)

// nine is 200,000 pairs on nine differences, as five steps before and after give.
var nine = Sample{[]float64{-4, -3, -2, -1, 0, 1, 2, 3, 4}, []int{600, 2400, 9000, 28000, 70000, 54000, 26000, 8000, 2000}}

// TestTheBootstrapIsTheSameEverywhere holds two intervals, one of each way of
// drawing, to the bit: what a report shows must not change with the machine.
func TestTheBootstrapIsTheSameEverywhere(t *testing.T) {
	few := Of([]float64{1, 1, 0, 2, 1, 2, 2, 1, -1, 1, 2, 0})
	for _, w := range []struct {
		s         Sample
		low, high float64
	}{{few, 0.41666666666666669, 1.5}, {nine, 0.40645999999999999, 0.41765000000000002}} {
		i := BootstrapMean(w.s, Level, Resamples, 42)
		if !i.Valid || i.Low != w.low || i.High != w.high {
			t.Errorf("%v: low %.17g, high %.17g, not %.17g and %.17g", w.s, i.Low, i.High, w.low, w.high)
		}
		if other := BootstrapMean(w.s, Level, Resamples, 43); other == i {
			t.Errorf("%v: another seed, the same interval", w.s)
		}
	}
}

// TestBothWaysOfDrawing compares the means and standard errors of both with
// what they tend to, x̄ and s√((n − 1)/n)/√n.
func TestBothWaysOfDrawing(t *testing.T) {
	const resamples = 20000
	for _, s := range []Sample{{[]float64{1, 2, 5}, []int{40, 7, 53}}, nine, {[]float64{0, 1}, []int{5, 3}}} {
		r := newResampler(s, 5)
		mean, _ := s.Mean()
		n := float64(s.N())
		want := math.Sqrt(s.SumOfSquares()/n) / math.Sqrt(n)
		var grouped []float64
		for range resamples {
			grouped = append(grouped, r.grouped()/n)
		}
		for way, means := range map[string][]float64{"grouped": grouped, "chosen": newResampler(s, 6).means(resamples)} {
			m, _ := Of(means).Mean()
			se, _ := Of(means).SD()
			if math.Abs(m-mean) > 4*want/math.Sqrt(resamples) || math.Abs(se/want-1) > 0.03 {
				t.Errorf("%s of %v: mean %v and SE %v, not %v and %v", way, s, m, se, mean, want)
			}
		}
	}
}

// TestTheBootstrapCovers draws samples whose mean is known: at 95 % the
// interval of 60 holds it in some 94 of 100.
func TestTheBootstrapCovers(t *testing.T) {
	src := newSource(11)
	held, means := 0, 0
	const trials = 400
	for trial := range trials {
		counts := make([]int, 5)
		for range 60 {
			counts[src.below(5)]++
		}
		i := BootstrapMean(Grouped([]float64{1, 2, 3, 4, 5}, counts), Level, 500, uint64(trial))
		if i.Low <= 3 && 3 <= i.High {
			held++
		}
		if i.Low <= i.Estimate && i.Estimate <= i.High {
			means++
		}
	}
	if held < 365 || held > 393 || means != trials {
		t.Errorf("the true mean is within %d of %d intervals, the sample's own within %d", held, trials, means)
	}
}

// TestBelowIsUniform draws from three quarters of all numbers: without
// throwing any away, every third would come half the time.
func TestBelowIsUniform(t *testing.T) {
	src, thirds := newSource(3), 0
	for range 9000 {
		if src.below(3<<62)%3 == 0 {
			thirds++
		}
	}
	if thirds < 2850 || thirds > 3150 {
		t.Errorf("%d of 9000", thirds)
	}
}

// TestPercentiles holds the order statistics the bounds are: of four resamples
// at 50 %, the first and the fourth; of 7, the second and the sixth.
func TestPercentiles(t *testing.T) {
	s := Of([]float64{1, 2, 4, 8})
	for _, w := range []struct{ resamples, k int }{{4, 1}, {7, 2}, {99, 25}} {
		means := newResampler(s, 3).means(w.resamples)
		sorted := Of(means)
		i := BootstrapMean(s, 0.5, w.resamples, 3)
		if i.Low != sorted.at(w.k-1) || i.High != sorted.at(w.resamples-w.k) {
			t.Errorf("%d resamples: %v to %v of %v", w.resamples, i.Low, i.High, sorted)
		}
	}
}

func BenchmarkBootstrap200k(b *testing.B) {
	for b.Loop() {
		BootstrapMean(nine, Level, Resamples, 42)
	}
}

// BenchmarkEvaluation200k is all else that is asked of one item.
func BenchmarkEvaluation200k(b *testing.B) {
	for b.Loop() {
		WilcoxonSignedRank(nine, DropZeros)
		nine.MeanInterval(Level, 250000)
		MannWhitney(nine, nine)
		HedgesG(nine)
	}
}

// BenchmarkFisherDrawn is a margin of 290 categories, too many to work out.
func BenchmarkFisherDrawn(b *testing.B) {
	first, second := make([]int, 290), make([]int, 290)
	for i := range first {
		first[i], second[i] = 1+i*7%40, 1+i*11%60
	}
	for b.Loop() {
		if f := FisherExact(first, second, 1); f.Method != MonteCarlo {
			b.Fatal(f)
		}
	}
}
