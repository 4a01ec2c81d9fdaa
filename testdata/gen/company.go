package main

import (
	"fmt"
	"strings"
)

// company is an organisation that is or was a member, or only comes to
// activities (no periods). A sole trader's number is the trader's own.
type company struct {
	number, name, email string
	sole                bool
	muni, sni           string // muni is empty where the register never says
	employees           int    // -1: not said
	turnover            int    // SEK, -1: not said
	periods             []period
	changes             []change
	people              []*person
}

// period is one membership: first and last day. known is the year of the first
// register that shows its end.
type period struct {
	from, till day
	known      int
}

// change is what the register of a year says anew about a company.
type change struct {
	year, employees, turnover int
	muni                      string
}

// memberOn reports whether a day lies in one of the company's periods.
func (c *company) memberOn(d day) bool {
	for _, p := range c.periods {
		if !d.Before(p.from) && (p.till.IsZero() || !d.After(p.till)) {
			return true
		}
	}
	return false
}

// open reports whether the last period has no end.
func (c *company) open() bool {
	return len(c.periods) > 0 && c.periods[len(c.periods)-1].till.IsZero()
}

// luhn gives the check digit of nine digits.
func luhn(nine string) int {
	sum := 0
	for i, r := range nine {
		x := int(r - '0')
		if i%2 == 0 {
			x *= 2
		}
		sum += x/10 + x%10
	}
	return (10 - sum%10) % 10
}

// companyNumber gives the n-th invented organisation number. The series 559999
// is far above what has been given out.
func companyNumber(n int) string {
	nine := fmt.Sprintf("559999%03d", n)
	return fmt.Sprintf("%s-%s%d", nine[:6], nine[6:], luhn(nine))
}

// shortPin writes a twelve-digit person number as sole traders do: 850101-2394.
func shortPin(pin string) string { return pin[2:8] + "-" + pin[8:] }

var asciiLetters = strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "é", "e", " ", "", "&", "")

// address makes a mail address of words, under a domain kept for examples.
func address(d *dice, words ...string) string {
	local := asciiLetters.Replace(strings.ToLower(strings.Join(words, ".")))
	return local + "@" + pick(d, []string{"example.org", "example.com", "example.se"})
}

// register is everything that makes companies and people, so that no number,
// name or address is given twice.
type register struct {
	d        *dice
	pins     []string // not yet given to anybody
	names    []string // of companies, not yet given
	people   []string // names of people, not yet given
	serial   int
	trades   map[string]string // company name -> SNI, only ever looked up
	nextID   int
	assigned []*person
}

// newRegister mixes the names and reads the person numbers.
func newRegister() *register {
	r := &register{d: newDice("register"), pins: readPins(), trades: map[string]string{}}
	for _, first := range companyFirst {
		for _, t := range trades {
			r.names = append(r.names, first+" "+t.noun)
			r.trades[first+" "+t.noun] = t.sni
		}
	}
	r.names = shuffled(r.d, r.names)
	for _, first := range firstNames {
		for _, last := range surnames {
			r.people = append(r.people, first+" "+last)
		}
	}
	r.people = shuffled(r.d, r.people)
	return r
}

// found makes a company with its people; about a quarter are sole traders.
func (r *register) found() *company {
	name := r.names[0]
	r.names = r.names[1:]
	c := &company{muni: r.seat(), sni: r.trades[name], sole: r.d.chance(27)}
	if c.sole {
		r.soleTrader(c, name)
		return c
	}
	r.serial++
	c.number = companyNumber(100 + 3*r.serial)
	c.name = name + pick(r.d, []string{" AB", " AB", " AB", " HB", " ek. för."})
	c.email = address(r.d, "info."+name)
	c.employees = r.headcount()
	c.turnover = (c.employees+1)*r.d.between(450, 1150)*1000 + r.d.below(1000)
	for range r.d.between(1, 3) {
		c.people = append(c.people, r.person(c))
	}
	return c
}

// soleTrader makes a company of its one person, who has no employees.
func (r *register) soleTrader(c *company, name string) {
	owner := r.person(c)
	owner.pin = r.takePin(1990)
	c.number = shortPin(owner.pin)
	c.name = strings.Split(owner.name, " ")[1] + " " + strings.Split(name, " ")[1]
	c.email = owner.email
	if c.email == "" {
		c.email = address(r.d, "kontakt", strings.Split(owner.name, " ")[0], strings.Split(owner.name, " ")[1])
	}
	c.turnover = r.d.between(80, 900)*1000 + r.d.below(1000)
	c.people = []*person{owner}
}

// seat gives a municipality by weight.
func (r *register) seat() string {
	n := r.d.below(100)
	for _, m := range municipalities {
		if n < m.weight {
			return m.code
		}
		n -= m.weight
	}
	return "1490"
}

// headcount gives the number of employees: most companies are small.
func (r *register) headcount() int {
	switch n := r.d.below(100); {
	case n < 70:
		return r.d.between(0, 5)
	case n < 84:
		return r.d.between(6, 9)
	case n < 96:
		return r.d.between(10, 25)
	}
	return r.d.between(26, 60)
}
