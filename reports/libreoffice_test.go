package reports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// alwaysRecalculate has LibreOffice reckon every formula anew as it opens a
// workbook, whatever value stands beside it.
const alwaysRecalculate = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`

// everySheet writes a CSV a sheet: semicolons, UTF-8, numbers as they are and
// not as they are shown.
const everySheet = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false,false,false,-1"

// office runs LibreOffice over a file and gives the directory with what it
// wrote. Without LibreOffice the test is skipped, unless tools are required.
func office(t *testing.T, name string, content []byte, options ...string) string {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("UTFALL_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skip("soffice is not on PATH")
	}
	dir := t.TempDir()
	file, out, user := filepath.Join(dir, name), filepath.Join(dir, "out"), filepath.Join(dir, "profile", "user")
	err = errors.Join(os.MkdirAll(user, 0o700), os.WriteFile(file, content, 0o600),
		os.WriteFile(filepath.Join(user, "registrymodifications.xcu"), []byte(alwaysRecalculate), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	args := append([]string{"-env:UserInstallation=file://" + filepath.Dir(user), "--headless"}, options...)
	cmd := exec.CommandContext(ctx, soffice, append(args, "--outdir", out, file)...)
	cmd.WaitDelay = 10 * time.Second
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return out
}

// recalculated has LibreOffice reckon every formula of a workbook, and reports
// those whose value differs from the one the workbook came with. It returns
// how many formulas there are.
func recalculated(t *testing.T, xlsx []byte) int {
	t.Helper()
	differences, formulas := recalculation(t, xlsx, officeSheets(t, xlsx))
	for _, d := range differences {
		t.Error(d)
	}
	return formulas
}

// officeSheets are the cells of each sheet as LibreOffice has them once it has
// recalculated.
func officeSheets(t *testing.T, xlsx []byte) map[string][][]string {
	t.Helper()
	out := office(t, "book.xlsx", xlsx, "--convert-to", everySheet)
	sheets := map[string][][]string{}
	err := filepath.WalkDir(out, func(path string, _ fs.DirEntry, err error) error {
		name, found := strings.CutPrefix(strings.TrimSuffix(filepath.Base(path), ".csv"), "book-")
		if err != nil || !found {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sheets[name] = officeRows(string(b))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sheets
}

// officeRows reads a CSV as LibreOffice writes it. Empty lines are rows, which
// encoding/csv would leave out.
func officeRows(text string) [][]string {
	var rows [][]string
	for text != "" {
		var row []string
		for more := true; more; {
			var field string
			if strings.HasPrefix(text, `"`) {
				end := 1
				for ; text[end] != '"' || end+1 < len(text) && text[end+1] == '"'; end++ {
					if text[end] == '"' {
						end++
					}
				}
				field, text = strings.ReplaceAll(text[1:end], `""`, `"`), text[end+1:]
			} else {
				end := strings.IndexAny(text, ";\n")
				field, text = text[:end], text[end:]
			}
			row, more = append(row, field), text[0] == ';'
			text = text[1:]
		}
		rows = append(rows, row)
	}
	return rows
}

// recalculation compares each formula's value with the one beside it.
func recalculation(t *testing.T, xlsx []byte, sheets map[string][][]string) (differences []string, formulas int) {
	t.Helper()
	for name, cells := range sheetCells(t, xlsx) {
		rows, ok := sheets[name]
		if !ok {
			t.Fatalf("LibreOffice wrote no sheet %q", name)
		}
		for _, c := range cells {
			if c.Formula == nil {
				continue
			}
			formulas++
			column, row, err := excelize.CellNameToCoordinates(c.Ref)
			if err != nil {
				t.Fatal(err)
			}
			if row > len(rows) || column > len(rows[row-1]) {
				differences = append(differences, fmt.Sprintf("%s!%s is not there", name, c.Ref))
				continue
			}
			if now := rows[row-1][column-1]; !sameValue(now, c.Value) {
				differences = append(differences, fmt.Sprintf("%s!%s =%s: %s stands in the file, LibreOffice makes it %s", name, c.Ref, *c.Formula, c.Value, now))
			}
		}
	}
	return differences, formulas
}

// sameValue compares what two programs made of a formula: numbers up to the
// fifteen digits a workbook keeps of them, all else as text.
func sameValue(a, b string) bool {
	percent, share := strings.CutSuffix(a, "%") // whatever was asked of it
	x, errX := strconv.ParseFloat(percent, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if share {
		x /= 100
	}
	if errX != nil || errY != nil {
		return a == b
	}
	return math.Abs(x-y) <= 1e-12*max(1, math.Abs(x), math.Abs(y))
}

// All formulas of the sample come out as they were written.
func TestRecalculation(t *testing.T) {
	if formulas := recalculated(t, rendered(t, sample("sv"), "xlsx", "")); formulas != 6+4+4+2 {
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
	sheets := officeSheets(t, book)
	differences, formulas := recalculation(t, book, sheets)
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
	out := office(t, "ord.csv", rendered(t, r, "csv", ""),
		"--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1053,false,true,false,false,false,-1,true", "--convert-to", "xlsx")
	b, err := os.ReadFile(filepath.Join(out, "ord.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	numbers := 0
	for name, cells := range sheetCells(t, b) {
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
