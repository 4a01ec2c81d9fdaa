package reports

import (
	"math"
	"testing"

	"utfall/rules"
)

// TestStatisticsVectors are the vectors of the reference (domain.md 4.2, 4.3),
// computed elsewhere.
func TestStatisticsVectors(t *testing.T) {
	v := []float64{5, 4, 4, 3, 5, 2, 4, 5, 4, 1}
	nps := make([]float64, 0, 25)
	for score, n := range map[float64]int{10: 12, 8: 7, 3: 6} {
		for range n {
			nps = append(nps, score)
		}
	}
	for name, c := range map[string]struct{ got, want float64 }{
		"mean": {mean(v), 3.7}, "standard deviation": {deviation(v), 1.337494}, "top two": {topTwo(v, 5), 0.70},
		"median": {median(v), 4}, "median of an even number": {median([]float64{1, 2, 3, 10}), 2.5}, "median of one": {median([]float64{3}), 3},
		"NPS": {netPromoter(nps), 24}, "NPS of detractors": {netPromoter([]float64{0, 6}), -100}, "deviation of one": {deviation([]float64{3}), 0},
	} {
		if math.Abs(c.got-c.want) > 5e-7 {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

// TestRuleSets: bands of a set neither overlap nor leave a gap, and no SNI
// prefix of two KKN groups begins with another, so that nothing counts twice.
func TestRuleSets(t *testing.T) {
	for _, r := range rules.Sets() {
		id := r.ID
		next := 0
		for _, b := range r.AgeBands {
			if b.Low != next || b.High < b.Low || b.Label == "" {
				t.Errorf("%s: band %+v, expected to start at %d", id, b, next)
			}
			next = b.High + 1
		}
		if next <= 110 || r.Version < 1 || r.Source == "" || r.KSurvey < 3 || r.KCount < 3 {
			t.Errorf("%s: %+v", id, r)
		}
	}
	var all []string
	for _, prefixes := range rules.KKN().Groups {
		all = append(all, prefixes...)
	}
	for i, a := range all {
		for j, b := range all {
			if i != j && len(a) <= len(b) && b[:len(a)] == a {
				t.Errorf("the SNI prefixes %s and %s overlap", a, b)
			}
		}
	}
}
