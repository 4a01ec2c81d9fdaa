package reports

import (
	"maps"
	"math"
	"slices"
)

// measure is what a figure is a number of.
type measure uint8

const (
	counts  measure = iota // whole persons, organisations, attendances
	amounts                // hours, SEK
	rates                  // a share, a mean: its value in the ledger says how much is lost with it
)

// level is how wide the interval must be that a reader can narrow a withheld
// figure to: its sliding protection level (Fischetti & Salazar-González, Solving
// the cell suppression problem on tabular data with linear constraints, Management
// Science 47, 2001). A count's is the least number. Of hours and SEK it is what as
// many of those behind it have on average, and of fewer all: who knows that two
// persons have between 0 and 200 hours knows nothing. What depends on few of those
// behind it is theirs altogether. Shares and means must not be computable, and go
// with their counts.
func (f figure) level() float64 {
	switch {
	case f.least == 0 || f.measure == rates:
		return 0
	case f.measure == counts:
		return float64(f.least)
	case f.dominated || f.base <= f.least:
		return math.Abs(f.value)
	}
	return math.Abs(f.value) * float64(f.least) / float64(f.base)
}

// component is what is hidden and hangs together by sums: unknowns that tell of
// each other, and of no others.
type component struct {
	hidden []int
	lines  []line
}

// components are those of a ledger, in the order of their first figures.
func (l *ledger) components() []*component {
	group := l.all() // of a figure, one that it hangs together with
	var root func(i int) int
	root = func(i int) int {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	first := make([]int, len(l.lines)) // of a line, a figure it hides
	for n, s := range l.lines {
		first[n] = none
		if l.unanswered(s) {
			continue
		}
		for _, i := range s.all() {
			if !l.figures[i].hidden() {
				continue
			}
			if first[n] == none {
				first[n] = i
			}
			a, b := root(i), root(first[n])
			group[max(a, b)] = min(a, b)
		}
	}
	of := map[int]*component{}
	var out []*component
	for i, f := range l.figures {
		if f.hidden() {
			r := root(i)
			if of[r] == nil {
				of[r] = &component{}
				out = append(out, of[r])
			}
			of[r].hidden = append(of[r].hidden, i)
		}
	}
	for n, i := range first {
		if i != none {
			c := of[root(i)]
			c.lines = append(c.lines, l.lines[n])
		}
	}
	return out
}

// tooClose is a withheld figure that a reader can tell too closely, and the figures
// of the sums by which.
type tooClose struct {
	figure int
	by     []int
}

// narrowed are figures that can be told too closely, the first of each component.
// Those that are done need not be looked at, and those that turn out well are done.
func (l *ledger) narrowed(done []bool, components []*component) (out []tooClose) {
	for _, c := range components {
		if n, ok := l.narrowIn(c, done); ok {
			out = append(out, n)
		}
	}
	return out
}

func (l *ledger) narrowIn(c *component, done []bool) (tooClose, bool) {
	var p *polytope
	var lines []line
	for n, i := range c.hidden {
		f := l.figures[i]
		if done[i] || !f.withheld || f.level() == 0 {
			continue
		}
		if p == nil {
			p, lines = l.polytope(c)
		}
		wide, by := p.reach(n, int64(f.level()*float64(p.unit)))
		if done[i] = wide; wide {
			continue
		}
		told := map[int]bool{}
		for _, n := range by {
			for _, i := range lines[n].all() {
				if i < len(l.figures) && !l.figures[i].hidden() {
					told[i] = true
				}
			}
		}
		return tooClose{i, slices.Sorted(maps.Keys(told))}, true
	}
	return tooClose{}, false
}

// hundredths is what is measured in a component: hours and SEK are not whole.
const hundredths = 100

// polytope is what the unknowns of a component can be. Of every one of the lines
// the changes must add up, also where parts share persons: then the total can be
// less than the parts' sum, and who knows only that can tell less.
func (l *ledger) polytope(c *component) (*polytope, []line) {
	unit := int64(1)
	for _, i := range c.hidden {
		if l.figures[i].measure != counts {
			unit = hundredths
		}
	}
	unknown := map[int]int{}
	var low []int64
	var endless, whole []bool
	add := func(i int, room float64, isWhole bool) {
		unknown[i] = len(low)
		low, endless, whole = append(low, -int64(math.Floor(max(0, min(room, 1<<50))*float64(unit)))), append(endless, math.IsInf(room, 1)), append(whole, isWhole)
	}
	for _, i := range c.hidden {
		f := l.figures[i]
		add(i, f.value-f.floor, f.measure == counts)
	}
	lines := slices.Clone(c.lines)
	for _, s := range c.lines {
		for _, limit := range l.limits(s) {
			rest := len(l.figures) + len(low) // what the total has beside the part
			limit.line.parts = append(limit.line.parts, rest)
			add(rest, limit.room, true)
			lines = append(lines, limit.line)
		}
	}
	sums := make([][]term, len(lines))
	for n, s := range lines {
		by, part, total := map[int]int64{}, int64(1), int64(1)
		if l.converts(s) {
			part, total = int64(l.figures[s.total].value*hundredths), int64(l.figures[s.parts[0]].value*hundredths)
		}
		for _, i := range s.parts {
			if u, ok := unknown[i]; ok {
				by[u] += part
			}
		}
		if u, ok := unknown[s.total]; ok && s.total != elsewhere {
			by[u] -= total
		}
		for _, u := range slices.Sorted(maps.Keys(by)) {
			if by[u] != 0 {
				sums[n] = append(sums[n], term{u, by[u]})
			}
		}
	}
	return newPolytope(low, endless, whole, unit, sums), lines
}

// converts tells whether a line says the same twice, in two measures: planned hours
// are persons times the hours of each.
func (l *ledger) converts(s line) bool {
	if s.total == elsewhere || len(s.parts) != 1 || max(s.total, s.parts[0]) >= len(l.figures) {
		return false
	}
	a, b := l.figures[s.parts[0]], l.figures[s.total]
	return a.measure != b.measure && a.value*hundredths >= 1 && b.value*hundredths >= 1
}

// limit is a sum of a part of a line and what the line's total has beside it.
type limit struct {
	line line
	room float64
}

// limits are those of a line whose total may count a person in two parts once: no
// part is larger than it. A total that is not here is no larger than the largest
// part, for all that is known; and it is not given when it is small.
func (l *ledger) limits(s line) (out []limit) {
	if !s.overlap || slices.ContainsFunc(s.all(), func(i int) bool { return l.figures[i].measure != counts }) {
		return nil
	}
	total, here := 0.0, s.total != elsewhere
	largest := none // of those that are shown
	slack := 0.0    // what all that is hidden can lose
	for _, i := range s.parts {
		f := l.figures[i]
		if !here {
			total = max(total, f.value, float64(f.least))
		}
		if f.hidden() {
			slack += max(0, f.value-f.floor)
		} else if largest == none || f.value > l.figures[largest].value {
			largest = i
		}
	}
	if here {
		total = l.figures[s.total].value
	}
	unknown := here && l.figures[s.total].hidden()
	for _, i := range s.parts {
		f := l.figures[i]
		if room := total - f.value; f.hidden() && (unknown || room < slack-max(0, f.value-f.floor)) {
			out = append(out, limit{line{parts: []int{i}, total: s.total}, room})
		}
	}
	if unknown && largest != none {
		out = append(out, limit{line{parts: []int{largest}, total: s.total}, total - l.figures[largest].value})
	}
	return out
}
