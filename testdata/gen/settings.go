package main

import (
	"embed"
	"fmt"
)

// The project and the two surveys are written by hand, as they would be.
//
//go:embed settings/*.toml
var settings embed.FS

// denominator is how many companies of the field a municipality has on a day.
type denominator struct {
	muni  string
	date  day
	count int
}

// settingFiles are what an import takes first: project, surveys, denominators
// and plan. A TOML file counts as one row.
func (w *world) settingFiles() ([]*file, error) {
	var out []*file
	for _, f := range []file{
		{name: "projekt-digicreate.toml", kind: "project"},
		{name: "enkat-digital.toml", kind: "survey-definition"},
		{name: "enkat-kompetens.toml", kind: "survey-definition"},
	} {
		data, err := settings.ReadFile("settings/" + f.name)
		if err != nil {
			return nil, err
		}
		f.data, f.rows, f.fresh = data, 1, 1
		out = append(out, &f)
	}
	return append(out, w.denominatorFile(), planFile()), nil
}

// denominatorFile tells how many companies of the field each of the eight
// municipalities has, at three dates.
func (w *world) denominatorFile() *file {
	d := newDice("denominators")
	counts := []int{1012, 214, 196, 88, 81, 74, 69, 63}
	rows := [][]cell{{text("Kommun"), text("Datum"), text("Antal"), text("Källa")}}
	for i, year := range []int{2018, 2019, 2021} {
		for j, n := range counts {
			den := denominator{municipalities[j].code, on(year, 12, 31), n + (i*n)/25 + d.below(4)}
			w.denominators = append(w.denominators, den)
			rows = append(rows, []cell{text(written(d, den.muni)), dated(den.date, iso(den.date)),
				amount(float64(den.count), thousands(den.count)), text("Kreametern (påhittade tal)")})
		}
	}
	n := len(w.denominators)
	return &file{name: "foretag-kkn.csv", kind: "denominators", data: delimited(rows, windows1252), rows: n, fresh: n}
}

// planFile tells how many sessions of each type a term should hold.
func planFile() *file {
	rows := [][]cell{{text("Typ"), text("Termin"), text("Antal")}}
	for _, p := range []struct {
		kind, term string
		count      int
	}{
		{"Creative bar", "VT", 2}, {"Creative bar", "HT", 2}, {"Kompetenspass", "VT", 10},
		{"Kompetenspass", "HT", 10}, {"KickStart Friday", "HT", 4},
	} {
		rows = append(rows, []cell{text(p.kind), text(p.term), text(fmt.Sprint(p.count))})
	}
	return &file{name: "plan.csv", kind: "plan", data: delimited(rows, utf8Semicolon), rows: 5, fresh: 5}
}
