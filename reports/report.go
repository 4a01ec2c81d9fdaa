package reports

import "utfall/domain"

// Report is a finished report: plain values, ready to be written in any form.
type Report struct {
	Name     string // growth, esf
	Title    string
	Subtitle string // whose it is and what it covers
	Notice   string // a reservation that every sheet carries, or empty
	Lang     string // sv or en
	Sheets   []Sheet
	Stamp    Stamp
	Totals   []Total // beside those within a table
	// Unseen are figures that stand on no sheet, and that who reads the sheets can
	// compute by the totals: who is in one group and not in a smaller one.
	Unseen []Cell
	// Undeclared are figures that were withheld because the report does not say who
	// is behind them. That is a bug of the report.
	Undeclared []string
	// Given is who is behind the figures it shows a recipient.
	Given []Given
	// Publicity stands on every sheet of a paper that participants are handed.
	Publicity *Publicity
	Data      []*Data  // the answers behind it, for those who compute themselves; nil when there are none
	CSV       *CSVForm // as it is written, where the language does not decide
}

// Stamp is what a report was made of. It carries no clock of today: the same
// stamp gives the same bytes.
type Stamp struct {
	Position   uint64
	RecordedOn domain.Date // the day in Stockholm the batch at Position was recorded
	Program    string
	Checkpoint string // signed, of the log at Position; empty when nobody signs
	PublicKey  string // the key it is signed with
	Parameters []Parameter
}

// Parameter gives a parameter's value, empty when the report was made without.
func (s Stamp) Parameter(name string) string {
	for _, p := range s.Parameters {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// Parameter is one choice the report was made with.
type Parameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Sheet is one sheet of a workbook, or one section of a page: tables under
// each other, charts beside them.
type Sheet struct {
	Name   string // at most 31 characters, without : \ / ? * [ ]
	Title  string
	Intro  []string // sentences above the first table
	Tables []Table
	Charts []Chart
	Single bool // its rows are single persons or members: it is never released
	Plain  bool // a file others take: its one table from the first row, and no more
}

// Table is a block of rows under one header. Every row has a cell a column.
type Table struct {
	Title   string
	Note    string
	Columns []Column
	Rows    []Row
	Form    bool // is written on by hand: its rows are high
	Adds    Adds // how its figures add up, for those that may have to be withheld
}

// Column is one column; Width is in characters, 0 for what fits its header.
type Column struct {
	Header string
	Width  float64
}

// Row is one row of cells.
type Row struct {
	Cells []Cell
	Total bool // a sum or a closing line: set off from the rows above
}

// Kind is what a cell holds, and so how it is written.
type Kind uint8

// The kinds of cells.
const (
	Blank       Kind = iota
	Words            // Text; never a formula, whatever it starts with
	Count            // Number, whole
	HoursKind        // Number, hours with up to two decimals shown
	Share            // Number between 0 and 1, shown in percent with one decimal
	Decimal          // Number, two decimals shown
	Probability      // Number between 0 and 1, four decimals shown: a p-value
	Kronor           // Number, SEK with two decimals
	DateKind         // Text, an ISO date
	Suppressed       // a figure withheld because too few are behind it
	NoValue          // a figure that does not exist: a share of nothing
)

// Cell is one cell. Formula, when it is set, is a live formula whose value now
// is Number; {r,c} in it stands for the cell in row r and column c of the same
// table, both from 0.
type Cell struct {
	Kind    Kind
	Text    string
	Number  float64
	Formula string
	Figure  *Figure // the metric behind it, for those who ask where it comes from
	Base    Base    // who is behind it; a figure that does not say is not released
	// Identity is set where the cell names somebody: Text is filled in after the
	// report is made.
	Identity *Identity
}

// Figure names the question a cell answers.
type Figure struct {
	Metric string
	Key    string // the value of the dimension, as metric --by prints it
	By     string
	From   string
	To     string
}

// ChartKind is how a chart draws.
type ChartKind uint8

// The kinds of charts.
const (
	Columns ChartKind = iota
	StackedColumns
	Lines
	Bars
	StackedBars
	ShareBars // stacked bars of one length: what share of its row each series has
)

// Chart is a native chart over a table of the same sheet.
type Chart struct {
	Kind     ChartKind
	Title    string
	Table    int   // index in the sheet's Tables
	Category int   // column of the category labels
	Series   []int // columns of the values; their headers name the series
	FromRow  int   // first row drawn
	ToRow    int   // the row after the last one drawn
	// Scale is where the axis of values begins and ends, for answers on a scale that
	// has no nought; both 0 where the values decide.
	Scale [2]float64
}
