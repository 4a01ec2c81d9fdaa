package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"utfall/eventlog"
)

// log is our side, as the program uses it. Each turn has a log of its own, as
// each turn of the growing file has.
type log struct {
	dir    string
	work   *work
	encode bool // encoding is measured too
}

func (s *log) name() string {
	if s.encode {
		return "utfall, encoding included"
	}
	return "utfall"
}

func (s *log) takes(load) bool { return true }
func (s *log) close()          {}

func (s *log) load(l load, warm, window time.Duration) (got sample, err error) {
	dir, err := os.MkdirTemp(s.dir, "log")
	if err != nil {
		return sample{}, err
	}
	defer os.RemoveAll(dir)
	events, err := eventlog.Open(filepath.Join(dir, "log.db"))
	if err != nil {
		return sample{}, err
	}
	defer func() { err = errors.Join(err, events.Close()) }()
	return drive(l, warm, window, func(caller, turn int) error {
		b, err := s.next(l, caller+turn*l.callers)
		if err != nil {
			return err
		}
		_, err = events.Append(context.Background(), b, eventlog.AnyHead)
		return err
	})
}

func (s *log) next(l load, n int) (*eventlog.Batch, error) {
	if !s.encode {
		encoded := s.work.single
		if l.events > 1 {
			encoded = s.work.batch
		}
		return again(encoded[n%len(encoded)]), nil
	}
	b, from := newBatch(), n*l.events%len(s.work.events)
	return b, b.Encode(s.work.events[from : from+l.events])
}
