package reports

import (
	"cmp"
	"math"
	"strings"
	"unicode/utf8"
)

// The measures of a workbook's page. A width is in characters, a height in
// points.
const (
	minWidth     = 8
	maxWidth     = 60
	defaultWidth = 9   // of a column nobody has set
	proseWidth   = 100 // running text is merged over at least so many characters
	indent       = 2   // what words are set in from the edge of their cell
	rowHeight    = 15
	lineHeight   = 13
	formHeight   = 26    // of a row people write in by hand
	maxHeight    = 400.0 // a workbook allows 409, and a header adds to it
	narrow       = 8     // a sheet with fewer columns, and
	narrowWidth  = 75    // no more characters, has its charts beside the tables
)

// sheetPlan says where everything of a sheet goes before the first row is written:
// rows are written once, in order, and charts come before them.
type sheetPlan struct {
	widths  []int // of every column that holds anything
	columns int   // those of them that the tables take
	span    int   // the columns running text is merged over
	notes   int   // the same for notes, which can have a chart beside them
	beside  bool  // the charts stand to the right of the tables, not below
	lines   []textLine
	tables  []tablePlace
	end     int // the first row below it all
}

// textLine is a row of running text.
type textLine struct {
	row    int // from 1
	text   string
	look   look
	span   int // columns it is merged over
	height float64
}

// tablePlace is where a table stands: rows of its header and of its first cells.
type tablePlace struct {
	header, first int
	height        float64 // of the header
}

func planOf(r *Report, s *Sheet) *sheetPlan {
	p := &sheetPlan{widths: widthsOf(s), end: 1}
	p.columns = len(p.widths)
	p.span = p.spanOf()
	p.notes = p.span
	if p.beside = len(s.Charts) > 0 && p.columns < narrow && p.across() <= narrowWidth; p.beside {
		p.widths = append(p.widths, gapWidth)
		for range chartColumns {
			p.widths = append(p.widths, chartColumnWidth)
		}
		p.notes, p.span = p.columns, len(p.widths)
	}
	for len(p.widths) < p.span {
		p.widths = append(p.widths, defaultWidth)
	}
	if s.Plain && len(s.Tables) == 1 {
		p.place(&s.Tables[0])
		return p
	}
	p.add(cmp.Or(s.Title, s.Name), titleLook, 24)
	p.add(under(r, s), subtitleLook, 0)
	if r.Publicity != nil {
		p.add(r.Publicity.Text, introLook, 0)
	}
	p.add(r.Notice, noticeLook, 22)
	if len(s.Intro) > 0 {
		p.end++
	}
	for _, sentence := range s.Intro {
		p.add(sentence, introLook, 0)
	}
	for i := range s.Tables {
		t := &s.Tables[i]
		p.end++
		p.addTitle(t.Title)
		p.add(t.Note, noteLook, 0)
		p.place(t)
	}
	return p
}

// place puts a table in the next rows.
func (p *sheetPlan) place(t *Table) {
	at := tablePlace{header: p.end, first: p.end + 1, height: headerHeight(t, p.widths)}
	p.tables = append(p.tables, at)
	p.end = at.first + len(t.Rows)
}

// under is the line below a sheet's title: the report it is a sheet of, and
// whose that is.
func under(r *Report, s *Sheet) string {
	if s.Title == r.Title || r.Title == "" {
		return r.Subtitle
	}
	if r.Subtitle == "" {
		return r.Title
	}
	return r.Title + " – " + r.Subtitle
}

// add puts a paragraph in the next row, high enough for it.
func (p *sheetPlan) add(text string, l look, atLeast float64) {
	if text == "" {
		return
	}
	span := p.span
	if l == noteLook {
		span = p.notes
	}
	width := 0
	for c := range span {
		width += p.widths[c]
	}
	if l == titleLook {
		width = width * 10 / 16 // its letters are larger
	}
	height := max(atLeast, heightOf(linesOf(text, letters(width))))
	p.lines = append(p.lines, textLine{row: p.end, text: text, look: l, span: span, height: height})
	p.end++
}

func (p *sheetPlan) addTitle(text string) {
	if text == "" {
		return
	}
	p.lines = append(p.lines, textLine{row: p.end, text: text, look: tableTitleLook, span: 1, height: 20})
	p.end++
}

// across is the width of all the columns.
func (p *sheetPlan) across() int {
	total := 0
	for _, w := range p.widths {
		total += w
	}
	return total
}

// letters is how many letters of text fit a width, which is measured in digits
// of a larger size.
func letters(width int) int { return width * 10 / 9 }

