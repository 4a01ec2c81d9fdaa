package access

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"unicode"

	"github.com/google/uuid"

	"utfall/domain"
)

// roster is every user and recipient there ever was, in the order they came.
type roster struct {
	users      []User
	recipients []Recipient
}

// Users are all users, those revoked as well, in the order they were added.
func (d *DB) Users(ctx context.Context) ([]User, error) {
	r, err := readRoster(ctx, d.db)
	return r.users, err
}

// Recipients are all recipients, those revoked as well, in the order they were
// added.
func (d *DB) Recipients(ctx context.Context) ([]Recipient, error) {
	r, err := readRoster(ctx, d.db)
	return r.recipients, err
}

func readRoster(ctx context.Context, q querier) (r roster, err error) {
	rows, err := q.QueryContext(ctx, "select "+columns+" from entries where about <> x'' order by n")
	if err != nil {
		return r, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Entry
		if err := e.scan(rows); err != nil {
			return r, err
		}
		if err := r.take(&e); err != nil {
			return r, fmt.Errorf("entry %d of the access record: %w", e.N, err)
		}
	}
	return r, rows.Err()
}

func (r *roster) take(e *Entry) error {
	switch e.Kind {
	case UserAdded:
		u := User{ID: e.About}
		err := json.Unmarshal(e.body, &u)
		r.users = append(r.users, u)
		return err
	case RecipientAdded:
		t := Recipient{ID: e.About}
		err := json.Unmarshal(e.body, &t)
		r.recipients = append(r.recipients, t)
		return err
	case UserRevoked:
		for i := range r.users {
			r.users[i].Revoked = r.users[i].Revoked || r.users[i].ID == e.About
		}
	case RecipientRevoked:
		for i := range r.recipients {
			r.recipients[i].Revoked = r.recipients[i].Revoked || r.recipients[i].ID == e.About
		}
	}
	return nil
}

// user is the one of a name, else the last one who had it and was revoked; nil
// when nobody ever had it.
func (r *roster) user(fits func(*User) bool) (found *User) {
	for i := range r.users {
		if u := &r.users[i]; fits(u) && (found == nil || found.Revoked) {
			found = u
		}
	}
	return found
}

func (r *roster) userNamed(name string) *User {
	return r.user(func(u *User) bool { return domain.Fold(u.Name) == domain.Fold(name) })
}

func (r *roster) userOf(account string) *User {
	return r.user(func(u *User) bool { return u.Account == account })
}

func (r *roster) recipientNamed(name string) (found *Recipient) {
	for i := range r.recipients {
		if t := &r.recipients[i]; domain.Fold(t.Name) == domain.Fold(name) && (found == nil || found.Revoked) {
			found = t
		}
	}
	return found
}

// maxName is how long a name may be.
const maxName = 64

// checkName refuses what is no handle. A handle is no sentence, and nothing to
// write a number or an address in: the record is never personal.
func checkName(name string) error {
	n := 0
	for _, c := range name {
		if n++; !unicode.IsLetter(c) && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			n = maxName + 1
			break
		}
	}
	if n == 0 || n > maxName {
		return domain.Refuse(domain.Usage, domain.T("namnet är inget användarnamn", "the name is no account handle"),
			domain.Tf("använd bokstäver, siffror och . _ -, högst %d tecken", "use letters, digits and . _ -, at most %d characters", maxName))
	}
	return nil
}

var accountForm = regexp.MustCompile(`^uid:[0-9]+$`)

// check refuses a user who cannot be: a role that does not exist, a guest
// without a last day, a role for projects without one.
func (u *User) check() error {
	if err := checkName(u.Name); err != nil {
		return err
	}
	switch {
	case !slices.Contains(Roles, u.Role):
		return domain.Refuse(domain.Usage, domain.Tf("det finns ingen roll %q", "there is no role %q", u.Role),
			domain.Tf("välj bland %v", "choose among %v", Roles))
	case slices.Contains(u.Projects, ""):
		return domain.Refuse(domain.Usage, domain.T("ett projekt har inget id", "a project has no id"), domain.T("ange --project ID", "give --project ID"))
	case len(u.Projects) == 0 && (u.Role == Evaluator || u.Role == ProjectLead):
		return domain.Refuse(domain.Usage, domain.Tf("rollen %s gäller projekt", "the role %s is for projects", u.Role), domain.T("ange --project", "give --project"))
	case u.Expires.Zero() && slices.Contains(mustExpire, u.Role):
		return domain.Refuse(domain.Usage, domain.Tf("rollen %s gäller en tid", "the role %s is for a time", u.Role), domain.T("ange sista dagen med --expires", "give the last day with --expires"))
	case len(u.Sample) > 0 && u.Role != Auditor:
		return domain.Refuse(domain.Usage, domain.Tf("rollen %s har inget stickprov", "the role %s has no sample", u.Role), domain.T("utelämna --sample", "leave out --sample"))
	case u.Account != "" && !accountForm.MatchString(u.Account):
		return domain.Refuse(domain.Usage, domain.Tf("%q är inget konto", "%q is no account", u.Account), domain.T("skriv uid:1000; id -u visar numret", "write uid:1000; id -u shows the number"))
	}
	return nil
}

