package reports

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"utfall/domain"
)

// Facts is a query handle on the projected facts at one position. With
// HideProtected no list names anybody of protected identity: their rows say
// nothing but what they add, so that sums stand. Released facts are for a
// recipient outside: no small figure is among them, and no list.
type Facts struct {
	DB            *sql.DB
	AsOf          uint64
	HideProtected bool
	Released      bool
	// Open opens what stands sealed in the facts; nil where nobody may.
	Open *Opener
	// Guard is what the recipient of released facts has been given before; nil: nothing.
	Guard *Guard
}

// Question is what is asked of a metric.
type Question struct {
	Metric  string
	Grain   domain.Grain  // periods, or none
	By      string        // one other dimension, or none
	Range   domain.Period // zero: the range of what is recorded
	Project string
	Survey  string
	Wave    string
	Pratt   bool // of survey.change: pairs without a difference are ranked, not dropped
}

// Value is one figure of an answer. Valid is false for a share of nothing.
type Value struct {
	Span       string // key of the period
	Key        string // key of the other dimension
	Number     float64
	Valid      bool
	N          int // persons or organisations behind it, or the denominator
	Base       Base
	Suppressed bool
	Before     bool     // withheld for what was given before, and for nothing else
	Low, High  *float64 // the interval, for a statistic that has one
	Change     *Change  // of survey.change
}

// Answer is a metric's figures.
type Answer struct {
	Metric Metric
	Values []Value
	Note   domain.Text // why there are no figures
	Given  []Given     // of released facts: who is behind the figures that are shown
}

// Ask answers a question; what may not be shown to whom the facts are for is withheld.
func (f *Facts) Ask(ctx context.Context, q Question) (*Answer, error) {
	a, err := f.answer(ctx, q)
	if err == nil {
		err = f.disclose(ctx, q, a)
	}
	return a, err
}

// answer answers a question in full, for reports: those are tested as a whole.
func (f *Facts) answer(ctx context.Context, q Question) (*Answer, error) {
	m, err := MetricOf(q.Metric)
	if err != nil {
		return nil, err
	}
	if q.By != "" && !slices.Contains(m.By, q.By) {
		return nil, domain.Refuse(domain.Usage, domain.Tf("%s kan inte delas upp på %s", "%s cannot be broken down by %s", m.ID, q.By),
			domain.Tf("välj bland day, month, quarter, term, year, %s", "choose among day, month, quarter, term, year, %s", strings.Join(m.By, ", ")))
	}
	if note, err := f.absent(ctx, m, q); err != nil || !note.Zero() {
		return &Answer{Metric: m, Note: note}, err
	}
	if err := f.known(ctx, q); err != nil {
		return nil, err
	}
	if m.Aggregate == Sealed {
		return f.sealed(ctx, m, q)
	}
	if q.Range, err = f.Range(ctx, q.Range); err != nil {
		return nil, err
	}
	if m.Aggregate == Statistic {
		return f.statistic(ctx, m, q)
	}
	if q.Range == (domain.Period{}) {
		return &Answer{Metric: m, Note: domain.T("inget är registrerat ännu", "nothing is recorded yet")}, nil
	}
	return f.aggregate(ctx, m, q)
}

// absent tells why a metric has no figures, when what it is made of was never
// recorded: then there is no row, and never a 0.
func (f *Facts) absent(ctx context.Context, m Metric, q Question) (domain.Text, error) {
	if m.indicator != nil {
		return f.withoutInput(ctx, m, q)
	}
	if strings.HasPrefix(m.ID, "claim.") {
		return f.withoutClaim(ctx, m, q)
	}
	var n int
	err := f.DB.QueryRowContext(ctx, fmt.Sprintf("select count(*) from %s_at(%d)", m.Needs, f.AsOf)).Scan(&n)
	if err != nil || n > 0 {
		return domain.Text{}, err
	}
	names := map[string]domain.Text{
		"memberships": domain.T("inga medlemskap är registrerade", "no memberships are recorded"), "denominators": domain.T("inget antal företag i branschen är registrerat", "no count of organisations of the field is recorded"),
		"sessions": domain.T("inga tillfällen är registrerade", "no sessions are recorded"), "attendance": domain.T("ingen närvaro är registrerad", "no attendance is recorded"),
		"projects": domain.T("inget projekt är registrerat", "no project is recorded"), "responses": domain.T("inga enkätsvar är registrerade", "no survey answers are recorded"),
	}
	return names[m.Needs], nil
}

