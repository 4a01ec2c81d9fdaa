package reports

import (
	"testing"

	"utfall/rules"
)

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
