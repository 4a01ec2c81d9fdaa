package domain

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is the days From to To, both included. The zero Period has none.
type Period struct{ From, To Date }

// NewPeriod makes a period; To before From is an error.
func NewPeriod(from, to Date) (Period, error) {
	if from.Zero() || to.Zero() || to.Before(from) {
		return Period{}, fmt.Errorf("a period cannot end (%s) before it starts (%s)", to, from)
	}
	return Period{from, to}, nil
}

// Contains reports whether a day lies in the period.
func (p Period) Contains(d Date) bool { return !d.Before(p.From) && !d.After(p.To) }

// Grain is the length of the periods a figure is broken down by.
type Grain string

// The grains formats.md names. None is the whole range as one period.
const (
	None    Grain = ""
	ByDay   Grain = "day"
	ByMonth Grain = "month"
	ByQtr   Grain = "quarter"
	ByTerm  Grain = "term"
	ByYear  Grain = "year"
)

// ParseGrain reads a grain by its name.
func ParseGrain(s string) (Grain, bool) {
	switch g := Grain(s); g {
	case ByDay, ByMonth, ByQtr, ByTerm, ByYear:
		return g, true
	}
	return None, false
}

// Span is a period with the key it is printed under: 2019-03, VT2019, 2019.
type Span struct {
	Key string
	Period
}

// Spans divides a period by a grain, in order, the first and last clipped to it.
func (p Period) Spans(g Grain) []Span {
	if g == None {
		return []Span{{"", p}}
	}
	var out []Span
	for from := p.From; !from.After(p.To); {
		key, end := g.span(from)
		to := end
		if to.After(p.To) {
			to = p.To
		}
		out = append(out, Span{key, Period{from, to}})
		from = end.AddDays(1)
	}
	return out
}

// Key is the name of the grain's period that holds a day.
func (g Grain) Key(d Date) string {
	key, _ := g.span(d)
	return key
}

// span gives the key and the last day of the grain's period that holds d.
func (g Grain) span(d Date) (key string, end Date) {
	y, m := d.Year(), d.Month()
	switch g {
	case ByDay:
		return d.String(), d
	case ByMonth:
		return d.String()[:7], lastDay(y, m)
	case ByQtr:
		q := (int(m) + 2) / 3
		return fmt.Sprintf("%04d-Q%d", y, q), lastDay(y, time.Month(q*3))
	case ByTerm:
		t := TermOf(d)
		return t.String(), t.Period().To
	case ByYear:
		return fmt.Sprintf("%04d", y), lastDay(y, time.December)
	}
	return "", d
}

func lastDay(y int, m time.Month) Date {
	return Date{int32(time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Unix()/86400 + unixDay)}
}

// Term is a Swedish half year: VT (1 Jan–30 Jun) or HT (1 Jul–31 Dec).
type Term struct {
	year   int
	autumn bool
}

// TermOf is the term that holds a day.
func TermOf(d Date) Term { return Term{d.Year(), d.Month() >= time.July} }

// ParseTerm reads VT2019 or HT2019.
func ParseTerm(s string) (Term, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if len(s) == 6 && (s[:2] == "VT" || s[:2] == "HT") {
		if y, err := strconv.Atoi(s[2:]); err == nil && y >= 1900 && y <= 2200 {
			return Term{y, s[0] == 'H'}, nil
		}
	}
	return Term{}, fmt.Errorf("not a term: want VT2019 or HT2019")
}

// Autumn reports whether the term is HT.
func (t Term) Autumn() bool { return t.autumn }

// String is VT2019 or HT2019.
func (t Term) String() string {
	if t.autumn {
		return fmt.Sprintf("HT%04d", t.year)
	}
	return fmt.Sprintf("VT%04d", t.year)
}

// Period is the days of the term.
func (t Term) Period() Period {
	first, last := time.January, time.June
	if t.autumn {
		first, last = time.July, time.December
	}
	return Period{lastDay(t.year, first-1).AddDays(1), lastDay(t.year, last)}
}
