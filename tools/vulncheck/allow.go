package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// entry allows one vulnerability until a day, that day included.
type entry struct {
	ID     string
	Reason string
	Until  time.Time
	Test   string // the test that fails when the reason is no longer true
}

// expired tells whether the day has passed, by the calendar of now.
func (e entry) expired(now time.Time) bool {
	return now.Format(time.DateOnly) > e.Until.Format(time.DateOnly)
}

func readAllowed(file string) ([]entry, error) {
	var doc struct{ Allow []entry }
	meta, err := toml.DecodeFile(file, &doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%s: unknown key %s", file, unknown[0])
	}
	for _, e := range doc.Allow {
		if e.ID == "" || strings.TrimSpace(e.Reason) == "" || e.Test == "" || e.Until.IsZero() {
			return nil, fmt.Errorf("%s: the entry %q needs an id, a reason, a date until and a test", file, e.ID)
		}
	}
	return doc.Allow, nil
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testNames are the tests below a folder.
func testNames(folder string) (map[string]bool, error) {
	names := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllSubmatch(content, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = errors.New("no tests here: run it from the top of the repository")
	}
	return names, err
}
