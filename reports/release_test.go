package reports

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
)

// TestUniqueness has rows counted by hand.
func TestUniqueness(t *testing.T) {
	p := func(name, sex, age, place string, periods ...string) ReleasedParticipant {
		return ReleasedParticipant{Pseudonym: name, Sex: sex, AgeBand: age, Municipality: place, Periods: periods, Minutes: make([]int, len(periods))}
	}
	rows := []ReleasedParticipant{
		p("1", "woman", "25-54", "1490", "2019-01", "2019-02"),
		p("2", "woman", "25-54", "1490", "2019-01", "2019-03"),
		p("3", "woman", "25-54", "1490", "2019-01", "2019-03"),
		p("4", "man", "25-54", "1490", "2019-09"),
		p("5", "man", "under 25", "1463", "2019-08"),
		p("6", "man", "25-54", "1463", "2019-08"),
	}
	for _, c := range []struct {
		coarse string
		want   Uniqueness
	}{
		{"", Uniqueness{6, 4, 1}},                                       // all but 2 and 3
		{"months=quarter", Uniqueness{6, 3, 1}},                         // 1, 2 and 3 are one
		{"months=quarter,municipality=none", Uniqueness{6, 1, 1}},       // and 4 and 6
		{"months=year,municipality=none,age=none", Uniqueness{6, 0, 3}}, // three women, three men
		{"months=none,age=none", Uniqueness{6, 1, 1}},                   // 4 stands alone in 1490
	} {
		coarse, err := ParseCoarsening(c.coarse)
		if err != nil || coarse.String() != c.coarse {
			t.Fatalf("%q is read as %q: %v", c.coarse, coarse, err)
		}
		if got := UniquenessOf(coarse.coarser(rows)); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.coarse, got, c.want)
		}
	}
	if got := UniquenessOf(nil); got.Share() != 0 || got.Smallest != 0 {
		t.Errorf("nobody: %+v", got)
	}
	for _, wrong := range []string{"months=day", "months=week", "sex=none", "municipality=county", "x"} {
		if _, err := ParseCoarsening(wrong); err == nil {
			t.Errorf("%q is read", wrong)
		}
	}
}

// TestCoarserKeepsHours: periods that become one are added up, nothing is lost.
func TestCoarserKeepsHours(t *testing.T) {
	row := ReleasedParticipant{Periods: []string{"2019-01", "2019-03", "2019-05", "2019-12"}, Minutes: []int{1, 2, 4, 8}}
	for coarse, want := range map[*Coarsening]ReleasedParticipant{
		{Months: domain.ByQtr}:  {Periods: []string{"2019-Q1", "2019-Q2", "2019-Q4"}, Minutes: []int{3, 4, 8}},
		{Months: domain.ByTerm}: {Periods: []string{"VT2019", "HT2019"}, Minutes: []int{7, 8}},
		{Months: domain.ByYear}: {Periods: []string{"2019"}, Minutes: []int{15}},
		{NoMonths: true}:        {Periods: []string{""}, Minutes: []int{15}},
	} {
		if diff := cmp.Diff(want, coarse.coarser([]ReleasedParticipant{row})[0]); diff != "" {
			t.Errorf("%s: %s", coarse, diff)
		}
	}
}
