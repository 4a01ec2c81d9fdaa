package main

import (
	"database/sql"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy/access"
)

// hidesProtected tells whether persons of protected identity are kept from who
// acts, in what concerns a project.
func (a *App) hidesProtected(project string) (bool, error) {
	gate, err := a.gate()
	if err != nil {
		return false, err
	}
	req := access.Request{Action: access.Protected, Project: project}
	return gate.User != nil && access.Permits(gate.User, req, domain.DateOf(a.now())) != nil, nil
}

// hidden are the persons of protected identity, where they are kept from who acts.
func (a *App) hidden() (map[uuid.UUID]bool, error) {
	hide, err := a.hidesProtected("")
	if err != nil || !hide {
		return nil, err
	}
	store, err := a.Facts()
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]bool{}
	return out, each(a.ctx, store.DB(), `with p as (
			select subject from person_states where superseded_at is null and state in ('protected', 'unprotected')
			group by 1 having arg_max(state, (position, idx)) = 'protected'),
		m as (select subject, into_subject from person_merges where superseded_at is null),
		c as (select subject from p union select into_subject from m join p using (subject))
		select subject from c union select m.subject from m join c on c.subject = m.into_subject`, func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		out[id] = true
		return err
	})
}

// mayName refuses to show who somebody of protected identity is to those from whom
// such persons are kept.
func (a *App) mayName(ids []uuid.UUID) error {
	hidden, err := a.hidden()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if hidden[id] {
			return a.allow(access.Request{Action: access.Protected, What: "identities", Subjects: ids})
		}
	}
	return nil
}
