package statistics

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Point is a pair of answers and how many gave it.
type Point struct {
	X, Y  float64
	Count int
}

// Correlation is how two answers go together.
type Correlation struct {
	N     int
	Rho   float64 // −1 to 1
	P     float64 // two-sided
	Valid bool
}

// Spearman is the correlation of mid-ranks (Spearman, 1904), with P of
// t = ρ√((n − 2)/(1 − ρ²)) on n − 2 degrees of freedom (Kendall & Stuart, The
// Advanced Theory of Statistics, 31.19; in R cor.test with method spearman and
// exact false), an approximation that is rough for n under ten.
//
// Pairs with a missing answer (as in Of) and counts below 1 are left out.
// n < 3, or one side all equal: no value. ρ = ±1 has P = 0.
func Spearman(points []Point) Correlation {
	var xs, ys []float64
	var counts []int
	for _, p := range points {
		if isAnswer(p.X) && isAnswer(p.Y) && p.Count > 0 {
			xs, ys, counts = append(xs, p.X), append(ys, p.Y), append(counts, p.Count)
		}
	}
	x, y := Grouped(xs, counts), Grouped(ys, counts)
	out := Correlation{N: x.N()}
	if out.N < 3 || len(x.Values) < 2 || len(y.Values) < 2 {
		return out
	}
	rankX, rankY := x.centredRanks(out.N), y.centredRanks(out.N)
	var sxy, sxx, syy float64
	for i, c := range counts {
		// Doubled, ranks less their mean are whole numbers, and so is every sum
		// up to 2⁵³: the order of the points does not matter.
		rx, ry, n := rankX[xs[i]], rankY[ys[i]], float64(c)
		sxy += float64(n * float64(rx*ry))
		sxx += float64(n * float64(rx*rx))
		syy += float64(n * float64(ry*ry))
	}
	out.Rho = max(-1, min(1, sxy/(math.Sqrt(sxx)*math.Sqrt(syy))))
	if math.Abs(out.Rho) > 1-1e-15 {
		out.Rho = math.Copysign(1, out.Rho)
	}
	// P(|T| > t) is the incomplete beta function at df/(df + t²) = 1 − ρ².
	out.P = mathext.RegIncBeta(float64(out.N-2)/2, 0.5, (1-out.Rho)*(1+out.Rho))
	out.Valid = true
	return out
}

// centredRanks is each value's mid-rank less the mean rank, doubled.
func (s Sample) centredRanks(n int) map[float64]float64 {
	out := make(map[float64]float64, len(s.Values))
	before := 0
	for i, v := range s.Values {
		t := s.Counts[i]
		out[v] = float64(2*before + t - n)
		before += t
	}
	return out
}
