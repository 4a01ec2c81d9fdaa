package statistics

import (
	"cmp"
	"math"
	"slices"
)

// Fisher is Fisher's test of a table of two rows.
type Fisher struct {
	P       float64
	Method  string // Exact or MonteCarlo
	Bounded bool   // the exact distribution was more work than is allowed, so P was drawn
	Draws   int    // tables drawn, 0 when exact
	Valid   bool   // both rows and at least two columns have somebody
}

// What an exact test may cost, in additions, before it is drawn instead: about
// a second. And how many tables are then drawn.
const (
	fisherWork  = 20_000_000
	fisherDraws = 20_000
)

// How much likelier than the observed table another may be and still count as
// no likelier, for probabilities are rounded: R's two tolerances, so that its
// fisher.test gives the same P. They differ in large tables alone.
const (
	toleranceOfTwo  = 1e-7       // two columns
	toleranceOfMore = 3.45254e-7 // of the logarithm
)

// FisherExact is Fisher's exact test of two rows of counts, a column a
// category (Freeman & Halton, Biometrika 38, 1951): given all margins, the
// share of tables that are no likelier than the observed one, within 1e-7 of
// its probability, 3.5e-7 where there are more than two columns. With two columns it is Fisher's test of a 2 × 2 table,
// two-sided.
//
// The tables are walked column by column as a network (Mehta & Patel, JASA 78,
// 1983): paths to a node with equal probability are one, and a path stops where
// every way on, or none, stays within the observed probability. When that is
// too much work, 20,000 tables with the same margins are drawn from the seed,
// P is (1 + as unlikely)/(1 + drawn), and Bounded says so.
//
// Columns without anybody are left out. Fewer than two columns, or a row
// without anybody: no value. Negative counts count as 0.
func FisherExact(first, second []int, seed uint64) Fisher {
	return fisherExact(newTable(first, second), seed, fisherWork)
}

func fisherExact(t table, seed uint64, work int) Fisher {
	if !t.comparable() {
		return Fisher{}
	}
	n := newNetwork(t, work)
	if n.measure() {
		if p, ok := n.walk(); ok {
			return Fisher{P: p, Method: Exact, Valid: true}
		}
	}
	return Fisher{P: n.draw(newSource(seed), fisherDraws), Method: MonteCarlo, Bounded: true, Draws: fisherDraws, Valid: true}
}

// network is every table with the observed margins: a node is the columns done
// and how many of the row they used, an edge the number in the next column. An
// edge's length is the logarithm of the ways to choose that many of the column,
// and a table's probability is its path's, but for a constant.
type network struct {
	columns   []int
	row       int // total of the smaller row
	limit     float64
	factorial []float64   // logarithms
	after     []int       // total of the columns from each on
	longest   [][]float64 // [column][left of the row]: of the ways on
	shortest  [][]float64
	work      int // still allowed
}

func newNetwork(t table, work int) *network {
	small := 0
	if t.rows[1] < t.rows[0] {
		small = 1
	}
	n := &network{row: t.rows[small], work: work, factorial: make([]float64, t.n+1)}
	for i := range n.factorial {
		n.factorial[i], _ = math.Lgamma(float64(i) + 1)
	}
	order := make([]int, len(t.columns))
	for i := range order {
		order[i] = i
	}
	// The largest last: the last column is what is left.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.columns[a], t.columns[b]) })
	for _, j := range order {
		n.columns = append(n.columns, t.columns[j])
		n.limit += n.choose(t.columns[j], t.cells[small][j])
	}
	if len(n.columns) == 2 {
		n.limit += math.Log1p(toleranceOfTwo)
	} else {
		n.limit += toleranceOfMore
	}
	n.after = make([]int, len(order)+1)
	for j := len(order) - 1; j >= 0; j-- {
		n.after[j] = n.after[j+1] + n.columns[j]
	}
	return n
}

// choose is the logarithm of the binomial coefficient.
func (n *network) choose(of, k int) float64 {
	return n.factorial[of] - n.factorial[k] - n.factorial[of-k]
}

// spend takes from the work allowed, and tells whether there was enough.
func (n *network) spend(work int) bool {
	n.work -= work
	return n.work >= 0
}

// edges is how many of column j there can be when left are to be placed.
func (n *network) edges(j, left int) (from, to int) {
	return max(0, left-n.after[j+1]), min(n.columns[j], left)
}

