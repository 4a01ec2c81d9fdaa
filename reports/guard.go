package reports

import (
	"cmp"
	"slices"

	"github.com/google/uuid"
)

// Guard holds whose figures somebody has been given, and tells whether one more would,
// with those, be a figure of single persons: of week 1 and of week 2, when one came
// between them. It looks at who is behind a figure, whatever the figure says, for what
// a recipient can do is add figures up and take them from each other.
type Guard struct {
	ids     []uuid.UUID
	numbers map[uuid.UUID]int
	given   []Given // distinct crowds, the smallest first
	order   []int   // the numbers of ids, in the order of the ids; made when it is asked for
}

// Given is the crowd of a figure that was shown, and how many it must not tell of fewer
// than.
type Given struct {
	*Crowd
	Least int
}

// NewGuard makes the guard of somebody who has been given nothing. Earlier crowds are
// bits by the order of ids.
func NewGuard(ids []uuid.UUID) *Guard {
	g := &Guard{ids: ids, numbers: make(map[uuid.UUID]int, len(ids))}
	for i, id := range ids {
		g.numbers[id] = i
	}
	return g
}

// number is the bit of an id, which is the guard's own: no random id's order decides.
func (g *Guard) number(id uuid.UUID) int {
	n, ok := g.numbers[id]
	if !ok {
		n = len(g.ids)
		g.ids, g.numbers[id] = append(g.ids, id), n
	}
	return n
}

// crowd is a crowd of some ids; of no guard there is none.
func (g *Guard) crowd(ids ...uuid.UUID) *Crowd {
	if g == nil {
		return nil
	}
	c := &Crowd{guard: g}
	for _, id := range ids {
		c.add(id)
	}
	return c
}

// Before takes in a crowd that was given earlier.
func (g *Guard) Before(words []uint64, least int) { g.Gave(Given{crowdOf(g, words), least}) }

// Gave takes in what has been given now.
func (g *Guard) Gave(all ...Given) {
	for _, s := range all {
		g.given = withGiven(g.given, s)
	}
}

// withGiven puts a crowd among others, which stand by how many they are, each once.
func withGiven(all []Given, s Given) []Given {
	at, _ := slices.BinarySearchFunc(all, s.n, func(o Given, n int) int { return cmp.Compare(o.n, n) })
	for i := at; i < len(all) && all[i].n == s.n; i++ {
		if all[i].equal(s.Crowd) {
			all[i].Least = max(all[i].Least, s.Least)
			return all
		}
	}
	return slices.Insert(all, at, s)
}

// showing is one answer or report on its way to somebody. What is shown in it counts
// beside what was given before; of a report only together with that, for what its own
// figures tell of each other the ledger has settled by its sums.
type showing struct {
	earlier, here []Given // the smallest first
	report        bool
}

func (g *Guard) showing(report bool) *showing {
	return &showing{earlier: slices.Clone(g.given), report: report}
}

// isolates tells whether a crowd would, alone or with one or two that were shown, be
// that of 1 to least−1 persons. One that is not is shown from here on.
func (s *showing) isolates(c *Crowd, least int) bool {
	if c == nil || c.n == 0 {
		return false
	}
	if s.knows(c, least) {
		return false // who has a figure of the very same people has nothing new to take away
	}
	if !s.report && c.n < least || s.pair(c, least) || s.triple(c, least) {
		return true
	}
	if s.report {
		s.here = withGiven(s.here, Given{c, least})
	} else {
		s.earlier = withGiven(s.earlier, Given{c, least})
	}
	return false
}

// tells tells the same of a figure, which is not looked at where nobody is guarded or it is
// withheld for itself: of who is behind it, and of a share who its numerator counts.
func (s *showing) tells(b Base, least int, withheld bool) bool {
	return s != nil && !withheld && (s.isolates(b.Crowd, least) || s.isolates(b.Counted, least))
}

// given adds who is behind a figure to those behind the figures that are shown.
func (b Base) given(all []Given, least int) []Given {
	for _, c := range []*Crowd{b.Crowd, b.Counted} {
		if c != nil && c.n > 0 {
			all = withGiven(all, Given{c, least})
		}
	}
	return all
}

// Figures is how many figures the answer shows that say who is behind them.
func (a *Answer) Figures() (n int) {
	for _, v := range a.Values {
		if !v.Suppressed && v.Base.Crowd != nil {
			n++
		}
	}
	return n
}

// Figures is how many figures the report shows that say who is behind them.
func (r *Report) Figures() (n int) {
	for _, s := range r.Sheets {
		for _, t := range s.Tables {
			for _, row := range t.Rows {
				for _, c := range row.Cells {
					if c.Base.Crowd != nil {
						n++
					}
				}
			}
		}
	}
	return n
}

func (s *showing) knows(c *Crowd, least int) bool {
	same := func(g Given) bool { return g.Least >= least && g.equal(c) }
	return slices.ContainsFunc(s.earlier, same) || slices.ContainsFunc(s.here, same)
}

// pair looks for one crowd that differs by few.
func (s *showing) pair(c *Crowd, least int) bool {
	for _, t := range s.earlier {
		switch rest, k := c.n-t.n, max(least, t.Least); {
		case 0 < rest && rest < k && t.within(c), -k < rest && rest < 0 && c.within(t.Crowd):
			return true
		}
	}
	return false
}

// triple looks for two crowds that with this one make few. Sizes are looked at first:
// what they leave is next to nothing.
func (s *showing) triple(c *Crowd, least int) bool {
	most := least
	for _, g := range s.earlier {
		most = max(most, g.Least)
	}
	for _, g := range s.here {
		most = max(most, g.Least)
	}
	few := func(rest int, t, u Given) bool {
		k := max(least, t.Least, u.Least)
		return rest != 0 && -k < rest && rest < k
	}
	among := func(ts, us []Given) bool {
		for _, t := range ts {
			for _, u := range ofSize(us, c.n-t.n, most) {
				if rest := c.n - t.n - u.n; few(rest, t, u) && lessBoth(c, t.Crowd, u.Crowd, rest > 0) {
					return true
				}
			}
			for _, u := range ofSize(us, c.n+t.n, most) {
				if rest := c.n + t.n - u.n; t.Crowd != u.Crowd && few(rest, t, u) && andLess(c, t.Crowd, u.Crowd, rest > 0) {
					return true
				}
			}
		}
		return false
	}
	return among(s.earlier, s.earlier) || among(s.earlier, s.here) || among(s.here, s.earlier)
}

// ofSize are the crowds of nearly some size.
func ofSize(all []Given, n, off int) []Given {
	bound := func(n int) int {
		at, _ := slices.BinarySearchFunc(all, n, func(g Given, n int) int { return cmp.Compare(g.n, n) })
		return at
	}
	return all[bound(n-off+1):bound(n+off)]
}
