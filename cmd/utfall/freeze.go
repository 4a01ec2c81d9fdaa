package main

import (
	"encoding/json"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy"
	"utfall/reports"
)

// freeze is what the special categories of somebody about to be erased add to
// figures, sealed by project under the installation's key: the log then tells
// nobody without the vault, and the vault not whose they were.
func (a *App) freeze(e privacy.Erasure) (map[string]domain.Sealed, error) {
	facts := &reports.Facts{DB: a.store.DB(), AsOf: e.Position, Open: a.opener()}
	all, err := facts.ContributionsOf(a.ctx, e.Subject)
	if err != nil {
		return nil, err
	}
	out := map[string]domain.Sealed{}
	for project, contributions := range all {
		text, err := json.Marshal(contributions)
		if err != nil {
			return nil, err
		}
		out[project] = a.vault.Seal(intake.FrozenOf(frozenID(e, project), project), string(text))
	}
	return out, nil
}

// frozenID names the event that holds what an erased person adds to a project.
func frozenID(e privacy.Erasure, project string) uuid.UUID { return eraseID(e, "frozen/"+project) }
