package reports

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"utfall/domain"
	"utfall/reports/statistics"
)

// changeSheet is before and after, item by item: the same persons, and how sure it
// is that they changed.
func (b *builder) changeSheet(all []evaluated) Sheet {
	s := Sheet{Name: b.say("Före och efter", "Before and after"), Title: b.say("Förändring hos samma personer", "Change in the same persons"),
		Intro: []string{b.say("Bara den vars svar hör ihop genom en kod är med; de övriga räknas på bladet Svar. p är Wilcoxons teckenrangtest, Holm det p-värdet justerat för att flera frågor prövas. r är rangbiserial effekt från −1 till 1, dz och g effekt i standardavvikelser. Intervallet är bootstrap.",
			"Only those whose answers a code joins are here; the others are counted on the sheet Response. p is Wilcoxon's signed-rank test, Holm that p-value adjusted for testing several items. r is the rank-biserial effect from −1 to 1, dz and g effects in standard deviations. The interval is a bootstrap.")}}
	for _, e := range all {
		for _, wave := range e.Waves[min(1, len(e.Waves)):] {
			of := slices.DeleteFunc(slices.Clone(e.items), func(c change) bool { return c.wave != wave })
			if len(of) == 0 {
				continue
			}
			if whole := slices.IndexFunc(e.whole, func(c change) bool { return c.wave == wave }); whole >= 0 {
				of = append(of, e.whole[whole])
			}
			title := b.nameOf(e.SurveyDefined) + ": " + e.Waves[0] + " → " + wave
			s.Tables = append(s.Tables, b.changeTable(e, of, title))
			b.slope(&s, e, of, title)
		}
	}
	if len(s.Tables) == 0 {
		s.Tables = []Table{b.nothing(b.say("Ingen svarande kan följas från en omgång till en annan.", "No respondent can be followed from one wave to another."))}
	}
	return s
}

// zeros is what the report was asked to do with pairs without a difference.
func (b *builder) zeros() statistics.Zeros { return Question{Pratt: b.p.Pratt}.zeros() }

// nothing is a table that says why there is none.
func (b *builder) nothing(why string) Table {
	return Table{Adds: Apart, Note: why, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 40}}}
}

func (b *builder) changeTable(e evaluated, of []change, title string) Table {
	t := Table{Title: title, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: b.say("Par", "Pairs"), Width: 7}, {Header: b.say("Oförändrade", "Unchanged"), Width: 11}}}
	for _, h := range []string{b.say("Före", "Before"), b.say("Efter", "After"), b.say("Förändring", "Change"), b.say("från", "from"), b.say("till", "to"), "W+", "W−", "p", "Holm"} {
		t.Columns = append(t.Columns, Column{Header: h, Width: 9})
	}
	t.Columns = append(t.Columns, Column{Header: b.say("Metod", "Method"), Width: 9}, Column{Header: "r", Width: 7}, Column{Header: "dz", Width: 7}, Column{Header: "g", Width: 7})
	values := make([]Value, len(of))
	ps := make([]statistics.PValue, len(of))
	for i, c := range of {
		values[i] = c.value(e.Survey, "", b.zeros())
		ps[i] = statistics.PValue{P: values[i].Change.P, Valid: c.item.ID != ""} // the mean of them all is no further test
	}
	adjusted := statistics.Holm(ps)
	for i, c := range of {
		v, n := values[i], values[i].N
		name := b.say("Alla skalfrågor", "All scale items")
		if c.item.ID != "" {
			name = b.wording(c.item)
		}
		before, _ := c.before.Mean()
		after, _ := c.after.Mean()
		cells := []Cell{words(name), count(n).behind(Answering, n), count(v.Change.Zeros).behind(Respondents, n),
			b.ofPairs(e, c, before), b.ofPairs(e, c, after)}
		for _, cell := range []Cell{{Kind: Decimal, Number: v.Number}, maybe(Decimal, v.Low), maybe(Decimal, v.High), {Kind: Decimal, Number: v.Change.WPlus}, {Kind: Decimal, Number: v.Change.WMinus},
			{Kind: Probability, Number: v.Change.P}, valued(Probability, adjusted[i].P, adjusted[i].Valid), words(b.method(v.Change.Method)), {Kind: Decimal, Number: v.Change.RankBiserial}, maybe(Decimal, v.Change.DZ), maybe(Decimal, v.Change.G)} {
			cells = append(cells, cell.behind(Respondents, n))
		}
		t.Rows = append(t.Rows, Row{Cells: ofWhom(cells, c.crowd)})
	}
	return t
}

func maybe(kind Kind, v *float64) Cell {
	if v == nil {
		return Cell{Kind: NoValue}
	}
	return Cell{Kind: kind, Number: *v}
}

