package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"utfall/planted"
	"utfall/privacy/traces"
	"utfall/projections"
)

// uncompressed is what is planted in a program that builds DuckDB's file so that its
// bytes can be looked through.
const uncompressed = "uncompressed"

// plantedTests is this test binary built with what is planted.
var plantedTests = sync.OnceValues(func() (string, error) {
	root, err := cluster() // it is removed after the tests
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, "planted")
	if out, err := exec.Command("go", "test", "-c", "-tags", "planted", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func plantedBinary(t *testing.T) string {
	t.Helper()
	path, err := plantedTests()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// inTheOpen runs the test that calls it in a process of its own, where every file of
// facts is uncompressed from the beginning, and reports whether it did: the test is
// through then.
func inTheOpen(t *testing.T) bool {
	t.Helper()
	if planted.Uncompressed {
		return false
	}
	cmd := exec.CommandContext(t.Context(), plantedBinary(t), "-test.run", "^"+t.Name()+"$", "-test.v", "-test.timeout", "0")
	cmd.Env = append(os.Environ(), "UTFALL_PLANTED="+uncompressed)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Fatalf("in a process of its own: %v", err)
	}
	return true
}

// openUp makes the facts of a data directory anew, uncompressed.
func openUp(t *testing.T, dir string) {
	t.Helper()
	if _, err := (process{path: plantedBinary(t), bug: uncompressed, temp: os.TempDir()}).finish("--data", dir, "rebuild"); err != nil {
		t.Fatal(err)
	}
}

// TestTheScanSeesIntoTheFacts puts somebody's name where it stands in the facts in the
// clear, in the names of activities: the scan does not see it in DuckDB's file as it
// usually is but for the few times DuckDB notes the least and the greatest of a
// column, and sees every one of them in one that is uncompressed.
func TestTheScanSeesIntoTheFacts(t *testing.T) {
	const activities = 3000
	who := markedPeople(rand.New(rand.NewPCG(crashSeed(t), 0)), 1)[0]
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	var list strings.Builder
	list.WriteString("Datum;Aktivitet;Namn;E-post;Timmar\n")
	for i := range activities {
		fmt.Fprintf(&list, "2019-03-%02d;Kurs hos %s nr %d;P %d;p%d@example.org;1\n", i%28+1, who.first, i, i, i)
	}
	file := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "--data", dir, "import", file)
	if n := strings.Count(must(t, "--data", dir, "metric", "sessions_held", "--by", "activity"), who.first); n != activities {
		t.Fatalf("the facts have the name %d times", n)
	}
	look := func() (seen bool, times int) {
		hits, err := traces.Find([]string{projections.Path(dir)}, [][]byte{[]byte(who.first)})
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(projections.Path(dir))
		if err != nil {
			t.Fatal(err)
		}
		return len(hits) > 0, bytes.Count(content, []byte(who.first))
	}
	_, compressed := look()
	if compressed > 10 {
		t.Errorf("seen in the file as it usually is, %d times: another one is not needed", compressed)
	}
	openUp(t, dir)
	seen, times := look()
	if !seen || times < activities {
		t.Errorf("in the uncompressed file: seen %t, %d times of %d", seen, times, activities)
	}
	t.Logf("a name of %d activities: seen %d times in the compressed file, and %d times in the uncompressed one", activities, compressed, times)
}
