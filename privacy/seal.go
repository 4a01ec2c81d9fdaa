package privacy

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

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

// Text kinds: what a sealed text is for is bound into it.
const (
	FileName = "file"
	Reason   = "reason"
	Place    = "place"
	Words    = "words" // free text of a survey answer
)

// Seal seals a text that may hold names, for the log. Blank stays blank.
func (v *Vault) Seal(kind, plain string) domain.Sealed {
	if plain == "" {
		return ""
	}
	return domain.Sealed(base64.StdEncoding.EncodeToString(v.texts.Seal(nil, nil, []byte(plain), []byte(kind))))
}

// Unseal opens what Seal sealed for the same kind.
func (v *Vault) Unseal(kind string, sealed domain.Sealed) (string, error) {
	if sealed == "" {
		return "", nil
	}
	b, err := base64.StdEncoding.DecodeString(string(sealed))
	if err != nil {
		return "", fmt.Errorf("%w (%s)", ErrSealed, kind)
	}
	plain, err := v.texts.Open(nil, nil, b, []byte(kind))
	if err != nil {
		return "", fmt.Errorf("%w (%s)", ErrSealed, kind)
	}
	return string(plain), nil
}

// index is the blind index key of a value: the first 16 bytes of its HMAC
// under the installation's index key. parts are separated, so that none can
// run into the next.
type index [16]byte

func (v *Vault) index(parts ...string) (out index) {
	mac := hmac.New(sha256.New, v.indexKey)
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
