// Command vulncheck runs govulncheck over the packages named, tests included,
// and fails on each known vulnerability in code we call, unless
// docs/vulnerabilities.toml allows it with a reason, the test that holds the
// reason true, and a date at which it must be thought over again.
//
//	go run ./tools/vulncheck ./...
//
// The database is the folder or URL in VULNDB, or else the public one.
//
// Caveats. What we import or require without calling it is counted, not
// refused: govulncheck follows calls, and so do we. An entry that matches
// nothing is only warned about, since an older database may lack what it
// allows.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// allowFile is read from the top of the repository.
const allowFile = "docs/vulnerabilities.toml"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := check(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "vulncheck:", err)
		os.Exit(1)
	}
}

func check(ctx context.Context, out io.Writer, packages []string) error {
	allowed, err := readAllowed(allowFile)
	if err != nil {
		return err
	}
	tests, err := testNames(".")
	if err != nil {
		return err
	}
	stream, err := scan(ctx, packages)
	if err != nil {
		return err
	}
	s, err := decode(bytes.NewReader(stream))
	if err != nil {
		return fmt.Errorf("read what govulncheck says: %w", err)
	}
	v := judge(s, allowed, tests, time.Now())
	for _, line := range append(v.notes, v.faults...) {
		fmt.Fprintln(out, line)
	}
	if len(v.faults) > 0 {
		return fmt.Errorf("%d to see to", len(v.faults))
	}
	return nil
}

// scan is what govulncheck says of the packages, as its stream of JSON.
func scan(ctx context.Context, packages []string) ([]byte, error) {
	args := []string{"tool", "govulncheck", "-format", "json", "-test"}
	if db := os.Getenv("VULNDB"); db != "" {
		if !strings.Contains(db, "://") {
			path, err := filepath.Abs(db)
			if err != nil {
				return nil, err
			}
			db = "file://" + filepath.ToSlash(path)
		}
		args = append(args, "-db", db)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, packages...)...)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("govulncheck: %w", err), errors.New(strings.TrimSpace(talk.String())))
	}
	return out.Bytes(), nil
}
