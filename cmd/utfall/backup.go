package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"

	"utfall/archive"
	"utfall/domain"
	"utfall/eventlog"
	"utfall/planted"
	"utfall/privacy"
	"utfall/privacy/access"
)

// BackupCmd writes a backup and proves that it can be restored.
type BackupCmd struct {
	File  string `arg:"" name:"FILE" help:"The file to write."`
	To    string `help:"Encrypt to this age recipient (age1…)." placeholder:"AGE-RECIPIENT"`
	Vault bool   `help:"Of the vault, users and who saw what instead of the log. The vault's key is not in it."`
}

// Run makes a copy of the log, or of the vault and the access record, while
// others go on, packs it, reads it back, and only then puts it where it is to
// stand.
func (c *BackupCmd) Run(a *App) error {
	if _, err := a.Log(); err != nil {
		return err
	}
	if err := a.administer(c.described()); err != nil {
		return err
	}
	recipients, proof, err := c.recipients()
	if err != nil {
		return err
	}
	if err := errors.Join(sweep(a.dir, besideDir), sweep(filepath.Dir(c.File), besideFile)); err != nil {
		return err
	}
	work, err := os.MkdirTemp(a.dir, pattern(besideDir))
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	m, names, err := c.copy(a, work)
	if err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(c.File), pattern(besideFile))
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	if planted.HalfAFile {
		_ = os.Rename(out.Name(), c.File)
	}
	write := func(w io.Writer) error { return archive.Write(w, m, work, names...) }
	if len(recipients) > 0 {
		err = archive.Encrypt(out, recipients, write)
	} else {
		err = write(out)
	}
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	if !planted.HalfAFile {
		again := filepath.Join(work, "again")
		if _, err := a.restoreIn(out.Name(), again, a.keys(a.dir), proof...); err != nil {
			return fmt.Errorf("the backup was written and cannot be restored, so it was removed: %w", err)
		}
		if err := os.Rename(out.Name(), c.File); err != nil {
			return err
		}
	}
	a.ui.print(domain.Tf("%s är skriven och återställd på prov: %s till position %d", "%s is written and was restored as a trial: %s to position %d", c.File, m.Kind, m.Position))
	return nil
}

func (c *BackupCmd) described() string {
	if c.Vault {
		return "backup --vault"
	}
	return "backup"
}

// recipients are whom to encrypt to, and the key of the moment that reads the
// backup back.
func (c *BackupCmd) recipients() (to []age.Recipient, proof []age.Identity, err error) {
	if c.To == "" {
		return nil, nil, nil
	}
	recipient, err := age.ParseX25519Recipient(c.To)
	if err != nil {
		return nil, nil, domain.Refuse(domain.Usage, domain.T("--to är ingen age-mottagare", "--to is no age recipient"),
			domain.T("skriv den publika nyckel som age-keygen visar, age1…", "write the public key age-keygen shows, age1…"))
	}
	moment, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, nil, err
	}
	return []age.Recipient{recipient, moment.Recipient()}, []age.Identity{moment}, nil
}

// copy makes what is to be packed in a directory of its own.
func (c *BackupCmd) copy(a *App, work string) (m archive.Manifest, names []string, err error) {
	m = archive.Manifest{Kind: "log", Program: Version}
	if c.Vault {
		m.Kind = "vault"
		vault, err := a.Vault()
		if err != nil {
			return m, nil, err
		}
		// The log's head before the copy: everybody in the log until then is in the vault.
		if m.Position, err = a.Head(); err != nil {
			return m, nil, err
		}
		// The access record after the vault: whatever the copies can show, they tell who saw it.
		err = vault.CopyTo(a.ctx, privacy.Path(work))
		if err == nil {
			err = a.seen.CopyTo(a.ctx, access.Path(work))
		}
		return m, []string{"vault.db", "access.db"}, err
	}
	if err := a.log.CopyTo(a.ctx, LogPath(work)); err != nil {
		return m, nil, err
	}
	v, err := eventlog.Verify(a.ctx, LogPath(work), nil, func(uint64) {})
	if err != nil {
		return m, nil, err
	}
	if f := v.Finding; f != nil {
		return m, nil, domain.Refuse(domain.Unhealthy, domain.Text{SV: "loggen är skadad: " + f.What.SV, EN: "the log is damaged: " + f.What.EN},
			domain.T("kör utfall verify; en tidigare säkerhetskopia kan vara hel", "run utfall verify; an earlier backup may be whole"))
	}
	m.Position, m.Root = v.Batches, v.Root[:]
	signed, _, err := a.checkpoint(v.Batches)
	if err == nil {
		err = writeFile(CheckpointPath(work), func(w io.Writer) error { _, err := io.WriteString(w, signed); return err })
	}
	if err != nil {
		return m, nil, err
	}
	public, err := os.ReadFile(eventlog.PublicKeyPath(a.dir))
	if err == nil {
		err = os.WriteFile(eventlog.PublicKeyPath(work), public, 0o600)
	}
	return m, []string{"log.db", "log.pub", "checkpoint.txt"}, err
}

