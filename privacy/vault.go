package privacy

import (
	"crypto/cipher"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/mattn/go-sqlite3" // the one SQLite library of the program

	"utfall/domain"
)

const schema = `
create table keys (name text primary key, wrapped blob not null) strict, without rowid;
create table subjects (
	subject blob primary key,
	kind    text not null check (kind in ('person', 'organisation', 'respondent')),
	epoch   text not null,          -- the name of the key its own key is wrapped by
	key     blob not null,
	name    blob, email blob, number blob -- sealed under its own key
) strict, without rowid;
create table lookups (key blob primary key, subject blob not null) strict, without rowid;
create table weak_links (subject blob not null, file text not null, primary key (subject, file)) strict, without rowid;
`

const (
	applicationID = 0x75746676 // "utfv"
	formatVersion = 1
	epochName     = "epoch-1"
	indexName     = "index"
	textsName     = "texts"
)

// Vault is an open vault.
type Vault struct {
	db       *sql.DB
	epoch    []byte
	indexKey []byte
	texts    cipher.AEAD
}

// Path and KeyPath are where the vault and its root key lie in a data directory.
func Path(dir string) string { return filepath.Join(dir, "vault.db") }

// KeyPath is the file of the root key.
func KeyPath(dir string) string { return filepath.Join(dir, "keys", "vault.key") }

// Create makes a new vault and its root key in a data directory.
func Create(dir, keyPath string) error {
	if err := os.MkdirAll(filepath.Dir(keyPath), 0o700); err != nil {
		return err
	}
	root := newKey()
	f, err := os.OpenFile(keyPath, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(hex.EncodeToString(root) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	db, err := openFile(Path(dir), true)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(schema + fmt.Sprintf("pragma application_id=%d; pragma user_version=%d;", applicationID, formatVersion)); err != nil {
		return err
	}
	for _, name := range []string{epochName, indexName, textsName} {
		if _, err := tx.Exec("insert into keys values (?, ?)", name, seal(root, newKey(), name)); err != nil {
			return err
		}
	}
	return errors.Join(tx.Commit(), os.Chmod(Path(dir), 0o600))
}

// openFile opens the SQLite file as a vault must be: not in WAL mode, so that
// nothing erased lives on in a side file, and with erased pages overwritten.
func openFile(path string, create bool) (*sql.DB, error) {
	mode := "rw"
	if create {
		mode = "rwc"
	}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{
		"mode": {mode}, "_journal_mode": {"DELETE"}, "_synchronous": {"FULL"}, "_secure_delete": {"true"},
		"_txlock": {"immediate"}, "_busy_timeout": {"5000"}}.Encode()}
	return sql.Open("sqlite3_vault", dsn.String())
}

func init() {
	sql.Register("sqlite3_vault", &sqlite3.SQLiteDriver{ConnectHook: assertSettings})
}

// assertSettings refuses a connection that would leave something erased behind,
// or lose somebody who was acknowledged.
func assertSettings(conn *sqlite3.SQLiteConn) error {
	for pragma, want := range map[string]string{"journal_mode": "delete", "synchronous": "2", "secure_delete": "1"} {
		rows, err := conn.Query("pragma "+pragma, nil)
		if err != nil {
			return err
		}
		value := make([]driver.Value, 1)
		err = rows.Next(value)
		if got := fmt.Sprint(value[0]); err != nil || got != want {
			return errors.Join(err, rows.Close(), fmt.Errorf("the vault's pragma %s is %s, must be %s", pragma, got, want))
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

// Open opens the vault of a data directory with the root key in a file.
func Open(dir, keyPath string) (v *Vault, err error) {
	root, err := readKey(keyPath)
	if err != nil {
		return nil, err
	}
	db, err := openFile(Path(dir), false)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open the vault: %w", err), db.Close())
		}
	}()
	var app, version int
	err = db.QueryRow("select (select * from pragma_application_id), (select * from pragma_user_version)").Scan(&app, &version)
	if err != nil {
		return nil, err
	}
	if app != applicationID || version != formatVersion {
		return nil, fmt.Errorf("not a vault of format %d", formatVersion)
	}
	key := func(name string) []byte {
		var wrapped, plain []byte
		if err == nil {
			err = db.QueryRow("select wrapped from keys where name = ?", name).Scan(&wrapped)
		}
		if err == nil {
			plain, err = unseal(root, wrapped, name)
		}
		return plain
	}
	v = &Vault{db: db, epoch: key(epochName), indexKey: key(indexName)}
	texts := key(textsName)
	if err != nil {
		return nil, err
	}
	v.texts = aead(texts)
	return v, nil
}

func readKey(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, &domain.Error{Code: domain.Unhealthy, Err: err,
			What: domain.T("valvets nyckel kan inte läsas", "the vault's key cannot be read"),
			Hint: domain.T("peka ut nyckelfilen med --vault-key", "point out the key file with --vault-key")}
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != keySize {
		return nil, domain.Refuse(domain.Unhealthy,
			domain.T("valvets nyckelfil är skadad", "the vault's key file is damaged"),
			domain.T("hämta nyckeln ur säkerhetskopian", "fetch the key from the backup"))
	}
	return key, nil
}

// Close closes the vault.
func (v *Vault) Close() error { return v.db.Close() }

// Profile is what the vault knows of a subject, opened.
type Profile struct{ Name, Email, Number string }

// Profile opens what is known of a subject; ErrNoSubject when nothing is.
func (v *Vault) Profile(subject uuid.UUID) (Profile, error) {
	var epoch string
	var key []byte
	var sealed [3][]byte
	err := v.db.QueryRow("select epoch, key, name, email, number from subjects where subject = ?", subject[:]).
		Scan(&epoch, &key, &sealed[0], &sealed[1], &sealed[2])
	if errors.Is(err, sql.ErrNoRows) {
		return Profile{}, ErrNoSubject
	}
	if err != nil {
		return Profile{}, err
	}
	if key, err = unseal(v.epoch, key, bind(subject, epoch)); err != nil {
		return Profile{}, err
	}
	var p Profile
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

// ErrNoSubject is returned for an id the vault does not know, or knows no more.
var ErrNoSubject = errors.New("the vault does not know this subject")

var fieldNames = [3]string{"name", "email", "number"}

// bind ties a ciphertext to the subject and the field it belongs to.
func bind(subject uuid.UUID, field string) string { return subject.String() + "/" + field }
