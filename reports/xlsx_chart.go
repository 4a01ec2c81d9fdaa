package reports

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// The measures of a chart in pixels of a screen, of which A4 across has about
// a thousand in width.
const (
	chartWidth     = chartColumns*chartColumnWidth*pixelsAWidth - 2
	chartHeight    = 280 // two fit a page
	pixelsAWidth   = 8   // of one character of a column's width
	pixelsARow     = 20  // of a row
	pixelsAPoint   = 4.0 / 3
	paperWidth     = 1026 // an A4 across, between its margins
	paperHeight    = 669
	manyCategories = 12 // labels that stand upright below a chart
	gapWidth       = 3  // characters between a table and the charts beside it

	// The columns a chart beside a table covers, to the edge of the last: a
	// sheet is printed by whole columns.
	chartColumns     = 5
	chartColumnWidth = 15
)

// chartColours can be told apart by those who see colours differently, and in
// grey (after Okabe and Ito).
var chartColours = []string{"0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00", "5C5C5C", "8C6D1F"}

// agreement are the colours of the steps of a scale, from one end to the other: two
// hues that everybody can tell apart, grey between them (after ColorBrewer's RdBu).
var agreement = []string{"67001F", "B2182B", "D6604D", "F4A582", "FDDBC7", "C8C8C8", "D1E5F0", "92C5DE", "4393C3", "2166AC", "053061"}

// Colour is that of a series, six digits of hexadecimal.
func (c *Chart) Colour(series int) string {
	if n := len(c.Series); c.Kind == ShareBars && n > 1 {
		return agreement[min(series*(len(agreement)-3)/(n-1)+1, len(agreement)-1)] // the very ends are too dark to read on
	}
	return chartColours[series%len(chartColours)]
}

var chartTypes = map[ChartKind]excelize.ChartType{
	Columns: excelize.Col, StackedColumns: excelize.ColStacked, Lines: excelize.Line,
	Bars: excelize.Bar, StackedBars: excelize.BarStacked, ShareBars: excelize.BarPercentStacked,
}

// check says what of a chart does not exist in its sheet. A chart that draws
// nothing would be a hole in a report.
func (c *Chart) check(s *Sheet) error {
	if c.Table < 0 || c.Table >= len(s.Tables) {
		return fmt.Errorf("chart %s: no table %d", c.Title, c.Table)
	}
	t := &s.Tables[c.Table]
	if c.FromRow < 0 || c.FromRow >= c.ToRow || c.ToRow > len(t.Rows) {
		return fmt.Errorf("chart %s: rows %d to %d of %d", c.Title, c.FromRow, c.ToRow, len(t.Rows))
	}
	for _, column := range append([]int{c.Category}, c.Series...) {
		if column < 0 || column >= len(t.Columns) {
			return fmt.Errorf("chart %s: no column %d", c.Title, column)
		}
	}
	if len(c.Series) == 0 {
		return fmt.Errorf("chart %s: no series", c.Title)
	}
	return nil
}

// whole reports whether every cell a chart draws is a number.
func (c *Chart) whole(t *Table) bool {
	for _, row := range t.Rows[c.FromRow:c.ToRow] {
		for _, column := range c.Series {
			if !row.cell(column).Kind.numeric() {
				return false
			}
		}
	}
	return true
}

// sinks reports whether a chart draws anything below nought.
func (c *Chart) sinks(t *Table) bool {
	for _, row := range t.Rows[c.FromRow:c.ToRow] {
		for _, column := range c.Series {
			if cell := row.cell(column); cell.Kind.numeric() && cell.Number < 0 {
				return true
			}
		}
	}
	return false
}

// kind is the kind of number a chart draws.
func (c *Chart) kind(t *Table) Kind {
	for _, row := range t.Rows[c.FromRow:c.ToRow] {
		if cell := row.cell(c.Series[0]); cell.Kind.numeric() {
			return cell.Kind
		}
	}
	return Count
}

// charts adds the sheet's charts, beside a narrow table and below a wide one.
func (l *leaf) charts() error {
	row, column := l.end+1, 1
	if l.beside {
		row, column = 1, l.columns+2
	}
	for i := range l.sheet.Charts {
		c := &l.sheet.Charts[i]
		if err := c.check(l.sheet); err != nil {
			return err
		}
		if l.beside {
			row = max(row, l.tables[c.Table].header)
		}
		if column == 1 || l.beside {
			row = l.unbroken(row)
		}
		if err := l.measure(row); err != nil {
			return err
		}
		if err := l.file.AddChart(l.name, cellName(column, row), l.drawn(c)); err != nil {
			return err
		}
		if l.beside {
			row = l.rowBelow(row)
		} else {
			row, column = l.next(row, column)
		}
	}
	return nil
}

// next is where the chart goes after one below the tables: beside that while
// the tables reach so far, else below it.
func (l *leaf) next(row, column int) (int, int) {
	left, free := 0, 0 // where a column begins, and where there is room again
	for c, width := range l.widths {
		if c+1 == column {
			free = left + chartWidth + 2*pixelsAWidth
		}
		if free > 0 && left >= free {
			if left+chartWidth <= max(l.across()*pixelsAWidth, paperWidth) {
				return row, c + 1
			}
			break
		}
		left += width * pixelsAWidth
	}
	return l.rowBelow(row), 1
}