// RestoreCmd puts a backup in a new directory.
type RestoreCmd struct {
	File     string `arg:"" name:"FILE" help:"The backup."`
	Dir      string `arg:"" name:"DIR" help:"A new directory; for a vault, the directory its log was restored in."`
	Identity string `help:"File with the age identity, when the backup is encrypted." placeholder:"FILE"`
	Force    bool   `help:"Also restore a vault older than the log."`
}

// Run checks the backup to its last byte and then what is in it, in a
// directory beside; only then it is put in its place.
func (c *RestoreCmd) Run(a *App) error {
	if err := c.asked(a); err != nil {
		return err
	}
	identities, err := c.identities()
	if err != nil {
		return err
	}
	dir := filepath.Clean(c.Dir)
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	if err := sweep(filepath.Dir(dir), besideRestore); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), pattern(besideRestore))
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fresh := filepath.Join(work, "data")
	m, err := a.restoreIn(c.File, fresh, a.keys(dir), identities...)
	if err != nil {
		return err
	}
	if m.Kind == "vault" {
		return c.vault(a, m, fresh, dir)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) { // an empty one makes room
		return domain.Refuse(domain.Refused, domain.Tf("%s är inte tom", "%s is not empty", dir), domain.T("välj en ny katalog", "choose a new directory"))
	}
	if err := os.Rename(fresh, dir); err != nil {
		return err
	}
	a.ui.print(domain.Text{
		SV: fmt.Sprintf("%s är återställd till position %d. Återställ valvet också, och lägg tillbaka nycklarna i %s.", dir, m.Position, filepath.Join(dir, "keys")),
		EN: fmt.Sprintf("%s is restored to position %d. Restore the vault too, and put the keys back in %s.", dir, m.Position, filepath.Join(dir, "keys"))})
	return nil
}

// asked asks where users are registered, if a data directory is named beside the
// new one. It opens what it needs there for itself: what is restored is another.
func (c *RestoreCmd) asked(a *App) error {
	if a.as == "" && !isData(a.dir) {
		return nil
	}
	beside := &App{ctx: a.ctx, ui: a.ui, dir: a.dir, keyPath: a.keyPath, as: a.as, why: a.why}
	return errors.Join(beside.administer("restore"), beside.Close())
}

func (c *RestoreCmd) identities() ([]age.Identity, error) {
	if c.Identity == "" {
		return nil, nil
	}
	b, err := os.ReadFile(c.Identity)
	if err != nil {
		return nil, err
	}
	identities, err := age.ParseIdentities(bytes.NewReader(b))
	if err != nil {
		return nil, domain.Refuse(domain.Usage, domain.T("filen i --identity är ingen age-identitet", "the file of --identity is no age identity"),
			domain.T("ge filen som age-keygen skrev", "give the file age-keygen wrote"))
	}
	return identities, nil
}

