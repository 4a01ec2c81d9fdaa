package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
)

// Undo makes the events that take back what a batch recorded: its new facts
// are withdrawn, and facts it corrected stand again as they were. What a later
// batch has corrected since is left alone; registrations of organisations and
// activities stay, for they say only that something exists.
func (in *Intake) Undo(ctx context.Context, position uint64, reason string) (events []domain.Event, left int, err error) {
	head, err := in.Log.Head(ctx)
	if err != nil {
		return nil, 0, err
	}
	if position == 0 || position > head {
		return nil, 0, domain.Refuse(domain.NotFound, domain.Tf("det finns ingen batch %d", "there is no batch %d", position),
			domain.Tf("loggen har 1–%d; utfall events list visar dem", "the log has 1–%d; utfall events list shows them", head))
	}
	b, err := in.Log.Batch(ctx, position)
	if err != nil {
		return nil, 0, err
	}
	recorded, err := b.Decode(domain.Events)
	if err != nil {
		return nil, 0, err
	}
	if b.Source.Kind == "undo" {
		return nil, 0, domain.Refuse(domain.Refused, domain.T("ett återtagande tas inte tillbaka", "an undo is not taken back"),
			domain.T("läs in filen igen", "import the file again"))
	}
	if err := in.mayUndo(ctx, position, recorded); err != nil {
		return nil, 0, err
	}
	undone, err := in.undone(ctx)
	if err != nil {
		return nil, 0, err
	}
	since, err := in.supersededOf(ctx, position)
	if err != nil {
		return nil, 0, err
	}
	before := map[uint64]map[uuid.UUID]domain.Event{}
	for _, e := range recorded {
		if stays(e.Data) {
			continue
		}
		if since[e.ID] != 0 {
			left++
			continue
		}
		now := &Recorded{Event: e, Position: position}
		// What it corrected stands again, unless that was taken back as well.
		back, err := in.takeBack(ctx, before, now, undone, reason)
		if err != nil {
			return nil, 0, err
		}
		events = append(events, back)
	}
	return events, left, nil
}

// takeBack makes the event that takes one back.
func (in *Intake) takeBack(ctx context.Context, before map[uint64]map[uuid.UUID]domain.Event, now *Recorded, undone map[uint64]bool, reason string) (domain.Event, error) {
	if now.Event.Corrects == uuid.Nil || undone[now.Event.Supersedes] {
		return in.withdraw(now, reason)
	}
	old, err := in.original(ctx, before, now.Event)
	if err != nil {
		return old, err
	}
	return in.replace(old, now, reason)
}

// undone gives the batches that have been taken back.
func (in *Intake) undone(ctx context.Context) (map[uint64]bool, error) {
	out := map[uint64]bool{}
	return out, query(ctx, in.Facts, "select undoes from batches where undoes is not null", func(rows *sql.Rows) error {
		var n uint64
		err := rows.Scan(&n)
		out[n] = true
		return err
	})
}

// stays reports whether a fact outlives the undoing of its batch.
func stays(f domain.Fact) bool {
	switch f.(type) {
	case domain.OrganisationRegistered, domain.ActivityRegistered, domain.PersonRecorded, domain.PersonRestricted, domain.PersonErased, domain.SpecialFrozen, domain.FactWithdrawn:
		return true
	}
	return false
}

// mayUndo refuses to take back what later batches stand on.
func (in *Intake) mayUndo(ctx context.Context, position uint64, events []domain.Event) error {
	for _, e := range events {
		if e.Corrects != uuid.Nil || stays(e.Data) {
			continue
		}
		if users, err := in.users(ctx, e, position); err != nil || users > 0 {
			return errors.Join(err, stoodOn(users))
		}
	}
	return nil
}

func stoodOn(users int) error {
	if users == 0 {
		return nil
	}
	return domain.Refuse(domain.Conflict, domain.Tf("%d andra registreringar bygger på den", "%d other recordings stand on it", users),
		domain.T("ta tillbaka dem först", "take those back first"))
}

