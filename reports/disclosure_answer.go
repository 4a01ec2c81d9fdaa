package reports

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// counted gives every contribution the columns bases are counted in: UNION ALL
// BY NAME leaves those out that a query does not have.
const counted = `, contributed as (
	select * from placed union all by name select null::uuid as subject, null::uuid as organisation where false
)
`

// behindIt is what a base is made of.
type behindIt struct {
	rows, persons, organisations int
	nameless                     int // contributions of no subject: of somebody erased, heads
	heads                        int // the largest number of heads counted at once
}

// baseColumns are the columns of behindIt; of a ratio, over its denominator.
func (m Metric) baseColumns() string {
	of := "true"
	if m.Aggregate == Ratio {
		of = "part = 'den'"
	}
	return fmt.Sprintf(`count(*) filter (where %[1]s), count(distinct subject) filter (where %[1]s), count(distinct organisation) filter (where %[1]s),
		count(*) filter (where %[1]s and subject is null), cast(coalesce(max(measure) filter (where %[1]s and subject is null), 0) as bigint)`, of)
}

// behind is what kind of people or firms a metric's figures are about. One of a
// unit that is not known here says nothing, and is not released.
func (m Metric) behind() Behind {
	switch {
	case m.Aggregate == Statistic:
		return Respondents
	case m.indicator != nil:
		return behindIndicator(m.indicator.Indicator)
	case m.Unit == "sessions", m.ID == "claim.other", m.ID == "claim.in_kind": // what firms sold or gave
		return Nobody
	case m.Stock:
		return Organisations
	case slices.Contains([]string{"persons", "attendances", "hours", "share", "organisations", "SEK"}, m.Unit):
		return Persons
	}
	return Undeclared
}

// base is the n of a figure, and who is behind it: the persons, not what they add.
// Heads are counted without names, and those of two days can be the same.
func (m Metric) base(q Question, num, den int64, b behindIt) (n int, base Base) {
	base.Of = m.behind()
	switch {
	case base.Of == Organisations && m.Aggregate == Ratio:
		base.N = int(den)
	case base.Of == Organisations:
		base.N = b.organisations
	case base.Of == Nobody:
		base.N = b.rows
	case m.Unit == "attendances":
		base.N = b.persons + b.heads
	case m.Unit == "organisations":
		base.N = min(b.persons+b.nameless, b.organisations) // a firm that few came from, and few firms
	default:
		base.N = b.persons + b.nameless
	}
	if n = base.N; m.Aggregate == Ratio {
		n = int(den)
		base.Same = base.Of == Persons && slices.Contains(ofPersons, q.By) && (num == 0 || num == den)
	}
	return n, base
}

// ofPersons are the dimensions that say what a person is, and not what was held.
var ofPersons = []string{"sex", "age_band", "organisation", "sni_group", "size_class"}

// disclose withholds the figures of an answer that may not be shown.
func (f *Facts) disclose(ctx context.Context, q Question, a *Answer) error {
	if err := f.withCrowds(ctx, q, a); err != nil {
		return err
	}
	if len(a.Values) == 0 || a.Metric.Aggregate != Statistic && !f.Released && !f.HideProtected {
		return nil // in the house counts are shown in full
	}
	project := q.Project
	if q.Survey != "" {
		def, _, _, err := f.definition(ctx, q.Survey)
		if err != nil {
			return err
		}
		project = def.Project
	}
	c, err := f.control(ctx, project)
	if err != nil {
		return err
	}
	c.answer(q, a)
	return nil
}

