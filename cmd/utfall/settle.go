package main

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
	"utfall/privacy/access"
)

// settle finishes the erasures a process that died left, and those whose
// evidence need not be kept any more, when who acts may erase. What keeps it from
// that is told, and keeps the command from nothing. A command that has the facts
// open already goes on with those: another one settles.
func (a *App) settle() error {
	if a.store != nil {
		return nil
	}
	all, err := a.vault.Erasures(a.ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	gate, err := a.gate()
	if err != nil || access.Permits(gate.User, access.Request{Action: access.Erase}, domain.DateOf(a.now())) != nil {
		return err
	}
	a.quiet = true
	defer func() { a.quiet = false }()
	for _, e := range all {
		if e.Step == privacy.Held && (e.Until.Zero() || !e.Until.Before(domain.DateOf(a.now()))) {
			continue
		}
		if err := a.takeOn(e); err != nil {
			return err
		}
	}
	return nil
}

// maxGap is how many days the clock may be ahead of the newest batch for an erasure
// to go on by itself: a clock that is wrong must not destroy evidence.
const maxGap = 40

// takeOn goes on with an erasure that waits.
func (a *App) takeOn(e privacy.Erasure) error {
	_, err := a.Facts()
	if err == nil && e.Step == privacy.Held && a.quiet {
		var newest sql.NullTime
		err = a.store.DB().QueryRowContext(a.ctx, "select max(recorded_on) from batches").Scan(&newest)
		if today := domain.DateOf(a.now()); err == nil && today.After(domain.DateOf(newest.Time).AddDays(maxGap)) {
			err = domain.Refuse(domain.Refused, domain.T("inget har registrerats på länge; kontrollera klockan och kör utfall erase --due", "nothing has been recorded for long; check the clock and run utfall erase --due"), domain.Text{})
		}
	}
	if err == nil {
		err = a.recorded(e)
	}
	if err == nil {
		err = a.erase(e)
	}
	var known *domain.Error
	if errors.As(err, &known) {
		a.ui.say(domain.Text{SV: fmt.Sprintf("raderingen av %s blir klar senare: %s", e.Subject, known.What.SV), EN: fmt.Sprintf("the erasure of %s is finished later: %s", e.Subject, known.What.EN)})
		return nil
	}
	return err
}

// recorded notes in the access record that who acts goes on with an erasure somebody
// may have begun long ago. One that only waits for the process that holds the facts
// is refused here: a note for every command until then would tell nothing.
func (a *App) recorded(e privacy.Erasure) error {
	if e.Step == privacy.Destroyed && !a.store.Holder() {
		said, err := a.saidErased()
		if err != nil {
			return err
		}
		if said[e.Subject] {
			return factsHeld
		}
	}
	return a.allow(access.Request{Action: access.Erase, What: "erase, begun before", Position: a.store.Checkpoint(), Subjects: []uuid.UUID{e.Subject}})
}

// tell prints what an erasure says: an answer to who asked for it, and talk where
// another command finishes it.
func (a *App) tell(text domain.Text) {
	if a.quiet {
		a.ui.say(text)
		return
	}
	a.ui.print(text)
}
