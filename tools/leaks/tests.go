package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"utfall/tools/leaks/scan"
)

// testEvent is a line of go test -json (go doc test2json).
type testEvent struct {
	Action, Package, ImportPath, Test, Output string
}

// testView reads go test -json, scans what tests print and shows what go test
// shows without it: the line of each package, and all about tests that fail.
// It holds what a test has printed until the test has ended.
type testView struct {
	to      io.Writer
	scanner *scan.Scanner
	line    []byte
	now     testEvent
	held    map[string][]string // by package and test
}

func newTestView(to io.Writer, seen *findings) *testView {
	v := &testView{to: to, held: map[string][]string{}}
	v.scanner = scan.New(func(f scan.Finding) { seen.add(v.where(), f) })
	return v
}

// where is the test that printed the line just scanned.
func (v *testView) where() string {
	if v.now.Test == "" {
		return "in " + v.now.Package + v.now.ImportPath
	}
	return fmt.Sprintf("%s in %s", v.now.Test, v.now.Package)
}

// Write reads the events that end in p.
func (v *testView) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		part, after, whole := bytes.Cut(rest, []byte("\n"))
		v.line, rest = append(v.line, part...), after
		if !whole {
			break
		}
		if err := v.read(v.line); err != nil {
			return 0, err
		}
		v.line = v.line[:0]
	}
	return len(p), nil
}

// read takes one event in. A line that is none is passed on.
func (v *testView) read(line []byte) error {
	v.now = testEvent{}
	if err := json.Unmarshal(line, &v.now); err != nil || v.now.Action == "" {
		v.now = testEvent{Output: string(line) + "\n"}
		return v.show(v.scanned())
	}
	key := v.now.Package + " " + v.now.Test
	switch v.now.Action {
	case "build-output":
		return v.show(v.scanned())
	case "output":
		v.held[key] = append(v.held[key], v.scanned())
		return nil
	case "pass", "skip", "fail":
		lines := v.held[key]
		delete(v.held, key)
		return v.show(shown(v.now, lines)...)
	}
	return nil
}

func (v *testView) scanned() string {
	v.scanner.Write([]byte(v.now.Output)) // it cannot fail
	return v.now.Output
}

// shown is what is shown of what a test or a package printed, now that it ended.
func shown(end testEvent, lines []string) []string {
	var out []string
	for _, line := range lines {
		summary := end.Test == "" && (strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "?   \t"))
		if summary || end.Action == "fail" && !strings.HasPrefix(line, "=== ") {
			out = append(out, line)
		}
	}
	return out
}

func (v *testView) show(lines ...string) error {
	_, err := io.WriteString(v.to, strings.Join(lines, ""))
	return err
}

// Close shows what tests printed that never ended.
func (v *testView) Close() error {
	if len(v.line) > 0 {
		if err := v.read(v.line); err != nil {
			return err
		}
	}
	v.scanner.Flush()
	for _, key := range slices.Sorted(maps.Keys(v.held)) {
		if err := v.show(v.held[key]...); err != nil {
			return err
		}
	}
	return nil
}
