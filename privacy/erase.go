package privacy

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/planted"
)

// Step is how far an erasure has come. Each is reached in one transaction, so a
// process that dies leaves one of them and never something in between.
type Step string

// The steps.
const (
	Asked     Step = "asked"     // the subject is restricted
	Held      Step = "held"      // evidence must be kept: it waits, restricted
	Destroyed Step = "destroyed" // the subject and its key are gone from the vault
)

// Erasure is one under way, or waiting.
type Erasure struct {
	ID       uuid.UUID
	Subject  uuid.UUID
	Asked    domain.Date
	Reason   string
	Step     Step
	Figures  []byte                   // hash of what was reported before
	Position uint64                   // at which it was
	Frozen   map[string]domain.Sealed // by project: what the special categories add to figures from now on
	Until    domain.Date              // held: nothing holds it after; destroyed: gone from backups as well from then on
}

// reasonBound is what the reason of an erasure is bound to in the vault.
func reasonBound(id uuid.UUID) Binding { return Binding{Field: Reason, Event: id} }

// Restrict begins an erasure: from here on the subject's use is restricted. One
// that is under way already is given as it is.
func (v *Vault) Restrict(ctx context.Context, subject uuid.UUID, reason string) (Erasure, error) {
	e := Erasure{ID: uuid.Must(uuid.NewV7()), Subject: subject, Asked: today(), Reason: reason, Step: Asked}
	err := inside(v.db, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "update subjects set restricted = coalesce(restricted, ?) where subject = ?", e.Asked.String(), subject[:])
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNoSubject)
		}
		_, err = tx.ExecContext(ctx, "insert into erasures (id, subject, asked, reason, step) values (?, ?, ?, ?, ?) on conflict (subject) do nothing",
			e.ID[:], subject[:], e.Asked.String(), string(v.Seal(reasonBound(e.ID), reason)), string(Asked))
		return err
	})
	if err != nil {
		return Erasure{}, err
	}
	planted.Die("asked")
	all, err := v.Erasures(ctx)
	for _, known := range all {
		if known.Subject == subject {
			return known, err
		}
	}
	return e, errors.Join(err, ErrNoSubject)
}

// Hold leaves an erasure waiting, restricted, until the day nothing holds it
// any more; zero when that day is not known yet.
func (v *Vault) Hold(ctx context.Context, e Erasure, until domain.Date) error {
	_, err := v.db.ExecContext(ctx, "update erasures set step = ?, until = ? where id = ?", string(Held), dateText(until), e.ID[:])
	return err
}

// Measured keeps, before anything is destroyed, the hash of what is reported, the
// position it was made at, and what the subject's special categories add to it.
func (v *Vault) Measured(ctx context.Context, e Erasure) error {
	frozen, err := json.Marshal(e.Frozen)
	if err != nil {
		return err
	}
	_, err = v.db.ExecContext(ctx, "update erasures set figures = ?, position = ?, frozen = ? where id = ?", e.Figures, e.Position, string(frozen), e.ID[:])
	return err
}

// Destroy destroys what the vault has of subjects: their keys, sealed fields,
// index entries, links, pseudonyms, and the uploads given. The others go over
// to a new epoch, in the same transaction; the epochs before it die on the day
// ends, and with them what old backups of the vault hold.
func (v *Vault) Destroy(ctx context.Context, subjects []uuid.UUID, uploads []string, ends domain.Date) error {
	err := inside(v.db, func(tx *sql.Tx) error {
		return v.changeKeysIn(func(ring *keyring) error {
			ring.open(today())
			ring.close(ends)
			return nil
		}, func(ring *keyring) error {
			planted.Die("epoch")
			for _, s := range subjects {
				if err := destroy(ctx, tx, s, ends); err != nil {
					return err
				}
			}
			for _, u := range uploads {
				if _, err := tx.ExecContext(ctx, "delete from uploads where upload = ?", u); err != nil {
					return err
				}
			}
			return rewrap(tx, ring)
		})
	})
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	planted.Die("destroyed")
	return nil
}

func destroy(ctx context.Context, tx *sql.Tx, subject uuid.UUID, ends domain.Date) error {
	for _, table := range []string{"subjects", "lookups", "weak_links", "pseudonyms"} {
		if _, err := tx.ExecContext(ctx, "delete from "+table+" where subject = ?", subject[:]); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "update erasures set step = ?, until = ? where subject = ?", string(Destroyed), ends.String(), subject[:])
	return err
}

// Finish forgets an erasure that is done.
func (v *Vault) Finish(ctx context.Context, e Erasure) error {
	_, err := v.db.ExecContext(ctx, "delete from erasures where id = ?", e.ID[:])
	return err
}

// Erasures gives those under way and those that wait, the oldest first.
func (v *Vault) Erasures(ctx context.Context) ([]Erasure, error) {
	rows, err := v.db.QueryContext(ctx, "select id, subject, asked, reason, step, figures, coalesce(position, 0), coalesce(until, ''), coalesce(frozen, '{}') from erasures order by id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Erasure
	for rows.Next() {
		var e Erasure
		var id, subject []byte
		var asked, reason, until, frozen string
		if err := rows.Scan(&id, &subject, &asked, &reason, &e.Step, &e.Figures, &e.Position, &until, &frozen); err != nil {
			return nil, err
		}
		var errs [5]error
		errs[4] = json.Unmarshal([]byte(frozen), &e.Frozen)
		e.ID, errs[0] = uuid.FromBytes(id)
		e.Subject, errs[1] = uuid.FromBytes(subject)
		e.Asked, errs[2] = domain.ParseDate(asked)
		e.Reason, errs[3] = v.Unseal(reasonBound(e.ID), domain.Sealed(reason))
		if until != "" && errs[2] == nil {
			e.Until, errs[2] = domain.ParseDate(until)
		}
		if err := errors.Join(errs[:]...); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func dateText(d domain.Date) any {
	if d.Zero() {
		return nil
	}
	return d.String()
}
