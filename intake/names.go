package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
)

// named is an activity or an organisation found by what people call it.
type named struct {
	recorded
	id   uuid.UUID
	name string
}

// one gives the only thing a question finds, or an error that says what is wrong.
func (in *Intake) one(ctx context.Context, what domain.Text, called, question string, args ...any) (named, error) {
	var found []named
	err := query(ctx, in.Facts, question, func(rows *sql.Rows) error {
		var n named
		err := rows.Scan(&n.event, &n.position, &n.id, &n.name)
		found = append(found, n)
		return err
	}, args...)
	switch {
	case err != nil:
		return named{}, err
	case len(found) == 0:
		return named{}, domain.Refuse(domain.NotFound, domain.Text{SV: fmt.Sprintf("%s %q finns inte", what.SV, called), EN: fmt.Sprintf("there is no %s %q", what.EN, called)}, domain.T("skriv namnet som i listan", "write the name as in the list"))
	case len(found) > 1:
		return named{}, domain.Refuse(domain.Conflict, domain.Tf("flera heter %q", "several are called %q", called), domain.T("ange organisationsnumret", "give the organisation number"))
	}
	return found[0], nil
}

// because gives a correction the program makes by itself its id and its reason.
func (in *Intake) because(text string, e domain.Event) domain.Event {
	e.ID = uuid.Must(uuid.NewV7())
	e.Reason = in.Vault.Seal(ReasonOf(e.ID), text)
	return e
}

// activity finds an activity by its name, folded.
func (in *Intake) activity(ctx context.Context, called string) (named, error) {
	var all []named
	err := query(ctx, in.Facts, `select event_id, position, activity, name from activities a where superseded_at is null
		and not exists (select 1 from activity_merges m where m.activity = a.activity and m.superseded_at is null)`, func(rows *sql.Rows) error {
		var n named
		err := rows.Scan(&n.event, &n.position, &n.id, &n.name)
		if domain.Fold(n.name) == domain.Fold(called) {
			all = append(all, n)
		}
		return err
	})
	if err != nil {
		return named{}, err
	}
	if len(all) == 0 {
		return named{}, domain.Refuse(domain.NotFound, domain.Tf("aktiviteten %q finns inte", "there is no activity %q", called),
			domain.T("utfall metric sessions_held --by activity visar namnen", "utfall metric sessions_held --by activity shows the names"))
	}
	return all[0], nil
}

// MergeActivities makes the events by which one activity is another one,
// spelled otherwise. What was merged into the first goes along.
func (in *Intake) MergeActivities(ctx context.Context, from, into string) ([]domain.Event, error) {
	a, err := in.activity(ctx, from)
	if err != nil {
		return nil, err
	}
	b, err := in.activity(ctx, into)
	if err != nil {
		return nil, err
	}
	if a.id == b.id {
		return nil, sameThing
	}
	events := []domain.Event{{Data: domain.ActivityMerged{Activity: a.id, Into: b.id}}}
	err = query(ctx, in.Facts, "select event_id, position, activity from activity_merges where superseded_at is null and into_activity = ?", func(rows *sql.Rows) error {
		var old named
		if err := rows.Scan(&old.event, &old.position, &old.id); err != nil {
			return err
		}
		events = append(events, in.because("its target was merged", domain.Event{Corrects: old.event, Supersedes: old.position,
			Data: domain.ActivityMerged{Activity: old.id, Into: b.id}}))
		return nil
	}, a.id.String())
	return events, err
}

var sameThing = domain.Refuse(domain.Usage, domain.T("det är samma redan", "they are the same already"), domain.T("ange två olika", "give two different ones"))

// RenameActivity makes the event that gives an activity another name.
func (in *Intake) RenameActivity(ctx context.Context, from, to string) ([]domain.Event, error) {
	a, err := in.activity(ctx, from)
	if err != nil {
		return nil, err
	}
	if b, err := in.activity(ctx, to); err == nil && b.id != a.id {
		return nil, domain.Refuse(domain.Conflict, domain.Tf("det finns redan en aktivitet %q", "there is an activity %q already", to),
			domain.T("slå ihop dem med utfall activities merge", "merge them with utfall activities merge"))
	}
	return []domain.Event{in.because("renamed", domain.Event{Corrects: a.event, Supersedes: a.position, Data: domain.ActivityRenamed{Activity: a.id, Name: to}})}, nil
}

