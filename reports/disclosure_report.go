package reports

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// disclosure is the step between builder and renderer: it withholds what a report
// may not show. Every report passes it, and none knows of it but by saying who is
// behind its figures and how they add up.
type disclosure struct {
	control
	report  *Report
	ledger  ledger
	named   map[string][]int // figures by their name, one a kind of cell
	grids   [][][][]int      // the figure of a cell: sheet, table, row, column
	about   []aboutFigure    // each of the ledger's figures
	follows []following
	showing *showing        // to a recipient
	before  map[int]bool    // figures withheld for what was given before
	seen    map[Behind]bool // those that were withheld on the sheet at hand
}

// none is the figure of a cell that is none of the rule's.
const none = -1

// apply withholds what may not be shown.
func (c control) apply(r *Report) {
	d := &disclosure{control: c, report: r, named: map[string][]int{}, before: map[int]bool{}}
	if c.guard != nil {
		d.showing = c.guard.showing(true)
	}
	if c.regime == released {
		r.Sheets = slices.DeleteFunc(r.Sheets, func(s Sheet) bool { return s.Single })
	}
	d.grids = make([][][][]int, len(r.Sheets))
	for s := range r.Sheets {
		for t := range r.Sheets[s].Tables {
			d.grids[s] = append(d.grids[s], d.grid(&r.Sheets[s], &r.Sheets[s].Tables[t]))
		}
	}
	for s := range r.Sheets {
		for t := range r.Sheets[s].Tables {
			d.lines(&r.Sheets[s].Tables[t], d.grids[s][t])
		}
	}
	for i := range r.Unseen {
		rest := d.figure(&r.Unseen[i], func() string { return r.Unseen[i].Base.Name })
		if rest != none && r.Unseen[i].Number != 0 { // that there is nobody more, anybody may guess
			d.ledger.figures[rest].unseen, d.ledger.figures[rest].floor = true, 0
		}
	}
	d.totals()
	for d.ledger.settle(); d.whole(); d.ledger.settle() {
	}
	d.follow()
	for s := range r.Sheets {
		d.write(&r.Sheets[s], d.grids[s])
	}
}

// grid finds the figures of a table.
func (d *disclosure) grid(s *Sheet, t *Table) [][]int {
	grid := make([][]int, len(t.Rows))
	for r, row := range t.Rows {
		grid[r] = make([]int, len(t.Columns))
		for c := range t.Columns {
			grid[r][c] = none
			if c < len(row.Cells) {
				grid[r][c] = d.figure(&row.Cells[c], func() string {
					return fmt.Sprintf("%s, %s, row %d, %s", s.Name, t.Title, r+1, t.Columns[c].Header)
				})
			}
		}
	}
	if t.Adds&Answered != 0 {
		for r, row := range t.Rows {
			d.unanimous(row, grid[r], t.Adds&Across != 0)
		}
	}
	return grid
}

// unanimous withholds the counts of a row that has all of its group in one of them
// (domain.md 4.6), the noughts too: they say as much.
func (d *disclosure) unanimous(row Row, figures []int, sum bool) {
	var parts []int
	somebody := 0
	for c, cell := range row.Cells {
		if figures[c] == none || cell.Kind != Count || sum && c == len(figures)-1 {
			continue
		}
		if parts = append(parts, figures[c]); cell.Number != 0 {
			somebody++
		}
	}
	if row.Total || somebody != 1 {
		return
	}
	for _, i := range parts {
		d.ledger.hide(i)
		d.ledger.figures[i].floor = 0
	}
}

// figure is the figure of a cell. An id in words is somebody's, whoever put it there.
func (d *disclosure) figure(c *Cell, where func() string) int {
	of, least := c.Base.Of, d.least(c.Base.Of)
	id := false
	if d.regime == released && c.Kind == Words && of == Undeclared {
		_, err := uuid.Parse(c.Text)
		id = err == nil
	}
	switch {
	case id:
	case !c.Kind.numeric() && (of == Undeclared || c.Kind != Words && c.Kind != DateKind && c.Kind != NoValue):
		return none // that there is no deviation tells that there is one of them
	case least == 0 && (of != Listed || d.regime != protected) && !d.dominated(c.Base):
		return none
	}
	if least == always {
		d.report.Undeclared = append(d.report.Undeclared, where())
	}
	f := figure{value: c.Number, base: c.Base.N, least: least, withheld: id || d.small(c.Base), dominated: d.dominated(c.Base)}
	if least == always {
		f.least = d.leasts.count
	}
	if f.measure = c.Kind.measure(); f.measure == counts {
		f.floor = 1
	}
	before := d.showing.tells(c.Base, least, f.withheld)
	f.withheld = f.withheld || before
	i := d.add(f, c)
	d.before[i] = d.before[i] || before
	return i
}

