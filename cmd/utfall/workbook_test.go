package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"utfall/reports/recalc"
)

// TestWorkbooksRecalculate has LibreOffice open the real workbooks and reckon
// every formula anew: each comes out as the value that stands beside it.
func TestWorkbooksRecalculate(t *testing.T) {
	dir := copyData(t, clusterData(t))
	books := everyReport(t, dir, "--from", "2017-01-01", "--to", "2021-12-31")
	claimBooks(t, dir, books)
	for name, least := range map[string]int{"growth.xlsx": 150, "esf.xlsx": 100, "claim.xlsx": 40, "reconcile.xlsx": 10} {
		sheets := recalc.Sheets(t, books[name])
		differences, formulas := recalc.Differences(t, books[name], sheets)
		for _, d := range append(differences, errorCells(sheets)...) {
			t.Errorf("%s: %s", name, d)
		}
		t.Logf("%s: %d formulas", name, formulas)
		if formulas < least {
			t.Errorf("%s has %d formulas, expected %d at least", name, formulas, least)
		}
	}
}

// errorCells are the cells that LibreOffice shows an error in, as #DIV/0! and Err:508.
func errorCells(sheets map[string][][]string) (out []string) {
	for name, rows := range sheets {
		for i, row := range rows {
			for _, cell := range row {
				if strings.HasPrefix(cell, "Err:") || strings.HasPrefix(cell, "#") && strings.ContainsAny(cell[len(cell)-1:], "!?A") {
					out = append(out, fmt.Sprintf("%s, row %d: %s", name, i+1, cell))
				}
			}
		}
	}
	return out
}

// claimBooks submits two claims, with hours of the first corrected between them, and
// adds the second's workbook and the one that compares claims with the bookkeeping.
func claimBooks(t *testing.T, dir string, books map[string][]byte) {
	t.Helper()
	out := t.TempDir()
	at := func(args ...string) string { return must(t, append([]string{"--data", dir}, args...)...) }
	at("claim", "submit", "--project", "DC", "--month", "2019-02", "--on", "2019-04-15")
	rows := at("metric", "claim.staff", "--project", "DC", "--from", "2019-02-01", "--to", "2019-02-28", "--rows", "--json")
	var first entryJSON
	if err := json.Unmarshal([]byte(strings.SplitN(rows, "\n", 2)[0]), &first); err != nil {
		t.Fatal(err)
	}
	at("correct", first.Event, "minutes=15", "--reason", "counted wrong")
	told := at("claim", "submit", "--project", "DC", "--month", "2019-04", "--on", "2019-06-15", "-o", filepath.Join(out, "claim.xlsx"))
	if !strings.Contains(told, "Corrections of earlier claims") {
		t.Errorf("hours were corrected, and the next claim corrects nothing:\n%s", told)
	}
	at("report", "reconcile", "--project", "DC", "-o", filepath.Join(out, "reconcile.xlsx"))
	for _, name := range []string{"claim.xlsx", "reconcile.xlsx"} {
		b, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		books[name] = b
	}
}