// users counts the facts that stand on what an event says, those of one batch
// aside.
func (in *Intake) users(ctx context.Context, e domain.Event, except uint64) (n int, err error) {
	count := func(text string, id any) {
		var more int
		if err == nil {
			err = in.Facts.QueryRowContext(ctx, "select count(*) from "+text+" and superseded_at is null and position <> ?", id, except).Scan(&more)
		}
		n += more
	}
	switch f := e.Data.(type) {
	case domain.ProjectRecorded:
		count("sessions where project = ?", f.Project)
		count("participations where project = ?", f.Project)
		count("results where project = ?", f.Project)
		count("evidence where project = ?", f.Project)
		for _, table := range []string{"staff_time", "costs", "contributions", "claims_drafted", "claims_submitted", "advances"} {
			count(table+" where project = ?", f.Project)
		}
	case domain.ClaimDrafted:
		count("claims_submitted where "+claimIs, claimOf(f.Project, f.Month, f.Number))
	case domain.ClaimSubmitted:
		count("claims_decided where "+claimIs, claimOf(f.Project, f.Month, f.Number))
		count("claims_paid where "+claimIs, claimOf(f.Project, f.Month, f.Number))
		// Later claims carry corrections of it.
		count(fmt.Sprintf("claims_submitted where number > %d and project = ?", f.Number), f.Project)
	case domain.ClaimDecided:
		count("claims_paid where "+claimIs, claimOf(f.Project, f.Month, f.Number))
	case domain.AdvancePaid:
		count("claims_submitted where settled_ore > 0 and project = ?", f.Project)
	case domain.SurveyDefined:
		count("responses where survey = ?", f.Survey)
		count("invitations where survey = ?", f.Survey)
	case domain.AnswerRecorded:
		count("texts_released where answer = ?", e.ID.String())
	case domain.SessionRecorded:
		count("attendance where session = ?", f.Session.String())
		count("headcounts where session = ?", f.Session.String())
		count("evidence where session = ?", f.Session.String())
	case domain.ScbMade:
		count("scb_submitted where concat_ws(chr(31), project, month, issue) = ?", fmt.Sprintf("%s\x1f%s\x1f%d", f.Project, f.Month, f.Issue))
	case domain.ActivityRegistered:
		count("sessions where activity = ?", f.Activity.String())
	case domain.OrganisationRegistered:
		count("memberships where organisation = ?", e.Organisation.String())
		count("attendance where organisation = ?", e.Organisation.String())
		count("participations where organisation = ?", e.Organisation.String())
		count("aid where organisation = ?", e.Organisation.String())
		count("contributions where organisation = ?", e.Organisation.String())
		count("organisation_links where cast(? as uuid) in (organisation, with_organisation)", e.Organisation.String())
	}
	return n, err
}

// claimIs picks out the rows of a claim, and claimOf is which.
const claimIs = "concat_ws(chr(31), project, month, number) = ?"

func claimOf(project, month string, number int) string {
	return fmt.Sprintf("%s\x1f%s\x1f%d", project, month, number)
}

// supersededOf gives which events of a batch have been superseded, and when.
func (in *Intake) supersededOf(ctx context.Context, position uint64) (map[uuid.UUID]uint64, error) {
	out := map[uuid.UUID]uint64{}
	for _, t := range factTables {
		err := query(ctx, in.Facts, "select event_id, superseded_at from "+t+" where position = ? and superseded_at is not null", func(rows *sql.Rows) error {
			var id uuid.UUID
			var at uint64
			err := rows.Scan(&id, &at)
			out[id] = at
			return err
		}, position)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// original is the event that a correction took the place of.
func (in *Intake) original(ctx context.Context, cache map[uint64]map[uuid.UUID]domain.Event, e domain.Event) (domain.Event, error) {
	if cache[e.Supersedes] == nil {
		b, err := in.Log.Batch(ctx, e.Supersedes)
		if err != nil {
			return e, err
		}
		events, err := b.Decode(domain.Events)
		if err != nil {
			return e, err
		}
		cache[e.Supersedes] = map[uuid.UUID]domain.Event{}
		for _, old := range events {
			cache[e.Supersedes][old.ID] = old
		}
	}
	return cache[e.Supersedes][e.Corrects], nil
}
