package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCrash kills the program at random moments of what it does, with SIGKILL
// and in a process of its own, recovers as a user would, by giving the next
// command, and asks the oracle. 5 kinds of work, 4 rounds of each in make test,
// 40 in make ci with files of 25,000 rows, 1,000 in make deep with 100,000.
//
// Each kind first has to find the bug that was planted for it: see package
// planted. What finds nothing there proves nothing here.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program for half a minute")
	}
	planted := filepath.Join(t.TempDir(), "planted")
	build := exec.Command("go", "test", "-c", "-tags", "planted", "-o", planted, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program with planted bugs: %v\n%s", err, out)
	}
	for _, kind := range []struct { // the longest first: two run at a time
		name string
		open func(*testing.T, scale) work
	}{{"import", newImportWork}, {"projection", newProjectionWork}, {"append", newAppendWork}, {"backup", newBackupWork}, {"report", newReportWork}} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			s := scale{rounds: 4, rows: 2000, batches: 600, appending: 300 * time.Millisecond}
			switch {
			case os.Getenv("UTFALL_DEEP") != "":
				s = scale{rounds: 1000, rows: largeRows, batches: 4000, appending: 500 * time.Millisecond}
			case os.Getenv("UTFALL_LARGE") != "":
				s = scale{rounds: 40, rows: largeRows / 4, batches: 4000, appending: 500 * time.Millisecond}
			}
			h := &harness{name: kind.name, seed: crashSeed(t)}
			h.work = kind.open(t, s)
			for _, bug := range h.work.bugs() {
				h.findPlanted(t, planted, bug)
			}
			h.findNothing(t, s.rounds)
		})
	}
}

// scale is how much of it there is.
type scale struct {
	rounds    int
	rows      int // of the file imported
	batches   int // in the log that is projected, or backed up
	appending time.Duration
}

// work is something the program does that a crash can hit.
type work interface {
	// bugs are those that must be found.
	bugs() []bug
	// round starts it, kills it, recovers and judges. hit says what the kill
	// hit; err is what the oracle found.
	round(t *testing.T, p process, r *rand.Rand) (hit string, err error)
	// tell says what else there is to say after all rounds.
	tell() string
	// dir is the data directory of the last round.
	dir() string
}

// bug is a planted one, and what the oracle must say of it.
type bug struct {
	name string
	is   error
}

// plantedRounds is how many rounds a planted bug has to show itself.
const plantedRounds = 25

// harness does one kind of work over and over.
type harness struct {
	name string
	seed uint64
	work work
}

// crashSeed is what all chance of a test follows from.
func crashSeed(t *testing.T) uint64 {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if s := os.Getenv("UTFALL_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("UTFALL_SEED=%d repeats the choices", n)
	return n
}

// again is the command that repeats a failure, as far as chance allows: the
// seed gives the moments, and the machine what happens to be under way then.
func (h *harness) again() string {
	scale := ""
	for _, name := range []string{"UTFALL_LARGE", "UTFALL_DEEP"} {
		if os.Getenv(name) != "" {
			scale += name + "=1 "
		}
	}
	return fmt.Sprintf("repeat with: UTFALL_SEED=%d %sgo test -count 1 -timeout 0 -run '^TestCrash$/^%s$' ./cmd/utfall", h.seed, scale, h.name)
}

// findPlanted runs rounds of the program with a bug until the oracle goes red.
func (h *harness) findPlanted(t *testing.T, planted string, b bug) {
	t.Helper()
	begin := time.Now()
	var otherwise error
	for round := range plantedRounds {
		_, err := h.work.round(t, process{path: planted, bug: b.name}, rand.New(rand.NewPCG(h.seed, uint64(round))))
		if errors.Is(err, b.is) {
			t.Logf("planted %s: found in round %d, after %v: %.200v", b.name, round+1, time.Since(begin).Round(10*time.Millisecond), err)
			return
		}
		otherwise = errors.Join(otherwise, err)
	}
	t.Fatalf("the harness did not find its planted bug %s in %d rounds; what it found otherwise: %v\n%s", b.name, plantedRounds, otherwise, h.again())
}

// findNothing runs rounds of the program as it is.
func (h *harness) findNothing(t *testing.T, rounds int) {
	t.Helper()
	begin, hits := time.Now(), map[string]int{}
	for round := range rounds {
		hit, err := h.work.round(t, self(t), rand.New(rand.NewPCG(h.seed, uint64(1000+round))))
		if err != nil {
			t.Fatalf("round %d of %d: killed %s: %v\nthe data directory is kept in %s\n%s", round+1, rounds, hit, err, keep(h.work.dir()), h.again())
		}
		hits[hit]++
	}
	var list []string
	for _, hit := range slices.Sorted(maps.Keys(hits)) {
		list = append(list, fmt.Sprintf("%d %s", hits[hit], hit))
	}
	t.Logf("%d rounds in %v: %s; %s", rounds, time.Since(begin).Round(10*time.Millisecond), strings.Join(list, ", "), h.work.tell())
}

// keep puts a harmed data directory where no test clears it away.
func keep(dir string) string {
	to, err := os.MkdirTemp("", "utfall-crash-")
	if err == nil {
		err = copyWhole(dir, filepath.Join(to, "data"), "")
	}
	if err != nil {
		return err.Error()
	}
	return to
}
