package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake"
	"utfall/privacy"
	"utfall/projections"
)

// App opens the parts of a data directory as commands ask for them.
type App struct {
	ctx        context.Context
	ui         *UI
	dir        string
	keyPath    string
	reportLang string // of reports: sv unless --lang says otherwise

	log   *eventlog.Log
	vault *privacy.Vault
	store *projections.Store
}

// Close closes what was opened.
func (a *App) Close() error {
	var errs []error
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.vault != nil {
		errs = append(errs, a.vault.Close())
	}
	if a.log != nil {
		errs = append(errs, a.log.Close())
	}
	return errors.Join(errs...)
}

// LogPath is where the log lies in a data directory.
func LogPath(dir string) string { return filepath.Join(dir, "log.db") }

// Log opens the log.
func (a *App) Log() (*eventlog.Log, error) {
	if a.log != nil {
		return a.log, nil
	}
	if a.dir == "" {
		return nil, domain.Refuse(domain.Usage, domain.T("ingen datakatalog", "no data directory"),
			domain.T("ange --data KATALOG, eller sätt UTFALL_DATA", "give --data DIR, or set UTFALL_DATA"))
	}
	if _, err := os.Stat(LogPath(a.dir)); errors.Is(err, fs.ErrNotExist) {
		return nil, domain.Refuse(domain.NotFound, domain.Tf("%s är ingen datakatalog", "%s is no data directory", a.dir),
			domain.Tf("gör den med utfall init %s", "make it with utfall init %s", a.dir))
	}
	var err error
	a.log, err = eventlog.Open(LogPath(a.dir))
	return a.log, err
}

// Head is the position of the log's newest batch.
func (a *App) Head() (uint64, error) {
	log, err := a.Log()
	if err != nil {
		return 0, err
	}
	return log.Head(a.ctx)
}

// Vault opens the vault.
func (a *App) Vault() (*privacy.Vault, error) {
	if a.vault != nil {
		return a.vault, nil
	}
	if _, err := a.Log(); err != nil {
		return nil, err
	}
	key := a.keyPath
	if key == "" {
		key = privacy.KeyPath(a.dir)
	}
	var err error
	a.vault, err = privacy.Open(a.dir, key)
	return a.vault, err
}

// Facts opens the projected facts, up to date with the log.
func (a *App) Facts() (*projections.Store, error) {
	log, err := a.Log()
	if err != nil {
		return nil, err
	}
	if a.store != nil {
		head, err := log.Head(a.ctx)
		if err != nil {
			return nil, err
		}
		return a.store, projections.CatchUp(a.ctx, log, a.store, head, func(uint64) {})
	}
	bar := a.ui.bar(-1, domain.T("projicerar", "projecting"))
	defer bar.Close()
	a.store, err = projections.Ready(a.ctx, log, a.dir, func(at, head uint64) {
		bar.ChangeMax64(int64(head))
		_ = bar.Set64(int64(at))
	})
	return a.store, err
}

// Intake opens everything taking files in needs.
func (a *App) Intake() (*intake.Intake, error) {
	vault, err := a.Vault()
	if err != nil {
		return nil, err
	}
	store, err := a.Facts()
	if err != nil {
		return nil, err
	}
	return &intake.Intake{Dir: a.dir, Log: a.log, Vault: vault, Facts: store.DB(), Program: Version, Actor: actor(), Now: time.Now,
		Fresh: func(context.Context) (uint64, error) {
			store, err := a.Facts()
			if err != nil {
				return 0, err
			}
			return store.Checkpoint(), nil
		}}, nil
}

// actor is the account of who runs the command. It is an account id, not a
// person's name; accounts of the product's own come with a later version.
func actor() string {
	if u, err := user.Current(); err == nil {
		return "uid:" + u.Uid
	}
	return "uid:?"
}

// project projects what a command has just recorded, so that it is seen by
// whoever asks next.
func (a *App) project() error {
	_, err := a.Facts()
	return err
}
