// Package rules holds what differs between programme periods, as data: versioned
// rule sets of TOML, each with the days it is valid and where its rules come
// from. A project names its set in its programme and keeps it for ever; a new
// period is a new file.
package rules

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"utfall/domain"
)

//go:embed *.toml
var files embed.FS

// Set is one rule set.
type Set struct {
	ID        string      `toml:"id"`
	Version   int         `toml:"version"`
	ValidFrom domain.Date `toml:"valid_from"` // of projects that start between these days
	ValidTo   domain.Date `toml:"valid_to"`
	Source    string      `toml:"source"`
	KSurvey   int         `toml:"k_survey"`  // least respondents behind a survey figure
	KCount    int         `toml:"k_count"`   // least persons behind a released count
	KSpecial  int         `toml:"k_special"` // the same for special categories
	// A released amount of which the DominanceN largest contributors make up more than
	// DominanceShare is withheld; 0: there is no such rule.
	DominanceN     int     `toml:"dominance_n"`
	DominanceShare float64 `toml:"dominance_share"`
	// UniqueLimit is the highest share of rows of pseudonymous data that may stand
	// alone in sex, age band, municipality and months.
	UniqueLimit float64     `toml:"unique_limit"`
	AgeBands    []Band      `toml:"age_band"`
	Record      Record      `toml:"record"`
	Hours       HourRules   `toml:"hours"`
	Monthly     Monthly     `toml:"monthly"`
	Publicity   Publicity   `toml:"publicity"`
	Funding     Funding     `toml:"funding"`
	Evaluation  Evaluation  `toml:"evaluation"`
	Indicators  []Indicator `toml:"indicator"`
	Checks      []Check     `toml:"check"`
}

// Band is the ages Low to High, both included, under a label.
type Band struct {
	Low   int    `toml:"low"`
	High  int    `toml:"high"`
	Label string `toml:"label"`
}

// Record is how a participant's record is read.
type Record struct {
	Sexes []string `toml:"sexes"` // that indicators are broken down by
	// Complete are the fields a complete record has: sex, status, age, education.
	Complete []string `toml:"complete"`
	// CompleteOnly: indicators count complete records only, except where one says otherwise.
	CompleteOnly   bool `toml:"complete_only"`
	ImmediateDays  int  `toml:"immediate_days"`  // after the exit, within which a result on leaving is achieved
	LongTermMonths int  `toml:"longterm_months"` // after the exit, when a longer-term result is asked for
	LongTermDays   int  `toml:"longterm_days"`   // after that, when whoever was not asked is overdue
	// An unemployed person is long-term unemployed after more than Months, or
	// YoungMonths when younger than YoungUnder.
	Months      int `toml:"unemployed_months"`
	YoungMonths int `toml:"unemployed_months_young"`
	YoungUnder  int `toml:"young_under"`
}

// Evaluation is how surveys are followed up and told of.
type Evaluation struct {
	HourBands    []int `toml:"hour_bands"`    // hours attended at which a band begins, ascending from 0
	ReminderDays int   `toml:"reminder_days"` // after which who has not answered is reminded
}

func (e Evaluation) check() error {
	if len(e.HourBands) == 0 || e.HourBands[0] != 0 || !slices.IsSorted(e.HourBands) {
		return fmt.Errorf("evaluation: hour_bands are not ascending from 0")
	}
	if e.ReminderDays < 1 {
		return fmt.Errorf("evaluation: reminder_days is below 1")
	}
	return nil
}

// HourRules is how reported hours are made of minutes.
type HourRules struct {
	Rounding      string `toml:"rounding"`       // exact, floor-quarter, floor-hour
	Where         string `toml:"where"`          // person-month: rounded once, after adding up
	DayHours      int    `toml:"day_hours"`      // the most that is reported of one person's day; 0: no such limit
	MinimumHours  int    `toml:"minimum_hours"`  // fewer in the whole project count for nothing; 0: no such limit
	CertifiedOnly bool   `toml:"certified_only"` // hours nobody has certified are not reported
}

// Kind is what an indicator counts.
type Kind string

// The kinds of indicators.
const (
	Output Kind = "output" // participants by what they are on entry
	Result Kind = "result" // participants by what they have achieved
	Entity Kind = "entity" // organisations or projects
)

// Indicator is one common indicator and who it counts. Conditions that are
// given must all hold; of a list, one.
type Indicator struct {
	Code string      `toml:"code"`
	Kind Kind        `toml:"kind"`
	Name domain.Text `toml:"name"`

	Status      []string `toml:"status"`
	AgeMin      *int     `toml:"age_min"`
	AgeMax      *int     `toml:"age_max"`
	Education   []int    `toml:"education"`
	Citizenship []string `toml:"citizenship"`
	Flag        string   `toml:"flag"`    // homeless or rural
	Special     []string `toml:"special"` // of the special categories, any answered with yes
	All         bool     `toml:"all"`     // incomplete records too

	// Of a result: when it is achieved, and the column of the participants' file
	// that says so beside the results' file.
	// Codes are other results that count as this one, if their own conditions hold.
	Codes  []string `toml:"codes"`
	When   string   `toml:"when"`   // exit or later
	Column string   `toml:"column"` // qualified or improved

	// Of entities: where they are told of.
	From  string   `toml:"from"`  // project or aid
	Sizes []string `toml:"sizes"` // of the firms that are counted
}

// CompleteOnly tells whether an indicator of the set counts complete records only.
func (s Set) CompleteOnly(i Indicator) bool {
	return s.Record.CompleteOnly && !i.All && i.Kind != Entity
}

