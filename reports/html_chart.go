package reports

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// The measures of a drawn chart, in its own units: whole numbers, so that
// every machine draws the same.
const (
	svgWidth  = 1200
	svgHeight = 640
	svgLetter = 12 // about the width of a letter of 22 units
	svgLabel  = 26 // letters of a label that is not cut
	svgTicks  = 5
)

// drawing is a chart while it is drawn. Values run along one axis and
// categories along the other; bars have them the other way about.
type drawing struct {
	strings.Builder
	chart    *Chart
	rows     []Row
	heads    []Column
	numerals numerals
	kind     Kind
	low      float64
	high     float64
	step     float64
	lying    bool // values run from left to right
	stacked  bool

	left, top, right, bottom int // of the field the values are drawn in
}

// drawSVG draws a chart for a page. The id is one no other chart has.
func drawSVG(c *Chart, t *Table, n numerals, id string) string {
	d := &drawing{
		chart: c, rows: t.Rows[c.FromRow:c.ToRow], heads: t.Columns, numerals: n, kind: c.kind(t),
		lying: c.Kind == Bars || c.Kind == StackedBars || c.Kind == ShareBars, stacked: c.Kind == StackedColumns || c.Kind == StackedBars || c.Kind == ShareBars,
	}
	if c.Kind == ShareBars {
		d.rows, d.kind = c.shares(d.rows), Share
	}
	d.scale()
	d.field()
	d.put(`<svg viewBox="0 0 %d %d" role="img" aria-labelledby="%s-t" font-family="Arial, sans-serif" font-size="22" fill="#595959">`,
		svgWidth, svgHeight, id)
	d.put(`<title id="%s-t">%s</title>`, id, html.EscapeString(c.Title))
	d.text(svgWidth/2, 40, "middle", `font-weight="bold" font-size="28" fill="#`+tealColour+`"`, cut(c.Title, 70))
	d.axes()
	if c.Kind == Lines {
		d.lines()
	} else {
		d.columns()
	}
	d.legend()
	d.WriteString("</svg>")
	return d.String()
}

// shares are rows whose values are what share of their row's sum they are.
func (c *Chart) shares(rows []Row) []Row {
	out := make([]Row, len(rows))
	for i, row := range rows {
		sum := 0.0
		for _, column := range c.Series {
			if cell := row.cell(column); cell.Kind.numeric() {
				sum += cell.Number
			}
		}
		out[i].Cells = slices.Clone(row.Cells)
		for _, column := range c.Series {
			if cell := row.cell(column); cell.Kind.numeric() && sum > 0 {
				out[i].Cells[column] = Cell{Kind: Share, Number: cell.Number / sum}
			}
		}
	}
	return out
}

