package main

import "fmt"

// DigiCreate's period.
var (
	projectStart = on(2018, 2, 1)
	projectEnd   = on(2020, 1, 31)
)

// course is a DigiCreate course with a sign-in matrix.
type course struct {
	file, topic string
	hours       int
	asText      bool
	headings    heading
	dates       []day
	size        int
}

var courses = []course{
	{"2018-HT-ehandel", "E-handel", 180, false, excelDates, []day{on(2018, 9, 12), on(2018, 9, 26), on(2018, 10, 10), on(2018, 10, 24), on(2018, 11, 7)}, 19},
	{"2018-HT-sociala-medier", "Sociala medier", 150, true, swedishText, []day{on(2018, 10, 2), on(2018, 10, 16), on(2018, 11, 13), on(2018, 11, 27)}, 18},
	{"2019-VT-synas", "Synas på nätet", -1, false, excelDates, []day{on(2019, 1, 23), on(2019, 2, 6), on(2019, 2, 20), on(2019, 3, 6), on(2019, 3, 20)}, 19},
	{"2019-VT-video", "Rörlig bild", 180, false, isoText, []day{on(2019, 3, 12), on(2019, 3, 26), on(2019, 4, 9), on(2019, 5, 7)}, 17},
	{"2019-HT-ehandel", "E-handel", 180, false, excelDates, []day{on(2019, 9, 11), on(2019, 9, 25), on(2019, 10, 9), on(2019, 10, 23), on(2019, 11, 6)}, 19},
	// The last date is three days after the project's end.
	{"2019-HT-webb", "Webbplats på en dag", 180, false, excelDates, []day{on(2019, 11, 19), on(2019, 12, 3), on(2020, 1, 14), on(2020, 1, 31), on(2020, 2, 3)}, 16},
}

const soleParticipants, employedParticipants = 32, 50

// chooseParticipants picks DigiCreate's people. The first three have a birthday
// beside their first day: one turns 25 on it, one the day after it, one 55 on it.
func (w *world) chooseParticipants(d *dice) {
	var soles, employed []*person
	for _, c := range shuffled(d, append(append([]*company(nil), w.members...), w.others...)) {
		if len(c.periods) > 0 && !c.memberOn(on(2018, 6, 1)) && !c.memberOn(on(2019, 6, 1)) {
			continue
		}
		for _, p := range c.people {
			switch {
			case c.sole:
				soles = append(soles, p)
			case p.companyOn(projectStart) == c && len(employed) < employedParticipants:
				employed = append(employed, p)
			}
		}
	}
	if len(soles) > soleParticipants {
		soles = soles[:soleParticipants]
	}
	for i, p := range employed {
		if i < 3 {
			p.pin = w.reg.pins[i]
		} else {
			p.pin = w.reg.takePin(1999)
		}
	}
	w.project = append(employed[:3:3], shuffled(d, append(soles, employed[3:]...))...)
}

// matrices writes down the six courses. Everybody enters one, and comes to its
// first date or its second; some come back in another.
func (w *world) matrices(d *dice) []*matrix {
	var out []*matrix
	turn := 3
	for i, c := range courses {
		m := &matrix{file: "digicreate-" + c.file, title: "Deltagarlista DigiCreate – Europeiska socialfonden", activity: "DigiCreate: " + c.topic,
			kind: "DigiCreate", project: "DC", hours: c.hours, hoursAsText: c.asText, headings: c.headings}
		for _, date := range c.dates {
			m.at(date)
		}
		if i == 0 {
			m.enter(d, w.project[0], 80, 0)
			m.enter(d, w.project[1], 80, 0)
		}
		fresh := 13
		for range fresh {
			if turn < len(w.project)-2 {
				m.enter(d, w.project[turn], 74, turn%2)
				turn++
			}
		}
		for _, p := range shuffled(d, w.project[3:turn]) {
			if len(m.rows) < c.size && !m.has(p) {
				m.enter(d, p, 70, 1)
			}
		}
		out = append(out, m)
	}
	return out
}

// has reports whether a person has a line already.
func (m *matrix) has(p *person) bool {
	for _, r := range m.rows {
		if r.person == p {
			return true
		}
	}
	return false
}

// workshop is a DigiCreate day with a list of its own.
func workshop(list, topic string, date day, start, end, pause, people int) *session {
	return &session{activity: "DigiCreate: " + topic, kind: "DigiCreate", project: "DC", date: date, start: start * 60,
		end: end * 60, pause: pause, place: "Textile Fashion Center", muni: "1490", people: people, list: "digicreate-" + list}
}

