//go:build !planted

// Package planted holds the bugs that the crash tests must be able to find. A
// program built as usual has none of them: they are constants, and false, so
// the compiler leaves them out. The tests build a second program with
//
//	go build -tags planted
//
// in which the environment variable UTFALL_PLANTED names the one to have. A
// harness that does not go red on its planted bug proves nothing, and fails.
package planted

// The bugs there can be.
const (
	AckBeforeCommit = false // an append is acknowledged before it is committed
	CheckpointApart = false // rows and checkpoint are committed one after the other
	ApplyTwice      = false // a batch seen already is applied again
	HalfAnImport    = false // a file is recorded in two batches
	HalfAFile       = false // a report or backup is written where it is to stand
)

// Uncompressed is no bug: DuckDB's file is built so that its bytes can be looked
// through. Here it is not.
const Uncompressed = false

// Pause holds a planted bug's window open for a crash to hit; there is none here.
func Pause() {}

// Die ends a program built for it at a step that has a name; this one goes on.
func Die(string) {}
