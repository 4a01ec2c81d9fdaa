package main

import (
	"bytes"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
	"utfall/privacy/access"
)

// eraseDue erases the words of respondents whose time is over. Their answers to
// the other items stand, and nothing is published of their words. Erasures that
// waited for their day were taken on when the vault was opened.
func (a *App) eraseDue() error {
	store, err := a.Facts()
	if err != nil {
		return err
	}
	if !store.Holder() {
		return factsHeld
	}
	if err := a.takeOnHeld(); err != nil {
		return err
	}
	until := domain.DateOf(a.now()).AddDays(privacy.RetentionRules.BackupDays)
	erased, err := a.eraseAgain(until, access.Request{Action: access.Erase, What: "erase --due"})
	if err != nil {
		return err
	}
	due, err := a.textsDue()
	if err != nil || len(due) == 0 {
		return err
	}
	if err := a.allow(access.Request{Action: access.Erase, What: "erase --due", Position: store.Checkpoint(), Subjects: due}); err != nil {
		return err
	}
	// The log first: a process that dies after it finds them due again.
	var events []domain.Event
	for _, id := range due {
		if !erased[id] {
			events = append(events, domain.Event{Subject: id, Data: domain.PersonErased{Effective: until}})
		}
	}
	if len(events) > 0 {
		if err := a.record("erase", events); err != nil {
			return err
		}
	}
	uploads, err := a.answersOnlyOf(due)
	if err != nil {
		return err
	}
	if err := errors.Join(a.vault.Destroy(a.ctx, due, uploads, until), a.vault.SweepUploads(a.ctx, a.dir)); err != nil {
		return err
	}
	if err := a.remakeFacts(); err != nil {
		return err
	}
	a.ui.print(domain.Tf("orden från %d svarande är raderade (de sparas %d månader); deras övriga svar står kvar", "the words of %d respondents are erased (they are kept %d months); their other answers stand",
		len(due), privacy.RetentionRules.TextMonths))
	return nil
}

var factsHeld = domain.Refuse(domain.Conflict, domain.T("en annan process håller siffrorna", "another process holds the facts"), domain.T("avsluta den först", "end it first"))

// takeOnHeld goes on with the erasures that wait, those whose day was not known
// too: it may be known now, or nothing may hold them any more.
func (a *App) takeOnHeld() error {
	all, err := a.vault.Erasures(a.ctx)
	if err != nil {
		return err
	}
	for _, e := range all {
		holds, err := a.holds(e.Subject)
		if err != nil {
			return err
		}
		if e.Step == privacy.Held && len(holds) > 0 {
			if err := a.vault.Hold(a.ctx, e, privacy.LastOf(holds)); err != nil {
				return err
			}
			continue
		}
		if err := a.takeOn(e); err != nil {
			return err
		}
	}
	return nil
}

// answersOnlyOf are the originals that hold the answers of none but these: with the
// words of all who wrote in a file goes the file.
func (a *App) answersOnlyOf(due []uuid.UUID) ([]string, error) {
	ours, others := map[string]bool{}, map[string]bool{}
	err := each(a.ctx, a.store.DB(), `select distinct b.sha256, a.subject from answers a join batches b on b.position = a.position
		where b.sha256 <> '' and a.words_sealed is not null order by 1, 2`, func(rows *sql.Rows) error {
		var sum string
		var id uuid.UUID
		err := rows.Scan(&sum, &id)
		if slices.Contains(due, id) {
			ours[sum] = true
		} else {
			others[sum] = true
		}
		return err
	})
	maps.DeleteFunc(ours, func(sum string, _ bool) bool { return others[sum] })
	return slices.Sorted(maps.Keys(ours)), err
}

// eraseAgain erases those the log says are erased and the vault knows: it came from
// a backup, or a process died in eraseDue. Nobody may keep them, so the access record
// is told of it as the request says, and not asked. It gives all the log says are.
func (a *App) eraseAgain(until domain.Date, req access.Request) (map[uuid.UUID]bool, error) {
	erased, err := a.saidErased()
	if err != nil {
		return nil, err
	}
	back, err := a.known(slices.SortedFunc(maps.Keys(erased), func(x, y uuid.UUID) int { return bytes.Compare(x[:], y[:]) }))
	if err != nil || len(back) == 0 {
		return erased, err
	}
	a.ui.print(domain.Tf("%d som är raderade enligt loggen fanns i valvet igen, och raderas ur det", "%d who are erased according to the log were in the vault again, and are erased from it", len(back)))
	req.Position, req.Subjects = a.store.Checkpoint(), back
	return erased, errors.Join(a.vault.Destroy(a.ctx, back, nil, until), a.allow(req))
}

// known are those of some subjects whom the vault knows.
func (a *App) known(all []uuid.UUID) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for _, id := range all {
		_, err := a.vault.Profile(id)
		if err == nil {
			out = append(out, id)
		} else if !errors.Is(err, privacy.ErrNoSubject) {
			return nil, err
		}
	}
	return out, nil
}

// textsDue are the respondents with words that the vault still opens and that
// have been kept as long as the rules say.
func (a *App) textsDue() ([]uuid.UUID, error) {
	var all []uuid.UUID
	today := domain.DateOf(a.now())
	err := each(a.ctx, a.store.DB(), `select a.subject from answers a join responses r on r.event_id = a.event_id
		where a.words_sealed is not null group by 1 having max(coalesce(r.date, (select recorded_on from batches b where b.position = r.position))) + to_months(?) < ?
		order by 1`, func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		all = append(all, id)
		return err
	}, privacy.RetentionRules.TextMonths, today.Time())
	if err != nil {
		return nil, err
	}
	return a.known(all)
}

// saidErased are the subjects the log says are erased.
func (a *App) saidErased() (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	return out, each(a.ctx, a.store.DB(), "select subject from person_states where superseded_at is null and state = 'erased'", func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		out[id] = true
		return err
	})
}
