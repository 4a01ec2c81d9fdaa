package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"utfall/domain"
	"utfall/intake/sheet"
)

// answering is an item and where and how its answers stand in one file.
type answering struct {
	domain.SurveyItem
	field   string
	known   map[string]int  // labels in both languages and codes, folded: which label
	none    map[string]bool // answers that are no opinion, folded
	options []option        // where each option has a column
	own     int             // column of words of the respondent's own, -1 when there is none
	column  int             // -1 when there is none
}

func newAnswering(item domain.SurveyItem, t *table) answering {
	a := answering{SurveyItem: item, field: "item:" + item.ID, known: map[string]int{}, none: map[string]bool{}, options: t.answers.options[item.ID], own: -1, column: -1}
	// What people read goes before what the tool calls it.
	for _, list := range [][]string{item.Labels, item.LabelsEN, item.Codes} {
		for n, text := range list {
			if _, there := a.known[header(text)]; !there {
				a.known[header(text)] = n
			}
		}
	}
	for _, text := range item.NoOpinion {
		a.none[header(text)] = true
		// Its translation and its code stand for the same.
		if at, ok := a.known[header(text)]; ok {
			for _, list := range [][]string{item.Labels, item.LabelsEN, item.Codes} {
				if at < len(list) {
					a.none[header(list[at])] = true
				}
			}
		}
	}
	if own, ok := t.answers.own[item.ID]; ok {
		a.own = own
	}
	if at, ok := t.columns.at[a.field]; ok {
		a.column = at
	}
	return a
}

// columns are all the columns of the item.
func (a *answering) columns() []int {
	var out []int
	for _, i := range []int{a.column, a.own} {
		if i >= 0 {
			out = append(out, i)
		}
	}
	for _, o := range a.options {
		out = append(out, o.column)
	}
	return out
}

// given reports whether anything stands in the item's columns.
func (a *answering) given(w *row) bool {
	return slices.ContainsFunc(a.columns(), func(i int) bool { return i < len(w.cells) && !blank(w.cells[i]) })
}

// reply is what became of an item in a row.
type reply uint8

const (
	notAsked   reply = iota // no column of the file is the item's
	wasHidden               // the tool did not show the question
	unanswered              // shown, and left blank
	hasAnswer               // an answer, or no opinion
)

// read reads the answer to the item. What is wrong with it is a problem of the row.
func (a *answering) read(s *responses, w *row, words map[string]string) (domain.Answer, reply) {
	out := domain.Answer{Item: a.ID}
	if a.Wording > 1 {
		out.Wording = a.Wording
	}
	columns := a.columns()
	switch {
	case len(columns) == 0:
		return out, notAsked
	case !a.given(w):
		if slices.ContainsFunc(columns, func(i int) bool { return i < len(s.hidden) && s.hidden[i] }) && s.t.answers.tool == limeSurvey {
			out.State = domain.NotShown
			return out, wasHidden
		}
		return out, unanswered
	}
	text := w.text(a.field)
	if a.none[header(text)] && text != "" {
		out.State = domain.NoOpinion
		return out, hasAnswer
	}
	ok := true
	switch a.Kind {
	case domain.Scale, domain.NPS, domain.Number:
		var value float64
		if value, ok = a.value(w, text); ok {
			out.Value = &value
		}
	case domain.Single:
		ok = a.single(s, w, &out, text, words)
	case domain.Multiple:
		ok = a.multiple(s, w, &out, text, words)
	case domain.FreeText:
		words[a.ID] = text
	}
	if !ok {
		return out, unanswered
	}
	return out, hasAnswer
}

