package reports

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"utfall/domain"
)

// released is the control of figures for a recipient, of one least number.
func (m *attacked) released() control {
	return control{regime: released, leasts: leasts{count: m.k, survey: m.k, special: m.k}}
}

// asReport puts the figures into a report: a table of two ways as one that adds up
// both ways, any other as names and totals over them.
func (m *attacked) asReport() (r *Report, at []*Cell) {
	t := Table{Adds: Apart, Columns: make([]Column, 1)}
	r = oneSheet()
	at = make([]*Cell, len(m.counts))
	if m.sort == "two ways" {
		return m.asTable(r, at)
	}
	for i, n := range m.counts {
		c := persons(n).named(fmt.Sprint(i))
		if m.unseen[i] {
			r.Unseen = append(r.Unseen, c)
			continue
		}
		cells := []Cell{c}
		at[i] = &cells[0]
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	for _, s := range m.sums {
		total := Total{Name: fmt.Sprint(s.total), Shared: s.distinct}
		for _, i := range s.parts {
			total.Parts = append(total.Parts, fmt.Sprint(i))
		}
		r.Totals = append(r.Totals, total)
	}
	r.Sheets[0].Tables = []Table{t}
	return r, at
}

// asTable is a table of two ways: its cells come first, then the totals of rows, of
// columns, and of all.
func (m *attacked) asTable(r *Report, at []*Cell) (*Report, []*Cell) {
	t := Table{Adds: Down | Across, Columns: make([]Column, m.columns+1)}
	where := func(x, y int) int {
		switch inner := m.rows * m.columns; {
		case x < m.rows && y < m.columns:
			return x*m.columns + y
		case x < m.rows:
			return inner + x
		default:
			return inner + m.rows + y // the last of them is all
		}
	}
	for x := range m.rows + 1 {
		row := Row{Total: x == m.rows}
		for y := range m.columns + 1 {
			row.Cells = append(row.Cells, persons(m.counts[where(x, y)]))
		}
		t.Rows = append(t.Rows, row)
		for y := range row.Cells {
			at[where(x, y)] = &row.Cells[y]
		}
	}
	r.Sheets[0].Tables = []Table{t}
	return r, at
}

// TestSuppressionAttackOnReports attacks what reports show.
func TestSuppressionAttackOnReports(t *testing.T) {
	seed := attackSeed(t)
	for i := range uint64(attacks(1000, 1000, 100_000)) {
		m := attackedTable(rand.New(rand.NewPCG(seed, i)), "two ways", "two ways", "hierarchy", "linked", "three ways", "beside a group", "shared persons")
		if m.elsewhere {
			continue // a report's names are all its own
		}
		r, at := m.asReport()
		m.released().apply(r)
		for i, c := range at {
			if c != nil && c.Kind != Suppressed && (c.Kind != Count || c.Number != float64(m.counts[i])) {
				t.Fatalf("figure %d was %d and is %+v", i, m.counts[i], *c)
			}
		}
		if err := m.stands(func(i int) bool { return at[i] != nil && at[i].Kind == Suppressed }); err != nil {
			t.Fatalf("table %d: %v in %+v\n%v", i, err, m, signs(&r.Sheets[0].Tables[0]))
		}
	}
}

// TestSuppressionAttackOnAnswers attacks answers, of which who asks without --by is
// given the sums.
func TestSuppressionAttackOnAnswers(t *testing.T) {
	seed := attackSeed(t)
	for i := range uint64(attacks(1000, 1000, 100_000)) {
		m := attackedTable(rand.New(rand.NewPCG(seed, i)), "two ways, sums elsewhere", "shared persons")
		if !m.elsewhere {
			continue
		}
		id, q := "participants", Question{By: "sex"}
		if m.sort == "shared persons" {
			id, q, m.rows, m.columns = "persons_unique", Question{By: "municipality"}, 1, len(m.counts)
		} else if m.rows > 1 {
			q.Grain = domain.ByMonth
		}
		metric, err := MetricOf(id)
		if err != nil {
			t.Fatal(err)
		}
		a := &Answer{Metric: metric}
		for i, n := range m.counts {
			a.Values = append(a.Values, Value{Span: fmt.Sprint(i / m.columns), Key: fmt.Sprint(i % m.columns), Number: float64(n), Valid: true, N: n, Base: Base{Of: Persons, N: n}})
		}
		m.released().answer(q, a)
		if a.Values == nil {
			continue // refused
		}
		for i, v := range a.Values {
			if !v.Suppressed && v.Number != float64(m.counts[i]) {
				t.Fatalf("figure %d was %d and is %+v", i, m.counts[i], v)
			}
		}
		if err := m.stands(func(i int) bool { return a.Values[i].Suppressed }); err != nil {
			t.Fatalf("answer %d: %v in %+v\n%+v", i, err, m, a.Values)
		}
	}
}
