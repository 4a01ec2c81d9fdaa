package reports

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"utfall/domain"
)

// statisticEntries gives the entries behind a survey figure: answers; of a change
// the answers before, which it is less, and those after; of a rate who was asked
// and who answered.
func (f *Facts) statisticEntries(ctx context.Context, q Question, answer *Answer, each func(Entry) error) error {
	def, _, k, err := f.definition(ctx, q.Survey)
	if err != nil {
		return err
	}
	kinds, of, args := "'scale'", "select *, value as measure, '' as part from valid", []any(nil)
	switch answer.Metric.ID {
	case "survey.nps":
		kinds = "'nps'"
	case "survey.outcome":
		return f.outcomeEntries(ctx, def, q, each)
	case "survey.response_rate":
		kinds, of = "''", askedAndAnswered
	case "survey.change":
		if q.By == "item" {
			kinds = "'scale', 'nps'"
		}
		to := q.Wave
		if to == "" && q.By != "wave" {
			to = def.Waves[len(def.Waves)-1]
		}
		of, args, q.Wave = beforeAndAfter, []any{to}, ""
	}
	small, err := f.outOfPool(ctx, answer.Metric, def, q, k)
	if err != nil {
		return err
	}
	return f.surveyEntries(ctx, def, q, "select * from ("+of+") where kind in ("+kinds+")", func(e Entry, wave, item string) error {
		switch q.By {
		case "item":
			e.Key = item
		case "wave":
			e.Key = wave
		}
		if small[[2]string{wave, item}] {
			return nil
		}
		return each(e)
	}, args...)
}

// beforeAndAfter are the answers of pairs, of one later wave or of all.
const beforeAndAfter = `
	with two as (select * from pair where ? in ('', wave))
	select v.* replace (two.wave as wave), v.value as measure, '-' as part from two join valid v on v.event_id = two.event_before and v.item = two.item
	union all
	select v.*, v.value, '+' from two join valid v on v.event_id = two.event_after and v.item = two.item`

// askedAndAnswered are the invited, and those of them who answered completely.
const askedAndAnswered = `
	with newest as (select i.* from invitations_at({as_of}) i join asked on asked.survey = i.survey and asked.wave in ('', i.wave)
		where i.respondent not in (select respondent from unnamed)
		qualify row_number() over (partition by i.wave, i.respondent order by i.position desc, i.idx desc) = 1)
	select event_id, position, idx, source_line, date, respondent as subject, wave, '' as item, 0 as ordinal, '' as kind, 1 as measure, 'den' as part
	from newest n where status is distinct from 'ineligible' or exists (from taken t where t.subject = n.respondent and t.wave = n.wave)
	union all
	select t.event_id, t.position, t.idx, t.source_line, t.date, t.subject, t.wave, '', 0, '', 1, 'num'
	from taken t join newest n on n.respondent = t.subject and n.wave = t.wave where t.complete`

// surveyEntries hands over the rows of a query as entries, in the order of waves,
// items, days and positions.
func (f *Facts) surveyEntries(ctx context.Context, def *domain.SurveyDefined, q Question, of string, each func(e Entry, wave, item string) error, args ...any) error {
	type entry struct {
		Entry
		wave, item string
	}
	var out []entry
	err := f.surveyQuery(ctx, def, q, fmt.Sprintf(`, entry as (%s)
		select r.event_id, r.position, coalesce(b.file_sealed, ''), coalesce(b.batch_id, ''), r.source_line, coalesce(strftime(r.date, '%%Y-%%m-%%d'), ''),
			r.subject, r.wave, r.item, cast(r.measure as double), r.part
		from entry r left join batches b on b.position = r.position
		order by r.wave, r.ordinal, r.date, r.position, r.idx, r.part`, of), func(rows *sql.Rows) error {
		var e entry
		err := rows.Scan(&e.Event, &e.Position, &e.File, &e.Batch, &e.Line, &e.Date, &e.Subject, &e.wave, &e.item, &e.Measure, &e.Part)
		out = append(out, e)
		return err
	}, args...)
	if err != nil {
		return err
	}
	slices.SortStableFunc(out, func(a, b entry) int { return slices.Index(def.Waves, a.wave) - slices.Index(def.Waves, b.wave) })
	for _, e := range out {
		if err := each(e.Entry, e.wave, e.item); err != nil {
			return err
		}
	}
	return nil
}

// outOfPool are the items of waves that are withheld by themselves, and so in no
// figure over several items.
func (f *Facts) outOfPool(ctx context.Context, m Metric, def *domain.SurveyDefined, q Question, k int) (map[[2]string]bool, error) {
	if m.ID != "survey.top2" && m.ID != "survey.nps" || q.By == "item" {
		return nil, nil
	}
	all, err := f.answered(ctx, def, q)
	if err != nil {
		return nil, err
	}
	out := map[[2]string]bool{}
	for _, t := range all.tallies(domain.Scale, domain.NPS) {
		out[[2]string{t.wave, t.item.ID}] = t.answers.N() < k
	}
	return out, nil
}

// outcomeEntries are the valid answers to items that tell of an outcome, and those
// of them that say it came about.
func (f *Facts) outcomeEntries(ctx context.Context, def *domain.SurveyDefined, q Question, each func(Entry) error) error {
	return f.surveyEntries(ctx, def, q, `select event_id, position, idx, source_line, date, subject, wave, item, ordinal, 0 as measure,
			coalesce(string_agg(choice, chr(31) order by choice), cast(max(value) as varchar)) as part
		from reply where state = 'valid' and (choice is not null or kind = 'scale') group by all`, func(e Entry, _, id string) error {
		item, ok := itemOf(def, id)
		if !ok || item.Achieved == nil {
			return nil
		}
		yes := cameAbout(item, e.Part)
		e.Key, e.Measure, e.Part = id, 1, "den"
		if err := each(e); err != nil || !yes {
			return err
		}
		e.Part = "num"
		return each(e)
	})
}
