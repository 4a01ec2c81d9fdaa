package reports

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// attacker is who has everything that is published: whole numbers, of which some
// are not shown, and what they add up to. It shares nothing with the rule: it
// looks for another table of whole numbers, one unknown after the other.
type attacker struct {
	value  []int // of what is hidden, where to look first
	hidden []bool
	floor  []int
	sums   []publishedSum
	reach  int // how far from the true value it looks
	steps  int
}

// publishedSum is a sum the attacker knows of. Without a total among the figures
// the total is known.
type publishedSum struct {
	parts    []int
	total    int // or elsewhere
	known    int
	distinct bool // of persons who can be in several parts
}

// width is how far apart two values of a figure are that there are tables for, and
// looks no further than least. First it looks among tables that differ no more
// anywhere else, as a change along rows and columns does, then among all.
func (a *attacker) width(i, least int) int {
	high, low := a.value[i], a.value[i]
	for _, near := range []bool{true, false} {
		for v := high + 1; high-low < least && v <= a.value[i]+a.reach; v++ {
			if a.possible(i, v, near) {
				high = v
			} else if near {
				break
			}
		}
		for v := low - 1; high-low < least && v >= a.floor[i]; v-- {
			if a.possible(i, v, near) {
				low = v
			} else if near {
				break
			}
		}
	}
	return high - low
}

// possible tells whether there is a table that shows the same and has the value.
func (a *attacker) possible(i, v int, near bool) bool {
	reach := a.reach
	if a.steps = 5_000_000; near {
		reach, a.steps = distance(v, a.value[i]), 20_000
	}
	low, high := slices.Clone(a.value), slices.Clone(a.value)
	for j, h := range a.hidden {
		if h {
			low[j], high[j] = max(a.floor[j], a.value[j]-reach), a.value[j]+reach
		}
	}
	low[i], high[i] = max(low[i], v), min(high[i], v)
	return a.search(low, high)
}

// search narrows the bounds and then tries the values of one unknown.
func (a *attacker) search(low, high []int) bool {
	if a.steps--; a.steps < 0 || !a.shuttle(low, high) {
		return false
	}
	pick := -1
	for j := range low {
		if low[j] < high[j] && (pick < 0 || high[j]-low[j] < high[pick]-low[pick]) {
			pick = j
		}
	}
	if pick < 0 {
		return true
	}
	values := indexes(high[pick] - low[pick] + 1)
	for n := range values {
		values[n] += low[pick]
	}
	slices.SortFunc(values, func(x, y int) int {
		return cmp.Or(cmp.Compare(distance(x, a.value[pick]), distance(y, a.value[pick])), cmp.Compare(x, y))
	})
	for _, v := range values {
		l, h := slices.Clone(low), slices.Clone(high)
		l[pick], h[pick] = v, v
		if a.search(l, h) {
			return true
		}
	}
	return false
}

func distance(x, y int) int { return max(x-y, y-x) }

// shuttle takes from bounds what the sums leave no room for (Buzzigoli and Giusti).
func (a *attacker) shuttle(low, high []int) bool {
	for changed := true; changed; {
		changed = false
		narrow := func(i, l, h int) bool {
			if l > low[i] {
				low[i], changed = l, true
			}
			if h < high[i] {
				high[i], changed = h, true
			}
			return low[i] <= high[i]
		}
		for _, s := range a.sums {
			least, most, largest := 0, 0, 0
			for _, i := range s.parts {
				least, most, largest = least+low[i], most+high[i], max(largest, low[i])
			}
			from, to := s.known, s.known
			if s.total != elsewhere {
				from, to = low[s.total], high[s.total]
			}
			if s.distinct {
				least = largest
			}
			if from, to = max(from, least), min(to, most); from > to || s.total != elsewhere && !narrow(s.total, from, to) {
				return false
			}
			for _, i := range s.parts {
				l, h := from-(most-high[i]), to-(least-low[i])
				if s.distinct {
					h = to
				}
				if !narrow(i, l, h) {
					return false
				}
			}
		}
	}
	return true
}

// attacked is a table of a sort, as it is known to who made it.
type attacked struct {
	sort   string
	k      int
	counts []int
	unseen []bool
	sums   []publishedSum
	// elsewhere: its totals are not here to be withheld; one that needs them to be is not given.
	elsewhere     bool
	rows, columns int // of a table of two ways
}

// ledger is the table as the rule has it.
func (m *attacked) ledger() *ledger {
	l := &ledger{}
	for i, n := range m.counts {
		f := figure{value: float64(n), base: n, least: m.k, floor: 1, withheld: n > 0 && n < m.k}
		if m.unseen[i] && n > 0 {
			f.unseen, f.floor = true, 0
		}
		l.figures = append(l.figures, f)
	}
	for _, s := range m.sums {
		l.lines = append(l.lines, line{parts: s.parts, total: s.total, overlap: s.distinct})
	}
	return l
}

