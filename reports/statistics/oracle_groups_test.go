package statistics

import (
	"math"
	"testing"
)

func TestTwoGroupsBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		X, Y []figure
		U, P figure
	}](t, "rank_sum") {
		r := MannWhitney(Of(floats(v.X)), Of(floats(v.Y)))
		c.same(i, "U", r.U1, r.Valid, v.U)
		if r.Valid && math.IsNaN(float64(v.P)) { // R divides 0 by 0 when all are equal
			v.P = 1
		}
		c.same(i, "p", r.P, r.Valid, v.P)
	}
	c.atLeast(580)
}

func TestSeveralGroupsBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		Groups [][]figure
		H, P   figure
	}](t, "kruskal") {
		var groups []Sample
		for _, g := range v.Groups {
			groups = append(groups, Of(floats(g)))
		}
		k := KruskalWallis(groups...)
		if k.Valid && math.IsNaN(float64(v.P)) { // as above
			v.H, v.P = 0, 1
		}
		c.same(i, "H", k.H, k.Valid, v.H)
		c.same(i, "p", k.P, k.Valid, v.P)
	}
	c.atLeast(580)
}

func TestHolmBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct{ P, Holm []figure }](t, "holm") {
		var in []PValue
		for _, p := range v.P {
			in = append(in, PValue{float64(p), true})
		}
		for j, p := range Holm(in) {
			c.same(i, "p", p.P, p.Valid, v.Holm[j])
		}
	}
	c.atLeast(1000)
}

func TestSpearmanBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		X, Y      []figure
		N, Rho, P figure
	}](t, "spearman") {
		var points []Point
		for j := range v.X {
			points = append(points, Point{float64(v.X[j]), float64(v.Y[j]), 1})
		}
		r := Spearman(points)
		if r.N < 3 { // R correlates two points
			v.Rho, v.P = figure(math.NaN()), figure(math.NaN())
		}
		c.same(i, "rho", r.Rho, r.Valid, v.Rho)
		if math.Abs(r.Rho) == 1 { // R's rounding leaves a little above 0
			v.P = 0
		}
		c.same(i, "p", r.P, r.Valid, v.P)
		if r.N != int(v.N) {
			t.Errorf("set %d: %d pairs, R has %v", i+1, r.N, v.N)
		}
	}
	c.atLeast(300)
}

func TestAlphaBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		Rows     [][]figure
		Reversed []figure
		N, Alpha figure
	}](t, "alpha") {
		var rows [][]float64
		for _, row := range v.Rows {
			r := floats(row)
			for j, reversed := range v.Reversed {
				if reversed == 1 {
					r[j] = 6 - r[j]
				}
			}
			rows = append(rows, r)
		}
		alpha, n, ok := Alpha(rows)
		c.same(i, "alpha", alpha, ok, v.Alpha)
		if n != int(v.N) {
			t.Errorf("set %d: %d complete, R has %v", i+1, n, v.N)
		}
	}
	c.atLeast(190)
}

func TestTablesBesideR(t *testing.T) {
	c := &comparison{T: t}
	chosen := map[string]int{}
	for i, v := range cases[struct {
		First, Second               []figure
		Statistic, P, Least, Fisher figure
	}](t, "table") {
		first, second := ints(v.First), ints(v.Second)
		chi := ChiSquareTest(first, second)
		c.same(i, "chi-square", chi.Statistic, chi.Valid, v.Statistic)
		c.same(i, "p", chi.P, chi.Valid, v.P)
		c.same(i, "least expected", chi.MinExpected, chi.Valid, v.Least)
		f := FisherExact(first, second, 1)
		if f.Valid && f.Method == Exact && !math.IsNaN(float64(v.Fisher)) {
			c.same(i, "p", f.P, true, v.Fisher)
		}
		m := Representativeness(first, second, 1)
		want := v.Fisher
		if chosen[m.Test+m.Method]++; v.Least >= 5 {
			want = v.P
		}
		if m.Method != MonteCarlo && !(m.Method == Exact && math.IsNaN(float64(v.Fisher))) {
			c.same(i, "p", m.P, m.Tested, want)
		}
	}
	t.Logf("chosen: %v", chosen)
	if chosen[ByChiSquare+Normal] < 50 || chosen[ByFisher+Exact] < 50 {
		t.Errorf("a test is hardly chosen: %v", chosen)
	}
	c.atLeast(1200)
}

// TestCountsBesideR compares groups of up to 200,000 answers.
func TestCountsBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		Counts    [][]figure
		Rho       figure
		RhoP      figure `json:"rho_p"`
		H         figure
		HP        figure `json:"h_p"`
		U         figure
		UP        figure `json:"u_p"`
		Low, High figure
	}](t, "grouped") {
		steps := []float64{1, 2, 3, 4, 5}
		var groups []Sample
		var points []Point
		var all [5]int
		for j, row := range v.Counts {
			groups = append(groups, Grouped(steps, ints(row)))
			for k, n := range ints(row) {
				points = append(points, Point{float64(j), steps[k], n})
				all[k] += n
			}
		}
		r := Spearman(points)
		c.same(i, "rho", r.Rho, r.Valid, v.Rho)
		c.same(i, "p", r.P, r.Valid, v.RhoP)
		k := KruskalWallis(groups...)
		c.same(i, "H", k.H, k.Valid, v.H)
		c.same(i, "p", k.P, k.Valid, v.HP)
		w := MannWhitney(groups[0], groups[1])
		c.same(i, "U", w.U1, w.Valid, v.U)
		c.same(i, "p", w.P, w.Valid, v.UP)
		m := Grouped(steps, all[:]).MeanInterval(Level, 0)
		c.same(i, "low", m.Low, m.Valid, v.Low)
		c.same(i, "high", m.High, m.Valid, v.High)
	}
	c.atLeast(2400)
}

func TestQuantilesBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct{ DF, P, T figure }](t, "quantile") {
		got := studentQuantile(float64(v.P), int(v.DF))
		c.same(i, "t", got, true, v.T)
		// Other bounds rest on it, so it is to be better than they are.
		if math.Abs(got-float64(v.T)) > 1e-12*float64(v.T) {
			t.Errorf("df %v: t is %.17g, R has %.17g", v.DF, got, v.T)
		}
	}
	c.atLeast(300)
}
