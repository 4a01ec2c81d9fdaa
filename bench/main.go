// Package main measures how many events a second are recorded, each
// acknowledged on stable storage: the log, a bare file on the same disk, which
// is what the disk can do, and two event stores on PostgreSQL.
//
// Three things to know: the sides take turns in every round, so that a busy
// moment of the machine meets all of them; a ratio is taken within a round and
// the median of the rounds is told; a side that cannot be had is named with
// its reason, and the others are measured all the same.
//
// Caveat: scripts/bench.sh starts the PostgreSQL server and says where it is.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

// config is what the command line says.
type config struct {
	dir      string // where all sides write: the same disk
	rounds   int
	window   time.Duration // measured
	warm     time.Duration // run before it, and not measured
	postgres string        // directory of the server's socket
	pgbench  string        // path of PostgreSQL's load generator
	emmett   string        // folder Emmett is installed in
	missing  missing
	about    string // versions of the peers' surroundings
}

// missing gathers "side: why" from the command line.
type missing []string

// String is for the flag package.
func (m *missing) String() string { return strings.Join(*m, "; ") }

// Set adds one.
func (m *missing) Set(s string) error {
	*m = append(*m, s)
	return nil
}

func main() {
	c := config{warm: 300 * time.Millisecond}
	flag.StringVar(&c.dir, "dir", "", "where to write")
	flag.IntVar(&c.rounds, "rounds", 3, "how often each side has its turn")
	flag.DurationVar(&c.window, "time", time.Second, "how long a turn is")
	flag.StringVar(&c.postgres, "postgres", "", "directory of PostgreSQL's socket")
	flag.StringVar(&c.pgbench, "pgbench", "", "path of pgbench")
	flag.StringVar(&c.emmett, "emmett", "", "folder Emmett is installed in")
	flag.Var(&c.missing, "missing", "a side that cannot be had, and why")
	flag.StringVar(&c.about, "about", "", "what to say of the peers' surroundings")
	flag.Parse()
	if err := run(c); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(c config) error {
	if c.dir == "" || c.rounds < 1 || c.window <= 0 {
		return fmt.Errorf("-dir, a positive -rounds and a positive -time are needed")
	}
	work, err := makeWork()
	if err != nil {
		return err
	}
	sides, err := open(&c, work)
	if err != nil {
		return err
	}
	defer sides.close()
	results := measure(c, sides)
	report(os.Stdout, c, work, results)
	return nil
}

// measure lets every side have its turn at every load, round after round. A
// side that fails is told of and left out from there on.
func measure(c config, sides sides) results {
	began, out := time.Now(), results{samples: map[cell][]sample{}, missing: c.missing}
	failed := map[string]bool{}
	for round := range c.rounds {
		for _, l := range loads {
			for _, s := range sides {
				if failed[s.name()] || !s.takes(l) {
					continue
				}
				settle()
				got, err := s.load(l, c.warm, c.window)
				if err != nil {
					failed[s.name()] = true
					out.missing = append(out.missing, fmt.Sprintf("%s: %v", s.name(), err))
					continue
				}
				at := cell{s.name(), l}
				out.samples[at] = append(out.samples[at], got)
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d done after %.0f s\n", round+1, c.rounds, time.Since(began).Seconds())
	}
	return out
}
