package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"utfall/eventlog"
	"utfall/privacy"
	"utfall/projections"
)

// listen has a ledger follow a client. acknowledged is closed when the client
// first says that it was acknowledged something; wait gives what went wrong in
// what it said, once it is gone.
func listen(known *ledger) (to io.Writer, acknowledged <-chan struct{}, wait func() error) {
	reader, writer := io.Pipe()
	done, first := make(chan error, 1), make(chan struct{})
	var once sync.Once
	go func() {
		done <- known.follow(reader, func(word string) {
			if word == "ack" {
				once.Do(func() { close(first) })
			}
		})
	}()
	return writer, first, func() error { return errors.Join(writer.Close(), <-done) }
}

// appendWork is sixteen callers appending.
type appendWork struct {
	*desk
	appending                      time.Duration // how long at most until they are killed; opening the log takes the first hundredths
	tried, acked, recovered, again int
}

func newAppendWork(t *testing.T, s scale) work {
	return &appendWork{desk: newDesk(t, crashBase(t, 100, true)), appending: s.appending}
}

func (w *appendWork) bugs() []bug { return []bug{{"ack-before-commit", errLost}} }

func (w *appendWork) round(t *testing.T, p process, r *rand.Rand) (hit string, err error) {
	p = w.renew(t, p, 3)
	known := w.oracle.ledger
	open, before := known.open(), len(known.attempted)
	r.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
	again := open[:min(len(open), 100)]

	cmd := p.client(LogPath(w.data), 16)
	cmd.Stdin = strings.NewReader(strings.Join(append(again, ""), "\n"))
	said, acknowledged, wait := listen(known)
	cmd.Stdout = said
	come := within(r, w.appending)
	if p.bug != "" {
		come = at(acknowledged)
	}
	told, _ := known.told()
	size := sizeOf(LogPath(w.data))
	_, _, err = crash(cmd, come)
	if err = errors.Join(err, wait()); err != nil {
		return "while appending", err
	}
	hit = "before the first append"
	if len(known.attempted) > before {
		hit = "under load"
	}
	if sizeOf(LogPath(w.data)) != size {
		hit = "under load, after the WAL was moved into the database"
	}
	if _, err := w.recover(p, r, "status"); err != nil {
		return hit, err
	}
	if err := w.judge(t); err != nil {
		return hit, err
	}
	if p.bug == "" {
		now, _ := known.told()
		w.tried, w.acked, w.again = w.tried+len(known.attempted)-before, w.acked+now-told, w.again+len(again)
		w.recovered += len(w.oracle.recovered) - now
	}
	return hit, nil
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func (w *appendWork) tell() string {
	return fmt.Sprintf("%d batches attempted, %d acknowledged, %d recovered that nobody had been told of, %d tried again; %s",
		w.tried, w.acked, w.recovered, w.again, w.desk.tell())
}

// importWork is a file being taken in.
type importWork struct {
	*desk
	file   string
	rows   int
	full   time.Duration // an undisturbed run
	head   uint64        // of the base
	id     string        // of the batch the file becomes
	events int
	people [2]int // in the vault before and afterwards
	figure string
}

func newImportWork(t *testing.T, s scale) work {
	w := &importWork{desk: newDesk(t, crashBase(t, 0, true)), rows: s.rows}
	w.file = filepath.Join(t.TempDir(), "large.xlsx")
	writeLarge(t, w.file, s.rows, max(s.rows/20, 1))
	w.renew(t, self(t), 1)
	_, w.head = w.oracle.ledger.told()
	var err error
	if w.people[0], err = w.subjects(t); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if _, err := self(t).finish("--data", w.data, "import", w.file); err != nil {
		t.Fatal(err)
	}
	w.full = time.Since(begin)
	err = readLog(t.Context(), w.data, func(b *eventlog.Batch) error {
		if b.Position > w.head {
			w.id, w.events = b.ID, b.Events
		}
		return nil
	})
	if err == nil {
		w.people[1], err = w.subjects(t)
	}
	if err == nil {
		w.figure, err = w.figures(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *importWork) bugs() []bug { return []bug{{"half-an-import", errHalf}} }

// subjects is how many the vault knows; each of them is opened.
func (w *importWork) subjects(t *testing.T) (int, error) {
	t.Helper()
	vault, err := privacy.Open(w.data, privacy.Keys{Path: privacy.KeyPath(w.data)})
	if err != nil {
		return 0, err
	}
	n, err := vault.Check(t.Context())
	return n, errors.Join(err, vault.Close())
}

// figures are what the facts come to.
func (w *importWork) figures(t *testing.T) (string, error) {
	t.Helper()
	var all strings.Builder
	for _, metric := range [][]string{{"attendances", "--by", "month"}, {"persons_unique"}, {"organisations_reached"}} {
		out, err := self(t).finish(append([]string{"--data", w.data, "metric"}, metric...)...)
		if err != nil {
			return "", err
		}
		all.WriteString(out)
	}
	return all.String(), nil
}

func (w *importWork) round(t *testing.T, p process, r *rand.Rand) (hit string, err error) {
	p = w.renew(t, p, 1)
	w.oracle.ledger.attempted[w.id] = "" // which people there are is decided by chance
	out, killed, err := w.crash(t, p, r)
	if err != nil {
		return "while importing", err
	}
	var said struct{ Position uint64 }
	if json.Unmarshal([]byte(out), &said) == nil {
		w.oracle.ledger.acknowledged[w.id] = said.Position
	}
	if _, err := w.recover(p, r, "status"); err != nil {
		return "before recovering", err
	}
	recorded, err := w.whole(t)
	if err != nil {
		return "between its batches", err
	}
	people, err := w.subjects(t)
	if err != nil {
		return "before recovering", err
	}
	switch {
	case !killed:
		hit = "after its end"
	case recorded:
		hit = "after it was recorded"
	case people > w.people[0]:
		hit = "between the vault and the log"
	default:
		hit = "before it was recorded"
	}
	w.oracle.report = nil // made once it is complete
	if err := w.judge(t); err != nil {
		return hit, err
	}
	return hit, w.complete(t, p, recorded)
}

// crash takes the file in and kills the program: at any moment, or, one time in
// three, soon after the vault began to be written; with a planted bug when the
// log has become longer.
func (w *importWork) crash(t *testing.T, p process, r *rand.Rand) (out string, killed bool, err error) {
	t.Helper()
	cmd := p.command("--data", w.data, "import", w.file, "--json")
	switch {
	case p.bug == "" && r.IntN(3) == 0:
		return crash(cmd, when(there(privacy.Path(w.data)+"-journal")).then(within(r, w.full/8)))
	case p.bug == "":
		return crash(cmd, within(r, w.full))
	}
	log, err := eventlog.Open(LogPath(w.data))
	if err != nil {
		return "", false, err
	}
	out, killed, err = crash(cmd, when(func() bool {
		head, err := log.Head(t.Context())
		return err == nil && head > w.head
	}))
	return out, killed, errors.Join(err, log.Close())
}

// whole tells whether the file is recorded; it is in one batch, or not at all.
func (w *importWork) whole(t *testing.T) (recorded bool, err error) {
	t.Helper()
	events := 0
	err = readLog(t.Context(), w.data, func(b *eventlog.Batch) error {
		if b.Position > w.head {
			events += b.Events
		}
		return nil
	})
	if err == nil && events != 0 && events != w.events {
		err = fmt.Errorf("%w: %d of the file's %d events are recorded", errHalf, events, w.events)
	}
	return events > 0, err
}

// complete takes the file in again: that records it unless it is recorded, and
// gives the same facts as if nothing had happened.
func (w *importWork) complete(t *testing.T, p process, recorded bool) error {
	t.Helper()
	out, err := p.finish("--data", w.data, "import", w.file, "--json")
	if err != nil {
		return err
	}
	var got totals
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		return err
	}
	want := totals{File: got.File, Kind: got.Kind, Rows: w.rows, New: w.rows}
	if recorded {
		want.New, want.Unchanged = 0, w.rows
	}
	if got != want {
		return fmt.Errorf("%w: imported again it counts %+v, not %+v", errHalf, got, want)
	}
	w.oracle.report = growthYears
	if err := w.judge(t); err != nil {
		return err
	}
	people, err := w.subjects(t)
	if err == nil && people != w.people[1] {
		err = fmt.Errorf("%w: the vault knows %d, not %d", errHalf, people, w.people[1])
	}
	if err != nil {
		return err
	}
	figure, err := w.figures(t)
	if err == nil && figure != w.figure {
		err = fmt.Errorf("%w: figures\n%s, not\n%s", errTables, figure, w.figure)
	}
	return err
}

// projectionWork is the tables being made from the log.
type projectionWork struct {
	*desk
	full map[string]time.Duration // an undisturbed run, by bug and command
	head uint64
}

func newProjectionWork(t *testing.T, s scale) work {
	return &projectionWork{desk: newDesk(t, crashBase(t, s.batches, false)), full: map[string]time.Duration{}}
}

func (w *projectionWork) bugs() []bug {
	return []bug{{"checkpoint-apart", errTables}, {"apply-twice", errTables}}
}

func (w *projectionWork) round(t *testing.T, p process, r *rand.Rand) (hit string, err error) {
	command := []string{"status", "status", "rebuild"}[r.IntN(3)]
	if p.bug != "" {
		command = "status" // a rebuild that is killed leaves nothing anybody reads
	}
	come := within(r, w.measure(t, p, command))
	p = w.renew(t, p, 1)
	switch {
	case p.bug != "": // soon after the first commit, while planted.Pause lasts
		come = when(changed(projections.Path(w.data) + ".wal")).then(after(50 * time.Millisecond))
	case r.IntN(2) == 0:
		if err := os.Remove(projections.Path(w.data)); err != nil {
			t.Fatal(err)
		}
	}
	_, killed, err := crash(p.command("--data", w.data, command), come)
	if err != nil {
		return "while projecting", err
	}
	hit = command + " ended"
	if killed {
		hit = command + " " + w.look(t)
	}
	out, err := w.recover(p, r, "status", "--json")
	if err != nil {
		return hit, err
	}
	var s status
	if err := json.Unmarshal([]byte(out), &s); err != nil || s.Lag != 0 || s.Head != w.head {
		return hit, fmt.Errorf("%w: the next command says %s %v", errTables, out, err)
	}
	return hit, w.judge(t)
}

// measure runs a command undisturbed, the first time it is asked for.
func (w *projectionWork) measure(t *testing.T, p process, command string) time.Duration {
	t.Helper()
	key := p.bug + command
	if w.full[key] == 0 {
		p = w.renew(t, p, 1)
		_, w.head = w.oracle.ledger.told()
		begin := time.Now()
		if _, err := p.finish("--data", w.data, command); err != nil {
			t.Fatal(err)
		}
		w.full[key] = time.Since(begin)
	}
	return w.full[key]
}

// look tells how far the tables have come, from a copy: the crashed file is
// left for the program to recover.
func (w *projectionWork) look(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(w.out, "look")
	if err := errors.Join(os.RemoveAll(dir), copyWhole(w.data, dir, "")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(projections.Path(dir)); err != nil {
		return "before there were tables"
	}
	store, err := projections.Open(t.Context(), projections.Path(dir))
	if err != nil {
		return "with a file DuckDB cannot open"
	}
	defer store.Close()
	switch at := store.Checkpoint(); {
	case at >= w.head:
		return "with all projected"
	case at <= 4: // what the base was made with
		return "before anything new was projected"
	}
	return "on the way"
}
