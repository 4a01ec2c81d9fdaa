package statistics

// Reliability gathers what Cronbach's alpha is computed of: sums over
// respondents who answered all items. Add fills it row by row; whoever has the
// sums already, of a query say, writes them down, with a nil Origin.
type Reliability struct {
	N       int       // respondents
	Origin  []float64 // taken off every answer before it is summed, an item each; nil is 0
	Sums    []float64 // Σx, an item each
	Squares []float64 // Σx², an item each
	Total   float64   // Σ(x₁ + … + xₖ)²
}

// Add takes in one respondent's answers, an item each and always in the same
// order, reversed items recoded. A row with a missing answer (as in Of) or of
// another length than the first says nothing and is left out; Add tells whether
// it was taken.
//
// The first row becomes the origin, so that large answers that differ little
// lose nothing. Sums of whole numbers are exact; of others, the last digits can
// depend on the order of the rows.
func (r *Reliability) Add(row []float64) bool {
	for _, x := range row {
		if !isAnswer(x) {
			return false
		}
	}
	if r.N == 0 && len(r.Sums) == 0 {
		r.Origin = append([]float64(nil), row...)
		r.Sums, r.Squares = make([]float64, len(row)), make([]float64, len(row))
	}
	if len(row) != len(r.Sums) {
		return false
	}
	total := 0.0
	for i, x := range row {
		if r.Origin != nil {
			x -= r.Origin[i]
		}
		r.Sums[i] += x
		r.Squares[i] += float64(x * x)
		total += x
	}
	r.Total += float64(total * total)
	r.N++
	return true
}

// Alpha is Cronbach's alpha (Psychometrika 16, 1951) of k items:
//
//	α = k/(k − 1) · (1 − Σsᵢ²/s²)
//
// sᵢ² being the variance of an item and s² that of the respondents' sums. At
// most 1; below 0 where items go against each other, mostly because one was
// not recoded. No value for fewer than two items or respondents, and where all
// respondents have the same sum.
func (r *Reliability) Alpha() (float64, bool) {
	k := len(r.Sums)
	if k < 2 || r.N < 2 || len(r.Squares) != k {
		return 0, false
	}
	n := float64(r.N)
	items, sum, size := 0.0, 0.0, r.Total
	for i, s := range r.Sums {
		items += r.Squares[i] - float64(s*s)/n
		size += r.Squares[i]
		sum += s
	}
	all := r.Total - float64(sum*sum)/n
	// What rounding leaves of equal sums is no variance.
	if !(all > 1e-12*size) {
		return 0, false
	}
	return value(float64(k) / float64(k-1) * (1 - items/all))
}

// Alpha is Cronbach's alpha of rows of answers, a respondent each, as
// Reliability computes it; n is how many rows were complete.
func Alpha(rows [][]float64) (alpha float64, n int, ok bool) {
	var r Reliability
	for _, row := range rows {
		r.Add(row)
	}
	alpha, ok = r.Alpha()
	return alpha, r.N, ok
}
