package reports

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// polytope is every table that shows what is shown: how far each unknown can be
// from its true value while all sums stay as they are and none falls below what it
// is known to be at least. It is walked along by the simplex method, from the true
// table, in whole numbers: the same steps on any machine, and no rounding.
//
// A row gives a basic unknown in those that are not; the others stand at their
// bound, or where they began, and the first of several that may move does (Bland),
// so that it ends. Each sum is an unknown as well, which stays 0: its coefficients
// in a row are what the row is a sum of.
type polytope struct {
	unknowns int     // those after them are sums
	low      []int64 // the bound, at most 0
	endless  []bool  // no bound
	at       []int64 // where one that is not basic stands
	row      []int   // of one that is basic, or none
	rows     []row
	unit     int64 // of whole numbers; counts move by multiples of it
	whole    []bool
	spread   []spread // what was found
	lost     bool     // a number grew too large: what is found from here on is nothing
}

// row is an equation: times the basic unknown is the sum of the terms.
type row struct {
	of    int
	times int64 // above 0
	terms []term
}

type term struct {
	of int
	by int64
}

// spread is how far an unknown was seen to go in tables of whole counts.
type spread struct {
	low, high     int64
	endless       bool
	lowAt, highAt []int64 // where everything stood then; of an endless one, what moves with it
}

// newPolytope starts at the true table. Each sum is terms that add up to 0.
func newPolytope(low []int64, endless, whole []bool, unit int64, sums [][]term) *polytope {
	n, m := len(low), len(sums)
	p := &polytope{unknowns: n, low: append(low, make([]int64, m)...), endless: append(endless, make([]bool, m)...),
		at: make([]int64, n+m), row: slices.Repeat([]int{none}, n+m), unit: unit, whole: whole, spread: make([]spread, n)}
	in := make([]int, n)
	for s, terms := range sums {
		p.row[n+s] = s
		p.rows = append(p.rows, row{n + s, 1, terms})
		for _, t := range terms {
			in[t.of]++
		}
	}
	for s := range sums {
		enters := none
		for _, t := range p.rows[s].terms {
			if t.of < n && (enters == none || in[t.of] < in[enters]) {
				enters = t.of
			}
		}
		if enters == none {
			p.rows[s].terms = nil // it follows from the others
			continue
		}
		p.pivot(s, enters)
	}
	return p
}

// reach walks until an unknown has been seen to go as far as it should, or can go
// no further. It gives the sums that keep it there.
func (p *polytope) reach(i int, far int64) (wide bool, by []int) {
	for _, way := range []int64{1, -1} {
		for {
			if p.far(i, far) || p.lost {
				return p.far(i, far), by
			}
			enters, direction := p.improving(i, way)
			if enters == none {
				break
			}
			if !p.step(enters, direction) {
				break // it never ends
			}
		}
		for _, t := range p.objective(i) {
			if t.of >= p.unknowns {
				by = append(by, t.of-p.unknowns)
			}
		}
	}
	return p.far(i, far), by
}

func (p *polytope) far(i int, far int64) bool {
	return p.spread[i].endless || p.spread[i].high-p.spread[i].low >= far
}

// objective is an unknown in those that are not basic.
func (p *polytope) objective(i int) []term {
	if r := p.row[i]; r != none {
		return p.rows[r].terms
	}
	return []term{{i, 1}}
}

// improving is the first unknown whose move takes another one on its way.
func (p *polytope) improving(i int, way int64) (enters int, direction int64) {
	for _, t := range p.objective(i) {
		switch up := t.by*way > 0; {
		case t.of >= p.unknowns:
		case up:
			return t.of, 1
		case p.endless[t.of] || p.at[t.of] > p.low[t.of]:
			return t.of, -1
		}
	}
	return none, 0
}

// step moves an unknown until another, or itself, comes to its bound. It tells
// whether any does.
func (p *polytope) step(enters int, direction int64) bool {
	leaves, most := none, fraction{}
	if direction < 0 && !p.endless[enters] {
		leaves, most = enters, fraction{p.at[enters] - p.low[enters], 1}
	}
	for r := range p.rows {
		of, by := p.rows[r].of, p.rows[r].by(enters)
		if of >= p.unknowns || by*direction >= 0 || p.endless[of] {
			continue
		}
		room := fraction{p.sum(r) - p.times(p.rows[r].times, p.low[of]), max(by, -by)}
		if c := room.compare(most); leaves == none || c < 0 || c == 0 && of < leaves {
			leaves, most = of, room
		}
	}
	switch {
	case leaves == none:
		p.unbounded(enters)
		return false
	case leaves == enters:
		p.at[enters] = p.low[enters]
	default:
		p.pivot(p.row[leaves], enters)
		p.at[leaves] = p.low[leaves]
	}
	p.look()
	return true
}

// unbounded notes what moves with an unknown without end: from the true table too,
// in whole numbers.
func (p *polytope) unbounded(enters int) {
	moves := make([]int64, p.unknowns)
	moves[enters] = 1
	for _, r := range p.rows {
		if r.of < p.unknowns {
			moves[r.of] = r.by(enters)
		}
	}
	for i, v := range moves {
		if v != 0 && !p.spread[i].endless {
			p.spread[i] = spread{endless: true, highAt: moves}
		}
	}
}

