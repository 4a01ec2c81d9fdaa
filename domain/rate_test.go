package domain

import "testing"

// TestRates has amounts across a rate and back, to the öre.
func TestRates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate, shown string
		kronor      string
		into        string
	}{{"10.4523", "10.4523", "1045.23", "100.00"}, {"10", "10", "0.05", "0.01"}, {"10.100000", "10.1", "100.00", "9.90"}, {"11.1", "11.1", "10000.00", "900.90"}, {"0.000001", "0.000001", "0.01", "10000.00"}, {"8", "8", "-0.12", "-0.02"}} {
		rate, err := ParseRate(c.rate)
		kronor, _ := ParseMoney(c.kronor)
		if got := rate.Into(kronor).String(); err != nil || got != c.into || rate.String() != c.shown {
			t.Errorf("%s at %s (shown %s): %s, want %s (%v)", c.kronor, c.rate, rate, got, c.into, err)
		}
	}
}
