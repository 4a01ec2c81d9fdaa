package projections

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"utfall/domain"
	"utfall/eventlog"
)

// Rebuild makes the facts file anew from the whole log, beside the one there
// is, and puts it in its place when it is complete: until then readers see the
// old one. It uses the same handler that keeps the file up to date.
func Rebuild(ctx context.Context, log *eventlog.Log, path string, progress func(at uint64)) error {
	held, err := lock(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(rebuild(ctx, log, path, progress), held.Close())
}

func rebuild(ctx context.Context, log *eventlog.Log, path string, progress func(at uint64)) error {
	fresh := path + ".new"
	if err := remove(fresh); err != nil {
		return err
	}
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	s, err := Open(ctx, fresh)
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	err = CatchUp(ctx, log, s, head, progress)
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "checkpoint") // all into the file, nothing left in its wal
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return errors.Join(err, remove(fresh))
	}
	return swap(fresh, path)
}

// swap puts a complete file in another's place, durably.
func swap(fresh, path string) error {
	if err := syncFile(fresh); err != nil {
		return err
	}
	if err := os.Remove(path + ".wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncFile(filepath.Dir(path))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// openReady opens a facts file whose lock is held. One that cannot be opened,
// or was made by another version, is set aside and made again from the log: it
// is a cache. One that is ahead of the log is not: the log has become shorter.
func openReady(ctx context.Context, log *eventlog.Log, path string, progress func(at, head uint64)) (*Store, error) {
	head, err := log.Head(ctx)
	if err != nil {
		return nil, err
	}
	s, err := Open(ctx, path)
	var known *domain.Error
	if errors.As(err, &known) || ctx.Err() != nil {
		return nil, errors.Join(err, ctx.Err())
	}
	if err == nil && s.Checkpoint() > head {
		return nil, errors.Join(domain.Refuse(domain.Unhealthy,
			domain.Tf("loggen slutar vid %d, men %d batcher är projicerade ur den", "the log ends at %d, but %d batches were projected from it", head, s.Checkpoint()),
			domain.T("kör utfall verify; är det en återställd säkerhetskopia, kör sedan utfall rebuild", "run utfall verify; if it is a restored backup, run utfall rebuild then")), s.Close())
	}
	if err == nil {
		return s, nil
	}
	if err := quarantine(path, err); err != nil {
		return nil, err
	}
	if err := rebuild(ctx, log, path, func(at uint64) { progress(at, head) }); err != nil {
		return nil, err
	}
	return Open(ctx, path)
}

// quarantine sets a file aside that DuckDB could not use, for whoever wants to
// know why; a file of another version is just old.
func quarantine(path string, why error) error {
	if errors.Is(why, ErrOtherVersion) {
		return remove(path)
	}
	for _, p := range []string{path, path + ".wal"} {
		aside := strings.TrimSuffix(p, ".wal") + ".damaged" + strings.TrimPrefix(filepath.Ext(p), ".duckdb")
		if err := os.Rename(p, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
