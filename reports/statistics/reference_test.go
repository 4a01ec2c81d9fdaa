package statistics

import (
	"math"
	"testing"
)

// near checks a figure of the reference, given to so many decimals.
func near(t *testing.T, what string, got, want float64, decimals int) {
	t.Helper()
	if !(math.Abs(got-want) <= 0.5000001*math.Pow10(-decimals)) {
		t.Errorf("%s: got %.9g, want %.9g to %d decimals", what, got, want, decimals)
	}
}

// TestTheReferencesVectors checks the figures of domain.md section 4.
func TestTheReferencesVectors(t *testing.T) {
	answers := Of([]float64{5, 4, 4, 3, 5, 2, 4, 5, 4, 1})
	sd, _ := answers.SD()
	top, _ := answers.TopTwo(5)
	near(t, "SD", sd, 1.337494, 6)
	near(t, "top two", top, 0.7, 9)
	i := answers.MeanInterval(Level, 0)
	near(t, "mean", i.Estimate, 3.7, 9)
	near(t, "SE", i.SE, 0.422953, 6)
	near(t, "low", i.Low, 2.743215, 6)
	near(t, "high", i.High, 4.656785, 6)
	if i.Corrected {
		t.Error("corrected without a population")
	}
	i = answers.MeanInterval(Level, 40)
	near(t, "SE of 10 in 40", i.SE, 0.370954, 6)
	if !i.Corrected {
		t.Error("10 of 40 not corrected")
	}
	for _, w := range []struct {
		k, n      int
		low, high float64
	}{{18, 25, 0.524234, 0.857161}, {0, 10, 0, 0.277533}, {10, 10, 0.722467, 1}} {
		i := Wilson(w.k, w.n, Level, 0)
		near(t, "Wilson low", i.Low, w.low, 6)
		near(t, "Wilson high", i.High, w.high, 6)
	}
	nps := NPS(Sample{[]float64{3, 7, 10}, []int{6, 7, 12}}, Level)
	near(t, "NPS", nps.Score, 24, 9)
	near(t, "SE of NPS", nps.SE, 16.28, 2)
	near(t, "margin of NPS", nps.High-nps.Score, 31.9, 1)
}

// TestTheReferencesPairs checks the pairs of domain.md 4.5.
func TestTheReferencesPairs(t *testing.T) {
	pre := []float64{2, 3, 3, 2, 4, 3, 1, 2, 3, 4, 2, 3}
	post := []float64{3, 4, 3, 4, 4, 5, 3, 3, 2, 5, 4, 3}
	var d []float64
	for i := range pre {
		d = append(d, post[i]-pre[i])
	}
	w := WilcoxonSignedRank(Of(d), DropZeros)
	if w.Pairs != 12 || w.Zeros != 3 || w.WPlus != 42 || w.WMinus != 3 || w.P != 0.0234375 || w.Method != Exact {
		t.Errorf("wilcox: %+v", w)
	}
	near(t, "Z", w.Z, 2.373464, 6)
	near(t, "p of Z", normalP(w.Z), 0.017622, 6)
	near(t, "rank-biserial", w.RankBiserial, 0.866667, 6)
	near(t, "r", w.Z/3, 0.791155, 6)
	w = WilcoxonSignedRank(Of(d), Pratt)
	if w.WPlus != 66 || w.WMinus != 6 || w.P != 0.0234375 {
		t.Errorf("Pratt: %+v", w)
	}
	near(t, "Z of Pratt", w.Z, 2.407717, 6)
	dz, _ := CohenDZ(Of(d))
	g, _ := HedgesG(Of(d))
	near(t, "dz", dz, 0.920159, 6)
	near(t, "g", g, 0.855962, 6)
	five := WilcoxonSignedRank(Of([]float64{1, 2, 3, 4, 5}), DropZeros)
	if five.WPlus != 15 || five.P != 0.0625 {
		t.Errorf("five that rise: %+v", five)
	}
}
