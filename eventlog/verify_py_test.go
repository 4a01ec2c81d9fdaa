package eventlog

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// harmedLogs are logs the second verifier, tools/verify.py, is to judge too.
type harmedLogs struct {
	*specimen
	closely  bool // they must also agree on what is wrong, and where
	paths    []string
	findings []*Finding
	judged   int
}

// add keeps a log until there are enough to start the second verifier for.
func (h *harmedLogs) add(t *testing.T, path string, f *Finding) {
	t.Helper()
	h.paths, h.findings = append(h.paths, path), append(h.findings, f)
	if len(h.paths) == 200 {
		h.compare(t)
	}
}

// compare asks the second verifier about the logs kept, and removes them. Both
// must agree whether a log is whole.
func (h *harmedLogs) compare(t *testing.T) {
	t.Helper()
	if len(h.paths) == 0 {
		return
	}
	for i, verdict := range secondOpinion(t, h.kept, h.paths) {
		f := h.findings[i]
		whole := strings.HasPrefix(verdict, "ok ")
		if whole != (f == nil) {
			t.Errorf("%s: we say %v, tools/verify.py says %s", h.paths[i], f, verdict)
			continue
		}
		// Where the file itself cannot be read on, the two SQLites may get unequally far.
		if f != nil && h.closely && f.Kind != Undecoded && !strings.HasPrefix(verdict, fmt.Sprintf("%s %d ", f.Kind, f.Position)) {
			t.Errorf("%s: we say %s %d (%s), tools/verify.py says %s", h.paths[i], f.Kind, f.Position, f.What.EN, verdict)
		}
		if !t.Failed() {
			for _, end := range []string{"", "-wal", "-shm"} {
				_ = os.Remove(h.paths[i] + end)
			}
		}
	}
	h.judged += len(h.paths)
	h.paths, h.findings = nil, nil
}

// secondOpinion runs tools/verify.py on logs and gives its verdicts.
func secondOpinion(t *testing.T, kept []Checkpoint, paths []string) []string {
	t.Helper()
	dir := t.TempDir()
	private, public, err := note.GenerateKey(rand.Reader, "test")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(dir, "log.pub")
	args := []string{"../tools/verify.py", "--keys", keys}
	for i, c := range kept {
		signed, err := note.Sign(&note.Note{Text: c.Text()}, signer)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, fmt.Sprint("checkpoint", i))
		args = append(args, "--checkpoint", file)
		if err := os.WriteFile(file, signed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(keys, []byte(public+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(context.Background(), "python3", append(args, paths...)...).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(paths) {
		t.Fatalf("tools/verify.py: %v\n%s", err, out)
	}
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], paths[i]+" ")
	}
	return lines
}
