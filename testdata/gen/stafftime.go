package main

import "time"

// stint is what somebody of DigiCreate's staff says they worked on a day.
type stint struct {
	date      day
	person    *person
	function  string
	minutes   int
	activity  string
	late      bool // reported in the next year's list
	corrected int  // minutes by a later list, -1: none
	twice     bool // pasted twice
}

// staffRates are the unit costs of the project's decision, in öre an hour.
var staffRates = map[string]int{"project manager": 592_00, "administrator": 404_00}

// post is a place in the project: on which weekdays, from how many quarters of an
// hour to how many, and what is done there.
type post struct {
	function   string
	weekdays   []time.Weekday
	low, high  int
	activities []string
	vacations  []span
}

var posts = []post{
	{"project manager", []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday}, 21, 33,
		[]string{"Planering", "Kursledning", "Rekrytering av deltagare", "Uppföljning", "Kommunikation", "Styrgrupp"},
		[]span{{"", on(2018, 7, 2), on(2018, 7, 29)}, {"", on(2019, 7, 1), on(2019, 7, 28)}}},
	{"administrator", []time.Weekday{time.Tuesday, time.Thursday}, 17, 27,
		[]string{"Ekonomi", "Närvarolistor", "Inbjudningar", "Underlag till ansökan"},
		[]span{{"", on(2018, 7, 9), on(2018, 8, 5)}, {"", on(2019, 7, 8), on(2019, 8, 4)}}},
}

// holidays are the weekdays of the project's time on which nobody works.
var holidays = []day{on(2018, 3, 30), on(2018, 4, 2), on(2018, 5, 1), on(2018, 5, 10), on(2018, 6, 6), on(2018, 6, 22), on(2019, 4, 19), on(2019, 4, 22),
	on(2019, 5, 1), on(2019, 5, 30), on(2019, 6, 6), on(2019, 6, 21), on(2020, 1, 6)}

// works reports whether somebody of a post is at work for the project on a day.
func (p post) works(d day) bool {
	for _, h := range holidays {
		if h.Equal(d) {
			return false
		}
	}
	for _, v := range append([]span{{"", on(2018, 12, 24), on(2019, 1, 1)}, {"", on(2019, 12, 24), on(2020, 1, 1)}}, p.vacations...) {
		if within(d, v.from, v.to) {
			return false
		}
	}
	for _, w := range p.weekdays {
		if d.Weekday() == w {
			return true
		}
	}
	return false
}

// makeStints lets the staff work through the project's time, and lets the lists
// have what lists have: hours of somebody who has no function by the decision, a
// day after the end, a month told too late, a row twice, and hours corrected later.
func (w *world) makeStints() {
	for i, p := range posts {
		d := newDice("staff time " + p.function)
		for date := projectStart; !date.After(projectEnd); date = date.AddDate(0, 0, 1) {
			if p.works(date) && !d.chance(4) {
				w.stints = append(w.stints, p.dayOf(d, w.staff[i], date)...)
			}
		}
	}
	extra := func(date day, who int, function string, minutes int, activity string) {
		w.stints = append(w.stints, &stint{date: date, person: w.staff[who], function: function, minutes: minutes, activity: activity, corrected: -1})
	}
	extra(on(2018, 12, 12), 2, "economist", 240, "Bokslut")
	extra(on(2019, 12, 11), 2, "economist", 210, "Bokslut")
	extra(on(2020, 2, 3), 0, "project manager", 375, "Kursledning") // the course's last day lies after the end
	corrections, twice := 0, false
	for _, s := range w.stints {
		if s.function == "administrator" && s.date.Year() == 2018 && s.date.Month() == time.November {
			s.late = true
		}
		if s.function != "project manager" {
			continue
		}
		if s.date.Year() == 2018 && s.date.Month() == time.May && !twice {
			s.twice, twice = true, true
		}
		if s.date.Year() == 2019 && s.date.Month() == time.March && s.minutes >= 240 && corrections < 2 {
			s.corrected = s.minutes - []int{120, 45}[corrections]
			corrections++
		}
	}
}

// dayOf is a day's work, on three days of ten in two parts.
func (p post) dayOf(d *dice, who *person, date day) []*stint {
	quarters := d.between(p.low, p.high)
	what := shuffled(d, p.activities)
	first := &stint{date: date, person: who, function: p.function, minutes: 15 * quarters, activity: what[0], corrected: -1}
	if !d.chance(30) {
		return []*stint{first}
	}
	second := *first
	first.minutes = 15 * (quarters / 3)
	second.minutes, second.activity = 15*quarters-first.minutes, what[1]
	return []*stint{first, &second}
}

// known is the minutes once every list is taken in.
func (s *stint) known() int {
	if s.corrected >= 0 {
		return s.corrected
	}
	return s.minutes
}

// listed is the year whose list a stint stands in: January 2020 is in the list of
// the year before, and so is what comes after.
func (s *stint) listed() int {
	switch {
	case s.late || s.date.Year() > 2019:
		return 2019
	}
	return s.date.Year()
}
