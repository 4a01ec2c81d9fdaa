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
)

// eraseDue erases the words of respondents whose time is over. Their answers to
// the other items stand, and nothing is published of their words. Erasures that
// waited for their day were taken on when the vault was opened.
func (a *App) eraseDue() error {
	if _, err := a.Facts(); err != nil {
		return err
	}
	until := domain.DateOf(a.now()).AddDays(privacy.RetentionRules.BackupDays)
	erased, err := a.eraseAgain(until)
	if err != nil {
		return err
	}
	due, err := a.textsDue()
	if err != nil || len(due) == 0 {
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
	if err := a.vault.Destroy(a.ctx, due, nil, until); err != nil {
		return err
	}
	if err := a.remakeFacts(); err != nil {
		return err
	}
	a.ui.print(domain.Tf("orden från %d svarande är raderade (de sparas %d månader); deras övriga svar står kvar", "the words of %d respondents are erased (they are kept %d months); their other answers stand",
		len(due), privacy.RetentionRules.TextMonths))
	return nil
}

// eraseAgain erases those the log says are erased and the vault knows: it came from
// a backup, or a process died in eraseDue. It gives all the log says are.
func (a *App) eraseAgain(until domain.Date) (map[uuid.UUID]bool, error) {
	erased, err := a.saidErased()
	if err != nil {
		return nil, err
	}
	back, err := a.known(slices.SortedFunc(maps.Keys(erased), func(x, y uuid.UUID) int { return bytes.Compare(x[:], y[:]) }))
	if err != nil || len(back) == 0 {
		return erased, err
	}
	a.ui.print(domain.Tf("%d som är raderade enligt loggen fanns i valvet igen, och raderas ur det", "%d who are erased according to the log were in the vault again, and are erased from it", len(back)))
	return erased, a.vault.Destroy(a.ctx, back, nil, until)
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
