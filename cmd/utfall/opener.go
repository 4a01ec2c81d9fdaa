package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy"
	"utfall/reports"
)

// opener opens what stands sealed in the facts; nil in a directory without a
// vault. The vault is opened when there is something to open.
func (a *App) opener() *reports.Opener {
	if _, err := os.Stat(privacy.Path(a.dir)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return &reports.Opener{
		Special: func(event, subject uuid.UUID, project string, sealed domain.Sealed) (domain.Special, error) {
			vault, err := a.Vault()
			if err != nil {
				return domain.Special{}, err
			}
			special, err := intake.OpenSpecial(vault, event, subject, project, sealed)
			switch {
			case errors.Is(err, privacy.ErrErased):
				err = nil // what it added is frozen
			case errors.Is(err, privacy.ErrSealed):
				err = reports.ErrNotOpen
			}
			return special, err
		},
		Frozen: func(event uuid.UUID, project string, sealed domain.Sealed) (out []domain.FrozenContribution, err error) {
			vault, err := a.Vault()
			if err != nil {
				return nil, err
			}
			text, err := vault.Unseal(intake.FrozenOf(event, project), sealed)
			if errors.Is(err, privacy.ErrSealed) {
				err = reports.ErrNotOpen
			}
			if err != nil || text == "" {
				return nil, err
			}
			return out, json.Unmarshal([]byte(text), &out)
		},
	}
}