// moved are the unknowns that differ in the tables an unknown was seen to go to.
func (p *polytope) moved(i int) (out []int) {
	for u := range p.unknowns {
		if s := p.spread[i]; s.lowAt != nil && s.lowAt[u] != 0 || s.highAt != nil && s.highAt[u] != 0 {
			out = append(out, u)
		}
	}
	return out
}

// look notes where everything stands, if that is a table there can be.
func (p *polytope) look() {
	now := slices.Clone(p.at[:p.unknowns])
	for r, row := range p.rows {
		if row.of >= p.unknowns {
			continue
		}
		sum := p.sum(r)
		if p.whole[row.of] && sum%row.times != 0 {
			return
		}
		now[row.of] = sum / row.times // what is measured, rounded towards the true table
	}
	for i, v := range now {
		if p.whole[i] && v%p.unit != 0 {
			return
		}
	}
	if p.lost {
		return
	}
	for i, v := range now {
		switch s := &p.spread[i]; {
		case s.endless:
		case v < s.low:
			s.low, s.lowAt = v, now
		case v > s.high:
			s.high, s.highAt = v, now
		}
	}
}

// sum is the sum of a row's terms.
func (p *polytope) sum(r int) (sum int64) {
	for _, t := range p.rows[r].terms {
		if v := p.at[t.of]; v != 0 {
			sum = p.plus(sum, p.times(t.by, v))
		}
	}
	return sum
}

// pivot makes an unknown basic in the place of the one that is in a row.
func (p *polytope) pivot(r, enters int) {
	old := p.rows[r]
	times := old.by(enters)
	sign := int64(1)
	if times < 0 {
		sign, times = -1, -times
	}
	next := row{of: enters, times: times}
	for _, t := range old.terms {
		if t.of != enters {
			next.terms = append(next.terms, term{t.of, -sign * t.by})
		}
	}
	at, _ := slices.BinarySearchFunc(next.terms, old.of, byUnknown)
	next.terms = slices.Insert(next.terms, at, term{old.of, sign * old.times})
	next.reduce()
	for o := range p.rows {
		if by := p.rows[o].by(enters); o != r && by != 0 {
			p.substitute(&p.rows[o], next, by)
		}
	}
	p.rows[r], p.row[enters], p.row[old.of] = next, r, none
}

// substitute puts a row in the place of its unknown in another.
func (p *polytope) substitute(in *row, what row, by int64) {
	common := divisor(by, what.times)
	mine, theirs := what.times/common, by/common
	out := make([]term, 0, len(in.terms)+len(what.terms))
	a, b := in.terms, what.terms
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(a) > 0 && a[0].of == what.of:
			a = a[1:]
		case len(b) == 0 || len(a) > 0 && a[0].of < b[0].of:
			out, a = append(out, term{a[0].of, p.times(a[0].by, mine)}), a[1:]
		case len(a) == 0 || b[0].of < a[0].of:
			out, b = append(out, term{b[0].of, p.times(b[0].by, theirs)}), b[1:]
		default:
			if v := p.plus(p.times(a[0].by, mine), p.times(b[0].by, theirs)); v != 0 {
				out = append(out, term{a[0].of, v})
			}
			a, b = a[1:], b[1:]
		}
	}
	in.times, in.terms = p.times(in.times, mine), out
	in.reduce()
}

// by is the coefficient of an unknown.
func (r row) by(of int) int64 {
	if i, ok := slices.BinarySearchFunc(r.terms, of, byUnknown); ok {
		return r.terms[i].by
	}
	return 0
}

func byUnknown(t term, of int) int { return cmp.Compare(t.of, of) }

// reduce takes out what all of a row's numbers are multiples of.
func (r *row) reduce() {
	common := r.times
	for _, t := range r.terms {
		if common = divisor(common, t.by); common == 1 {
			return
		}
	}
	r.times /= common
	for i := range r.terms {
		r.terms[i].by /= common
	}
}

// divisor is the greatest common one (Euclid).
func divisor(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// times and plus give up where a number does not fit.
func (p *polytope) times(a, b int64) int64 {
	high, low := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b)))
	if high != 0 || low > math.MaxInt64/4 {
		p.lost = true
		return 1
	}
	return a * b
}

func (p *polytope) plus(a, b int64) int64 {
	if a+b > math.MaxInt64/4 || a+b < -math.MaxInt64/4 {
		p.lost = true
		return 1
	}
	return a + b
}

// fraction is a length: neither number is below 0.
type fraction struct{ over, under int64 }

func (f fraction) compare(g fraction) int {
	fh, fl := bits.Mul64(uint64(f.over), uint64(g.under))
	gh, gl := bits.Mul64(uint64(g.over), uint64(f.under))
	return cmp.Or(cmp.Compare(fh, gh), cmp.Compare(fl, gl))
}
