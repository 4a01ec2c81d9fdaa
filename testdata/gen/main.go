package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// outputDir is where the files lie in the repository.
const outputDir = "testdata/cluster"

func main() {
	dir := outputDir
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := generate(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// generate makes the world and writes its files, truth.json and totals.json.
// README.md there is written by hand and left alone.
func generate(dir string) error {
	w, err := newWorld()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range w.files {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.data, 0o644); err != nil {
			return err
		}
	}
	return writeTruth(w, dir)
}

// writeTruth writes the figures and the import totals.
func writeTruth(w *world, dir string) error {
	figures, err := lines(w.figures())
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "truth.json"), figures, 0o644); err != nil {
		return err
	}
	totals, err := lines(w.totals())
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "totals.json"), totals, 0o644)
}
