package main

import "sort"

// project says DigiCreate's figures: over its own period, over all five years
// (what lies outside the period is not counted), and over one year.
func (l *ledger) project() {
	counted := func(a *attendance) bool { return a.session.counted() }
	takes := func(a *attendance) bool { return a.takesPart() }
	for _, r := range []span{{"", projectStart, projectEnd}, {"", firstDay, lastDay}, {"", on(2019, 1, 1), on(2019, 12, 31)}} {
		for _, by := range []string{"", "month", "term", "year", "sex"} {
			var rows []figure
			for _, t := range l.w.tallies(by, r.from, r.to, takes) {
				rows = append(rows, figure{Key: t.key, Value: float64(t.minutes) / 60})
			}
			l.addProject("participant_hours", by, r.from, r.to, rows)
		}
		for _, by := range []string{"", "term", "municipality"} {
			l.activityTable("DC", by, r.from, r.to, counted)
		}
	}
	// Participants are counted in the whole of the project's life.
	for _, r := range []span{{"", projectStart, projectEnd}, {"", firstDay, lastDay}} {
		for _, by := range []string{"", "sex", "age_band"} {
			l.participants(by, r.from, r.to)
		}
		var rows []figure
		for _, t := range l.w.tallies("sex", r.from, r.to, func(a *attendance) bool { return a.present && counted(a) }) {
			rows = append(rows, figure{Key: t.key, Value: len(t.people)})
		}
		l.addProject("persons_unique", "sex", r.from, r.to, rows)
	}
}

// ageBand names the bands of the rule set ESF-2014-2020, in the order of age.
func ageBand(years int) string {
	switch {
	case years < 25:
		return "under 25"
	case years < 55:
		return "25-54"
	}
	return "55 and over"
}

// participants counts who has at least one counted present attendance as a
// participant; age is that of the first of them.
func (l *ledger) participants(by string, from, to day) {
	all := l.w.tallies("", from, to, func(a *attendance) bool { return a.takesPart() })[0].participants
	var rows []figure
	for _, p := range all {
		key := ""
		switch {
		case by == "age_band":
			key = ageBand(age(p.pin, l.w.firstCounted(p)))
		case by == "sex" && woman(p.pin):
			key = "woman"
		case by == "sex":
			key = "man"
		}
		rows = plusOne(rows, key)
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Key < rows[j].Key })
	l.addProject("participants", by, from, to, rows)
}

// plusOne counts one more under a key.
func plusOne(rows []figure, key string) []figure {
	for i := range rows {
		if rows[i].Key == key {
			rows[i].Value = rows[i].Value.(int) + 1
			return rows
		}
	}
	return append(rows, figure{Key: key, Value: 1})
}

// firstCounted gives the day a linked person entered the project.
func (w *world) firstCounted(p *person) day {
	var first day
	for _, a := range w.attendances {
		if a.who == p && a.takesPart() && (first.IsZero() || a.session.date.Before(first)) {
			first = a.session.date
		}
	}
	return first
}
