package reports

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// Data is the answers to a survey, a respondent a row and a variable a column, as
// answered: reversed items are not recoded. It has room for nobody: no name, day,
// hours or attribute is in it.
type Data struct {
	Survey      *domain.SurveyDefined
	Respondents []string // pseudonyms
	Variables   []Variable
	Few         []string // waves too few answered to be in it
	Many        int      // respondents, where they are not here: too many for a sheet
	Blank       []string // variables too few answered, which are empty
}

// Variable is one column: an item in a wave, or one option of a multiple choice.
type Variable struct {
	Name   string // letters, digits and underscores, as R and SPSS take them
	Wave   string
	Item   domain.SurveyItem
	Option string             // of a multiple choice: what it is called; 1 when it was chosen
	Code   int                // of that option
	Codes  map[string]int     // of choices, by their texts; those few made have none
	Labels map[int]string     // what values mean
	Values []float64          // by respondent; NaN where nothing was answered
	Apart  map[int]answerless // by respondent: what stands in the place of an answer
}

type answerless = domain.AnswerState

// rareChoice is the code of what hardly anybody chose, of a single choice. Of several
// choices a row would tell of one that few made, and there is no such variable.
const rareChoice = 99

// data are the answers to the project's surveys, those of a survey each.
func (b *builder) data(all []evaluated) (out []*Data) {
	var whom []uuid.UUID
	for _, e := range all {
		d, subjects := b.dataOf(e)
		if len(d.Respondents) > 0 || d.Many > 0 {
			out, whom = append(out, d), append(whom, subjects...)
		}
	}
	if b.p.Release != nil {
		b.p.Release.Whom(whom) // each of them is given out, under a pseudonym
	}
	return out
}

// dataOf are those of one survey. Waves that too few answered are left out.
func (b *builder) dataOf(e evaluated) (*Data, []uuid.UUID) {
	d := &Data{Survey: e.SurveyDefined}
	columns := b.variables(d, e)
	var subjects []uuid.UUID
	at := map[uuid.UUID]int{}
	for row := range e.rows {
		r := &e.rows[row]
		if slices.Contains(d.Few, e.Waves[r.wave]) {
			continue
		}
		if _, ok := at[r.subject]; !ok {
			at[r.subject] = len(subjects)
			subjects = append(subjects, r.subject)
		}
	}
	if len(subjects) > dataRows && !b.p.Answers {
		d.Many = len(subjects) // too many for a sheet, and nothing else shows them
		return d, nil
	}
	for i := range d.Variables {
		d.Variables[i].fill(len(subjects), columns[i], e.answered, at)
	}
	d.blankRare(e.k)
	d.blankFew(e.k)
	b.pseudonyms(d, subjects)
	return d, subjects
}

// variables makes the columns, and gives the number of each one's item.
func (b *builder) variables(d *Data, e evaluated) (items []int) {
	names := map[string]bool{}
	for _, wave := range e.Waves {
		n := 0
		for _, r := range e.responses {
			if r.wave == wave {
				n = r.Answers
			}
		}
		if n == 0 {
			continue
		}
		if n < e.k {
			d.Few = append(d.Few, wave)
			continue
		}
		for i, item := range e.Items {
			add := func(v Variable, suffix string) {
				v.Name = variableName(item.ID+suffix, wave, len(e.Waves) > 1, names)
				items = append(items, i)
				v.Wave, v.Item, v.Apart = wave, item, map[int]answerless{}
				d.Variables = append(d.Variables, v)
			}
			switch item.Kind {
			case domain.Scale, domain.NPS, domain.Number:
				add(Variable{Labels: b.stepLabels(item)}, "")
			case domain.Single, domain.Multiple:
				c := e.coded(item, wave)
				if item.Kind == domain.Single {
					add(Variable{Codes: c.codes, Labels: b.codeLabels(item, c)}, "")
					continue
				}
				for _, code := range slices.Sorted(maps.Values(c.codes)) {
					add(Variable{Code: code, Codes: c.codes, Option: b.label(item, c.text(code)), Labels: map[int]string{0: b.say("nej", "no"), 1: b.say("ja", "yes")}}, "_"+strconv.Itoa(code))
				}
			}
		}
	}
	return items
}

// stepLabels are the labels of a scale's steps.
func (b *builder) stepLabels(item domain.SurveyItem) map[int]string {
	out := map[int]string{}
	for i, l := range item.Labels {
		out[item.Min+i] = b.label(item, l)
	}
	return out
}

