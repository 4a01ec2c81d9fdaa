package rules

import (
	"fmt"
	"slices"

	"github.com/BurntSushi/toml"
)

// Change is one rule that two sets differ in; what a set does not have is empty.
type Change struct{ Key, A, B string }

// Diff gives the rules in which two sets differ, by key. Entries of a list are
// known by what names them: an indicator by its code, a band by its label.
func Diff(a, b Set) []Change {
	left, right := a.flat(), b.flat()
	var keys []string
	for k := range left {
		keys = append(keys, k)
	}
	for k := range right {
		if _, ok := left[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var out []Change
	for _, k := range keys {
		if left[k] != right[k] {
			out = append(out, Change{k, left[k], right[k]})
		}
	}
	return out
}

// flat is a set as keys and values: record.immediate_days, indicator.CO05.status.
func (s Set) flat() map[string]string {
	var tree map[string]any
	out := map[string]string{}
	if _, err := toml.Decode(s.Text(), &tree); err == nil { // it was read before
		flatten(out, "", tree)
	}
	return out
}

func flatten(out map[string]string, prefix string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			flatten(out, join(prefix, key), value)
		}
	case []map[string]any:
		for i, entry := range v {
			flatten(out, join(prefix, nameOf(entry, i)), entry)
		}
	default:
		out[prefix] = fmt.Sprint(v)
	}
}

// nameOf is what an entry of a list is known by.
func nameOf(entry map[string]any, i int) string {
	for _, key := range []string{"code", "label"} {
		if name, ok := entry[key].(string); ok {
			return name
		}
	}
	if left, ok := entry["left"]; ok {
		return fmt.Sprint(left, entry["op"], entry["right"])
	}
	return fmt.Sprint(i)
}

func join(prefix, key string) string {
	if prefix == "" {
		return key
	}
	return prefix + "." + key
}
