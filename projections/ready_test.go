package projections

import (
	"context"
	"errors"

	"utfall/eventlog"
)

// Ready opens the facts of a data directory for this process alone, up to date
// with the log.
func Ready(ctx context.Context, log *eventlog.Log, dir string, progress func(at, head uint64)) (*Store, error) {
	held, err := lock(ctx, Path(dir))
	if err != nil {
		return nil, err
	}
	s, err := openReady(ctx, log, Path(dir), progress)
	if err != nil {
		return nil, errors.Join(err, held.Close())
	}
	s.lock = held
	head, err := log.Head(ctx)
	if err == nil {
		err = CatchUp(ctx, log, s, head, func(at uint64) { progress(at, head) })
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