// Check is a rule figures must obey: the sum of Left is Op the sum of Right.
// Total and GrandTotal stand for all complete and for all records.
type Check struct {
	Left   []string `toml:"left"`
	Op     string   `toml:"op"` // <= or ==
	Right  []string `toml:"right"`
	Source string   `toml:"source"`
	Warn   bool     `toml:"warn"` // a finding is something to look at, not an error
}

// Names that stand for figures in checks beside the indicators' codes.
const (
	Total      = "total"
	GrandTotal = "grand_total"
)

// Rule is the check in one line: CO03 + CO05 <= total.
func (c Check) Rule() string {
	return strings.Join(c.Left, " + ") + " " + c.Op + " " + strings.Join(c.Right, " + ")
}

// Industries are groups of industries by SNI prefix.
type Industries struct {
	ID      string              `toml:"id"`
	Version int                 `toml:"version"`
	Source  string              `toml:"source"`
	Groups  map[string][]string `toml:"groups"`
}

// book is every rule set of this program, read once.
type book struct {
	sets map[string]Set
	kkn  Industries
	aid  StateAid
}

var all = mustRead()

func mustRead() book {
	b := book{sets: map[string]Set{}}
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		switch {
		case strings.HasPrefix(e.Name(), "kkn"):
			err = decode(string(text), &b.kkn)
		case strings.HasPrefix(e.Name(), "state-aid"):
			if err = decode(string(text), &b.aid); err == nil {
				err = b.aid.check()
			}
		default:
			var s Set
			if err = decode(string(text), &s); err == nil {
				err = s.check()
			}
			b.sets[s.ID] = s
		}
		if err != nil {
			panic(fmt.Sprintf("rule set %s: %v", e.Name(), err)) // embedded: a bug, not an input
		}
	}
	return b
}

func decode(text string, to any) error {
	meta, err := toml.Decode(text, to)
	if unknown := meta.Undecoded(); err == nil && len(unknown) > 0 {
		return fmt.Errorf("unknown key %s", unknown[0])
	}
	return err
}

// Of gives the rule set of a programme, "other" when it is not known.
func Of(programme string) Set {
	if s, ok := all.sets[programme]; ok {
		return s
	}
	return all.sets["other"]
}

// Sets are all rule sets, by id.
func Sets() []Set {
	var out []Set
	for _, id := range slices.Sorted(maps.Keys(all.sets)) {
		out = append(out, all.sets[id])
	}
	return out
}

// Replace puts a set in the place of the one with its id, for a test, until
// restore is called.
func Replace(s Set) (restore func()) {
	old := all.sets[s.ID]
	all.sets[s.ID] = s
	return func() { all.sets[s.ID] = old }
}

// KKN is the grouping of the cultural and creative industries.
func KKN() Industries { return all.kkn }

// Indicator finds one by its code.
func (s Set) Indicator(code string) (Indicator, bool) {
	i := slices.IndexFunc(s.Indicators, func(i Indicator) bool { return i.Code == code })
	if i < 0 {
		return Indicator{}, false
	}
	return s.Indicators[i], true
}

// Text is the rule set as its file writes it.
func (s Set) Text() string {
	text, _ := files.ReadFile(s.ID + ".toml")
	return string(text)
}

// check refuses a rule set that says what no part of the program understands.
func (s Set) check() error {
	err := first(one("hours.rounding", s.Hours.Rounding, "exact", "floor-quarter", "floor-hour"), s.Monthly.check(), s.Funding.check(), s.Evaluation.check())
	if s.DominanceN < 0 || s.DominanceShare < 0 || s.DominanceShare > 1 || (s.DominanceN == 0) != (s.DominanceShare == 0) {
		err = first(err, fmt.Errorf("dominance: %d largest of more than %g", s.DominanceN, s.DominanceShare))
	}
	if s.Hours.DayHours < 0 || s.Hours.MinimumHours < 0 {
		err = first(err, fmt.Errorf("hours: a limit is below 0"))
	}
	for _, f := range s.Record.Complete {
		err = first(err, one("record.complete", f, "sex", "status", "age", "education"))
	}
	known := []string{Total, GrandTotal}
	for _, i := range s.Indicators {
		known = append(known, i.Code)
	}
	for _, i := range s.Indicators {
		err = first(err, one(i.Code+" kind", string(i.Kind), string(Output), string(Result), string(Entity)))
		err = first(err, one(i.Code+" flag", i.Flag, "", "homeless", "rural"), one(i.Code+" when", i.When, "", "exit", "later"), one(i.Code+" column", i.Column, "", "qualified", "improved"))
		for _, c := range i.Codes {
			err = first(err, one(i.Code+" codes", c, known...))
		}
		for _, f := range i.Special {
			err = first(err, one(i.Code+" special", f, domain.SpecialFields...))
		}
		for _, v := range i.Status {
			_, ok := domain.ParseStatus(v)
			if !ok {
				err = first(err, fmt.Errorf("%s: no status %q", i.Code, v))
			}
		}
	}
	for _, c := range s.Checks {
		err = first(err, one(c.Rule(), c.Op, "<=", "=="))
		for _, code := range slices.Concat(c.Left, c.Right) {
			err = first(err, one(c.Rule(), code, known...))
		}
	}
	return err
}

// one refuses a value that is none of some.
func one(what, value string, of ...string) error {
	if !slices.Contains(of, value) {
		return fmt.Errorf("%s: %q is none of %s", what, value, strings.Join(of, ", "))
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
