package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"utfall/eventlog"
	"utfall/projections"
)

// What the oracle can find. A planted bug must be found as what it is.
var (
	errLost    = errors.New("acknowledged and not recovered")
	errForeign = errors.New("recovered and never attempted")
	errTwice   = errors.New("recovered twice")
	errOther   = errors.New("recovered as something else than was attempted")
	errGap     = errors.New("positions are not contiguous")
	errTree    = errors.New("the log is not whole")
	errTables  = errors.New("the tables are not what the log gives")
	errReport  = errors.New("the report is not what the log gives")
	errHalf    = errors.New("neither as before nor as it was to be")
	errRefused = errors.New("a command failed that nothing disturbed")
	errStray   = errors.New("left behind by the crash and not known to be harmless")
)

// ledger is what a client outside the crashed process knows: the batches it
// attempted to record, and those it was told are recorded. It is kept in the
// test, at the other end of a pipe, so that no crash takes any of it.
type ledger struct {
	mu           sync.Mutex
	attempted    map[string]string // id: the digest of what was to be recorded; empty when nobody outside can know it
	acknowledged map[string]uint64 // id: the position it was told
	refused      map[string]string // id: why; whether it is recorded is open
	attested     eventlog.Checkpoint
}

// openLedger begins with what a log at rest holds: all of it is acknowledged.
func openLedger(ctx context.Context, dir string) (*ledger, error) {
	l := &ledger{attempted: map[string]string{}, acknowledged: map[string]uint64{}, refused: map[string]string{}, attested: eventlog.Checkpoint{Root: eventlog.EmptyRoot}}
	err := readLog(ctx, dir, func(b *eventlog.Batch) error {
		l.attempted[b.ID], l.acknowledged[b.ID] = digest(b), b.Position
		return nil
	})
	return l, err
}

