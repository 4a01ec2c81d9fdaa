package main

import (
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy/access"
	"utfall/reports"
)

// release says how a report is made for a recipient. The request is told whom it
// is about, so that the record can say who was given whose data.
func (a *App) release(recipient, project, coarsen string, req *access.Request) (*reports.Release, error) {
	coarse, err := reports.ParseCoarsening(coarsen)
	if err != nil {
		return nil, err
	}
	gate, err := a.gate()
	if err != nil {
		return nil, err
	}
	// Before anything is made: a refusal says how unique the rows are.
	if req.Action == access.Released {
		if err := access.Permits(gate.User, *req, domain.DateOf(a.now())); err != nil {
			return nil, err
		}
	}
	all, err := gate.DB.Recipients(a.ctx)
	if err != nil {
		return nil, err
	}
	var to access.Recipient
	for _, r := range all {
		// What was released can be verified after a recipient is revoked.
		if domain.Fold(r.Name) == domain.Fold(recipient) && (!r.Revoked || req.Action != access.Released) {
			to = r
		}
	}
	if to.ID == uuid.Nil {
		return nil, domain.Refuse(domain.NotFound, domain.T("det finns ingen sådan mottagare", "there is no such recipient"), domain.T("utfall recipients list visar dem", "utfall recipients list shows them"))
	}
	vault, err := a.Vault()
	if err != nil {
		return nil, err
	}
	return &reports.Release{Recipient: to.Name, Coarse: coarse,
		Pseudonyms: func(subjects []uuid.UUID) (map[uuid.UUID]string, error) {
			return vault.Pseudonyms(a.ctx, to.ID, project, subjects)
		},
		Whom: func(subjects []uuid.UUID) { req.Subjects, req.Rows = subjects, len(subjects) }}, nil
}
