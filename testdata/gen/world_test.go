package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestLinkingFindsThePeople compares the rule, which sees rows only, with who
// the rows are about. Only bare names may be several people: one in each file.
func TestLinkingFindsThePeople(t *testing.T) {
	w := theWorld(t)
	linked, real := map[string]*person{}, map[*person]string{}
	for _, a := range w.attendances {
		if a.person == nil {
			continue
		}
		key := fmt.Sprint(a.person.id)
		if a.person.bare {
			key += " " + a.file
		}
		if p, ok := linked[key]; ok && p != a.who {
			t.Errorf("%s: two people for person %d, %s", a.file, a.person.id, a.name)
		}
		if k, ok := real[a.who]; ok && k != key {
			t.Errorf("%s: one person for %s and %s", a.file, k, key)
		}
		linked[key], real[a.who] = a.who, key
	}
	namesakes, bare := map[string]int{}, 0
	for _, p := range w.reg.assigned {
		namesakes[p.name]++
	}
	for _, p := range w.bare {
		for _, f := range w.files {
			if _, ok := linked[fmt.Sprint(p.id, " ", f.name)]; ok {
				bare++
			}
		}
	}
	twins := 0
	for _, n := range namesakes {
		if n > 1 {
			twins++
		}
	}
	if twins != 2 || bare < 4 {
		t.Errorf("%d pairs of namesakes and %d bare names, want 2 and some", twins, bare)
	}
}

// TestAnyOrderOfFiles checks that who is who does not hang on the order in
// which the attendance files are imported.
func TestAnyOrderOfFiles(t *testing.T) {
	w := theWorld(t)
	var lists [][]*attendance
	for i, a := range w.attendances {
		if i == 0 || w.attendances[i-1].file != a.file {
			lists = append(lists, nil)
		}
		lists[len(lists)-1] = append(lists[len(lists)-1], a)
	}
	people := func() int {
		seen := map[*person]bool{}
		for _, a := range w.attendances {
			seen[a.who] = true
		}
		return len(seen)
	}
	want := people()
	for i := range 20 {
		w.attendances = nil
		for _, list := range shuffled(newDice(fmt.Sprint("order ", i)), lists) {
			w.attendances = append(w.attendances, list...)
		}
		w.linkPeople()
		if got := people(); got != want {
			t.Errorf("order %d: %d people, want %d", i, got, want)
		}
	}
}

// TestNothingTwice checks the keys of formats.md: a session, and a person in it.
func TestNothingTwice(t *testing.T) {
	w := theWorld(t)
	sessions := map[string]*session{}
	for _, s := range w.sessions {
		key := fmt.Sprint(fold(s.activity), iso(s.date), s.project)
		if other, ok := sessions[key]; ok && other != s {
			t.Errorf("two sessions are %s", key)
		}
		sessions[key] = s
	}
	type place struct {
		s *session
		p *person
	}
	rows := map[place]bool{}
	for _, a := range w.attendances {
		if key := (place{a.session, a.who}); rows[key] {
			t.Errorf("%s: %s %s twice", a.file, a.session.activity, a.name)
		} else {
			rows[key] = true
		}
	}
}

// TestFirstRowHasTheStart checks that a row without a start never comes before
// the session it joins.
func TestFirstRowHasTheStart(t *testing.T) {
	seen := map[*session]bool{}
	for _, a := range theWorld(t).attendances {
		if !seen[a.session] && a.session.start >= 0 && a.style.noStart {
			t.Errorf("%s: %s begins with a row without a start", a.file, a.session.activity)
		}
		seen[a.session] = true
	}
}

// TestIdentities checks that people and companies are synthetic and apart.
func TestIdentities(t *testing.T) {
	w := theWorld(t)
	emails, numbers := map[string]bool{}, map[string]bool{}
	for _, p := range w.reg.assigned {
		if p.email == "" {
			continue
		}
		if emails[p.email] {
			t.Errorf("%s is shared", p.email)
		}
		emails[p.email] = true
		if _, domain, _ := strings.Cut(p.email, "@"); domain != "example.org" && domain != "example.com" && domain != "example.se" {
			t.Errorf("%s is not an example", p.email)
		}
	}
	for _, c := range append(append([]*company(nil), w.members...), w.others...) {
		digits := strings.ReplaceAll(c.number, "-", "")
		if len(digits) != 10 || luhn(digits[:9]) != int(digits[9]-'0') || c.sole == (digits[2] >= '2') {
			t.Errorf("%s is no number of such a company", c.number)
		}
		if numbers[c.number] {
			t.Errorf("%s is given twice", c.number)
		}
		numbers[c.number] = true
	}
	for _, pin := range readPins() {
		if len(pin) != 12 || luhn(pin[2:11]) != int(pin[11]-'0') || age(pin, lastDay) < 19 || age(pin, firstDay) > 67 {
			t.Errorf("%s is no number of somebody who works", pin)
		}
	}
}

// TestEveryMonth checks that July is quiet and that each term has its program.
func TestEveryMonth(t *testing.T) {
	w := theWorld(t)
	bars := map[string]int{}
	for _, s := range w.sessions {
		if s.date.Month() == 7 {
			t.Errorf("%s is in July", s.activity)
		}
		if s.kind == "Creative bar" {
			bars[periodKey("term", s.date)]++
		}
	}
	for _, s := range spans("term", firstDay, lastDay) {
		if bars[s.key] != 2 {
			t.Errorf("%s: %d Creative bars, want 2", s.key, bars[s.key])
		}
	}
}

// TestPeriods checks that no company is a member twice at once, and that the
// special cases are there: days that adjoin, returns, ends still to come.
func TestPeriods(t *testing.T) {
	adjacent, returns, ahead := 0, 0, 0
	for _, c := range theWorld(t).members {
		for i, p := range c.periods {
			if !p.till.IsZero() && p.till.Before(p.from) || i > 0 && !c.periods[i-1].till.Before(p.from) {
				t.Errorf("%s: periods overlap", c.number)
			}
			if p.till.Year() > p.known && p.known > 0 {
				ahead++
			}
			switch {
			case i == 0:
			case c.periods[i-1].till.AddDate(0, 0, 1).Equal(p.from):
				adjacent++
			default:
				returns++
			}
		}
	}
	if adjacent != 3 || returns != 7 || ahead < 4 {
		t.Errorf("%d adjacent, %d returns, %d ends ahead", adjacent, returns, ahead)
	}
}