// measure is what a cell of the kind is a number of.
func (k Kind) measure() measure {
	switch k {
	case Count:
		return counts
	case HoursKind, Kronor:
		return amounts
	}
	return rates
}

// aboutFigure is what the ledger does not know of a figure.
type aboutFigure struct {
	of   Behind
	kind Kind
}

// add puts a figure into the ledger. Cells of one name and kind are one figure,
// as small as the smallest of them; those of one name and another kind tell of it.
func (d *disclosure) add(f figure, c *Cell) int {
	l, same := &d.ledger, d.named[c.Base.Name]
	if c.Base.Name == "" {
		same = nil
	}
	i := d.ofKind(same, c.Kind)
	if i == none {
		i = len(l.figures)
		same = append(same, i)
		if c.Base.Name != "" {
			d.named[c.Base.Name], f.fate = same, same[0]+1
		}
		l.figures, d.about = append(l.figures, f), append(d.about, aboutFigure{c.Base.Of, c.Kind})
	} else {
		l.figures[i].base, l.figures[i].least = min(l.figures[i].base, f.base), max(l.figures[i].least, f.least)
	}
	if f.withheld || l.figures[same[0]].withheld {
		l.hide(i)
	}
	if c.Base.Follows != "" {
		d.follows = append(d.follows, following{i, strings.Split(c.Base.Follows, "\n")})
	}
	return i
}

// following is a figure that is withheld when any of others is.
type following struct {
	figure int
	names  []string
}

// follow withholds the figures that tell of withheld ones. They are in no sum, so that
// nothing else has to go for them.
func (d *disclosure) follow() {
	for _, f := range d.follows {
		for _, name := range f.names {
			if len(d.ledger.hiddenOf(d.named[name])) > 0 {
				d.ledger.figures[f.figure].withheld = true
			}
		}
	}
}

// ofKind is the figure of a kind among some, or none.
func (d *disclosure) ofKind(figures []int, k Kind) int {
	if i := slices.IndexFunc(figures, func(i int) bool { return d.about[i].kind == k }); i >= 0 {
		return figures[i]
	}
	return none
}

// lines are the sums of a table.
func (d *disclosure) lines(t *Table, grid [][]int) {
	total := -1
	var parts []int
	for r, row := range t.Rows {
		if row.Total {
			total = r
		} else {
			parts = append(parts, r)
		}
	}
	take := func(total int, cells []int, shared Adds) {
		cells = slices.DeleteFunc(cells, func(i int) bool { return i == none })
		if len(cells) > 0 {
			d.ledger.lines = append(d.ledger.lines, line{parts: cells, total: total, overlap: t.Adds&shared != 0})
		}
	}
	for c := range t.Columns {
		if t.Adds&Down == 0 {
			break
		}
		var cells []int
		for _, r := range parts {
			if k := t.Rows[r].cell(c).Kind; k.numeric() && k != Decimal && k != Probability { // means add up to nothing
				cells = append(cells, grid[r][c])
			}
		}
		sum := elsewhere
		if total >= 0 {
			sum = grid[total][c] // none is elsewhere: who is shown no total can ask for it
		}
		take(sum, cells, SharedDown)
	}
	for r, row := range t.Rows {
		last := len(t.Columns) - 1
		if t.Adds&Across == 0 {
			break
		}
		var cells []int
		for c := range last {
			if row.cell(c).Kind == row.cell(last).Kind {
				cells = append(cells, grid[r][c])
			}
		}
		take(grid[r][last], cells, SharedAcross)
	}
}

