package reports

import (
	"cmp"
	"math"
	"slices"
)

// ledger is the figures of an answer or a report, and the sums that can be taken
// over them: all the rule of disclosure control knows. Primary suppression is the
// caller's; settle adds what else must go.
//
// The protection it reaches: no withheld figure can be computed from those that
// are shown by the sums; what can be computed, the sum of what a line withholds, has
// as many behind it as a figure must have; and each withheld count can be values k
// apart, k being its least number, for who has everything that is shown, knows that
// a withheld count is at least 1 and that counts are whole: for the least and the
// largest there is a table that shows the same. Hours and SEK have a width of their
// own (level). Where all around a figure is withheld, noughts too, and a total that
// is not here still tells of it, the caller is told and gives nothing. Who knows
// more, how the rule chooses or who is behind a figure, is not looked at; what was
// given in other reports is the guard's.
type ledger struct {
	figures []figure
	lines   []line
}

// figure is one figure.
type figure struct {
	value    float64 // the smallest goes first
	base     int     // who is behind it
	least    int     // the number that must be; 0: it is shown whoever is
	floor    float64 // what a reader knows it to be at least
	fate     int     // figures of one fate other than 0 tell of each other, and go together
	withheld bool    // nobody may know it
	unseen   bool    // it stands nowhere; who can compute it may, unless it is withheld
	measure  measure
	// dominated: few of those behind it make up most of it.
	dominated bool
}

// line is a sum: the total is that of the parts.
type line struct {
	parts   []int
	total   int  // or elsewhere
	overlap bool // parts can share persons, so that two groups of 2 can be 2 persons
}

// elsewhere is a total that is not here, but can be asked for.
const elsewhere = -1

// settle withholds more until nothing withheld can be computed: in each line
// the smallest figures that are not nought (domain.md 4.6), parts before totals;
// and gives back what turns out not to be needed for that. Where it is not enough
// everything in the lines concerned goes, noughts too, and it tells so.
func (l *ledger) settle() (flooded bool) {
	keep := l.hiddenOf(l.all())           // what is not given back
	known := make(proofs, len(l.figures)) // they hold, however much more is withheld
	given := make([]bool, len(l.figures)) // up: with everything around it withheld there is no more to do
	for {
		for l.forced() || l.pair() {
		}
		stuck := slices.DeleteFunc(l.known(), func(i int) bool { return given[i] })
		if len(stuck) > 0 && l.another(stuck[0]) {
			continue
		}
		if len(stuck) == 0 {
			var more bool
			if stuck, more = l.widen(known); more {
				continue
			}
		}
		if len(stuck) == 0 {
			l.giveBack(keep, known)
			return flooded
		}
		flooded = true
		around, more := l.flood(stuck)
		keep = append(keep, around...)
		for _, i := range stuck {
			if given[i] = !more; !more {
				known[i] = []int{}
			}
		}
	}
}

// widen withholds another figure in each component in which one can be told too
// closely: the smallest of those it is told by. It tells whether it did, and where
// there is none to withhold.
func (l *ledger) widen(known proofs) (stuck []int, more bool) {
	for _, n := range l.narrowed(known) {
		if next := l.smallest(n.by); next >= 0 {
			l.hide(next)
			more = true
		} else {
			stuck = append(stuck, n.figure)
		}
	}
	return stuck, more
}

func (l *ledger) all() []int {
	out := make([]int, len(l.figures))
	for i := range out {
		out[i] = i
	}
	return out
}

// tries is how many figures are given back at most, a bound for long lists.
const tries = 200

// giveBack shows again what was withheld beside what must be, the largest
// first, as long as nothing can be computed or told too closely: the first choices
// were made without knowing of the later ones.
func (l *ledger) giveBack(keep []int, known proofs) {
	more := slices.DeleteFunc(l.hiddenOf(l.all()), func(i int) bool { return l.figures[i].unseen || slices.Contains(keep, i) })
	slices.SortStableFunc(more, func(a, b int) int {
		return cmp.Compare(math.Abs(l.figures[b].value), math.Abs(l.figures[a].value))
	})
	for _, i := range more[:min(tries, len(more))] {
		trial := ledger{slices.Clone(l.figures), l.lines}
		if !l.figures[i].withheld || !trial.show(i, keep) || trial.forced() || trial.pair() {
			continue
		}
		if next, ok := trial.protects(l, known); ok {
			l.figures, known = trial.figures, next
		}
	}
}

// lookedAt is of how many unknowns a component is looked at whole to give one back,
// and not only what is near.
const lookedAt = 300

// protects tells whether nothing that a ledger withholds can be told too closely
// when it shows what another withholds, and gives the proofs that it is so.
func (l *ledger) protects(before *ledger, known proofs) (proofs, bool) {
	next, lost := slices.Clone(known), false
	for i, moved := range known {
		if slices.ContainsFunc(moved, func(j int) bool { return !l.figures[j].hidden() && before.figures[j].hidden() }) {
			next[i], lost = nil, true
		}
	}
	if !lost {
		return next, true
	}
	for _, c := range l.components() {
		i := l.unprotected(c, next)
		if i == none {
			continue
		}
		if len(c.hidden) > lookedAt {
			return nil, false
		}
		if _, still := l.narrow(c, i, next); still {
			return nil, false
		}
	}
	return next, true
}

