package reports

import (
	"fmt"
	"testing"

	"utfall/reports/recalc"
)

// TestEveryKindOfChartDraws prints a chart of each kind and looks for the colours of
// its series: a chart of another program's that draws nothing is a hole in a report.
func TestEveryKindOfChartDraws(t *testing.T) {
	kinds := []ChartKind{Columns, StackedColumns, Lines, Bars, StackedBars, ShareBars, Lines}
	r := &Report{Lang: "sv"}
	for i, kind := range kinds {
		table := Table{Columns: []Column{{Header: "Fråga", Width: 20}, {Header: "a"}, {Header: "b"}, {Header: "c"}}}
		for row := range 3 {
			table.Rows = append(table.Rows, Row{Cells: []Cell{words(fmt.Sprint("rad ", row)), number(Decimal, 2.5), number(Decimal, 1.5+float64(row)/2), number(Decimal, 4-float64(row))}})
		}
		chart := Chart{Kind: kind, Title: fmt.Sprint(i), Series: []int{1, 2, 3}, ToRow: 3}
		if i == len(kinds)-1 {
			chart.Scale = [2]float64{1, 5}
		}
		r.Sheets = append(r.Sheets, Sheet{Name: fmt.Sprint("Blad ", i), Tables: []Table{table}, Charts: []Chart{chart}})
	}
	pages := recalc.Pages(t, rendered(t, r, "xlsx", ""))
	if len(pages) != len(kinds)+1 { // and the contents
		t.Fatalf("%d pages", len(pages))
	}
	for i := range kinds {
		chart := &r.Sheets[i].Charts[0]
		for s := range chart.Series {
			if n := recalc.Dots(pages[i+1], chart.Colour(s)); n < 150 { // the legend has some 60
				t.Errorf("chart %d: series %d has %d dots of its colour", i, s, n)
			}
		}
	}
}