// unbroken is the first row from which on a chart is printed on one page. It
// follows the pages as they fill, and keeps clear of their ends: programs and
// printers differ by some hundredths, the more the further down.
func (l *leaf) unbroken(row int) int {
	page := l.pageHeight()
	used, top, breaks := 0.0, 0.0, 0.0
	for r := 1; ; r++ {
		height := l.heightAt(r) * pixelsAPoint
		if used+height > page {
			if l.repeats() {
				top = l.tables[0].height * pixelsAPoint
			}
			used, breaks = top, breaks+1
		}
		slack := min(breaks*(pixelsARow+page/40), (page-top-chartHeight)/2-pixelsARow)
		fits := used >= top+slack && used+chartHeight <= page-slack
		if r >= row && (fits || r > row+paperHeight/pixelsARow*2) {
			return r
		}
		used += height
	}
}

// pageHeight is what a page takes, in pixels of the sheet: the wider the
// sheet, the smaller it is printed.
func (l *leaf) pageHeight() float64 {
	return float64(paperHeight*max(l.across()*pixelsAWidth, paperWidth)) / paperWidth
}

// rowBelow is the first row that is free below a chart, where rows can be of
// any height.
func (l *leaf) rowBelow(row int) int {
	for pixels := 0.0; pixels < chartHeight+pixelsARow; row++ {
		pixels += l.heightAt(row) * pixelsAPoint
	}
	return row
}

// measure tells the workbook how high the rows are that a chart will cover:
// it is anchored by its corners, and the rows are written after it.
func (l *leaf) measure(from int) error {
	for row := from; row <= l.rowBelow(from)+1; row++ {
		if h := l.heightAt(row); h != rowHeight {
			if err := l.file.SetRowHeight(l.name, row, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// heightAt is the height a row will have.
func (l *leaf) heightAt(row int) float64 {
	for _, line := range l.lines {
		if line.row == row {
			return line.height
		}
	}
	for i, place := range l.tables {
		t := &l.sheet.Tables[i]
		if row == place.header {
			return place.height
		}
		if n := row - place.first; n >= 0 && n < len(t.Rows) {
			h := l.rowHeightOf(t.Rows[n], len(t.Columns))
			if t.Form {
				h = max(h, formHeight)
			}
			if h > 0 {
				return h
			}
		}
	}
	return rowHeight
}

// drawn is a chart as the workbook draws it, over the cells of its table.
func (l *leaf) drawn(c *Chart) *excelize.Chart {
	t, where := &l.sheet.Tables[c.Table], l.tables[c.Table]
	kind := c.Kind
	if kind == Lines && !c.whole(t) {
		// Excel draws words as 0. A column of no height says nothing, where a
		// line that falls to 0 says something false.
		kind = Columns
	}
	no, gap := false, uint(60)
	text := excelize.Font{Family: workbookFont, Size: 9, Color: greyColour}
	axis := excelize.ChartAxis{Font: text}
	values := excelize.ChartAxis{Font: text, MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}}
	if !c.sinks(t) {
		values.Minimum = new(0.0) // a scale that begins higher makes a little change look great
	}
	if c.kind(t) == Decimal {
		values.NumFmt.CustomNumFmt = "#,##0.0"
	}
	if c.Scale[1] > c.Scale[0] {
		values.Minimum, values.Maximum, values.MajorUnit = new(c.Scale[0]), new(c.Scale[1]), 1
	}
	if c.kind(t) == Share || kind == ShareBars {
		values.NumFmt.CustomNumFmt = "0%"
	}
	if c.ToRow-c.FromRow > manyCategories {
		axis.Alignment.TextRotation = -45 // else a program breaks the labels anywhere
	}
	if kind == Bars || kind == StackedBars || kind == ShareBars {
		axis.Alignment.TextRotation = 0
		// The first row on top, as in the table, and the scale at the bottom.
		axis.ReverseOrder, values.TickLabelPosition = true, excelize.ChartTickLabelHigh
	}
	return &excelize.Chart{
		Type: chartTypes[kind], Series: l.series(c, kind, where),
		Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{
			Text: c.Title, Font: &excelize.Font{Family: workbookFont, Size: 12, Bold: true, Color: tealColour},
		}}},
		Legend: excelize.ChartLegend{Position: "bottom", Font: &text},
		// The workbook reckons rows of 18 pixels where a screen has 20.
		Dimension: excelize.ChartDimension{Width: chartWidth, Height: chartHeight * 9 / 10},
		Format:    excelize.GraphicOptions{AltText: c.Title},
		Border:    excelize.LineOptions{Type: excelize.LineSolid, Fill: solid(ruleColour), Width: 0.75},
		XAxis:     axis, YAxis: values, GapWidth: &gap, VaryColors: &no,
	}
}

// series are a chart's rows of values, named by their headers.
func (l *leaf) series(c *Chart, kind ChartKind, where tablePlace) []excelize.ChartSeries {
	cells := func(column int) string {
		from, to := absolute(column+1, where.first+c.FromRow), absolute(column+1, where.first+c.ToRow-1)
		return quotedSheet(l.name) + "!" + from + ":" + to
	}
	out := make([]excelize.ChartSeries, len(c.Series))
	for i, column := range c.Series {
		colour := solid(c.Colour(i))
		out[i] = excelize.ChartSeries{
			Name:       quotedSheet(l.name) + "!" + absolute(column+1, where.header),
			Categories: cells(c.Category), Values: cells(column), Fill: colour,
		}
		if kind == Lines {
			out[i].Line = excelize.LineOptions{Type: excelize.LineSolid, Width: 2.25}
			out[i].Marker = excelize.ChartMarker{
				Symbol: []string{"circle", "square", "diamond", "triangle"}[i%4], Size: 6, Fill: colour,
			}
		}
	}
	return out
}

func absolute(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row, true)
	if err != nil {
		return cellName(column, row)
	}
	return name
}
