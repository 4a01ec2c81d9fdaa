package reports

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// grid is a table of counts with its totals as the rule sees it: figures row by
// row, each row's total after it, and the row of totals last.
type grid struct {
	rows, columns int
	ledger
}

// newGrid makes a table of counts of persons, each its own base; least is k.
func newGrid(k, columns int, counts ...int) *grid {
	g := &grid{rows: len(counts) / columns, columns: columns}
	sums := make([]int, columns+1)
	add := func(n int) {
		g.figures = append(g.figures, figure{value: float64(n), base: n, least: k, floor: 1, withheld: n > 0 && n < k})
	}
	for r := range g.rows {
		total := 0
		for c := range columns {
			n := counts[r*columns+c]
			add(n)
			total, sums[c] = total+n, sums[c]+n
		}
		add(total)
		sums[columns] += total
	}
	for _, n := range sums {
		add(n)
	}
	for r := range g.rows + 1 {
		s := line{total: g.at(r, columns)}
		for c := range columns {
			s.parts = append(s.parts, g.at(r, c))
		}
		g.lines = append(g.lines, s)
	}
	for c := range columns + 1 {
		s := line{total: g.at(g.rows, c)}
		for r := range g.rows {
			s.parts = append(s.parts, g.at(r, c))
		}
		g.lines = append(g.lines, s)
	}
	return g
}

func (g *grid) at(r, c int) int { return r*(g.columns+1) + c }

// String is the table with a dot for what is withheld.
func (g *grid) String() string {
	var b strings.Builder
	for i, f := range g.figures {
		sign := fmt.Sprint(f.value)
		if f.withheld {
			sign = "."
		}
		b.WriteString(sign)
		if (i+1)%(g.columns+1) == 0 {
			b.WriteString("\n")
		} else {
			b.WriteString(" ")
		}
	}
	return b.String()
}

// TestWithheldByHand has tables worked out by hand.
func TestWithheldByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		g    *grid
		want string
	}{
		{"nobody is few", newGrid(3, 2, 3, 4, 5, 6), "3 4 7\n5 6 11\n8 10 18\n"},
		{"noughts are said", newGrid(3, 2, 0, 4, 5, 0), "0 4 4\n5 0 5\n5 4 9\n"},
		{"one needs a second in its row and column, and those a fourth", newGrid(3, 3, 1, 4, 9, 7, 8, 9, 9, 9, 9), ". . 9 14\n. . 9 24\n9 9 9 27\n17 21 27 65\n"},
		{"what goes together is no small group", newGrid(5, 4, 2, 2, 6, 9), ". . . 9 19\n. . . 9 19\n"},
		{"the one there is takes its total along", newGrid(3, 2, 2, 0, 0, 9), ". 0 .\n0 . .\n. . 11\n"},
		{"three who are known to be one each", newGrid(3, 3, 1, 1, 1), ". . . .\n. . . .\n"},
		{"a small total", newGrid(3, 2, 1, 1), ". . .\n. . .\n"},
	} {
		c.g.settle()
		if diff := cmp.Diff(c.want, c.g.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestTheSameFigureTwice: where a figure stands twice it is withheld twice, and
// nothing else for that.
func TestTheSameFigureTwice(t *testing.T) {
	l := &ledger{lines: []line{{parts: []int{0, 1, 2}, total: elsewhere}, {parts: []int{3, 4, 5}, total: elsewhere}}}
	for i := range 6 {
		n := []int{6, 5, 2}[i%3]
		l.figures = append(l.figures, figure{value: float64(n), base: n, least: 3, floor: 1, withheld: i == 2})
	}
	for i := range 3 {
		l.lines = append(l.lines, line{parts: []int{i}, total: i + 3})
	}
	l.settle()
	if got := l.hiddenOf(indexes(6)); !slices.Equal(got, []int{1, 2, 4, 5}) {
		t.Errorf("withheld %v", got)
	}
}

// TestThoseBesideAGroup: who is in a group and not in a smaller one is a group as
// well. Nobody shows it, and it need not be hidden but when it is small.
func TestThoseBesideAGroup(t *testing.T) {
	for _, c := range []struct {
		whole, part int
		small       int // withheld for itself: the part, the whole, or none
		want        []int
	}{{5, 4, -1, []int{1, 2}}, {9, 4, -1, []int{2}}, {9, 2, 1, []int{1, 2}}, {5, 5, 0, []int{0, 1}}} {
		rest := c.whole - c.part
		l := &ledger{lines: []line{{parts: []int{1, 2}, total: 0}}}
		for _, n := range []int{c.whole, c.part, rest} {
			l.figures = append(l.figures, figure{value: float64(n), base: n, least: 3, floor: 1})
		}
		l.figures[2].unseen, l.figures[2].floor, l.figures[2].withheld = rest > 0, 0, rest > 0 && rest < 3
		if c.small >= 0 {
			l.figures[c.small].withheld = true
		}
		l.settle()
		if got := l.hiddenOf(indexes(3)); !slices.Equal(got, c.want) {
			t.Errorf("%+v: withheld or unseen %v", c, got)
		}
	}
}

// TestNoMoreThanItTakes: one woman and one man stand apart. What they are taken
// from goes, and one group of each of the two ways it is made up; not both.
func TestNoMoreThanItTakes(t *testing.T) {
	l := &ledger{}
	for _, n := range []int{17, 22, 39, 1, 1, 2, 18, 23, 41, // complete, not, all
		12, 15, 27, 5, 7, 12, 12, 14, 26, 5, 8, 13} { // those that are complete, once more and once again
		l.figures = append(l.figures, figure{value: float64(n), base: n, least: 3, floor: 1, withheld: n < 3})
	}
	for c := range 3 {
		l.lines = append(l.lines, line{parts: []int{c, 3 + c}, total: 6 + c}, line{parts: []int{9 + c, 12 + c}, total: c}, line{parts: []int{15 + c, 18 + c}, total: c})
	}
	for r := range 7 {
		l.lines = append(l.lines, line{parts: []int{3 * r, 3*r + 1}, total: 3*r + 2})
	}
	l.settle()
	if got := l.hiddenOf(indexes(21)); !slices.Equal(got, []int{0, 1, 2, 3, 4, 5, 12, 13, 14, 18, 19, 20}) {
		t.Errorf("withheld %v", got)
	}
}

// TestTwoLinesAreNotEnough: in each row and column two are withheld or more, and
// still one can be computed: it joins two squares, and is the total of one of
// them less what is shown.
func TestTwoLinesAreNotEnough(t *testing.T) {
	g := newGrid(0, 4, 5, 5, 9, 9, 5, 5, 5, 9, 9, 9, 5, 5, 9, 9, 5, 5)
	for _, at := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 2}, {2, 3}, {3, 2}, {3, 3}} {
		g.figures[g.at(at[0], at[1])].withheld = true
	}
	before := g.String()
	if bridge := g.at(1, 2); !slices.Equal(g.known(), []int{bridge}) {
		t.Fatalf("known: %v, want %d\n%s", g.known(), bridge, before)
	}
	g.settle()
	if got := computable(&g.ledger); len(got) > 0 {
		t.Errorf("%v can be computed of\n%s", got, g)
	}
}

