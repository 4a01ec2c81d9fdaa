package statistics

import "math"

// ChiSquare is Pearson's test of a table of two rows.
type ChiSquare struct {
	Statistic   float64
	DF          int // columns − 1
	P           float64
	MinExpected float64 // the smallest expected number of a cell
	Valid       bool    // both rows and at least two columns have somebody
}

// ChiSquareTest tests whether two rows of counts, a column a category, are
// shared out alike: Σ(observed − expected)²/expected, P the upper tail of
// chi-square with columns − 1 degrees of freedom (Pearson, 1900), without
// Yates's correction. It is sound where every expected number is at least 5.
// Columns without anybody are left out, and so is what only one row has.
// Negative counts count as 0.
func ChiSquareTest(first, second []int) ChiSquare {
	t := newTable(first, second)
	out := ChiSquare{DF: len(t.columns) - 1}
	if !t.comparable() {
		return ChiSquare{}
	}
	out.MinExpected = t.minExpected()
	for j, n := range t.columns {
		for i, row := range [2]int{t.rows[0], t.rows[1]} {
			expected := float64(n) * float64(row) / float64(t.n)
			d := float64(t.cells[i][j]) - expected
			out.Statistic += float64(d*d) / expected
		}
	}
	out.P = chiSquareP(out.Statistic, out.DF)
	out.Valid = true
	return out
}

// table is two rows of counts with their margins, without empty columns.
type table struct {
	cells   [2][]int
	rows    [2]int
	columns []int
	n       int
}

// newTable pairs the rows up; what one row is shorter by is 0.
func newTable(first, second []int) table {
	var t table
	at := func(row []int, i int) int {
		if i >= len(row) {
			return 0
		}
		return max(0, row[i])
	}
	for i := range max(len(first), len(second)) {
		a, b := at(first, i), at(second, i)
		if a+b == 0 {
			continue
		}
		t.cells[0], t.cells[1] = append(t.cells[0], a), append(t.cells[1], b)
		t.columns = append(t.columns, a+b)
		t.rows[0] += a
		t.rows[1] += b
	}
	t.n = t.rows[0] + t.rows[1]
	return t
}

func (t table) comparable() bool { return t.rows[0] > 0 && t.rows[1] > 0 && len(t.columns) > 1 }

func (t table) minExpected() float64 {
	least := math.Inf(1)
	for _, n := range t.columns {
		least = min(least, float64(n)*float64(min(t.rows[0], t.rows[1]))/float64(t.n))
	}
	return least
}

// Tests that Representativeness chooses from.
const (
	ByChiSquare = "chi-square"
	ByFisher    = "fisher"
	Untested    = "" // nothing to compare: one category, nobody answered, or everybody did
)

// Margin is how those who answered compare with all who could have, by one
// known property.
type Margin struct {
	Respondents, Population int

	Deviations []float64 // percentage points, absolute, a category each, in the order given
	Largest    float64   // of the deviations

	Test        string // ByChiSquare, ByFisher or Untested
	Method      string // Exact, Normal for the chi-square approximation, or MonteCarlo
	P           float64
	MinExpected float64 // the smallest expected number, which the choice of test rests on
	Tested      bool    // whether P is a value
	Valid       bool    // whether Deviations and Largest are: somebody answered
}

// leastExpected is the expected number chi-square needs in every cell (Cochran,
// Biometrics 10, 1954; domain.md 4.4).
const leastExpected = 5

// Representativeness compares respondents with those who did not respond, by
// category (domain.md 4.4). A deviation is |share of the respondents − share
// of all, respondents and others| in percentage points. The test is chi-square
// where every expected number is at least 5, else Fisher's, which seed is for
// should it have to be drawn.
//
// Nobody answered: no value. Everybody did, or all are of one category: the
// deviations are 0 and there is nothing to test.
func Representativeness(respondents, others []int, seed uint64) Margin {
	t := newTable(respondents, others)
	out := Margin{Respondents: t.rows[0], Population: t.n}
	if t.rows[0] == 0 {
		return out
	}
	out.Valid = true
	for i := range max(len(respondents), len(others)) {
		a, b := 0, 0
		if i < len(respondents) {
			a = max(0, respondents[i])
		}
		if i < len(others) {
			b = max(0, others[i])
		}
		d := 100 * math.Abs(float64(a)/float64(t.rows[0])-float64(a+b)/float64(t.n))
		out.Deviations = append(out.Deviations, d)
		out.Largest = max(out.Largest, d)
	}
	if !t.comparable() {
		return out
	}
	out.Tested, out.MinExpected = true, t.minExpected()
	if out.MinExpected >= leastExpected {
		out.Test, out.Method, out.P = ByChiSquare, Normal, ChiSquareTest(respondents, others).P
		return out
	}
	f := FisherExact(respondents, others, seed)
	out.Test, out.Method, out.P = ByFisher, f.Method, f.P
	return out
}
