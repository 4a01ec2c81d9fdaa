package projections

import (
	"math/big"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"utfall/domain"
)

// TestTheTablesRoundAsGoDoes: the macro that queries round by and domain.Rounding agree
// with each other on random fractions, and with halves written out by hand.
func TestTheTablesRoundAsGoDoes(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "facts.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	macro := func(n, d int64, how domain.Rounding) (out int64) {
		t.Helper()
		if err := s.DB().QueryRowContext(t.Context(), "select rounded(?::hugeint, ?::bigint, ?)", n, d, string(how)).Scan(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct {
		n    int64
		want map[domain.Rounding]int64 // of n / 2
	}{{1, map[domain.Rounding]int64{domain.HalfAway: 1, domain.HalfEven: 0, domain.Down: 0}}, {3, map[domain.Rounding]int64{domain.HalfAway: 2, domain.HalfEven: 2, domain.Down: 1}},
		{-1, map[domain.Rounding]int64{domain.HalfAway: -1, domain.HalfEven: 0, domain.Down: 0}}, {-5, map[domain.Rounding]int64{domain.HalfAway: -3, domain.HalfEven: -2, domain.Down: -2}}} {
		for how, want := range c.want {
			if got, in := how.Part(domain.Ore(c.n), 1, 2).Ore(), macro(c.n, 2, how); got != want || in != want {
				t.Errorf("%d / 2, %s: Go %d, the tables %d, want %d", c.n, how, got, in, want)
			}
		}
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 600 {
		n, d := r.Int64N(4_000_000)-2_000_000, 1+r.Int64N(60)
		for _, how := range []domain.Rounding{domain.HalfAway, domain.HalfEven, domain.Down} {
			got, in := how.Part(domain.Ore(n), 1, d).Ore(), macro(n, d, how)
			off := new(big.Rat).Abs(new(big.Rat).Sub(big.NewRat(n, d), big.NewRat(got, 1)))
			if got != in || how != domain.Down && off.Cmp(big.NewRat(1, 2)) > 0 || off.Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("%d / %d, %s: Go %d, the tables %d", n, d, how, got, in)
			}
		}
	}
}
