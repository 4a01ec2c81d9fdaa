package main

import (
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy/access"
	"utfall/reports"
)

// recipient finds to whom something is released. Whoever may not release what is
// requested is refused before anything is made, for what is said of it tells
// something already.
func (a *App) recipient(name string, req access.Request) (to access.Recipient, err error) {
	gate, err := a.gate()
	if err != nil {
		return to, err
	}
	if req.Action == access.Released {
		if err := access.Permits(gate.User, req, domain.DateOf(a.now())); err != nil {
			return to, err
		}
	}
	all, err := gate.DB.Recipients(a.ctx)
	if err != nil {
		return to, err
	}
	for _, r := range all {
		// What was released can be verified after a recipient is revoked.
		if domain.Fold(r.Name) == domain.Fold(name) && (!r.Revoked || req.Action != access.Released) {
			to = r
		}
	}
	if to.ID == uuid.Nil {
		return to, domain.Refuse(domain.NotFound, domain.T("det finns ingen sådan mottagare", "there is no such recipient"), domain.T("utfall recipients list visar dem", "utfall recipients list shows them"))
	}
	return to, nil
}

// release says how a report is made for a recipient. The request is told whom it
// is about, so that the record can say who was given whose data.
func (a *App) release(recipient, project, coarsen string, req *access.Request) (*reports.Release, error) {
	coarse, err := reports.ParseCoarsening(coarsen)
	if err != nil {
		return nil, err
	}
	to, err := a.recipient(recipient, *req)
	if err != nil {
		return nil, err
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
