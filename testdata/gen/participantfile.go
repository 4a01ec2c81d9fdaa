package main

import (
	"sort"
	"strconv"
)

// entrant is one row of the project's list of participants: what statistics ask of
// somebody on entry, and how it went.
type entrant struct {
	person       *person
	start, left  day // left is zero for who takes part still
	status       string
	education    int // ISCED, -1: not said
	qualified    string
	improved     string
	origin       string // foreign background
	disability   string
	disadvantage string
}

// entrants are DigiCreate's participants in the order they came: all with a counted
// attendance. Entry is the day of the first of them, so the list moves no figure
// that the attendance lists make.
func (w *world) entrants() []*entrant {
	d := newDice("entrants")
	var out []*entrant
	for _, p := range w.project {
		first, last := w.counted(p)
		if first.IsZero() {
			continue
		}
		e := &entrant{person: p, start: first, status: "anställd", education: pick(d, []int{3, 3, 4, 5, 6, 6, 7}), qualified: pick(d, []string{"ja", "nej", "nej"}),
			origin: yes(d, 14, 6), disability: yes(d, 5, 8), disadvantage: yes(d, 3, 0)}
		if c := p.companyOn(first); c != nil && c.sole {
			e.status = "egenföretagare"
		}
		switch n := d.below(100); {
		case n < 22:
			e.left = last // who had what they came for
		case n < 94:
			e.left = projectEnd
		}
		if d.below(100) < 5 {
			e.education = -1
		}
		if !e.left.IsZero() && e.left.Before(on(2019, 12, 31)) {
			e.improved = pick(d, []string{"ja", "nej", ""})
		}
		if e.left.IsZero() {
			e.qualified = ""
		}
		out = append(out, e)
	}
	return out
}

// yes is ja in so many of a hundred, declined in so many, nej else.
func yes(d *dice, in, declined int) string {
	switch n := d.below(100); {
	case n < in:
		return "ja"
	case n < in+declined:
		return "declined"
	}
	return "nej"
}

// counted gives the first and the last day of a person's counted attendances.
func (w *world) counted(p *person) (first, last day) {
	for _, a := range w.attendances {
		if a.person != p || !a.takesPart() {
			continue
		}
		if first.IsZero() || a.session.date.Before(first) {
			first = a.session.date
		}
		if last.Before(a.session.date) {
			last = a.session.date
		}
	}
	return first, last
}

// participantFiles writes the list of participants. It follows the attendance, as
// the project lead's list does: people are known by then.
func (w *world) participantFiles() ([]*file, error) {
	rows := [][]cell{{text("Personnummer"), text("Projekt"), text("Startdatum"), text("Slutdatum"), text("Sysselsättning"), text("Utbildning"), text("Kompetens"),
		text("Förbättrad ställning"), text("Utländsk bakgrund"), text("Funktionsnedsättning"), text("Annan utsatthet")}}
	w.entered = w.entrants()
	for _, e := range w.entered {
		left, education := "", ""
		if !e.left.IsZero() {
			left = iso(e.left)
		}
		if e.education >= 0 {
			education = strconv.Itoa(e.education)
		}
		rows = append(rows, []cell{text(e.person.pin[:8] + "-" + e.person.pin[8:]), text("DC"), text(iso(e.start)), text(left), text(e.status), text(education), text(e.qualified),
			text(e.improved), text(e.origin), text(e.disability), text(e.disadvantage)})
	}
	n := len(w.entered)
	return []*file{{name: "deltagare-digicreate.csv", kind: "participants", data: delimited(rows, windows1252), rows: n, fresh: n}}, nil
}

// indicators says what the list makes of some common indicators, by plain loops. A
// record without education is not complete, and counts in none.
func (l *ledger) indicators() {
	for _, i := range []struct {
		code   string
		counts func(*entrant) bool
	}{
		{"CO01", func(*entrant) bool { return false }}, // nobody came without a job
		{"CO05", func(*entrant) bool { return true }},
		{"CO06", func(e *entrant) bool { return age(e.person.pin, e.start) < 25 }},
		{"CO07", func(e *entrant) bool { return age(e.person.pin, e.start) > 54 }},
		{"CO10", func(e *entrant) bool { return e.education == 3 || e.education == 4 }},
		{"CO11", func(e *entrant) bool { return e.education >= 5 }},
		{"CO15", func(e *entrant) bool { return e.origin == "ja" }},
		{"CO16", func(e *entrant) bool { return e.disability == "ja" }},
		{"CR03", func(e *entrant) bool { return e.qualified == "ja" }},
		{"CR07", func(e *entrant) bool { return e.improved == "ja" }},
	} {
		for _, by := range []string{"", "sex"} {
			rows := []figure{}
			for _, e := range l.w.entered {
				key := ""
				if by == "sex" {
					key = map[bool]string{true: "woman", false: "man"}[woman(e.person.pin)]
				}
				if e.education >= 0 && i.counts(e) {
					rows = plusOne(rows, key)
				}
			}
			if len(rows) == 0 && by == "" {
				rows = []figure{{Key: "", Value: 0}}
			}
			l.all = append(l.all, truth{Metric: "indicator." + i.code, Project: "DC", By: by, Rows: sorted(rows)})
		}
	}
}

// sorted are figures by key.
func sorted(rows []figure) []figure {
	sort.Slice(rows, func(i, j int) bool { return rows[i].Key < rows[j].Key })
	return rows
}
