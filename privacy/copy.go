package privacy

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// CopyTo writes a copy of the vault as it stands into a new file. What was
// erased is not in it: the copy is written anew from what there is.
func (v *Vault) CopyTo(ctx context.Context, path string) error {
	if _, err := v.db.ExecContext(ctx, "vacuum into ?", path); err != nil {
		return fmt.Errorf("copy the vault: %w", err)
	}
	return nil
}

// Check opens everything that is sealed and gives the number of subjects: a
// vault that passes can be read to its last field with the key it was opened
// with.
func (v *Vault) Check(ctx context.Context) (subjects int, err error) {
	rows, err := v.db.QueryContext(ctx, "select subject from subjects")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var all []uuid.UUID
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return 0, err
		}
		subject, err := uuid.FromBytes(b)
		if err != nil {
			return 0, err
		}
		all = append(all, subject)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, err
	}
	for _, subject := range all {
		if _, err := v.Profile(subject); err != nil {
			return 0, fmt.Errorf("subject %s: %w", subject, err)
		}
	}
	return len(all), ctx.Err()
}
