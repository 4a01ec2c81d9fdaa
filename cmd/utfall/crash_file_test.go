package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"utfall/eventlog"
	"utfall/privacy"
	"utfall/projections"
)

// reportWork is a report being written over an older one.
type reportWork struct {
	*desk
	file string
	old  []byte
	new  []byte
	full time.Duration // an undisturbed run
}

func newReportWork(t *testing.T, _ scale) work {
	w := &reportWork{desk: newDesk(t, crashBase(t, 300, true))}
	w.file = filepath.Join(w.out, "growth.xlsx")
	// The newer one is made as the oracle makes its own: without facts, from zero.
	fresh := filepath.Join(w.out, "fresh")
	if err := copyWhole(w.base, fresh, filepath.Base(projections.Path(""))); err != nil {
		t.Fatal(err)
	}
	for _, made := range []struct {
		to  *[]byte
		dir string
		as  []string
	}{{&w.new, fresh, nil}, {&w.old, w.base, []string{"--as-of", "3"}}} {
		begin := time.Now()
		if _, err := self(t).finish(slices.Concat([]string{"--data", made.dir, "report", "-o", w.file}, growthYears, made.as)...); err != nil {
			t.Fatal(err)
		}
		w.full = time.Since(begin)
		var err error
		if *made.to, err = os.ReadFile(w.file); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(w.old, w.new) {
		t.Fatal("the older report is no other one")
	}
	return w
}

func (w *reportWork) bugs() []bug { return []bug{{"half-a-file", errHalf}} }

func (w *reportWork) round(t *testing.T, p process, r *rand.Rand) (hit string, err error) {
	p = w.renew(t, p, 10)
	w.oracle.report = nil // this round makes one itself, and knows its bytes
	if err := os.WriteFile(w.file, w.old, 0o600); err != nil {
		t.Fatal(err)
	}
	write := append([]string{"--data", w.data, "report", "-o", w.file}, growthYears...)
	come := within(r, w.full)
	switch {
	case p.bug != "":
		come = when(changed(w.file))
	case r.IntN(2) == 0: // while it is written, which is but a moment of the whole
		come = when(there(filepath.Join(w.out, ".utfall-*"))).then(within(r, w.full/10))
	}
	_, killed, err := crash(p.command(write...), come)
	if err != nil {
		return "while writing", err
	}
	now, err := os.ReadFile(w.file)
	switch {
	case err != nil:
		return "while writing", fmt.Errorf("%w: %w", errHalf, err)
	case !killed:
		hit = "after its end"
	case bytes.Equal(now, w.new):
		hit = "when the new one was in place"
	default:
		hit = "before the new one was in place"
	}
	if !bytes.Equal(now, w.new) && (!killed || !bytes.Equal(now, w.old)) {
		_, err := zip.NewReader(bytes.NewReader(now), int64(len(now)))
		return hit, fmt.Errorf("%w: the report is %d bytes, of the %d it was and the %d it was to be; opened: %v", errHalf, len(now), len(w.old), len(w.new), err)
	}
	if _, err := w.recover(p, r, write[2:]...); err != nil {
		return hit, err
	}
	if now, err = os.ReadFile(w.file); err != nil || !bytes.Equal(now, w.new) {
		return hit, fmt.Errorf("%w: written again it is %d bytes that differ: %v", errReport, len(now), err)
	}
	return hit, w.judge(t)
}

// changed tells when a file is another than it was, or has another size.
func changed(path string) func() bool {
	was, _ := os.Stat(path) // nil: not there
	return func() bool {
		is, err := os.Stat(path)
		return err == nil && (was == nil || !os.SameFile(was, is) || was.Size() != is.Size())
	}
}

// backupWork is a backup being made while others append.
type backupWork struct {
	*desk
	file  string
	old   map[string][]byte        // a whole one, of the log and of the vault
	full  map[string]time.Duration // an undisturbed run
	known int                      // to the vault
}

func newBackupWork(t *testing.T, s scale) work {
	w := &backupWork{desk: newDesk(t, crashBase(t, s.batches, true)), old: map[string][]byte{}, full: map[string]time.Duration{}}
	w.file = filepath.Join(w.out, "backup")
	vault, err := privacy.Open(w.base, privacy.Keys{Path: privacy.KeyPath(w.base)})
	if err != nil {
		t.Fatal(err)
	}
	w.known, err = vault.Check(t.Context())
	if err := errors.Join(err, vault.Close()); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"log", "vault"} {
		begin := time.Now()
		if _, err := self(t).finish(w.write(w.base, kind)...); err != nil {
			t.Fatal(err)
		}
		w.full[kind] = time.Since(begin)
		if w.old[kind], err = os.ReadFile(w.file); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *backupWork) bugs() []bug { return []bug{{"half-a-file", errHalf}} }

func (w *backupWork) write(dir, kind string) []string {
	return []string{"--data", dir, "backup", w.file, fmt.Sprintf("--vault=%t", kind == "vault")}
}

func (w *backupWork) round(t *testing.T, p process, r *rand.Rand) (hit string, err error) {
	p = w.renew(t, p, 4)
	kind := "log"
	if p.bug == "" && r.IntN(3) == 0 {
		kind = "vault"
	}
	old := w.old[kind]
	if err := os.Remove(w.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if r.IntN(2) == 0 {
		old = nil
	} else if err := os.WriteFile(w.file, old, 0o600); err != nil {
		t.Fatal(err)
	}
	come := within(r, w.full[kind]*4/3) // the appending takes its part of the machine
	if p.bug != "" {
		come = when(changed(w.file))
	}
	told, killed, err := w.crash(p, kind, come)
	if err != nil {
		return "while it was made", err
	}
	if _, err := w.recover(p, r, "status"); err != nil {
		return "before recovering", err
	}
	if err := w.judge(t); err != nil {
		return "while it was made", err
	}
	hit, err = w.judgeFile(t, kind, old, told, killed)
	if err != nil {
		return kind + ": " + hit, err
	}
	begin := time.Now()
	_, err = p.finish(w.write(w.data, kind)...) // it proves itself
	if p.bug == "" {
		w.full[kind] = time.Since(begin) // of a log that grows
	}
	return kind + ": " + hit, err
}

// crash makes a backup beside a client that appends, and kills both: the backup
// at its moment. told is the newest position acknowledged before it began.
func (w *backupWork) crash(p process, kind string, come moment) (told uint64, killed bool, err error) {
	stop, gone := make(chan struct{}), make(chan error, 1)
	said, acknowledged, wait := listen(w.oracle.ledger)
	client := p.client(LogPath(w.data), 2)
	client.Stdout = said
	go func() {
		_, _, err := crash(client, at(stop))
		gone <- errors.Join(err, wait())
	}()
	select {
	case <-acknowledged:
	case err := <-gone:
		return 0, false, err
	}
	_, told = w.oracle.ledger.told()
	_, killed, err = crash(p.command(w.write(w.data, kind)...), come)
	close(stop)
	return told, killed, errors.Join(err, <-gone)
}

// judgeFile tells what stands where the backup was to be: what stood there
// before, or a backup that can be restored and holds all it has to.
func (w *backupWork) judgeFile(t *testing.T, kind string, old []byte, told uint64, killed bool) (hit string, err error) {
	t.Helper()
	now, err := os.ReadFile(w.file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && old == nil && killed:
		return "before it was in place", nil
	case err != nil:
		return "before it was in place", fmt.Errorf("%w: %w", errHalf, err)
	case old != nil && bytes.Equal(now, old) && killed:
		return "before it was in place of the old one", nil
	}
	hit = "when it was in place"
	if !killed {
		hit = "after its end"
	}
	restored := filepath.Join(w.out, "restored")
	if err := os.RemoveAll(restored); err != nil {
		t.Fatal(err)
	}
	if kind == "vault" {
		return hit, w.judgeVault(t, restored)
	}
	return hit, w.judgeLog(t, restored, told)
}

// judgeLog restores a log. It is a beginning of the one it was made of, with all
// that had been acknowledged.
func (w *backupWork) judgeLog(t *testing.T, restored string, told uint64) error {
	t.Helper()
	if _, err := self(t).finish("restore", w.file, restored); err != nil {
		return fmt.Errorf("%w: %w", errHalf, err)
	}
	if _, err := self(t).finish("--data", restored, "verify", "--replay"); err != nil {
		return fmt.Errorf("%w: %w", errHalf, err)
	}
	got, err := eventlog.Verify(t.Context(), LogPath(restored), nil, func(uint64) {})
	if err != nil {
		return err
	}
	live, err := eventlog.Verify(t.Context(), LogPath(w.data), []uint64{got.Batches}, func(uint64) {})
	if err != nil {
		return err
	}
	if got.Batches < told || live.Roots[got.Batches] != got.Root {
		return fmt.Errorf("%w: restored to %d, acknowledged before it began: %d; a beginning of the log: %t", errLost, got.Batches, told, live.Roots[got.Batches] == got.Root)
	}
	return nil
}

// judgeVault restores a vault beside a copy of the log, with the key.
func (w *backupWork) judgeVault(t *testing.T, restored string) error {
	t.Helper()
	if err := copyWhole(w.data, restored, filepath.Base(privacy.Path(""))); err != nil {
		return err
	}
	if _, err := self(t).finish("restore", "--force", w.file, restored); err != nil {
		return fmt.Errorf("%w: %w", errHalf, err)
	}
	vault, err := privacy.Open(restored, privacy.Keys{Path: privacy.KeyPath(restored)})
	if err != nil {
		return err
	}
	known, err := vault.Check(t.Context())
	if err := errors.Join(err, vault.Close()); err != nil {
		return err
	}
	if known != w.known {
		return fmt.Errorf("%w: the restored vault knows %d of %d", errLost, known, w.known)
	}
	return nil
}