// computable is a second opinion, which shares nothing with the rule: it solves
// the sums in fractions, and gives the withheld figures that every solution of
// the shown ones agrees on. It knows of no bounds.
func computable(l *ledger) []int {
	var unknown []int
	for i, f := range l.figures {
		if f.withheld || f.unseen {
			unknown = append(unknown, i)
		}
	}
	var rows [][]*big.Rat
	for _, s := range l.lines {
		behind, least := 0, 0
		for _, i := range s.parts {
			behind, least = behind+l.figures[i].base, max(least, l.figures[i].least)
		}
		if s.total == elsewhere && behind < least {
			continue // who asks for it is not told
		}
		row := make([]*big.Rat, len(unknown))
		for c, i := range unknown {
			n := int64(0)
			for _, p := range s.parts {
				if p == i {
					n++
				}
			}
			if s.total == i {
				n--
			}
			row[c] = big.NewRat(n, 1)
		}
		rows = append(rows, row)
	}
	rank := rankOf(rows)
	var out []int
	for c, i := range unknown { // a figure is known when fixing it takes no freedom away
		fixed := make([]*big.Rat, len(unknown))
		for j := range fixed {
			fixed[j] = new(big.Rat)
		}
		fixed[c].SetInt64(1)
		if rankOf(append(slices.Clone(rows), fixed)) == rank && l.figures[i].withheld {
			out = append(out, i)
		}
	}
	return out
}

// rankOf is the rank of a matrix, by Gauss.
func rankOf(given [][]*big.Rat) int {
	var rows [][]*big.Rat
	for _, r := range given {
		row := make([]*big.Rat, len(r))
		for i, v := range r {
			row[i] = new(big.Rat).Set(v)
		}
		rows = append(rows, row)
	}
	rank := 0
	for c := 0; len(rows) > 0 && c < len(rows[0]); c++ {
		for i := rank; i < len(rows); i++ {
			if rows[i][c].Sign() == 0 {
				continue
			}
			rows[rank], rows[i] = rows[i], rows[rank]
			for k := rank + 1; k < len(rows); k++ {
				times := new(big.Rat).Quo(rows[k][c], rows[rank][c])
				for j := range rows[k] {
					rows[k][j].Sub(rows[k][j], new(big.Rat).Mul(times, rows[rank][j]))
				}
			}
			rank++
			break
		}
	}
	return rank
}

