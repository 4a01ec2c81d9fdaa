package privacy

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"io"
	"os"

	"filippo.io/age"
	"golang.org/x/crypto/argon2"

	"utfall/domain"
)

// The ways the root key can be kept.
const (
	methodFile       = "file"       // in the keyring as it is: who has the file has the vault
	methodPassphrase = "passphrase" // sealed under a key that Argon2id derives from a passphrase
	methodAge        = "age"        // encrypted to an age recipient
)

// keptRoot is the root key as the keyring holds it.
type keptRoot struct {
	Method    string `json:"method"`
	Key       string `json:"key,omitzero"`    // file: hex
	KDF       *argon `json:"kdf,omitempty"`   // passphrase
	Sealed    string `json:"sealed,omitzero"` // passphrase and age: base64
	Recipient string `json:"recipient,omitzero"`
}

// argon are the parameters of Argon2id (RFC 9106, the second of its
// recommended options: 64 MiB, three passes, four lanes).
type argon struct {
	Name   string `json:"name"`
	Passes uint32 `json:"passes"`
	KiB    uint32 `json:"kib"`
	Lanes  uint8  `json:"lanes"`
	Salt   string `json:"salt"`
}

// maxKiB bounds what a damaged file can make the program allocate.
const maxKiB = 4 << 20

func (a *argon) key(passphrase string) ([]byte, error) {
	salt, err := base64.StdEncoding.DecodeString(a.Salt)
	if err != nil || a.Name != "argon2id" || a.Passes == 0 || a.Passes > 1000 || a.Lanes == 0 || a.KiB > maxKiB {
		return nil, damagedKeys
	}
	return argon2.IDKey([]byte(passphrase), salt, a.Passes, a.KiB, a.Lanes, keySize), nil
}

const rootBound = "root"

// open gives the root key.
func (r keptRoot) open(keys Keys) ([]byte, error) {
	switch r.Method {
	case methodFile:
		key, err := hex.DecodeString(r.Key)
		if err != nil || len(key) != keySize {
			return nil, damagedKeys
		}
		return key, nil
	case methodPassphrase:
		return r.openPassphrase(keys)
	case methodAge:
		return r.openAge(keys)
	}
	return nil, damagedKeys
}

func (r keptRoot) openPassphrase(keys Keys) ([]byte, error) {
	if keys.Passphrase == "" {
		return nil, domain.Refuse(domain.Unhealthy, domain.T("valvet öppnas med en lösenfras", "the vault is opened with a passphrase"),
			domain.T("sätt UTFALL_VAULT_PASSPHRASE", "set UTFALL_VAULT_PASSPHRASE"))
	}
	sealed, err := base64.StdEncoding.DecodeString(r.Sealed)
	if err != nil || r.KDF == nil {
		return nil, damagedKeys
	}
	key, err := r.KDF.key(keys.Passphrase)
	if err != nil {
		return nil, err
	}
	root, err := unseal(key, sealed, rootBound)
	if err != nil {
		return nil, domain.Refuse(domain.Unhealthy, domain.T("lösenfrasen öppnar inte valvet", "the passphrase does not open the vault"),
			domain.T("kontrollera UTFALL_VAULT_PASSPHRASE", "check UTFALL_VAULT_PASSPHRASE"))
	}
	return root, nil
}

func (r keptRoot) openAge(keys Keys) ([]byte, error) {
	refused := &domain.Error{Code: domain.Unhealthy, What: domain.T("valvet öppnas med en age-identitet, och den här öppnar det inte", "the vault is opened with an age identity, and this one does not open it"),
		Hint: domain.T("peka ut identitetens fil med UTFALL_VAULT_IDENTITY", "point out the identity's file with UTFALL_VAULT_IDENTITY")}
	sealed, err := base64.StdEncoding.DecodeString(r.Sealed)
	if err != nil {
		return nil, damagedKeys
	}
	f, err := os.Open(keys.Identity)
	if err != nil {
		refused.Err = err
		return nil, refused
	}
	defer f.Close()
	identities, err := age.ParseIdentities(f)
	if err != nil {
		refused.Err = err
		return nil, refused
	}
	plain, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	if err != nil {
		return nil, refused // the library's words could hold the file's
	}
	root, err := io.ReadAll(io.LimitReader(plain, keySize+1))
	if err != nil || len(root) != keySize {
		return nil, damagedKeys
	}
	return root, nil
}

