package statistics

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func whole(low, high int) *rapid.Generator[float64] {
	return rapid.Map(rapid.IntRange(low, high), func(i int) float64 { return float64(i) })
}

func close9(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }

// midRanks is the ranks of values by counting, for each, what is below and equal.
func midRanks(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		for _, y := range v {
			switch {
			case y < x:
				out[i]++
			case y == x:
				out[i] += 0.5
			}
		}
		out[i] += 0.5
	}
	return out
}

// signsTriedOneByOne is the exact p-value by all 2ⁿ signs.
func signsTriedOneByOne(d []float64, zeros Zeros) float64 {
	if zeros == DropZeros {
		d = slices.DeleteFunc(slices.Clone(d), func(x float64) bool { return x == 0 })
	}
	var sizes, ranks []float64
	for _, x := range d {
		sizes = append(sizes, math.Abs(x))
	}
	observed := 0.0
	for i, r := range midRanks(sizes) {
		if d[i] != 0 {
			ranks = append(ranks, r)
		}
		if d[i] > 0 {
			observed += r
		}
	}
	below, above := 0, 0
	for signs := range 1 << len(ranks) {
		w := 0.0
		for i, r := range ranks {
			if signs>>i&1 == 1 {
				w += r
			}
		}
		if w <= observed {
			below++
		}
		if w >= observed {
			above++
		}
	}
	return min(1, 2*float64(min(below, above))/float64(int(1)<<len(ranks)))
}

func TestSignedRanksBesideAllSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SliceOfN(whole(-3, 4), 1, 12).Draw(t, "differences")
		for _, zeros := range []Zeros{DropZeros, Pratt} {
			w := WilcoxonSignedRank(Of(d), zeros)
			if want := signsTriedOneByOne(d, zeros); w.P != want {
				t.Fatalf("%s: p %v, all signs %v", zeros, w.P, want)
			}
			var turned []float64
			for _, x := range d {
				turned = append(turned, -2.5*x)
			}
			r := WilcoxonSignedRank(Of(turned), zeros)
			if r.WPlus != w.WMinus || r.WMinus != w.WPlus || r.P != w.P || r.Z != -w.Z || r.RankBiserial != -w.RankBiserial {
				t.Fatalf("%s: %+v turned round %+v", zeros, w, r)
			}
		}
	})
}

// TestNoOrderMatters checks that the same answers give the same bits.
func TestNoOrderMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(-10, 10), 1, 40).Draw(t, "answers")
		v = append(v, v[:len(v)/2]...)
		order := rapid.Permutation(v).Draw(t, "order")
		a, b := Of(v), Of(append(order, math.NaN()))
		if a.Sum() != b.Sum() || a.SumOfSquares() != b.SumOfSquares() || a.MeanInterval(Level, 0) != b.MeanInterval(Level, 0) ||
			BootstrapMean(a, Level, 50, 1) != BootstrapMean(b, Level, 50, 1) {
			t.Fatalf("%v and %v", a, b)
		}
		untidy := Sample{order, slices.Repeat([]int{1}, len(order))}
		if d := cmp.Diff(a, untidy.tidy()); d != "" || untidy.Sum() != a.Sum() {
			t.Fatal(d)
		}
	})
}

func TestGroupsBesideAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(whole(1, 6), 1, 25).Draw(t, "x")
		y := rapid.SliceOfN(whole(2, 7), 1, 25).Draw(t, "y")
		u := 0.0
		for _, a := range x {
			for _, b := range y {
				switch {
				case a > b:
					u++
				case a == b:
					u += 0.5
				}
			}
		}
		r, turned := MannWhitney(Of(x), Of(y)), MannWhitney(Of(y), Of(x))
		if r.U1 != u || turned.U2 != u || r.P != turned.P || r.Z != -turned.Z || !close9(r.RankBiserial, 2*u/float64(len(x)*len(y))-1) {
			t.Fatalf("%+v and %+v, by pairs %v", r, turned, u)
		}
		// Of two groups, H is Z², and its p the same.
		if k := KruskalWallis(Of(x), Sample{}, Of(y)); !close9(k.H, r.Z*r.Z) || !close9(k.P, r.P) || k.DF != 1 {
			t.Fatalf("%+v, %+v", k, r)
		}
	})
}

// tablesOneByOne is Fisher's p by every table with the margins, from
// probabilities multiplied out, without logarithms.
func tablesOneByOne(first, second []int) float64 {
	choose := func(n, k int) float64 {
		c := 1.0
		for i := range k {
			c = c * float64(n-i) / float64(i+1)
		}
		return math.Round(c)
	}
	row, observed, within, all := 0, 1.0, 0.0, 0.0
	for i, a := range first {
		row += a
		observed *= choose(a+second[i], a)
	}
	var fill func(column, left int, ways float64)
	fill = func(column, left int, ways float64) {
		if column == len(first) {
			if left == 0 {
				all += ways
				if ways <= observed*(1+1e-9) {
					within += ways
				}
			}
			return
		}
		n := first[column] + second[column]
		for x := 0; x <= min(n, left); x++ {
			fill(column+1, left-x, ways*choose(n, x))
		}
	}
	fill(0, row, 1)
	return within / all
}

