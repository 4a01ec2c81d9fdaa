package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
	"utfall/projections"
)

// App opens the parts of a data directory as commands ask for them.
type App struct {
	ctx        context.Context
	ui         *UI
	dir        string
	keyPath    string
	reportLang string // of reports: sv unless --lang says otherwise
	as         string // the user to act as
	why        string // why something is looked at

	log   *eventlog.Log
	vault *privacy.Vault
	store *projections.Shared

	seen   *access.DB   // the access record
	acting *access.Gate // who acts, once that is known
	quiet  bool         // what an erasure says is talk: another command finishes it
}

// Close closes what was opened.
func (a *App) Close() error {
	var errs []error
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.seen != nil {
		errs = append(errs, a.seen.Close())
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

// Signer opens the key checkpoints are signed with. A directory made before
// there were keys is given one.
func (a *App) Signer() (*eventlog.Signer, error) {
	if _, err := a.Log(); err != nil {
		return nil, err
	}
	_, public := os.Stat(eventlog.PublicKeyPath(a.dir))
	_, private := os.Stat(eventlog.KeyPath(a.dir))
	if errors.Is(public, fs.ErrNotExist) && errors.Is(private, fs.ErrNotExist) {
		if err := eventlog.CreateKey(a.dir); err != nil {
			return nil, err
		}
		a.ui.say(domain.Tf("loggen har fått en signeringsnyckel, %s: ta en kopia av den", "the log has been given a signing key, %s: keep a copy of it", eventlog.KeyPath(a.dir)))
	}
	return eventlog.OpenSigner(a.dir)
}

// checkpoint is the signed checkpoint of the log at a position.
func (a *App) checkpoint(at uint64) (signed, publicKey string, err error) {
	signer, err := a.Signer()
	if err != nil {
		return "", "", err
	}
	signed, err = signer.Sign(a.ctx, a.log, at)
	return signed, signer.Public, err
}

// CheckpointPath is where the newest checkpoint made in a data directory lies.
func CheckpointPath(dir string) string { return filepath.Join(dir, "checkpoint.txt") }

// seal notes beside the log how far it has come, so that a log that has become
// shorter is noticed. Without a key there is nothing to note with: reports and
// verify tell of that.
func (a *App) seal() error {
	head, err := a.Head()
	if err != nil {
		return err
	}
	if last, err := a.sealed(); err == nil && last.Size >= head {
		return nil
	}
	signed, _, err := a.checkpoint(head)
	var known *domain.Error
	if errors.As(err, &known) {
		a.ui.say(known.What)
		return nil
	}
	if err != nil {
		return err
	}
	return writeFile(CheckpointPath(a.dir), func(w io.Writer) error { _, err := io.WriteString(w, signed); return err })
}

// sealed is the newest checkpoint noted beside the log.
func (a *App) sealed() (eventlog.Checkpoint, error) {
	signed, err := os.ReadFile(CheckpointPath(a.dir))
	if err != nil {
		return eventlog.Checkpoint{}, err
	}
	public, err := eventlog.PublicKeys(a.dir)
	if err != nil {
		return eventlog.Checkpoint{}, err
	}
	return eventlog.OpenCheckpoint(string(signed), public)
}

// Vault opens the vault.
func (a *App) Vault() (*privacy.Vault, error) {
	if a.vault != nil {
		return a.vault, nil
	}
	if _, err := a.Log(); err != nil {
		return nil, err
	}
	var err error
	if a.vault, err = privacy.Open(a.dir, a.keys(a.dir)); err != nil {
		return nil, err
	}
	return a.vault, a.settle()
}

// now is the time it is.
func (a *App) now() time.Time { return time.Now() }

// keys is where the vault's keyring lies, and what opens it.
func (a *App) keys(dir string) privacy.Keys {
	return privacy.Keys{Path: cmp.Or(a.keyPath, privacy.KeyPath(dir)), Passphrase: os.Getenv("UTFALL_VAULT_PASSPHRASE"), Identity: os.Getenv("UTFALL_VAULT_IDENTITY")}
}

// Facts opens the projected facts, up to date with the log.
func (a *App) Facts() (*projections.Shared, error) {
	log, err := a.Log()
	if err != nil {
		return nil, err
	}
	if a.store != nil {
		return a.store, a.store.Reach(a.ctx, func(uint64) {})
	}
	bar := a.ui.bar(-1, domain.T("projicerar", "projecting"))
	defer bar.Close()
	a.store, err = projections.Share(a.ctx, log, a.dir, func(at, head uint64) {
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
	actor, err := a.actor()
	if err != nil {
		return nil, err
	}
	return &intake.Intake{Dir: a.dir, Log: a.log, Vault: vault, Facts: store.DB(), Program: Version, Actor: actor, Now: time.Now,
		May: a.mayRecord,
		Fresh: func(context.Context) (uint64, error) {
			store, err := a.Facts()
			if err != nil {
				return 0, err
			}
			return store.Checkpoint(), nil
		}}, nil
}

// actor is the account of who runs the command. It is an account id, not a
// person's name. Who acts, which can be a user, is App.actor.
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
	return errors.Join(err, a.seal())
}
