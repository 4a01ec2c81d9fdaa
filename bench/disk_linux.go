package main

import (
	"os"
	"syscall"
)

// datasync puts what was written on stable storage.
func datasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// preallocate gives a file its blocks and fills them. Blocks only reserved are
// marked as unwritten, and the file system records the first write to each: it
// would be no limit.
func preallocate(f *os.File, size int64) error {
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, size); err != nil && err != syscall.EOPNOTSUPP {
		return err
	}
	return fill(f, size)
}

// settle waits until what other sides have written is on the disk, so that
// nobody pays for another's pages.
func settle() { syscall.Sync() }
