package intake

import (
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/intake/sheet"
)

// answerTable is where a file of answers has what of a survey.
type answerTable struct {
	tool    tool
	vv      bool
	width   int                 // columns up to the last with a header
	options map[string][]option // of a multiple item with a column for each option
	own     map[string]int      // column of the words of the respondent's own, by item
}

// option is a column that says whether one option was chosen.
type option struct {
	label, header string
	column        int
}

// zeroWidth are characters nobody sees, which tools leave in headers.
var zeroWidth = strings.NewReplacer("\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\u00ad", "")

// surveyHeader gives the table when a line names at least one item of the wave.
func (s *scan) surveyHeader(l sheet.Line, texts []string) *table {
	f := &headerFit{s: s, texts: texts, fields: make([]string, len(texts)),
		columns: &columns{at: map[string]int{}, names: map[string]string{}}, answers: &answerTable{vv: s.vv, options: map[string][]option{}, own: map[string]int{}}}
	for _, text := range texts {
		f.headers = append(f.headers, header(zeroWidth.Replace(text)))
	}
	f.answers.tool = toolOf(f.headers)
	f.exact()
	f.otherwise()
	f.tools()
	if f.items() == 0 {
		s.remember(l, f)
		return nil
	}
	return &table{kind: "survey", sheet: l.Sheet, columns: f.columns, header: l.Number, answers: f.answers}
}

// headerFit finds what the columns of a line are.
type headerFit struct {
	s       *scan
	texts   []string
	headers []string
	fields  []string // what a column was taken for
	columns *columns
	answers *answerTable
}

// take gives a column to a field; a field has one.
func (f *headerFit) take(i int, field string) {
	f.fields[i] = field
	if f.columns.names[field] != "" {
		if strings.HasPrefix(field, "tool:") {
			return // nothing is read of either
		}
		f.columns.twice = append(f.columns.twice, strings.TrimSpace(f.texts[i]))
		return
	}
	f.columns.at[field], f.columns.names[field] = i, strings.TrimSpace(f.texts[i])
}

// exact takes the columns whose headers the definition names.
func (f *headerFit) exact() {
	def := f.s.survey
	for i, h := range f.headers {
		if h == "" {
			continue
		}
		f.answers.width = i + 1
		for _, item := range def.Items {
			if h == header(item.HeaderIn(f.s.r.opts.Wave)) {
				f.take(i, "item:"+item.ID)
				break
			}
		}
		switch {
		case f.fields[i] != "":
		case def.Match != "" && h == header(def.Match):
			f.take(i, "code")
		case def.About != "" && h == header(def.About):
			f.take(i, "about")
		}
	}
}

// otherwise finds what has no column by its header: an item by its text in the other
// language, and in LimeSurvey's files by its code; the code in the tool's language.
func (f *headerFit) otherwise() {
	def := f.s.survey
	for i, h := range f.headers {
		if f.fields[i] != "" || h == "" {
			continue
		}
		if def.Match != "" && f.columns.names["code"] == "" && sameColumn(h, header(def.Match)) {
			f.take(i, "code")
			continue
		}
		for _, item := range def.Items {
			if f.item(i, h, item) {
				break
			}
		}
	}
}

// itemNames are the headers an item goes by. Its id is none: every survey has a q1. One
// with a header for each wave has no other: its text can be that of another wave.
func itemNames(item domain.SurveyItem, wave string) []string {
	names := []string{header(item.HeaderIn(wave))}
	if len(item.Headers) == 0 {
		names = append(names, header(item.Text.SV), header(item.Text.EN))
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// item tries a column as one of an item's; ok when it is.
func (f *headerFit) item(i int, h string, item domain.SurveyItem) (ok bool) {
	field, names := "item:"+item.ID, itemNames(item, f.s.r.opts.Wave)
	if f.answers.tool != limeSurvey {
		if ok = slices.Contains(names, h) && f.columns.names[field] == ""; ok {
			f.take(i, field)
		}
		return ok
	}
	found, part, text := parseLimeHeader(h).ofItem(names)
	switch {
	case !found:
		return false
	case part == "" && text == "":
		f.take(i, field)
	case part == "other" || text != "" && slices.Contains(limeOther, text) && !isOption(item, text):
		f.fields[i], f.answers.own[item.ID] = field, i
	case item.Kind == domain.Multiple:
		f.part(i, item, part, text)
	default:
		return false // a comment, or a row of an array that is no item of ours
	}
	return true
}

// isOption reports whether a text is one of an item's own labels.
func isOption(item domain.SurveyItem, text string) bool {
	return slices.ContainsFunc(slices.Concat(item.Labels, item.LabelsEN), func(l string) bool { return header(l) == text })
}

// part takes the column of an option, found by its code or its text.
func (f *headerFit) part(i int, item domain.SurveyItem, part, text string) {
	at := slices.IndexFunc(item.Codes, func(c string) bool { return part != "" && header(c) == part })
	for n, label := range item.Labels {
		if at < 0 && (text != "" && header(label) == text || text != "" && n < len(item.LabelsEN) && header(item.LabelsEN[n]) == text || part != "" && header(label) == part) {
			at = n
		}
	}
	label := strings.TrimSpace(f.texts[i])
	switch {
	case at >= 0:
		label = item.Labels[at]
	case len(item.Labels) > 0:
		f.s.unknownOptions = append(f.s.unknownOptions, label)
		f.fields[i] = "item:" + item.ID
		return
	case text != "":
		label = f.texts[i][strings.LastIndex(f.texts[i], "[")+1:]
		label = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(label), "]"))
	default:
		label = strings.ToUpper(part)
	}
	f.fields[i] = "item:" + item.ID
	f.answers.options[item.ID] = append(f.answers.options[item.ID], option{label, strings.TrimSpace(f.texts[i]), i})
}

