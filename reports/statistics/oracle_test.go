package statistics

import (
	"encoding/json"
	"math"
	"os"
	"sync"
	"testing"
)

// figure is a number of testdata/vectors.json; null is NaN: R has no value, or
// an answer is missing.
type figure float64

func (f *figure) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*f = figure(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(f))
}

func floats(v []figure) []float64 {
	out := make([]float64, len(v))
	for i, f := range v {
		out[i] = float64(f)
	}
	return out
}

func ints(v []figure) []int {
	out := make([]int, len(v))
	for i, f := range v {
		out[i] = int(f)
	}
	return out
}

// cases reads the data sets of one kind and what R makes of them.
func cases[T any](t *testing.T, kind string) []T {
	t.Helper()
	kinds, err := vectors()
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	if err := json.Unmarshal(kinds[kind], &out); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	if len(out) != 300 {
		t.Fatalf("%s: %d data sets, not 300", kind, len(out))
	}
	return out
}

var vectors = sync.OnceValues(func() (map[string]json.RawMessage, error) {
	content, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		return nil, err
	}
	var out map[string]json.RawMessage
	return out, json.Unmarshal(content, &out)
})

// comparison counts the figures compared, so that a test which compares
// nothing is seen.
type comparison struct {
	*testing.T
	figures, without int
}

// same compares a figure with R's to 1e-9 of it. Where R has none, ours must
// have none either.
func (c *comparison) same(i int, what string, got float64, ok bool, want figure) {
	c.Helper()
	w := float64(want)
	switch {
	case math.IsNaN(w):
		c.without++
		if ok {
			c.Errorf("set %d: %s is %v, and R has none", i+1, what, got)
		}
	case !ok || !(math.Abs(got-w) <= 1e-9*math.Abs(w)):
		c.figures++
		// What is 0 but for rounding.
		if ok && math.Abs(w) < 1e-12 && math.Abs(got) < 1e-12 && what != "p" {
			return
		}
		c.Errorf("set %d: %s is %.17g (%v), R has %.17g", i+1, what, got, ok, w)
	default:
		c.figures++
	}
}

func (c *comparison) atLeast(n int) {
	c.Helper()
	c.Logf("%d figures equal to R's, %d that neither has", c.figures, c.without)
	if c.figures < n {
		c.Errorf("only %d figures compared, at least %d expected", c.figures, n)
	}
}

func TestMeansBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		X                               []figure
		Reversed, Min, Max              figure
		Level                           figure
		Population, N                   figure
		Mean, SD, Median, SE, Low, High figure
		Corrected                       figure
		LowCorrected                    figure `json:"low_fpc"`
		HighCorrected                   figure `json:"high_fpc"`
	}](t, "mean") {
		s := Of(floats(v.X))
		if v.Reversed == 1 {
			s = s.Reversed(float64(v.Min), float64(v.Max))
		}
		if s.N() != int(v.N) {
			t.Fatalf("set %d: %d answers, R has %v", i+1, s.N(), v.N)
		}
		mean, ok := s.Mean()
		c.same(i, "mean", mean, ok, v.Mean)
		sd, ok := s.SD()
		c.same(i, "SD", sd, ok, v.SD)
		median, ok := s.Median()
		c.same(i, "median", median, ok, v.Median)
		plain := s.MeanInterval(float64(v.Level), 0)
		c.same(i, "SE", plain.SE, plain.Valid, v.SE)
		if sd == 0 && ok && s.N() > 1 { // where R refuses constant data
			v.Low, v.High, v.LowCorrected, v.HighCorrected = v.Mean, v.Mean, v.Mean, v.Mean
		}
		c.same(i, "low", plain.Low, plain.Valid, v.Low)
		c.same(i, "high", plain.High, plain.Valid, v.High)
		finite := s.MeanInterval(float64(v.Level), int(v.Population))
		c.same(i, "low of a finite population", finite.Low, finite.Valid, v.LowCorrected)
		c.same(i, "high of a finite population", finite.High, finite.Valid, v.HighCorrected)
		if finite.Valid && finite.Corrected != (v.Corrected == 1) {
			t.Errorf("set %d: corrected %v, %d of %v", i+1, finite.Corrected, s.N(), v.Population)
		}
	}
	c.atLeast(2200)
}

func TestSharesBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		K, N, Level, Population, Low, High figure
		LowCorrected                       figure `json:"low_fpc"`
		HighCorrected                      figure `json:"high_fpc"`
	}](t, "wilson") {
		plain := Wilson(int(v.K), int(v.N), float64(v.Level), 0)
		c.same(i, "low", plain.Low, plain.Valid, v.Low)
		c.same(i, "high", plain.High, plain.Valid, v.High)
		finite := Wilson(int(v.K), int(v.N), float64(v.Level), int(v.Population))
		c.same(i, "low of a finite population", finite.Low, finite.Valid, v.LowCorrected)
		c.same(i, "high of a finite population", finite.High, finite.Valid, v.HighCorrected)
	}
	c.atLeast(1200)
}

func TestNetPromotersBesideR(t *testing.T) {
	c := &comparison{T: t}
	for i, v := range cases[struct {
		X         []figure
		Score, SE figure
	}](t, "nps") {
		n := NPS(Of(floats(v.X)), Level)
		c.same(i, "score", n.Score, true, v.Score)
		if n.N() > 1 {
			c.same(i, "SE", n.SE, n.Valid, v.SE)
		}
	}
	c.atLeast(550)
}

func TestPairsBesideR(t *testing.T) {
	c := &comparison{T: t}
	exact := 0
	for i, v := range cases[struct {
		D                   []figure
		Pairs, Zeros, DZ, G figure
		Plus, Minus, Z      figure
		Normal, Exact       figure
		PrattPlus           figure `json:"pratt_plus"`
		PrattMinus          figure `json:"pratt_minus"`
		PrattZ              figure `json:"pratt_z"`
		PrattNormal         figure `json:"pratt_normal"`
		PrattExact          figure `json:"pratt_exact"`
	}](t, "pairs") {
		s := Of(floats(v.D))
		dz, ok := CohenDZ(s)
		c.same(i, "dz", dz, ok, v.DZ)
		g, ok := HedgesG(s)
		c.same(i, "g", g, ok, v.G)
		compare := func(w SignedRank, plus, minus, z, normal, exactP figure) {
			t.Helper()
			moved := w.Pairs > w.Zeros
			c.same(i, "W+", w.WPlus, true, plus)
			c.same(i, "W-", w.WMinus, true, minus)
			c.same(i, "Z", w.Z, moved, z)
			c.same(i, "p", normalP(w.Z), moved, normal)
			if w.Method == Exact {
				exact++
				c.same(i, "p", w.P, moved, exactP)
			} else {
				c.same(i, "p", w.P, moved, normal)
			}
			if w.Pairs != int(v.Pairs) || w.Zeros != int(v.Zeros) || !moved && (w.Pairs > 0) != (w.P == 1) {
				t.Errorf("set %d: %+v, R has %v pairs and %v zeros", i+1, w, v.Pairs, v.Zeros)
			}
		}
		compare(WilcoxonSignedRank(s, DropZeros), v.Plus, v.Minus, v.Z, v.Normal, v.Exact)
		compare(WilcoxonSignedRank(s, Pratt), v.PrattPlus, v.PrattMinus, v.PrattZ, v.PrattNormal, v.PrattExact)
	}
	if t.Logf("%d p-values exact", exact); exact < 300 {
		t.Error("few exact p-values")
	}
	c.atLeast(3200)
}
