package statistics

// Dispositions is what became of everybody who was asked, by the letters of
// AAPOR, Standard Definitions (domain.md 4.4). All are numbers of people.
type Dispositions struct {
	I  int // complete
	P  int // partial
	R  int // refused or broke off
	NC int // not reached
	O  int // other, eligible
	UH int // unknown whether there was anybody to ask
	UO int // unknown for other reasons

	// E is the share of the unknown that is taken to be eligible, 0 to 1; RR3
	// and RR4 rest on it.
	E float64
}

// Each rate is a share from 0 to 1, and no value where it would be a share of
// nobody or a number is negative.

// RR1 is I / (I + P + R + NC + O + UH + UO), the minimum response rate.
func (d Dispositions) RR1() (float64, bool) { return d.rate(d.I, float64(d.all())) }

// RR2 is (I + P) / (I + P + R + NC + O + UH + UO).
func (d Dispositions) RR2() (float64, bool) { return d.rate(d.I+d.P, float64(d.all())) }

// RR3 is I / (I + P + R + NC + O + e(UH + UO)); no value when e is not 0 to 1.
func (d Dispositions) RR3() (float64, bool) { return d.estimated(d.I) }

// RR4 is (I + P) / (I + P + R + NC + O + e(UH + UO)); no value when e is not 0 to 1.
func (d Dispositions) RR4() (float64, bool) { return d.estimated(d.I + d.P) }

// RR5 is I / (I + P + R + NC + O), the maximum response rate: nobody unknown
// is taken to be eligible.
func (d Dispositions) RR5() (float64, bool) { return d.rate(d.I, float64(d.eligible())) }

// RR6 is (I + P) / (I + P + R + NC + O).
func (d Dispositions) RR6() (float64, bool) { return d.rate(d.I+d.P, float64(d.eligible())) }

// COOP1 is I / (I + P + R + O), the minimum cooperation rate: of those reached.
func (d Dispositions) COOP1() (float64, bool) { return d.rate(d.I, float64(d.reached())) }

// REF1 is R / (I + P + R + NC + O + UH + UO), the refusal rate.
func (d Dispositions) REF1() (float64, bool) { return d.rate(d.R, float64(d.all())) }

// CON1 is (I + P + R + O) / (I + P + R + NC + O + UH + UO), the contact rate.
func (d Dispositions) CON1() (float64, bool) { return d.rate(d.reached(), float64(d.all())) }

func (d Dispositions) reached() int  { return d.I + d.P + d.R + d.O }
func (d Dispositions) eligible() int { return d.reached() + d.NC }
func (d Dispositions) all() int      { return d.eligible() + d.UH + d.UO }

func (d Dispositions) estimated(answered int) (float64, bool) {
	if !(d.E >= 0 && d.E <= 1) { // NaN is neither
		return 0, false
	}
	return d.rate(answered, float64(d.eligible())+float64(d.E*float64(d.UH+d.UO)))
}

func (d Dispositions) rate(of int, all float64) (float64, bool) {
	if min(d.I, d.P, d.R, d.NC, d.O, d.UH, d.UO) < 0 || all <= 0 {
		return 0, false
	}
	return float64(of) / all, true
}
