package main

import (
	"cmp"
	"errors"
	"os"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
	"utfall/reports"
)

// identify makes the request one to see who the people of a report are, where it
// can name them and who acts may see that; else it leaves the request, and the
// report has ids.
func (a *App) identify(r *reports.Report, req *access.Request, must bool) (named bool, err error) {
	gate, err := a.gate()
	if err != nil {
		return false, err
	}
	whom := persons{}
	r.Identities(func(i reports.Identity) {
		if i.Field == reports.Quotation {
			return // somebody let it through: it is for whoever may have the report
		}
		named = true
		if i.Field != reports.PlaceName {
			whom.add(i.ID)
		}
	})
	if _, err := os.Stat(privacy.Path(a.dir)); err != nil {
		named = false // there is a log, and nobody's vault: whoever it is about has ids only
	}
	if !named && !must {
		return false, nil
	}
	wanted := *req
	wanted.Action, wanted.Subjects, wanted.Rows = access.Identities, whom.subjects(), len(whom)
	if !must && access.Permits(gate.User, wanted, domain.DateOf(a.now())) != nil {
		return false, nil
	}
	*req = wanted
	return named, nil
}

// names gives what the vault knows of those a report is about. Whoever it knows no
// more is erased; gone is told of each.
func (a *App) names(gone func(uuid.UUID)) (func(reports.Identity) (string, error), error) {
	vault, err := a.Vault()
	if err != nil {
		return nil, err
	}
	gate, err := a.gate()
	if err != nil {
		return nil, err
	}
	users, err := rosterOf(a, gate)
	if err != nil {
		return nil, err
	}
	profiles := map[uuid.UUID]privacy.Profile{}
	return func(i reports.Identity) (string, error) {
		switch i.Field {
		case reports.ActorName:
			return cmp.Or(users.user(i.Text), i.Text), nil
		case reports.PlaceName:
			return vault.Unseal(intake.PlaceOf(i.ID), domain.Sealed(i.Text))
		case reports.Quotation:
			return a.quoted(vault, i, gone)
		}
		p, known := profiles[i.ID]
		if !known {
			p, err = vault.Profile(i.ID)
			if errors.Is(err, privacy.ErrNoSubject) {
				gone(i.ID)
				return domain.T("raderad", "erased").In(a.reportLang), nil
			}
			if err != nil {
				return "", err
			}
			profiles[i.ID] = p
		}
		return fieldOf(p, i), nil
	}, nil
}

// quoted is the text of an answer as it was let through; of somebody whose words are
// erased that they are.
func (a *App) quoted(vault *privacy.Vault, i reports.Identity, gone func(uuid.UUID)) (string, error) {
	text, err := vault.Unseal(intake.ReleaseOf(i.Event, i.ID, i.Within, i.Item), domain.Sealed(i.Text))
	if errors.Is(err, privacy.ErrErased) {
		gone(i.ID)
		return domain.T("raderad", "erased").In(a.reportLang), nil
	}
	return text, err
}

// fieldOf is one field of what the vault knows of somebody.
func fieldOf(p privacy.Profile, i reports.Identity) string {
	switch i.Field {
	case reports.PersonName:
		return p.Name
	case reports.PersonEmail:
		return p.Email
	case reports.PersonNumber:
		if n := p.Number; i.Text == "13" && len(n) == 12 {
			return n[:8] + "-" + n[8:]
		}
	}
	return p.Number
}

// withoutNumber counts those whose person number is asked for and not known.
func (a *App) withoutNumber(all []reports.Identity) (n int, err error) {
	names, err := a.names(func(uuid.UUID) {})
	for _, i := range all {
		if err != nil {
			break
		}
		var text string
		if text, err = names(i); i.Field == reports.PersonNumber && text == "" {
			n++
		}
	}
	return n, err
}
