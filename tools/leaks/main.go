// Command leaks runs a command and looks in all it prints for person numbers,
// e-mail addresses and telephone numbers. Where there is one it says so at the
// end, masked, and fails.
//
//	go run ./tools/leaks -- bash scripts/fuzz.sh 40s
//	go run ./tools/leaks -tests -- go test -json ./...
//
// What the command prints passes through unchanged as it comes, and its exit
// code is ours. With -tests the command is go test -json: everything a test
// prints is looked through, that of tests which pass as well, and what is shown
// is what go test shows without -v.
//
// Caveats. What a command writes to files is not read, and the command sees no
// terminal. Through go run every failure is exit code 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"

	"utfall/tools/leaks/scan"
)

func main() {
	tests := flag.Bool("tests", false, "the command is go test -json: show what go test shows without it")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: leaks [-tests] -- command arguments…")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends us at once
	os.Exit(run(ctx, flag.Args(), *tests, os.Stdout, os.Stderr))
}

// run runs the command and gives the exit code: its own, or 1 for leaks.
func run(ctx context.Context, args []string, tests bool, stdout, stderr io.Writer) int {
	var seen findings
	var out io.WriteCloser = newStream(stdout, "standard output", &seen)
	if tests {
		out = newTestView(stdout, &seen)
	}
	talk := newStream(stderr, "standard error", &seen)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, out, talk
	// A command that is told to stop may still have something to say.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	err := errors.Join(cmd.Run(), out.Close(), talk.Close())

	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = max(exit.ExitCode(), 1) // one killed by a signal has none
	} else if err != nil {
		fmt.Fprintln(stderr, "leaks:", err)
		code = 1
	}
	if seen.number > 0 {
		seen.print(stderr)
		code = 1
	}
	return code
}

// stream passes on what it is given and scans it.
type stream struct {
	to      io.Writer
	scanner *scan.Scanner
}

func newStream(to io.Writer, name string, seen *findings) stream {
	return stream{to, scan.New(func(f scan.Finding) { seen.add(fmt.Sprintf("line %d of %s", f.Line, name), f) })}
}

// Write passes on and scans.
func (s stream) Write(p []byte) (int, error) {
	s.scanner.Write(p) // it cannot fail
	return s.to.Write(p)
}

// Close scans a last line without end.
func (s stream) Close() error {
	s.scanner.Flush()
	return nil
}

// told is how many findings are named one by one.
const told = 50

// findings gathers what both streams hold.
type findings struct {
	mu     sync.Mutex
	number int
	lines  []string
}

func (s *findings) add(where string, f scan.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.number++; s.number <= told {
		s.lines = append(s.lines, fmt.Sprintf("%s: %s %s", where, f.Kind, f.Masked))
	}
}

func (s *findings) print(to io.Writer) {
	for _, line := range s.lines {
		fmt.Fprintln(to, "leaks:", line)
	}
	if more := s.number - len(s.lines); more > 0 {
		fmt.Fprintf(to, "leaks: and %d more\n", more)
	}
	fmt.Fprintf(to, "leaks: %d in what was printed\n", s.number)
}