// known refuses a project or a survey nobody recorded.
func (f *Facts) known(ctx context.Context, q Question) error {
	for _, ask := range []struct{ table, column, id, sv, en string }{
		{"projects", "project", q.Project, "projektet %q finns inte", "there is no project %q"},
		{"surveys", "survey", q.Survey, "enkäten %q finns inte", "there is no survey %q"},
	} {
		if ask.id == "" {
			continue
		}
		var n int
		err := f.DB.QueryRowContext(ctx, fmt.Sprintf("select count(*) from %s_at(%d) where %s = ?", ask.table, f.AsOf, ask.column), ask.id).Scan(&n)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.Refuse(domain.NotFound, domain.Tf(ask.sv, ask.en, ask.id), domain.T("kontrollera id:t", "check the id"))
		}
	}
	return nil
}

// Range fills in what was not given: the first and the last date of anything
// recorded that is not after the day of the batch asked for (formats.md 3). A
// clock that has gone backwards hides no day that had come before.
func (f *Facts) Range(ctx context.Context, given domain.Period) (domain.Period, error) {
	if !given.From.Zero() && !given.To.Zero() {
		return given, nil
	}
	var first, last sql.NullString
	err := f.DB.QueryRowContext(ctx, strings.ReplaceAll(strings.ReplaceAll(`
		with dates as (
			select s.date from attendance_at({n}) a join sessions_at({n}) s on s.session = a.session where present
			union all select s.date from headcounts_at({n}) h join sessions_at({n}) s on s.session = h.session
			union all select date from responses_at({n})
			union all select member_from from memberships_at({n})
			union all select member_to from memberships_at({n})
			union all select unnest([p.start_on, p.end_on, case when improved is not null then cast(p.end_on + to_months(longterm_months) as date) end])
				from participations_at({n}) p join projects_at({n}) j on j.project = p.project join (values {rules}) rule(programme, longterm_months) on rule.programme = j.programme
			union all select date from results_at({n})
			union all select date from project_entities_at({n})
			union all select date from aid_at({n}) where project <> ''
			union all select date from costs_at({n})
			union all select date from staff_time_at({n})
			union all select date from contributions_at({n})
			union all select end_on from projects_at({n}) where nullif(body->>'lump_sum', '') is not null)
		select strftime(min(date), '%Y-%m-%d'), strftime(max(date), '%Y-%m-%d') from dates
		where date <= (select max(recorded_on) from batches where position <= {n})`, "{n}", strconv.FormatUint(f.AsOf, 10)), "{rules}", longTermValues())).Scan(&first, &last)
	if err != nil || !first.Valid {
		return domain.Period{}, err
	}
	if given.From.Zero() {
		given.From = domain.MustDate(first.String)
	}
	if given.To.Zero() {
		given.To = domain.MustDate(last.String)
	}
	if given.To.Before(given.From) {
		return given, domain.Refuse(domain.Usage, domain.T("--to är före --from", "--to is before --from"), domain.T("byt plats på dem", "swap them"))
	}
	return given, nil
}

// keyOf is the expression of a dimension in the columns of a contribution.
var keyOf = map[string]string{
	"": "''", "municipality": "coalesce(municipality, 'unknown')", "activity": "coalesce(activity, 'unknown')",
	"activity_type": "coalesce(nullif(activity_type, ''), 'unknown')", "project": "coalesce(project, 'unknown')", "sex": "coalesce(sex, 'unknown')",
	"age_band": "coalesce(age_band, 'unknown')", "organisation": "coalesce(organisation_key, 'unknown')",
	"sni_group": "coalesce(sni_group, 'unknown')", "size_class": "coalesce(size_class, 'unknown')",
	"item": "item", "wave": "wave", "line": "coalesce(line, 'unknown')",
}

