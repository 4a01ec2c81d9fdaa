package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// process is a build of the program that is run, and killed, in processes of
// its own: this test binary, or the one with planted bugs and which of them.
type process struct {
	path, bug string
	temp      string // its folder for temporary files
}

// self is the program as it is.
func self(t *testing.T) process {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return process{path: path, temp: os.TempDir()}
}

// command runs the program.
func (p process) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, args...)
	cmd.Env = p.env("UTFALL_TEST_PROGRAM=1")
	return cmd
}

// client runs the client that appends until it is killed.
func (p process) client(log string, callers int) *exec.Cmd {
	cmd := exec.Command(p.path)
	cmd.Env = p.env("UTFALL_TEST_CLIENT="+log, fmt.Sprintf("UTFALL_TEST_CALLERS=%d", callers))
	return cmd
}

func (p process) env(role ...string) []string {
	return append(append(os.Environ(), role...), "LANG=en_GB.UTF-8", "TMPDIR="+p.temp, "UTFALL_PLANTED="+p.bug)
}

// patience is how long a command may take that nobody kills.
const patience = 5 * time.Minute

// finish runs a command that nothing disturbs to its end.
func (p process) finish(args ...string) (out string, err error) {
	out, killed, err := crash(p.command(args...), after(patience))
	if killed {
		err = fmt.Errorf("did not end in %v", patience)
	}
	if err != nil {
		err = fmt.Errorf("%w: utfall %v: %w", errRefused, args, err)
	}
	return out, err
}

// moment returns when a process is to be killed, or when it has ended.
type moment func(ended <-chan struct{})

// after is a moment on the clock.
func after(d time.Duration) moment {
	return func(ended <-chan struct{}) {
		due := make(chan struct{})
		timer := time.AfterFunc(d, func() { close(due) })
		defer timer.Stop()
		at(due)(ended)
	}
}

// within is a moment in the time an undisturbed run takes, each as likely.
func within(r *rand.Rand, undisturbed time.Duration) moment {
	return after(time.Duration(r.Int64N(int64(undisturbed))))
}

// at is the moment a channel is closed.
func at(closed <-chan struct{}) moment {
	return func(ended <-chan struct{}) {
		select {
		case <-closed:
		case <-ended:
		}
	}
}

// when is the moment something becomes true outside the process.
func when(seen func() bool) moment {
	return func(ended <-chan struct{}) {
		look := time.NewTicker(200 * time.Microsecond)
		defer look.Stop()
		for !seen() {
			select {
			case <-look.C:
			case <-ended:
				return
			}
		}
	}
}

// then is a moment counted from another.
func (m moment) then(next moment) moment {
	return func(ended <-chan struct{}) {
		m(ended)
		next(ended)
	}
}

// there tells when a file of that pattern is there that was not.
func there(pattern string) func() bool {
	count := func() int {
		found, _ := filepath.Glob(pattern) // the pattern is one of ours
		return len(found)
	}
	before := count()
	return func() bool { return count() > before }
}

// crash runs a command and kills it when the moment comes. It gives what the
// command printed, unless it prints to somewhere already, and whether it was
// killed before it ended. The error is of one that ended by itself, and not well.
func crash(cmd *exec.Cmd, come moment) (out string, killed bool, err error) {
	var said, talk bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &said
	}
	cmd.Stderr = &talk
	if err := cmd.Start(); err != nil {
		return "", false, err
	}
	ended := make(chan struct{})
	go func() {
		err = cmd.Wait()
		close(ended)
	}()
	come(ended)
	_ = cmd.Process.Kill() // it may have ended
	<-ended
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return said.String(), true, nil
	}
	if err != nil {
		err = fmt.Errorf("%w: %s%s", err, &said, &talk)
	}
	return said.String(), false, err
}
