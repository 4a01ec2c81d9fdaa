package projections

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"utfall/domain"
)

// lockWait is how long a facts file held by another process is waited for.
const lockWait = 5 * time.Second

// locked is the lock of a facts file, held while it is not nil.
type locked = *os.File

// tryLock takes the facts file of a data directory for this process, before
// the file is opened, made, set aside or replaced. When another process has
// it, that one is named instead. Closing the lock lets go.
func tryLock(facts string) (held locked, pid string, err error) {
	f, err := os.OpenFile(filepath.Join(filepath.Dir(facts), "facts.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, "", err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil:
		return f, "", errors.Join(f.Truncate(0), writePID(f))
	case !errors.Is(err, syscall.EWOULDBLOCK):
		return nil, "", errors.Join(fmt.Errorf("lock %s: %w", f.Name(), err), f.Close())
	}
	b, _ := io.ReadAll(io.NewSectionReader(f, 0, 32))
	return nil, strings.TrimSpace(string(b)), f.Close()
}

// lock waits a while for another process to let go, and then names it.
func lock(ctx context.Context, facts string) (locked, error) {
	deadline := time.Now().Add(lockWait)
	for {
		held, pid, err := tryLock(facts)
		if held != nil || err != nil {
			return held, err
		}
		if time.Now().After(deadline) {
			return nil, heldBy(pid, nil)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func writePID(f *os.File) error {
	_, err := f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	return err
}

// heldBy says which process has the facts.
func heldBy(pid string, err error) error {
	return &domain.Error{Code: domain.Conflict, Err: err,
		What: domain.Tf("process %s har databasen öppen", "process %s has the database open", pid),
		Hint: domain.T("vänta tills den är klar, eller avsluta den", "wait until it is done, or end it")}
}
