package privacy

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// keySize is that of AES-256 and of the index key.
const keySize = 32

// ErrSealed is returned for a ciphertext that does not open with the key at
// hand, or does not belong where it stands.
var ErrSealed = errors.New("sealed data cannot be opened")

func newKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails: crypto/rand ends the program instead
	return key
}

// seal encrypts with a random nonce; what is bound must be said again to open.
func seal(key, plain []byte, bound string) []byte {
	return aead(key).Seal(nil, nil, plain, []byte(bound))
}

func unseal(key, sealed []byte, bound string) ([]byte, error) {
	plain, err := aead(key).Open(nil, nil, sealed, []byte(bound))
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", ErrSealed, bound)
	}
	return plain, nil
}

func aead(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has a wrong length: a bug, not an input
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// Binding is where a sealed text belongs. A ciphertext opens nowhere else: not
// in another field, event or project, and not as another person's.
type Binding struct {
	Field   string    // what it is: FileName, Reason, Place, or Words of an item
	Event   uuid.UUID // the event it stands in, or the batch
	Subject uuid.UUID // whose it is; Nil when it is the installation's
	Within  string    // project or survey
}

// What sealed texts are.
const (
	FileName = "file"
	Reason   = "reason"
	Place    = "place"
	Words    = "words"    // free text of a survey answer
	Released = "released" // the same, as it was let through to recipients
	Special  = "special"  // special categories of a participant
	Voucher  = "voucher"  // text of a voucher in the bookkeeping
	Proof    = "proof"    // what proves a contribution
	Activity = "activity" // what somebody of the staff did
	Frozen   = "frozen"   // what special categories of erased people add to figures
)

func (b Binding) bytes() []byte {
	out := append([]byte(b.Field), 0)
	out = append(append(out, b.Event[:]...), b.Subject[:]...)
	return append(out, b.Within...)
}

// boundForm begins every text sealed with a Binding. Those of version 0.2 and
// before have none and are bound to their field alone; no base64 begins so.
const boundForm = "2."

// Seal seals a text that may hold names, for the log. Blank stays blank.
func (v *Vault) Seal(b Binding, plain string) domain.Sealed {
	return sealText(v.keys.Load().texts, b, plain)
}

func sealText(key []byte, b Binding, plain string) domain.Sealed {
	if plain == "" {
		return ""
	}
	return domain.Sealed(boundForm + base64.StdEncoding.EncodeToString(aead(key).Seal(nil, nil, []byte(plain), b.bytes())))
}

// Unseal opens what Seal sealed for the same place, and what SealFor sealed
// for a subject. ErrErased when that subject's key is no more.
func (v *Vault) Unseal(b Binding, sealed domain.Sealed) (string, error) {
	if sealed == "" {
		return "", nil
	}
	key, bound := v.keys.Load().texts, b.bytes()
	text, current := strings.CutPrefix(string(sealed), boundForm)
	if !current {
		bound = []byte(b.Field)
		if field, _, ok := strings.Cut(b.Field, "/"); ok {
			bound = []byte(field)
		}
	} else if b.Subject != uuid.Nil {
		var err error
		if key, err = v.keyOf(context.Background(), b.Subject); errors.Is(err, ErrNoSubject) {
			return "", ErrErased
		} else if err != nil {
			return "", err
		}
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("%w (%s)", ErrSealed, b.Field)
	}
	plain, err := aead(key).Open(nil, nil, raw, bound)
	if err != nil {
		return "", fmt.Errorf("%w (%s)", ErrSealed, b.Field)
	}
	return string(plain), nil
}

// ErrErased is returned for what was sealed for somebody who has been erased.
var ErrErased = errors.New("erased")

// SealFor seals a text under the key of the person or respondent it is of, so
// that it goes when they do.
func (im *Import) SealFor(b Binding, plain string) (domain.Sealed, error) {
	if plain == "" {
		return "", nil
	}
	s, err := im.load(b.Subject)
	if errors.Is(err, ErrNoSubject) {
		s = im.add(b.Subject, Respondent, Profile{})
	} else if err != nil {
		return "", err
	}
	if s.key == nil {
		if s.key, err = im.v.keyOf(context.Background(), s.id); err != nil {
			return "", err
		}
	}
	return sealText(s.key, b, plain), nil
}

// index is the blind index key of a value: the first 16 bytes of its HMAC
// under the installation's index key. parts are separated, so that none can
// run into the next.
type index [16]byte

func (v *Vault) index(parts ...string) (out index) {
	mac := hmac.New(sha256.New, v.keys.Load().index)
	for _, p := range parts {
		mac.Write([]byte(p))
		mac.Write([]byte{0})
	}
	copy(out[:], mac.Sum(nil))
	return out
}

// Mark is a stable stand-in for a value that may hold a name, such as a file's:
// the same value has the same mark, and nobody without the vault can tell
// which value it was.
func (v *Vault) Mark(kind, value string) string {
	mark := v.index("mark", kind, value)
	return hex.EncodeToString(mark[:8])
}