// totals are the sums the report tells of beside those of its tables: over figures
// of the total's kind, or over what else goes by the names. A total that stands on
// a sheet that is not there is no sum.
func (d *disclosure) totals() {
	for _, s := range d.report.Totals {
		total := d.named[s.Name]
		if len(total) == 0 {
			continue
		}
		sum := line{total: total[0], overlap: s.Shared}
		for _, name := range s.Parts {
			same := d.named[name]
			if i := d.ofKind(same, d.about[sum.total].kind); i != none {
				same = []int{i}
			}
			sum.parts = append(sum.parts, same[:min(1, len(same))]...)
		}
		if len(sum.parts) > 0 {
			d.ledger.lines = append(d.ledger.lines, sum)
		}
	}
}

// whole withholds the whole of a table that does not say how it adds up, when any
// of it is withheld. It tells whether it did.
func (d *disclosure) whole() (more bool) {
	for s, sheet := range d.report.Sheets {
		for t := range sheet.Tables {
			if sheet.Tables[t].Adds != 0 {
				continue
			}
			figures := slices.DeleteFunc(slices.Concat(d.grids[s][t]...), func(i int) bool { return i == none })
			if len(d.ledger.hiddenOf(figures)) == 0 {
				continue
			}
			for _, i := range figures {
				more = more || !d.ledger.figures[i].withheld
				d.ledger.figures[i].withheld = true
			}
		}
	}
	return more
}

// write puts the sign in place of what is withheld, and says what it means.
func (d *disclosure) write(s *Sheet, grids [][][]int) {
	d.seen = map[Behind]bool{}
	before := false
	for t := range s.Tables {
		table := &s.Tables[t]
		hidden := func(r, c int) bool {
			return r < len(grids[t]) && c < len(grids[t][r]) && grids[t][r][c] != none && d.ledger.figures[grids[t][r][c]].withheld
		}
		for r := range table.Rows {
			for c := range table.Rows[r].Cells {
				cell := &table.Rows[r].Cells[c]
				switch {
				case hidden(r, c):
					d.seen[d.about[grids[t][r][c]].of] = true
					before = before || d.before[grids[t][r][c]]
					*cell = Cell{Kind: Suppressed}
				default:
					d.report.Given = cell.Base.given(d.report.Given, d.least(cell.Base.Of))
					if reads(cell.Formula, hidden) {
						cell.Formula = "" // over what is withheld it would show another sum
					}
				}
			}
		}
	}
	s.Charts = slices.DeleteFunc(s.Charts, func(c Chart) bool {
		return c.Table < len(s.Tables) && (c.blank(&s.Tables[c.Table]) || c.Kind == Lines && c.Scale[1] > 0 && !c.whole(&s.Tables[c.Table]))
	})
	if note := d.note(before); len(d.seen) > 0 && d.regime != inHouse {
		s.Intro = append(slices.Clone(s.Intro), note.In(d.report.Lang))
	}
}

// blank tells whether a chart has nothing left to draw.
func (c *Chart) blank(t *Table) bool {
	if c.FromRow < 0 || c.ToRow > len(t.Rows) {
		return false // wrong in another way, which the renderer tells
	}
	hidden := false
	for _, row := range t.Rows[c.FromRow:c.ToRow] {
		for _, column := range c.Series {
			kind := row.cell(column).Kind
			if kind.numeric() {
				return false
			}
			hidden = hidden || kind == Suppressed
		}
	}
	return hidden
}

var references = regexp.MustCompile(`\{(\d+),(\d+)\}(?::\{(\d+),(\d+)\})?`)

// crossing is a reference to another sheet.
var crossing = regexp.MustCompile(`\{\d+:\d+:`)

// reads tells whether a formula reads any cell that is hidden.
func reads(formula string, hidden func(r, c int) bool) bool {
	if crossing.MatchString(formula) {
		return true // what another sheet hides is not looked at: it may be among it
	}
	for _, m := range references.FindAllStringSubmatch(formula, -1) {
		var at [4]int
		for i := range at {
			at[i], _ = strconv.Atoi(m[i+1])
		}
		if m[3] == "" {
			at[2], at[3] = at[0], at[1]
		}
		for r := at[0]; r <= at[2]; r++ {
			for c := at[1]; c <= at[3]; c++ {
				if hidden(r, c) {
					return true
				}
			}
		}
	}
	return false
}
