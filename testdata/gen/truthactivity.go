package main

import (
	"slices"
	"sort"
)

// tally is what the activities of one key add up to.
type tally struct {
	key             string
	sessions        []*session
	people          []*person
	organisations   []string
	attendances     int
	present, absent int // rows about people, for the show-up rate
	minutes         int // of participants in DigiCreate
	participants    []*person
}

// add counts one row. Staff, speakers and visitors count as present people too:
// formats.md keeps only participants' hours to a role.
func (t *tally) add(a *attendance) {
	switch {
	case a.count > 0:
		t.attendances += a.count
		t.sessions = once(t.sessions, a.session)
	case a.absent:
		t.absent++
	default:
		t.attendances++
		t.present++
		t.sessions = once(t.sessions, a.session)
		t.people = once(t.people, a.who)
		if a.org != "" {
			t.organisations = once(t.organisations, a.org)
		}
	}
	if a.takesPart() {
		t.minutes += max(0, a.hours)
		t.participants = once(t.participants, a.who)
	}
}

// once adds to a list what is not in it.
func once[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// keyOf gives the key of a row under a dimension. Sex belongs to the person: it
// is known of whoever has given a number to the project, on whatever list.
func keyOf(by string, a *attendance) string {
	switch by {
	case "":
		return ""
	case "activity_type":
		return slug(a.session.kind)
	case "municipality":
		if a.session.muni == "" {
			return "unknown"
		}
		return a.session.muni
	case "sex":
		if a.who == nil || a.who.pin == "" {
			return "unknown"
		}
		if woman(a.who.pin) {
			return "woman"
		}
		return "man"
	}
	return periodKey(by, a.session.date)
}

// tallies counts the rows of a range: every period, or every key that occurs.
func (w *world) tallies(by string, from, to day, keep func(*attendance) bool) []*tally {
	var out []*tally
	if by == "" || isPeriod(by) {
		for _, s := range spans(by, from, to) {
			out = append(out, &tally{key: s.key})
		}
	}
	for _, a := range w.attendances {
		if !within(a.session.date, from, to) || !keep(a) {
			continue
		}
		key := keyOf(by, a)
		i := slices.IndexFunc(out, func(t *tally) bool { return t.key == key })
		if i < 0 {
			i, out = len(out), append(out, &tally{key: key})
		}
		out[i].add(a)
	}
	sort.SliceStable(out, func(i, j int) bool { return sortKey(out[i].key) < sortKey(out[j].key) })
	return out
}

// sortKey puts terms in the order of time, VT before HT, and the rest by key.
func sortKey(key string) string {
	if len(key) == 6 && (key[:2] == "VT" || key[:2] == "HT") {
		return key[2:] + map[string]string{"VT": "1", "HT": "2"}[key[:2]]
	}
	return key
}

// activity says everything about activities.
func (l *ledger) activity() {
	anyRow := func(*attendance) bool { return true }
	for _, by := range []string{"", "term", "year", "quarter", "month", "activity_type", "municipality"} {
		l.activityTable("", by, firstDay, lastDay, anyRow)
		l.activityTable("", by, oddFrom, oddTo, anyRow)
	}
	for _, y := range years() {
		for _, by := range []string{"", "activity_type", "municipality"} {
			l.activityTable("", by, y.from, y.to, anyRow)
		}
	}
	for _, y := range years() {
		l.activation("", y.from, y.to)
	}
	for _, by := range []string{"", "term", "year"} {
		l.activation(by, firstDay, lastDay)
	}
	l.activation("term", oddFrom, oddTo)
	var rows []figure
	for _, t := range l.w.tallies("sex", firstDay, lastDay, func(a *attendance) bool { return a.present }) {
		rows = append(rows, figure{Key: t.key, Value: len(t.people)})
	}
	l.add("persons_unique", "sex", firstDay, lastDay, rows)
}

// activityTable says five figures by a dimension, of one project or of all.
func (l *ledger) activityTable(project, by string, from, to day, keep func(*attendance) bool) {
	var held, attended, people, organisations, shown []figure
	for _, t := range l.w.tallies(by, from, to, keep) {
		// Of another dimension than time only keys with contributions are printed;
		// absent people alone contribute to nothing but the show-up rate.
		some := t.attendances > 0 || by == "" || isPeriod(by)
		if some {
			held = append(held, figure{Key: t.key, Value: len(t.sessions)})
			attended = append(attended, figure{Key: t.key, Value: t.attendances})
		}
		if some && (t.present > 0 || by == "" || isPeriod(by)) {
			people = append(people, figure{Key: t.key, Value: len(t.people)})
		}
		if len(t.organisations) > 0 || by == "" || isPeriod(by) {
			organisations = append(organisations, figure{Key: t.key, Value: len(t.organisations)})
		}
		shown = append(shown, figure{Key: t.key, Value: share(t.present, t.present+t.absent)})
	}
	for _, x := range []struct {
		metric string
		rows   []figure
	}{{"sessions_held", held}, {"attendances", attended}, {"persons_unique", people},
		{"organisations_reached", organisations}, {"show_up_rate", shown}} {
		l.add(x.metric, by, from, to, x.rows)
		l.all[len(l.all)-1].Project = project
	}
}

// activation says how many of the members of any day of a period had somebody
// at an activity in it.
func (l *ledger) activation(by string, from, to day) {
	var rows []figure
	for _, s := range spans(by, from, to) {
		members, active := 0, 0
		for _, c := range l.w.members {
			if !c.memberWithin(s) {
				continue
			}
			members++
			if l.w.attended(c, s) {
				active++
			}
		}
		rows = append(rows, figure{Key: s.key, Value: share(active, members)})
	}
	l.add("activation_rate", by, from, to, rows)
}

// memberWithin reports whether a company is a member on any day of a span.
func (c *company) memberWithin(s span) bool {
	for _, p := range c.periods {
		if !p.from.After(s.to) && (p.till.IsZero() || !p.till.Before(s.from)) {
			return true
		}
	}
	return false
}

// attended reports whether a present row names a company in a span.
func (w *world) attended(c *company, s span) bool {
	for _, a := range w.attendances {
		if a.present && a.org == c.number && within(a.session.date, s.from, s.to) {
			return true
		}
	}
	return false
}
