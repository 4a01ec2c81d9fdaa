//go:build planted

package planted

import (
	"os"
	"syscall"
	"time"
)

var name = os.Getenv("UTFALL_PLANTED")

// The bugs there can be; the environment names the one there is.
var (
	AckBeforeCommit = name == "ack-before-commit"
	CheckpointApart = name == "checkpoint-apart"
	ApplyTwice      = name == "apply-twice"
	HalfAnImport    = name == "half-an-import"
	HalfAFile       = name == "half-a-file"
)

// Uncompressed is no bug: DuckDB's file is built so that its bytes can be looked
// through.
var Uncompressed = name == "uncompressed"

// Pause holds a planted bug's window open: a crash is to hit it in a few rounds
// and not in a thousand.
func Pause() { time.Sleep(200 * time.Millisecond) }

// Die kills the process when the environment names the step, "die:STEP": there
// is no other end that leaves as little behind. "panic:STEP" ends it as a bug of
// ours would, with all that the language prints then.
func Die(step string) {
	if name == "panic:"+step {
		var none map[string]bool
		none[step] = true
	}
	if name != "die:"+step {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