// excelDates are how Excel shows the date it made of 3-4 or of 1/5.
var excelDates = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^[0-9]{1,2}[-/. ]?(jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*([-/. ]?[0-9]{2,4})?$`),
	regexp.MustCompile(`(?i)^(jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*[-/. ]?[0-9]{2,4}$`),
	regexp.MustCompile(`^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([ T].*)?$`),
	regexp.MustCompile(`^[0-9]{1,2}/[0-9]{1,2}$`),
}

func dated(c sheet.Cell, text string) bool {
	return c.Kind == sheet.Date || slices.ContainsFunc(excelDates, func(e *regexp.Regexp) bool { return e.MatchString(text) })
}

// value reads a number, or the step a label stands for.
func (a *answering) value(w *row, text string) (float64, bool) {
	if at, ok := a.known[header(text)]; ok {
		return float64(a.Min + at), true
	}
	c := w.cell(a.field)
	if dated(c, text) {
		w.problem(a.field, domain.T("Excel har gjort ett datum av svaret", "Excel has made a date of the answer"),
			domain.T("hämta filen på nytt från verktyget, och spara den inte från Excel", "fetch the file again from the tool, and do not save it from Excel"))
		return 0, false
	}
	n, err := parseNumber(c)
	if err != nil {
		// "4 - Instämmer": the digits lead.
		lead, _, _ := strings.Cut(text, " ")
		n, err = strconv.ParseFloat(decimal(lead), 64)
	}
	switch {
	case err != nil && len(a.Labels) > 0:
		w.problem(a.field, domain.T("svaret är inget tal och ingen av etiketterna", "the answer is no number and none of the labels"),
			domain.T("lägg till det i labels, labels_en, codes eller no_opinion i enkätens definition", "add it to labels, labels_en, codes or no_opinion in the survey's definition"))
		return 0, false
	case err != nil || n != n || n > 1e15 || n < -1e15:
		w.problem(a.field, domain.T("svaret är inget tal och ingen av etiketterna", "the answer is no number and none of the labels"),
			domain.T("lägg till labels i enkätens definition", "add labels to the survey's definition"))
		return 0, false
	}
	if a.Kind != domain.Number && (n < float64(a.Min) || n > float64(a.Max) || n != float64(int(n))) {
		w.problem(a.field, domain.Tf("svaret ligger utanför skalan %d–%d", "the answer lies outside the scale %d–%d", a.Min, a.Max),
			domain.T("rätta svaret eller skalan", "correct the answer or the scale"))
		return 0, false
	}
	return n, true
}

// ownWords gives what stands in the column of the respondent's own words.
func (a *answering) ownWords(w *row) string {
	if a.own < 0 || a.own >= len(w.cells) {
		return ""
	}
	return strings.TrimSpace(w.cells[a.own].Text)
}

// otherChoice stands for words of the respondent's own, where an option was due.
const otherChoice = "other"

// limeOther are what LimeSurvey writes where the respondent wrote words of their own.
var limeOther = []string{"", "-oth-", "other", "annat", "övrigt", "other:", "annat:"}

// single takes the one option chosen.
func (a *answering) single(s *responses, w *row, out *domain.Answer, text string, words map[string]string) bool {
	own := a.ownWords(w)
	if _, known := a.known[header(text)]; !known && s.t.answers.tool == limeSurvey && slices.Contains(limeOther, header(text)) {
		out.Choices = []string{otherChoice}
		if own != "" {
			words[a.ID] = own
		}
		return true
	} else if !known && s.t.answers.tool == limeSurvey && len(a.Labels) > 0 {
		w.problem(a.field, domain.T("svaret är ingen av frågans labels eller codes", "the answer is none of the item's labels or codes"),
			domain.T("lägg till alternativet i definitionen, eller rätta codes", "add the option to the definition, or correct codes"))
		return false
	}
	a.choose(out, []string{text}, words)
	return true
}

// multiple takes the options chosen: from one cell, or from a column for each.
func (a *answering) multiple(s *responses, w *row, out *domain.Answer, text string, words map[string]string) bool {
	if len(a.options) == 0 && a.own < 0 {
		chosen := a.divide(text)
		opinions := slices.DeleteFunc(slices.Clone(chosen), func(c string) bool { return a.none[header(c)] })
		if len(chosen) > 0 && len(opinions) == 0 {
			out.State = domain.NoOpinion
			return true
		}
		a.choose(out, opinions, words)
		return true
	}
	for _, o := range a.options {
		if o.column >= len(w.cells) {
			continue
		}
		switch chosen, ok := optionMark(w.cells[o.column].Text, o.label); {
		case !ok:
			w.r.problem(w.table.sheet, w.line, o.header, domain.T("varken valt (Y, Ja, 1) eller inte valt (tomt, N, Nej, 0)", "neither chosen (Y, Yes, 1) nor not chosen (blank, N, No, 0)"), domain.T("exportera svaren som koder", "export the answers as codes"))
			w.bad = true
		case chosen:
			out.Choices = append(out.Choices, o.label)
		}
	}
	if own := a.ownWords(w); own != "" {
		out.Choices, words[a.ID] = append(out.Choices, otherChoice), own
	}
	opinions := slices.DeleteFunc(slices.Clone(out.Choices), func(c string) bool { return a.none[header(c)] })
	if len(out.Choices) > 0 && len(opinions) == 0 {
		out.Choices, out.State = nil, domain.NoOpinion
		return true
	}
	out.Choices = opinions
	return len(opinions) > 0
}

// optionMark reads whether an option was chosen.
func optionMark(text, label string) (chosen, ok bool) {
	switch h := header(text); h {
	case "", "n", "no", "nej", "0", "not selected", "ej vald":
		return false, true
	case "y", "yes", "ja", "1", "x", "selected", "vald", header(label):
		return true, true
	}
	return false, false
}
