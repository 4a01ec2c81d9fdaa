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
}

// Variable is one column: an item in a wave, or one option of a multiple choice.
type Variable struct {
	Name    string // letters, digits and underscores, as R and SPSS take them
	Wave    string
	Item    domain.SurveyItem
	Option  string             // of a multiple choice: 1 when it was chosen
	Others  bool               // it stands for the options hardly anybody chose
	Options []string           // those that have a variable of their own
	Labels  map[int]string     // of codes
	Values  []float64          // by respondent; NaN where nothing was answered
	Apart   map[int]answerless // by respondent: what stands in the place of an answer
}

type answerless = domain.AnswerState

// rareChoice is the code of an option hardly anybody chose.
const rareChoice = 99

// data are the answers to the project's surveys, those of a survey each.
func (b *builder) data(all []evaluated) (out []*Data) {
	var whom []uuid.UUID
	for _, e := range all {
		d, subjects := b.dataOf(e)
		if len(d.Respondents) > 0 {
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
		if r.unnamed || slices.Contains(d.Few, e.Waves[r.wave]) {
			continue
		}
		if _, ok := at[r.subject]; !ok {
			at[r.subject] = len(subjects)
			subjects = append(subjects, r.subject)
		}
	}
	for i := range d.Variables {
		d.Variables[i].fill(len(subjects), columns[i], e.answered, at)
	}
	d.blankRare(e.k)
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
				all, of := e.choices(wave, item)
				common := all[:commonChoices(all, of, e.k, item.Kind == domain.Single)]
				labels := b.codes(item, common, len(all) > len(common))
				if item.Kind == domain.Single {
					add(Variable{Labels: labels}, "")
					continue
				}
				options := slices.Sorted(maps.Values(labels))
				for _, code := range slices.Sorted(maps.Keys(labels)) {
					add(Variable{Option: labels[code], Others: code == rareChoice, Options: options, Labels: map[int]string{0: b.say("nej", "no"), 1: b.say("ja", "yes")}}, "_"+strconv.Itoa(code))
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

// codes are the codes of the choices that are shown: those of the definition by their
// place in it, others after them in the order of their texts.
func (b *builder) codes(item domain.SurveyItem, common []choice, rare bool) map[int]string {
	out := map[int]string{}
	var others []string
	for _, c := range common {
		if i := slices.IndexFunc(item.Labels, func(l string) bool { return domain.Fold(l) == domain.Fold(c.text) }); i >= 0 {
			out[i+1] = c.text
		} else {
			others = append(others, c.text)
		}
	}
	slices.Sort(others)
	for i, text := range others {
		out[len(item.Labels)+i+1] = text
	}
	if rare {
		out[rareChoice] = b.say("övriga", "others")
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
		if !ok || r.unnamed || a.Waves[r.wave] != v.Wave {
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
			v.Values[to] = v.code(choices[0])
		default:
			v.Values[to] = 0
			if v.chosen(choices) {
				v.Values[to] = 1
			}
		}
	}
}

// chosen tells whether a multiple choice has the variable's option; that of the others
// is whatever has none of its own.
func (v *Variable) chosen(choices []string) bool {
	return slices.ContainsFunc(choices, func(c string) bool { return c == v.Option || v.Others && !slices.Contains(v.Options, c) })
}

// code is the code of a choice; that of the others when it has none.
func (v *Variable) code(choice string) float64 {
	for code, label := range v.Labels {
		if label == choice {
			return float64(code)
		}
	}
	return rareChoice
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
			Intro: []string{b.say("Svaren står som de gavs: omvända frågor är inte omkodade, och val har sin kod ur kodboken. Tomt är obesvarat, utan åsikt eller inte visat. Samma data som CSV, Parquet och för R och SPSS: utfall report evaluation -o DATA.zip.",
				"Answers stand as they were given: reversed items are not recoded, and choices have their code of the codebook. Blank is unanswered, no opinion or not shown. The same data as CSV, Parquet and for R and SPSS: utfall report evaluation -o DATA.zip.")}}
		for _, wave := range d.Few {
			s.Intro = append(s.Intro, b.say("För få har svarat i omgången "+wave+" för att den ska vara med.", "Too few have answered wave "+wave+" for it to be here."))
		}
		t := Table{Adds: Apart, Columns: []Column{{Header: b.say("svarande", "respondent"), Width: 12}}}
		for _, v := range d.Variables {
			t.Columns = append(t.Columns, Column{Header: v.Name, Width: 9})
		}
		n := len(d.Respondents)
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
