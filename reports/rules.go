package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"utfall/rules"
)

// bandValues are the age bands of every rule set, as rows of SQL values.
func bandValues() string {
	var out []string
	for _, s := range rules.Sets() {
		for _, b := range s.AgeBands {
			out = append(out, fmt.Sprintf("(%s, %d, %d, %s)", quote(s.ID), b.Low, b.High, quote(b.Label)))
		}
	}
	return strings.Join(out, ", ")
}

// kknValues are the SNI prefixes of the KKN groups, as rows of SQL values.
func kknValues() string {
	groups := rules.KKN().Groups
	var out []string
	for _, slug := range slices.Sorted(maps.Keys(groups)) {
		for _, prefix := range groups[slug] {
			out = append(out, fmt.Sprintf("(%s, %s)", quote(prefix), quote(slug)))
		}
	}
	return strings.Join(out, ", ")
}

// quote is a text of ours as a literal of SQL.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// industries says which grouping of industries figures are broken down by.
func industries() string {
	k := rules.KKN()
	return fmt.Sprintf("%s, version %d", k.ID, k.Version)
}