// spanOf is how many columns running text needs to be read with ease. It may
// go beyond the table, where nothing stands.
func (p *sheetPlan) spanOf() int {
	width, columns := 0, 0
	for width < proseWidth {
		if columns < len(p.widths) {
			width += p.widths[columns]
		} else {
			width += defaultWidth
		}
		columns++
	}
	return columns
}

func heightOf(lines int) float64 {
	if lines <= 1 {
		return rowHeight
	}
	return min(float64(lines*lineHeight+3), maxHeight)
}

// widthsOf fits the columns of a sheet to what its tables hold.
func widthsOf(s *Sheet) []int {
	var widths []int
	for i := range s.Tables {
		for c, width := range s.Tables[i].fitted() {
			if c == len(widths) {
				widths = append(widths, minWidth)
			}
			widths[c] = min(maxWidth, max(widths[c], width))
		}
	}
	return widths
}

// fitted are the widths of a table's columns: those they ask for, else that of
// the longest cell and of the longest word of the header; never so narrow that
// a number becomes ####.
func (t *Table) fitted() []int {
	words, numbers := make([]int, len(t.Columns)), make([]int, len(t.Columns))
	for _, row := range t.Rows {
		for c := range t.Columns {
			switch cell := row.cell(c); cell.Kind {
			case Blank, Suppressed, NoValue:
			case Words:
				if len(cell.Text) > words[c] { // bytes, of which there are no fewer than letters
					words[c] = max(words[c], utf8.RuneCountInString(cell.Text))
				}
			case DateKind:
				numbers[c] = max(numbers[c], 10)
			default:
				numbers[c] = max(numbers[c], digits(cell.Kind, cell.Number))
			}
		}
	}
	widths := make([]int, len(t.Columns))
	for c, column := range t.Columns {
		widths[c] = max(int(math.Ceil(column.Width)), numbers[c]+indent+1)
		if column.Width <= 0 {
			// The header takes two lines where that spares width.
			half := min((utf8.RuneCountInString(column.Header)+1)/2, maxWidth/3)
			widths[c] = max(widths[c], max(words[c]*19/20, longestWord(column.Header), half)+indent+1)
		}
	}
	return widths
}

// digits is how many characters a number takes in a cell, with its thousands
// set apart.
func digits(k Kind, v float64) int {
	more := 0
	switch k {
	case HoursKind, Decimal, Kronor:
		more = 3
	case Probability:
		more = 5
	case Share:
		v, more = v*100, 4
	}
	if v < 0 {
		v, more = -v, more+1
	}
	n := 1
	for v >= 9.995 && n < 300 {
		v /= 10
		n++
	}
	return n + (n-1)/3 + more
}

func longestWord(s string) int {
	n := 0
	for word := range strings.FieldsSeq(s) {
		n = max(n, utf8.RuneCountInString(word))
	}
	return n
}

func headerHeight(t *Table, widths []int) float64 {
	lines := 1
	for c, column := range t.Columns {
		lines = max(lines, linesOf(column.Header, widths[c]-indent)) // bold, so no more letters than its width
	}
	return heightOf(lines) + 3
}

// linesOf is how many lines a text takes in a width, broken at spaces, and
// within a word that is longer than the line.
func linesOf(text string, width int) int {
	width = max(width, 1)
	n := 0
	for paragraph := range strings.SplitSeq(text, "\n") {
		n++
		used := 0
		for word := range strings.FieldsSeq(paragraph) {
			length := utf8.RuneCountInString(word)
			if used > 0 && used+1+length <= width {
				used += 1 + length
				continue
			}
			if used > 0 {
				n++
			}
			n += (length - 1) / width
			used = (length-1)%width + 1
		}
	}
	return n
}

// rowHeightOf is the height of a row whose words are longer than their
// columns are wide; 0 leaves it to the program that shows it.
func (p *sheetPlan) rowHeightOf(row Row, columns int) float64 {
	lines := 1
	for c := range columns {
		lines = max(lines, p.linesIn(c, row.cell(c)))
	}
	return heightFor(lines)
}

func heightFor(lines int) float64 {
	if lines <= 1 {
		return 0
	}
	return heightOf(lines)
}

// linesIn is how many lines a cell takes in its column.
func (p *sheetPlan) linesIn(column int, c *Cell) int {
	if c.Kind != Words {
		return 1
	}
	room := letters(p.widths[column] - indent)
	if len(c.Text) <= room && strings.IndexByte(c.Text, '\n') < 0 {
		return 1
	}
	return linesOf(c.Text, room)
}
