package reports

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed rules/*.toml
var ruleFiles embed.FS

// Rules are one rule set: what differs between programme periods is data.
// A project names its set in Programme; old projects keep theirs.
type Rules struct {
	ID      string `toml:"id"`
	Version int    `toml:"version"`
	Source  string `toml:"source"`
	KSurvey int    `toml:"k_survey"` // least respondents behind a survey figure
	KCount  int    `toml:"k_count"`  // least persons behind a released count
	// UniqueLimit is the highest share of rows of pseudonymous data that may stand
	// alone in sex, age band, municipality and months.
	UniqueLimit float64   `toml:"unique_limit"`
	KSpecial    int       `toml:"k_special"` // the same for special categories
	AgeBands    []AgeBand `toml:"age_band"`
}

// AgeBand is the ages Low to High, both included, under a label.
type AgeBand struct {
	Low   int    `toml:"low"`
	High  int    `toml:"high"`
	Label string `toml:"label"`
}

// industries are the KKN groups by SNI prefix.
type industries struct {
	ID      string              `toml:"id"`
	Version int                 `toml:"version"`
	Groups  map[string][]string `toml:"groups"`
}

// ruleBook is every rule set of this program, read once.
var ruleBook = mustReadRules()

type ruleSets struct {
	sets map[string]Rules
	kkn  industries
}

func mustReadRules() ruleSets {
	b := ruleSets{sets: map[string]Rules{}}
	entries, err := ruleFiles.ReadDir("rules")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		text, err := ruleFiles.ReadFile("rules/" + e.Name())
		if err != nil {
			panic(err)
		}
		var r Rules
		var to any = &r
		if strings.HasPrefix(e.Name(), "kkn") {
			to = &b.kkn
		}
		if _, err := toml.Decode(string(text), to); err != nil {
			panic(fmt.Sprintf("rule set %s: %v", e.Name(), err)) // embedded: a bug, not an input
		}
		if r.ID != "" {
			b.sets[r.ID] = r
		}
	}
	return b
}

// RulesOf gives the rule set of a programme, "other" when it is not known.
func RulesOf(programme string) Rules {
	if r, ok := ruleBook.sets[programme]; ok {
		return r
	}
	return ruleBook.sets["other"]
}

// bandValues are the age bands of every rule set, as rows of SQL values.
func bandValues() string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(ruleBook.sets)) {
		for _, b := range ruleBook.sets[id].AgeBands {
			out = append(out, fmt.Sprintf("(%s, %d, %d, %s)", quote(id), b.Low, b.High, quote(b.Label)))
		}
	}
	return strings.Join(out, ", ")
}

// kknValues are the SNI prefixes of the KKN groups, as rows of SQL values.
func kknValues() string {
	var out []string
	for _, slug := range slices.Sorted(maps.Keys(ruleBook.kkn.Groups)) {
		for _, prefix := range ruleBook.kkn.Groups[slug] {
			out = append(out, fmt.Sprintf("(%s, %s)", quote(prefix), quote(slug)))
		}
	}
	return strings.Join(out, ", ")
}

// quote is a text of ours as a literal of SQL.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
