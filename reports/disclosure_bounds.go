package reports

import (
	"cmp"
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
	case f.dominated:
		return math.Abs(f.value)
	case f.least == 0 || f.measure == rates:
		return 0
	case f.measure == counts:
		return float64(f.least)
	case f.base <= f.least:
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
	root := func(i int) int {
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

// proofs are, of figures that cannot be told too closely, those that differ in the
// tables that show it: as long as these are hidden it holds, whatever else is shown.
type proofs [][]int

// narrowed are figures that can be told too closely, the first of each component.
// It adds the proofs it finds.
func (l *ledger) narrowed(known proofs) (out []tooClose) {
	for _, c := range l.components() {
		if i := l.unprotected(c, known); i != none {
			if n, ok := l.narrow(c, i, known); ok {
				out = append(out, n)
			}
		}
	}
	return out
}

// unprotected is the first figure of a component that what is near it does not
// protect, or none.
func (l *ledger) unprotected(c *component, known proofs) int {
	var near *neighbourhood
	for _, i := range c.hidden {
		if l.proven(i, known) {
			continue
		}
		if near == nil {
			near = l.neighbourhood(c)
		}
		around := near.of(i)
		p, _ := l.polytope(around)
		if wide, _ := p.reach(0, l.far(i, p)); !wide {
			return i
		}
		l.note(around, p, known)
	}
	return none
}

// narrow is the first figure of a component from one on that can be told too closely.
func (l *ledger) narrow(c *component, from int, known proofs) (tooClose, bool) {
	p, lines := l.polytope(c)
	defer l.note(c, p, known)
	for n, i := range c.hidden {
		if i < from || l.proven(i, known) {
			continue
		}
		wide, by := p.reach(n, l.far(i, p))
		if wide {
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

// proven tells whether a figure need not be looked at.
func (l *ledger) proven(i int, known proofs) bool {
	return known[i] != nil || !l.figures[i].withheld || l.figures[i].level() == 0
}

// far is a figure's level in the unit of a polytope.
func (l *ledger) far(i int, p *polytope) int64 { return int64(l.figures[i].level() * float64(p.unit)) }

// note notes which figures were seen to go as far as they should, on whosever way.
func (l *ledger) note(c *component, p *polytope, known proofs) {
	for n, i := range c.hidden {
		if known[i] != nil || !p.far(n, l.far(i, p)) {
			continue
		}
		known[i] = []int{}
		for _, u := range p.moved(n) {
			if u < len(c.hidden) {
				known[i] = append(known[i], c.hidden[u])
			}
		}
	}
}

// nearest is how many unknowns are let move first: a change along rows and columns
// seldom takes more, and is a change of all of them.
const nearest = 48

// neighbourhood finds unknowns of a component that are near each other.
type neighbourhood struct {
	component
	in    map[int][]int // lines an unknown is in, the shortest first
	hides [][]int       // what a line hides
}

func (l *ledger) neighbourhood(c *component) *neighbourhood {
	n := &neighbourhood{*c, map[int][]int{}, make([][]int, len(c.lines))}
	for s, sum := range c.lines {
		n.hides[s] = l.hiddenOf(sum.all())
		for _, i := range n.hides[s] {
			n.in[i] = append(n.in[i], s)
		}
	}
	for _, lines := range n.in {
		slices.SortStableFunc(lines, func(a, b int) int { return cmp.Compare(len(n.hides[a]), len(n.hides[b])) })
	}
	return n
}

// of are the unknowns nearest to one, that one first, and the lines they are in:
// what the others stay at. Of a long line it takes those from which a short one
// leads back to where it has been.
func (n *neighbourhood) of(i int) *component {
	out, taken, lines := &component{}, map[int]bool{}, map[int]bool{}
	take := func(i int) {
		if !taken[i] && len(out.hidden) < nearest {
			taken[i] = true
			out.hidden = append(out.hidden, i)
			for _, s := range n.in[i] {
				lines[s] = true
			}
		}
	}
	take(i)
	for at := 0; at < len(out.hidden); at++ {
		for _, s := range n.in[out.hidden[at]] {
			few := slices.DeleteFunc(slices.Clone(n.hides[s]), func(j int) bool { return !n.back(j, s, lines) })
			if len(n.hides[s]) <= short || len(few) == 0 {
				few = n.hides[s]
			}
			for _, j := range few {
				take(j)
			}
		}
	}
	for _, s := range slices.Sorted(maps.Keys(lines)) {
		out.lines = append(out.lines, n.lines[s])
	}
	return out
}

// short is how much a short line hides.
const short = 8

// back tells whether another short line of an unknown has one that is in a line
// that was visited.
func (n *neighbourhood) back(i, from int, visited map[int]bool) bool {
	for _, s := range n.in[i] {
		if s == from || len(n.hides[s]) > short {
			continue
		}
		for _, j := range n.hides[s] {
			if j != i && slices.ContainsFunc(n.in[j], func(t int) bool { return t != s && t != from && visited[t] }) {
				return true
			}
		}
	}
	return false
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