// workshops are the project's other days. The first lies a day before the
// project began; at the second only staff and a reference group came.
func workshops() []*session {
	out := []*session{
		workshop("2018-VT-analys", "Informationsmöte", on(2018, 1, 31), 13, 15, 0, 9),
		workshop("2018-VT-analys", "Analysdag", on(2018, 5, 16), 9, 16, 60, 0),
		workshop("2018-HT-lista", "Digital strategi", on(2018, 10, 26), 9, 16, 60, 15),
		workshop("2018-HT-lista", "Betallösningar", on(2018, 11, 20), 13, 17, 15, 12),
		workshop("2019-VT-lista", "Digital strategi", on(2019, 2, 14), 9, 16, 60, 16),
		workshop("2019-VT-lista", "Nyhetsbrev", on(2019, 4, 25), 13, 17, 15, 12),
		workshop("2019-VT-lista", "Mät din trafik", on(2019, 6, 5), 9, 12, 0, 14),
		workshop("2019-HT-lista", "Digital strategi", on(2019, 9, 19), 9, 16, 60, 15),
		workshop("2019-HT-lista", "Säkerhet på nätet", on(2019, 10, 17), 13, 17, 15, 14),
		workshop("2019-HT-lista", "Avslutningsdag", on(2019, 12, 5), 9, 15, 45, 22),
	}
	out[3].place, out[3].muni = "Kinna", "1463"
	out[5].place, out[5].muni = "Stadshuset", "1491"
	return out
}

// workshopRows writes down one day.
func (w *world) workshopRows(d *dice, s *session) []*attendance {
	out := []*attendance{s.come(d, w.staff[0], "staff"), s.come(d, pick(d, w.staff[1:]), "staff")}
	out = append(out, s.come(d, pick(d, w.guests), "speaker"))
	if s.people == 0 {
		for _, p := range w.draw(d, &session{date: s.date, people: 7, mixMembers: 100}) {
			if p.pin == "" {
				out = append(out, s.come(d, p, "visitor"))
			}
		}
		return out
	}
	there := shuffled(d, w.project[3:])
	if !s.counted() {
		there = shuffled(d, w.project[3:40]) // all of them come back inside the period
	}
	if s.date.Equal(on(2018, 10, 26)) {
		there = append([]*person{w.project[2]}, there...)
	}
	for i, p := range there[:s.people] {
		out = append(out, s.takePart(d, p, i))
	}
	if s.date.Equal(on(2019, 12, 5)) {
		// A participant of other days who gives a talk on this one.
		out = append(out, s.come(d, there[s.people], "speaker"))
	}
	for _, a := range out {
		if w.inProject(a.person) {
			a.pin = a.person.pin
		}
	}
	return out
}

// takePart is a participant's row: whole day, part of it, unknown hours, or
// absent. Hours that are written win over the times.
func (s *session) takePart(d *dice, p *person, i int) *attendance {
	a := s.come(d, p, "participant")
	switch n := d.below(100); {
	case i < 2: // somebody surely came
	case n < 12:
		return s.stayAway(d, p)
	case n < 30:
		a.style.mark, a.style.noEnd = pick(d, presentMarks), false
		a.style.said = pick(d, []int{60, 90, 120, 150, 165})
		a.hours = a.style.said
	case n < 38:
		// No times, only hours: joins the day's only session.
		a.style = rowStyle{noStart: true, noEnd: true, said: 120}
		a.hours = 120
	}
	return a
}

// projectFiles writes DigiCreate's lists in file-name order.
func (w *world) projectFiles() (lists []longFile, grids []*matrix) {
	d := newDice("digicreate")
	w.chooseParticipants(d)
	grids = w.matrices(d)
	for _, m := range grids {
		for _, a := range m.attendances() {
			a.pin = a.person.pin
		}
	}
	for _, s := range workshops() {
		if len(lists) == 0 || lists[len(lists)-1].name != s.list {
			lists = append(lists, longFile{name: s.list, flavour: windows1252, columns: projectColumns})
		}
		last := &lists[len(lists)-1]
		last.rows = append(last.rows, w.workshopRows(d, s)...)
	}
	if len(w.project) < 70 {
		panic(fmt.Sprint("only ", len(w.project), " participants"))
	}
	return lists, grids
}
