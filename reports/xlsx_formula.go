package reports

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// reference is a cell of the formula's own table, {row,column}, or of a table of
// another sheet of the report, {sheet:table:row,column}; all from 0.
var reference = regexp.MustCompile(`\{(?:(\d+):(\d+):)?(\d+),(\d+)\}`)

// there is a cell of another sheet, as formulas name it.
func there(sheet, table, row, column int) string {
	return fmt.Sprintf("{%d:%d:%d,%d}", sheet, table, row, column)
}

// resolved is a formula with its references as cells of the workbook.
func (l *leaf) resolved(formula string, t *Table, where tablePlace) (string, error) {
	var err error
	out := reference.ReplaceAllStringFunc(formula, func(ref string) string {
		parts := reference.FindStringSubmatch(ref)
		row, _ := strconv.Atoi(parts[3])
		column, _ := strconv.Atoi(parts[4])
		of, at, sheet := t, where, ""
		if parts[1] != "" {
			i, _ := strconv.Atoi(parts[1])
			n, _ := strconv.Atoi(parts[2])
			if i >= len(l.report.Sheets) || n >= len(l.report.Sheets[i].Tables) {
				err = fmt.Errorf("formula %s: %s is no table of the report", formula, ref)
				return ref
			}
			of, at, sheet = &l.report.Sheets[i].Tables[n], l.planOf(i).tables[n], "'"+strings.ReplaceAll(l.names[i], "'", "''")+"'!"
		}
		if row >= len(of.Rows) || column >= len(of.Columns) {
			err = fmt.Errorf("formula %s: %s is outside the table", formula, ref)
		}
		return sheet + cellName(column+1, at.first+row)
	})
	return strings.TrimPrefix(out, "="), err
}

// planOf is where everything of a sheet goes, which is worked out once.
func (b *workbook) planOf(sheet int) *sheetPlan {
	if b.plans == nil {
		b.plans = map[int]*sheetPlan{}
	}
	if b.plans[sheet] == nil {
		b.plans[sheet] = planOf(b.report, &b.report.Sheets[sheet])
	}
	return b.plans[sheet]
}
