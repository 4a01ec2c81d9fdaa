package rules

import (
	"testing"

	"utfall/domain"
)

// TestWindowsOfStateAid walks days one by one: aid counts from its own day until
// the day before Until, and never again.
func TestWindowsOfStateAid(t *testing.T) {
	t.Parallel()
	day := domain.MustDate
	for _, r := range Aid().Regimes {
		if r.Kind != DeMinimis {
			continue
		}
		for _, on := range []domain.Date{day("2020-02-28"), day("2020-02-29"), day("2021-02-28"), day("2021-03-01"), day("2022-01-01"), day("2023-12-31"), day("2024-02-29"), day("2026-06-15")} {
			for d := on; d.Before(on.AddMonths(50)); d = d.AddDays(1) {
				counts, until := !r.Since(d).After(on), d.Before(r.Until(on))
				if counts != until {
					t.Fatalf("%s: aid of %s on %s: the window says %t, the day it leaves it %s", r.ID, on, d, counts, r.Until(on))
				}
			}
		}
	}
	rolling, _ := Aid().Current(day("2026-01-01"))
	for on, until := range map[string]string{"2024-02-29": "2027-03-01", "2025-02-28": "2028-02-28", "2025-03-01": "2028-03-01", "2024-06-15": "2027-06-15"} {
		if got := rolling.Until(day(on)); got != day(until) {
			t.Errorf("aid of %s leaves the window on %s, want %s", on, got, until)
		}
	}
}

// TestRegimeOfAGrant is by the day of the grant, and by what the rule is called.
func TestRegimeOfAGrant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule, on, id string
		named        bool
	}{
		{"de-minimis", "2023-12-31", "de-minimis-1407", true},
		{"de-minimis", "2024-01-01", "de-minimis-2831", true},
		{"forsumbart-stod", "2019-05-01", "de-minimis-1407", true},
		{"de-minimis-1407-2013", "2024-03-01", "de-minimis-2831", false},
		{"de-minimis-2023-2831", "2023-03-01", "de-minimis-1407", false},
		{"gber-31", "2019-05-01", "gber-31", true},
		{"de-minimis", "2013-12-31", "", false},
		{"sgei", "2019-05-01", "", false},
	} {
		r, named, ok := Aid().Regime(c.rule, domain.MustDate(c.on))
		if r.ID != c.id || named != c.named || ok != (c.id != "") {
			t.Errorf("%s on %s: %q, named %t, want %q, %t", c.rule, c.on, r.ID, named, c.id, c.named)
		}
	}
}

// TestIntensity is by size and by whom the training is for.
func TestIntensity(t *testing.T) {
	t.Parallel()
	r, _, _ := Aid().Regime("gber-31", domain.MustDate("2019-01-01"))
	for _, c := range []struct {
		size          string
		disadvantaged bool
		want          int
	}{{"large", false, 50}, {"large", true, 60}, {"medium", false, 60}, {"medium", true, 70}, {"small", false, 70}, {"micro", true, 70}, {"unknown", false, 50}, {"unknown", true, 60}} {
		if got := r.Intensity.Of(c.size, c.disadvantaged); got != c.want {
			t.Errorf("%s, disadvantaged %t: %d %%, want %d", c.size, c.disadvantaged, got, c.want)
		}
	}
}