func (d *drawing) put(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

func (d *drawing) text(x, y int, anchor, more, s string) {
	d.put(`<text x="%d" y="%d" text-anchor="%s" %s>%s</text>`, x, y, anchor, more, html.EscapeString(s))
}

// scale finds the ends of the axis of values, and a step people count in.
func (d *drawing) scale() {
	for _, row := range d.rows {
		up, down := 0.0, 0.0
		for _, column := range d.chart.Series {
			c := row.cell(column)
			if !c.Kind.numeric() {
				continue
			}
			switch {
			case !d.stacked:
				up, down = max(up, c.Number), min(down, c.Number)
			case c.Number > 0:
				up += c.Number
			default:
				down += c.Number
			}
		}
		d.high, d.low = max(d.high, up), min(d.low, down)
	}
	if d.high == d.low {
		d.high = 1
	}
	if s := d.chart.Scale; s[1] > s[0] {
		d.low, d.high, d.step = s[0], s[1], 1
		return
	}
	d.step = niceStep((d.high - d.low) / svgTicks)
	if d.kind == Count {
		d.step = max(d.step, 1)
	}
	d.high = math.Ceil(d.high/d.step) * d.step
	d.low = math.Floor(d.low/d.step) * d.step
}

// niceStep is the least of 1, 2, 5, 10, 20 ... and of their tenths that is at
// least v.
func niceStep(v float64) float64 {
	power := 1.0
	for power < v {
		power *= 10
	}
	for power/10 >= v {
		power /= 10
	}
	for _, part := range []float64{5, 2} {
		if power/part >= v {
			return power / part
		}
	}
	return power
}

// field leaves room around the values for labels and legend.
func (d *drawing) field() {
	d.top, d.right = 70, svgWidth-30
	d.bottom = svgHeight - 30 - 34*len(d.legendRows()) - 40
	d.left = 30 + svgLetter*max(utf8.RuneCountInString(d.tick(d.high)), utf8.RuneCountInString(d.tick(d.low)))
	if d.lying {
		d.right -= svgLetter / 2 * utf8.RuneCountInString(d.tick(d.high)) // half of it stands beyond
		d.left = 30 + svgLetter*d.longest()
	} else if d.slanted() {
		d.bottom -= min(d.longest(), svgLabel) * svgLetter / 2
	}
}

func (d *drawing) label(row Row) string {
	return cut(d.numerals.shown(row.cell(d.chart.Category)), svgLabel)
}

// cut is a text of at most so many letters.
func cut(s string, letters int) string {
	if utf8.RuneCountInString(s) <= letters {
		return s
	}
	return string([]rune(s)[:letters-1]) + "…"
}

func (d *drawing) longest() int {
	n := 0
	for _, row := range d.rows {
		n = max(n, utf8.RuneCountInString(d.label(row)))
	}
	return n
}

// slanted reports whether labels below the axis are longer than their slots.
func (d *drawing) slanted() bool {
	return d.longest()*svgLetter > (d.right-d.left)/len(d.rows)
}

// slot is where a category begins along its axis, and how long it is.
func (d *drawing) slot(i int) (int, int) {
	from, length := d.left, d.right-d.left
	if d.lying {
		from, length = d.top, d.bottom-d.top
	}
	a, b := from+length*i/len(d.rows), from+length*(i+1)/len(d.rows)
	return a, b - a
}

// at is where a value stands along its axis.
func (d *drawing) at(v float64) int {
	part := (v - d.low) / (d.high - d.low)
	if d.lying {
		return d.left + int(math.Round(part*float64(d.right-d.left)))
	}
	return d.bottom - int(math.Round(part*float64(d.bottom-d.top)))
}

func (d *drawing) tick(v float64) string {
	if d.kind == Share {
		return d.numerals.number(v*100, decimalsOf(d.step*100)) + d.numerals.percent
	}
	return d.numerals.number(v, decimalsOf(d.step))
}

func decimalsOf(step float64) int {
	n := 0
	for step < 0.999 && n < 6 {
		step *= 10
		n++
	}
	return n
}

// axes draws the lines of the values with their numbers, and the categories.
func (d *drawing) axes() {
	ticks := int(math.Round((d.high - d.low) / d.step))
	for i := range ticks + 1 {
		v := d.low + float64(float64(i)*d.step) // rounded, lest a machine fuse the two
		colour := ruleColour
		if math.Abs(v) < d.step/2 {
			colour = greyColour
		}
		p := d.at(v)
		if d.lying {
			d.put(`<path d="M%d %dV%d" stroke="#%s"/>`, p, d.top, d.bottom, colour)
			d.text(p, d.bottom+30, "middle", "", d.tick(v))
		} else {
			d.put(`<path d="M%d %dH%d" stroke="#%s"/>`, d.left, p, d.right, colour)
			d.text(d.left-10, p+8, "end", "", d.tick(v))
		}
	}
	every := 1
	if _, length := d.slot(0); length < 2*svgLetter {
		every = (2*svgLetter + length) / max(length, 1) // labels would stand on each other
	}
	for i := 0; i < len(d.rows); i += every {
		d.category(i)
	}
}

func (d *drawing) category(i int) {
	from, length := d.slot(i)
	middle, label := from+length/2, d.label(d.rows[i])
	switch {
	case d.lying:
		d.text(d.left-10, middle+8, "end", "", label)
	case d.slanted():
		d.text(middle+6, d.bottom+26, "end", fmt.Sprintf(`transform="rotate(-35 %d %d)"`, middle+6, d.bottom+26), label)
	default:
		d.text(middle, d.bottom+30, "middle", "", label)
	}
}

// columns draws columns or bars: a series beside the other, or on top of it.
func (d *drawing) columns() {
	for i, row := range d.rows {
		from, length := d.slot(i)
		gap := length / 5
		from, length = from+gap/2, length-gap
		up, down := 0.0, 0.0
		for s, column := range d.chart.Series {
			c := row.cell(column)
			if !c.Kind.numeric() {
				continue
			}
			start, base := from, 0.0
			thick := length
			if d.stacked {
				base, up, down = stack(c.Number, up, down)
			} else {
				start = from + length*s/len(d.chart.Series)
				thick = from + length*(s+1)/len(d.chart.Series) - start
			}
			d.box(start, thick, d.at(base), d.at(base+c.Number), s, d.said(row, column))
		}
	}
}

// stack puts a value on what is stacked already, below nought if it is less.
func stack(v, up, down float64) (base, newUp, newDown float64) {
	if v < 0 {
		return down, up, down + v
	}
	return up, up + v, down
}

func (d *drawing) box(start, thick, from, to, series int, said string) {
	from, to = min(from, to), max(from, to)
	x, y, w, h := start, from, thick, to-from
	if d.lying {
		x, y, w, h = from, start, to-from, thick
	}
	d.put(`<rect x="%d" y="%d" width="%d" height="%d" fill="#%s"><title>%s</title></rect>`,
		x, y, w, h, d.chart.Colour(series), html.EscapeString(said))
}

// said is what a column or a point says to those who ask it.
func (d *drawing) said(row Row, column int) string {
	return fmt.Sprintf("%s, %s: %s", d.label(row), d.heads[column].Header, d.numerals.shown(row.cell(column)))
}

// lines draws lines, broken where there is no number.
func (d *drawing) lines() {
	for s, column := range d.chart.Series {
		path, pen := "", "M"
		var points []string
		for i, row := range d.rows {
			c := row.cell(column)
			if !c.Kind.numeric() {
				pen = "M"
				continue
			}
			from, length := d.slot(i)
			x, y := from+length/2, d.at(c.Number)
			path += fmt.Sprintf("%s%d %d", pen, x, y)
			pen = "L"
			points = append(points, fmt.Sprintf(`<circle cx="%d" cy="%d" r="7" fill="#%s"><title>%s</title></circle>`,
				x, y, d.chart.Colour(s), html.EscapeString(d.said(row, column))))
		}
		if path != "" {
			d.put(`<path d="%s" fill="none" stroke="#%s" stroke-width="5" stroke-linejoin="round"/>`, path, d.chart.Colour(s))
		}
		d.WriteString(strings.Join(points, ""))
	}
}

// legendRows are the series, broken into rows that fit the width.
func (d *drawing) legendRows() [][]int {
	var rows [][]int
	used := svgWidth
	for s := range d.chart.Series {
		w := d.legendWidth(s)
		if used+w > svgWidth-60 {
			rows, used = append(rows, nil), 0
		}
		last := len(rows) - 1
		rows[last] = append(rows[last], s)
		used += w
	}
	return rows
}

func (d *drawing) legendName(series int) string {
	return cut(d.heads[d.chart.Series[series]].Header, 40)
}

func (d *drawing) legendWidth(series int) int {
	return 60 + svgLetter*utf8.RuneCountInString(d.legendName(series))
}

func (d *drawing) legend() {
	rows := d.legendRows()
	for i, row := range rows {
		y := svgHeight - 24 - 34*(len(rows)-1-i)
		width := 0
		for _, s := range row {
			width += d.legendWidth(s)
		}
		x := (svgWidth - width) / 2
		for _, s := range row {
			d.put(`<rect x="%d" y="%d" width="22" height="22" fill="#%s"/>`, x, y-19, d.chart.Colour(s))
			d.text(x+32, y, "start", "", d.legendName(s))
			x += d.legendWidth(s)
		}
	}
}
