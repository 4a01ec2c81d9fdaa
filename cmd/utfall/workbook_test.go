package main

import (
	"testing"

	"utfall/reports/recalc"
)

// TestWorkbooksRecalculate has LibreOffice open the real workbooks and reckon
// every formula anew: each comes out as the value that stands beside it.
func TestWorkbooksRecalculate(t *testing.T) {
	books := everyReport(t, copyData(t, clusterData(t)), "--from", "2017-01-01", "--to", "2021-12-31")
	for name, least := range map[string]int{"growth.xlsx": 150, "esf.xlsx": 100} {
		formulas := recalc.Check(t, books[name])
		t.Logf("%s: %d formulas", name, formulas)
		if formulas < least {
			t.Errorf("%s has %d formulas, expected %d at least", name, formulas, least)
		}
	}
}
