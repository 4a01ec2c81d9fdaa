package main

import "time"

// yearPlan is how many members come and go in a year. Coming counts those who
// come back and those whose new period follows the old one day on day.
type yearPlan struct{ year, joins, leaves, returns int }

// The association had 60 members when 2019 began and 98 when it ended.
var yearPlans = []yearPlan{
	{2017, 9, 4, 0},
	{2018, 12, 5, 1},
	{2019, 43, 5, 3},
	{2020, 8, 15, 0},
	{2021, 12, 7, 2},
}

const foundingMembers = 48

// membership lets the members of five years come and go.
type membership struct {
	d         *dice
	reg       *register
	companies []*company // members at any time, in order of joining
	taken     []*company // those whose coming and going is already told
}

// makeMembers builds every member company with its periods.
func makeMembers(reg *register) []*company {
	m := &membership{d: newDice("membership"), reg: reg}
	for i := range foundingMembers {
		m.add(on(2012+i%5, time.Month(m.d.between(1, 12)), m.d.between(1, 28)))
	}
	// Two had already left when the first register here was written.
	for i := range 2 {
		m.add(on(2013, time.Month(3+i), 15))
		last := m.companies[len(m.companies)-1]
		last.periods[0].till, last.periods[0].known = on(2015+i, 6, 30), 2017
	}
	for _, plan := range yearPlans {
		m.live(plan)
	}
	// Two have given notice for a day after the last register.
	leavers := m.choose(2, func(c *company) bool { return c.open() })
	for i, till := range []day{on(2022, 6, 30), on(2022, 12, 31)} {
		m.leave(leavers[i], till, 2021)
	}
	m.changeFigures()
	m.companies[7].muni = ""       // one seat nobody wrote down
	m.companies[11].employees = -1 // and one head count
	m.companies[11].turnover = -1
	return m.companies
}

// add makes a new member from a day on.
func (m *membership) add(from day) {
	c := m.reg.found()
	c.periods = []period{{from: from}}
	m.companies = append(m.companies, c)
}

// live lets one year pass: special cases first, then leavers, returners, new.
func (m *membership) live(plan yearPlan) {
	start := on(plan.year, 1, 1)
	joins, leaves := plan.joins, plan.leaves
	switch plan.year {
	case 2018:
		c := m.choose(2, func(c *company) bool { return c.open() })
		m.rejoin(c[0], on(2018, 6, 30), on(2018, 7, 1))
		m.rejoin(c[1], on(2018, 2, 28), on(2018, 10, 1))
		joins, leaves = joins-2, leaves-2
	case 2019:
		c := m.choose(1, func(c *company) bool { return c.open() })
		m.rejoin(c[0], on(2019, 6, 30), on(2019, 7, 1))
		joins, leaves = joins-1, leaves-1
	case 2020:
		c := m.choose(1, func(c *company) bool { return c.open() })
		m.rejoin(c[0], on(2020, 12, 31), on(2021, 1, 1))
		leaves--
	case 2021:
		joins-- // the one who left on the last day of 2020
	}
	m.end(plan.year, leaves)
	m.comeBack(start, plan.returns)
	for range joins - plan.returns {
		m.add(m.joinDay(plan.year))
	}
}

// end lets so many members leave in a year. A third gave notice the year
// before: an end still to come in that year's register.
func (m *membership) end(year, leaves int) {
	for i, c := range m.choose(leaves, func(c *company) bool { return c.open() }) {
		till := pick(m.d, []day{on(year, 6, 30), on(year, 12, 31), on(year, 3, 31),
			on(year, time.Month(m.d.between(1, 12)), m.d.between(1, 28))})
		known := year
		if i%3 == 0 && year > 2017 {
			known--
		}
		m.leave(c, till, known)
	}
}

// comeBack opens a second period for so many who left well before a year.
func (m *membership) comeBack(start day, returns int) {
	gone := func(c *company) bool {
		last := c.periods[len(c.periods)-1].till
		return !last.IsZero() && last.Before(start.AddDate(0, -2, 0)) && len(c.periods) == 1
	}
	back := 0
	for _, c := range shuffled(m.d, m.companies) {
		if back < returns && gone(c) {
			c.periods = append(c.periods, period{from: m.joinDay(start.Year())})
			back++
		}
	}
}

// joinDay gives a day companies join on: any but in July.
func (m *membership) joinDay(year int) day {
	month := pick(m.d, []int{1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 9, 9, 10, 10, 11, 12})
	return on(year, time.Month(month), pick(m.d, []int{1, 1, 15, m.d.between(1, 28)}))
}

// leave ends the last period of a company.
func (m *membership) leave(c *company, till day, known int) {
	last := &c.periods[len(c.periods)-1]
	last.till, last.known = till, known
}

// rejoin ends a period and opens the next.
func (m *membership) rejoin(c *company, till, from day) {
	m.leave(c, till, till.Year())
	c.periods = append(c.periods, period{from: from})
}

// choose takes n companies that fit and were not chosen before.
func (m *membership) choose(n int, fits func(*company) bool) []*company {
	var out []*company
	for _, c := range shuffled(m.d, m.companies) {
		if len(out) < n && fits(c) && !holds(m.taken, c) {
			out = append(out, c)
		}
	}
	m.taken = append(m.taken, out...)
	if len(out) < n {
		panic("too few companies to choose from")
	}
	return out
}

// holds reports whether a list has a company.
func holds(list []*company, c *company) bool {
	for _, x := range list {
		if x == c {
			return true
		}
	}
	return false
}

// changeFigures lets some registers say something new about a company. Only
// those with a single period then: whether the second of two rows with the same
// news is changed or unchanged is nobody's business.
func (m *membership) changeFigures() {
	for _, year := range []int{2018, 2019, 2020, 2021} {
		done := 0
		for _, c := range shuffled(m.d, m.companies) {
			if done == 6 || c.sole || len(c.periods) != 1 || c.employees < 0 || c.muni == "" ||
				c.periods[0].from.Year() >= year || len(c.changes) > 0 {
				continue
			}
			news := change{year: year, muni: c.muni, employees: c.employees + m.d.between(1, 4),
				turnover: c.turnover + 1000*m.d.between(20, 400)}
			if done == 0 {
				news.muni = "1490"
				if c.muni == "1490" {
					news.muni = "1463"
				}
			}
			c.changes = append(c.changes, news)
			done++
		}
	}
}