// organisation finds an organisation by number, id or name.
func (in *Intake) organisation(ctx context.Context, called string) (named, error) {
	question := `select f.event_id, f.position, f.organisation, coalesce(f.name, '') from organisation_facts f where f.superseded_at is null and `
	last := ` qualify row_number() over (partition by f.organisation order by coalesce(f.date, date '0001-01-01') desc, f.position desc, f.idx desc) = 1`
	if id, err := uuid.Parse(called); err == nil {
		return in.one(ctx, organisationWord, called, question+"f.organisation = ?"+last, id.String())
	}
	if n, err := domain.ParseOrgNumber(called); err == nil {
		id, err := in.numbered(ctx, n)
		if err != nil {
			return named{}, err
		}
		return in.one(ctx, organisationWord, called, question+"f.organisation = ?"+last, id.String())
	}
	return in.one(ctx, organisationWord, called, question+"lower(f.name) = lower(?)"+last, called)
}

var organisationWord = domain.T("organisationen", "organisation")

// numbered gives the id behind an organisation number; Nil when there is none.
func (in *Intake) numbered(ctx context.Context, n domain.OrgNumber) (uuid.UUID, error) {
	if n.Sole() {
		people, err := in.Vault.Import("")
		if err != nil {
			return uuid.Nil, err
		}
		return people.FindSole(n.Digits())
	}
	var id uuid.UUID
	err := in.Facts.QueryRowContext(ctx, "select organisation from organisations where superseded_at is null and number = ?", n.String()).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return uuid.Nil, nil
	}
	return id, err
}

// MergeOrganisations makes the events by which one organisation is another
// one. It is refused while their memberships overlap: one company cannot be a
// member twice on a day.
func (in *Intake) MergeOrganisations(ctx context.Context, from, into string) ([]domain.Event, error) {
	a, err := in.organisation(ctx, from)
	if err != nil {
		return nil, err
	}
	b, err := in.organisation(ctx, into)
	if err != nil {
		return nil, err
	}
	if a.id == b.id {
		return nil, sameThing
	}
	var overlaps int
	err = in.Facts.QueryRowContext(ctx, `select count(*) from memberships x join memberships y on x.superseded_at is null and y.superseded_at is null
		and x.organisation = ? and y.organisation = ? and x.member_from <= coalesce(y.member_to, date '9999-12-31') and y.member_from <= coalesce(x.member_to, date '9999-12-31')`,
		a.id.String(), b.id.String()).Scan(&overlaps)
	if err != nil {
		return nil, err
	}
	if overlaps > 0 {
		return nil, domain.Refuse(domain.Conflict, domain.T("deras medlemskap överlappar", "their memberships overlap"),
			domain.T("ta först tillbaka det ena med utfall correct ID --withdraw", "first take one back with utfall correct ID --withdraw"))
	}
	events := []domain.Event{{Organisation: a.id, Data: domain.OrganisationMerged{Into: b.id}}}
	err = query(ctx, in.Facts, "select event_id, position, organisation from organisation_merges where superseded_at is null and into_organisation = ?", func(rows *sql.Rows) error {
		var old named
		if err := rows.Scan(&old.event, &old.position, &old.id); err != nil {
			return err
		}
		events = append(events, in.because("its target was merged", domain.Event{Organisation: old.id, Corrects: old.event, Supersedes: old.position,
			Data: domain.OrganisationMerged{Into: b.id}}))
		return nil
	}, a.id.String())
	return events, err
}

// RenameOrganisation makes the event that corrects an organisation's name.
func (in *Intake) RenameOrganisation(ctx context.Context, called, to string) ([]domain.Event, error) {
	o, err := in.organisation(ctx, called)
	if err != nil {
		return nil, err
	}
	old, err := in.Find(ctx, o.event)
	if err != nil {
		return nil, err
	}
	f, ok := old.Event.Data.(domain.OrganisationDescribed)
	if !ok {
		return nil, errors.New("the event found describes no organisation")
	}
	if err := in.mayName(ctx, o.id); err != nil {
		return nil, err
	}
	f.Name = to
	return []domain.Event{in.because("renamed", domain.Event{Date: old.Event.Date, Organisation: o.id, Corrects: o.event, Supersedes: o.position, Data: f})}, nil
}

// SessionsOf gives an activity by its name, and its sessions.
func (in *Intake) SessionsOf(ctx context.Context, called string) (uuid.UUID, map[uuid.UUID]bool, error) {
	a, err := in.activity(ctx, called)
	if err != nil {
		return uuid.Nil, nil, err
	}
	sessions := map[uuid.UUID]bool{}
	err = query(ctx, in.Facts, `select session from sessions where activity = ?1
		or activity in (select activity from activity_merges where superseded_at is null and into_activity = ?1)`, func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		sessions[id] = true
		return err
	}, a.id.String())
	return a.id, sessions, err
}
