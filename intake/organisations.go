package intake

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"utfall/domain"
)

// organisations is what is recorded of organisations, and what this file adds.
type organisations struct {
	r        *reading
	byNumber map[string]uuid.UUID
	into     map[uuid.UUID]uuid.UUID // merged organisations
	known    map[uuid.UUID]bool      // has been registered
}

// loadOrganisations reads all numbers and merges that hold now.
func loadOrganisations(r *reading) (*organisations, error) {
	o := &organisations{r: r, byNumber: map[string]uuid.UUID{}, into: map[uuid.UUID]uuid.UUID{}, known: map[uuid.UUID]bool{}}
	err := query(r.ctx, r.in.Facts, "select organisation, coalesce(number, '') from organisations where superseded_at is null",
		func(rows *sql.Rows) error {
			var id uuid.UUID
			var number string
			if err := rows.Scan(&id, &number); err != nil {
				return err
			}
			o.known[id] = true
			if number != "" {
				o.byNumber[number] = id
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	err = query(r.ctx, r.in.Facts, "select organisation, into_organisation from organisation_merges where superseded_at is null",
		func(rows *sql.Rows) error {
			var from, into uuid.UUID
			err := rows.Scan(&from, &into)
			o.into[from] = into
			return err
		})
	return o, err
}

// find gives the organisation of a number, registering it when it is new. A
// sole trader's number is known to the vault only.
func (o *organisations) find(at domain.Place, number domain.OrgNumber, name, email string) (uuid.UUID, error) {
	if number.IsZero() {
		return uuid.Nil, nil
	}
	var id uuid.UUID
	var err error
	if number.Sole() {
		if id, _, err = o.r.people.Sole(number, name, email); err != nil {
			return uuid.Nil, err
		}
	} else if id = o.byNumber[number.String()]; id == uuid.Nil {
		id = uuid.New()
		o.byNumber[number.String()] = id
	}
	if !o.known[id] {
		o.known[id] = true
		fact := domain.OrganisationRegistered{Sole: number.Sole()}
		if !fact.Sole {
			fact.Number = number
		}
		o.r.emit(at, domain.Event{Organisation: id, Data: fact})
	}
	return o.counts(id), nil
}

// counts is the organisation one counts as after merges.
func (o *organisations) counts(id uuid.UUID) uuid.UUID {
	if into, ok := o.into[id]; ok {
		return into
	}
	return id
}

// query runs a question and hands over each row; every question of this
// package on what is recorded goes through it.
func query(ctx context.Context, db *sql.DB, text string, each func(*sql.Rows) error, args ...any) error {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// project is what a row's project means for it.
type project struct {
	id        string
	programme string // the rule set
	period    domain.Period
	esf       bool
}

// loadProjects reads the projects that are known.
func loadProjects(r *reading) (map[string]project, error) {
	out := map[string]project{}
	err := query(r.ctx, r.in.Facts, "select project, programme, programme like 'ESF%', strftime(start_on, '%Y-%m-%d'), strftime(end_on, '%Y-%m-%d') from projects where superseded_at is null",
		func(rows *sql.Rows) error {
			var p project
			var from, to string
			if err := rows.Scan(&p.id, &p.programme, &p.esf, &from, &to); err != nil {
				return err
			}
			p.period = domain.Period{From: domain.MustDate(from), To: domain.MustDate(to)}
			out[p.id] = p
			return nil
		})
	return out, err
}

// contact keeps an e-mail address with the organisation, in the vault.
func (o *organisations) contact(id uuid.UUID, email string) error {
	if email == "" {
		return nil
	}
	return o.r.people.Contact(id, email)
}
