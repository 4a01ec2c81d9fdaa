package privacy

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/sqlite"
)

const schema = `
create table subjects (
	subject    blob primary key,
	kind       text not null check (kind in ('person', 'organisation', 'respondent')),
	epoch      integer not null,       -- of the key its own key is wrapped by
	key        blob not null,
	name       blob, email blob, number blob, -- sealed under its own key
	protected  integer not null default 0, -- protected identity: shown to two roles only
	restricted text                    -- the day its use was restricted, null while it is not
) strict, without rowid;
create table lookups (key blob primary key, subject blob not null) strict, without rowid;
create table weak_links (subject blob not null, file text not null, primary key (subject, file)) strict, without rowid;
create table pseudonyms (
	recipient text not null, project text not null, subject blob not null,
	pseudonym blob not null,           -- sealed under the subject's key
	primary key (recipient, project, subject)
) strict, without rowid;
create table uploads (
	upload text primary key,           -- its name under uploads/
	epoch  integer not null, key blob not null, -- its own key, wrapped like a person's
	name   blob not null, kept_on text not null
) strict, without rowid;
create table erasures (
	id      blob primary key,          -- what the batches of the erasure are named by
	subject blob not null unique,
	asked   text not null,             -- the day
	reason  text not null,             -- sealed
	step    text not null check (step in ('asked', 'held', 'destroyed')),
	figures blob, position integer,    -- hash of the reports before, and the position they were made at
	until   text,                      -- held: the day nothing holds it any more; destroyed: the day it is gone from backups too
	frozen  text                       -- what its special categories add to figures, sealed by project, as JSON
) strict, without rowid;
`

const (
	applicationID = 0x75746676 // "utfv"
	formatVersion = 2
	indexName     = "index"
	textsName     = "texts"
)

// Vault is an open vault.
type Vault struct {
	db   *sql.DB
	keys atomic.Pointer[keyring]
	from Keys
}

// Path and KeyPath are where the vault and its keyring lie in a data directory.
func Path(dir string) string { return filepath.Join(dir, "vault.db") }

// KeyPath is the file of the keyring.
func KeyPath(dir string) string { return filepath.Join(dir, "keys", "vault.key") }

// Create makes a new vault and its keyring in a data directory.
func Create(dir, keyPath string) error {
	if err := os.MkdirAll(filepath.Dir(keyPath), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(keyPath, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Close(), newKeyring(keyPath, today()).save()); err != nil {
		return err
	}
	db, err := settings.Open(Path(dir), true)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := inside(db, func(tx *sql.Tx) error {
		_, err := tx.Exec(schema + fmt.Sprintf("pragma application_id=%d; pragma user_version=%d;", applicationID, formatVersion))
		return err
	}); err != nil {
		return err
	}
	return os.Chmod(Path(dir), 0o600)
}

func today() domain.Date { return domain.DateOf(time.Now()) }

// inside runs a function in one transaction, which no other process's writing
// overlaps.
func inside(db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// settings are what the vault's file must be like: not in WAL mode, so that nothing
// erased lives on in a side file, and with erased pages overwritten.
var settings = sqlite.Register("sqlite3_vault", sqlite.Kind{Of: "the vault", Journal: "delete", SecureDelete: true})

// Open opens the vault of a data directory. Epochs whose day has come lose
// their keys here.
func Open(dir string, keys Keys) (v *Vault, err error) {
	ring, err := readKeyring(keys, nil)
	if err != nil && !errors.Is(err, errOldKeys) {
		return nil, err
	}
	old := err != nil
	db, err := settings.Open(Path(dir), false)
	if err != nil {
		return nil, err
	}
	v = &Vault{db: db, from: keys}
	v.keys.Store(ring)
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open the vault: %w", err), db.Close())
		}
	}()
	if err := v.upgrade(old); err != nil {
		return nil, err
	}
	if err := v.newEnough(); err != nil || keys.Borrowed {
		return v, err
	}
	return v, v.expire()
}

// epoch gives the cipher of an epoch; the keyring is read again when another
// process has opened it since.
func (v *Vault) epoch(n int) (cipher.AEAD, error) {
	ring := v.keys.Load()
	if n > ring.newest() {
		fresh, err := readKeyring(v.from, v.keys.Load())
		if err != nil {
			return nil, err
		}
		v.keys.Store(fresh)
		ring = fresh
	}
	key := ring.epochs[n]
	if key == nil {
		return nil, fmt.Errorf("%w (%s)", ErrSealed, epochBound(n))
	}
	return aead(key), nil
}

// Close closes the vault.
func (v *Vault) Close() error { return v.db.Close() }

// Profile is what the vault knows of a subject, opened.
type Profile struct {
	Name, Email, Number string
	Kind                Kind
	Protected           bool        // of protected identity
	Restricted          domain.Date // since when its use is restricted; zero while it is not
}

// Profile opens what is known of a subject; ErrNoSubject when nothing is.
func (v *Vault) Profile(subject uuid.UUID) (Profile, error) {
	var p Profile
	var epoch int
	var key []byte
	var sealed [3][]byte
	var restricted sql.NullString
	err := v.db.QueryRow("select kind, epoch, key, name, email, number, protected, restricted from subjects where subject = ?", subject[:]).
		Scan(&p.Kind, &epoch, &key, &sealed[0], &sealed[1], &sealed[2], &p.Protected, &restricted)
	if errors.Is(err, sql.ErrNoRows) {
		return Profile{}, ErrNoSubject
	}
	if err != nil {
		return Profile{}, err
	}
	if restricted.Valid {
		if p.Restricted, err = domain.ParseDate(restricted.String); err != nil {
			return Profile{}, err
		}
	}
	if key, err = v.unwrap(subject, epoch, key); err != nil {
		return Profile{}, err
	}
	for i, to := range []*string{&p.Name, &p.Email, &p.Number} {
		if sealed[i] == nil {
			continue
		}
		plain, err := unseal(key, sealed[i], bind(subject, fieldNames[i]))
		if err != nil {
			return Profile{}, err
		}
		*to = string(plain)
	}
	return p, nil
}

// unwrap opens the key of a subject.
func (v *Vault) unwrap(subject uuid.UUID, epoch int, wrapped []byte) ([]byte, error) {
	c, err := v.epoch(epoch)
	if err != nil {
		return nil, err
	}
	bound := bind(subject, epochBound(epoch))
	key, err := c.Open(nil, nil, wrapped, []byte(bound))
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", ErrSealed, bound)
	}
	return key, nil
}

// keyOf opens the key of a subject the vault has; ErrNoSubject when it has not.
func (v *Vault) keyOf(ctx context.Context, subject uuid.UUID) ([]byte, error) {
	var epoch int
	var wrapped []byte
	err := v.db.QueryRowContext(ctx, "select epoch, key from subjects where subject = ?", subject[:]).Scan(&epoch, &wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoSubject
	}
	if err != nil {
		return nil, err
	}
	return v.unwrap(subject, epoch, wrapped)
}

// ErrNoSubject is returned for an id the vault does not know, or knows no more.
var ErrNoSubject = errors.New("the vault does not know this subject")

var fieldNames = [3]string{"name", "email", "number"}

// bind ties a ciphertext to the subject and the field it belongs to.
func bind(subject uuid.UUID, field string) string { return subject.String() + "/" + field }
