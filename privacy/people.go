package privacy

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/planted"
)

// Kind is what a subject is.
type Kind string

// The kinds of subjects.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"
	Respondent   Kind = "respondent"
)

// Identity is what a row says of a person. Name is as written; matching folds it.
type Identity struct {
	Number      domain.PersonNumber
	StoreNumber bool // the row's purpose allows keeping the number
	Email       string
	Name        string
	OrgNumber   domain.OrgNumber
	Within      string // where a bare name may link: the id of the session
}

// How tells by what a person was recognised.
type How uint8

// The ways, strongest first.
const (
	New      How = iota
	ByNumber     // person number
	ByEmail      // e-mail address, the name agreeing
	Weakly       // folded name with the same organisation number: a candidate for people split
	ByName       // bare name, within one session or one file only
)

// Match is a person found or made.
type Match struct {
	Subject  uuid.UUID
	How      How
	Conflict bool // number and e-mail pointed at two people; the number won
}

// ErrMoved is returned by Commit when another process has come to know one of
// the same people meanwhile: match again.
var ErrMoved = errors.New("somebody else changed the vault in between")

// ErrNobody is returned for a row with nothing to know a person by again: no
// name, no address, and no number that may be kept.
var ErrNobody = errors.New("the row has nothing to know the person by again")

// Import holds what one file, or one command, adds to the vault until Commit.
// It is used by one goroutine.
type Import struct {
	v        *Vault
	file     string // SHA-256 of the file, for weak links
	known    map[index]uuid.UUID
	complete bool // known holds every lookup of the vault
	fresh    []*subject
	byID     map[uuid.UUID]*subject
	added    map[index]uuid.UUID
	weak     map[uuid.UUID]bool
	split    []uuid.UUID          // whose weak link to this file is settled
	names    map[string]uuid.UUID // bare names of this file
	find     *sql.Stmt
	epoch    int // the newest when it began: an erasure since has opened another
}

type subject struct {
	id      uuid.UUID
	kind    Kind
	profile Profile
	key     []byte // its own; of one that exists, nil until it is needed
	exists  bool   // in the vault already: only blank fields are filled
	changed bool   // a blank field of one that exists was filled
}

// preloadMax is how many lookups are read into memory at once, when there are
// no more; a larger vault is asked key by key.
const preloadMax = 300_000

// Import starts one. file is the SHA-256 of the file, or empty.
func (v *Vault) Import(file string) (*Import, error) {
	im := &Import{v: v, file: file, known: map[index]uuid.UUID{}, byID: map[uuid.UUID]*subject{},
		added: map[index]uuid.UUID{}, weak: map[uuid.UUID]bool{}, names: map[string]uuid.UUID{}}
	ring, err := readKeyring(v.from, v.keys.Load())
	if err != nil {
		return nil, err
	}
	v.keys.Store(ring)
	im.epoch = ring.newest()
	rows, err := v.db.Query("select key, subject from lookups limit ?", preloadMax+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key, id sql.RawBytes
		if err := rows.Scan(&key, &id); err != nil {
			return nil, err
		}
		im.known[index(key)] = uuid.UUID(id)
	}
	if im.complete = len(im.known) <= preloadMax; im.complete {
		return im, rows.Err()
	}
	im.find, err = v.db.Prepare("select subject from lookups where key = ?")
	return im, errors.Join(rows.Err(), err)
}

// lookup gives the subject behind a key, Nil when there is none.
func (im *Import) lookup(key index) (uuid.UUID, error) {
	if id, ok := im.known[key]; ok || im.complete {
		return id, nil
	}
	var id []byte
	err := im.find.QueryRow(key[:]).Scan(&id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return uuid.Nil, err
	}
	var found uuid.UUID
	copy(found[:], id)
	im.known[key] = found
	return found, nil
}

