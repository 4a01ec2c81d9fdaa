package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The test program is also the command that is run: it prints the variable
// LEAKS_TEST_OUT to standard output, LEAKS_TEST_TALK to standard error, and ends
// with the code LEAKS_TEST_CODE.
func TestMain(m *testing.M) {
	code, err := strconv.Atoi(os.Getenv("LEAKS_TEST_CODE"))
	if err != nil {
		os.Exit(m.Run())
	}
	fmt.Print(os.Getenv("LEAKS_TEST_OUT"))
	fmt.Fprint(os.Stderr, os.Getenv("LEAKS_TEST_TALK"))
	os.Exit(code)
}

// running is what one run showed and its exit code.
type running struct {
	Out, Talk string
	Code      int
}

func ran(t *testing.T, tests bool, out, talk string, code int) running {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("LEAKS_TEST_OUT", out)
	t.Setenv("LEAKS_TEST_TALK", talk)
	t.Setenv("LEAKS_TEST_CODE", strconv.Itoa(code))
	var stdout, stderr bytes.Buffer
	got := run(t.Context(), []string{self}, tests, &stdout, &stderr)
	return running{stdout.String(), stderr.String(), got}
}

// someone is a number that would be a leak in what this test itself prints.
const someone = "19121212-1212"

func TestACommandPassesThrough(t *testing.T) {
	for what, c := range map[string]struct{ given, want running }{
		"nothing":                   {running{}, running{}},
		"its own code":              {running{"a\nb", "c\n", 7}, running{"a\nb", "c\n", 7}},
		"a leak in the output":      {running{"a\n" + someone + "\n", "", 0}, running{"a\n" + someone + "\n", "leaks: line 2 of standard output: person number 19…\nleaks: 1 in what was printed\n", 1}},
		"one in a line without end": {running{"", "mail anna@example.se", 0}, running{"", "mail anna@example.seleaks: line 1 of standard error: e-mail address an…\nleaks: 1 in what was printed\n", 1}},
		"a leak beside a failure":   {running{someone, "", 7}, running{someone, "leaks: line 1 of standard output: person number 19…\nleaks: 1 in what was printed\n", 1}},
	} {
		got := ran(t, false, c.given.Out, c.given.Talk, c.given.Code)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", what, strings.ReplaceAll(diff, someone, "(number)"))
		}
	}
}

func TestManyLeaksAreCounted(t *testing.T) {
	got := ran(t, false, strings.Repeat(someone+"\n", 1000), "", 0)
	if lines := strings.Count(got.Talk, "\n"); lines != told+2 || !strings.Contains(got.Talk, "950 more") || !strings.Contains(got.Talk, "leaks: 1000 in") {
		t.Errorf("%d lines about 1000 leaks: %.300s", lines, got.Talk)
	}
	if strings.Contains(got.Talk, "1212") {
		t.Error("a finding is told unmasked")
	}
}

func TestACommandThatIsNotThere(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), []string{"./no-such-command"}, false, &stdout, &stderr); got != 1 || !strings.HasPrefix(stderr.String(), "leaks: ") {
		t.Errorf("code %d, %q", got, &stderr)
	}
}

// events are what go test -json prints: a test that passes, one that fails with a
// subtest, a package that does not build, and one without tests.
const events = `{"Action":"start","Package":"m/a"}
{"Action":"run","Package":"m/a","Test":"TestGood"}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"    a_test.go:3: "}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"\tLOGGED\n"}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"--- PASS: TestGood (0.00s)\n"}
{"Action":"pass","Package":"m/a","Test":"TestGood","Elapsed":0}
{"Action":"output","Package":"m/a","Output":"PASS\n"}
{"Action":"output","Package":"m/a","Output":"ok  \tm/a\t0.001s\n"}
{"Action":"pass","Package":"m/a","Elapsed":0.001}
{"Action":"output","Package":"m/b","Test":"TestBad","Output":"=== RUN   TestBad\n"}
{"Action":"output","Package":"m/b","Test":"TestBad/x","Output":"    b_test.go:3: wrong\n"}
{"Action":"output","Package":"m/b","Test":"TestBad/y","Output":"    b_test.go:4: right\n"}
{"Action":"output","Package":"m/b","Test":"TestBad/x","Output":"    --- FAIL: TestBad/x (0.00s)\n"}
{"Action":"fail","Package":"m/b","Test":"TestBad/x"}
{"Action":"pass","Package":"m/b","Test":"TestBad/y"}
{"Action":"output","Package":"m/b","Test":"TestBad","Output":"--- FAIL: TestBad (0.00s)\n"}
{"Action":"fail","Package":"m/b","Test":"TestBad"}
{"Action":"output","Package":"m/b","Output":"FAIL\n"}
{"Action":"output","Package":"m/b","Output":"FAIL\tm/b\t0.001s\n"}
{"Action":"fail","Package":"m/b"}
{"ImportPath":"m/c","Action":"build-output","Output":"c.go:1:1: expected 'package'\n"}
{"Action":"output","Package":"m/d","Output":"?   \tm/d\t[no test files]\n"}
{"Action":"skip","Package":"m/d"}
not an event
{"Action":"output","Package":"m/e","Test":"TestCutShort","Output":"    e_test.go:3: on my way\n"}`

// TestTestsAreShownAsGoTestDoes has the events of a run with a leak in a test
// that passes, and without.
func TestTestsAreShownAsGoTestDoes(t *testing.T) {
	want := "ok  \tm/a\t0.001s\n" +
		"    b_test.go:3: wrong\n    --- FAIL: TestBad/x (0.00s)\n--- FAIL: TestBad (0.00s)\nFAIL\nFAIL\tm/b\t0.001s\n" +
		"c.go:1:1: expected 'package'\n?   \tm/d\t[no test files]\nnot an event\n    e_test.go:3: on my way\n"
	if diff := cmp.Diff(running{want, "", 1}, ran(t, true, events, "", 1)); diff != "" {
		t.Error(diff)
	}
	got := ran(t, true, strings.Replace(events, "LOGGED", someone, 1), "", 0)
	if diff := cmp.Diff(running{want, "leaks: TestGood in m/a: person number 19…\nleaks: 1 in what was printed\n", 1}, got); diff != "" {
		t.Error(diff)
	}
}
