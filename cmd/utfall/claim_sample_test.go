package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
	"utfall/reports"
)

// TestASampleIsDrawnAsItSays: the same seed draws the same lines whatever order they
// stand in, by amount a line above the interval is always drawn and every line as
// often as its share of the amount says.
func TestASampleIsDrawnAsItSays(t *testing.T) {
	t.Parallel()
	amounts := []int64{10_000_00, 500_00, 1_500_00, 2_000_00, -1_000_00, 0, 3_000_00, 2_000_00} // 20 000 kr, and nothing
	var lines []domain.ClaimLine
	for i, ore := range amounts {
		lines = append(lines, domain.ClaimLine{Key: fmt.Sprint("other ", i), Amount: domain.Ore(ore)})
	}
	keys := func(all []reports.Sampled) (out []string) {
		for _, s := range all {
			out = append(out, s.Line.Key)
		}
		slices.Sort(out)
		return out
	}
	shuffled := slices.Clone(lines)
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	const seeds, n = 4000, 4 // an interval of 5 000 kr
	hits := map[reports.SampleBy]map[string]int{reports.AtRandom: {}, reports.ByAmount: {}}
	for seed := range seeds {
		for by, of := range hits {
			drawn := reports.Sample(lines, n, fmt.Sprint(seed), by)
			if again := keys(reports.Sample(shuffled, n, fmt.Sprint(seed), by)); !slices.Equal(keys(drawn), again) {
				t.Fatalf("seed %d by %s: %v, and in another order %v", seed, by, keys(drawn), again)
			}
			units := 0
			for _, s := range drawn {
				of[s.Line.Key] += s.Hits
				units += s.Hits
			}
			if units != n {
				t.Fatalf("seed %d by %s: %d units", seed, by, units)
			}
		}
	}
	for i, ore := range amounts {
		key := fmt.Sprint("other ", i)
		wantAmount, wantRandom := n*float64(max(ore, -ore))/20_000_00, float64(n)/7
		if ore == 0 {
			wantRandom = 0
		}
		// Four standard errors of a share at 4 000 draws are below 0.04; a line of two
		// intervals is hit just twice.
		for by, want := range map[reports.SampleBy]float64{reports.ByAmount: wantAmount, reports.AtRandom: wantRandom} {
			if got := float64(hits[by][key]) / seeds; got < want-0.04 || got > want+0.04 || ore == 10_000_00 && by == reports.ByAmount && hits[by][key] != 2*seeds {
				t.Errorf("%s by %s: drawn %.3f times, want %.3f", key, by, got, want)
			}
		}
	}
	if diff := cmp.Diff(7, len(reports.Sample(lines, 100, "x", reports.AtRandom))); diff != "" {
		t.Error("a sample larger than the claim is all of it:", diff)
	}
}
