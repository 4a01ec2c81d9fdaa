package main

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the user stories of testdata/script: each a text with the
// files it needs, the commands a user would type and what they must answer.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		UpdateScripts: os.Getenv("UTFALL_UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("LANG", "en_GB.UTF-8")
			env.Setenv("UTFALL_DATA", filepath.Join(env.WorkDir, "data"))
			verifier, err := filepath.Abs("../../tools/verify.py")
			env.Setenv("VERIFY", verifier)
			return err
		}})
}

// TestREADME runs the very lines of README.md's first walk, in a folder that
// looks like a clone.
func TestREADME(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```sh\n")
	lines, _, closed := strings.Cut(rest, "```")
	if !found || !closed || strings.Count(lines, "\n") > 10 {
		t.Fatalf("README.md has no walk of at most ten lines")
	}
	clone := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); name != "bin" && name != "demo" && name != ".git" {
			if err := os.Symlink(filepath.Join(root, name), filepath.Join(clone, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.Command("bash", "-ec", lines)
	cmd.Dir = clone
	cmd.Env = append(os.Environ(), "LANG=en_GB.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, file := range []string{"growth.xlsx", "growth.html"} {
		if info, err := os.Stat(filepath.Join(clone, file)); err != nil || info.Size() < 5000 {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestBadWorkbooks takes in workbooks nobody should: each is refused with its
// name and what to do, exit code 1, and nothing is recorded.
func TestBadWorkbooks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	before := must(t, "--data", dir, "status", "--json")
	good := filepath.Join(t.TempDir(), "good.xlsx")
	must(t, "template", "attendance", "-o", good)
	honest, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(honest)
	flipped[len(flipped)/3] ^= 0x10
	var word bytes.Buffer
	z := zip.NewWriter(&word)
	part, _ := z.Create("word/document.xml")
	part.Write([]byte("<document/>"))
	z.Close()
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"damaged.xlsx":   {flipped, "damaged.xlsx"},
		"cut.xlsx":       {honest[:len(honest)/2], "cut.xlsx"},
		"encrypted.xlsx": {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...), "password"},
		"empty.xlsx":     {nil, "empty"},
		"blank.csv":      {[]byte("\n\n  \n"), "blank.csv"},
		"word.xlsx":      {word.Bytes(), "word.xlsx"},
		"scan.pdf":       {[]byte("%PDF-1.7\n%âãÏÓ\n1 0 obj\n"), "PDF"},
		"notes.csv":      {[]byte("Dear diary;today\nnothing;happened\n"), "no table was recognised"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, talk := run(t, "--data", dir, "import", path)
		if code != exitFailed || !strings.Contains(talk, c.want) || !strings.Contains(talk, name) || !strings.Contains(talk, " – ") {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, talk)
		}
		if strings.Contains(talk, "panic") || strings.Contains(talk, "goroutine") {
			t.Errorf("%s: %s", name, talk)
		}
	}
	if after := must(t, "--data", dir, "status", "--json"); after != before {
		t.Errorf("something was recorded: %s, before %s", after, before)
	}
}
