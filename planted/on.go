//go:build planted

package planted

import "os"

var name = os.Getenv("UTFALL_PLANTED")

// The bugs there can be; the environment names the one there is.
var (
	AckBeforeCommit = name == "ack-before-commit"
	CheckpointApart = name == "checkpoint-apart"
	ApplyTwice      = name == "apply-twice"
	HalfAnImport    = name == "half-an-import"
	HalfAFile       = name == "half-a-file"
)