// measure finds the longest and the shortest way on from every node.
func (n *network) measure() bool {
	last := len(n.columns)
	n.longest, n.shortest = make([][]float64, last+1), make([][]float64, last+1)
	n.longest[last], n.shortest[last] = []float64{0}, []float64{0}
	for j := last - 1; j >= 0; j-- {
		size := min(n.row, n.after[j]) + 1
		if !n.spend(size * (min(n.columns[j], n.after[j+1]) + 1)) {
			return false
		}
		long, short := make([]float64, size), make([]float64, size)
		for left := range size {
			long[left], short[left] = math.Inf(-1), math.Inf(1)
			from, to := n.edges(j, left)
			for x := from; x <= to; x++ {
				edge := n.choose(n.columns[j], x)
				long[left] = max(long[left], edge+n.longest[j+1][left-x])
				short[left] = min(short[left], edge+n.shortest[j+1][left-x])
			}
		}
		n.longest[j], n.shortest[j] = long, short
	}
	return true
}

// path is all paths of one length to a node. Mass is their probability among
// all paths to it, so that it neither overflows nor vanishes.
type path struct{ length, mass float64 }

// walk adds up the probability of the tables within the limit.
func (n *network) walk() (float64, bool) {
	p, done, total := 0.0, 0, n.after[0]
	nodes := [][]path{{{0, 1}}}
	for j := 0; j <= len(n.columns); j++ {
		var next [][]path
		if j < len(n.columns) {
			next = make([][]path, min(n.row, done+n.columns[j])+1)
		}
		for used, paths := range nodes {
			left := n.row - used
			if len(paths) == 0 || left > n.after[j] {
				continue
			}
			within, undecided := n.decide(j, left, shortestFirst(paths))
			if within > 0 {
				p += within * math.Exp(n.choose(done, used)+n.choose(n.after[j], left)-n.choose(total, n.row))
			}
			if len(undecided) > 0 && !n.extend(j, done, used, undecided, next) {
				return 0, false
			}
		}
		if nodes = next; j < len(n.columns) {
			done += n.columns[j]
		}
	}
	return min(1, p), true
}

// decide gives the mass of the paths that stay within the limit on every way
// on, and the paths for which that depends on the way.
func (n *network) decide(j, left int, paths []path) (within float64, undecided []path) {
	for _, q := range paths {
		switch {
		case q.length+n.longest[j][left] <= n.limit:
			within += q.mass
		case q.length+n.shortest[j][left] <= n.limit:
			undecided = append(undecided, q)
		}
	}
	return within, undecided
}

// extend carries paths over every edge of column j.
func (n *network) extend(j, done, used int, paths []path, next [][]path) bool {
	from, to := n.edges(j, n.row-used)
	if !n.spend(4 * (to - from + 1) * len(paths)) {
		return false
	}
	for x := from; x <= to; x++ {
		edge := n.choose(n.columns[j], x)
		share := math.Exp(n.choose(done, used) + edge - n.choose(done+n.columns[j], used+x))
		for _, q := range paths {
			next[used+x] = append(next[used+x], path{q.length + edge, q.mass * share})
		}
	}
	return true
}

// alike is how close the lengths of paths with equal probability may come out,
// well above the rounding of logarithms and below the tolerance.
const alike = 1e-9

// shortestFirst orders paths by length and makes those of equal length one.
func shortestFirst(paths []path) []path {
	slices.SortStableFunc(paths, func(a, b path) int { return cmp.Compare(a.length, b.length) })
	merged := paths[:0]
	for _, q := range paths {
		if last := len(merged) - 1; last >= 0 && q.length-merged[last].length < alike {
			merged[last].mass += q.mass
			continue
		}
		merged = append(merged, q)
	}
	return merged
}

// draw is the share of random tables within the limit, the observed one counted in.
func (n *network) draw(s source, draws int) float64 {
	within := 1
	for range draws {
		length, left := 0.0, n.row
		for j, of := range n.columns {
			x := n.hypergeometric(s, of, n.after[j+1], left)
			length += n.choose(of, x)
			left -= x
		}
		if length <= n.limit {
			within++
		}
	}
	return float64(within) / float64(draws+1)
}

// hypergeometric draws how many of a are among k taken from a + b, by
// inversion from the most likely number outwards.
func (n *network) hypergeometric(s source, a, b, k int) int {
	least, most := max(0, k-b), min(a, k)
	mode := min(most, max(least, int(float64(k+1)*float64(a+1)/float64(a+b+2))))
	u := s.unit()
	up := math.Exp(n.choose(a, mode) + n.choose(b, k-mode) - n.choose(a+b, k))
	down := up
	if u -= up; u < 0 {
		return mode
	}
	for high, low := mode, mode; high < most || low > least; {
		if high < most {
			up *= float64(a-high) * float64(k-high) / (float64(high+1) * float64(b-k+high+1))
			high++
			if u -= up; u < 0 {
				return high
			}
		}
		if low > least {
			down *= float64(low) * float64(b-k+low) / (float64(a-low+1) * float64(k-low+1))
			low--
			if u -= down; u < 0 {
				return low
			}
		}
	}
	return mode // what rounding left of u
}