// Person finds the person a row means, or makes one. The rules are formats.md
// 3: a number links; else an e-mail address when the name agrees; else the
// folded name with the same organisation number, weakly; a bare name only
// within its session or its file.
func (im *Import) Person(row Identity) (Match, error) {
	name, email := domain.Fold(row.Name), domain.Fold(row.Email)
	keys := im.personKeys(row, name, email)
	var found [3]uuid.UUID
	for i, key := range keys {
		if key == (index{}) {
			continue
		}
		id, err := im.lookup(key)
		if err != nil {
			return Match{}, err
		}
		found[i] = id
	}
	if err := im.parted(row, name, &found[2]); err != nil {
		return Match{}, err
	}
	m := Match{How: New}
	for i, how := range []How{ByNumber, ByEmail, Weakly} {
		if found[i] == uuid.Nil {
			continue
		}
		if how == ByEmail && m.How == ByNumber && found[i] != m.Subject {
			m.Conflict = true
		}
		if m.How == New && (i == 0 || !im.otherNumber(found[i], row)) {
			m.Subject, m.How = found[i], how
		}
	}
	if !row.StoreNumber {
		keys[0] = index{} // it was looked up; it is not kept
	}
	if m.How == New && keys == ([3]index{}) {
		return im.bareName(row, name)
	}
	if m.How == New {
		m.Subject = im.make(Person, Profile{})
	}
	if m.How == Weakly {
		im.weak[m.Subject] = true
	}
	if err := im.learn(m, row, keys, email); err != nil {
		return m, err
	}
	planted.Die("person")
	return m, nil
}

// parted gives, in place of the person a name and an organisation link to, the
// one this session's was parted from it as.
func (im *Import) parted(row Identity, name string, found *uuid.UUID) error {
	if *found == uuid.Nil || row.Within == "" {
		return nil
	}
	id, err := im.lookup(im.v.index("parted", found.String(), name, row.Within))
	if err == nil && id != uuid.Nil {
		*found = id
	}
	return err
}

// Split makes a person who is known by the name of another one, for the
// sessions given: rows about them that would link weakly to the other one link
// to the new one.
func (im *Import) Split(from uuid.UUID, sessions []uuid.UUID) (uuid.UUID, error) {
	s, err := im.load(from)
	if err != nil {
		return uuid.Nil, err
	}
	id := im.make(Person, Profile{Name: s.profile.Name})
	for _, session := range sessions {
		key := im.v.index("parted", from.String(), domain.Fold(s.profile.Name), session.String())
		im.known[key], im.added[key] = id, id
	}
	im.split = append(im.split, from)
	return id, nil
}

func (im *Import) personKeys(row Identity, name, email string) (keys [3]index) {
	if !row.Number.Zero() {
		keys[0] = im.v.index("number", row.Number.Digits())
	}
	if email != "" {
		keys[1] = im.v.index("email", email, name)
	}
	if name != "" && !row.OrgNumber.IsZero() {
		keys[2] = im.v.index("name+org", name, row.OrgNumber.Digits())
	}
	return keys
}

// otherNumber reports whether somebody found by a weaker key is known under
// another number than the row's: then it is somebody else.
func (im *Import) otherNumber(id uuid.UUID, row Identity) bool {
	if row.Number.Zero() {
		return false
	}
	s, err := im.load(id)
	return err == nil && s.profile.Number != "" && s.profile.Number != row.Number.Digits()
}

// Number is the person number the vault keeps of a subject, zero when none.
func (im *Import) Number(id uuid.UUID) (domain.PersonNumber, error) {
	s, err := im.load(id)
	if errors.Is(err, ErrNoSubject) || err == nil && s.profile.Number == "" {
		return domain.PersonNumber{}, nil
	}
	if err != nil {
		return domain.PersonNumber{}, err
	}
	return domain.ParsePersonNumber(s.profile.Number, domain.DateOf(time.Now()), domain.UsualKinds|domain.Interim)
}

// Name is the name the vault keeps of a subject, empty when none.
func (im *Import) Name(id uuid.UUID) (string, error) {
	s, err := im.load(id)
	if err != nil {
		return "", err
	}
	return s.profile.Name, nil
}

