package intake

import (
	"bytes"
	"errors"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake/sheet"
)

// table is the one table of a file that is read: where it is and what its
// columns are.
type table struct {
	kind    string
	sheet   string
	mapping *Mapping
	columns *columns
	header  int // line of the header
	dates   map[int]domain.Date
	unclear []string              // headers of a matrix that are dates one cannot be sure of
	values  map[string]sheet.Cell // of a sign-in matrix: what stands above its header, by label
	answers *answerTable          // of answers to a survey
}

// lines is what a kind does with a table: each row in turn, then the end.
type lines interface {
	row(w *row)
	end() error
}

// maxHeaderLine is how far down a header is looked for: title rows stand above.
const maxHeaderLine = 50

// readTable finds the first sheet whose header fits and reads its rows.
func (r *reading) readTable(data []byte) error {
	f, err := sheet.Open(r.file, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return r.sheetProblem(err)
	}
	s := &scan{r: r}
	if s.maps, err = mappings(r.in.Dir, r.opts.Map); err != nil {
		return err
	}
	if r.opts.Kind == "survey" || r.opts.Survey != "" && r.opts.Kind == "" {
		if s.survey, err = r.survey(); err != nil || s.survey == nil {
			return err
		}
		r.projects[s.survey.Project] = true
		if s.activities, err = r.activitiesFor(s.survey); err != nil {
			return err
		}
	}
	if err := r.readLines(f, s); err != nil || s.kind == nil {
		return err
	}
	return s.kind.end()
}

// readLines reads the lines of a file that was opened, and says what is wrong with
// it; s.kind is nil when there is nothing to go on with.
func (r *reading) readLines(f *sheet.File, s *scan) error {
	s.vv, s.cut, s.text, s.separator = f.Format == sheet.VV, f.Cut, f.Format != sheet.XLSX, f.Separator
	err := f.Lines(r.ctx, s.line)
	if err := r.sheetProblem(err); err != nil {
		return err
	}
	for _, note := range f.Notes {
		r.warn("", 0, "", note, domain.Text{})
	}
	switch {
	case err != nil:
		s.kind = nil // said already, and nothing is recorded
	case s.table == nil:
		r.noTable(s)
	default:
		r.sheet = s.table.sheet
	}
	return nil
}

// sheetProblem turns a refusal of the reader into a problem of the file; any
// other error is passed on.
func (r *reading) sheetProblem(err error) error {
	var refused *sheet.Error
	if !errors.As(err, &refused) {
		return err
	}
	column := ""
	if refused.Column > 0 {
		column = sheet.ColumnName(refused.Column - 1)
	}
	r.problem(refused.Sheet, refused.Line, column, refused.What, refused.Hint)
	r.events, r.aborted = nil, true
	return nil
}

// noTable says what was looked for in a file nothing was found in.
func (r *reading) noTable(s *scan) {
	what := domain.T("ingen tabell kändes igen", "no table was recognised")
	hint := domain.T("första raden ska ha rubriker som i mallen: utfall template attendance -o mall.xlsx, eller ange --kind; enkätsvar läses med --survey",
		"the first row should have headers as in the template: utfall template attendance -o template.xlsx, or give --kind; survey answers need --survey")
	switch {
	case s.survey != nil:
		r.noAnswers(s)
		return
	case s.best != nil && r.opts.Kind != "":
		what = domain.Tf("kolumner saknas: %s", "columns are missing: %s", strings.Join(s.best, ", "))
		hint = domain.Tf("lägg till dem; utfall template %s visar hur", "add them; utfall template %s shows how", r.opts.Kind)
	}
	r.problem("", 0, "", what, hint)
}

// scan looks for the header, then hands over the rows.
type scan struct {
	r          *reading
	maps       []*Mapping
	survey     *domain.SurveyDefined
	activities map[string]uuid.UUID // of a survey that asks about activities, by folded name
	sheet      string
	seen       bool // a line of this sheet has come
	titles     map[string]sheet.Cell
	best       []string // missing columns of the nearest header
	table      *table
	kind       lines
	count      int
	w          row

	vv   bool // a VV file: its first line is no header, though it looks like one
	cut  bool // the text does not end with the end of a line
	text bool // the file is a text, not a workbook

	// Of a file in which no answers were found: what its likeliest header has.
	knownColumns   int
	foreign        []string
	foreignTool    tool
	foreignLine    int
	foreignSheet   string
	firstLine      int
	firstFields    int
	separator      rune
	unknownOptions []string // columns of options the definition has not
}

