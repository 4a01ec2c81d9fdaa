package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// cell is one side at one load.
type cell struct {
	side string
	load load
}

// results are the samples of each cell, a round each.
type results struct {
	samples map[cell][]sample
	missing []string
}

// of gives one figure of each round, nil when the side was not measured.
func (r results) of(side string, l load, figure func(sample) float64) []float64 {
	var out []float64
	for _, s := range r.samples[cell{side, l}] {
		out = append(out, figure(s))
	}
	return out
}

func rate(s sample) float64    { return s.rate }
func p50(s sample) float64     { return millis(s.p50) }
func p99(s sample) float64     { return millis(s.p99) }
func syncP50(s sample) float64 { return millis(s.sync) }

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func report(out io.Writer, c config, w *work, r results) {
	fmt.Fprintf(out, "\n%s, %d processors%s\n%s\n", runtime.Version(), runtime.NumCPU(), c.about, w.describe())
	fmt.Fprintf(out, "%d rounds of %v a turn, after %v that are not counted; medians, with the least and the most\n", c.rounds, c.window, c.warm)
	r.rates(out, "Acknowledged events per second, one event an append, by callers", loads[:4])
	r.rates(out, "Acknowledged events per second, batches of 1,000, by callers", loads[4:])
	r.waits(out)
	r.targets(out)
	for _, m := range r.missing {
		fmt.Fprintf(out, "\nnot measured: %s\n", m)
	}
}

// rates is a table of the sides that take any of these loads.
func (r results) rates(out io.Writer, title string, columns []load) {
	fmt.Fprintf(out, "\n%s\n%-32s", title, "")
	for _, l := range columns {
		fmt.Fprintf(out, " %22d", l.callers)
	}
	fmt.Fprintln(out)
	for _, side := range names {
		row, any := fmt.Sprintf("%-32s", side), false
		for _, l := range columns {
			figures := r.of(side, l, rate)
			any = any || len(figures) > 0
			row += fmt.Sprintf(" %22s", spread(figures, count))
		}
		if any {
			fmt.Fprintln(out, row)
		}
	}
}

// waits is the table of how long an acknowledgement takes.
func (r results) waits(out io.Writer) {
	fmt.Fprintf(out, "\nFrom call to acknowledgement at %d callers, ms\n%-32s %22s %22s\n", busy.callers, "", "p50", "p99")
	for _, side := range names {
		if fast := r.of(side, busy, p50); len(fast) > 0 {
			fmt.Fprintf(out, "%-32s %22s %22s\n", side, spread(fast, significant), spread(r.of(side, busy, p99), significant))
		}
	}
	for _, side := range []string{growing, fixed} {
		fmt.Fprintf(out, "%-32s %22s\n", "one fdatasync, "+side, spread(r.of(side, single, syncP50), significant))
	}
}

// ratio is a line of what is aimed at: of two figures within each round.
type ratio struct {
	what   string
	above  []float64
	below  []float64
	target float64 // 0: told, but not aimed at
	most   bool    // the target must not be reached
}

func (r results) targets(out io.Writer) {
	at := func(side string, l load) []float64 { return r.of(side, l, rate) }
	lines := []ratio{
		{what: "utfall / preallocated file, 64 callers", above: at(ours, busy), below: at(fixed, busy), target: 0.5},
		{what: "utfall / preallocated file, 256 callers", above: at(ours, crowd), below: at(fixed, crowd), target: 0.6},
		{what: "batches: encoding included / preallocated file, JSON", above: at(oursEncoding, batches), below: at(fixed, batches), target: 0.2},
		{what: "batches: encoded before / preallocated file, packed", above: at(ours, batches), below: at(fixedPack, batches), target: 0.2},
		{what: "p99 at 64 callers / one fdatasync of the bare file", above: r.of(ours, busy, p99), below: r.of(growing, single, syncP50), target: 8, most: true},
		{what: "utfall / message-db, 64 callers", above: at(ours, busy), below: at(mdb, busy), target: 40},
		{what: "utfall / Emmett, 64 callers", above: at(ours, busy), below: at(emm, busy), target: 40},
		{what: "encoding included / preallocated file, 64 callers", above: at(oursEncoding, busy), below: at(fixed, busy)},
		{what: "encoding included / preallocated file, 256 callers", above: at(oursEncoding, crowd), below: at(fixed, crowd)},
		{what: "batches: encoding included / preallocated file, packed", above: at(oursEncoding, batches), below: at(fixedPack, batches)},
		{what: "p99 at 64 callers / one fdatasync, preallocated", above: r.of(ours, busy, p99), below: r.of(fixed, single, syncP50)},
		{what: "utfall / message-db with a category each, 64 callers", above: at(ours, busy), below: at(mdbApart, busy)},
		{what: "batches: encoding included / message-db", above: at(oursEncoding, batches), below: at(mdb, batches)},
		{what: "batches: encoding included / Emmett", above: at(oursEncoding, batches), below: at(emm, batches)},
	}
	fmt.Fprintf(out, "\n%-56s %8s %22s\n", "Ratios, each within its round", "target", "measured")
	for _, l := range lines {
		fmt.Fprintln(out, l)
	}
}

// String is the line of the table.
func (l ratio) String() string {
	var each []float64
	for i := range min(len(l.above), len(l.below)) {
		each = append(each, l.above[i]/l.below[i])
	}
	aim, verdict := "", ""
	if l.target > 0 {
		sign, met := "≥", len(each) > 0 && median(each) >= l.target
		if l.most {
			sign, met = "<", len(each) > 0 && median(each) < l.target
		}
		aim = fmt.Sprintf("%s %g", sign, l.target)
		verdict = map[bool]string{true: "met", false: "missed"}[met]
	}
	if len(each) == 0 {
		verdict = "not measured"
	}
	return strings.TrimRight(fmt.Sprintf("%-56s %8s %22s  %s", l.what, aim, spread(each, significant), verdict), " ")
}

// spread is the median with the least and the most.
func spread(figures []float64, form func(float64) string) string {
	if len(figures) == 0 {
		return "–"
	}
	return fmt.Sprintf("%s (%s–%s)", form(median(figures)), form(slices.Min(figures)), form(slices.Max(figures)))
}

func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// count is a number as one reads it: 6.73k, 155k, 1.95M.
func count(n float64) string {
	switch {
	case n >= 1e6:
		return significant(n/1e6) + "M"
	case n >= 1e3:
		return significant(n/1e3) + "k"
	default:
		return significant(n)
	}
}

// significant gives three digits, and no more decimals than two.
func significant(n float64) string {
	switch {
	case n >= 100:
		return fmt.Sprintf("%.0f", n)
	case n >= 10:
		return fmt.Sprintf("%.1f", n)
	default:
		return fmt.Sprintf("%.2f", n)
	}
}
