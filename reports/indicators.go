package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// IndicatorFigure is an indicator's figure, by sex.
type IndicatorFigure struct {
	Indicator rules.Indicator
	BySex     map[string]int // of an indicator of entities: under no sex at all
	Input     bool           // anything it is made of was recorded; without, there is no figure
	Locked    bool           // special categories, and the vault is not there to open them
}

// Total is the figure in all.
func (i IndicatorFigure) Total() int {
	n := 0
	for _, m := range i.BySex {
		n += m
	}
	return n
}

// Records are how many participants there are, by sex: all of them and those
// whose record is complete.
type Records struct{ All, Complete map[string]int }

// Incomplete are those whose record is not complete.
func (r Records) Incomplete() map[string]int {
	out := map[string]int{}
	for sex, n := range r.All {
		out[sex] = n - r.Complete[sex]
	}
	return out
}

// Indicators gives every indicator of a project's rule set in a range, each the
// same as its metric gives alone, and the records they are made of.
func (f *Facts) Indicators(ctx context.Context, q Question, set rules.Set) ([]IndicatorFigure, Records, error) {
	records := Records{map[string]int{}, map[string]int{}}
	out := make([]IndicatorFigure, len(set.Indicators))
	at := map[string]*IndicatorFigure{}
	for i := range out {
		out[i] = IndicatorFigure{Indicator: set.Indicators[i], BySex: map[string]int{}}
		at[out[i].Indicator.Code] = &out[i]
	}
	rows, err := f.DB.QueryContext(ctx, f.fill("with "+prelude()+",\n"+inAll(set), q), q.args()...)
	if err != nil {
		return nil, records, fmt.Errorf("indicators: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var what, code, sex string
		var n int
		if err := rows.Scan(&what, &code, &sex, &n); err != nil {
			return nil, records, err
		}
		switch what {
		case "figure":
			at[code].BySex[sex] = n
		case "input":
			at[code].Input = n > 0
		case "all":
			records.All[sex] = n
		case "complete":
			records.Complete[sex] = n
		}
	}
	if err := rows.Err(); err != nil {
		return nil, records, err
	}
	return out, records, f.sealedFigures(ctx, q, set, out)
}

// sealedFigures fills in the indicators of special categories.
func (f *Facts) sealedFigures(ctx context.Context, q Question, set rules.Set, out []IndicatorFigure) error {
	var all []*indicatorOf
	at := map[string]*IndicatorFigure{}
	for n := range out {
		if i := out[n].Indicator; len(i.Special) > 0 {
			all = append(all, &indicatorOf{set, i})
			at[i.Code] = &out[n]
		}
	}
	if len(all) == 0 {
		return nil
	}
	records, err := f.sealedRecords(ctx, all, q)
	var frozen []frozenAt
	if err == nil {
		frozen, err = f.frozen(ctx, q)
	}
	if errors.Is(err, ErrNotOpen) {
		for _, figure := range at {
			figure.Locked = true
		}
		return nil
	}
	if err != nil {
		return err
	}
	for _, i := range all {
		at[i.Code].Input = i.asked(records, frozen, f.AsOf)
		for _, r := range records {
			if r.adds(i) {
				at[i.Code].BySex[r.sex]++
			}
		}
		for _, c := range frozen {
			if c.Indicator == i.Code && c.At(f.AsOf) && !c.Asked {
				at[i.Code].BySex[string(c.Sex)]++
			}
		}
	}
	return nil
}

// inAll is one question for all indicators of a set that need no vault.
func inAll(set rules.Set) string {
	parts := []string{"select 'all' as what, '' as code, sex, count(*) as n from record where date <= (select max(stop) from span) group by sex",
		"select 'complete', '', sex, count(*) from record where complete and date <= (select max(stop) from span) group by sex"}
	for _, indicator := range set.Indicators {
		i := indicatorOf{set, indicator}
		if len(i.Special) > 0 {
			continue
		}
		sex, n, input := "sex", "cast(sum(measure) as bigint)", "select count(*) from ("+i.query()+")"
		if i.Kind == rules.Entity {
			sex = "''"
		} else {
			from, condition := i.input()
			input = "select count(*) from " + from + " where " + condition
		}
		if i.From == "aid" {
			n = "count(distinct organisation)"
			input = "select count(*) from aid_at({as_of}) a, asked where asked.project in ('', a.project) and a.project <> ''"
		}
		parts = append(parts, fmt.Sprintf("select 'figure', %s, %s as sex, %s from (%s) c join span on c.date between span.start and span.stop group by 3", quote(i.Code), sex, n, i.query()),
			fmt.Sprintf("select 'input', %s, '', (%s)", quote(i.Code), input))
	}
	return records() + "\n" + strings.Join(parts, "\nunion all\n")
}

// Verdict is what became of one check.
type Verdict struct {
	Check       rules.Check
	Sex         string // empty: in all
	Left, Right int
	Tried       bool // every figure it needs is there
	Holds       bool
}

// Checked tries the checks of a rule set on its figures, in all and for each sex.
func Checked(set rules.Set, figures []IndicatorFigure, records Records) []Verdict {
	by := map[string]IndicatorFigure{
		rules.Total:      {BySex: records.Complete, Input: true},
		rules.GrandTotal: {BySex: records.All, Input: true},
	}
	for _, f := range figures {
		by[f.Indicator.Code] = f
	}
	sum := func(codes []string, sex string) (n int, there bool) {
		there = true
		for _, code := range codes {
			there = there && by[code].Input
			if sex == "" {
				n += by[code].Total()
			} else {
				n += by[code].BySex[sex]
			}
		}
		return n, there
	}
	var out []Verdict
	for _, c := range set.Checks {
		for _, sex := range append([]string{""}, append(slices.Clone(set.Record.Sexes), string(domain.SexUnknown))...) {
			v := Verdict{Check: c, Sex: sex}
			var left, right bool
			v.Left, left = sum(c.Left, sex)
			v.Right, right = sum(c.Right, sex)
			v.Tried = left && right
			v.Holds = v.Left == v.Right || c.Op == "<=" && v.Left < v.Right
			if sex == "" || v.Tried && !v.Holds {
				out = append(out, v)
			}
		}
	}
	return out
}
