//go:build !linux

package main

import "os"

// datasync puts what was written on stable storage, and the file's times too.
func datasync(f *os.File) error { return f.Sync() }

func preallocate(f *os.File, size int64) error { return fill(f, size) }

func settle() {}