// coding is which code each choice of an item has in a wave; choices too few made have
// none of their own.
type coding struct {
	codes map[string]int
	rare  bool // choices without a code of their own are there
}

func (c coding) text(code int) string {
	for text, n := range c.codes {
		if n == code {
			return text
		}
	}
	return ""
}

// coded gives the codes: a choice's place in the definition; of others, which the
// definition does not have, their place among those of all waves, by their texts.
func (e evaluated) coded(item domain.SurveyItem, wave string) coding {
	var others []string
	for _, w := range e.Waves {
		all, _ := e.choices(w, item)
		for _, c := range all {
			if labelOf(item, c.text) < 0 && !slices.Contains(others, c.text) {
				others = append(others, c.text)
			}
		}
	}
	slices.Sort(others)
	all, of := e.choices(wave, item)
	common := commonChoices(all, of, e.k, item.Kind == domain.Single)
	out := coding{codes: map[string]int{}, rare: len(all) > common}
	for _, c := range all[:common] {
		if i := labelOf(item, c.text); i >= 0 {
			out.codes[c.text] = i + 1
		} else {
			out.codes[c.text] = len(item.Labels) + 1 + slices.Index(others, c.text)
		}
	}
	return out
}

// labelOf is a choice's place among an item's labels, or -1.
func labelOf(item domain.SurveyItem, choice string) int {
	return slices.IndexFunc(item.Labels, func(l string) bool { return domain.Fold(l) == domain.Fold(choice) })
}

// codeLabels are what codes mean, in the report's language.
func (b *builder) codeLabels(item domain.SurveyItem, c coding) map[int]string {
	out := map[int]string{}
	for text, code := range c.codes {
		out[code] = b.label(item, text)
	}
	if c.rare {
		out[rareChoice] = b.say("sammanslagna", "merged")
	}
	return out
}

// reservedNames are words SPSS keeps for itself, and our own.
var reservedNames = []string{"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with", "respondent"}

// variableName is a name R and SPSS take as it is: a letter first, then letters,
// digits and underscores, 64 at most, none twice.
func variableName(item, wave string, several bool, taken map[string]bool) string {
	name := item
	if several {
		name += "_" + wave
	}
	name = strings.ReplaceAll(domain.Slug(strings.ReplaceAll(name, "_", "-")), "-", "_")
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		name = "v_" + name
	}
	name = name[:min(len(name), 60)]
	for base, n := name, 2; taken[name] || slices.Contains(reservedNames, name); n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	taken[name] = true
	return name
}

// fill puts the answers to an item into its column, of n respondents.
func (v *Variable) fill(n, item int, a *answered, at map[uuid.UUID]int) {
	v.Values = make([]float64, n)
	for i := range v.Values {
		v.Values[i] = math.NaN()
	}
	for row := range a.rows {
		r := &a.rows[row]
		to, ok := at[r.subject]
		if !ok || a.Waves[r.wave] != v.Wave {
			continue
		}
		if state, ok := a.apart[item][row]; ok && state != earlierWording {
			v.Apart[to] = state
		}
		choices, chose := a.chosen[item][row]
		switch {
		case !chose:
			v.Values[to] = a.values[item][row]
		case v.Item.Kind == domain.Single:
			code, common := v.Codes[choices[0]]
			if !common {
				code = rareChoice
			}
			v.Values[to] = float64(code)
		default:
			v.Values[to] = 0
			if slices.ContainsFunc(choices, func(c string) bool { return v.Codes[c] == v.Code }) {
				v.Values[to] = 1
			}
		}
	}
}

// blankRare takes out numbers people wrote themselves that fewer than k wrote: an
// exact turnover is as good as a name.
func (d *Data) blankRare(k int) {
	for i := range d.Variables {
		v := &d.Variables[i]
		if v.Item.Kind != domain.Number {
			continue
		}
		counts := map[float64]int{}
		for _, n := range v.Values {
			counts[n]++
		}
		for row, n := range v.Values {
			if counts[n] < k {
				v.Values[row] = math.NaN()
			}
		}
	}
}