// vault puts a restored vault beside the log it belongs to.
func (c *RestoreCmd) vault(a *App, m *archive.Manifest, fresh, dir string) error {
	a.dir = dir
	head, err := a.Head()
	if err != nil {
		return err
	}
	if _, err := os.Stat(privacy.Path(dir)); err == nil {
		return domain.Refuse(domain.Refused, domain.Tf("%s har redan ett valv", "%s has a vault already", dir),
			domain.T("flytta undan vault.db först", "move vault.db away first"))
	}
	if m.Position < head && !c.Force {
		return domain.Refuse(domain.Refused,
			domain.Tf("valvet är från position %d, loggen från %d: de som kom till däremellan saknas i valvet", "the vault is from position %d, the log from %d: people recorded in between are not in the vault", m.Position, head),
			domain.T("återställ ett valv som är säkerhetskopierat efter loggen, eller ange --force", "restore a vault backed up after the log, or give --force"))
	}
	// The record first: while the vault is not there, restoring may be tried again.
	if err := a.restoreRecord(fresh); err != nil {
		return err
	}
	if err := os.Rename(privacy.Path(fresh), privacy.Path(dir)); err != nil {
		return err
	}
	a.ui.print(domain.Tf("valvet är återställt i %s, från position %d", "the vault is restored in %s, from position %d", dir, m.Position))
	// Whoever was erased since must not come back with it. With a keyring that lies
	// elsewhere it may be another vault's too, so that is left to whoever knows.
	if a.keyPath != "" {
		a.ui.say(domain.T("kör utfall erase --due: den som raderats sedan dess raderas ur det igen", "now run utfall erase --due: whoever was erased since is erased from it again"))
		return nil
	}
	if _, err := a.Vault(); err != nil {
		return err
	}
	if _, err := a.Facts(); err != nil {
		return err
	}
	_, err = a.eraseAgain(domain.DateOf(a.now()).AddDays(privacy.RetentionRules.BackupDays), access.Request{Action: access.Administer, What: "restore"})
	return err
}

// restoreIn unpacks a backup into a new directory and proves what is in it: a
// log by its whole tree, a vault by opening every field.
func (a *App) restoreIn(file, dir string, keys privacy.Keys, identities ...age.Identity) (*archive.Manifest, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	m, err := archive.Extract(file, dir, identities...)
	switch {
	case errors.Is(err, archive.ErrEncrypted):
		return nil, &domain.Error{Code: domain.Refused, Err: err, What: domain.T("säkerhetskopian är krypterad", "the backup is encrypted"),
			Hint: domain.T("ange nyckeln med --identity FIL", "give the key with --identity FILE")}
	case errors.Is(err, archive.ErrDamaged):
		return nil, &domain.Error{Code: domain.Refused, Err: err, What: domain.T("säkerhetskopian är skadad, eller är ingen säkerhetskopia", "the backup is damaged, or is no backup"),
			Hint: domain.T("ta en annan", "take another one")}
	case err != nil:
		return nil, err
	}
	if m.Kind != "vault" {
		return m, a.proveLog(m, dir)
	}
	if err := a.proveVault(dir, keys); err != nil {
		return nil, err
	}
	return m, a.proveRecord(dir)
}

func (a *App) proveLog(m *archive.Manifest, dir string) error {
	signed, err := os.ReadFile(CheckpointPath(dir))
	if err != nil {
		return err
	}
	public, err := eventlog.PublicKeys(dir)
	if err != nil {
		return err
	}
	c, err := eventlog.OpenCheckpoint(string(signed), public)
	if err != nil {
		return err
	}
	v, err := eventlog.Verify(a.ctx, LogPath(dir), []uint64{c.Size}, func(uint64) {})
	if err != nil {
		return err
	}
	if f := v.Extends(c); f != nil || v.Batches != m.Position || !bytes.Equal(v.Root[:], m.Root) {
		return domain.Refuse(domain.Refused, domain.T("loggen i säkerhetskopian är inte den som säkerhetskopierades", "the log in the backup is not the one that was backed up"),
			domain.T("ta en annan", "take another one"))
	}
	// What verifying left beside it is not part of the backup.
	for _, rest := range []string{"-wal", "-shm"} {
		if err := os.Remove(LogPath(dir) + rest); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// proveVault reads a copy of a vault to its last field. Its keyring is the live
// vault's.
func (a *App) proveVault(dir string, keys privacy.Keys) error {
	keys.Borrowed = true
	vault, err := privacy.Open(dir, keys)
	if err != nil {
		return err
	}
	n, err := vault.Check(a.ctx)
	if err := errors.Join(err, vault.Close()); err != nil {
		return err
	}
	a.ui.say(domain.Tf("valvet har %d personer, företag och svarande; alla gick att läsa", "the vault has %d people, organisations and respondents; all could be read", n))
	return nil
}
