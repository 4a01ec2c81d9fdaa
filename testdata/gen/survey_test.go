package main

import (
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
)

// definition is what a survey's TOML says of its items.
type definition struct {
	ID    string
	Waves []string
	Item  []struct {
		ID, Kind, Header string
		Min, Max         int
		Reversed         bool
		Labels           []string
		Headers          map[string]string
	}
}

// TestDefinitions compares the items here with the hand-written TOML.
func TestDefinitions(t *testing.T) {
	for _, c := range []struct {
		file  string
		items []item
	}{{"settings/enkat-digital.toml", digitalItems}, {"settings/enkat-kompetens.toml", competenceItems}} {
		var def definition
		if _, err := toml.DecodeFS(settings, c.file, &def); err != nil {
			t.Fatal(err)
		}
		var got []item
		for _, it := range def.Item {
			x := item{id: it.ID, kind: it.Kind, reversed: it.Reversed, labels: it.Labels, headers: []string{it.Header}}
			if it.Headers != nil {
				x.headers = nil
				for _, wave := range def.Waves {
					x.headers = append(x.headers, it.Headers[wave])
				}
			}
			if it.Kind == "scale" && (it.Min != 1 || it.Max != 5) {
				t.Errorf("%s: %s is not 1 to 5", c.file, it.ID)
			}
			got = append(got, x)
		}
		if diff := cmp.Diff(c.items, got, cmp.AllowUnexported(item{})); diff != "" {
			t.Errorf("%s: -here +there\n%s", c.file, diff)
		}
	}
}

// TestAnswers checks what keeps the answers decidable: a code twice only where
// the tool has its own ids, never two broken off, and scores inside the scale.
func TestAnswers(t *testing.T) {
	seen, broken := map[string]int{}, map[string]int{}
	for _, a := range theWorld(t).answers {
		key := a.wave + " " + a.code
		if a.code != "" {
			seen[key]++
			if seen[key] > 1 && a.wave != "pre" {
				t.Errorf("%s answers twice", key)
			}
			if !a.complete() {
				broken[key]++
			}
		}
		if n := a.answered(); a.complete() != (n >= len(a.items)-1) && a.survey == "digital" {
			t.Errorf("%s: %d answers are too near four fifths", key, n)
		}
		for i, it := range a.items {
			top := map[string]int{"scale": 5, "nps": 10}[it.kind]
			if a.scores[i] > top || it.kind == "scale" && a.scores[i] == 0 {
				t.Errorf("%s: %s is %d", key, it.id, a.scores[i])
			}
		}
	}
	twice := 0
	for key, n := range seen {
		if n > 1 {
			twice++
		}
		if broken[key] > 1 {
			t.Errorf("%s breaks off twice", key)
		}
	}
	if twice != 5 {
		t.Errorf("%d codes answer twice, want 5", twice)
	}
}

// TestMedian checks the small arithmetic by hand (domain.md 4.2).
func TestMedian(t *testing.T) {
	scores := []int{5, 4, 4, 3, 5, 2, 4, 5, 4, 1}
	if m := meanOf(scores); m != 3.7 {
		t.Errorf("mean %v, want 3.7", m)
	}
	if m := medianOf(scores); m != 4 {
		t.Errorf("median %v, want 4", m)
	}
	if n := atLeast(scores, 4); n != 7 {
		t.Errorf("top two %d, want 7", n)
	}
}