// answer withholds what an answer may not show. Its parts are taken to add up to
// a figure that is shown, for who asks without --by is given that.
func (c control) answer(q Question, a *Answer) {
	l := ledger{lines: sumsOf(q, a)}
	var now *showing
	if c.guard != nil {
		now = c.guard.showing(false)
	}
	for i, v := range a.Values {
		f := c.valueFigure(a.Metric, v)
		if _, err := uuid.Parse(v.Key); err == nil && c.regime == released {
			f.withheld = true // a sole trader's id: no id of the log leaves the house
		}
		a.Values[i].Before = now.tells(v.Base, f.least, f.withheld)
		f.withheld = f.withheld || a.Values[i].Before
		l.figures = append(l.figures, f)
	}
	if l.settle() && c.regime != inHouse {
		a.Values, a.Note = nil, domain.T("för få ligger bakom siffrorna för att de ska kunna delas upp så", "too few are behind the figures to break them down like that")
		return
	}
	for i := range a.Values {
		if v := &a.Values[i]; l.figures[i].withheld {
			*v = Value{Span: v.Span, Key: v.Key, Suppressed: true, Before: v.Before}
		} else if now != nil {
			a.Given = v.Base.given(a.Given, l.figures[i].least)
		}
	}
	if c.regime == released && q.By == "organisation" {
		a.Values = unnamed(a.Values)
	}
}

// valueFigure is a figure of an answer as the rule sees it. A count of persons is
// its own base, however it was made.
func (c control) valueFigure(m Metric, v Value) figure {
	if v.Base == (Base{}) && m.Unit == "persons" {
		v.Base = Base{Of: m.behind(), N: int(v.Number)}
	}
	f := figure{value: v.Number, base: v.Base.N, least: min(c.least(v.Base.Of), max(c.leasts.count, c.leasts.survey, c.leasts.special)), withheld: c.small(v.Base), dominated: c.dominated(v.Base)}
	switch m.Unit {
	case "hours", "SEK":
		f.measure = amounts
	case "share", "points":
		f.measure = rates
		f.value, f.floor = float64(v.N), math.Inf(-1) // the smaller the group, the less is lost
	default:
		f.floor = 1
	}
	if m.behind() == Organisations && m.Aggregate == Sum {
		f.floor = math.Inf(-1) // joined less left can be anything
	}
	return f
}

// sumsOf are the sums over an answer: over the keys of a span, and over the
// spans of a key. The state at the ends of periods adds up to nothing, and
// neither do answers to different questions.
func sumsOf(q Question, a *Answer) []line {
	m := a.Metric
	if m.Aggregate == Statistic {
		return nil
	}
	// Of those who are there once, and of each sex, no person is in two parts.
	overlap := q.By != "sex" && (m.Unit != "persons" || m.Aggregate == DistinctPerson)
	spans, keys := map[string][]int{}, map[string][]int{}
	for i, v := range a.Values {
		spans[v.Span], keys[v.Key] = append(spans[v.Span], i), append(keys[v.Key], i)
	}
	var out []line
	add := func(groups map[string][]int, of func(Value) string) {
		var done []string
		for _, v := range a.Values { // in their order: a map has none
			if k := of(v); !slices.Contains(done, k) {
				done = append(done, k)
				out = append(out, line{parts: groups[k], total: elsewhere, overlap: overlap})
			}
		}
	}
	if q.By != "" {
		add(spans, func(v Value) string { return v.Span })
	}
	if q.Grain != domain.None && (!m.Stock || m.Aggregate == Sum) {
		add(keys, func(v Value) string { return v.Key })
	}
	return out
}

// unnamed puts the organisations whose figures are withheld on one row, the last:
// that somebody came from a firm few came from is told of those few.
func unnamed(values []Value) []Value {
	var out, few []Value
	for _, v := range values {
		if !v.Suppressed {
			out = append(out, v)
			continue
		}
		v.Key = "other"
		if !slices.ContainsFunc(few, func(o Value) bool { return o.Span == v.Span }) {
			few = append(few, v)
		}
	}
	return append(out, few...)
}

// ErrReleasedEntries refuses to release what is behind a figure.
var ErrReleasedEntries = domain.Refuse(domain.Usage, domain.T("posterna bakom siffrorna lämnas inte ut: var och en är om en person", "the entries behind figures are not released: each is about one person"),
	domain.T("utelämna --rows; utfall report participation --for lämnar ut deltagandet pseudonymiserat", "leave out --rows; utfall report participation --for releases who took part, pseudonymously"))