// blankFew empties the variables fewer than k have an answer to, and says which: the
// sheets withhold their figures.
func (d *Data) blankFew(k int) {
	few := func(v *Variable) bool {
		n := 0
		for _, x := range v.Values {
			if !math.IsNaN(x) {
				n++
			}
		}
		return n > 0 && n < k || len(v.Apart) > 0 && len(v.Apart) < k
	}
	for i := range d.Variables {
		v := &d.Variables[i]
		if !few(v) {
			continue
		}
		for row := range v.Values {
			v.Values[row] = math.NaN()
		}
		v.Apart = map[int]answerless{}
		d.Blank = append(d.Blank, v.Name)
	}
}

// pseudonyms names the rows: towards a recipient by what the vault gives, in the house
// by a number; and orders them by it.
func (b *builder) pseudonyms(d *Data, subjects []uuid.UUID) {
	d.Respondents = make([]string, len(subjects))
	if b.p.Release == nil {
		for i := range subjects {
			d.Respondents[i] = fmt.Sprintf("R%06d", i+1)
		}
		return
	}
	names, err := b.p.Release.Pseudonyms(subjects)
	if b.keep(err) != nil {
		return
	}
	order := make([]int, len(subjects))
	for i, s := range subjects {
		d.Respondents[i], order[i] = names[s], i
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(d.Respondents[x], d.Respondents[y]) })
	d.reorder(order)
}

// reorder puts the rows into another order, the i-th being that which was order[i].
func (d *Data) reorder(order []int) {
	names := make([]string, len(order))
	for i, from := range order {
		names[i] = d.Respondents[from]
	}
	d.Respondents = names
	for i := range d.Variables {
		v := &d.Variables[i]
		values, apart := make([]float64, len(order)), map[int]answerless{}
		for i, from := range order {
			values[i] = v.Values[from]
			if state, ok := v.Apart[from]; ok {
				apart[i] = state
			}
		}
		v.Values, v.Apart = values, apart
	}
}

// dataRows is how many respondents a sheet has at most: a program for sheets is no
// place for more.
const dataRows = 20_000

// dataSheets has the answers of each survey, a respondent a row.
func (b *builder) dataSheets(all []*Data) (out []Sheet) {
	for _, d := range all {
		s := Sheet{Name: "Data " + d.Survey.Survey, Title: b.say("Svaren, en svarande per rad: ", "The answers, a respondent a row: ") + b.nameOf(d.Survey),
			Intro: []string{b.say("Svaren står som de gavs: omvända frågor är inte omkodade, och val har sin kod ur kodboken. Tomt är obesvarat, utan åsikt eller inte visat, och tal som få skrev. Samma data som CSV, Parquet och för R och SPSS: utfall report evaluation -o DATA.zip.",
				"Answers stand as they were given: reversed items are not recoded, and choices have their code of the codebook. Blank is unanswered, no opinion or not shown, and numbers few wrote. The same data as CSV, Parquet and for R and SPSS: utfall report evaluation -o DATA.zip.")}}
		for _, wave := range d.Few {
			s.Intro = append(s.Intro, b.say("För få har svarat i omgången "+wave+" för att den ska vara med.", "Too few have answered wave "+wave+" for it to be here."))
		}
		if len(d.Blank) > 0 {
			s.Intro = append(s.Intro, b.say("För få har svarat på (tomma här): ", "Too few have answered (empty here): ")+strings.Join(d.Blank, ", ")+".")
		}
		t := Table{Adds: Apart, Columns: []Column{{Header: b.say("svarande", "respondent"), Width: 34}}}
		for _, v := range d.Variables {
			t.Columns = append(t.Columns, Column{Header: v.Name, Width: 9})
		}
		n := max(len(d.Respondents), d.Many)
		if n > dataRows {
			s.Intro = append(s.Intro, b.say(fmt.Sprintf("Svaren från %d svarande är för många för ett blad; de finns i DATA.zip.", n), fmt.Sprintf("The answers of %d respondents are too many for a sheet; they are in DATA.zip.", n)))
			n = 0
		}
		for row := range n {
			cells := make([]Cell, 1, 1+len(d.Variables))
			cells[0] = words(d.Respondents[row]).behind(Pseudonymous, 1)
			for _, v := range d.Variables {
				c := Cell{}
				if x := v.Values[row]; !math.IsNaN(x) {
					c = Cell{Kind: Count, Number: x}.behind(Pseudonymous, 1)
					if x != math.Trunc(x) {
						c.Kind = Decimal
					}
				}
				cells = append(cells, c)
			}
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
		s.Tables = []Table{t}
		out = append(out, s)
	}
	return out
}
