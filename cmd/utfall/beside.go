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

	"utfall/domain"
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
func writeFile(path string, write func(io.Writer) error) error { return writeAs(path, 0o644, write) }

// writePrivate is writeFile of what names people: nobody else of the computer may
// read it.
func writePrivate(path string, write func(io.Writer) error) error { return writeAs(path, 0o600, write) }

// staged is a file that is whole beside where it is to be.
type staged struct{ beside, path string }

// stage writes beside the file. It is put in place by commit, or discarded.
func stage(path string, mode fs.FileMode, write func(io.Writer) error) (s staged, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return s, domain.Refuse(domain.Usage, domain.Tf("%s är en katalog", "%s is a directory", path), domain.T("ange en fil", "give a file"))
	}
	err = sweep(filepath.Dir(path), besideFile)
	if errors.Is(err, fs.ErrNotExist) {
		return s, domain.Refuse(domain.NotFound, domain.Tf("katalogen %s finns inte", "there is no directory %s", filepath.Dir(path)), domain.T("gör den först", "make it first"))
	}
	if err != nil {
		return s, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), pattern(besideFile))
	if err != nil {
		return s, err
	}
	s = staged{f.Name(), path}
	w := bufio.NewWriterSize(f, 1<<16)
	err = write(w)
	if err := errors.Join(err, w.Flush(), f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return s, errors.Join(err, s.discard())
	}
	return s, nil
}

func (s staged) commit() error { return os.Rename(s.beside, s.path) }

func (s staged) discard() error { return os.Remove(s.beside) }

func writeAs(path string, mode fs.FileMode, write func(io.Writer) error) error {
	if planted.HalfAFile {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	s, err := stage(path, mode, write)
	if err != nil {
		return err
	}
	return s.commit()
}
