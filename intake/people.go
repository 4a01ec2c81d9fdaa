package intake

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// MergePeople makes the events by which one person is another one, recorded
// twice. Whoever was merged into the first goes along.
func (in *Intake) MergePeople(ctx context.Context, from, into uuid.UUID, reason string) ([]domain.Event, error) {
	for _, id := range []uuid.UUID{from, into} {
		if err := in.isPerson(ctx, id); err != nil {
			return nil, err
		}
	}
	canonical, err := in.countsAs(ctx, from)
	if err != nil {
		return nil, err
	}
	if into, err = in.countsAs(ctx, into); err != nil {
		return nil, err
	}
	if canonical == into {
		return nil, sameThing
	}
	if canonical != from {
		return nil, domain.Refuse(domain.Conflict, domain.Tf("%s är redan sammanslagen med en annan", "%s is merged into another one already", from),
			domain.T("dela dem först med utfall people split", "split them first with utfall people split"))
	}
	events := []domain.Event{in.merger(from, into, reason)}
	err = query(ctx, in.Facts, "select event_id, position, subject from person_merges where superseded_at is null and into_subject = ?", func(rows *sql.Rows) error {
		var old recorded
		var subject uuid.UUID
		if err := rows.Scan(&old.event, &old.position, &subject); err != nil {
			return err
		}
		e := in.merger(subject, into, reason)
		e.Corrects, e.Supersedes, e.Reason = old.event, old.position, in.Vault.Seal(ReasonOf(e.ID), "its target was merged")
		events = append(events, e)
		return nil
	}, from.String())
	return events, err
}

func (in *Intake) merger(from, into uuid.UUID, reason string) domain.Event {
	id := uuid.Must(uuid.NewV7())
	return domain.Event{ID: id, Subject: from, Data: domain.PersonMerged{Into: into, Reason: in.Vault.Seal(ReasonOf(id), reason)}}
}

// isPerson refuses an id that no event of a person has.
func (in *Intake) isPerson(ctx context.Context, id uuid.UUID) error {
	var n int
	err := in.Facts.QueryRowContext(ctx, "select (select count(*) from attendance where subject = $1) + (select count(*) from persons where subject = $1) + (select count(*) from staff_time where subject = $1)", id.String()).Scan(&n)
	if err == nil && n == 0 {
		err = domain.Refuse(domain.NotFound, domain.Tf("%s är ingen person i loggen", "%s is no person in the log", id),
			domain.T("utfall people candidates visar personers id", "utfall people candidates shows persons' ids"))
	}
	return err
}

// countsAs is the person a person counts as after merges.
func (in *Intake) countsAs(ctx context.Context, id uuid.UUID) (uuid.UUID, error) {
	out := id
	return out, query(ctx, in.Facts, "select into_subject from person_merges where superseded_at is null and subject = ?",
		func(rows *sql.Rows) error { return rows.Scan(&out) }, id.String())
}

// Unmerge makes the event that takes back the merging of a person.
func (in *Intake) Unmerge(ctx context.Context, subject uuid.UUID, reason string) ([]domain.Event, error) {
	var old Recorded
	err := query(ctx, in.Facts, "select event_id, position from person_merges where superseded_at is null and subject = ?",
		func(rows *sql.Rows) error { return rows.Scan(&old.Event.ID, &old.Position) }, subject.String())
	if err != nil {
		return nil, err
	}
	if old.Position == 0 {
		return nil, domain.Refuse(domain.NotFound, domain.Tf("%s är inte sammanslagen med någon", "%s is not merged into anybody", subject),
			domain.T("ange --batch för att skilja ut raderna i en fil", "give --batch to part the rows of a file"))
	}
	old.Event.Subject, old.Event.Data = subject, domain.PersonMerged{}
	e, err := in.withdraw(&old, reason)
	return []domain.Event{e}, err
}

// SplitPerson makes the events by which what a file says of a person is somebody
// else's: every attendance of the file moves to a new person, who is known by
// the same name. Learned is to be committed before the events are recorded.
func (in *Intake) SplitPerson(ctx context.Context, subject uuid.UUID, batch uint64, reason string) (events []domain.Event, learned *privacy.Import, err error) {
	var file string
	err = query(ctx, in.Facts, "select sha256 from batches where position = ?", func(rows *sql.Rows) error { return rows.Scan(&file) }, batch)
	if err != nil {
		return nil, nil, err
	}
	if learned, err = in.Vault.Import(file); err != nil {
		return nil, nil, err
	}
	moved, err := in.rowsOf(ctx, subject, file)
	if err != nil {
		return nil, nil, err
	}
	if len(moved) == 0 {
		return nil, nil, domain.Refuse(domain.NotFound, domain.Tf("filen har inga gällande rader om %s", "the file has no rows that hold about %s", subject),
			domain.T("utfall people candidates visar svaga länkar och deras filer", "utfall people candidates shows weak links and their files"))
	}
	var sessions []uuid.UUID
	for _, old := range moved {
		sessions = append(sessions, old.Event.Data.(domain.AttendanceRecorded).Session)
	}
	other, err := learned.Split(subject, sessions)
	if errors.Is(err, privacy.ErrNoSubject) {
		return nil, nil, domain.Refuse(domain.NotFound, domain.Tf("valvet känner inte %s", "the vault does not know %s", subject), domain.T("personen är raderad", "the person has been erased"))
	}
	if err != nil {
		return nil, nil, err
	}
	for _, old := range moved {
		e := old.Event
		e.Subject = other
		if e, err = in.replace(e, old, reason); err != nil {
			return nil, nil, err
		}
		events = append(events, e)
	}
	return events, learned, nil
}

// rowsOf are the attendances of a person that hold and came from a file.
func (in *Intake) rowsOf(ctx context.Context, subject uuid.UUID, file string) ([]*Recorded, error) {
	var ids []uuid.UUID
	err := query(ctx, in.Facts, `select a.event_id from attendance a join batches b on b.position = a.position
		where a.superseded_at is null and a.subject = ? and b.sha256 = ? and b.sha256 <> '' order by a.position, a.idx`, func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, subject.String(), file)
	if err != nil {
		return nil, err
	}
	var out []*Recorded
	for _, id := range ids {
		r, err := in.Find(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
