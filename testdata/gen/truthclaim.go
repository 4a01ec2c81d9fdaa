package main

import "strings"

// The grant, as settings/projekt-digicreate.toml has it, in öre and hundredths.
const participantRate, flatRate, supportShare = 217_00, 15, 75

// claimed is what may be claimed of a month, in öre.
type claimed struct {
	staff, flat, participants int
	other                     map[string]int // by line
}

// rounded divides, halves away from zero.
func rounded(n, by int) int {
	if n < 0 {
		return -rounded(-n, by)
	}
	return (2*n + by) / (2 * by)
}

// claims works out each month of the project, by its key. Staff is rounded once a
// person and function, a participant once, the flat rate once.
func (w *world) claims() map[string]*claimed {
	type who struct {
		month    string
		person   *person
		function string
	}
	out := map[string]*claimed{}
	for _, s := range spans("month", projectStart, projectEnd) {
		out[s.key] = &claimed{other: map[string]int{}}
	}
	minutes := map[who]int{}
	for _, s := range w.stints {
		if within(s.date, projectStart, projectEnd) && staffRates[s.function] > 0 {
			minutes[who{periodKey("month", s.date), s.person, s.function}] += s.known()
		}
	}
	for k, n := range minutes {
		out[k.month].staff += rounded(n*staffRates[k.function], 60)
	}
	attended := map[who]int{}
	for _, a := range w.attendances {
		if a.takesPart() && a.certified() {
			attended[who{periodKey("month", a.session.date), a.who, ""}] += max(0, a.hours)
		}
	}
	for k, n := range attended {
		out[k.month].participants += rounded(n*participantRate, 60)
	}
	for _, v := range w.vouchers {
		for _, r := range v.rows {
			if line := r.claimedAs(v.date); line != "" {
				out[periodKey("month", v.date)].other[line] += r.ore
			}
		}
	}
	for _, c := range out {
		c.flat = rounded(c.staff*flatRate, 100)
	}
	return out
}

// certified reports whether somebody vouches for the hours of a row: the day lists
// have a column for it, the sign-in matrices have not.
func (a *attendance) certified() bool { return strings.HasSuffix(a.file, ".csv") }

// claimedAs is the line of the claim a row of a voucher of a day belongs to, empty
// for none: not the project's, not of its time, VAT, wages, or covered by the flat rate.
func (r posting) claimedAs(date day) string {
	if r.project != "DC" || !within(date, projectStart, projectEnd) || r.account/10 == 264 || inRange(r.account, 7000, 7699) {
		return ""
	}
	switch line := lineOf(r.account); line {
	case "none", "indirect":
		return ""
	default:
		return line
	}
}

// inRange reports whether an account lies in a range.
func inRange(account, from, to int) bool { return from <= account && account <= to }

// otherSum is all lines of a month.
func (c *claimed) otherSum() int {
	sum := 0
	for _, ore := range c.other {
		sum += ore
	}
	return sum
}

// claim says what may be claimed, by month, year and in all, and other costs by
// line. Support follows the sums so far: what is lost while co-financing is
// short comes back when it is not.
func (l *ledger) claim() {
	months := l.w.claims()
	support, before, total, own := map[string]int{}, 0, 0, 0
	for _, s := range spans("month", projectStart, projectEnd) {
		c := months[s.key]
		total += c.staff + c.flat + c.participants + c.otherSum()
		own += c.participants + monthlyCash
		now := min(rounded(total*supportShare, 100), rounded(own*supportShare, 100-supportShare))
		support[s.key], before = now-before, now
	}
	for _, m := range []struct {
		metric string
		of     func(month string, c *claimed) int
	}{
		{"claim.staff", func(_ string, c *claimed) int { return c.staff }},
		{"claim.flat_rate", func(_ string, c *claimed) int { return c.flat }},
		{"claim.participants", func(_ string, c *claimed) int { return c.participants }},
		{"claim.other", func(_ string, c *claimed) int { return c.otherSum() }},
		{"claim.total", func(_ string, c *claimed) int { return c.staff + c.flat + c.participants + c.otherSum() }},
		{"claim.support", func(month string, _ *claimed) int { return support[month] }},
	} {
		for _, by := range []string{"", "month", "year"} {
			var rows []figure
			for _, s := range spans(by, projectStart, projectEnd) {
				ore := 0
				for month, c := range months {
					if by == "" || periodKey(by, monthOf(month)) == s.key {
						ore += m.of(month, c)
					}
				}
				rows = append(rows, figure{Key: s.key, Value: sek(ore)})
			}
			l.addProject(m.metric, by, projectStart, projectEnd, rows)
		}
	}
	lines := map[string]int{}
	for _, c := range months {
		for line, ore := range c.other {
			lines[line] += ore
		}
	}
	rows := []figure{}
	for line, ore := range lines {
		rows = append(rows, figure{Key: line, Value: sek(ore)})
	}
	l.addProject("claim.other", "line", projectStart, projectEnd, sorted(rows))
}

// monthOf is the first day of a month by its key.
func monthOf(key string) day {
	for _, s := range spans("month", projectStart, projectEnd) {
		if s.key == key {
			return s.from
		}
	}
	panic("no month " + key)
}
