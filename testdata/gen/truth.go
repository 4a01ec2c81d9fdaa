package main

import (
	"bytes"
	"encoding/json"
	"strings"
)

// truth is one figure or table as `utfall metric ID --json` prints it: what was
// asked, and the rows. An empty string stands for an option not given.
type truth struct {
	Metric  string   `json:"metric"`
	Project string   `json:"project"`
	Survey  string   `json:"survey"`
	Wave    string   `json:"wave"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	By      string   `json:"by"`
	Rows    []figure `json:"rows"`
}

// figure is a key and its value: int, float64, a string for an amount in kronor, or
// nil for a share of nothing.
// N is the number of answers behind a figure of a survey.
type figure struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
	N     *int   `json:"n,omitempty"`
}

// share is a part of a whole; of nothing there is none.
func share(part, whole int) any {
	if whole == 0 {
		return nil
	}
	return float64(part) / float64(whole)
}

// ledger is everything said so far.
type ledger struct {
	w   *world
	all []truth
}

// figures works out every true figure.
func (w *world) figures() []truth {
	l := &ledger{w: w}
	l.members()
	l.activity()
	l.project()
	l.indicators()
	l.surveys()
	l.claim()
	return l.all
}

// add says something about the association.
func (l *ledger) add(metric, by string, from, to day, rows []figure) {
	l.all = append(l.all, truth{Metric: metric, By: by, From: iso(from), To: iso(to), Rows: rows})
}

// addProject says something about DigiCreate.
func (l *ledger) addProject(metric, by string, from, to day, rows []figure) {
	l.all = append(l.all, truth{Metric: metric, Project: "DC", By: by, From: iso(from), To: iso(to), Rows: rows})
}

// lines writes a list as JSON with one object a line.
func lines[T any](list []T) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("[\n")
	for i, x := range list {
		line, err := json.Marshal(x)
		if err != nil {
			return nil, err
		}
		b.Write(line)
		if i < len(list)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]\n")
	return b.Bytes(), nil
}

// control is what one import should count.
type control struct {
	File       string `json:"file"`
	Kind       string `json:"kind"`
	Survey     string `json:"survey"`
	Wave       string `json:"wave"`
	Rows       int    `json:"rows"`
	New        int    `json:"new"`
	Changed    int    `json:"changed"`
	Unchanged  int    `json:"unchanged"`
	Refused    int    `json:"refused"`
	Duplicates int    `json:"duplicates"`
	NoRecord   int    `json:"no_record"`
}

// totals lists the files in the order they are imported.
func (w *world) totals() []control {
	var out []control
	for _, f := range w.files {
		out = append(out, control{File: f.name, Kind: f.kind, Survey: f.survey, Wave: f.wave, Rows: f.rows, New: f.fresh,
			Changed: f.changed, Unchanged: f.unchanged, Duplicates: f.duplicates, NoRecord: f.noRecord})
	}
	return out
}

// slug is a type of activity as a key: creative-bar.
func slug(kind string) string { return strings.Join(strings.Fields(asciiLower(kind)), "-") }
