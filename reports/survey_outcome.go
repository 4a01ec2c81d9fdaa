package reports

import (
	"cmp"
	"context"
	"database/sql"
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
}

// achieved counts the answers that say an item's outcome came about, among the
// valid ones, by wave and item.
func (f *Facts) achieved(ctx context.Context, def *domain.SurveyDefined, q Question) ([]outcome, error) {
	var out []outcome
	find := func(wave string, item domain.SurveyItem) *outcome {
		i := slices.IndexFunc(out, func(o outcome) bool { return o.wave == wave && o.item.ID == item.ID })
		if i < 0 {
			i, out = len(out), append(out, outcome{item: item, wave: wave})
		}
		return &out[i]
	}
	tallies, err := f.tallies(ctx, def, q, "", domain.Scale)
	if err != nil {
		return nil, err
	}
	for _, t := range tallies {
		if a := t.item.Achieved; a != nil && t.answers.N() > 0 {
			o := find(t.wave, t.item)
			o.yes, o.of = atLeast(t.answers, a.From), t.answers.N()
		}
	}
	// Of several choices one that tells of the outcome is enough.
	err = f.surveyQuery(ctx, def, q, `, chosen as (
			select wave, item, event_id, string_agg(choice, chr(31) order by choice) as choices from reply where choice is not null and state = 'valid' group by all)
		select wave, item, choices, count(*) from chosen group by all order by all`, func(rows *sql.Rows) error {
		var wave, id, choices string
		var n int
		if err := rows.Scan(&wave, &id, &choices, &n); err != nil {
			return err
		}
		item, ok := itemOf(def, id)
		if !ok || item.Achieved == nil {
			return nil
		}
		o := find(wave, item)
		o.of += n
		if cameAbout(item, choices) {
			o.yes += n
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b outcome) int {
		return cmp.Or(slices.Index(def.Waves, a.wave)-slices.Index(def.Waves, b.wave), slices.IndexFunc(def.Items, func(i domain.SurveyItem) bool { return i.ID == a.item.ID })-slices.IndexFunc(def.Items, func(i domain.SurveyItem) bool { return i.ID == b.item.ID }))
	})
	return out, err
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

// outcomes answers survey.outcome.
func (f *Facts) outcomes(ctx context.Context, def *domain.SurveyDefined, q Question, out *Answer) error {
	if q.By != "item" {
		return domain.Refuse(domain.Usage, domain.T("utfallen läggs inte ihop över frågor", "outcomes are not added up over items"), domain.T("ange --by item", "give --by item"))
	}
	all, err := f.achieved(ctx, def, q)
	for _, o := range all {
		v := Value{Key: o.item.ID, N: o.of, Valid: o.of > 0, Base: Base{Of: Respondents, N: o.of}}
		v.measured(o.interval(0))
		out.Values = append(out.Values, v)
	}
	if len(all) == 0 {
		out.Note = domain.T("ingen fråga har ett utfall angivet, eller ingen har svarat", "no item has an outcome, or nobody has answered")
	}
	return err
}
