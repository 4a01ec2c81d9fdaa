package main

import (
	"errors"
	"io/fs"
	"os"

	"utfall/domain"
	"utfall/privacy/access"
)

// proveRecord follows the chain of a copy of the access record to its last entry.
func (a *App) proveRecord(dir string) error {
	if !hasRecord(dir) {
		return nil
	}
	record, err := access.Open(dir)
	if err != nil {
		return err
	}
	found, err := record.Verify(a.ctx)
	if err := errors.Join(err, record.Close()); err != nil {
		return err
	}
	if f := found.Finding; f != nil {
		return domain.Refuse(domain.Unhealthy, domain.Text{SV: "access.db är inte hel: " + f.What.SV, EN: "access.db is not whole: " + f.What.EN},
			domain.T("flytta undan den, eller lägg tillbaka den ur en tidigare säkerhetskopia; utfall verify säger vilken post", "move it away, or put it back from an earlier backup; utfall verify tells which entry"))
	}
	a.ui.say(domain.Tf("vem som sett vad är helt: %d poster, den sista med hashen %s", "who saw what is whole: %d entries, the last with the hash %s", found.Entries, found.Chain))
	return nil
}

// restoreRecord puts the users and who saw what of a backup in the directory's
// access record. What was recorded there since the log was restored is kept.
func (a *App) restoreRecord(fresh string) error {
	if !hasRecord(fresh) {
		a.ui.say(domain.T("säkerhetskopian är gjord av en tidigare version: användare och vem som sett vad finns inte i den", "the backup was made by an earlier version: users and who saw what are not in it"))
		return nil
	}
	record, err := a.accesses()
	if err != nil {
		return err
	}
	own, err := record.Restore(a.ctx, access.Path(fresh))
	if err != nil {
		return err
	}
	a.ui.print(domain.T("användare och vem som sett vad är återställda", "users and who saw what are restored"))
	if own > 0 {
		a.ui.say(domain.Tf("%d poster som fanns här står efter säkerhetskopians", "%d entries that were here stand after those of the backup", own))
	}
	return nil
}

// hasRecord tells whether there is an access record in a directory. Backups of
// vaults did not always have it.
func hasRecord(dir string) bool {
	_, err := os.Stat(access.Path(dir))
	return !errors.Is(err, fs.ErrNotExist)
}
