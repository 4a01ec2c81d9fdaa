package reports

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
	"utfall/rules"
)

var strict = control{regime: released, leasts: leasts{count: 3, survey: 5, special: 10}}

// signs is a table as signs: what is shown, and dots for what is not.
func signs(t *Table) [][]string {
	var out [][]string
	for _, row := range t.Rows {
		var line []string
		for c := range row.Cells {
			text := numeralsOf("en").shown(&row.Cells[c])
			if row.Cells[c].Formula != "" {
				text += " =" + row.Cells[c].Formula
			}
			line = append(line, text)
		}
		out = append(out, line)
	}
	return out
}

// bySex is a table of two sexes by two ages with totals all around.
func bySex() Table {
	row := func(name string, total bool, n ...int) Row {
		r := Row{Cells: []Cell{words(name)}, Total: total}
		for _, n := range n {
			r.Cells = append(r.Cells, persons(n))
		}
		return r
	}
	t := Table{Adds: Down | Across, Columns: make([]Column, 4), Rows: []Row{row("young", false, 1, 8, 9), row("old", false, 7, 9, 16), row("none", false, 0, 0, 0), row("total", true, 8, 17, 25)}}
	for r, f := range []string{"SUM({0,1}:{0,2})", "SUM({1,1}:{1,2})", "SUM({2,1}:{2,2})", "SUM({0,3}:{2,3})"} {
		t.Rows[r].Cells[3].Formula = f
	}
	return t
}

func oneSheet(tables ...Table) *Report {
	return &Report{Lang: "en", Sheets: []Sheet{{Name: "S", Tables: tables}}}
}

// TestStepWithholds: a small figure goes, as many more as it takes, and formulas
// that would add up something else; noughts and the other figures stay.
func TestStepWithholds(t *testing.T) {
	r := oneSheet(bySex())
	strict.apply(r)
	want := [][]string{{"young", "‥", "‥", "9"}, {"old", "‥", "‥", "16"}, {"none", "0", "0", "0 =SUM({2,1}:{2,2})"}, {"total", "8", "17", "25 =SUM({0,3}:{2,3})"}}
	if diff := cmp.Diff(want, signs(&r.Sheets[0].Tables[0])); diff != "" {
		t.Error(diff)
	}
	intro := strings.Join(r.Sheets[0].Intro, " ")
	if !strings.Contains(intro, "‥") || !strings.Contains(intro, "fewer than 3 persons") {
		t.Errorf("the sheet does not say what the sign means: %s", intro)
	}
	r = oneSheet(bySex())
	control{leasts: strict.leasts}.apply(r)
	if diff := cmp.Diff(oneSheet(bySex()).Sheets, r.Sheets); diff != "" {
		t.Errorf("in the house counts are shown in full: %s", diff)
	}
}

