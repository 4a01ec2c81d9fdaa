package main

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// begunBefore is how the access record tells of an erasure that went on.
const begunBefore = "access.granted erase  erase, begun before"

// TestWhoGoesOnWithAnErasureIsRecorded erases somebody beside a server, which holds
// the facts: whoever finishes it when the server has ended stands in the access
// record, and no command that could not.
func TestWhoGoesOnWithAnErasureIsRecorded(t *testing.T) {
	dir, all := crowd(t, rand.New(rand.NewPCG(crashSeed(t), 0)), 2)
	who := all[0].subject
	must(t, "--data", dir, "users", "add", "maria", "--role", "manager")
	server, _ := serving(t, dir)
	must(t, "--data", dir, "erase", who, "--reason", "asked to")
	for range 2 {
		_, _, talk := run(t, "--data", dir, "people", "candidates")
		if !strings.Contains(talk, "finished later: another process holds the facts") {
			t.Errorf("the command says of the erasure: %s", talk)
		}
	}
	if seen := must(t, "--data", dir, "access-log", "--person", who); strings.Contains(seen, begunBefore) || !strings.Contains(seen, "access.granted erase  erase  ") {
		t.Errorf("while it waits the record says\n%s", seen)
	}
	if err := server.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Fatal(err)
	}
	if _, _, talk := run(t, "--data", dir, "--as", "maria", "people", "candidates"); !strings.Contains(talk, "is erased. Every figure") {
		t.Errorf("the erasure was not finished: %s", talk)
	}
	var finished []string
	for line := range strings.Lines(must(t, "--data", dir, "access-log", "--person", who)) {
		if strings.Contains(line, begunBefore) {
			finished = append(finished, line)
		}
	}
	if len(finished) != 1 || !strings.Contains(finished[0], " maria ") {
		t.Errorf("who finished it stands in the record as %q", finished)
	}
}