func (t *Recipient) check() error {
	switch {
	case len(t.Projects) == 0 || slices.Contains(t.Projects, ""):
		return domain.Refuse(domain.Usage, domain.T("en mottagare får ta emot projekt", "a recipient is given projects"), domain.T("ange --project", "give --project"))
	case t.Expires.Zero():
		return domain.Refuse(domain.Usage, domain.T("en mottagare gäller en tid", "a recipient is for a time"), domain.T("ange sista dagen med --expires", "give the last day with --expires"))
	}
	return checkName(t.Name)
}

// AddUser adds a user, under an id of its own, when who acts may administer.
func (g *Gate) AddUser(ctx context.Context, u User) (User, error) {
	if err := u.check(); err != nil {
		return u, err
	}
	// Whoever turns the account that administers into another role could not
	// turn it back.
	if u.Account == g.Account && (u.Role != Administrator || !u.Expires.Zero()) {
		return u, domain.Refuse(domain.Refused, domain.Tf("%s är kontot du använder: som %s kan det inte längre administrera", "%s is the account you use: as %s it could no longer administer", u.Account, u.Role),
			domain.T("utelämna --account och använd --as, eller lägg till kontot som administrator utan --expires", "leave out --account and use --as, or add the account as administrator without --expires"))
	}
	u.ID, u.Revoked = uuid.New(), false
	return u, g.administer(ctx, "users add "+u.Name, UserAdded, u, func(r *roster) (uuid.UUID, error) {
		if old := r.userNamed(u.Name); old != nil && !old.Revoked {
			return u.ID, taken(domain.Tf("användaren %s finns redan", "the user %s is there already", old.Name))
		}
		if old := r.userOf(u.Account); u.Account != "" && old != nil && !old.Revoked {
			return u.ID, taken(domain.Tf("%s är redan kontot för %s", "%s is the account of %s already", u.Account, old.Name))
		}
		return u.ID, nil
	})
}

// AddRecipient adds a recipient, under an id of its own, when who acts may
// administer.
func (g *Gate) AddRecipient(ctx context.Context, t Recipient) (Recipient, error) {
	if err := t.check(); err != nil {
		return t, err
	}
	t.ID, t.Revoked = uuid.New(), false
	return t, g.administer(ctx, "recipients add "+t.Name, RecipientAdded, t, func(r *roster) (uuid.UUID, error) {
		if old := r.recipientNamed(t.Name); old != nil && !old.Revoked {
			return t.ID, taken(domain.Tf("mottagaren %s finns redan", "the recipient %s is there already", old.Name))
		}
		return t.ID, nil
	})
}

func taken(what domain.Text) error {
	return domain.Refuse(domain.Conflict, what, domain.T("välj något annat, eller avsluta den först med revoke", "choose another one, or revoke that one first"))
}

// RevokeUser ends a user from now on.
func (g *Gate) RevokeUser(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return g.administer(ctx, "users revoke "+name, UserRevoked, nil, func(r *roster) (uuid.UUID, error) {
		u := r.userNamed(name)
		if u == nil || u.Revoked {
			return uuid.Nil, unknownUser(name)
		}
		if u.Account == g.Account {
			return uuid.Nil, domain.Refuse(domain.Refused, domain.Tf("%s är kontot du använder: ingen kunde administrera från det sedan", "%s is the account you use: nobody could administer from it afterwards", u.Account),
				domain.T("låt ett annat konto göra det", "let another account do it"))
		}
		return u.ID, nil
	})
}

// RevokeRecipient ends a recipient from now on.
func (g *Gate) RevokeRecipient(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return g.administer(ctx, "recipients revoke "+name, RecipientRevoked, nil, func(r *roster) (uuid.UUID, error) {
		t := r.recipientNamed(name)
		if t == nil || t.Revoked {
			return uuid.Nil, unknownRecipient(name)
		}
		return t.ID, nil
	})
}

func unknownUser(name string) error {
	return domain.Refuse(domain.NotFound, domain.Tf("det finns ingen användare %s", "there is no user %s", name), domain.T("utfall users list visar dem", "utfall users list shows them"))
}

func unknownRecipient(name string) error {
	return domain.Refuse(domain.NotFound, domain.Tf("det finns ingen mottagare %s", "there is no recipient %s", name), domain.T("utfall recipients list visar dem", "utfall recipients list shows them"))
}
