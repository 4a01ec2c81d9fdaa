package main

// The ranges figures are asked for: all five years, each year, and one that
// begins and ends in the middle of a term.
var (
	oddFrom = on(2018, 3, 15)
	oddTo   = on(2019, 10, 15)
)

// years gives the five years as spans.
func years() []span { return spans("year", firstDay, lastDay) }

// everyone keeps all companies.
func everyone(*company) bool { return true }

// activeAfter counts the members when a day has ended: who left that day is gone.
func (w *world) activeAfter(d day, keep func(*company) bool) int {
	n := 0
	for _, c := range w.members {
		if keep(c) && c.activeAfter(d) {
			n++
		}
	}
	return n
}

// activeAfter reports whether a company is a member when a day has ended.
func (c *company) activeAfter(d day) bool {
	for _, p := range c.periods {
		if !p.from.After(d) && (p.till.IsZero() || p.till.After(d)) {
			return true
		}
	}
	return false
}

// comings counts periods that begin in a span, goings those that end in it.
func (w *world) comings(s span, keep func(*company) bool) int {
	n := 0
	for _, c := range w.members {
		for _, p := range c.periods {
			if keep(c) && within(p.from, s.from, s.to) {
				n++
			}
		}
	}
	return n
}

func (w *world) goings(s span, keep func(*company) bool) int {
	n := 0
	for _, c := range w.members {
		for _, p := range c.periods {
			if keep(c) && !p.till.IsZero() && within(p.till, s.from, s.to) {
				n++
			}
		}
	}
	return n
}

// stayed counts the members at opening, and those of them still there at closing.
func (w *world) stayed(s span) (opening, kept int) {
	before := s.from.AddDate(0, 0, -1)
	for _, c := range w.members {
		if c.activeAfter(before) {
			opening++
			if c.activeAfter(s.to) {
				kept++
			}
		}
	}
	return opening, kept
}

// members says everything about the members.
func (l *ledger) members() {
	for _, by := range []string{"", "term", "year", "quarter", "month"} {
		l.memberCounts(by, firstDay, lastDay)
		l.memberRates(by, firstDay, lastDay)
		l.memberCounts(by, oddFrom, oddTo)
	}
	for _, y := range years() {
		l.memberCounts("", y.from, y.to)
		l.memberRates("", y.from, y.to)
		l.memberParts("municipality", y.from, y.to, seatOf)
		l.memberParts("size_class", y.from, y.to, sizeClass)
	}
	for _, y := range []int{2018, 2019, 2021} {
		l.penetration(on(y, 1, 1), on(y, 12, 31))
	}
}

// memberCounts says the four counts by a period.
func (l *ledger) memberCounts(by string, from, to day) {
	var active, joined, left, net []figure
	for _, s := range spans(by, from, to) {
		in, out := l.w.comings(s, everyone), l.w.goings(s, everyone)
		active = append(active, figure{Key: s.key, Value: l.w.activeAfter(s.to, everyone)})
		joined = append(joined, figure{Key: s.key, Value: in})
		left = append(left, figure{Key: s.key, Value: out})
		net = append(net, figure{Key: s.key, Value: in - out})
	}
	l.add("members_active", by, from, to, active)
	l.add("members_joined", by, from, to, joined)
	l.add("members_left", by, from, to, left)
	l.add("members_net", by, from, to, net)
}

// memberRates says growth, churn and retention by a period.
func (l *ledger) memberRates(by string, from, to day) {
	var growth, churn, retention []figure
	for _, s := range spans(by, from, to) {
		opening, kept := l.w.stayed(s)
		closing := l.w.activeAfter(s.to, everyone)
		growth = append(growth, figure{Key: s.key, Value: share(closing-opening, opening)})
		churn = append(churn, figure{Key: s.key, Value: share(opening-kept, opening)})
		retention = append(retention, figure{Key: s.key, Value: share(kept, opening)})
	}
	l.add("members_growth_rate", by, from, to, growth)
	l.add("members_churn_rate", by, from, to, churn)
	l.add("members_retention_rate", by, from, to, retention)
}

// seatOf is the municipality a company was first recorded in. A later file says
// another from the day it is imported on, long after these five years.
func seatOf(c *company) string {
	if c.muni == "" {
		return "unknown"
	}
	return c.muni
}

// sizeClass goes by employees as first recorded; nobody's turnover is so large
// that it would decide.
func sizeClass(c *company) string {
	switch {
	case c.employees < 0:
		return "unknown"
	case c.employees < 10:
		return "micro"
	case c.employees < 50:
		return "small"
	case c.employees < 250:
		return "medium"
	}
	return "large"
}

// partKeys lists the values a dimension of companies can have, in order.
var partKeys = []string{"1442", "1443", "1452", "1463", "1465", "1466", "1480", "1490", "1491",
	"large", "medium", "micro", "small", "unknown"}

// memberParts says the counts by a property; only values that contribute.
func (l *ledger) memberParts(by string, from, to day, of func(*company) string) {
	s := span{from: from, to: to}
	var active, joined, left, net []figure
	for _, key := range partKeys {
		keep := func(c *company) bool { return of(c) == key }
		in, out := l.w.comings(s, keep), l.w.goings(s, keep)
		if n := l.w.activeAfter(to, keep); n > 0 {
			active = append(active, figure{Key: key, Value: n})
		}
		if in > 0 {
			joined = append(joined, figure{Key: key, Value: in})
		}
		if out > 0 {
			left = append(left, figure{Key: key, Value: out})
		}
		if in+out > 0 {
			net = append(net, figure{Key: key, Value: in - out})
		}
	}
	l.add("members_active", by, from, to, active)
	l.add("members_joined", by, from, to, joined)
	l.add("members_left", by, from, to, left)
	l.add("members_net", by, from, to, net)
}

// penetration says members per company of the field, by the denominator of the
// range's last day. A municipality with members and no denominator is null, and so
// are the members whose municipality is not known.
func (l *ledger) penetration(from, to day) {
	var rows []figure
	for _, key := range partKeys {
		whole := 0
		for _, den := range l.w.denominators {
			if den.muni == key && den.date.Equal(to) {
				whole = den.count
			}
		}
		part := l.w.activeAfter(to, func(c *company) bool { return seatOf(c) == key })
		if part > 0 || whole > 0 {
			rows = append(rows, figure{Key: key, Value: share(part, whole)})
		}
	}
	l.add("members_penetration", "municipality", from, to, rows)
}
