package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// stream is shortened from what govulncheck 1.9.0 prints: a called, an
// imported and a required vulnerability.
const stream = `{"config":{"protocol_version":"v1.0.0","db_last_modified":"2026-08-21T00:00:00Z"}}
{"SBOM":{"go_version":"go1.26.8"}}
{"osv":{"id":"GO-1","summary":"panic on a shared string"}}
{"finding":{"osv":"GO-1","trace":[{"module":"example.org/x","version":"v1.0.0"}]}}
{"finding":{"osv":"GO-1","trace":[{"module":"example.org/x","version":"v1.0.0","package":"example.org/x"}]}}
{"finding":{"osv":"GO-1","trace":[{"module":"example.org/x","version":"v1.0.0","package":"example.org/x","function":"Read","receiver":"*File"},{"module":"utfall","package":"utfall/reports","function":"Render"}]}}
{"finding":{"osv":"GO-2","trace":[{"module":"example.org/y","version":"v1.0.0","package":"example.org/y"}]}}
{"finding":{"osv":"GO-3","trace":[{"module":"example.org/z","version":"v1.0.0"}]}}
`

func TestOnlyCalledAndUnexplainedIsRefused(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	now := day("2026-11-24").Add(15 * time.Hour)
	good := entry{ID: "GO-1", Reason: "only read", Until: day("2026-11-24"), Test: "TestGood"}
	late, lost, other := good, good, good
	late.Until, lost.Test, other.ID = day("2026-11-23"), "TestGone", "GO-9"
	tests := map[string]bool{"TestGood": true}
	for _, c := range []struct {
		name    string
		allowed []entry
		fault   string // a part of the one fault, "" for none
		note    string
	}{
		{"allowed to the day itself", []entry{good}, "", "GO-1 is allowed until 2026-11-24"},
		{"not allowed", nil, "we call example.org/x.*File.Read (example.org/x v1.0.0) from utfall/reports.Render", "1 called, 1 in packages we import, 1 in modules we require"},
		{"allowed until yesterday", []entry{late}, "GO-1 was allowed until 2026-11-23", ""},
		{"allowed because of a test that is gone", []entry{lost}, "no such test", ""},
		{"an entry that matches nothing", []entry{good, other}, "", "GO-9 is allowed and was not found"},
	} {
		found, err := decode(strings.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		v := judge(found, c.allowed, tests, now)
		faults, notes := strings.Join(v.faults, "\n"), strings.Join(v.notes, "\n")
		if (c.fault == "") != (len(v.faults) == 0) || len(v.faults) > 1 || !strings.Contains(faults, c.fault) {
			t.Errorf("%s: faults %q, want %q", c.name, v.faults, c.fault)
		}
		if !strings.Contains(notes, c.note) {
			t.Errorf("%s: notes %q, want %q", c.name, v.notes, c.note)
		}
	}
}

func TestNoScanIsNotACleanScan(t *testing.T) {
	if _, err := decode(strings.NewReader("")); !errors.Is(err, errNoScan) {
		t.Errorf("nothing at all: %v", err)
	}
	if _, err := decode(strings.NewReader(stream[:len(stream)-20])); err == nil {
		t.Error("a stream that breaks off is accepted")
	}
}

func TestEntriesAreWhole(t *testing.T) {
	whole := "[[allow]]\nid = \"GO-1\"\nreason = \"r\"\nuntil = 2026-11-24\ntest = \"T\"\n"
	for _, line := range append(strings.SplitAfter(whole, "\n")[1:5], "") {
		file := filepath.Join(t.TempDir(), "allow.toml")
		if err := os.WriteFile(file, []byte(strings.Replace(whole, line, "", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAllowed(file); (err == nil) != (line == "") {
			t.Errorf("without %q: %v", line, err)
		}
	}
	if _, err := readAllowed(filepath.Join("..", "..", allowFile)); err != nil {
		t.Error(err)
	}
}
