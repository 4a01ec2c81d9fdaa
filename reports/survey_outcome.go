package reports

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"utfall/domain"
	"utfall/reports/statistics"
)

// outcome is how many say that something came about.
type outcome struct {
	item    domain.SurveyItem
	wave    string
	yes, of int
	crowd   *Crowd // who answered it
}

// achieved counts the answers that say an item's outcome came about, among the
// valid ones, by wave and item. Of several choices one that tells of it is enough.
func (a *answered) achieved() (out []outcome) {
	for w, wave := range a.Waves {
		for i, item := range a.Items {
			if item.Achieved == nil {
				continue
			}
			o := outcome{item: item, wave: wave, crowd: a.ofItem(w, i, false)}
			for row := range a.rows {
				if a.rows[row].wave != w {
					continue
				}
				choices, chose := a.chosen[i][row]
				v := a.value(i, row)
				switch {
				case item.Kind == domain.Scale && !math.IsNaN(v):
					o.count(v >= float64(item.Achieved.From))
				case item.Kind != domain.Scale && chose:
					o.count(cameAbout(item, strings.Join(choices, "\x1f")))
				}
			}
			if o.of > 0 {
				out = append(out, o)
			}
		}
	}
	return out
}

func (o *outcome) count(yes bool) {
	if o.of++; yes {
		o.yes++
	}
}

// interval is the share with Wilson's interval.
func (o outcome) interval(population int) statistics.Interval {
	return statistics.Wilson(o.yes, o.of, statistics.Level, population)
}

// cameAbout tells whether an answer says that an item's outcome came about: choices
// joined by unit separators, or a step of a scale, recoded.
func cameAbout(item domain.SurveyItem, answer string) bool {
	a := item.Achieved
	if item.Kind == domain.Scale {
		step, err := strconv.ParseFloat(answer, 64)
		return err == nil && step >= float64(a.From)
	}
	return slices.ContainsFunc(strings.Split(answer, "\x1f"), func(c string) bool {
		return slices.ContainsFunc(a.Labels, func(l string) bool { return domain.Fold(l) == domain.Fold(c) })
	})
}

// outcomeValues answers survey.outcome.
func outcomeValues(a *answered, q Question, out *Answer) error {
	if q.By != "item" {
		return domain.Refuse(domain.Usage, domain.T("utfallen läggs inte ihop över frågor", "outcomes are not added up over items"), domain.T("ange --by item", "give --by item"))
	}
	all := a.achieved()
	for _, o := range all {
		v := Value{Key: o.item.ID, N: o.of, Valid: true, Base: Base{Of: Respondents, N: o.of, Crowd: o.crowd}}
		v.measured(o.interval(0))
		out.Values = append(out.Values, v)
	}
	if len(all) == 0 {
		out.Note = domain.T("ingen fråga har ett utfall angivet, eller ingen har svarat", "no item has an outcome, or nobody has answered")
	}
	return nil
}