// keepByPassphrase seals a root key under a passphrase.
func keepByPassphrase(root []byte, passphrase string) (keptRoot, error) {
	kdf := &argon{Name: "argon2id", Passes: 3, KiB: 64 << 10, Lanes: 4, Salt: base64Text(newKey()[:16])}
	key, err := kdf.key(passphrase)
	if err != nil {
		return keptRoot{}, err
	}
	return keptRoot{Method: methodPassphrase, KDF: kdf, Sealed: base64Text(seal(key, root, rootBound))}, nil
}

// keepForAge encrypts a root key to an age recipient.
func keepForAge(root []byte, recipient string) (keptRoot, error) {
	to, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		return keptRoot{}, domain.Refuse(domain.Usage, domain.T("inte en age-mottagare", "not an age recipient"), domain.T("den börjar med age1", "it begins with age1"))
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to)
	if err == nil {
		_, err = w.Write(root)
	}
	if err == nil {
		err = w.Close()
	}
	return keptRoot{Method: methodAge, Recipient: recipient, Sealed: base64Text(sealed.Bytes())}, err
}

// Protection is how the root key is to be kept: under a passphrase, for an age
// recipient, or, when both are empty, in the file itself.
type Protection struct{ Passphrase, Recipient string }

// KeepRoot keeps the root key in another way, makes it anew, and wraps the keys of
// everybody by a new epoch: a copy of the old file opens nobody in this vault
// any more, whatever opens the copy. What is sealed for the installation stays
// as it is, and the log is not touched.
func (v *Vault) KeepRoot(p Protection) error {
	return inside(v.db, func(tx *sql.Tx) error {
		return v.changeKeysIn(func(k *keyring) error {
			root := newKey()
			kept, err := keep(root, p)
			if err != nil {
				return err
			}
			k.open(today())
			k.close(today().AddDays(RetentionRules.BackupDays))
			k.root, k.format.Root = root, kept
			return nil
		}, func(k *keyring) error { return rewrap(tx, k) })
	})
}

// keep gives the form a root key is kept in.
func keep(root []byte, p Protection) (keptRoot, error) {
	switch {
	case p.Passphrase != "":
		return keepByPassphrase(root, p.Passphrase)
	case p.Recipient != "":
		return keepForAge(root, p.Recipient)
	}
	return keptRoot{Method: methodFile, Key: hex.EncodeToString(root)}, nil
}

// Epoch is one epoch of the keyring as people are told of it.
type Epoch struct {
	Number  int         `json:"epoch"`
	Opened  domain.Date `json:"opened"`
	Ends    domain.Date `json:"ends,omitzero"` // the day its key is destroyed; zero for the newest
	Gone    bool        `json:"gone"`          // it has been
	Persons int         `json:"subjects"`      // whose key it wraps
}

// Keyring tells how the root key is kept and which epochs there are.
func (v *Vault) Keyring() (method string, epochs []Epoch, err error) {
	ring := v.keys.Load()
	for _, e := range ring.format.Epochs {
		out := Epoch{Number: e.Epoch, Opened: e.Opened, Ends: e.Ends, Gone: ring.epochs[e.Epoch] == nil}
		if err := v.db.QueryRow("select count(*) from subjects where epoch = ?", e.Epoch).Scan(&out.Persons); err != nil {
			return "", nil, err
		}
		epochs = append(epochs, out)
	}
	return ring.format.Root.Method, epochs, nil
}
