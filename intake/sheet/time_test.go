package sheet

import (
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process has used of the processors so far. Limits
// are set on it: what else the machine does is not the reader's fault.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