// tools takes the columns that are the tool's own; what is left is unknown.
func (f *headerFit) tools() {
	for i, h := range f.headers {
		if f.fields[i] != "" || h == "" {
			continue
		}
		switch field := f.answers.tool.column(h); field {
		case "":
			f.columns.unknown = append(f.columns.unknown, strings.TrimSpace(f.texts[i]))
		default:
			f.take(i, field)
		}
	}
}

// items counts the items that have a column.
func (f *headerFit) items() (n int) {
	for _, item := range f.s.survey.Items {
		if f.answers.has(f.columns, item.ID) {
			n++
		}
	}
	return n
}

// has reports whether an item has a column of any kind.
func (a *answerTable) has(c *columns, item string) bool {
	_, own := a.own[item]
	return c.names["item:"+item] != "" || len(a.options[item]) > 0 || own
}

// remember keeps the line that most looks like the header of a tool's export, so
// that a file of another survey can be told what was found in it.
func (s *scan) remember(l sheet.Line, f *headerFit) {
	if s.firstLine == 0 {
		s.firstLine, s.firstFields = l.Number, len(l.Cells)
	}
	known := 0
	for _, field := range f.fields {
		if field != "" {
			known++
		}
	}
	if known > s.knownColumns {
		s.knownColumns, s.foreign, s.foreignTool = known, f.columns.unknown, f.answers.tool
		s.foreignLine, s.foreignSheet = l.Number, l.Sheet
	}
}

// maxNamed is how many headers a message names.
const maxNamed = 3

func named3(list []string) string {
	if len(list) > maxNamed {
		return fmt.Sprintf("%q …", list[:maxNamed])
	}
	return fmt.Sprintf("%q", list)
}

// noAnswers says what was looked for in a file no item of the survey was found in,
// and what was found instead: headers only where they are a tool's for certain, for
// on the first line of another list a name can stand.
func (r *reading) noAnswers(s *scan) {
	var wanted []string
	for _, item := range s.survey.Items {
		wanted = append(wanted, item.HeaderIn(r.opts.Wave))
	}
	looked := named3(wanted)
	what := domain.Tf("ingen av enkätens frågor finns som rubrik för omgången %s; sökte %s", "none of the survey's items is a header for wave %s; looked for %s", r.opts.Wave, looked)
	if s.knownColumns > 0 && s.foreignTool != anyTable {
		what = domain.Tf("ingen av enkätens frågor finns som rubrik för omgången %s; sökte %s, fann en fil från %s med rubrikerna %s",
			"none of the survey's items is a header for wave %s; looked for %s, found a file from %s with the headers %s", r.opts.Wave, looked, s.foreignTool, named3(s.foreign))
	}
	if s.knownColumns == 0 && s.separator != 0 {
		what.SV += fmt.Sprintf("; rad %d har %d fält, skilda med %q", s.firstLine, s.firstFields, s.separator)
		what.EN += fmt.Sprintf("; line %d has %d fields, separated by %q", s.firstLine, s.firstFields, s.separator)
	}
	r.problem(s.foreignSheet, s.foreignLine, "", what, domain.T("läs in filen under den enkät den hör till, eller rätta header eller headers i enkätens definition", "import the file under the survey it belongs to, or correct header or headers in the survey's definition"))
}
