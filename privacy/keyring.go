package privacy

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"utfall/domain"
)

// Keys says where the keyring lies and what opens it, when it is not a plain
// key file.
type Keys struct {
	Path       string // the keyring; KeyPath of the data directory unless it is kept elsewhere
	Passphrase string // of a keyring kept under one
	Identity   string // file with the age identity of a keyring kept for one
	Borrowed   bool   // the keyring is another vault's, of which this one is a copy: it is never changed
}

// keyring is every key the vault has, in one small file that is replaced as a
// whole and is no part of any backup: root, which wraps the others; index, of
// the blind index; texts, of what is sealed for the installation; and the
// epochs, which wrap the keys of people. What is to be forgotten everywhere,
// in backups too, is forgotten when the key of its epoch leaves this file.
type keyring struct {
	path   string
	format keyringFile
	root   []byte
	index  []byte
	texts  []byte
	epochs map[int][]byte // those that still have a key
}

// keyringFile is the file's form: JSON, keys in hex, all but root's own wrapped
// by root.
type keyringFile struct {
	Format int         `json:"format"`
	Root   keptRoot    `json:"root"`
	Index  string      `json:"index"`
	Texts  string      `json:"texts"`
	Epochs []keptEpoch `json:"epochs"`
}

// keptEpoch is one epoch. Ends is the day its key is destroyed, Ended that it
// has been.
type keptEpoch struct {
	Epoch  int         `json:"epoch"`
	Opened domain.Date `json:"opened"`
	Ends   domain.Date `json:"ends,omitzero"`
	Key    string      `json:"key,omitzero"`
}

const keyringFormat = 2

// newKeyring makes one with a first epoch, its root kept in the file itself.
func newKeyring(path string, today domain.Date) *keyring {
	k := &keyring{path: path, root: newKey(), index: newKey(), texts: newKey(), epochs: map[int][]byte{}}
	k.format.Root = keptRoot{Method: methodFile, Key: hex.EncodeToString(k.root)}
	k.open(today)
	return k
}

// open begins the next epoch and gives its number.
func (k *keyring) open(today domain.Date) int {
	n := len(k.format.Epochs) + 1
	k.epochs[n] = newKey()
	k.format.Epochs = append(k.format.Epochs, keptEpoch{Epoch: n, Opened: today})
	return n
}

// newest is the epoch new keys are wrapped by.
func (k *keyring) newest() int { return len(k.format.Epochs) }

// close gives every epoch but the newest a day on which its key is destroyed,
// where it has none.
func (k *keyring) close(ends domain.Date) {
	for i := range k.format.Epochs[:k.newest()-1] {
		if e := &k.format.Epochs[i]; e.Ends.Zero() {
			e.Ends = ends
		}
	}
}

// due reports whether an epoch's day has come.
func (k *keyring) due(today domain.Date) bool {
	for _, e := range k.format.Epochs {
		if e.Key != "" && !e.Ends.Zero() && !e.Ends.After(today) {
			return true
		}
	}
	return false
}

// expire destroys the keys of epochs whose day has come.
func (k *keyring) expire(today domain.Date) {
	for i := range k.format.Epochs {
		e := &k.format.Epochs[i]
		if !e.Ends.Zero() && !e.Ends.After(today) && k.epochs[e.Epoch] != nil {
			delete(k.epochs, e.Epoch)
			e.Key = ""
		}
	}
}

// epochBound is what an epoch's key is bound to.
func epochBound(n int) string { return fmt.Sprintf("epoch-%d", n) }

// save writes the file anew beside the old one and puts it in its place. What
// the old one held is overwritten: on a disk that writes in place it is gone.
func (k *keyring) save() error {
	f := k.format
	f.Format = keyringFormat
	f.Index = hex.EncodeToString(seal(k.root, k.index, indexName))
	f.Texts = hex.EncodeToString(seal(k.root, k.texts, textsName))
	for i := range f.Epochs {
		e := &f.Epochs[i]
		if key := k.epochs[e.Epoch]; key != nil {
			e.Key = hex.EncodeToString(seal(k.root, key, epochBound(e.Epoch)))
		}
	}
	text, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	k.format = f
	return replaceFile(k.path, append(text, '\n'))
}

