package reports

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestToldTooClosely has sums worked out by hand, of which what is withheld could
// not be computed, but told too closely.
func TestToldTooClosely(t *testing.T) {
	count := func(k int, ns ...int) (out []figure) {
		for _, n := range ns {
			out = append(out, figure{value: float64(n), base: n, least: k, floor: 1, withheld: n > 0 && n < k})
		}
		return out
	}
	hours := func(value float64, base int) figure {
		return figure{value: value, base: base, least: 3, measure: amounts, withheld: base < 3}
	}
	for _, c := range []struct {
		name    string
		figures []figure
		lines   []line
		want    []int // withheld
	}{
		{"1 and 3 of 4 is 1 to 3: the next larger one takes its place", count(3, 1, 3, 9, 13), []line{{parts: []int{0, 1, 2}, total: 3}}, []int{0, 2}},
		{"1 and 4 of 5 is 1 to 4", count(3, 1, 4, 9, 14), []line{{parts: []int{0, 1, 2}, total: 3}}, []int{0, 1}},
		{"1 and 3, and no more: the sum in its place", count(3, 1, 3, 0, 4), []line{{parts: []int{0, 1, 2}, total: 3}}, []int{0, 3}},
		{"4 of the same 5 is 1 to 5: the 5 in all go", count(5, 4, 5, 5), []line{{parts: []int{0, 1}, total: 2, overlap: true}}, []int{0, 2}},
		{"4 of others than the 5 is 1 to 8", count(5, 4, 5, 9), []line{{parts: []int{0, 1}, total: 2}}, []int{0, 1}},
		{"two persons' 90 hours beside 5 are 0 to 95", []figure{hours(90, 2), hours(5, 7), hours(400, 50), hours(495, 59)}, []line{{parts: []int{0, 1, 2}, total: 3}}, []int{0, 1}},
		{"90 hours beside 5, which are 0 to 11 by others' 6", []figure{hours(90, 2), hours(5, 7), hours(400, 50), hours(495, 59), hours(6, 9), hours(311, 70), hours(300, 60)},
			[]line{{parts: []int{0, 1, 2}, total: 3}, {parts: []int{1, 4, 6}, total: 5}}, []int{0, 1, 6}},
	} {
		l := &ledger{figures: c.figures, lines: c.lines}
		l.settle()
		if got := l.hiddenOf(indexes(len(l.figures))); !slices.Equal(got, c.want) {
			t.Errorf("%s: withheld %v, want %v", c.name, got, c.want)
		}
	}
}

// TestAmountsOfFew: of 1,000 kr three have 800. It goes with the smallest beside it,
// wherever it stands, also where it is of no persons; in the house it stays.
func TestAmountsOfFew(t *testing.T) {
	c := strict
	c.dominance = dominance{3, .75}
	kronor := func(v float64, of Behind, n int, largest float64) Cell {
		return Cell{Kind: Kronor, Number: v, Base: Base{Of: of, N: n, Largest: largest}}
	}
	table := func(of Behind) Table {
		return Table{Adds: Down, Columns: make([]Column, 1), Rows: []Row{{Cells: []Cell{kronor(1000, of, 40, .8)}}, {Cells: []Cell{kronor(9000, of, 40, .75)}}, {Cells: []Cell{kronor(2000, of, 40, .1)}},
			{Cells: []Cell{kronor(12000, of, 40, .2)}, Total: true}}}
	}
	for _, of := range []Behind{Persons, Organisations} {
		r := oneSheet(table(of))
		c.apply(r)
		if diff := cmp.Diff([][]string{{"‥"}, {"9,000.00"}, {"‥"}, {"12,000.00"}}, signs(&r.Sheets[0].Tables[0])); diff != "" {
			t.Errorf("%d: %s", of, diff)
		}
	}
	r := oneSheet(table(Nobody))
	if c.apply(r); r.Sheets[0].Tables[0].Rows[0].Cells[0].Kind != Suppressed {
		t.Error("what three firms sold is shown")
	}
	for _, regime := range []regime{inHouse, protected} {
		c.regime = regime
		r := oneSheet(table(Persons))
		if c.apply(r); r.Sheets[0].Tables[0].Rows[0].Cells[0].Kind != Kronor {
			t.Errorf("withheld in regime %d", regime)
		}
	}
	m, err := MetricOf("claim.staff")
	if err != nil {
		t.Fatal(err)
	}
	c.regime = released
	a := &Answer{Metric: m}
	for i, largest := range []float64{.8, .75, .1} {
		a.Values = append(a.Values, Value{Key: fmt.Sprint(i), Number: []float64{1000, 9000, 2000}[i], Valid: true, Base: Base{Of: Persons, N: 40, Largest: largest}})
	}
	c.answer(Question{By: "project"}, a)
	if got := fmt.Sprint(a.Values[0].Suppressed, a.Values[1].Suppressed, a.Values[2].Suppressed); got != "true false true" {
		t.Errorf("withheld %s", got)
	}
}

func TestShareOfTheLargest(t *testing.T) {
	for _, c := range []struct {
		largest, sum int64
		want         float64
	}{{0, 0, 0}, {0, 500, 0}, {400, 500, .8}, {400, -500, .8}, {400, 200, 2}, {400, 0, 1}} {
		if got := largestShare(c.largest, c.sum); got != c.want {
			t.Errorf("%d of %d: %v, want %v", c.largest, c.sum, got, c.want)
		}
	}
}

// TestAllOfAGroupInOneAnswer: who sees that all women chose 5 knows what each did.
// The row goes, noughts and all, and as much of the others as it takes; not its sum,
// and not a row in which they differ.
func TestAllOfAGroupInOneAnswer(t *testing.T) {
	row := func(name string, n ...int) Row {
		r := Row{Cells: []Cell{words(name)}, Total: name == "all"}
		for _, n := range n {
			r.Cells = append(r.Cells, count(n).behind(Respondents, n))
		}
		return r
	}
	rows := []Row{row("women", 0, 0, 9, 9), row("men", 6, 7, 8, 21), row("unknown", 9, 0, 11, 20), row("all", 15, 7, 28, 50)}
	for adds, want := range map[Adds][][]string{
		Down | Across:            {{"women", "0", "0", "9", "9"}, {"men", "6", "7", "8", "21"}, {"unknown", "9", "0", "11", "20"}, {"all", "15", "7", "28", "50"}},
		Down | Across | Answered: {{"women", "‥", "‥", "‥", "9"}, {"men", "‥", "‥", "‥", "21"}, {"unknown", "9", "0", "11", "20"}, {"all", "15", "7", "28", "50"}},
	} {
		r := oneSheet(Table{Adds: adds, Columns: make([]Column, 5), Rows: []Row{}})
		for _, row := range rows {
			r.Sheets[0].Tables[0].Rows = append(r.Sheets[0].Tables[0].Rows, Row{slices.Clone(row.Cells), row.Total})
		}
		strict.apply(r)
		if diff := cmp.Diff(want, signs(&r.Sheets[0].Tables[0])); diff != "" {
			t.Errorf("%b: %s", adds, diff)
		}
	}
}