// method is the way a p-value was computed, in the report's language.
func (b *builder) method(m string) string {
	names := map[string]domain.Text{statistics.Exact: domain.T("exakt", "exact"), statistics.Normal: domain.T("normal", "normal"), statistics.MonteCarlo: domain.T("Monte Carlo", "Monte Carlo")}
	return names[m].In(b.p.Lang)
}

// ofPairs is the mean of a wave over those who answered both. Beside the mean of all
// who answered that wave it tells the mean of the others, and beside the change that of
// the other wave: the others of either wave are to be tested for as well.
func (b *builder) ofPairs(e evaluated, c change, mean float64) Cell {
	n := c.differences.N()
	for _, wave := range []string{e.Waves[0], c.wave} {
		all := e.wholeN[wave]
		for _, t := range e.tallies {
			if t.wave == wave && c.item.ID != "" && t.item.ID == c.item.ID {
				all = t.answers.N()
			}
		}
		if rest := all - c.differences.N(); rest > 0 {
			n = min(n, rest)
		}
	}
	return Cell{Kind: Decimal, Number: mean}.behind(Respondents, n).ofWhom(c.crowd)
}

// slopeItems is how many lines a chart has before nobody can tell them apart.
const slopeItems = 8

// slope adds a table of paired means, waves down and items across, with a line an
// item: a slope chart.
func (b *builder) slope(s *Sheet, e evaluated, of []change, title string) {
	scale := slices.DeleteFunc(slices.Clone(of), func(c change) bool { return c.item.Kind != domain.Scale })
	for part := range slices.Chunk(scale, slopeItems) {
		t := Table{Title: b.say("Medelvärden före och efter, ", "Means before and after, ") + title, Adds: Apart, Columns: []Column{{Header: b.say("Omgång", "Wave"), Width: 48}}}
		before, after := []Cell{words(e.Waves[0])}, []Cell{words(part[0].wave)}
		for _, c := range part {
			t.Columns = append(t.Columns, Column{Header: cut(b.wording(c.item), 40), Width: 9})
			low, _ := c.before.Mean()
			high, _ := c.after.Mean()
			before, after = append(before, b.ofPairs(e, c, low)), append(after, b.ofPairs(e, c, high))
		}
		t.Rows = []Row{{Cells: before}, {Cells: after}}
		chart := Chart{Kind: Lines, Title: title, Table: len(s.Tables), ToRow: 2, Scale: scaleOf(part)}
		for i := range part {
			chart.Series = append(chart.Series, i+1)
		}
		s.Tables, s.Charts = append(s.Tables, t), append(s.Charts, chart)
	}
}

// scaleOf is where the scales of some items begin and end, when they all do there.
func scaleOf(of []change) [2]float64 {
	for _, c := range of {
		if c.item.Min != of[0].item.Min || c.item.Max != of[0].item.Max {
			return [2]float64{}
		}
	}
	return [2]float64{float64(of[0].item.Min), float64(of[0].item.Max)}
}

// dosed is how many respondents had one change, or one mean, after some minutes.
type dosed struct {
	item   string             // empty for the mean over the scale items
	points []statistics.Point // minutes attended up to the answer, −1 where nobody knows, and the change or the answer
	rows   []int              // the responses they are of
}

// known are the points of those whose hours are known.
func (d dosed) known() []statistics.Point {
	return slices.DeleteFunc(slices.Clone(d.points), func(p statistics.Point) bool { return p.X < 0 })
}

// doses are those of a wave: the changes since the first, or of a survey of one wave
// the answers themselves.
func (a *answered) doses(wave int) (out []dosed) {
	var pairs [][2]int
	if wave > 0 {
		pairs = a.pairs(wave)
	} else if len(a.Waves) == 1 {
		for row := range a.rows {
			pairs = append(pairs, [2]int{-1, row})
		}
	}
	all := a.scaleItems("", true)
	add := func(id string, items []int) {
		counts, d := map[[2]float64]int{}, dosed{item: id}
		for _, pair := range pairs {
			if y, ok := a.risen(pair, items); ok {
				counts[[2]float64{float64(a.rows[pair[1]].minutes), y}]++
				d.rows = append(d.rows, pair[1])
			}
		}
		for _, p := range slices.SortedFunc(maps.Keys(counts), func(x, y [2]float64) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) }) {
			d.points = append(d.points, statistics.Point{X: p[0], Y: p[1], Count: counts[p]})
		}
		if n := len(d.points); n > 0 && d.points[n-1].X >= 0 { // somebody's hours are known
			out = append(out, d)
		}
	}
	add("", all)
	for _, i := range all {
		add(a.Items[i].ID, []int{i})
	}
	return out
}

