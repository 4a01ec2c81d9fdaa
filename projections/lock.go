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

// lock takes the facts file of a data directory for this process, before the
// file is opened, made, set aside or replaced. It waits a while for another
// process and then names it. Closing the returned file lets go.
func lock(ctx context.Context, facts string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(filepath.Dir(facts), "facts.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(lockWait)
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return f, errors.Join(f.Truncate(0), writePID(f))
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Name(), err), f.Close())
		case time.Now().After(deadline):
			pid, _ := io.ReadAll(io.NewSectionReader(f, 0, 32))
			return nil, errors.Join(heldBy(strings.TrimSpace(string(pid)), nil), f.Close())
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
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
