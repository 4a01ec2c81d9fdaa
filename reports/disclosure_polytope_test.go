package reports

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestOnlyWholeTablesCount: half a person is nobody. Of two that can be half more
// each, their sum cannot be one more.
func TestOnlyWholeTablesCount(t *testing.T) {
	const x, a, b, u, v = 0, 1, 2, 3, 4
	p := newPolytope([]int64{-9, 0, 0, -1, -1}, make([]bool, 5), slices.Repeat([]bool{true}, 5), 1,
		[][]term{{{a, 2}, {u, 1}}, {{b, 2}, {v, 1}}, {{x, -1}, {a, 1}, {b, 1}}})
	if wide, by := p.reach(x, 1); wide || !slices.Contains(by, 2) {
		t.Errorf("seen to go %+v, by %v", p.spread[x], by)
	}
	if wide, _ := p.reach(u, 1); wide {
		t.Errorf("seen to go %+v", p.spread[u])
	}
}

// TestNumbersThatDoNotFit: where the reckoning runs over, nothing is found.
func TestNumbersThatDoNotFit(t *testing.T) {
	const huge = 1 << 61
	p := newPolytope([]int64{-5, -5, -5}, make([]bool, 3), slices.Repeat([]bool{true}, 3), 1, [][]term{{{0, huge}, {1, huge - 1}, {2, 1}}, {{0, huge - 3}, {1, 7}, {2, huge - 5}}})
	if wide, _ := p.reach(0, 1); wide || !p.lost {
		t.Errorf("seen to go %+v", p.spread[0])
	}
}

// TestPolytopeBesideEveryTable compares how far unknowns are seen to go with all
// tables of whole numbers there are: never further, and as far where the sums are
// rows and columns.
func TestPolytopeBesideEveryTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "unknowns")
		low := make([]int64, n)
		for i := range low {
			low[i] = -rapid.Int64Range(0, 3).Draw(t, fmt.Sprint("low", i))
		}
		network := rapid.Bool().Draw(t, "network")
		var sums [][]term
		seen := make([]int, n) // in a network an unknown is in one sum with each sign
		for s := range rapid.IntRange(1, 3).Draw(t, "sums") {
			var terms []term
			for i := range n {
				by := rapid.Int64Range(-1, 1).Draw(t, fmt.Sprint("by", s, i))
				if !network {
					by *= rapid.Int64Range(1, 2).Draw(t, fmt.Sprint("times", s, i))
				}
				if bit := int(2 + by); network && by != 0 {
					if seen[i]&bit != 0 {
						continue
					}
					seen[i] |= bit
				}
				if by != 0 {
					terms = append(terms, term{i, by})
				}
			}
			sums = append(sums, terms)
		}
		const most = 3 // each has its bound above, by what is left to it
		bounds := slices.Clone(low)
		for i := range n {
			bounds = append(bounds, -most)
			sums = append(sums, []term{{i, 1}, {n + i, 1}})
		}
		p := newPolytope(bounds, make([]bool, 2*n), slices.Repeat([]bool{true}, 2*n), 1, sums)
		for i := range n {
			p.reach(i, 1000)
		}
		least, largest := everyTable(low, sums[:len(sums)-n], most)
		for i, s := range p.spread[:n] {
			switch {
			case p.lost || s.endless:
				t.Fatal("numbers do not fit")
			case s.low < least[i] || s.high > largest[i]:
				t.Fatalf("unknown %d is seen at %+v, and can be %d to %d", i, s, least[i], largest[i])
			case network && (s.low > least[i] || s.high < largest[i]):
				t.Fatalf("unknown %d is only seen at %+v, and can be %d to %d", i, s, least[i], largest[i])
			}
		}
	})
}

// everyTable tries all changes from the bounds to most, and gives the least and the
// largest of each unknown.
func everyTable(low []int64, sums [][]term, most int64) (least, largest []int64) {
	least, largest = make([]int64, len(low)), make([]int64, len(low))
	now := make([]int64, len(low))
	var try func(i int)
	try = func(i int) {
		if i < len(now) {
			for now[i] = low[i]; now[i] <= most; now[i]++ {
				try(i + 1)
			}
			return
		}
		for _, terms := range sums {
			sum := int64(0)
			for _, t := range terms {
				sum += t.by * now[t.of]
			}
			if sum != 0 {
				return
			}
		}
		for i, v := range now {
			least[i], largest[i] = min(least[i], v), max(largest[i], v)
		}
	}
	try(0)
	return least, largest
}

// BenchmarkSettle withholds in a table of 10,521 figures, 1 % of which are small.
func BenchmarkSettle(b *testing.B) {
	for b.Loop() {
		r := rand.New(rand.NewPCG(1, 1))
		m := &attacked{k: 3}
		m.crossed(m.inner(func() int {
			if r.IntN(100) == 0 {
				return 1 + r.IntN(2)
			}
			return 3 + r.IntN(40)
		}, 500, 20), false)
		m.ledger().settle()
	}
}
