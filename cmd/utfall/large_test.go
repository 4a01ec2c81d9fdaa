package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// largeRows is the size of the file the product promises to take in faster
// than excelize reads it.
const largeRows = 100_000

// writeLarge writes an attendance list of 12 columns: rows of people at
// sessions, some with a number of hours, some with times.
func writeLarge(t testing.TB, path string, rows, people int) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	put := func(row int, cells ...any) {
		if err := w.SetRow("A"+strconv.Itoa(row), cells); err != nil {
			t.Fatal(err)
		}
	}
	put(1, "Datum", "Aktivitet", "Typ", "Start", "Slut", "Kommun", "Roll", "Namn", "E-post", "Organisationsnummer", "Närvarande", "Timmar")
	start := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		session, person := i/people, i%people
		date := start.AddDate(0, 0, session%330).Format("2006-01-02")
		put(i+2, date, fmt.Sprintf("Kompetenspass %d", session%40), "Kompetenspass", fmt.Sprintf("%02d:00", 8+session%9), "", "1490", "deltagare",
			fmt.Sprintf("Person %d Exempel", person), fmt.Sprintf("person%d@example.org", person), "559999-0008", "ja", 1.5+float64(i%4)/2)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
}

// asProgram lets the test binary be the program, so that a whole process is
// timed and killed as users' processes are. Given a file's name instead of "1",
// it is a bare loop over that file.
func asProgram() {
	what := os.Getenv("UTFALL_TEST_PROGRAM")
	if what == "" {
		return
	}
	peak := os.Getenv("UTFALL_TEST_PEAK")
	if what == "1" && peak == "" {
		main()
	}
	code := exitDone
	if what == "1" {
		code = Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	} else if err := bareLoop(what); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = exitFailed
	}
	if peak != "" {
		status, _ := os.ReadFile("/proc/self/status")
		_ = os.WriteFile(peak, status, 0o600)
	}
	os.Exit(code)
}

// program is a command that runs the program in a process of its own.
func program(t testing.TB, args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "UTFALL_TEST_PROGRAM=1", "LANG=en_GB.UTF-8")
	return cmd
}

// timed runs a process to its end and gives its output, how long it took, and
// the most memory it held, in MB. A child's Maxrss would not do: it begins at
// what the process that started it once held.
func timed(t *testing.T, cmd *exec.Cmd) (out []byte, took time.Duration, peak int) {
	t.Helper()
	status := filepath.Join(t.TempDir(), "status")
	cmd.Env = append(cmd.Env, "UTFALL_TEST_PEAK="+status)
	begin := time.Now()
	out, err := cmd.Output()
	took = time.Since(begin)
	if err != nil {
		t.Fatalf("%v: %.300s", err, out)
	}
	said, err := os.ReadFile(status)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(said), "VmHWM:")
	if _, err := fmt.Sscan(rest, &peak); !ok || err != nil {
		t.Fatalf("no VmHWM in /proc/self/status: %v", err)
	}
	return out, took, peak >> 10
}

// TestLargeImport takes 100,000 rows in, checks, vault, append and projection
// included, faster than a bare loop over excelize's Rows, in under 512 MB. The
// two are measured in turn, three times, and the medians compared. A busy machine
// can slow either: what is too slow is slow in each of three such measurements.
func TestLargeImport(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Run("5000 people", func(t *testing.T) { largeImport(t, 5000, 1) })
	if os.Getenv("UTFALL_LARGE") != "" {
		// Nobody comes twice: the hardest case for the vault, and no real list.
		// It is measured, and must stay near the bare loop.
		t.Run("100000 people", func(t *testing.T) { largeImport(t, largeRows, 1.5) })
	}
}

func largeImport(t *testing.T, people int, limit float64) {
	file := filepath.Join(t.TempDir(), "large.xlsx")
	writeLarge(t, file, largeRows, people)
	var said string
	for range 3 {
		a, b := besideLoop(t, file)
		if said = fmt.Sprintf("the import took %v, the bare loop %v", a, b); float64(a) < limit*float64(b) {
			return
		}
	}
	t.Errorf("%s: over %.1f of it, three times", said, limit)
}

// besideLoop imports a file and reads it by a bare loop, in turn, and gives the
// median times of both.
func besideLoop(t *testing.T, file string) (a, b time.Duration) {
	t.Helper()
	var ours, theirs []time.Duration
	most := 0
	for range 3 {
		dir := filepath.Join(t.TempDir(), "data")
		must(t, "init", dir)
		out, took, peak := timed(t, program(t, "--data", dir, "import", file, "--json"))
		var got totals
		if err := json.Unmarshal(out, &got); err != nil || got.New != largeRows {
			t.Fatalf("%v: %.300s", err, out)
		}
		ours, most = append(ours, took), max(most, peak)
		bare := program(t)
		bare.Env = append(bare.Env, "UTFALL_TEST_PROGRAM="+file)
		_, took, _ = timed(t, bare)
		theirs = append(theirs, took)
	}
	a, b = middle(ours), middle(theirs)
	t.Logf("import %v, bare excelize loop %v: %.2f of it; peak memory %d MB", a.Round(time.Millisecond), b.Round(time.Millisecond), float64(a)/float64(b), most)
	if most >= 512 {
		t.Errorf("peak memory %d MB, must stay under 512", most)
	}
	return a, b
}

func middle(d []time.Duration) time.Duration {
	return min(max(d[0], d[1]), max(min(d[0], d[1]), d[2]))
}

func bareLoop(file string) error {
	f, err := excelize.OpenFile(file)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		return err
	}
	n := 0
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
		n++
	}
	if n != largeRows+1 {
		return fmt.Errorf("%d rows", n)
	}
	return nil
}