// learn adds what the row says to what is known of the person.
func (im *Import) learn(m Match, row Identity, keys [3]index, email string) error {
	changed := false
	for _, key := range keys {
		if key == (index{}) || im.known[key] != uuid.Nil {
			continue
		}
		im.known[key], im.added[key] = m.Subject, m.Subject
		changed = true
	}
	if !changed {
		return nil
	}
	s, err := im.load(m.Subject)
	if err != nil {
		return err
	}
	if row.Number.Kind() == domain.Protected && !s.profile.Protected {
		s.profile.Protected = true
		im.touch(s)
	}
	im.fill(s, &s.profile.Name, strings.Join(strings.Fields(row.Name), " "))
	im.fill(s, &s.profile.Email, email)
	if row.StoreNumber {
		im.fill(s, &s.profile.Number, row.Number.Digits())
	}
	return nil
}

// fill writes a field that was blank; what is known already stays.
func (im *Import) fill(s *subject, to *string, value string) {
	if *to != "" || value == "" {
		return
	}
	*to = value
	im.touch(s)
}

// touch makes Commit write somebody who exists.
func (im *Import) touch(s *subject) {
	if s.exists && !s.changed {
		s.changed = true
		im.fresh = append(im.fresh, s)
	}
}

// bareName links a name alone: to whoever the session is known to have had by
// that name, else to the same name earlier in this file.
func (im *Import) bareName(row Identity, name string) (Match, error) {
	if name == "" {
		return Match{}, ErrNobody
	}
	key := im.v.index("name+session", name, row.Within)
	id, err := im.lookup(key)
	if err != nil {
		return Match{}, err
	}
	m := Match{Subject: id, How: ByName}
	if id == uuid.Nil {
		if m.Subject = im.names[name]; m.Subject == uuid.Nil {
			m = Match{Subject: im.make(Person, Profile{Name: strings.Join(strings.Fields(row.Name), " ")}), How: New}
		}
		im.known[key], im.added[key] = m.Subject, m.Subject
	}
	if im.names[name] == uuid.Nil {
		im.names[name] = m.Subject
	}
	return m, nil
}

// Sole finds the organisation id of a sole trader by its number, or makes one.
func (im *Import) Sole(number domain.OrgNumber, name, email string) (id uuid.UUID, fresh bool, err error) {
	key := im.v.index("org", number.Digits())
	if id, err = im.lookup(key); err != nil || id != uuid.Nil {
		return id, false, err
	}
	id = im.make(Organisation, Profile{Name: name, Email: email, Number: number.Digits()})
	im.known[key], im.added[key] = id, id
	return id, true, nil
}

// Contact keeps an organisation's e-mail address, which may be a person's.
func (im *Import) Contact(organisation uuid.UUID, email string) error {
	if email == "" {
		return nil
	}
	s, err := im.load(organisation)
	if errors.Is(err, ErrNoSubject) {
		s = im.add(organisation, Organisation, Profile{})
	} else if err != nil {
		return err
	}
	im.fill(s, &s.profile.Email, email)
	return nil
}

// Respondent finds who answered under a matching code of a survey, or makes
// one; a blank code is somebody nobody can recognise again.
func (im *Import) Respondent(survey, code string) (uuid.UUID, error) {
	code = domain.Fold(code)
	if code == "" {
		return uuid.New(), nil
	}
	key := im.v.index("code", survey, code)
	id, err := im.lookup(key)
	if err != nil || id != uuid.Nil {
		return id, err
	}
	id = im.make(Respondent, Profile{})
	im.known[key], im.added[key] = id, id
	return id, nil
}

func (im *Import) make(kind Kind, p Profile) uuid.UUID { return im.add(uuid.New(), kind, p).id }

// add gives somebody the vault does not know a row and a key.
func (im *Import) add(id uuid.UUID, kind Kind, p Profile) *subject {
	s := &subject{id: id, kind: kind, profile: p, key: newKey()}
	im.byID[s.id] = s
	im.fresh = append(im.fresh, s)
	return s
}

// load gives the subject to fill in, from this import or from the vault.
func (im *Import) load(id uuid.UUID) (*subject, error) {
	if s := im.byID[id]; s != nil {
		return s, nil
	}
	p, err := im.v.Profile(id)
	if err != nil {
		return nil, err
	}
	s := &subject{id: id, kind: p.Kind, profile: p, exists: true}
	im.byID[id] = s
	return s, nil
}
