package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"utfall/domain"
	"utfall/reports"
)

const clusterDir = "../../testdata/cluster"

// run runs the program as a user does and gives its exit code and streams.
func run(t *testing.T, args ...string) (code int, out, talk string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(t.Context(), append([]string{"--lang", "en"}, args...), strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// must runs the program and fails the test on any other exit code than 0.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, talk := run(t, args...)
	if code != 0 {
		t.Fatalf("utfall %s: exit %d\n%s%s", strings.Join(args, " "), code, out, talk)
	}
	return out
}

// totals is what the generator says an import of a file must count.
type totals struct {
	File, Kind, Survey, Wave               string
	Rows, New, Changed, Unchanged, Refused int
}

func readJSON(t *testing.T, file string, to any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(clusterDir, file))
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// importCluster imports every file in the generator's order and gives what
// each import printed.
func importCluster(t *testing.T, dir string) []totals {
	t.Helper()
	var files []totals
	readJSON(t, "totals.json", &files)
	var got []totals
	for _, f := range files {
		args := []string{"--data", dir, "import", filepath.Join(clusterDir, f.File), "--json"}
		if f.Survey != "" {
			args = append(args, "--survey", f.Survey, "--wave", f.Wave)
		}
		var line totals
		if err := json.Unmarshal([]byte(must(t, args...)), &line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	return got
}

// cluster is a data directory with all of testdata/cluster, made once; tests
// that record something take a copy.
var cluster = sync.OnceValues(func() (string, error) {
	return os.MkdirTemp("", "utfall-cluster-")
})

func TestMain(m *testing.M) {
	asProgram()
	testscript.Main(andClean{m}, map[string]func(){"utfall": main})
}

// andClean removes the shared data directory after the tests.
type andClean struct{ m *testing.M }

// Run runs the tests.
func (c andClean) Run() int {
	code := c.m.Run()
	if dir, err := cluster(); err == nil {
		os.RemoveAll(dir)
	}
	return code
}

var clusterMade sync.Once

// clusterData gives the shared data directory, read-only by agreement.
func clusterData(t *testing.T) string {
	t.Helper()
	root, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "data")
	clusterMade.Do(func() {
		must(t, "init", dir, "--name", "Creative Cluster")
		importCluster(t, dir)
	})
	return dir
}

// TestClusterCountsWhatTheGeneratorCounts compares the control totals of every
// file, on the first import and on a second one, which must find nothing new.
func TestClusterCountsWhatTheGeneratorCounts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	var want []totals
	readJSON(t, "totals.json", &want)
	got := importCluster(t, dir)
	for i, w := range want {
		g := got[i]
		g.File, g.Survey, g.Wave = w.File, w.Survey, w.Wave
		if g != w {
			t.Errorf("%s:\n got %+v\nwant %+v", w.File, g, w)
		}
	}
	head := must(t, "--data", dir, "status", "--json")
	for i, g := range importCluster(t, dir) {
		if g.New+g.Changed+g.Refused != 0 || g.Unchanged != g.Rows {
			t.Errorf("%s again: %+v", want[i].File, g)
		}
	}
	if again := must(t, "--data", dir, "status", "--json"); again != head {
		t.Errorf("importing everything again moved the log from %s to %s", head, again)
	}
}

// TestClusterFiguresAreTheGenerators compares every figure of truth.json, which
// the generator computes by plain loops over its own world.
func TestClusterFiguresAreTheGenerators(t *testing.T) {
	dir := clusterData(t)
	var truth []struct {
		Metric, Project, Survey, Wave, From, To, By string
		Rows                                        []struct {
			Key   string
			Value truthValue
			N     *int
		}
	}
	readJSON(t, "truth.json", &truth)
	var talk bytes.Buffer
	app := &App{ctx: t.Context(), ui: &UI{out: &talk, talk: &talk, lang: "en"}, dir: dir}
	defer app.Close()
	facts, err := app.factsAt("", "")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, want := range truth {
		name := fmt.Sprintf("%s %s %s %s by %s %s..%s", want.Metric, want.Project, want.Survey, want.Wave, want.By, want.From, want.To)
		q := reports.Question{Metric: want.Metric, Project: want.Project, Survey: want.Survey, Wave: want.Wave}
		if q.Range, err = rangeOf(want.From, want.To); err != nil {
			t.Fatal(err)
		}
		var period bool
		if q.Grain, period = domain.ParseGrain(want.By); !period {
			q.By = want.By
		}
		answer, err := facts.Ask(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(answer.Values) != len(want.Rows) {
			t.Errorf("%s: %d rows, want %d", name, len(answer.Values), len(want.Rows))
			continue
		}
		for i, w := range want.Rows {
			v := answer.Values[i]
			compared++
			switch {
			case v.Span+v.Key != w.Key:
				t.Errorf("%s row %d: key %q, want %q", name, i, v.Span+v.Key, w.Key)
			case w.Value.kronor != "" && (!v.Valid || fmt.Sprintf("%.2f", v.Number) != w.Value.kronor):
				t.Errorf("%s key %q: %.2f, want %s", name, w.Key, v.Number, w.Value.kronor)
			case w.Value.kronor != "":
			case v.Valid != (w.Value.number != nil) || v.Valid && math.Abs(v.Number-*w.Value.number) > 1e-12*math.Max(1, math.Abs(*w.Value.number)):
				t.Errorf("%s key %q: %v (%v), want %v", name, w.Key, v.Number, v.Valid, orNaN(w.Value.number))
			case w.N != nil && v.N != *w.N:
				t.Errorf("%s key %q: n %d, want %d", name, w.Key, v.N, *w.N)
			}
		}
	}
	t.Logf("%d figures of %d questions compared", compared, len(truth))
}

// truthValue is a figure of truth.json: a number, none for a share of nothing, or
// an amount in kronor, which is a text there and the same to the öre.
type truthValue struct {
	number *float64
	kronor string
}

// UnmarshalJSON reads either.
func (v *truthValue) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &v.kronor)
	}
	return json.Unmarshal(b, &v.number)
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