// digest tells what a client gave to be recorded.
func digest(b *eventlog.Batch) string {
	sum := sha256.New()
	sum.Write(b.Payload)
	for _, key := range slices.Sorted(maps.Keys(b.Metadata)) {
		fmt.Fprintf(sum, "%q%q", key, b.Metadata[key])
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// readLog reads a log as any reader does, after SQLite has recovered it.
func readLog(ctx context.Context, dir string, each func(*eventlog.Batch) error) error {
	log, err := eventlog.Open(LogPath(dir))
	if err != nil {
		return err
	}
	return errors.Join(log.Read(ctx, 0, each), log.Close())
}

// follow takes in what a client says, a line each, until it says no more:
//
//	try ID DIGEST
//	ack ID POSITION
//	err ID WHY
//
// heard is told of each line's first word.
func (l *ledger) follow(from io.Reader, heard func(word string)) error {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		id, what, ok := strings.Cut(rest, " ")
		l.mu.Lock()
		var err error
		switch word {
		case "try":
			l.attempted[id] = what
		case "ack":
			var at uint64
			_, err = fmt.Sscan(what, &at)
			if known, again := l.acknowledged[id]; again && known != at && err == nil {
				err = fmt.Errorf("%w: %s was acknowledged at %d before, and at %d now", errTwice, id, known, at)
			}
			l.acknowledged[id] = at
		case "err":
			l.refused[id] = what
		default:
			ok = false
		}
		l.mu.Unlock()
		if !ok {
			err = fmt.Errorf("the client said %q", lines.Text())
		}
		if err != nil {
			_, _ = io.Copy(io.Discard, from) // or the client stands still
			return err
		}
		heard(word)
	}
	return lines.Err()
}

// told gives how many batches were acknowledged until now, and the newest
// position of them.
func (l *ledger) told() (n int, newest uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, at := range l.acknowledged {
		newest = max(newest, at)
	}
	return len(l.acknowledged), newest
}

// open is the attempted batches nobody knows the fate of.
func (l *ledger) open() []string {
	var ids []string
	for id := range l.attempted {
		if _, ok := l.acknowledged[id]; !ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids) // chance is to follow from the seed
	return ids
}

// oracle judges a data directory after a crash, once a command has recovered
// it and nothing runs. Whatever the crash was, it holds that
//
//	acknowledged ⊆ recovered ⊆ attempted, none twice, positions 1, 2, 3 …
//	the tree is whole, and continues every checkpoint seen before
//	the tables are those of a replay from zero
//	a report has the bytes of one made in a fresh directory without facts
//	nothing lies about that is not known to be harmless
type oracle struct {
	dir     string
	ledger  *ledger
	scratch string   // a directory of the oracle's own
	report  []string // the report that is made twice; nil: none is

	recovered map[string]uint64 // id: position, after judge
	events    map[string]int    // id: number of events
	left      map[string]int    // what lies about, by pattern
}

// judge gives the first thing that is not as it must be, nil when all is.
func (o *oracle) judge(t *testing.T) error {
	t.Helper()
	if err := o.judgeLog(t.Context()); err != nil {
		return err
	}
	if _, err := self(t).finish("--data", o.dir, "verify", "--replay"); err != nil {
		return fmt.Errorf("%w: %w", errTables, err)
	}
	if o.report != nil {
		if err := o.judgeReport(t); err != nil {
			return err
		}
	}
	return o.judgeStrays()
}

// judgeLog judges what needs the log alone.
func (o *oracle) judgeLog(ctx context.Context) error {
	o.recovered, o.events = map[string]uint64{}, map[string]int{}
	err := readLog(ctx, o.dir, func(b *eventlog.Batch) error {
		_, twice := o.recovered[b.ID]
		want, attempted := o.ledger.attempted[b.ID]
		switch {
		case b.Position != uint64(len(o.recovered))+1:
			return fmt.Errorf("%w: batch %d is the %dth", errGap, b.Position, len(o.recovered)+1)
		case twice:
			return fmt.Errorf("%w: %s", errTwice, b.ID)
		case !attempted:
			return fmt.Errorf("%w: %s at %d", errForeign, b.ID, b.Position)
		case want != "" && want != digest(b):
			return fmt.Errorf("%w: %s at %d", errOther, b.ID, b.Position)
		}
		o.recovered[b.ID], o.events[b.ID] = b.Position, b.Events
		return nil
	})
	if err != nil {
		return err
	}
	for id, at := range o.ledger.acknowledged {
		switch got, ok := o.recovered[id]; {
		case !ok:
			return fmt.Errorf("%w: %s, position %d; the log ends at %d", errLost, id, at, len(o.recovered))
		case got != at:
			return fmt.Errorf("%w: %s was told position %d and is at %d", errOther, id, at, got)
		}
	}
	return o.judgeTree(ctx)
}

// judgeTree computes every hash anew, and compares with the checkpoint beside
// the log and with the one of the judgement before.
func (o *oracle) judgeTree(ctx context.Context) error {
	kept := []eventlog.Checkpoint{o.ledger.attested}
	app := &App{dir: o.dir}
	beside, err := app.sealed()
	switch {
	case err == nil:
		kept = append(kept, beside)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: checkpoint.txt: %w", errTree, err)
	}
	sizes := make([]uint64, len(kept))
	for i, c := range kept {
		sizes[i] = c.Size
	}
	v, err := eventlog.Verify(ctx, LogPath(o.dir), sizes, func(uint64) {})
	if err != nil {
		return fmt.Errorf("%w: %w", errTree, err)
	}
	for _, c := range kept {
		if f := v.Extends(c); f != nil {
			return fmt.Errorf("%w: batch %d: %s (%s)", errTree, f.Position, f.What.EN, f.Kind)
		}
	}
	if v.Batches != uint64(len(o.recovered)) {
		return fmt.Errorf("%w: %d batches verified, %d read", errTree, v.Batches, len(o.recovered))
	}
	o.ledger.attested = eventlog.Checkpoint{Size: v.Batches, Root: v.Root}
	return nil
}

// judgeReport makes a report of the recovered directory, and side by side one
// of a copy that has no facts.
func (o *oracle) judgeReport(t *testing.T) error {
	t.Helper()
	fresh := filepath.Join(o.scratch, "fresh")
	if err := errors.Join(os.RemoveAll(fresh), copyWhole(o.dir, fresh, filepath.Base(projections.Path("")))); err != nil {
		return err
	}
	var made [2][]byte
	var errs [2]error
	var both sync.WaitGroup
	program := self(t)
	for i, dir := range []string{o.dir, fresh} {
		both.Go(func() {
			file := filepath.Join(o.scratch, fmt.Sprintf("report%d.xlsx", i))
			if _, errs[i] = program.finish(append([]string{"--data", dir, "report", "-o", file}, o.report...)...); errs[i] == nil {
				made[i], errs[i] = os.ReadFile(file)
			}
		})
	}
	both.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return fmt.Errorf("%w: %w", errReport, err)
	}
	if !bytes.Equal(made[0], made[1]) {
		return fmt.Errorf("%w: %d bytes that differ from the %d of a fresh directory", errReport, len(made[0]), len(made[1]))
	}
	return nil
}

// dataFiles are the files of a data directory; what a crash may leave behind is
// counted when it is still there after the next command.
var dataFiles = map[string]bool{ // pattern: is it left behind?
	"log.db": false, "log.pub": false, "vault.db": false, "keys": false, "checkpoint.txt": false, "access.db": false, "uploads": false,
	"facts.duckdb": false, "facts.lock": false,
	"log.db-wal": true, "log.db-shm": true, "vault.db-journal": true, "access.db-*": true, "facts.duckdb.wal": true, "utfall.sock": true,
	"facts.duckdb.new": true, "facts.duckdb.new.wal": true, "facts.duckdb.damaged*": true, "duckdb-temp": true,
	".utfall-*": true, ".backup-*": true,
}

func (o *oracle) judgeStrays() error {
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		return err
	}
	o.left = map[string]int{}
	for _, e := range entries {
		found := ""
		for pattern := range dataFiles {
			if ok, _ := filepath.Match(pattern, e.Name()); ok {
				found = pattern
			}
		}
		if found == "" {
			return fmt.Errorf("%w: %s", errStray, e.Name())
		}
		if dataFiles[found] {
			o.left[found]++
		}
	}
	return nil
}

// copyWhole copies a data directory at rest, leaving out the files whose names
// begin with a prefix; empty: none. Sockets of killed processes are no files.
func copyWhole(from, to, without string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		case !d.Type().IsRegular() || without != "" && strings.HasPrefix(rel, without):
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	})
}
