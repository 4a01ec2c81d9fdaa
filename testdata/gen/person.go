package main

import (
	_ "embed"
	"strings"
	"time"
)

//go:embed persons.txt
var personsFile string

// person is one human being of the invented world. Whom the files can tell
// apart is another matter: see link.go.
type person struct {
	id        int
	name      string
	email     string // empty: never gives one
	pin       string // twelve digits; on lists only where the project asks for it
	employers []employer
	eager     int // chance in a hundred to come when asked
	bare      bool
}

// employer is a company a person works for from a day on (none: always).
type employer struct {
	from    day
	company *company
}

// companyOn gives the company a person works for on a day, nil for nobody.
func (p *person) companyOn(d day) *company {
	var c *company
	for _, e := range p.employers {
		if !d.Before(e.from) {
			c = e.company
		}
	}
	return c
}

// readPins reads the embedded person numbers.
func readPins() []string {
	var pins []string
	for line := range strings.Lines(personsFile) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			pins = append(pins, line)
		}
	}
	return pins
}

// takePin gives the first free person number born not after a year. The first
// three are kept for the people whose birthday matters (see digicreate.go).
func (r *register) takePin(latest int) string {
	limit := on(latest, 12, 31)
	for i := 3; i < len(r.pins); i++ {
		if pin := r.pins[i]; pin != "" && !born(pin).After(limit) {
			r.pins[i] = ""
			return pin
		}
	}
	panic("persons.txt has too few numbers")
}

// born reads the birthday of a person number; a samordningsnummer has sixty
// added to its day.
func born(pin string) day {
	digit := func(from, to int) int {
		n := 0
		for _, r := range pin[from:to] {
			n = 10*n + int(r-'0')
		}
		return n
	}
	date := digit(6, 8)
	if date > 60 {
		date -= 60
	}
	return on(digit(0, 4), time.Month(digit(4, 6)), date)
}

// woman tells the sex a person number says: the digit before the check digit
// is even.
func woman(pin string) bool { return (pin[10]-'0')%2 == 0 }

// age is full years on a day; who is born on 29 February turns on 1 March.
func age(pin string, at day) int {
	b := born(pin)
	years := at.Year() - b.Year()
	if at.Before(on(at.Year(), b.Month(), b.Day())) {
		years--
	}
	return years
}

// person makes somebody who works for a company (nil: for nobody). One in five
// with an employer never gives an address; the others always need one.
func (r *register) person(c *company) *person {
	p := &person{id: r.nextID, name: r.people[0]}
	r.nextID++
	r.people = r.people[1:]
	words := strings.Split(p.name, " ")
	if c != nil {
		p.employers = []employer{{company: c}}
	}
	if c == nil || r.d.chance(82) {
		p.email = address(r.d, words[0], words[1])
	}
	p.eager = pick(r.d, []int{0, 5, 15, 30, 45, 60, 75})
	r.assigned = append(r.assigned, p)
	return p
}

// namesake makes somebody with the name of another and another employer, so
// that only address and organisation tell them apart.
func (r *register) namesake(of *person, c *company) *person {
	p := r.person(c)
	p.name = of.name
	p.eager = 60
	of.eager = 60
	words := strings.Split(p.name, " ")
	p.email = address(r.d, words[0], words[1]+"2")
	return p
}
