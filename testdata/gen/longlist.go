package main

// rowsOf writes down a term's session: staff and speakers first, then those
// who came and those who did not.
func (w *world) rowsOf(d *dice, s *session) []*attendance {
	if s.cancelled {
		var out []*attendance
		for _, p := range w.draw(d, s) {
			a := s.stayAway(d, p)
			a.style.noStart, a.style.noEnd = false, false
			out = append(out, a)
		}
		return out
	}
	var out []*attendance
	hosts := 1
	if s.kind == "Creative bar" {
		hosts = 2
	}
	for _, p := range shuffled(d, w.staff)[:hosts] {
		out = append(out, s.come(d, p, "staff"))
	}
	for _, p := range shuffled(d, w.guests)[:s.guests] {
		out = append(out, s.come(d, p, "speaker"))
	}
	for _, p := range w.draw(d, s) {
		switch n := d.below(100); {
		case n < 13:
			out = append(out, s.stayAway(d, p))
		case n < 15:
			out = append(out, s.silent(p))
		default:
			out = append(out, s.come(d, p, w.roleOf(d, p, s)))
		}
	}
	out = w.addCountedOnly(d, s, out)
	w.hideSome(d, s, out)
	return out
}

// roleOf calls a few from outside visitors; formats.md counts them the same.
func (w *world) roleOf(d *dice, p *person, s *session) string {
	if c := p.companyOn(s.date); (c == nil || !c.memberOn(s.date)) && d.chance(40) {
		return "visitor"
	}
	return "participant"
}

// addCountedOnly adds the bare names of a first open office, and head counts.
func (w *world) addCountedOnly(d *dice, s *session, out []*attendance) []*attendance {
	if s.strangersByHead {
		// The same two bare names every year: by the rule another person in each file.
		for _, p := range w.bare[:2] {
			out = append(out, s.come(d, p, "visitor"))
		}
	}
	if s.kind == "KickStart Friday" && s.date.Month() == 10 {
		// One of them again in the same file: there the same person.
		out = append(out, s.come(d, w.bare[0], "visitor"))
	}
	if s.heads > 0 {
		out = append(out, &attendance{session: s, count: s.heads, hours: -1, style: rowStyle{said: -1}})
	}
	return out
}

// hideSome leaves out identifiers, as lists do: DigiCreate's participants, whose
// project lists are read first and know them, may give only name and company;
// a few others give only name and address, so no company is known for the row.
func (w *world) hideSome(d *dice, s *session, rows []*attendance) {
	for _, a := range rows {
		if a.person == nil || a.org == "" || a.email == "" {
			continue
		}
		if w.inProject(a.person) {
			if a.person.employers[0].company.number == a.org && d.chance(35) {
				a.email = ""
			}
		} else if d.chance(6) {
			a.org = ""
		}
	}
}

// inProject reports whether a person is a participant of DigiCreate.
func (w *world) inProject(p *person) bool {
	for _, x := range w.project {
		if x == p {
			return true
		}
	}
	return false
}