// published is what an attacker has once some of it is withheld. That a withheld
// count is at least 1 nobody knows where noughts are withheld as well.
func (m *attacked) published(hidden func(i int) bool) *attacker {
	a := &attacker{value: m.counts, reach: 3 * m.k}
	noughts := false
	for i, n := range m.counts {
		out := hidden(i) || m.unseen[i] && n > 0
		a.hidden = append(a.hidden, out)
		a.floor = append(a.floor, 1)
		if m.unseen[i] {
			a.floor[i] = 0
		}
		noughts = noughts || out && n == 0
	}
	for _, s := range m.sums {
		if s.total == elsewhere && s.known < m.k {
			continue // who asks for it is not told
		}
		a.sums = append(a.sums, s)
		if all := append(slices.Clone(s.parts), s.total); noughts && !slices.ContainsFunc(all, func(i int) bool { return i != elsewhere && !a.hidden[i] }) {
			for _, i := range all {
				if i != elsewhere {
					a.floor[i] = 0
				}
			}
		}
	}
	return a
}

// stands tells what is wrong with a table as it is shown.
func (m *attacked) stands(hidden func(i int) bool) error {
	a := m.published(hidden)
	for i, n := range m.counts {
		switch {
		case !hidden(i):
			if n > 0 && n < m.k && !m.unseen[i] {
				return fmt.Errorf("figure %d is shown, of %d persons", i, n)
			}
		default:
			if w := a.width(i, m.k); w < m.k {
				return fmt.Errorf("figure %d (%d) can be told to within %d", i, n, w)
			}
		}
	}
	for n, s := range a.sums {
		together, any := 0, false
		for _, i := range s.parts {
			if a.hidden[i] {
				together, any = together+m.counts[i], any || hidden(i)
			}
		}
		if shown := s.total == elsewhere || !a.hidden[s.total]; any && shown && !s.distinct && together < m.k {
			return fmt.Errorf("sum %d tells of %d persons", n, together)
		}
	}
	return nil
}

// attacks is how many random tables are attacked.
func attacks(fast, large, deep int) int {
	switch {
	case os.Getenv("UTFALL_DEEP") != "":
		return deep
	case os.Getenv("UTFALL_LARGE") != "":
		return large
	}
	return fast
}

func attackSeed(t *testing.T) uint64 {
	t.Helper()
	n := uint64(time.Now().UnixNano()) % 1e15
	if s := os.Getenv("UTFALL_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("UTFALL_SEED=%d repeats it", n)
	return n
}

// TestSuppressionAttack: of random tables of all sorts no withheld count can be
// told to within less than k, nor any small group by what is shown. The rule
// changes nothing but what it withholds.
func TestSuppressionAttack(t *testing.T) {
	seed, n := attackSeed(t), attacks(1000, 1000, 100_000)
	losses := map[string]*loss{}
	for i := range uint64(n) {
		m := attackedTable(rand.New(rand.NewPCG(seed, i)))
		l, without := m.ledger(), m.ledger()
		flooded := l.settle()
		for i := range without.figures {
			without.figures[i].measure = rates // of which only what can be computed is looked at
		}
		without.settle()
		for _, of := range []string{m.sort, "all"} {
			if losses[of] == nil {
				losses[of] = &loss{}
			}
			losses[of].add(l, without)
		}
		for i, f := range l.figures {
			if f.value != float64(m.counts[i]) {
				t.Fatalf("figure %d was %d and is %v", i, m.counts[i], f.value)
			}
		}
		if flooded && m.elsewhere {
			continue // the answer is refused
		}
		if err := m.stands(func(i int) bool { return l.figures[i].withheld }); err != nil {
			t.Fatalf("table %d: %v in %+v\nwithheld %v", i, err, m, l.hiddenOf(indexes(len(l.figures))))
		}
	}
	for _, sort := range sortedKeys(losses) {
		t.Logf("%-24s %s", sort, losses[sort])
	}
}

// loss is what is not shown of some tables, of all figures that are not nought:
// the small ones, and with what is computable, and with what can be told too closely.
type loss struct{ tables, figures, small, computable, told, flooded int }

func (o *loss) add(l, without *ledger) {
	o.tables++
	all := true
	for i, f := range l.figures {
		if f.value == 0 || f.unseen {
			continue
		}
		o.figures++
		if f.base < f.least {
			o.small++
		}
		if without.figures[i].withheld {
			o.computable++
		}
		if f.withheld {
			o.told++
		}
		all = all && f.withheld
	}
	if all {
		o.flooded++
	}
}

func (o *loss) String() string {
	share := func(n int) float64 { return 100 * float64(n) / float64(max(1, o.figures)) }
	return fmt.Sprintf("%6d tables, %7d figures: small %4.1f %%, withheld %4.1f %% for what can be computed, %4.1f %% in all; of %d tables everything",
		o.tables, o.figures, share(o.small), share(o.computable), share(o.told), o.flooded)
}
