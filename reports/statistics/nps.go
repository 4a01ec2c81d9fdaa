package statistics

import "math"

// NetPromoter is a net promoter score and what it is made of.
type NetPromoter struct {
	Promoters, Passives, Detractors int

	Score     float64 // points, −100 to 100; a value when anybody answered
	SE        float64 // points
	Low, High float64 // points
	Clipped   bool    // an end went beyond −100 or 100 and was set there
	Valid     bool    // whether SE, Low and High are values
}

// N is how many answered.
func (n NetPromoter) N() int { return n.Promoters + n.Passives + n.Detractors }

// NPS is the net promoter score of answers on the scale 0 to 10 (domain.md 4.3):
// 9 and 10 are promoters, 7 and 8 passives, 0 to 6 detractors, answers off the
// scale are left out. With p and d the shares of promoters and detractors,
//
//	score = 100 (p − d)    SE = 100 √((p + d − (p − d)²)/n)
//
// and the interval is score ± z · SE, z the normal quantile at (1 + level)/2,
// clipped to −100 and 100.
//
// n = 0: no value. n = 1: a score without an interval. When all are of one
// class the standard error is 0 and the interval is the point, which tells
// nothing of those who were not asked.
func NPS(answers Sample, level float64) NetPromoter {
	answers = answers.tidy()
	var out NetPromoter
	for i, v := range answers.Values {
		switch c := answers.Counts[i]; {
		case v < 0 || v > 10:
		case v >= 9:
			out.Promoters += c
		case v <= 6:
			out.Detractors += c
		default:
			out.Passives += c
		}
	}
	n := float64(out.N())
	if n == 0 {
		return out
	}
	p, d := float64(out.Promoters)/n, float64(out.Detractors)/n
	out.Score = 100 * float64(out.Promoters-out.Detractors) / n
	if n < 2 || !between(level) {
		return out
	}
	// At p or d = 1 rounding may leave less than nothing.
	se := 100 * math.Sqrt(max(0, p+d-float64((p-d)*(p-d)))/n)
	margin := normalQuantile((1+level)/2) * se
	if !finite(margin) { // a level that is 1 but for rounding
		return out
	}
	low, high := out.Score-margin, out.Score+margin
	out.SE, out.Low, out.High, out.Valid = se, max(-100, low), min(100, high), true
	out.Clipped = low < -100 || high > 100
	return out
}
