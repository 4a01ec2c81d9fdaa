package reports

import (
	"math"
	"slices"
)

// mean is the arithmetic mean; the values are added in the order given, so the
// same answers give the same bits.
func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// deviation is the sample standard deviation, divisor n − 1; 0 for one value.
func deviation(v []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	m, sum := mean(v), 0.0
	for _, x := range v {
		sum += (x - m) * (x - m)
	}
	return math.Sqrt(sum / float64(len(v)-1))
}

// median is the middle value, or the mean of the two in the middle.
func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}

// topTwo is the share of values on the two highest steps of a scale that ends
// at max (reference domain.md 4.2).
func topTwo(v []float64, max int) float64 {
	n := 0
	for _, x := range v {
		if x >= float64(max-1) {
			n++
		}
	}
	return float64(n) / float64(len(v))
}

// netPromoter is 100 (P − D)/n: promoters 9–10, detractors 0–6 (domain.md 4.3).
func netPromoter(v []float64) float64 {
	p, d := 0, 0
	for _, x := range v {
		switch {
		case x >= 9:
			p++
		case x <= 6:
			d++
		}
	}
	return 100 * float64(p-d) / float64(len(v))
}