// show shows a figure, those of its fate and whatever can be computed then,
// unless one of them is small.
func (l *ledger) show(i int, small []int) bool {
	next := []int{i}
	for len(next) > 0 {
		for _, i := range next {
			fate := l.figures[i].fate
			for j := range l.figures {
				if j != i && (fate == 0 || l.figures[j].fate != fate) {
					continue
				}
				if slices.Contains(small, j) {
					return false
				}
				l.figures[j].withheld = false
			}
		}
		next = l.known()
	}
	return true
}

// forced looks for a line in which one figure is withheld and only one other is
// there to withhold with it: they are the same figure twice, and there is no choice.
func (l *ledger) forced() bool {
	for _, sum := range l.lines {
		all := sum.all()
		shown := slices.DeleteFunc(slices.Clone(all), func(i int) bool { return l.figures[i].hidden() || l.figures[i].value == 0 })
		if hidden := l.hiddenOf(all); sum.total != elsewhere && len(shown) == 1 && len(hidden) == 1 && l.figures[hidden[0]].withheld {
			l.hide(shown[0])
			return true
		}
	}
	return false
}

// pair looks for a line that shows its total and withholds one part only, or so
// few that their sum is a small group itself, and withholds another. It tells
// whether it did. What else can be computed is found by known.
func (l *ledger) pair() bool {
	for _, sum := range l.lines {
		hidden := l.hiddenOf(sum.parts)
		secret := slices.ContainsFunc(hidden, func(i int) bool { return l.figures[i].withheld })
		if !secret || sum.total != elsewhere && l.figures[sum.total].hidden() {
			continue
		}
		if next := l.smallest(sum.parts); next >= 0 && (len(hidden) == 1 || l.few(sum, hidden)) {
			l.hide(next)
			return true
		}
	}
	return false
}

// few tells whether what a line withholds has too few behind it together, which
// who subtracts the rest from the total is told of.
func (l *ledger) few(sum line, hidden []int) bool {
	behind, least := 0, 0
	for _, i := range hidden {
		f := l.figures[i]
		if least = max(least, f.least); sum.overlap {
			behind = max(behind, f.base)
		} else {
			behind += f.base
		}
	}
	return behind < least
}

// hide withholds a figure, and those that would tell of it.
func (l *ledger) hide(i int) {
	l.figures[i].withheld = true
	fate := l.figures[i].fate
	if fate == 0 {
		return
	}
	for j := range l.figures {
		if l.figures[j].fate == fate {
			l.figures[j].withheld = true
		}
	}
}

// hiddenOf are those of some figures that a reader does not see.
func (l *ledger) hiddenOf(of []int) []int {
	return slices.DeleteFunc(slices.Clone(of), func(i int) bool { return !l.figures[i].hidden() })
}

func (f figure) hidden() bool { return f.withheld || f.unseen }

// smallest is the smallest figure that is shown and not nought, or -1.
func (l *ledger) smallest(of []int) int {
	best := -1
	for _, i := range of {
		f := l.figures[i]
		if !f.hidden() && f.value != 0 && (best < 0 || math.Abs(f.value) < math.Abs(l.figures[best].value)) {
			best = i
		}
	}
	return best
}

// another withholds a figure more for one that can be computed: the smallest of
// those it is computed of.
func (l *ledger) another(known int) bool {
	i := l.smallest(l.used(known))
	if i >= 0 {
		l.hide(i)
	}
	return i >= 0
}

// around are the lines that hang together with figures by what is withheld.
func (l *ledger) around(figures []int) []line {
	reached := slices.Clone(figures)
	var out []line
	taken := make([]bool, len(l.lines))
	for grown := true; grown; {
		grown = false
		for i, s := range l.lines {
			all := s.all()
			if taken[i] || !slices.ContainsFunc(all, func(f int) bool { return slices.Contains(reached, f) }) {
				continue
			}
			taken[i], grown = true, true
			out, reached = append(out, s), append(reached, l.hiddenOf(all)...)
		}
	}
	return out
}

// all are a line's figures, the total last if it is here.
func (s line) all() []int {
	if s.total == elsewhere {
		return s.parts
	}
	return append(slices.Clone(s.parts), s.total)
}

// flood withholds everything around figures that nothing smaller protects: where
// noughts are withheld too, nobody knows that what is withheld is at least 1. It
// gives what that is, and whether any of it was new.
func (l *ledger) flood(figures []int) (around []int, more bool) {
	for _, s := range l.around(figures) {
		for _, i := range s.all() {
			f := &l.figures[i]
			around, more = append(around, i), more || f.floor > 0 || !f.hidden()
			if f.floor = min(f.floor, 0); !f.unseen {
				l.hide(i)
			}
		}
	}
	return around, more
}
