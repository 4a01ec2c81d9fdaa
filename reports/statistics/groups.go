package statistics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// RankSum compares two independent groups.
type RankSum struct {
	N1, N2       int
	U1, U2       float64 // pairs of one from each in which the first, the second is higher; equal ones count half
	Z            float64 // (U1 − n₁n₂/2)/σ; 0 when all are equal
	P            float64 // two-sided
	RankBiserial float64 // (U1 − U2)/n₁n₂, −1 to 1, positive where the first is higher
	Valid        bool    // both groups have answers
}

// MannWhitney tests two independent groups by Wilcoxon's rank sum, which is
// Mann and Whitney's U (Ann. Math. Stat. 18, 1947), with mid-ranks: P is
// 2Φ(−|Z|) with
//
//	σ² = n₁n₂/12 · ((n + 1) − Σ(t³ − t)/(n(n − 1)))
//
// corrected for ties and without continuity correction (Hollander & Wolfe, 4.1;
// in R wilcox.test with exact and correct false). It is an approximation, a
// rough one for groups under ten. The effect is Kerby's (2014) rank-biserial.
//
// A group without answers: no value. All equal: P = 1.
func MannWhitney(first, second Sample) RankSum {
	out := RankSum{N1: first.N(), N2: second.N()}
	if out.N1 == 0 || out.N2 == 0 {
		return out
	}
	n1, n2 := float64(out.N1), float64(out.N2)
	n := n1 + n2
	r := rankTogether([]Sample{first, second})
	out.U1 = r.sums[0] - n1*(n1+1)/2
	out.U2 = n1*n2 - out.U1
	out.Valid, out.P = true, 1
	out.RankBiserial = (out.U1 - out.U2) / (n1 * n2)
	// As a difference this would leave a little where all are equal.
	if variance := n1 * n2 / 12 * (tie(r.n) - r.ties) / (n * (n - 1)); variance > 0 {
		out.Z = (out.U1 - n1*n2/2) / math.Sqrt(variance)
		out.P = normalP(out.Z)
	}
	return out
}

// RankVariance is a test of whether several groups differ.
type RankVariance struct {
	N, Groups int     // answers, and groups that have any
	H         float64 // 0 when all are equal
	DF        int     // groups − 1
	P         float64
	Valid     bool // at least two groups have answers
}

// KruskalWallis tests independent groups by the variance of their ranks
// (Kruskal & Wallis, JASA 47, 1952), with mid-ranks and the correction for
// ties:
//
//	H = (12/(n(n + 1)) · ΣRᵢ²/nᵢ − 3(n + 1)) / (1 − Σ(t³ − t)/(n³ − n))
//
// P is the upper tail of chi-square with groups − 1 degrees of freedom, an
// approximation that is rough for groups under five. Groups without answers
// are left out; fewer than two others: no value. All equal: H = 0, P = 1.
func KruskalWallis(groups ...Sample) RankVariance {
	groups = slices.DeleteFunc(slices.Clone(groups), func(s Sample) bool { return s.N() == 0 })
	r := rankTogether(groups)
	out := RankVariance{N: r.n, Groups: len(groups)}
	if len(groups) < 2 {
		return out
	}
	out.DF, out.P, out.Valid = len(groups)-1, 1, true
	// 12/(n(n+1)) ΣRᵢ²/nᵢ − 3(n+1), of ranks less their mean: nothing cancels.
	n, between := float64(r.n), 0.0
	for i, s := range groups {
		size := float64(s.N())
		d := r.sums[i]/size - (n+1)/2
		between += float64(size * float64(d*d))
	}
	if spread := tie(r.n) - r.ties; spread > 0 {
		out.H = 12 * between * (n - 1) / spread
		out.P = chiSquareP(out.H, out.DF)
	}
	return out
}

func chiSquareP(statistic float64, df int) float64 {
	return distuv.ChiSquared{K: float64(df)}.Survival(statistic)
}

// PValue is a p-value, or none.
type PValue struct {
	P     float64
	Valid bool
}

// Holm adjusts p-values of several tests made together (Holm, Scand. J. Stat.
// 6, 1979): the i-th smallest of m becomes the largest of (m − j + 1)·p₍ⱼ₎ for
// j ≤ i, at most 1. The order given is kept. Entries without a value, NaN and
// those outside 0 to 1 are no tests: they are not counted, and have no value.
func Holm(values []PValue) []PValue {
	out := make([]PValue, len(values))
	var order []int
	for i, v := range values {
		if v.Valid && v.P >= 0 && v.P <= 1 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a].P < values[b].P:
			return -1
		case values[a].P > values[b].P:
			return 1
		}
		return 0
	})
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, min(1, float64(len(order)-rank)*values[i].P))
		out[i] = PValue{largest, true}
	}
	return out
}
