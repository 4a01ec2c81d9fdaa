// Package reports asks the questions: contribution queries over the projected
// facts, figures that are aggregates of them, reports made of figures, and the
// renderers that write a report as workbook, CSV, JSON or page.
//
// Three things to know. A metric is defined once, as a query that gives one row
// per contribution; the figure is an aggregate of those rows and the drill-down
// is the rows themselves, so they add up by construction. A report is a pure
// function of its parameters and a position of the log, and gives a plain
// value, Report; renderers know nothing of any report. The same value gives the
// same bytes, on any machine and any day.
//
// Caveats. Sums are made of whole numbers (minutes, öre) and anything that is
// not is computed in Go in a fixed order, for DuckDB adds floating-point numbers
// in whatever order its threads finish.
package reports