func (s *scan) line(l sheet.Line) error {
	if s.count++; s.count%1024 == 0 && s.r.opts.Progress != nil {
		s.r.opts.Progress(s.count)
	}
	if !s.seen || l.Sheet != s.sheet {
		s.sheet, s.seen, s.titles = l.Sheet, true, map[string]sheet.Cell{}
	}
	if s.table != nil {
		if l.Sheet != s.table.sheet {
			return sheet.SkipSheet
		}
		if s.kind != nil {
			s.w = row{r: s.r, table: s.table, line: l.Number, cells: l.Cells}
			s.kind.row(&s.w)
		}
		return nil
	}
	if l.Number > maxHeaderLine {
		return sheet.SkipSheet
	}
	if s.vv && s.count == 1 {
		return nil
	}
	if s.table = s.header(l); s.table == nil {
		s.title(l)
		return nil
	}
	return s.begin()
}

// header gives the table a line begins, nil when it is no header.
func (s *scan) header(l sheet.Line) *table {
	texts := make([]string, len(l.Cells))
	for i, c := range l.Cells {
		texts[i] = c.Text
	}
	if s.survey != nil {
		return s.surveyHeader(l, texts)
	}
	var found *table
	for _, m := range s.maps {
		if s.r.opts.Kind != "" && m.Kind != s.r.opts.Kind {
			continue
		}
		c := m.match(texts)
		if m.Kind == "attendance" {
			if wide := wideHeader(m, c, l); wide != nil {
				wide.values = s.titles
				return wide
			}
		}
		if !m.fits(c) && !(s.r.opts.Kind == m.Kind && m.suffices(c)) {
			if s.r.opts.Kind == m.Kind && (s.best == nil || len(m.missing(c)) < len(s.best)) {
				s.best = m.missing(c)
			}
			continue
		}
		if found == nil || len(c.at) > len(found.columns.at) {
			found = &table{kind: m.Kind, sheet: l.Sheet, mapping: m, columns: c, header: l.Number}
		}
	}
	return found
}

// title keeps what stands above a header: "Aktivitet:" and its value beside it
// or behind the colon.
func (s *scan) title(l sheet.Line) {
	for i, c := range l.Cells {
		label, value, ok := strings.Cut(c.Text, ":")
		if c.Kind != sheet.Text || !ok {
			continue
		}
		cell := sheet.Cell{Kind: sheet.Text, Text: strings.TrimSpace(value)}
		for _, next := range l.Cells[i+1:] {
			if cell.Text != "" {
				break
			}
			if !blank(next) {
				cell = next
			}
		}
		s.titles[header(label)] = cell
	}
}

// begin starts the kind of the table that was found, unless columns are missing.
func (s *scan) begin() (err error) {
	t, r := s.table, s.r
	r.kind = t.kind
	for _, h := range t.columns.unknown {
		r.warn(t.sheet, t.header, h, domain.T("okänd kolumn, läses inte", "unknown column, not read"),
			domain.T("se utfall help import för de kolumner som läses", "see utfall help import for the columns that are read"))
	}
	for _, h := range t.columns.twice {
		r.problem(t.sheet, t.header, h, domain.T("kolumnen finns två gånger", "the column is there twice"), domain.T("ta bort den ena", "remove one of them"))
	}
	if t.mapping != nil && t.dates == nil {
		for _, h := range t.mapping.missing(t.columns) {
			r.problem(t.sheet, t.header, h, domain.T("kolumnen saknas", "the column is missing"), domain.T("lägg till kolumnen", "add the column"))
		}
	}
	if t.kind == "survey" {
		s.checkAnswers()
	}
	if len(r.problems) > 0 {
		return nil // the rows would only repeat what is wrong with the header
	}
	s.kind, err = s.started()
	return err
}

// started is the kind of a table that was found.
func (s *scan) started() (lines, error) {
	t, r := s.table, s.r
	switch t.kind {
	case "survey":
		return newResponses(s), nil
	case "invited":
		return newInvited(r, t)
	case "members":
		return &members{r: r, t: t}, nil
	case "participants":
		return &participants{r: r, t: t}, nil
	case "results":
		return &results{r: r, t: t}, nil
	case "aid":
		return &aid{r: r, t: t}, nil
	case "plan":
		return &plan{r: r, t: t}, nil
	case "denominators":
		return &denominators{r: r, t: t}, nil
	case "accounts":
		return &accounts{r: r, t: t}, nil
	case "rates":
		return &rates{r: r, t: t}, nil
	case "staff-time":
		return &staffTime{r: r, t: t}, nil
	case "contributions":
		return &contributions{r: r, t: t}, nil
	case "links":
		return &links{r: r, t: t}, nil
	}
	if t.dates != nil {
		return newMatrix(r, t)
	}
	return &register{attendances: attendances{r: r, t: t}}, nil
}
