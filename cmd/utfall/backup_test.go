package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"utfall/archive"
	"utfall/privacy"
)

// howMany is a sample in make test, what is promised in make ci, and more in
// make deep.
func howMany(sample, large, deep int) int {
	switch {
	case os.Getenv("UTFALL_DEEP") != "":
		return deep
	case os.Getenv("UTFALL_LARGE") != "":
		return large
	}
	return sample
}

// TestBackupsWhileOthersRecord backs up a log beside a server and imports, and
// restores each backup: it verifies, and its facts are what its log gives.
func TestBackupsWhileOthersRecord(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	serving(t, dir)
	n := howMany(1, 3, 200)
	var last uint64
	for i := range n {
		done := make(chan error, 1)
		file := attendanceFile(t, i, 200)
		go func() {
			_, err := apart(t, "--data", dir, "import", file)
			done <- err
		}()
		log, vault := filepath.Join(t.TempDir(), "log"), filepath.Join(t.TempDir(), "vault")
		must(t, "--data", dir, "backup", log)
		must(t, "--data", dir, "backup", "--vault", vault)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		again := filepath.Join(t.TempDir(), "again")
		must(t, "restore", log, again)
		must(t, "--vault-key", privacy.KeyPath(dir), "restore", vault, again)
		must(t, "--data", again, "verify", "--replay")
		app := &App{ctx: t.Context(), dir: again}
		head, err := app.Head()
		if err := errors.Join(err, app.Close()); err != nil {
			t.Fatal(err)
		}
		if head < last {
			t.Fatalf("backup %d ends at %d, one before it at %d", i, head, last)
		}
		last = head
	}
	t.Logf("%d logs and %d vaults backed up beside imports, restored and verified", n, n)
}

// TestOneFlippedByteIsRefused changes one byte of a backup at a time, plain and
// encrypted, of log and vault: none is restored.
func TestOneFlippedByteIsRefused(t *testing.T) {
	dir := clusterData(t)
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	n := howMany(10, 100, 1000)
	for name, args := range map[string][]string{"log": nil, "vault": {"--vault"}, "encrypted log": {"--to", identity.Recipient().String()},
		"encrypted vault": {"--vault", "--to", identity.Recipient().String()}} {
		file := filepath.Join(t.TempDir(), "backup")
		must(t, append([]string{"--data", dir, "backup", file}, args...)...)
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Extract(file, t.TempDir(), identity); err != nil {
			t.Fatalf("%s: the whole one: %v", name, err)
		}
		for i := range n {
			at := rand.IntN(len(whole))
			if i < 8 { // the beginning and the end, always
				at = []int{0, 1, 15, 16, 40, len(whole) - 1, len(whole) - 32, len(whole) - 33}[i]
			}
			b := bytes.Clone(whole)
			b[at] ^= byte(1 + rand.IntN(255))
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			to := t.TempDir()
			_, err := archive.Extract(file, to, identity)
			left, _ := os.ReadDir(to)
			if !errors.Is(err, archive.ErrDamaged) && !errors.Is(err, archive.ErrEncrypted) || len(left) > 0 {
				t.Fatalf("%s: byte %d of %d changed, and got %v with %d files", name, at, len(whole), err, len(left))
			}
		}
		for _, cut := range []int{0, 10, len(whole) / 2, len(whole) - 1} {
			if err := os.WriteFile(file, whole[:cut], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := archive.Extract(file, t.TempDir(), identity); err == nil {
				t.Fatalf("%s: cut to %d of %d bytes and restored", name, cut, len(whole))
			}
		}
	}
	t.Log(fmt.Sprint(4*n, " bytes changed in four kinds of backups, none restored"))
}

// TestAVaultBackedUpWithoutItsRecord is restored as before: it has the vault alone,
// and who saw what begins anew.
func TestAVaultBackedUpWithoutItsRecord(t *testing.T) {
	dir := clusterData(t)
	log, vault, old := filepath.Join(t.TempDir(), "log"), filepath.Join(t.TempDir(), "vault"), filepath.Join(t.TempDir(), "old")
	must(t, "--data", dir, "backup", log)
	must(t, "--data", dir, "backup", "--vault", vault)
	parts := t.TempDir()
	m, err := archive.Extract(vault, parts)
	if err != nil || len(m.Files) != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	m.Files = nil
	f, err := os.Create(old)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(archive.Write(f, *m, parts, "vault.db"), f.Close()); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again")
	must(t, "restore", log, again)
	code, out, talk := run(t, "--vault-key", privacy.KeyPath(dir), "restore", old, again)
	if code != 0 || !strings.Contains(out, "the vault is restored") || !strings.Contains(talk, "who saw what are not in it") {
		t.Fatalf("exit %d\n%s%s", code, out, talk)
	}
	if out := must(t, "--data", again, "verify"); !strings.Contains(out, "who saw what is whole: 1 entries") {
		t.Error(out)
	}
}

// TestWhatAKilledBackupLeftIsRemoved: the next backup removes the copies of a
// process that is no more, and leaves those of one that lives.
func TestWhatAKilledBackupLeftIsRemoved(t *testing.T) {
	dir, out := filepath.Join(t.TempDir(), "data"), t.TempDir()
	must(t, "init", dir)
	gone := program(t, "version")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{ // whether it is to stay
		filepath.Join(dir, fmt.Sprintf(".backup-%d-1", gone.Process.Pid)): false,
		filepath.Join(out, fmt.Sprintf(".utfall-%d-1", gone.Process.Pid)): false,
		filepath.Join(dir, fmt.Sprintf(".backup-%d-1", os.Getppid())):     true,
		filepath.Join(dir, ".backup-mine"):                                true,
	}
	for path := range left {
		if err := os.MkdirAll(filepath.Join(path, "vault.db"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "--data", dir, "backup", filepath.Join(out, "log"))
	for path, stays := range left {
		if _, err := os.Stat(path); (err == nil) != stays {
			t.Errorf("%s: %v, is it to stay: %v", filepath.Base(path), err, stays)
		}
	}
}