// risen is by how much a respondent's mean over items has risen between two responses;
// without a first one, the mean.
func (a *answered) risen(pair [2]int, items []int) (float64, bool) {
	sum, n := 0.0, 0
	for _, i := range items {
		v, before := a.value(i, pair[1]), 0.0
		if pair[0] >= 0 {
			before = a.value(i, pair[0])
		}
		if v -= before; !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(n), n > 0
}

// doseSheet is whether those who attended more changed more.
func (b *builder) doseSheet(all []evaluated) Sheet {
	s := Sheet{Name: b.say("Timmar och effekt", "Hours and effect"), Title: b.say("Blev det mer för den som deltog mer?", "Did more come of attending more?"),
		Intro: []string{b.say("Bara svar som en kodad inbjudan knyter till en deltagare är med. Timmarna är närvaron i projektet fram till svaret. Ett samband är ingen orsak: den som redan var intresserad kan både ha kommit oftare och ändrat mer.",
			"Only answers that a coded invitation ties to a participant are here. Hours are those attended in the project up to the answer. A relation is no cause: those who were interested may both have come more often and changed more.")}}
	set := b.projectRules()
	for _, e := range all {
		for w, wave := range e.Waves {
			of := e.doses(w)
			if len(of) == 0 || !oneScaleAll(e.SurveyDefined) {
				continue
			}
			title := b.nameOf(e.SurveyDefined) + ", " + wave
			s.Tables = append(s.Tables, b.correlations(e, of, title), b.bands(e, of[0], set.Evaluation.HourBands, title))
			bands := &s.Tables[len(s.Tables)-1]
			if n := len(bands.Rows) - 1; n > 0 {
				s.Charts = append(s.Charts, Chart{Kind: Columns, Title: b.say("Efter timmar, ", "By hours, ") + title, Table: len(s.Tables) - 1, Series: []int{2}, ToRow: n})
			}
		}
	}
	if len(s.Tables) == 0 {
		s.Tables = []Table{b.nothing(b.say("Inga svar är knutna till deltagare: bjud in med koder (utfall survey invite), så knyts de utan att svaret säger vem det är.",
			"No answers are tied to participants: invite with codes (utfall survey invite), and they are, without an answer saying whose it is."))}
	}
	return s
}

func (b *builder) correlations(e evaluated, of []dosed, title string) Table {
	t := Table{Title: b.say("Samband med timmar, ", "Relation to hours, ") + title, Adds: Apart, Columns: []Column{{Header: b.say("Fråga", "Item"), Width: 48}, {Header: "n", Width: 8}, {Header: "Spearman ρ", Width: 11}, {Header: "p", Width: 9}, {Header: "Holm", Width: 9}}}
	found := make([]statistics.Correlation, len(of))
	ps := make([]statistics.PValue, len(of))
	for i, d := range of {
		found[i] = statistics.Spearman(d.known())
		ps[i] = statistics.PValue{P: found[i].P, Valid: found[i].Valid && d.item != ""}
	}
	adjusted := statistics.Holm(ps)
	for i, d := range of {
		name := b.say("Alla skalfrågor", "All scale items")
		if item, ok := itemOf(e.SurveyDefined, d.item); ok {
			name = b.wording(item)
		}
		c := found[i]
		n := 0
		for _, p := range d.known() {
			n += p.Count
		}
		t.Rows = append(t.Rows, Row{Cells: ofWhom([]Cell{words(name), count(n).behind(Answering, n), valued(Decimal, b.coarse(c.Rho, 1), c.Valid).behind(Respondents, n),
			valued(Probability, b.coarse(c.P, 2), c.Valid).behind(Respondents, n), valued(Probability, b.coarse(adjusted[i].P, 2), adjusted[i].Valid).behind(Respondents, n)}, e.dosedBetween(d, 0, 1<<30))})
	}
	return t
}

// bands are the means of respondents by how many hours they attended; bounds are the
// hours at which a band begins.
func (b *builder) bands(e evaluated, d dosed, bounds []int, title string) Table {
	t := b.groupTable(b.say("Efter timmar, ", "By hours, ")+title, b.say("Timmar", "Hours"))
	between := func(low, high float64) statistics.Sample {
		var values []float64
		var counts []int
		for _, p := range d.points {
			if p.X >= low && p.X < high {
				values, counts = append(values, p.Y), append(counts, p.Count)
			}
		}
		return statistics.Grouped(values, counts)
	}
	for i, from := range bounds {
		to, hoursTo, name := math.Inf(1), 1<<30, fmt.Sprintf("%d–", from)
		if i+1 < len(bounds) {
			to, hoursTo, name = float64(60*bounds[i+1]), bounds[i+1], fmt.Sprintf("%d–%d", from, bounds[i+1])
		}
		b.groupRow(&t, title+"|"+name, name, namedSample{name, between(float64(60*from), to), e.dosedBetween(d, from, hoursTo)})
	}
	if rest := between(math.Inf(-1), 0); rest.N() > 0 {
		b.groupRow(&t, title+"|"+noGroup, b.groupName(noGroup), namedSample{noGroup, rest, e.dosedBetween(d, -1<<30, 0)})
	}
	b.groupTotal(&t, title)
	return t
}
