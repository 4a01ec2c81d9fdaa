package main

// attendance is one row of a list, or one cell of a matrix: what it says, and
// how somebody wrote it. Only rows that make a record are in world.attendances.
type attendance struct {
	session *session
	person  *person // nil for a head count
	file    string

	// The identifiers the row carries.
	name, email, org, pin string

	role    string
	present bool
	absent  bool // neither: the row says nothing
	hours   int  // minutes known, -1: present without known hours
	count   int  // head count

	style rowStyle
	who   *person // after linking: see link.go
}

// rowStyle is how a row of a list is written.
type rowStyle struct {
	mark           string // of Närvarande
	noStart, noEnd bool
	said           int // minutes written in Timmar, -1: nothing
}

// carry copies the identifiers a person gives on a day to a row.
func (a *attendance) carry(p *person) {
	a.person, a.name, a.email = p, p.name, p.email
	if c := p.companyOn(a.session.date); c != nil {
		a.org = c.number
	}
}

// minutes is what the times of a session make: end - start - break.
func (s *session) minutes() int {
	if s.start < 0 || s.end < 0 {
		return -1
	}
	return s.end - s.start - s.pause
}

var presentMarks = []string{"x", "x", "x", "ja", "Ja", "1", "närv", "X"}

// come writes down a person who came.
func (s *session) come(d *dice, p *person, role string) *attendance {
	a := &attendance{session: s, role: role, present: true, hours: s.minutes()}
	a.carry(p)
	a.style = rowStyle{mark: pick(d, presentMarks), said: -1}
	switch n := d.below(100); {
	case n < 8:
		a.style.mark = "" // present, for the times are there
	case n < 14:
		a.style.noEnd, a.hours = true, -1
	}
	return a
}

// stayAway writes down a person who did not come.
func (s *session) stayAway(d *dice, p *person) *attendance {
	a := &attendance{session: s, role: "participant", absent: true, hours: -1}
	a.carry(p)
	a.style = rowStyle{mark: pick(d, []string{"nej", "nej", "frånv", "Nej", "0"}), said: -1,
		noStart: d.chance(30)}
	a.style.noEnd = a.style.noStart
	return a
}

// silent is a row with a name and nothing about whether that person came.
func (s *session) silent(p *person) *attendance {
	a := &attendance{session: s, role: "participant", hours: -1}
	a.carry(p)
	a.style = rowStyle{noStart: true, noEnd: true, said: -1}
	return a
}

// draw asks people until enough come: so many of a hundred from member
// companies of that day, the rest from elsewhere. Nobody is asked twice.
func (w *world) draw(d *dice, s *session) []*person {
	var inside, outside []*person
	for _, c := range append(append([]*company(nil), w.members...), w.others...) {
		for _, p := range c.people {
			if p.companyOn(s.date) != c {
				continue
			}
			if c.memberOn(s.date) {
				inside = append(inside, p)
			} else if len(c.periods) == 0 || d.chance(15) {
				outside = append(outside, p)
			}
		}
	}
	outside = append(outside, w.alone...)
	members := s.people * s.mixMembers / 100
	out := asked(d, inside, members, s.muni)
	return append(out, asked(d, outside, s.people-len(out), "")...)
}

// asked goes through people in an order of chance, up to three times. Outside
// Borås those with their seat there come first.
func asked(d *dice, people []*person, want int, muni string) []*person {
	var out []*person
	here := func(p *person) bool {
		return muni != "" && muni != "1490" && p.employers[0].company.muni == muni
	}
	came := make([]bool, len(people))
	order := shuffled(d, numbered(len(people)))
	for round := range 3 {
		for _, i := range order {
			p := people[i]
			if len(out) == want {
				return out
			}
			if !came[i] && (d.chance(p.eager) || round == 0 && here(p) && p.eager > 0) {
				came[i] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// numbered gives 0..n-1.
func numbered(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
