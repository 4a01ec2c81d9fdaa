package main

import "strings"

// fold writes a name or address as it is compared: small letters, single blanks.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// links is the rule of formats.md 3 "Person" as a plain list of what is known.
// It knows rows only, not who anybody is: the test compares it with the world.
type links struct {
	byPin, byEmail map[string]*person
	byNameOrg      map[string]*person
	byFileName     map[string]*person
	made           int
}

// linkPeople gives every row the person the rule finds, in the order an import
// takes the files.
func (w *world) linkPeople() {
	l := links{byPin: map[string]*person{}, byEmail: map[string]*person{}, byNameOrg: map[string]*person{}, byFileName: map[string]*person{}}
	for _, a := range w.attendances {
		if a.count == 0 {
			a.who = l.find(a)
			l.learn(a)
		}
	}
}

// find looks up a row: number, else address when the name agrees, else name
// with organisation, else (a bare name) the same name in the same file.
func (l *links) find(a *attendance) *person {
	name := fold(a.name)
	if p := l.byPin[a.pin]; p != nil && a.pin != "" {
		return p
	}
	if p := l.byEmail[fold(a.email)]; p != nil && a.email != "" && fold(p.name) == name {
		return p
	}
	if p := l.byNameOrg[name+"|"+a.org]; p != nil && a.org != "" {
		return p
	}
	bare := a.email == "" && a.org == "" && a.pin == ""
	key := a.file + "|" + name
	if p := l.byFileName[key]; p != nil && bare {
		return p
	}
	l.made++
	p := &person{id: l.made, name: name}
	if bare {
		l.byFileName[key] = p
	}
	return p
}

// learn remembers what else the row tells about its person. A number is kept
// only where a project asks for it.
func (l *links) learn(a *attendance) {
	if a.pin != "" && a.session.project != "" && l.byPin[a.pin] == nil {
		l.byPin[a.pin] = a.who
		a.who.pin = a.pin
	}
	if a.email != "" && l.byEmail[fold(a.email)] == nil {
		l.byEmail[fold(a.email)] = a.who
	}
	if key := fold(a.name) + "|" + a.org; a.org != "" && l.byNameOrg[key] == nil {
		l.byNameOrg[key] = a.who
	}
}

// takesPart reports whether a row makes a participant of DigiCreate: present,
// as a participant, inside the period.
func (a *attendance) takesPart() bool {
	return a.present && a.role == "participant" && a.session.counted()
}
