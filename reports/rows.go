package reports

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// Entry is one contribution behind a figure: the event that made it, and what
// it adds.
type Entry struct {
	Event        uuid.UUID
	Position     uint64
	Batch        string        // its id
	File         domain.Sealed // the name of its file
	Line         int
	Date         string
	Subject      uuid.UUID
	Organisation uuid.UUID
	Span, Key    string
	Measure      float64
	Part         string // num, den, +, - or empty
}

// distinctOf tells which column a distinct count counts: its entries are the
// first contribution of each.
var distinctOf = map[Aggregate]string{DistinctPerson: "subject", DistinctOrg: "organisation"}

// Entries gives the contributions behind a question's figures, ordered by
// date, position and index: their aggregate is the figure. What is withheld has
// none, and nothing that is released.
func (f *Facts) Entries(ctx context.Context, q Question, each func(Entry) error) (*Answer, error) {
	if f.Released {
		return nil, ErrReleasedEntries
	}
	answer, err := f.Ask(ctx, q)
	if err != nil || !answer.Note.Zero() {
		return answer, err
	}
	shown := each
	each = func(e Entry) error {
		if slices.ContainsFunc(answer.Values, func(v Value) bool { return v.Suppressed && v.Span == e.Span && v.Key == e.Key }) {
			return nil
		}
		return shown(e)
	}
	m := answer.Metric
	if m.Aggregate == Sealed {
		return answer, f.entriesOf(ctx, m, q, each)
	}
	if q.Range, err = f.Range(ctx, q.Range); err != nil {
		return nil, err
	}
	if m.Aggregate == Statistic {
		return answer, f.statisticEntries(ctx, q, answer, each)
	}
	first := ""
	if column := distinctOf[m.Aggregate]; column != "" {
		first = "qualify row_number() over (partition by span, key, entry." + column + " order by date, entry.position, idx) = 1\n"
	}
	// UNION ALL BY NAME leaves out what a query does not have, so every column
	// asked for here is given a name first.
	text := f.contributions(m, q) + `, entry as (
	select * from placed
	union all by name
	select null::uuid as event_id, null::ubigint as position, null::uinteger as idx, null::uinteger as source_line, null::date as date,
		null::uuid as subject, null::uuid as organisation, null::varchar as part where false
)
select case when hidden.subject is null then event_id end, case when hidden.subject is null then entry.position else 0 end,
	case when hidden.subject is null then coalesce(b.file_sealed, '') else '' end, coalesce(b.batch_id, ''), case when hidden.subject is null then source_line else 0 end, strftime(date, '%Y-%m-%d'), case when hidden.subject is null then entry.subject end, case when hidden.subject is null then organisation end,
	span, key, measure, coalesce(part, '')
from entry left join batches b on b.position = entry.position left join hidden on hidden.subject = entry.subject
` + first + "order by span, key, date, entry.position, idx, part"
	rows, err := f.DB.QueryContext(ctx, text, q.args()...)
	if err != nil {
		return nil, fmt.Errorf("metric %s --rows: %w", m.ID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var e Entry
		var event, subject, organisation uuid.NullUUID
		var date sql.NullString
		var measure int64
		err := rows.Scan(&event, &e.Position, &e.File, &e.Batch, &e.Line, &date, &subject, &organisation, &e.Span, &e.Key, &measure, &e.Part)
		if err != nil {
			return nil, err
		}
		e.Event = event.UUID // none for somebody who is not to be named
		e.Date, e.Subject, e.Organisation = date.String, subject.UUID, organisation.UUID
		e.Measure = float64(measure)
		if m.Scale != 0 {
			e.Measure /= m.Scale
		}
		if err := each(e); err != nil {
			return nil, err
		}
	}
	return answer, rows.Err()
}
