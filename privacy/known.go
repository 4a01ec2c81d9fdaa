package privacy

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// Known is a subject with what the vault knows of it.
type Known struct {
	Subject uuid.UUID
	Profile
}

// Persons gives everybody the vault knows, opened, in the order of their ids.
// Restricted ones are left out: nobody looks for them any more.
func (v *Vault) Persons(ctx context.Context) ([]Known, error) {
	ids, err := v.subjects(ctx, "select subject from subjects where kind = 'person' and restricted is null")
	if err != nil {
		return nil, err
	}
	out := make([]Known, 0, len(ids))
	for _, id := range ids {
		p, err := v.Profile(id)
		if errors.Is(err, ErrNoSubject) {
			continue // erased meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, Known{id, p})
	}
	return out, nil
}

func (v *Vault) subjects(ctx context.Context, question string, args ...any) ([]uuid.UUID, error) {
	rows, err := v.db.QueryContext(ctx, question, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []uuid.UUID
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		id, err := uuid.FromBytes(b)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// Find gives the persons that a number or an e-mail address is known of.
func (v *Vault) Find(ctx context.Context, text string) ([]uuid.UUID, error) {
	if n, err := domain.ParsePersonNumber(text, today(), domain.UsualKinds|domain.Interim); err == nil {
		key := v.index("number", n.Digits())
		return v.subjects(ctx, "select subject from lookups where key = ?", key[:])
	}
	// An address is indexed together with the name it came with.
	email := domain.Fold(text)
	ids, err := v.subjects(ctx, "select subject from subjects where email is not null")
	var out []uuid.UUID
	for _, id := range ids {
		p, err := v.Profile(id)
		if err != nil {
			return nil, err
		}
		if email != "" && p.Email == email {
			out = append(out, id)
		}
	}
	return out, err
}

// WeakLink is a file some of whose rows were taken for a person by no more than
// the name and the organisation.
type WeakLink struct {
	Subject uuid.UUID
	File    string // SHA-256
}

// WeakLinks gives the weak links, by person and file.
func (v *Vault) WeakLinks(ctx context.Context) ([]WeakLink, error) {
	rows, err := v.db.QueryContext(ctx, "select subject, file from weak_links order by subject, file")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []WeakLink
	for rows.Next() {
		var b []byte
		var l WeakLink
		if err := rows.Scan(&b, &l.File); err != nil {
			return nil, err
		}
		if l.Subject, err = uuid.FromBytes(b); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// Why two persons may be one.
type Why string

// The reasons, strongest first.
const (
	SameEmail  Why = "email"   // the same address under two names
	SameName   Why = "name"    // the same name, not known by different numbers
	SimilarOne Why = "similar" // a name one letter from the other
)

// Double is two persons who may be one. First is the one to keep: it is known
// by more.
type Double struct {
	First, Second Known
	Why           Why
}

// Doubles finds likely doubles among persons: never two that are known by
// different numbers.
func Doubles(persons []Known) []Double {
	var out []Double
	found := map[[2]uuid.UUID]bool{}
	pair := func(a, b Known, why Why) {
		if a.Number != "" && b.Number != "" {
			return // two numbers are two people
		}
		if known(b) > known(a) || known(a) == known(b) && slices.Compare(b.Subject[:], a.Subject[:]) < 0 {
			a, b = b, a
		}
		if key := [2]uuid.UUID{a.Subject, b.Subject}; a.Subject != b.Subject && !found[key] {
			found[key] = true
			out = append(out, Double{a, b, why})
		}
	}
	for _, by := range []struct {
		why  Why
		keys func(Known) []string
		same func(a, b Known) bool
	}{
		{SameEmail, func(k Known) []string { return []string{k.Email} }, func(a, b Known) bool { return true }},
		{SameName, func(k Known) []string { return []string{domain.Fold(k.Name)} }, func(a, b Known) bool { return true }},
		{SimilarOne, func(k Known) []string { return shortened(domain.Fold(k.Name)) },
			func(a, b Known) bool { return near([]rune(domain.Fold(a.Name)), []rune(domain.Fold(b.Name))) }},
	} {
		groups := map[string][]Known{}
		for _, k := range persons {
			for _, key := range by.keys(k) {
				if key != "" {
					groups[key] = append(groups[key], k)
				}
			}
		}
		for _, group := range groups {
			for i, a := range group {
				for _, b := range group[i+1:] {
					if by.same(a, b) {
						pair(a, b, by.why)
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y Double) int {
		return cmp.Or(slices.Compare(x.First.Subject[:], y.First.Subject[:]), slices.Compare(x.Second.Subject[:], y.Second.Subject[:]))
	})
	return out
}

// known is how much is known of a person.
func known(k Known) (n int) {
	for _, s := range []string{k.Number, k.Number, k.Email, k.Name} {
		if s != "" {
			n++
		}
	}
	return n
}

// minSimilar is the shortest name that is compared letter by letter: among
// short ones most are near some other.
const minSimilar = 8

// shortened is a name with each letter left out in turn, and the name: two
// names one letter apart have one of these in common.
func shortened(name string) []string {
	letters := []rune(name)
	if len(letters) < minSimilar {
		return nil
	}
	out := []string{name}
	for i := range letters {
		out = append(out, string(letters[:i])+string(letters[i+1:]))
	}
	return out
}

// near reports whether two different texts are one letter apart: changed, added
// or left out.
func near(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || slices.Equal(a, b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return slices.Equal(a[i+1:], b[i+1:])
	}
	return slices.Equal(a[i:], b[i+1:])
}

// Protect notes whether a person lives under protected identity.
func (v *Vault) Protect(subject uuid.UUID, protected bool) error {
	result, err := v.db.Exec("update subjects set protected = ? where subject = ?", protected, subject[:])
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrNoSubject)
	}
	return nil
}
