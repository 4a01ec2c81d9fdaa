package reports

import (
	"maps"
	"slices"
)

// prime is what the rule reckons by. The sums of tables have coefficients of 1
// and -1, and no determinant of theirs is a multiple of it.
const prime = 1<<31 - 1

// system is the sums as equations in what is hidden, eliminated one unknown after
// the other (Gauss). Unknowns at their floor are tight: they can only become larger.
type system struct {
	ledger *ledger
	tight  map[int]bool
	steps  []step     // in order: each unknown stands in no later equation
	rest   []equation // what is left when no unknown but tight ones is
}

// step is an equation and the unknown it is solved for.
type step struct {
	equation
	of int
}

// equation is a sum of lines: what is hidden in it, and the lines it is made of.
type equation struct{ hidden, lines map[int]int64 }

// solve eliminates the lines that hide anything.
func (l *ledger) solve() *system {
	s := &system{ledger: l, tight: map[int]bool{}}
	total := map[int]bool{} // at least what its parts are at least: that adds nothing
	for _, sum := range l.lines {
		total[sum.total] = true
	}
	for i, f := range l.figures {
		if f.hidden() && f.value <= f.floor && !total[i] {
			s.tight[i] = true
		}
	}
	rows := l.equations()
	in := map[int]map[int]bool{} // rows an unknown that is not tight stands in
	for r, row := range rows {
		for i := range row.hidden {
			if s.tight[i] {
				continue
			}
			if in[i] == nil {
				in[i] = map[int]bool{}
			}
			in[i][r] = true
		}
	}
	for len(in) > 0 {
		of := fewest(in, func(i int) int { return len(in[i]) })
		pivot := fewest(in[of], func(r int) int { return len(rows[r].hidden) })
		for _, r := range slices.Sorted(maps.Keys(in[of])) {
			if r != pivot {
				s.subtract(rows[r], rows[pivot], of, r, in)
			}
		}
		s.steps = append(s.steps, step{rows[pivot], of})
		for i := range rows[pivot].hidden {
			if delete(in[i], pivot); len(in[i]) == 0 {
				delete(in, i)
			}
		}
		rows[pivot] = equation{}
	}
	for _, row := range rows {
		if len(row.hidden) > 0 {
			s.rest = append(s.rest, row)
		}
	}
	return s
}

// fewest is the key there is least of, the first of several.
func fewest[V any](of map[int]V, n func(int) int) int {
	best, least := -1, 0
	for k := range of {
		if m := n(k); best < 0 || m < least || m == least && k < best {
			best, least = k, m
		}
	}
	return best
}

// equations are the lines that hide anything, but those whose total nobody is given.
func (l *ledger) equations() []equation {
	var out []equation
	for n, sum := range l.lines {
		e := equation{hidden: map[int]int64{}, lines: map[int]int64{n: 1}}
		for _, i := range sum.parts {
			if l.figures[i].hidden() {
				e.hidden[i] += 1
			}
		}
		if sum.total != elsewhere && l.figures[sum.total].hidden() {
			e.hidden[sum.total] += prime - 1
		}
		maps.DeleteFunc(e.hidden, func(_ int, v int64) bool { return v%prime == 0 })
		if len(e.hidden) > 0 && !l.unanswered(sum) {
			out = append(out, e)
		}
	}
	return out
}

// unanswered tells whether who asks for a total that is not here is not given it,
// for too few are behind all the parts together.
func (l *ledger) unanswered(s line) bool {
	behind, least := 0, 0
	for _, i := range s.parts {
		behind, least = behind+l.figures[i].base, max(least, l.figures[i].least)
	}
	return s.total == elsewhere && behind < least
}

// subtract takes so much of one equation from another that an unknown is gone.
func (s *system) subtract(from, what equation, unknown, row int, in map[int]map[int]bool) {
	times := prime - from.hidden[unknown]*inverse(what.hidden[unknown])%prime
	for i, v := range what.hidden {
		sum := (from.hidden[i] + v*times) % prime
		if from.hidden[i] = sum; sum == 0 {
			delete(from.hidden, i)
		}
		if s.tight[i] || in == nil {
			continue
		}
		if sum == 0 {
			delete(in[i], row)
		} else {
			in[i][row] = true
		}
	}
	for n, v := range what.lines {
		from.lines[n] = (from.lines[n] + v*times) % prime
	}
}

// known are the withheld figures that can be computed. A figure stays unknown when
// some change of the unknowns that leaves every sum as it is changes it; of tight
// ones such a change may have one and no more. All those changes are tried at
// once, each as large as its own number of a sequence: what does not move then,
// none of them moves.
func (l *ledger) known() []int {
	s := l.solve()
	change := map[int]int64{}
	for i, f := range l.figures {
		if f.hidden() {
			change[i] = scattered(i)
		}
	}
	for _, row := range s.rest {
		for i := range row.hidden {
			change[i] = 0 // two tight ones at least would have to move
		}
	}
	for _, step := range slices.Backward(s.steps) {
		sum := int64(0)
		for i, v := range step.hidden {
			if i != step.of {
				sum = (sum + v*change[i]) % prime
			}
		}
		change[step.of] = (prime - sum*inverse(step.hidden[step.of])%prime) % prime
	}
	var out []int
	for i, f := range l.figures {
		if f.withheld && change[i] == 0 {
			out = append(out, i)
		}
	}
	return out
}

// scattered is a number of a sequence without a pattern, the same for ever, and
// never 0 (the finaliser of SplitMix64).
func scattered(i int) int64 {
	z := uint64(i+1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int64((z^z>>31)%(prime-1)) + 1
}

// used are the shown figures a known one is computed of: what stands in the sum of
// lines that it is alone in, or in which only tight ones are with it.
func (l *ledger) used(known int) []int {
	s, wanted, shown := l.solve(), []int{known}, map[int]bool{}
	for n, step := range s.steps {
		if step.of != known {
			continue
		}
		e := equation{maps.Clone(step.hidden), maps.Clone(step.lines)}
		for _, later := range s.steps[n+1:] {
			if e.hidden[later.of] != 0 {
				s.subtract(e, later.equation, later.of, 0, nil)
			}
		}
		s.shown(e, shown)
		wanted = slices.Collect(maps.Keys(e.hidden))
	}
	for _, row := range s.rest {
		if slices.ContainsFunc(wanted, func(i int) bool { return row.hidden[i] != 0 }) {
			s.shown(row, shown)
		}
	}
	return slices.Sorted(maps.Keys(shown))
}

// shown adds the figures a reader sees that stand in an equation.
func (s *system) shown(e equation, to map[int]bool) {
	sums := map[int]int64{}
	for n, v := range e.lines {
		sum := s.ledger.lines[n]
		for _, i := range sum.parts {
			sums[i] = (sums[i] + v) % prime
		}
		if sum.total != elsewhere {
			sums[sum.total] = (sums[sum.total] + prime - v) % prime
		}
	}
	for i, v := range sums {
		if v != 0 && !s.ledger.figures[i].hidden() {
			to[i] = true
		}
	}
}

// inverse is the number that makes 1 when it is multiplied (Fermat).
func inverse(v int64) int64 {
	out := int64(1)
	for n := prime - 2; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out * v % prime
		}
		v = v * v % prime
	}
	return out
}
