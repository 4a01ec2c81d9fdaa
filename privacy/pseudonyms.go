package privacy

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Pseudonyms gives what subjects go by towards one recipient in one project: 128
// random bits in hex, kept sealed under the subject's own key, so that two
// recipients, or two projects, cannot be joined and nothing is left when the
// subject is erased. A subject the vault no longer knows goes by a keyed hash of
// its id, which only whoever has the vault's keys can tell.
func (v *Vault) Pseudonyms(ctx context.Context, recipient uuid.UUID, project string, subjects []uuid.UUID) (map[uuid.UUID]string, error) {
	out := make(map[uuid.UUID]string, len(subjects))
	return out, inside(v.db, func(tx *sql.Tx) error {
		for _, subject := range subjects {
			name, err := v.pseudonym(ctx, tx, recipient, project, subject)
			if err != nil {
				return fmt.Errorf("pseudonym: %w", err)
			}
			out[subject] = name
		}
		return nil
	})
}

func (v *Vault) pseudonym(ctx context.Context, tx *sql.Tx, recipient uuid.UUID, project string, subject uuid.UUID) (string, error) {
	var epoch int
	var wrapped, sealed []byte
	err := tx.QueryRowContext(ctx, `select s.epoch, s.key, p.pseudonym from subjects s left join pseudonyms p
		on p.subject = s.subject and p.recipient = ? and p.project = ? where s.subject = ?`, recipient.String(), project, subject[:]).Scan(&epoch, &wrapped, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		mark := v.index("pseudonym", recipient.String(), project, subject.String())
		return hex.EncodeToString(mark[:]), nil
	}
	if err != nil {
		return "", err
	}
	key, err := v.unwrap(subject, epoch, wrapped)
	if err != nil {
		return "", err
	}
	bound := bind(subject, "pseudonym/"+recipient.String()+"/"+project)
	if sealed != nil {
		plain, err := unseal(key, sealed, bound)
		return string(plain), err
	}
	name := hex.EncodeToString(newKey()[:16])
	_, err = tx.ExecContext(ctx, "insert into pseudonyms values (?, ?, ?, ?)", recipient.String(), project, subject[:], seal(key, []byte(name), bound))
	return name, err
}
