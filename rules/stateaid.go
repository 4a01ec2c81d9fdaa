package rules

import (
	"fmt"
	"slices"

	"utfall/domain"
)

// StateAid is how much aid a company may be given, by the rule it is given under.
type StateAid struct {
	ID      string   `toml:"id"`
	Version int      `toml:"version"`
	Source  string   `toml:"source"`
	Near    int      `toml:"near"` // percent of a ceiling from which on a company is near it
	Regimes []Regime `toml:"regime"`
}

// Regime is one regulation that aid is given under.
type Regime struct {
	ID        string      `toml:"id"`
	Kind      AidKind     `toml:"kind"`
	Name      domain.Text `toml:"name"`
	Words     []string    `toml:"words"`      // slugs by which a grant names it
	ValidFrom domain.Date `toml:"valid_from"` // of grants between these days, both included
	ValidTo   domain.Date `toml:"valid_to"`
	Source    string      `toml:"source"`

	// Of de minimis: the most in EUR of one single undertaking within the window.
	Ceiling string `toml:"ceiling"`
	Window  string `toml:"window"` // fiscal-years: the grant's and those before it; rolling-years: to the day
	Years   int    `toml:"years"`

	Intensity Intensity `toml:"intensity"` // of training aid
}

// AidKind is what a regime limits.
type AidKind string

// The kinds.
const (
	DeMinimis   AidKind = "de-minimis" // the sum within a window
	TrainingAid AidKind = "training"   // the share of the eligible costs
)

// The windows.
const (
	FiscalYears  = "fiscal-years"
	RollingYears = "rolling-years"
)

// Intensity is the largest share of the eligible costs, in percent.
type Intensity struct {
	Base          int `toml:"base"`
	Disadvantaged int `toml:"disadvantaged"` // points more
	Medium        int `toml:"medium"`
	Small         int `toml:"small"`
	Most          int `toml:"most"`
}

// Of is the intensity allowed for a company of a size class (micro, small, medium,
// large or unknown, which gives no points), in percent.
func (i Intensity) Of(size string, disadvantaged bool) int {
	n := i.Base
	switch size {
	case "micro", "small":
		n += i.Small
	case "medium":
		n += i.Medium
	}
	if disadvantaged {
		n += i.Disadvantaged
	}
	return min(n, i.Most)
}

// Limit is the ceiling in cents of EUR, 0 where there is none.
func (r Regime) Limit() int64 {
	m, _ := domain.ParseMoney(r.Ceiling) // checked when the rules were read
	return m.Ore()
}

// Holds tells whether aid can be granted under it on a day.
func (r Regime) Holds(on domain.Date) bool {
	return !on.Before(r.ValidFrom) && !on.After(r.ValidTo)
}

// Since is the first day whose aid counts together with aid of a day.
func (r Regime) Since(on domain.Date) domain.Date {
	if r.Window == FiscalYears {
		first, _ := domain.NewDate(max(on.Year()-r.Years+1, 1), 1, 1)
		return first
	}
	return on.AddMonths(-12 * r.Years).AddDays(1)
}

// Until is the first day on which aid of a day no longer counts.
func (r Regime) Until(on domain.Date) domain.Date {
	if r.Window == FiscalYears {
		first, _ := domain.NewDate(on.Year()+r.Years, 1, 1)
		return first
	}
	day := on.AddMonths(12 * r.Years)
	for !r.Since(day).After(on) { // 29 February: the last of a shorter month is too early
		day = day.AddDays(1)
	}
	return day
}

// Valid is the first day on which any of the regimes holds, and the last.
func (a StateAid) Valid() (from, to domain.Date) {
	from, to = a.Regimes[0].ValidFrom, a.Regimes[0].ValidTo
	for _, r := range a.Regimes {
		if r.ValidFrom.Before(from) {
			from = r.ValidFrom
		}
		if r.ValidTo.After(to) {
			to = r.ValidTo
		}
	}
	return from, to
}

// Aid are the rules of aid to companies.
func Aid() StateAid { return all.aid }

// KindOf is the kind of aid a grant's rule names, empty for one that is not known.
func (a StateAid) KindOf(rule string) AidKind {
	for _, r := range a.Regimes {
		if slices.Contains(r.Words, rule) {
			return r.Kind
		}
	}
	return ""
}

// Regime is the one a grant of a day is under by the rule it names; named is false
// where another one of the kind held on the day than the one that is named. ok is
// false for a rule that is not known, and for a day on which none of its kind held.
func (a StateAid) Regime(rule string, on domain.Date) (r Regime, named, ok bool) {
	kind := a.KindOf(rule)
	for _, r := range a.Regimes {
		if kind != "" && r.Kind == kind && r.Holds(on) {
			return r, slices.Contains(r.Words, rule), true
		}
	}
	return Regime{}, false, false
}

// Current is the de minimis regime that holds on a day.
func (a StateAid) Current(on domain.Date) (Regime, bool) {
	for _, r := range a.Regimes {
		if r.Kind == DeMinimis && r.Holds(on) {
			return r, true
		}
	}
	return Regime{}, false
}

// check refuses rules that say what no part of the program understands.
func (a StateAid) check() error {
	var errs []error
	for i, r := range a.Regimes {
		errs = append(errs, one(r.ID+" kind", string(r.Kind), string(DeMinimis), string(TrainingAid)))
		if r.ValidTo.Before(r.ValidFrom) || len(r.Words) == 0 {
			errs = append(errs, fmt.Errorf("%s: it holds on no day, or for no grant", r.ID))
		}
		if _, err := domain.ParseMoney(r.Ceiling); r.Kind == DeMinimis && (err != nil || r.Years < 1) {
			errs = append(errs, fmt.Errorf("%s: %q EUR within %d years is no ceiling", r.ID, r.Ceiling, r.Years))
		}
		if r.Kind == DeMinimis {
			errs = append(errs, one(r.ID+" window", r.Window, FiscalYears, RollingYears))
		}
		for _, w := range r.Words {
			if w != domain.Slug(w) {
				errs = append(errs, fmt.Errorf("%s: %q is no slug", r.ID, w))
			}
		}
		for _, other := range a.Regimes[:i] {
			if other.Kind == r.Kind && !other.ValidTo.Before(r.ValidFrom) && !r.ValidTo.Before(other.ValidFrom) {
				errs = append(errs, fmt.Errorf("%s and %s hold on the same day", other.ID, r.ID))
			}
		}
	}
	if a.Near < 1 || a.Near > 100 {
		errs = append(errs, fmt.Errorf("near: %d is no percentage", a.Near))
	}
	return first(errs...)
}

// Text is the rules as their file writes them.
func (a StateAid) Text() string {
	text, _ := files.ReadFile(a.ID + ".toml")
	return string(text)
}
