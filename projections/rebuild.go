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

// Ready opens the facts of a data directory, up to date with the log. A file
// that cannot be opened, or was made by another version, is set aside and made
// again: it is a cache.
func Ready(ctx context.Context, log *eventlog.Log, dir string, progress func(at, head uint64)) (*Store, error) {
	path := Path(dir)
	held, err := lock(ctx, path)
	if err != nil {
		return nil, err
	}
	s, err := ready(ctx, log, path, progress)
	if err != nil {
		return nil, errors.Join(err, held.Close())
	}
	s.lock = held
	return s, nil
}

func ready(ctx context.Context, log *eventlog.Log, path string, progress func(at, head uint64)) (*Store, error) {
	head, err := log.Head(ctx)
	if err != nil {
		return nil, err
	}
	tell := func(at uint64) { progress(at, head) }
	s, err := Open(ctx, path)
	var known *domain.Error
	if errors.As(err, &known) || ctx.Err() != nil {
		return nil, err
	}
	if err == nil && s.Checkpoint() > head {
		err = errors.Join(fmt.Errorf("facts are ahead of the log: %d > %d", s.Checkpoint(), head), s.Close())
	}
	if err != nil {
		if err := quarantine(path, err); err != nil {
			return nil, err
		}
		if err := rebuild(ctx, log, path, tell); err != nil {
			return nil, err
		}
		if s, err = Open(ctx, path); err != nil {
			return nil, err
		}
	}
	if err := CatchUp(ctx, log, s, head, tell); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
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