// replaceFile writes a file whole or not at all, and overwrites what it takes
// the place of.
func replaceFile(path string, content []byte) error {
	fresh := path + ".new"
	f, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	old, _ := os.OpenFile(path, os.O_RDWR, 0) // none there the first time
	if err := os.Rename(fresh, path); err != nil {
		return errors.Join(err, old.Close())
	}
	if err := syncFolder(filepath.Dir(path)); err != nil || old == nil {
		return err
	}
	return overwrite(old)
}

func overwrite(old *os.File) error {
	info, err := old.Stat()
	if err == nil {
		_, err = io.Copy(old, bytes.NewReader(make([]byte, info.Size())))
	}
	return errors.Join(err, old.Sync(), old.Close())
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// readTries is how often a keyring that looks damaged is read.
const readTries = 4

// readKeyring opens the file. before is the one read earlier, or nil: while the
// root is kept as it was, it need not be derived again.
func readKeyring(keys Keys, before *keyring) (*keyring, error) {
	k, err := readKeyringOnce(keys, before)
	// Another process may put a new file in its place and overwrite this one while
	// it is read: what looks damaged is read again.
	for try := 1; try < readTries && errors.Is(err, damagedKeys); try++ {
		k, err = readKeyringOnce(keys, before)
	}
	return k, err
}

// testOnlyOpened lets a test replace the file when it is open and not yet read.
var testOnlyOpened = func() {}

func readOpened(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	testOnlyOpened()
	return io.ReadAll(f)
}

func readKeyringOnce(keys Keys, before *keyring) (*keyring, error) {
	text, err := readOpened(keys.Path)
	if err != nil {
		return nil, &domain.Error{Code: domain.Unhealthy, Err: err,
			What: domain.T("valvets nyckel kan inte läsas", "the vault's key cannot be read"),
			Hint: domain.T("peka ut nyckelfilen med --vault-key", "point out the key file with --vault-key")}
	}
	k := &keyring{path: keys.Path, epochs: map[int][]byte{}}
	if old, err := hex.DecodeString(strings.TrimSpace(string(text))); err == nil && len(old) == keySize {
		// A key file of version 0.2 or before: the other keys lie in the vault.
		k.root = old
		return k, errOldKeys
	}
	if err := json.Unmarshal(text, &k.format); err != nil || k.format.Format != keyringFormat || k.newest() == 0 {
		return nil, damagedKeys
	}
	if before != nil && reflect.DeepEqual(before.format.Root, k.format.Root) {
		k.root = before.root
	} else if k.root, err = k.format.Root.open(keys); err != nil {
		return nil, err
	}
	return k, k.unwrap()
}

// errOldKeys is returned with the root key of a key file that holds no other.
var errOldKeys = errors.New("a key file of an earlier version")

var damagedKeys = domain.Refuse(domain.Unhealthy,
	domain.T("valvets nyckelfil är skadad", "the vault's key file is damaged"),
	domain.T("hämta nyckeln ur säkerhetskopian", "fetch the key from the backup"))

func (k *keyring) unwrap() error {
	open := func(text, bound string) ([]byte, error) {
		wrapped, err := hex.DecodeString(text)
		if err != nil {
			return nil, err
		}
		return unseal(k.root, wrapped, bound)
	}
	var err1, err2 error
	k.index, err1 = open(k.format.Index, indexName)
	k.texts, err2 = open(k.format.Texts, textsName)
	err := errors.Join(err1, err2)
	for i, e := range k.format.Epochs {
		if e.Epoch != i+1 {
			return damagedKeys
		}
		if e.Key == "" || err != nil {
			continue
		}
		k.epochs[e.Epoch], err = open(e.Key, epochBound(e.Epoch))
	}
	if err != nil {
		return errors.Join(damagedKeys, err)
	}
	return nil
}

// base64Text is how bytes that are no key stand in the file.
func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
