// Package recalc is the tests' second opinion on a workbook: it has LibreOffice
// reckon every formula anew and compares the results with the values the
// workbook came with. Nothing of the program imports it.
package recalc

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
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

// Office runs LibreOffice over a file and gives the directory with what it
// wrote. Without LibreOffice the test is skipped, unless tools are required.
func Office(t *testing.T, name string, content []byte, options ...string) string {
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

// Check has LibreOffice reckon every formula of a workbook, and reports
// those whose value differs from the one the workbook came with. It returns
// how many formulas there are.
func Check(t *testing.T, xlsx []byte) int {
	t.Helper()
	differences, formulas := Differences(t, xlsx, Sheets(t, xlsx))
	for _, d := range differences {
		t.Error(d)
	}
	return formulas
}

// Sheets are the cells of each sheet as LibreOffice has them once it has
// Check.
func Sheets(t *testing.T, xlsx []byte) map[string][][]string {
	t.Helper()
	out := Office(t, "book.xlsx", xlsx, "--convert-to", everySheet)
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

// Differences compares each formula's value with the one beside it.
func Differences(t *testing.T, xlsx []byte, sheets map[string][][]string) (differences []string, formulas int) {
	t.Helper()
	for name, cells := range Cells(t, xlsx) {
		rows, ok := sheets[name]
		if !ok {
			t.Fatalf("LibreOffice wrote no sheet %q", name)
		}
		for _, c := range cells {
			if c.Formula == nil {
				continue
			}
			formulas++
			column, row := coordinates(t, c.Ref)
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

// Cell is a cell as the file has it.
type Cell struct {
	Ref     string  `xml:"r,attr"`
	Type    string  `xml:"t,attr"`
	Formula *string `xml:"f"`
	Value   string  `xml:"v"`
	Text    string  `xml:"is>t"`
}

// Parts are the files within a workbook, by name.
func Parts(t testing.TB, workbook []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		parts[file.Name] = string(b)
	}
	return parts
}

// Cells are the cells of each sheet, by the sheet's name.
func Cells(t testing.TB, workbook []byte) map[string][]Cell {
	t.Helper()
	parts := Parts(t, workbook)
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := xml.Unmarshal([]byte(parts["xl/workbook.xml"]), &book); err != nil {
		t.Fatal(err)
	}
	cells := map[string][]Cell{}
	for i, sheet := range book.Sheets {
		var data struct {
			Cells []Cell `xml:"sheetData>row>c"`
		}
		if err := xml.Unmarshal([]byte(parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)]), &data); err != nil {
			t.Fatalf("%s: %v", sheet.Name, err)
		}
		cells[sheet.Name] = data.Cells
	}
	return cells
}

// coordinates are a cell's column and row, from 1: B3 is 2, 3.
func coordinates(t testing.TB, ref string) (column, row int) {
	t.Helper()
	letters := strings.TrimRight(ref, "0123456789")
	for _, c := range []byte(letters) {
		column = column*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(ref[len(letters):])
	if err != nil || column == 0 {
		t.Fatalf("%q is no cell", ref)
	}
	return column, row
}
