package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// growthYears is the report whose bytes are compared.
var growthYears = []string{"growth", "--from", "2018-01-01", "--to", "2019-12-31"}

// desk is where one kind of work is done: a folder with a data directory that
// is a copy of a base, and the oracle that judges it.
type desk struct {
	base   string
	data   string
	temp   string // for temporary files of the processes
	out    string // for files they write
	oracle *oracle

	bug     string // of the program that had the data directory last
	used    int    // rounds it has been crashed in
	left    map[string]int
	twice   int           // times a command that recovered was killed as well
	took    time.Duration // by the command that recovered last
	slowest time.Duration
}

func newDesk(t *testing.T, base string) *desk {
	t.Helper()
	root := t.TempDir()
	d := &desk{base: base, data: filepath.Join(root, "data"), temp: filepath.Join(root, "temp"), out: filepath.Join(root, "out"), left: map[string]int{}}
	for _, dir := range []string{d.temp, d.out} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d *desk) dir() string { return d.data }

// renew gives the round a data directory, and the program a folder of its own
// for temporary files. Crashes are let pile up in one directory for so many
// rounds; what a planted bug has harmed is used once.
func (d *desk) renew(t *testing.T, p process, rounds int) process {
	t.Helper()
	p.temp = d.temp
	if d.used++; d.oracle != nil && d.used < rounds && p.bug == "" && d.bug == "" {
		return p
	}
	d.used, d.bug = 0, p.bug
	if err := os.RemoveAll(d.data); err != nil {
		t.Fatal(err)
	}
	if err := copyWhole(d.base, d.data, ""); err != nil {
		t.Fatal(err)
	}
	known, err := openLedger(t.Context(), d.data)
	if err != nil {
		t.Fatal(err)
	}
	d.oracle = &oracle{dir: d.data, ledger: known, scratch: d.out, report: growthYears}
	return p
}

// recover gives the next command after a crash, as a user would. A crash may
// hit who recovers from one.
func (d *desk) recover(p process, r *rand.Rand, args ...string) (out string, err error) {
	args = append([]string{"--data", d.data}, args...)
	for p.bug == "" && d.took > 0 && r.IntN(3) == 0 {
		if _, killed, err := crash(p.command(args...), within(r, d.took)); err != nil {
			return "", fmt.Errorf("%w: utfall %v: %w", errRefused, args, err)
		} else if killed {
			d.twice++
		}
	}
	begin := time.Now()
	out, err = p.finish(args...)
	d.took = time.Since(begin)
	d.slowest = max(d.slowest, d.took)
	return out, err
}

// judge asks the oracle, and notes what lies about afterwards.
func (d *desk) judge(t *testing.T) error {
	t.Helper()
	err := d.oracle.judge(t)
	for name, n := range d.oracle.left {
		d.left[name] = max(d.left[name], n)
	}
	return err
}

// random is what differs from name to name of a temporary file.
var random = regexp.MustCompile(`\d{4,}`)

// tell says how long recovering took and what was left behind, in the data
// directory at most, and in the other folders after all rounds.
func (d *desk) tell() string {
	for where, dir := range map[string]string{"temporary": d.temp, "output": d.out} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err.Error()
		}
		for _, e := range entries {
			if name := random.ReplaceAllString(e.Name(), "*"); strings.Contains(name, "*") {
				d.left[where+" "+name]++
			}
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(d.left)) {
		list = append(list, fmt.Sprintf("%d %s", d.left[name], name))
	}
	if list == nil {
		list = []string{"nothing"}
	}
	return fmt.Sprintf("%d more kills while recovering, which took at most %v; left behind: %s", d.twice, d.slowest.Round(time.Millisecond), strings.Join(list, ", "))
}
