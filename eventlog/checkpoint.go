package eventlog

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"utfall/domain"
)

// Checkpoint is what is signed: this log had these batches. Its text is that
// of C2SP's tlog-checkpoint: origin, size, root, a line each.
type Checkpoint struct {
	Origin string // the name of the log, and of the key
	Size   uint64 // number of batches: the position
	Root   Hash
}

// Text is what the signature is made over.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// EmptyRoot is the root of a log without batches.
var EmptyRoot = (&frontier{}).root()

// ErrCheckpoint is returned for a note that is no checkpoint, or whose
// signature does not hold.
var ErrCheckpoint = errors.New("not a checkpoint of this log")

func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" || lines[0] == "" {
		return Checkpoint{}, fmt.Errorf("%w: it has not the lines origin, size and root", ErrCheckpoint)
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err != nil || strconv.FormatUint(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: its size is not a number", ErrCheckpoint)
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(Hash{}) {
		return Checkpoint{}, fmt.Errorf("%w: its root is not a hash", ErrCheckpoint)
	}
	return Checkpoint{lines[0], size, Hash(root)}, nil
}

// KeyPath is the file of the private signing key in a data directory, and
// PublicKeyPath that of the public ones: one line a key, the newest last.
func KeyPath(dir string) string { return filepath.Join(dir, "keys", "log.key") }

// PublicKeyPath is the file of the public keys.
func PublicKeyPath(dir string) string { return filepath.Join(dir, "log.pub") }

// CreateKey makes a signing key and notes its public half after those there
// are. The name tells this installation's logs from others'. A key that is
// there already is left alone, and an error.
func CreateKey(dir string) error {
	name := make([]byte, 8)
	_, _ = rand.Read(name) // it never fails
	private, public, err := note.GenerateKey(rand.Reader, "utfall/"+hex.EncodeToString(name))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(KeyPath(dir)), 0o700); err != nil {
		return err
	}
	// The public half first: a private key whose public half is lost signs for nobody.
	if err := writeLine(PublicKeyPath(dir), os.O_APPEND, 0o644, public); err != nil {
		return err
	}
	return writeLine(KeyPath(dir), os.O_EXCL, 0o600, private)
}

func writeLine(path string, flag int, mode fs.FileMode, line string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|flag, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// Signer signs checkpoints of one installation.
type Signer struct {
	signer note.Signer
	Public string // the public key, as reports print it
}

// OpenSigner reads the signing key of a data directory.
func OpenSigner(dir string) (*Signer, error) {
	public, err := PublicKeys(dir)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(KeyPath(dir))
	if err != nil {
		return nil, &domain.Error{Code: domain.Unhealthy, Err: err,
			What: domain.T("loggens signeringsnyckel keys/log.key kan inte läsas", "the log's signing key keys/log.key cannot be read"),
			Hint: domain.T("lägg tillbaka den, eller gör en ny med utfall checkpoint --new-key", "put it back, or make a new one with utfall checkpoint --new-key")}
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, domain.Refuse(domain.Unhealthy, domain.T("loggens signeringsnyckel keys/log.key är skadad", "the log's signing key keys/log.key is damaged"),
			domain.T("lägg tillbaka den ur säkerhetskopian", "put it back from your copy"))
	}
	for _, line := range public {
		if v, err := note.NewVerifier(line); err == nil && v.Name() == signer.Name() && v.KeyHash() == signer.KeyHash() {
			return &Signer{signer, line}, nil
		}
	}
	return nil, domain.Refuse(domain.Unhealthy, domain.T("log.pub saknar den publika halvan av keys/log.key", "log.pub lacks the public half of keys/log.key"),
		domain.T("lägg tillbaka log.pub ur säkerhetskopian", "put log.pub back from your copy"))
}

// PublicKeys are the public keys of a data directory, oldest first.
func PublicKeys(dir string) ([]string, error) {
	b, err := os.ReadFile(PublicKeyPath(dir))
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(b)), nil
}

// Sign gives the signed checkpoint of the first n batches. It carries no time:
// the same log, position and key give the same bytes.
func (s *Signer) Sign(ctx context.Context, l *Log, n uint64) (string, error) {
	root, err := l.Root(ctx, n)
	if err != nil {
		return "", err
	}
	signed, err := note.Sign(&note.Note{Text: Checkpoint{s.signer.Name(), n, root}.Text()}, s.signer)
	return string(signed), err
}

// OpenCheckpoint reads a signed checkpoint and checks its signature by one of
// the public keys. ErrCheckpoint when it is none of theirs.
func OpenCheckpoint(signed string, public []string) (Checkpoint, error) {
	var known []note.Verifier
	for _, key := range public {
		v, err := note.NewVerifier(key)
		if err != nil {
			return Checkpoint{}, fmt.Errorf("%w: a public key cannot be read: %w", ErrCheckpoint, err)
		}
		known = append(known, v)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(known...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c, err := parseCheckpoint(n.Text)
	if err == nil && !slices.ContainsFunc(n.Sigs, func(s note.Signature) bool { return s.Name == c.Origin }) {
		err = fmt.Errorf("%w: it is signed in another log's name", ErrCheckpoint)
	}
	return c, err
}

// Extends checks that the verified log begins with what a checkpoint attests.
// The checkpoint's size must be among the sizes Verify was asked for.
func (v *Verified) Extends(c Checkpoint) *Finding {
	root, there := v.Roots[c.Size]
	switch {
	case v.Finding != nil:
		return v.Finding
	case !there:
		return &Finding{v.Batches + 1, Cut, domain.Text{
			SV: fmt.Sprintf("loggen slutar vid %d, men checkpointen intygar %d batcher: slutet är avklippt, eller en äldre kopia är tillbakalagd", v.Batches, c.Size),
			EN: fmt.Sprintf("the log ends at %d, but the checkpoint attests %d batches: the end is cut off, or an older copy was put back", v.Batches, c.Size)}}
	case root != c.Root:
		return &Finding{1, Rewritten, domain.Text{
			SV: fmt.Sprintf("bland de första %d batcherna är minst en en annan än den checkpointen intygar, och hasharna är räknade om", c.Size),
			EN: fmt.Sprintf("at least one of the first %d batches is another than the checkpoint attests, with the hashes computed anew", c.Size)}}
	}
	return nil
}
