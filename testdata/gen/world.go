package main

// world is everything that happened, and how people wrote it down.
type world struct {
	reg     *register
	members []*company // with at least one period
	others  []*company // never members
	alone   []*person  // with no employer
	staff   []*person
	guests  []*person // who come to speak
	bare    []*person // whose names stand alone on lists

	project      []*person  // DigiCreate's participants
	entered      []*entrant // those of them in the list of participants
	attendances  []*attendance
	sessions     []*session
	answers      []*answer
	invited      []respondent // to DigiCreate's survey, in every wave
	denominators []denominator
	stints       []*stint   // what DigiCreate's staff worked
	vouchers     []*voucher // of the association's bookkeeping, in the order of its files
	files        []*file    // in the order an import takes them
}

// file is one file and what importing it after the ones before should count.
type file struct {
	name, kind, survey, wave string
	data                     []byte
	rows, fresh              int
	changed, unchanged       int
	duplicates               int // equal rows said twice, also in unchanged
	noRecord                 int // rows that say nothing, in none of the counts
}

// newWorld lets five years happen.
func newWorld() (*world, error) {
	w := &world{reg: newRegister()}
	w.members = makeMembers(w.reg)
	w.people()
	w.moves()
	steps := []func() ([]*file, error){
		w.settingFiles, w.memberFiles, w.attendanceFiles, w.participantFiles, w.moneyFiles, w.surveyFiles,
	}
	for _, step := range steps {
		files, err := step()
		if err != nil {
			return nil, err
		}
		w.files = append(w.files, files...)
	}
	w.linkPeople()
	return w, nil
}

// people fills the world around the members.
func (w *world) people() {
	for range 42 {
		w.others = append(w.others, w.reg.found())
	}
	for range 45 {
		w.alone = append(w.alone, w.reg.person(nil))
	}
	for range 4 {
		w.staff = append(w.staff, w.reg.person(nil))
	}
	for range 14 {
		w.guests = append(w.guests, w.reg.person(nil))
	}
	for range 4 {
		p := w.reg.person(nil)
		p.email, p.bare = "", true
		w.bare = append(w.bare, p)
	}
	twins := 0
	for _, c := range w.others {
		if twins < 2 && !c.sole {
			c.people = append(c.people, w.reg.namesake(w.members[2+twins].people[0], c))
			twins++
		}
	}
}

// moves lets five people change employer; they are known by their address.
func (w *world) moves() {
	d := newDice("moves")
	moved := 0
	for _, c := range shuffled(d, w.members) {
		if moved == 5 || c.sole || len(c.people) < 2 {
			continue
		}
		p, to := c.people[1], pick(d, w.members)
		if p.email == "" || to.sole || to == c {
			continue
		}
		p.employers = append(p.employers, employer{from: on(2018+moved%3, 9, 1), company: to})
		to.people = append(to.people, p)
		p.eager = 60
		moved++
	}
}