// another tells whether there is a table of other whole numbers than the true
// ones that shows the same, has the given cell different, and nothing withheld
// below its floor. It tries them all that differ by at most 1, which is as far as
// a change along the lines of a table need go.
func anotherTable(g *grid, cell int) bool {
	values := make([]int, len(g.figures))
	for i, f := range g.figures {
		values[i] = int(f.value)
	}
	var inner []int
	for r := range g.rows {
		for c := range g.columns {
			if i := g.at(r, c); g.figures[i].withheld {
				inner = append(inner, i)
			}
		}
	}
	agrees := func() bool {
		for r := range g.rows + 1 {
			for c := range g.columns + 1 {
				sum, i := 0, g.at(r, c)
				switch {
				case r < g.rows && c < g.columns:
					continue
				case c == g.columns:
					for k := range g.columns {
						sum += values[g.at(r, k)]
					}
				default:
					for k := range g.rows {
						sum += values[g.at(k, c)]
					}
				}
				f := g.figures[i]
				if values[i] = sum; !f.withheld && sum != int(f.value) || f.withheld && float64(sum) < f.floor {
					return false
				}
			}
		}
		return values[cell] != int(g.figures[cell].value)
	}
	var try func(n int) bool
	try = func(n int) bool {
		if n == len(inner) {
			return agrees()
		}
		f := g.figures[inner[n]]
		for _, d := range []int{0, 1, -1} {
			if f.value+float64(d) < f.floor {
				continue
			}
			if values[inner[n]] = int(f.value) + d; try(n + 1) {
				return true
			}
		}
		values[inner[n]] = int(f.value)
		return false
	}
	return try(0)
}

// TestNothingWithheldCanBeComputed lets the second opinion and the search for
// another table at tables of all sorts.
func TestNothingWithheldCanBeComputed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 6).Draw(t, "k")
		rows, columns := rapid.IntRange(1, 4).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		counts := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(0, 12)), rows*columns, rows*columns).Draw(t, "counts")
		g := newGrid(k, columns, counts...)
		small := len(g.hiddenOf(indexes(len(g.figures)))) > 0
		flooded := g.settle()
		hidden := g.hiddenOf(indexes(len(g.figures)))
		if !small && len(hidden) > 0 {
			t.Fatalf("nothing is small, and withheld is\n%s", g)
		}
		for i, f := range g.figures {
			if !f.withheld && f.base > 0 && f.base < k {
				t.Fatalf("figure %d is shown of\n%s", i, g)
			}
		}
		if known := computable(&g.ledger); len(known) > 0 {
			t.Fatalf("%v can be computed of\n%s", known, g)
		}
		for _, i := range hidden {
			if !flooded && !anotherTable(g, i) {
				t.Fatalf("figure %d can be nothing else in\n%s", i, g)
			}
		}
		for _, s := range g.lines {
			together, parts := 0, g.hiddenOf(s.parts)
			for _, i := range parts {
				together += g.figures[i].base
			}
			if len(parts) > 0 && !g.figures[s.total].withheld && together < k {
				t.Fatalf("line %v tells of %d persons in\n%s", s, together, g)
			}
		}
	})
}

// TestSumsOfAnyKind: figures that are parts of several sums, totals elsewhere,
// hours of persons who are in several parts.
func TestSumsOfAnyKind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const k = 3
		n := rapid.IntRange(2, 14).Draw(t, "figures")
		l := &ledger{}
		for i := range n {
			base := rapid.IntRange(0, 8).Draw(t, fmt.Sprint("base", i))
			value := float64(base * rapid.IntRange(0, 3).Draw(t, fmt.Sprint("hours", i)))
			unseen := value > 0 && rapid.IntRange(0, 4).Draw(t, fmt.Sprint("unseen", i)) == 0
			l.figures = append(l.figures, figure{value: value, base: base, least: k, withheld: base > 0 && base < k, unseen: unseen})
		}
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			all := rapid.Permutation(indexes(n)).Draw(t, fmt.Sprint("line", i))
			size := rapid.IntRange(2, n).Draw(t, fmt.Sprint("size", i))
			s := line{total: elsewhere, parts: all[:size], overlap: rapid.Bool().Draw(t, fmt.Sprint("overlap", i))}
			if rapid.Bool().Draw(t, fmt.Sprint("total", i)) {
				s.total, s.parts = all[0], all[1:size]
			}
			l.lines = append(l.lines, s)
		}
		if flooded, known := l.settle(), computable(l); !flooded && len(known) > 0 {
			t.Fatalf("%v can be computed: %+v", known, l)
		}
	})
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
