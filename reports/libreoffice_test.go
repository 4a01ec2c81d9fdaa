package reports

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/reports/recalc"
)

// All formulas of the sample come out as they were written.
func TestRecalculation(t *testing.T) {
	if formulas := recalc.Check(t, rendered(t, sample("sv"), "xlsx", "")); formulas != 6+4+4+2 {
		t.Errorf("%d formulas", formulas)
	}
}

// A wrong value is found, and no word becomes a formula in the hands of
// another program.
func TestRecalculationFinds(t *testing.T) {
	wrong := Table{Columns: []Column{{Header: "n"}}, Rows: []Row{
		{Cells: []Cell{count(2)}}, {Cells: []Cell{count(3)}}, {Cells: []Cell{count(6).live("SUM({0,0}:{1,0})")}},
		{Cells: []Cell{{Kind: NoValue, Formula: `IF({0,0}>0,"–",{0,0})`}}},
	}}
	evil := Table{Columns: []Column{{Header: "=1+1"}}}
	for _, s := range injections {
		evil.Rows = append(evil.Rows, Row{Cells: []Cell{words(s)}})
	}
	r := &Report{Lang: "sv", Sheets: []Sheet{{Name: "Fel", Tables: []Table{wrong}}, {Name: "Ord", Tables: []Table{evil}}}}
	book := rendered(t, r, "xlsx", "")
	sheets := recalc.Sheets(t, book)
	differences, formulas := recalc.Differences(t, book, sheets)
	want := []string{"Fel!A6 =SUM(A4:A5): 6 stands in the file, LibreOffice makes it 5"}
	if diff := cmp.Diff(want, differences); diff != "" || formulas != 2 {
		t.Errorf("%d formulas\n%s", formulas, diff)
	}
	rows := sheets["Ord"]
	rows = rows[len(rows)-len(injections):]
	for i, s := range injections {
		if got := rows[i][0]; got != safeXML(s) {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// A CSV opened in a spreadsheet program holds words and numbers, no formulas.
func TestCSVInOffice(t *testing.T) {
	table := Table{Columns: []Column{{Header: "@ord"}, {Header: "tal"}}}
	for i, s := range injections {
		table.Rows = append(table.Rows, Row{Cells: []Cell{words(s), number(Decimal, float64(-i)-0.5)}})
	}
	r := &Report{Lang: "sv", Sheets: []Sheet{{Name: "Ord", Tables: []Table{table}}}}
	// Separator ;, UTF-8, Swedish, special numbers detected, formulas evaluated:
	// as careless as an import can be.
	out := recalc.Office(t, "ord.csv", rendered(t, r, "csv", ""),
		"--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1053,false,true,false,false,false,-1,true", "--convert-to", "xlsx")
	b, err := os.ReadFile(filepath.Join(out, "ord.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	numbers := 0
	for name, cells := range recalc.Cells(t, b) {
		for _, c := range cells {
			if c.Formula != nil {
				t.Errorf("%s!%s is a formula: %s", name, c.Ref, *c.Formula)
			}
			if _, err := strconv.ParseFloat(c.Value, 64); err == nil && c.Type != "s" && strings.HasPrefix(c.Ref, "B") {
				numbers++
			}
		}
	}
	if numbers != len(injections) {
		t.Errorf("%d numbers of %d", numbers, len(injections))
	}
}
