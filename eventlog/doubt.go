package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// doubtPath is the mark that a write failed and nobody has verified since.
func doubtPath(path string) string { return path + ".doubt" }

// markDoubt leaves the mark. On a failing disk it may not come about; then the
// next start has the check of the log's end only.
func (l *Log) markDoubt() error {
	f, err := os.OpenFile(doubtPath(l.path), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(l.path))
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close(), dir.Sync(), dir.Close())
}

// clearDoubt verifies a log with the mark, and takes the mark away when the log
// is whole.
func (l *Log) clearDoubt() error {
	if _, err := os.Stat(doubtPath(l.path)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	v, err := Verify(context.Background(), l.path, nil, func(uint64) {})
	if err == nil && v.Finding != nil {
		err = errDamaged(fmt.Errorf("%w: batch %d: %s", ErrBatch, v.Finding.Position, v.Finding.What.EN))
	}
	if err != nil {
		return err
	}
	return os.Remove(doubtPath(l.path))
}