// contributions is the SQL that gives every contribution in range, with its
// span and key: the aggregate and the drill-down both select from it.
func (f *Facts) contributions(m Metric, q Question) string {
	text := "with " + prelude() + standsOn(m.basis) + ", contribution as (\n" + m.query() + "\n),\nplaced as (\n"
	if m.Stock {
		text += "select *, " + keyOf[q.By] + " as key from contribution\n)\n"
	} else {
		text += "select contribution.*, span.span, " + keyOf[q.By] + " as key from contribution join span on date between start and stop\n)\n"
	}
	return f.fill(text, q)
}

func prelude() string {
	text, _ := queryFiles.ReadFile("queries/prelude.sql")
	return string(text)
}

// fill puts the position, the spans and the rules into a query's text: all
// values of our own making. What users give is bound, never put in.
func (f *Facts) fill(text string, q Question) string {
	spans := make([]string, 0, 8)
	for _, s := range q.Range.Spans(q.Grain) {
		spans = append(spans, fmt.Sprintf("(%s, date '%s', date '%s')", quote(s.Key), s.From, s.To))
	}
	return strings.NewReplacer("{as_of}", strconv.FormatUint(f.AsOf, 10), "{spans}", strings.Join(spans, ", "), "{kkn}", kknValues(),
		"{bands}", bandValues(), "{hide}", strconv.FormatBool(f.HideProtected), "{by_municipality}", strconv.FormatBool(q.By == "municipality")).Replace(text)
}

func (q Question) args() []any { return []any{q.Project, q.Survey, q.Wave} }

// aggregates are the figure, and the denominator of a ratio.
var aggregates = map[Aggregate]string{
	Sum:            "cast(sum(measure) as bigint), 0",
	DistinctPerson: "count(distinct subject), 0",
	DistinctOrg:    "count(distinct organisation), 0",
	Ratio: `cast(coalesce(sum(measure) filter (where part = 'num'), 0) as bigint),
		cast(coalesce(sum(measure) filter (where part = 'den'), 0) as bigint)`,
}

// aggregate makes the figures of a metric that is a sum, a distinct count or a
// ratio. By a period every period is given, zeros included; by another
// dimension only keys with contributions.
func (f *Facts) aggregate(ctx context.Context, m Metric, q Question) (*Answer, error) {
	from, err := f.withLargest(ctx, m, q)
	if err != nil {
		return nil, err
	}
	text := f.contributions(m, q) + counted + "select span, key, " + aggregates[m.Aggregate] + ", " + m.baseColumns() + ", " + largestColumn + " from " + from + " group by span, key order by span, key"
	rows, err := f.DB.QueryContext(ctx, text, q.args()...)
	if err != nil {
		return nil, fmt.Errorf("metric %s: %w", m.ID, err)
	}
	defer rows.Close()
	found := map[[2]string]Value{}
	keys := []string{}
	for rows.Next() {
		var v Value
		var num, den, largest int64
		var b behindIt
		if err := rows.Scan(&v.Span, &v.Key, &num, &den, &b.rows, &b.persons, &b.organisations, &b.nameless, &b.heads, &largest); err != nil {
			return nil, err
		}
		v.Number, v.Valid = m.number(num, den)
		v.N, v.Base = m.base(q, num, den, b)
		v.Base.Largest = largestShare(largest, num)
		found[[2]string{v.Span, v.Key}] = v
		if !slices.Contains(keys, v.Key) {
			keys = append(keys, v.Key)
		}
	}
	if err := errors.Join(rows.Err(), ctx.Err()); err != nil {
		return nil, err
	}
	slices.Sort(keys)
	if q.By == "" {
		keys = []string{""}
	}
	out := &Answer{Metric: m}
	for _, span := range q.Range.Spans(q.Grain) {
		for _, key := range keys {
			v, ok := found[[2]string{span.Key, key}]
			if !ok && q.By != "" && q.Grain == domain.None {
				continue
			}
			if !ok {
				v = Value{Span: span.Key, Key: key}
				v.Number, v.Valid = m.number(0, 0)
				v.Base.Of = m.behind()
			}
			out.Values = append(out.Values, v)
		}
	}
	return out, nil
}

// number makes the figure of whole sums.
func (m Metric) number(num, den int64) (float64, bool) {
	switch {
	case m.Aggregate != Ratio && m.Scale != 0:
		return float64(num) / m.Scale, true
	case m.Aggregate != Ratio:
		return float64(num), true
	case den == 0:
		return 0, false
	}
	return float64(num) / float64(den), true
}
