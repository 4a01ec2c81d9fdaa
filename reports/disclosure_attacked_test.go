package reports

import (
	"maps"
	"math/rand/v2"
	"slices"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// attackedTable is a random table of one of the sorts reports and answers have.
func attackedTable(r *rand.Rand, sorts ...string) *attacked {
	m := &attacked{k: []int{3, 5, 10}[r.IntN(3)]}
	draw := m.draw(r)
	if len(sorts) == 0 {
		sorts = []string{"two ways", "two ways, sums elsewhere", "hierarchy", "linked", "three ways", "beside a group", "shared persons"}
	}
	switch m.sort = sorts[r.IntN(len(sorts))]; m.sort {
	case "two ways":
		m.rows, m.columns = 1+r.IntN(5), 1+r.IntN(4)
		m.crossed(m.inner(draw, m.rows, m.columns), false)
	case "two ways, sums elsewhere":
		m.rows, m.columns = 1+r.IntN(4), 1+r.IntN(4)
		m.asked(draw, m.rows, m.columns, m.rows > 1)
	case "hierarchy":
		m.hierarchy(draw, 1+r.IntN(3), 1+r.IntN(3), 2)
	case "linked":
		m.linked(draw, r)
	case "three ways":
		m.cube(draw, 2+r.IntN(2), 2+r.IntN(2), 2)
	case "beside a group":
		m.beside(draw, r, 1+r.IntN(3), 1+r.IntN(3))
	case "shared persons":
		m.shared(r, 1+r.IntN(40), 2+r.IntN(4), r.IntN(2) == 0)
	}
	return m
}

// draw gives a way to draw counts: sparse, small, or of all sizes.
func (m *attacked) draw(r *rand.Rand) func() int {
	noughts, most := []float64{0, .1, .5}[r.IntN(3)], []int{m.k, 3 * m.k, 60}[r.IntN(3)]
	return func() int {
		if r.Float64() < noughts {
			return 0
		}
		return r.IntN(most + 1)
	}
}

func (m *attacked) add(n int, unseen bool) int {
	m.counts, m.unseen = append(m.counts, n), append(m.unseen, unseen)
	return len(m.counts) - 1
}

// total adds the sum of some figures, and gives it.
func (m *attacked) total(parts ...int) int {
	sum := 0
	for _, i := range parts {
		sum += m.counts[i]
	}
	i := m.add(sum, false)
	m.sums = append(m.sums, publishedSum{parts: slices.Clone(parts), total: i})
	return i
}

func (m *attacked) inner(draw func() int, rows, columns int) [][]int {
	var out [][]int
	for range rows {
		var row []int
		for range columns {
			row = append(row, m.add(draw(), false))
		}
		out = append(out, row)
	}
	return out
}

// crossed adds the totals of a table both ways, and the total of each column and
// row of totals. It gives the totals of the rows.
func (m *attacked) crossed(inner [][]int, onlyRows bool) (rows []int) {
	for _, row := range inner {
		rows = append(rows, m.total(row...))
	}
	if onlyRows {
		return rows
	}
	var columns []int
	for c := range inner[0] {
		var column []int
		for _, row := range inner {
			column = append(column, row[c])
		}
		columns = append(columns, m.total(column...))
	}
	all := m.total(columns...)
	m.sums = append(m.sums, publishedSum{parts: slices.Clone(rows), total: all})
	return rows
}

// asked is a table without totals, which can be asked for.
func (m *attacked) asked(draw func() int, rows, columns int, both bool) {
	m.elsewhere = true
	inner := m.inner(draw, rows, columns)
	known := func(parts []int) {
		s := publishedSum{parts: parts, total: elsewhere}
		for _, i := range parts {
			s.known += m.counts[i]
		}
		m.sums = append(m.sums, s)
	}
	for _, row := range inner {
		known(row)
	}
	for c := range columns {
		var column []int
		for _, row := range inner {
			column = append(column, row[c])
		}
		if both {
			known(column)
		}
	}
}

// hierarchy is sexes within ages within municipalities, each by itself as well.
func (m *attacked) hierarchy(draw func() int, municipalities, ages, sexes int) {
	var wholes []int
	for range municipalities {
		var bands, inner []int
		bySex := make([][]int, sexes)
		for range ages {
			inner = nil
			for s := range sexes {
				i := m.add(draw(), false)
				inner, bySex[s] = append(inner, i), append(bySex[s], i)
			}
			bands = append(bands, m.total(inner...))
		}
		whole := m.total(bands...)
		var sums []int
		for _, parts := range bySex {
			sums = append(sums, m.total(parts...))
		}
		m.sums = append(m.sums, publishedSum{parts: sums, total: whole})
		wholes = append(wholes, whole)
	}
	m.total(wholes...)
}

// linked is two tables of the same rows, told apart in two ways.
func (m *attacked) linked(draw func() int, r *rand.Rand) {
	inner := m.inner(draw, 1+r.IntN(4), 1+r.IntN(3))
	rows := m.crossed(inner, r.IntN(2) == 0)
	ways := 2 + r.IntN(2)
	columns := make([][]int, ways)
	for _, whole := range rows {
		var parts []int
		left := m.counts[whole]
		for c := range ways {
			n := left
			if c < ways-1 {
				n = r.IntN(left + 1)
			}
			left -= n
			i := m.add(n, false)
			parts, columns[c] = append(parts, i), append(columns[c], i)
		}
		m.sums = append(m.sums, publishedSum{parts: parts, total: whole})
	}
	for _, column := range columns {
		m.total(column...)
	}
}

// cube is a table of three ways with every total of two, one and none of them.
func (m *attacked) cube(draw func() int, a, b, c int) {
	var layers, sides [][]int
	for range a {
		inner := m.inner(draw, b, c)
		layers, sides = append(layers, slices.Concat(inner...)), append(sides, m.crossed(inner, false))
	}
	var whole [][]int
	for x := range b {
		var row []int
		for y := range c {
			var parts []int
			for _, layer := range layers {
				parts = append(parts, layer[x*c+y])
			}
			row = append(row, m.total(parts...))
		}
		whole = append(whole, row)
	}
	rows := m.crossed(whole, false)
	for x := range b {
		var parts []int
		for _, side := range sides {
			parts = append(parts, side[x])
		}
		m.sums = append(m.sums, publishedSum{parts: parts, total: rows[x]})
	}
}

// beside is a table, groups within its figures, and those who are not in them,
// whom nobody shows.
func (m *attacked) beside(draw func() int, r *rand.Rand, rows, columns int) {
	inner := m.inner(draw, rows, columns)
	m.crossed(inner, r.IntN(2) == 0)
	within := make([][]int, rows)
	for x, row := range inner {
		for _, whole := range row {
			n := r.IntN(m.counts[whole] + 1)
			part, rest := m.add(n, false), m.add(m.counts[whole]-n, true)
			m.sums = append(m.sums, publishedSum{parts: []int{part, rest}, total: whole})
			within[x] = append(within[x], part)
		}
	}
	m.crossed(within, r.IntN(2) == 0)
}

// shared is persons in several places, each counted once in all.
func (m *attacked) shared(r *rand.Rand, persons, places int, here bool) {
	counts := make([]int, places)
	for range persons {
		in := r.IntN(places)
		counts[in]++
		for p := range places {
			if p != in && r.IntN(3) == 0 {
				counts[p]++
			}
		}
	}
	s := publishedSum{total: elsewhere, known: persons, distinct: true}
	for _, n := range counts {
		s.parts = append(s.parts, m.add(n, false))
	}
	if m.elsewhere = !here; here {
		s.total = m.add(persons, false)
	}
	m.sums = append(m.sums, s)
}