func TestFisherBesideAllTables(t *testing.T) {
	tested := 0
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(2, 5).Draw(t, "columns")
		first := rapid.SliceOfN(rapid.IntRange(0, 9), columns, columns).Draw(t, "first")
		second := rapid.SliceOfN(rapid.IntRange(0, 9), columns, columns).Draw(t, "second")
		f := FisherExact(first, second, 1)
		if !f.Valid {
			return
		}
		tested++
		if want := tablesOneByOne(first, second); f.Method != Exact || f.Bounded || !(math.Abs(f.P-want) <= 1e-9*want) {
			t.Fatalf("%+v, by all tables %v", f, want)
		}
		slices.Reverse(first)
		slices.Reverse(second)
		if r := FisherExact(second, first, 2); !(math.Abs(f.P-r.P) <= 1e-9*f.P) {
			t.Fatalf("%v, and turned round %v", f.P, r.P)
		}
	})
	if tested < 50 {
		t.Errorf("only %d tables tested", tested)
	}
}

// TestFisherDrawn checks what is drawn when nothing may be worked out.
func TestFisherDrawn(t *testing.T) {
	for _, rows := range [][2][]int{
		{{3, 5, 2}, {9, 4, 6}}, {{1, 0, 4, 12}, {6, 3, 4, 20}}, {{8, 2}, {1, 5}}, {{150, 30, 2}, {120, 35, 9}},
	} {
		exact := FisherExact(rows[0], rows[1], 7)
		drawn := fisherExact(newTable(rows[0], rows[1]), 7, 0)
		if exact.Method != Exact || drawn.Method != MonteCarlo || !drawn.Bounded || drawn.Draws != fisherDraws {
			t.Fatalf("%+v and %+v", exact, drawn)
		}
		if se := math.Sqrt(exact.P * (1 - exact.P) / fisherDraws); math.Abs(exact.P-drawn.P) > 4*se {
			t.Errorf("%v: %v exact, %v drawn, SE %v", rows, exact.P, drawn.P, se)
		}
		if again := fisherExact(newTable(rows[0], rows[1]), 7, 0); again != drawn {
			t.Errorf("%v: the same seed gives %v and %v", rows, drawn.P, again.P)
		}
	}
}

func TestAlphaOfSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.IntRange(2, 5).Draw(t, "items")
		rows := rapid.SliceOfN(rapid.SliceOfN(whole(1, 5), items, items), 2, 20).Draw(t, "rows")
		sums := Reliability{N: len(rows), Sums: make([]float64, items), Squares: make([]float64, items)}
		var totals Sample
		var all []float64
		columns := make([][]float64, items)
		for _, row := range rows {
			total := 0.0
			for i, x := range row {
				sums.Sums[i] += x
				sums.Squares[i] += x * x
				columns[i] = append(columns[i], x)
				total += x
			}
			sums.Total += total * total
			all = append(all, total)
		}
		totals = Of(all)
		alpha, n, ok := Alpha(rows)
		ofSums, okSums := sums.Alpha()
		if ok != okSums || !close9(alpha, ofSums) || n != len(rows) || ok != (len(totals.Values) > 1) {
			t.Fatalf("%v (%v), of sums %v (%v)", alpha, ok, ofSums, okSums)
		}
		if !ok {
			return
		}
		variances := 0.0
		for _, c := range columns {
			sd, _ := Of(c).SD()
			variances += sd * sd
		}
		sd, _ := totals.SD()
		if k := float64(items); !close9(alpha, k/(k-1)*(1-variances/(sd*sd))) {
			t.Fatalf("%v is not by variances", alpha)
		}
	})
}

// TestSumsThatAreEqualButForRounding have no variance for alpha to be of.
func TestSumsThatAreEqualButForRounding(t *testing.T) {
	for _, rows := range [][][]float64{
		{{0.1, 0.3, 0.7}, {0.3, 0.7, 0.1}, {0.7, 0.1, 0.3}, {0.2, 0.2, 0.7}},
		{{1000.1, 0.2}, {1000.2, 0.1}, {999.7, 0.6}},
	} {
		if alpha, _, ok := Alpha(rows); ok {
			t.Errorf("%v: alpha is %v", rows, alpha)
		}
	}
}

// TestBinomialsAreBinomial checks the tables beside probabilities worked out
// with logarithms.
func TestBinomialsAreBinomial(t *testing.T) {
	for _, b := range []struct{ m, yes, no int }{{1, 1, 3}, {2, 5, 2}, {64, 1, 1}, {1024, 3, 997}, {1 << 17, 40000, 160000}} {
		table := newBinomial(b.m, b.yes, b.no)
		p := float64(b.yes) / float64(b.yes+b.no)
		lg := func(k int) float64 { l, _ := math.Lgamma(float64(k + 1)); return l }
		sum := 0.0
		for i, c := range table.cumulative {
			k := table.first + i
			sum += math.Exp(lg(b.m) - lg(k) - lg(b.m-k) + float64(k)*math.Log(p) + float64(b.m-k)*math.Log1p(-p))
			if math.Abs(sum-c) > 1e-9 {
				t.Fatalf("%+v: P(X ≤ %d) is %v, not %v", b, k, c, sum)
			}
		}
		if len(table.guide) != len(table.cumulative)+1 || bits.OnesCount(uint(b.m)) != 1 {
			t.Fatalf("%+v: %d, %d", b, len(table.guide), len(table.cumulative))
		}
	}
}
