package statistics

import (
	"cmp"
	"math"
	"slices"
)

// Zeros says what becomes of pairs without a difference; anything but Pratt is
// DropZeros.
type Zeros string

const (
	// DropZeros leaves them out before ranking (Wilcoxon, 1945).
	DropZeros Zeros = "wilcox"
	// Pratt ranks them with the others and then leaves their ranks out (Pratt, JASA 54, 1959).
	Pratt Zeros = "pratt"
)

const (
	// Exact is a p-value of the whole distribution.
	Exact = "exact"
	// Normal is a p-value of the normal distribution it tends to.
	Normal = "normal"
	// MonteCarlo is a p-value of seeded random draws.
	MonteCarlo = "monte carlo"
)

// exactPairs is up to how many non-zero pairs a signed rank test is exact.
const exactPairs = 25

// SignedRank is a test of whether pairs changed.
type SignedRank struct {
	Pairs, Zeros  int     // all pairs, and those of them without a difference
	WPlus, WMinus float64 // sums of the ranks of rises and of falls
	Z             float64 // (W⁺ − μ)/σ, also where P is exact; 0 when nothing changed
	P             float64 // two-sided
	Method        string  // Exact or Normal
	RankBiserial  float64 // (W⁺ − W⁻)/(W⁺ + W⁻), −1 to 1; 0 when nothing changed
	Valid         bool    // there are pairs
}

// magnitude is the pairs with one absolute difference.
type magnitude struct {
	size       float64
	fell, rose int
	rank       float64 // mid-rank
}

func (m magnitude) count() int { return m.fell + m.rose }

// WilcoxonSignedRank tests pairs, given as the histogram of their differences
// (after − before), by Wilcoxon's signed ranks (domain.md 4.5). Equal absolute
// differences share the mean of their ranks.
//
// Up to 25 non-zero pairs P is exact: of all 2ⁿ ways to give the observed
// mid-ranks signs, twice the share at least as extreme on the side of the
// smaller tail, at most 1. Above, it is 2Φ(−|Z|) with μ = Σr/2 and
// σ² = Σr²/4, which is the variance corrected for ties, without continuity
// correction (Hollander & Wolfe, Nonparametric Statistical Methods, 3.1).
//
// No pair: no value. All zero: P = 1, for nothing speaks of a change. Five
// pairs that all rise have P = 0.0625: so few cannot reach 5 %.
func WilcoxonSignedRank(differences Sample, zeros Zeros) SignedRank {
	differences = differences.tidy()
	out := SignedRank{Pairs: differences.N(), Method: Exact}
	if out.Pairs == 0 {
		return out
	}
	var groups []magnitude
	groups, out.Zeros = magnitudes(differences)
	offset := 0
	if zeros == Pratt {
		offset = out.Zeros
	}
	before, variance := offset, 0.0
	for i, g := range groups {
		n := g.count()
		r := float64(before) + float64(n+1)/2
		groups[i].rank = r
		out.WPlus += float64(float64(g.rose) * r)
		out.WMinus += float64(float64(g.fell) * r)
		variance += float64(float64(n)*float64(r*r)) / 4
		before += n
	}
	out.Valid, out.P = true, 1
	if variance == 0 {
		return out
	}
	out.RankBiserial = (out.WPlus - out.WMinus) / (out.WPlus + out.WMinus)
	out.Z = (out.WPlus - out.WMinus) / 2 / math.Sqrt(variance)
	if n := out.Pairs - out.Zeros; n <= exactPairs {
		out.P = exactSignedRank(groups, offset, n, out.WPlus)
		return out
	}
	out.Method, out.P = Normal, normalP(out.Z)
	return out
}

// magnitudes groups differences by their absolute value, ascending, and counts
// those that are zero.
func magnitudes(differences Sample) (groups []magnitude, zeros int) {
	for i, d := range differences.Values {
		switch n := differences.Counts[i]; {
		case d == 0:
			zeros = n
		case d < 0:
			groups = append(groups, magnitude{size: -d, fell: n})
		default:
			groups = append(groups, magnitude{size: d, rose: n})
		}
	}
	slices.SortStableFunc(groups, func(a, b magnitude) int { return cmp.Compare(a.size, b.size) })
	merged := groups[:0]
	for _, g := range groups {
		if last := len(merged) - 1; last >= 0 && merged[last].size == g.size {
			merged[last].fell += g.fell
			merged[last].rose += g.rose
			continue
		}
		merged = append(merged, g)
	}
	return merged, zeros
}

// exactSignedRank counts the ways to choose which of n pairs rise by the sum of
// their ranks. Doubled, mid-ranks are whole numbers. offset zeros stand before
// all ranks; they are kept apart, by the number of pairs chosen, or the table
// would grow with them.
func exactSignedRank(groups []magnitude, offset, n int, wPlus float64) float64 {
	var ranks []int // doubled, beyond the zeros
	total := 0
	for _, g := range groups {
		r := int(math.Round(2*g.rank)) - 2*offset
		for range g.count() {
			ranks = append(ranks, r)
			total += r
		}
	}
	ways := make([][]int, n+1) // [pairs chosen][sum]
	for i := range ways {
		ways[i] = make([]int, total+1)
	}
	ways[0][0] = 1
	for i, r := range ranks {
		for chosen := i; chosen >= 0; chosen-- {
			for sum := total - r; sum >= 0; sum-- {
				ways[chosen+1][sum+r] += ways[chosen][sum]
			}
		}
	}
	observed, atMost, atLeast := int(math.Round(2*wPlus)), 0, 0
	for chosen, sums := range ways {
		for sum, w := range sums {
			switch at := sum + 2*offset*chosen; {
			case at < observed:
				atMost += w
			case at > observed:
				atLeast += w
			default:
				atMost += w
				atLeast += w
			}
		}
	}
	return min(1, 2*float64(min(atMost, atLeast))/float64(int(1)<<n))
}
