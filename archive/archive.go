// Package archive is the file format of a backup.
//
// Three things to know. A backup is a first line, then zstd of a tar of
// manifest.json and the files it names, then the SHA-256 of all before it; to
// a recipient it is encrypted with age around that. Reading checks the hash of
// the whole before it unpacks anything, and each file's own. What a backup is
// of, and whether it is sound, is for the caller: this package knows bytes.
//
// Caveat. Encrypted to a recipient, the writer could not read it back to check
// it. So it is encrypted to a key of the moment as well, which reads it back
// once and is then forgotten.
package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// mark is the first line of a backup that is not encrypted.
const mark = "utfall backup 1\n"

// encryptedMark is how a file of age begins.
const encryptedMark = "age-encryption.org/v1\n"

// Manifest is what a backup says of itself.
type Manifest struct {
	Kind     string `json:"kind"`     // log or vault
	Position uint64 `json:"position"` // the log's head when it was made
	Root     []byte `json:"root"`     // of the log's tree then
	Program  string `json:"program"`
	Files    []File `json:"files"`
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 []byte `json:"sha256"`
}

// Errors of reading.
var (
	ErrDamaged   = errors.New("the backup is damaged, or not a backup")
	ErrEncrypted = errors.New("the backup is encrypted, and none of the keys given opens it")
)

// Write writes a backup of files of a directory, in the order given.
func Write(w io.Writer, m Manifest, dir string, names ...string) error {
	for _, name := range names {
		f, err := describe(dir, name)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, f)
	}
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	if _, err := io.WriteString(out, mark); err != nil {
		return err
	}
	press, err := zstd.NewWriter(out)
	if err != nil {
		return err
	}
	if err := errors.Join(pack(tar.NewWriter(press), m, dir), press.Close()); err != nil {
		return err
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

func describe(dir, name string) (File, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	return File{name, size, sum.Sum(nil)}, err
}

func pack(t *tar.Writer, m Manifest, dir string) error {
	list, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	add := func(name string, size int64, from io.Reader) error {
		// No owner, no clock: the same content is the same tar.
		if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, Format: tar.FormatPAX, ModTime: time.Unix(0, 0)}); err != nil {
			return err
		}
		_, err := io.Copy(t, from)
		return err
	}
	if err := add("manifest.json", int64(len(list)), bytes.NewReader(list)); err != nil {
		return err
	}
	for _, file := range m.Files {
		f, err := os.Open(filepath.Join(dir, file.Name))
		if err != nil {
			return err
		}
		if err := errors.Join(add(file.Name, file.Size, f), f.Close()); err != nil {
			return err
		}
	}
	return t.Close()
}

// Encrypt calls write with a writer that encrypts to the recipients.
func Encrypt(w io.Writer, recipients []age.Recipient, write func(io.Writer) error) error {
	sealed, err := age.Encrypt(w, recipients...)
	if err != nil {
		return err
	}
	if err := write(sealed); err != nil {
		return err
	}
	return sealed.Close()
}

// Extract checks a backup to its last byte and unpacks it into an empty
// directory. ErrDamaged when a byte is not as written, ErrEncrypted when the
// identities do not open it.
func Extract(path, dir string, identities ...age.Identity) (*Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// Twice through the file: the first time for the hash of the whole.
	length, err := check(f, identities)
	if err != nil {
		return nil, err
	}
	in, err := reader(f, identities)
	if err != nil {
		return nil, err
	}
	press, err := zstd.NewReader(io.LimitReader(in, length), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer press.Close()
	m, err := unpack(tar.NewReader(press), dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return m, nil
}

// reader gives what follows the first line, decrypted.
func reader(f *os.File, identities []age.Identity) (io.Reader, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(f, 1<<16)
	if begin, _ := in.Peek(len(encryptedMark)); string(begin) == encryptedMark {
		if len(identities) == 0 {
			return nil, ErrEncrypted
		}
		plain, err := age.Decrypt(in, identities...)
		var none *age.NoIdentityMatchError
		if errors.As(err, &none) {
			return nil, fmt.Errorf("%w: %w", ErrEncrypted, err)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		in = bufio.NewReaderSize(plain, 1<<16)
	}
	first := make([]byte, len(mark))
	if _, err := io.ReadFull(in, first); err != nil || string(first) != mark {
		return nil, errors.Join(ErrDamaged, err)
	}
	return in, nil
}

// check hashes the whole backup and gives how long what is packed is.
func check(f *os.File, identities []age.Identity) (int64, error) {
	in, err := reader(f, identities)
	if err != nil {
		return 0, err
	}
	sum := sha256.New()
	sum.Write([]byte(mark))
	// The last 32 bytes are the hash: keep that many back.
	var length int64
	tail := make([]byte, 0, 2<<16)
	for {
		n, err := in.Read(tail[len(tail):cap(tail)])
		tail = tail[:len(tail)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if spare := len(tail) - sha256.Size; spare > 0 {
			sum.Write(tail[:spare])
			length += int64(spare)
			tail = tail[:copy(tail, tail[spare:])]
		}
	}
	if spare := len(tail) - sha256.Size; spare > 0 {
		sum.Write(tail[:spare])
		length += int64(spare)
		tail = tail[spare:]
	}
	if !bytes.Equal(sum.Sum(nil), tail) {
		return 0, ErrDamaged
	}
	return length, nil
}

func unpack(t *tar.Reader, dir string) (*Manifest, error) {
	h, err := t.Next()
	if err != nil || h.Name != "manifest.json" {
		return nil, errors.Join(errors.New("no manifest"), err)
	}
	var m Manifest
	if err := json.NewDecoder(t).Decode(&m); err != nil {
		return nil, err
	}
	for _, file := range m.Files {
		h, err := t.Next()
		if err != nil {
			return nil, err
		}
		if h.Name != file.Name || !fs.ValidPath(file.Name) || h.Size != file.Size {
			return nil, fmt.Errorf("%s is not as the manifest says", h.Name)
		}
		if err := unpackOne(t, dir, file); err != nil {
			return nil, err
		}
	}
	if _, err := t.Next(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(errors.New("more files than the manifest names"), err)
	}
	return &m, nil
}

func unpackOne(t io.Reader, dir string, file File) error {
	path := filepath.Join(dir, filepath.FromSlash(file.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, sum), t)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), file.SHA256) {
		return fmt.Errorf("%s is not as the manifest says", file.Name)
	}
	return nil
}
