package reports

import (
	"fmt"
	"slices"
	"strings"

	"utfall/rules"
)

// indicatorName is the name of an indicator's figure of a sex, or in all; or of
// the records of one.
func indicatorName(code, sex string) string {
	by := "sex"
	if sex == "" {
		by = ""
	}
	return figureName(indicatorPrefix+code, by, "", sex)
}

// behind is what kind of people or firms an indicator is about.
func (f IndicatorFigure) behind() Behind { return behindIndicator(f.Indicator) }

func behindIndicator(i rules.Indicator) Behind {
	switch {
	case i.Kind == rules.Entity && i.From == "project": // what a project says of itself
		return Nobody
	case i.Kind == rules.Entity:
		return Organisations
	case len(i.Special) > 0:
		return Special
	}
	return Persons
}

// indicatorSums says how the indicators hang together: sexes add up, and each of
// the rule set's checks is a sum of its own, for who is counted on its right and
// not on its left is a group too, which nobody shows and anybody can compute.
func (b *builder) indicatorSums(set rules.Set, figures []IndicatorFigure, records Records) {
	sexes := sexColumns(set, figures, records)
	by := map[string]IndicatorFigure{rules.Total: {BySex: records.Complete, Input: true}, rules.GrandTotal: {BySex: records.All, Input: true}}
	for _, f := range figures {
		if by[f.Indicator.Code] = f; !f.Input || f.Indicator.Kind == rules.Entity {
			continue
		}
		sum := Total{Name: indicatorName(f.Indicator.Code, "")}
		for _, sex := range sexes {
			sum.Parts = append(sum.Parts, indicatorName(f.Indicator.Code, sex))
		}
		b.sums = append(b.sums, sum)
	}
	for i, c := range set.Checks {
		if slices.ContainsFunc(slices.Concat(c.Left, c.Right), func(code string) bool { return !by[code].Input || by[code].Indicator.Kind == rules.Entity }) {
			continue
		}
		for _, sex := range append(slices.Clone(sexes), "") {
			b.checkSum(fmt.Sprintf("check|%d|%s", i, sex), c, sex, by)
		}
	}
}

// checkSum is the sum of a check: its left and the rest of its right are its right.
func (b *builder) checkSum(name string, c rules.Check, sex string, by map[string]IndicatorFigure) {
	of := Persons
	names := func(codes []string) (out []string, n int) {
		for _, code := range codes {
			out = append(out, indicatorName(code, sex))
			n += by[code].of(sex)
			if by[code].Indicator.Code != "" && by[code].behind() == Special {
				of = Special
			}
		}
		return out, n
	}
	left, few := names(c.Left)
	right, many := names(c.Right)
	whole := right[0]
	if len(right) > 1 {
		whole = name + "|right"
		b.rest = append(b.rest, count(many).behind(of, many).named(whole))
		b.sums = append(b.sums, Total{Name: whole, Parts: right})
	}
	if rest := many - few; rest >= 0 { // a check that does not hold is no sum
		b.rest = append(b.rest, count(rest).behind(of, rest).named(name))
		b.sums = append(b.sums, Total{Name: whole, Parts: append(left, name)})
	}
}

// side is one side of a check on the checks' sheet: a figure, or a sum of some.
func (b *builder) side(set rules.Set, codes []string, sex string, n int) Cell {
	of := Persons
	var names []string
	for _, code := range codes {
		names = append(names, indicatorName(code, sex))
		if i, ok := set.Indicator(code); ok {
			of = max(of, IndicatorFigure{Indicator: i}.behind())
		}
	}
	name := names[0]
	if len(names) > 1 {
		name = strings.Join(names, "+")
		b.sums = append(b.sums, Total{Name: name, Parts: names})
	}
	return count(n).behind(of, n).named(name)
}

// shownIndicators are what the indicators' sheet shows, for the sheets after it.
type shownIndicators struct {
	figures []IndicatorFigure
	records Records
}

// ageSums says where the participants by age and sex are indicators and records by
// another name, but for those whose record is not complete, and those who came
// before the days of the report. No sex is all of them.
func (b *builder) ageSums(bands []rules.Band, sexes []string, n func(band, sex string) int) {
	if b.shown == nil {
		return
	}
	for _, sex := range append(slices.Clone(sexes), "") {
		total, all := participantsName("", sex), IndicatorFigure{BySex: b.shown.records.All}
		if sex == "" {
			total = figureName("participants", "", "", "")
		}
		b.sameBut(indicatorName(rules.GrandTotal, sex), all.of(sex), total, n("", sex))
		for _, f := range b.shown.figures {
			for _, band := range bands {
				if f.Input && onlyAge(f.Indicator, band) {
					b.sameBut(participantsName(band.Label, sex), n(band.Label, sex), indicatorName(f.Indicator.Code, sex), f.of(sex))
				}
			}
		}
	}
}

// of is the figure of a sex, or in all.
func (f IndicatorFigure) of(sex string) int {
	if sex == "" {
		return f.Total()
	}
	return f.BySex[sex]
}

// onlyAge tells whether an indicator counts those of an age band, whatever else
// they are.
func onlyAge(i rules.Indicator, band rules.Band) bool {
	from, to := 0, 150
	if i.AgeMin != nil {
		from = *i.AgeMin
	}
	if i.AgeMax != nil {
		to = *i.AgeMax
	}
	more := len(i.Status) + len(i.Education) + len(i.Citizenship) + len(i.Special) + len(i.Flag)
	return i.Kind == rules.Output && more == 0 && (i.AgeMin != nil || i.AgeMax != nil) && from == band.Low && to == band.High
}

// sameBut says that two figures are of the same people but for some, who are in
// the larger one only.
func (b *builder) sameBut(one string, n int, other string, m int) {
	if n < m {
		one, n, other, m = other, m, one, n
	}
	rest := one + " but " + other
	b.rest = append(b.rest, persons(n-m).named(rest))
	b.sums = append(b.sums, Total{Name: one, Parts: []string{other, rest}})
}

func participantsName(band, sex string) string { return "participants|" + band + "|" + sex }