// TestStepFailsClosed: what a report forgets to say does not go out.
func TestStepFailsClosed(t *testing.T) {
	forgetful := Table{Title: "T", Adds: Apart, Columns: []Column{{Header: "who"}, {Header: "n"}, {Header: "plan"}}, Rows: []Row{{Cells: []Cell{words("all"), count(900), count(7).free()}},
		{Cells: []Cell{words("0195a8e2-7b1c-7c3e-9f10-0123456789ab"), count(0), {}}}}}
	unsaid := bySex()
	unsaid.Adds = 0
	r := oneSheet(forgetful, unsaid)
	r.Sheets = append(r.Sheets, Sheet{Name: "L", Single: true, Tables: []Table{bySex()}})
	strict.apply(r)
	if len(r.Sheets) != 1 {
		t.Error("a list of single persons is released")
	}
	got := append(signs(&r.Sheets[0].Tables[0]), signs(&r.Sheets[0].Tables[1])...)
	want := [][]string{{"all", "‥", "7"}, {"‥", "‥", ""}, {"young", "‥", "‥", "‥"}, {"old", "‥", "‥", "‥"}, {"none", "‥", "‥", "‥"}, {"total", "‥", "‥", "‥"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if want := []string{"S, T, row 1, n", "S, T, row 2, who", "S, T, row 2, n"}; !slices.Equal(r.Undeclared, want) {
		t.Errorf("undeclared %q, want %q", r.Undeclared, want)
	}
}

// TestStepSeesTheWholeReport: figures of one name share their fate wherever they
// stand, and sums over several tables are sums.
func TestStepSeesTheWholeReport(t *testing.T) {
	cell := func(n int, name string) Row { return Row{Cells: []Cell{words(name), persons(n).named(name)}} }
	terms := Table{Adds: Apart, Columns: make([]Column, 2), Rows: []Row{cell(12, "spring"), cell(9, "autumn")}}
	sessions := Table{Adds: Apart, Columns: make([]Column, 2), Rows: []Row{cell(2, "a"), cell(4, "b"), cell(6, "c"), cell(4, "d"), cell(5, "e")}}
	again := Table{Adds: Apart, Columns: make([]Column, 2), Rows: []Row{cell(4, "b"), cell(6, "c")}}
	r := oneSheet(terms, sessions, again)
	r.Totals = []Total{{"spring", []string{"a", "b", "c"}, true}, {"autumn", []string{"d", "e"}, true}}
	strict.apply(r)
	want := [][][]string{{{"spring", "12"}, {"autumn", "9"}}, {{"a", "‥"}, {"b", "‥"}, {"c", "6"}, {"d", "4"}, {"e", "5"}}, {{"b", "‥"}, {"c", "6"}}}
	for i := range want {
		if diff := cmp.Diff(want[i], signs(&r.Sheets[0].Tables[i])); diff != "" {
			t.Error(diff)
		}
	}
}

// TestStepTakesTheSmallestOfAName: a share of many tells of few when it and the
// many give them.
func TestStepTakesTheSmallestOfAName(t *testing.T) {
	for _, n := range [][2]Cell{{persons(50), persons(2)}, {persons(2), persons(50)}, {persons(2), number(Share, .04).behind(Persons, 50)}, {number(Share, .04).behind(Persons, 50), persons(2)}} {
		var rows []Row
		for _, c := range n {
			rows = append(rows, Row{Cells: []Cell{c.named("m")}})
		}
		r := oneSheet(Table{Adds: Apart, Columns: make([]Column, 1), Rows: rows})
		strict.apply(r)
		if got := signs(&r.Sheets[0].Tables[0]); got[0][0] != suppressedSign || got[1][0] != suppressedSign {
			t.Errorf("%v: %v", n, got)
		}
	}
}

// TestStepHidesTheProtected: of a list only the row of those who are not to be
// named, and what it takes not to compute it; surveys are tested everywhere.
func TestStepHidesTheProtected(t *testing.T) {
	month := func(name string, of Behind, n int, hours ...int) Row {
		r := Row{Cells: []Cell{words(name)}}
		sum := 0
		for _, h := range hours {
			r.Cells, sum = append(r.Cells, hoursCell(h*60).behind(of, n)), sum+h
		}
		r.Cells = append(r.Cells, hoursCell(sum*60).behind(of, n))
		return r
	}
	list := func() Table {
		t := Table{Adds: Down | Across | SharedAcross, Columns: make([]Column, 4), Rows: []Row{month("D1", Listed, 1, 2, 5), month("D2", Listed, 1, 3, 4), month("D3", Listed, 1, 9, 9), month("hidden", Persons, 1, 6, 7), month("sum", Listed, 4, 20, 25)}}
		t.Rows[4].Total = true
		return t
	}
	r := oneSheet(list())
	r.Sheets[0].Single = true
	control{regime: protected, leasts: strict.leasts}.apply(r)
	if len(r.Sheets) != 1 {
		t.Fatal("who may see lists is shown none")
	}
	table := &r.Sheets[0].Tables[0]
	for c := 1; c < 4; c++ {
		hidden := 0
		for _, row := range table.Rows[:4] {
			if row.Cells[c].Kind == Suppressed {
				hidden++
			}
		}
		if table.Rows[3].Cells[c].Kind != Suppressed || hidden < 2 {
			t.Errorf("column %d: %d withheld\n%v", c, hidden, signs(table))
		}
	}
	for _, of := range []Behind{Organisations, Answering, Nobody} {
		r := oneSheet(Table{Adds: Apart, Columns: make([]Column, 1), Rows: []Row{{Cells: []Cell{count(1).behind(of, 1)}}}})
		if (control{regime: protected, leasts: strict.leasts}).apply(r); r.Sheets[0].Tables[0].Rows[0].Cells[0].Kind != Count {
			t.Errorf("%d is withheld from who may not see the protected", of)
		}
	}
	for _, c := range []control{strict, {regime: protected, leasts: strict.leasts}, {leasts: strict.leasts}} {
		r := oneSheet(Table{Adds: Apart, Columns: make([]Column, 2), Rows: []Row{{Cells: []Cell{number(Decimal, 4).behind(Respondents, 4), number(Decimal, 4).behind(Respondents, 5)}}}})
		if c.apply(r); r.Sheets[0].Tables[0].Rows[0].Cells[0].Kind != Suppressed || r.Sheets[0].Tables[0].Rows[0].Cells[1].Kind != Decimal {
			t.Errorf("regime %d: %v", c.regime, signs(&r.Sheets[0].Tables[0]))
		}
	}
}

// TestStepLeavesNoEmptyChart: a chart of nothing but what is withheld goes; one
// that has something left stays, with a gap.
func TestStepLeavesNoEmptyChart(t *testing.T) {
	r := oneSheet(bySex())
	r.Sheets[0].Charts = []Chart{{Title: "gone", Series: []int{1, 2}, ToRow: 2}, {Title: "gap", Series: []int{1, 2}, ToRow: 3}}
	strict.apply(r)
	if c := r.Sheets[0].Charts; len(c) != 1 || c[0].Title != "gap" {
		t.Errorf("%+v", c)
	}
	for _, format := range Formats {
		text := string(rendered(t, r, format, ""))
		if format != "xlsx" && !strings.Contains(text, "‥") && !strings.Contains(text, `"suppressed":true`) {
			t.Errorf("%s has no sign: %s", format, text)
		}
	}
}

// TestLeastNumbers: a project raises all three, and lowers none.
func TestLeastNumbers(t *testing.T) {
	set := rules.Set{KCount: 3, KSurvey: 5, KSpecial: 10}
	for small, want := range map[int]leasts{0: {3, 5, 10}, 1: {3, 5, 10}, 4: {4, 5, 10}, 12: {12, 12, 12}} {
		if got := leastOf(set, small); got != want {
			t.Errorf("small_cell_k %d: %+v, want %+v", small, got, want)
		}
	}
}

// TestAnswerWithholds has answers worked out by hand.
func TestAnswerWithholds(t *testing.T) {
	metric := func(id string) Metric {
		m, err := MetricOf(id)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	person := func(key string, v float64, n int) Value {
		return Value{Key: key, Number: v, Valid: true, N: n, Base: Base{Of: Persons, N: n}}
	}
	share := func(key string, v float64, n int) Value {
		out := person(key, v, n)
		out.Base.Same = v == 0 || v == 1
		return out
	}
	member := func(span string, n int) Value {
		return Value{Span: span, Number: float64(n), Valid: true, N: n, Base: Base{Of: Organisations, N: n}}
	}
	for _, c := range []struct {
		name, metric, by string
		grain            domain.Grain
		values           []Value
		want             string
	}{
		{"a second key", "participants", "sex", "", []Value{person("man", 9, 9), person("unknown", 4, 4), person("woman", 2, 2)}, "man unknown‥ woman‥"},
		{"hours of few", "participant_hours", "sex", "", []Value{person("man", 90, 9), person("woman", 200, 2), person("unknown", 70, 7)}, "man woman‥ unknown‥"},
		{"nobody is nobody", "participants", "sex", "", []Value{person("man", 9, 9), person("woman", 0, 0)}, "man woman"},
		{"all of a group", "show_up_rate", "sex", "", []Value{share("man", .5, 40), share("unknown", .6, 10), share("woman", 1, 20)}, "man unknown‥ woman‥"},
		{"all of a place", "show_up_rate", "municipality", "", []Value{person("1490", 1, 20), person("1463", .5, 40)}, "1490 1463"},
		{"months add up", "participants", "", domain.ByMonth, []Value{{Span: "1", Number: 1, N: 1, Base: Base{Of: Persons, N: 1}}, {Span: "2", Number: 8, N: 8, Base: Base{Of: Persons, N: 8}}, {Span: "3", Number: 9, N: 9, Base: Base{Of: Persons, N: 9}}}, "1‥ 2‥ 3"},
		{"two small months can be the same two", "participant_hours", "", domain.ByMonth, []Value{{Span: "1", Number: 5, Base: Base{Of: Persons, N: 2}}, {Span: "2", Number: 6, Base: Base{Of: Persons, N: 2}}, {Span: "3", Number: 7, Base: Base{Of: Persons, N: 6}}}, "1‥ 2‥ 3‥"},
		{"a stock adds up to nothing", "members_active", "", domain.ByTerm, []Value{member("1", 2), member("2", 30), member("3", 31)}, "1‥ 2 3"},
		{"firms few came from have no name", "participants", "organisation", "", []Value{person("559999-0008", 1, 1), person("559999-1014", 8, 8), person("559999-1030", 9, 9)}, "559999-1030 other‥"},
		{"who asks for all of them is not told either", "participants", "sex", "", []Value{person("woman", 2, 2)}, "woman‥"},
		{"a sole trader goes by no id", "participants", "organisation", "", []Value{person("0195a8e2-7b1c-7c3e-9f10-0123456789ab", 8, 8), person("559999-1014", 7, 7), person("559999-1030", 9, 9)}, "559999-1030 other‥"},
		{"too few to break down", "participants", "sex", "", []Value{person("man", 1, 1), person("unknown", 1, 1), person("woman", 1, 1)}, ""},
	} {
		a := &Answer{Metric: metric(c.metric), Values: c.values}
		strict.answer(Question{By: c.by, Grain: c.grain}, a)
		var got []string
		for _, v := range a.Values {
			text := v.Span + v.Key
			if v.Suppressed {
				text += "‥"
			}
			if v.Suppressed && (v.Number != 0 || v.N != 0 || v.Valid || v.Base != (Base{})) {
				t.Errorf("%s: %s tells %+v", c.name, text, v)
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != c.want || (c.want == "") == a.Note.Zero() {
			t.Errorf("%s: %q, want %q (%s)", c.name, strings.Join(got, " "), c.want, a.Note.EN)
		}
	}
}

// TestEveryMetricSaysWhoIsBehindIt: one that does not would be withheld whole.
func TestEveryMetricSaysWhoIsBehindIt(t *testing.T) {
	for _, m := range Metrics {
		if m.behind() == Undeclared {
			t.Errorf("%s (%s) does not say who is behind it", m.ID, m.Unit)
		}
	}
	for id, want := range map[string]Behind{"participants": Persons, "members_active": Organisations, "sessions_held": Nobody, "survey.mean": Respondents, "indicator.CO01": Persons, "indicator.CO16": Special, "indicator.CO23": Organisations} {
		if m, err := MetricOf(id); err != nil || m.behind() != want {
			t.Errorf("%s: behind %d, want %d: %v", id, m.behind(), want, err)
		}
	}
}

// TestCommonChoices: what is withheld of choices that add up is at least two, and
// k respondents together.
func TestCommonChoices(t *testing.T) {
	for _, c := range []struct {
		n      []int
		single bool
		want   int
	}{
		{[]int{20, 9, 7}, true, 3}, {[]int{20, 9, 4}, true, 1}, {[]int{20, 9, 4}, false, 2}, {[]int{20, 9, 4, 1}, true, 2}, {[]int{20, 9, 2, 1}, true, 1}, {[]int{4}, true, 0}, {nil, true, 0},
	} {
		var all []choice
		of := 0
		for _, n := range c.n {
			all, of = append(all, choice{"x", n}), of+n
		}
		if got := commonChoices(all, of, 5, c.single); got != c.want {
			t.Errorf("%v, one each %t: %d shown, want %d", c.n, c.single, got, c.want)
		}
	}
}
