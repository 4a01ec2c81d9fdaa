package main

import (
	"fmt"
	"sort"
	"time"
)

// session is one occasion of an activity.
type session struct {
	activity, kind  string // kind as lists write it in Typ
	date            day
	start, end      int // minutes after midnight, -1: the list does not say
	pause           int
	place, muni     string // muni is empty for digital ones and sign-in matrices
	project         string
	guests, heads   int    // speakers, and people counted but not named
	people          int    // about how many come
	cancelled       bool   // everybody is written down as absent
	list            string // name of the file it is written in, without its ending
	mixMembers      int    // of a hundred who come
	strangersByHead bool   // a few give nothing but their name
}

// counted reports whether a session is inside DigiCreate's period.
func (s *session) counted() bool {
	return s.project == "DC" && within(s.date, projectStart, projectEnd)
}

// term is a half year of activity.
type term struct {
	year   int
	autumn bool
}

// name names a term as files do.
func (t term) name() string {
	if t.autumn {
		return fmt.Sprintf("%d-HT", t.year)
	}
	return fmt.Sprintf("%d-VT", t.year)
}

// allTerms lists the ten terms of the five years.
func allTerms() []term {
	var out []term
	for year := 2017; year <= 2021; year++ {
		out = append(out, term{year, false}, term{year, true})
	}
	return out
}

// digital reports whether the pandemic kept people at home.
func digital(d day) bool { return within(d, on(2020, 3, 15), on(2021, 8, 31)) }

// longSessions plans what a term's attendance list holds.
func (t term) longSessions(d *dice) []*session {
	out := t.creativeBars()
	out = append(out, t.competenceLong(d)...)
	out = append(out, t.breakfasts(d)...)
	if t.autumn {
		out = append(out, t.openOffice(d)...)
	}
	for _, s := range out {
		s.list = "narvaro-" + t.name()
		if digital(s.date) {
			s.place, s.muni = "Digitalt", ""
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].date.Before(out[j].date) })
	return out
}

// creativeBars are two a term, on Thursdays.
func (t term) creativeBars() []*session {
	dates := []day{next(time.Thursday, on(t.year, 2, 10)), next(time.Thursday, on(t.year, 5, 8))}
	if t.autumn {
		dates = []day{next(time.Thursday, on(t.year, 9, 18)), next(time.Thursday, on(t.year, 11, 20))}
	}
	var out []*session
	for i, date := range dates {
		s := &session{activity: "Creative bar", kind: "Creative bar", date: date, start: 17 * 60, end: 20 * 60,
			place: "Textile Fashion Center; foajén", muni: "1490", guests: 1 + i, people: 40, mixMembers: 72}
		if digital(date) {
			s.people, s.start, s.end = 27, 16*60, 17*60+30
		}
		out = append(out, s)
	}
	return out
}

// slot gives the day of the i-th of a term's ten competence sessions.
func (t term) slot(i int) day {
	if t.autumn {
		return next(time.Tuesday, on(t.year, 8, 24).AddDate(0, 0, 11*i))
	}
	return next(time.Wednesday, on(t.year, 1, 18).AddDate(0, 0, 14*i))
}

// competenceLong are the four competence sessions a term with a list of their
// own; the other six are in sign-in matrices. The pandemic cost some.
func (t term) competenceLong(d *dice) []*session {
	slots := []int{1, 3, 6, 8}
	switch {
	case t.year == 2020 && !t.autumn:
		slots = []int{1, 6}
	case t.year == 2020:
		slots = []int{1, 3, 6}
	}
	var out []*session
	for _, slot := range slots {
		out = append(out, &session{activity: "Kompetenspass: " + pick(d, topics), kind: "Kompetenspass",
			date: t.slot(slot), start: 13 * 60, end: 16 * 60, pause: 15 * d.below(2), place: "Simonsland, Borås",
			muni: "1490", guests: 1, people: d.between(9, 15), mixMembers: 85})
	}
	return out
}

// breakfasts go round the other seven municipalities.
func (t term) breakfasts(d *dice) []*session {
	count := d.between(3, 4)
	if t.year == 2020 || t.year == 2021 && !t.autumn {
		count = 2
	}
	round := 3 * (t.year - 2017)
	first := on(t.year, 1, 27)
	if t.autumn {
		first, round = on(t.year, 9, 3), round+4
	}
	var out []*session
	for i := range count {
		muni := municipalities[1+(round+i)%7].code
		date := next(pick(d, []time.Weekday{time.Tuesday, time.Friday}), first.AddDate(0, 0, 30*i))
		s := &session{activity: "Frukost i " + placeName(muni), kind: "Frukost", date: date, start: 7*60 + 30,
			end: 9 * 60, place: "Kommunhuset", muni: muni, people: d.between(7, 13), mixMembers: 70}
		if i%2 == 1 {
			s.activity, s.kind, s.start, s.end = "Lunch i "+placeName(muni), "Lunch", 12*60, 13*60
		}
		if digital(date) {
			s.activity = "Digital " + map[string]string{"Frukost": "frukost", "Lunch": "lunch"}[s.kind]
		}
		out = append(out, s)
	}
	if t.year == 2020 && !t.autumn {
		out[1].date, out[1].cancelled = on(2020, 3, 13), true
	}
	return out
}

// openOffice is KickStart Friday: four an autumn with the partners Tex! and
// Drivhuset; some who drop in are only counted.
func (t term) openOffice(d *dice) []*session {
	var out []*session
	for i, month := range []time.Month{9, 10, 11, 12} {
		s := &session{activity: "KickStart Friday", kind: "KickStart Friday", date: next(time.Friday, on(t.year, month, 4)),
			start: 9 * 60, end: 12 * 60, place: "Tex! och Drivhuset, Borås", muni: "1490", people: d.between(5, 9),
			mixMembers: 35, strangersByHead: i == 0}
		if i != 2 && !digital(s.date) {
			s.heads = d.between(2, 8)
		}
		out = append(out, s)
	}
	return out
}
