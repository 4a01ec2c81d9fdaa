package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"utfall/planted"
)

// What is not yet complete is made beside the place it is to stand, under a
// name with the process's id in it, so that what a killed process left is known
// by the next one and removed: a copy of the vault must not lie around.
const (
	besideFile    = ".utfall-"
	besideDir     = ".backup-"
	besideRestore = ".restore-"
)

// pattern is the name of something of this process's own.
func pattern(prefix string) string { return prefix + strconv.Itoa(os.Getpid()) + "-*" }

// sweep removes what processes that are no more have left in a directory.
func sweep(dir, prefix string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), prefix)
		id, _, _ := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(id)
		if !ours || err != nil || pid == os.Getpid() || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue // not ours, or of a process that lives
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove what a killed command left: %w", err))
		}
	}
	return errors.Join(errs...)
}

// writeFile writes beside the file and puts it in place when it is whole.
func writeFile(path string, write func(io.Writer) error) error {
	if err := sweep(filepath.Dir(path), besideFile); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), pattern(besideFile))
	if err != nil {
		return err
	}
	if planted.HalfAFile {
		if err := errors.Join(f.Close(), os.Rename(f.Name(), path)); err != nil {
			return err
		}
		if f, err = os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0o644); err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 1<<16)
	err = write(w)
	if err := errors.Join(err, w.Flush(), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
