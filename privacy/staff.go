package privacy

import (
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// Numbered gives the person a number is known of, without making one; Nil when it
// is not known.
func (im *Import) Numbered(number domain.PersonNumber) (uuid.UUID, error) {
	if number.Zero() {
		return uuid.Nil, nil
	}
	return im.lookup(im.v.index("number", number.Digits()))
}

// Known is what the vault, or this import, knows of a subject; ErrNoSubject when
// nothing is.
func (im *Import) Known(id uuid.UUID) (Profile, error) {
	s, err := im.load(id)
	if err != nil {
		return Profile{}, err
	}
	return s.profile, nil
}

// Colleague finds whom a bare name means among a project's staff, or makes one. A
// staff list names the same people month after month, so that there, and only
// there, a bare name links from one file to the next; it is kept by a key that
// holds the project, and so never finds anybody outside it.
func (im *Import) Colleague(project, name string) (Match, error) {
	folded := domain.Fold(name)
	if folded == "" {
		return Match{}, ErrNobody
	}
	key := im.v.index("name+staff", project, folded)
	id, err := im.lookup(key)
	if err != nil || id != uuid.Nil {
		return Match{Subject: id, How: ByName}, err
	}
	id = im.make(Person, Profile{Name: strings.Join(strings.Fields(name), " ")})
	im.known[key], im.added[key] = id, id
	return Match{Subject: id, How: New}, nil
}
