package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// Opener opens what stands sealed in the facts. What was sealed for somebody
// who has been erased opens as nothing at all.
type Opener struct {
	Special func(event, subject uuid.UUID, project string, sealed domain.Sealed) (domain.Special, error)
	Frozen  func(event uuid.UUID, project string, sealed domain.Sealed) ([]domain.FrozenContribution, error)
}

// withoutInput tells why an indicator has no figure, when what it is made of was
// never recorded of any participant asked about.
func (f *Facts) withoutInput(ctx context.Context, m Metric, q Question) (domain.Text, error) {
	i := m.indicator
	text := "select count(*) from contribution"
	if i.Kind == rules.Entity && i.From == "aid" {
		text = "select count(*) from aid_at({as_of}) a, asked where asked.project in ('', a.project) and a.project <> ''"
	} else if i.Kind != rules.Entity {
		from, condition := i.input()
		text = "select count(*) from " + from + " where " + condition
	}
	var n int
	err := f.DB.QueryRowContext(ctx, f.fill("with "+prelude()+standsOn(m.basis)+", contribution as ("+m.query()+")\n"+text, q.someDay()), q.args()...).Scan(&n)
	if err != nil || n > 0 {
		return domain.Text{}, err
	}
	return domain.Tf("inget underlag är registrerat för %s", "nothing that %s is made of is recorded", i.Code), nil
}

// someDay gives a question a range where the answer does not depend on one.
func (q Question) someDay() Question {
	q.Range = domain.Period{From: domain.MustDate("0001-01-01"), To: domain.MustDate("9999-12-31")}
	q.Grain = domain.None
	return q
}

// sealedEntry is one person counted by an indicator of special categories.
type sealedEntry struct {
	Entry
	sex, project string
}

// sealed makes the figure of an indicator of special categories. It is that of
// the whole project: erased people add to it without a day, so there is no other
// breakdown than sex.
func (f *Facts) sealed(ctx context.Context, m Metric, q Question) (*Answer, error) {
	if q.Grain != domain.None || q.Range != (domain.Period{}) {
		return nil, domain.Refuse(domain.Usage, domain.Tf("%s räknas över hela tiden: den som raderats finns kvar utan dag", "%s is counted over all time: whoever was erased remains without a day", m.ID),
			domain.T("utelämna period, --from och --to", "leave out the period, --from and --to"))
	}
	entries, asked, err := f.sealedEntries(ctx, m.indicator, q)
	if err != nil {
		return nil, err
	}
	if !asked {
		return &Answer{Metric: m, Note: domain.Tf("inget underlag är registrerat för %s", "nothing that %s is made of is recorded", m.indicator.Code)}, nil
	}
	counts := map[string]int{}
	if q.By == "" {
		counts[""] = 0
	}
	for _, e := range entries {
		counts[e.key(q.By)]++
	}
	out := &Answer{Metric: m}
	for key, n := range counts {
		out.Values = append(out.Values, Value{Key: key, Number: float64(n), Valid: true, N: n})
	}
	slices.SortFunc(out.Values, func(a, b Value) int { return cmp.Compare(a.Key, b.Key) })
	return out, nil
}

func (e sealedEntry) key(by string) string {
	switch by {
	case "sex":
		return e.sex
	case "project":
		return e.project
	}
	return ""
}

// sealedEntries are the persons an indicator of special categories counts, those
// who are erased last; asked tells whether anybody was asked at all.
func (f *Facts) sealedEntries(ctx context.Context, i *indicatorOf, q Question) (out []sealedEntry, asked bool, err error) {
	records, err := f.sealedRecords(ctx, []*indicatorOf{i}, q)
	if err != nil {
		return nil, false, err
	}
	entries, err := f.entriesBy(ctx, i, q)
	if err != nil {
		return nil, false, err
	}
	frozen, err := f.frozen(ctx, q)
	if err != nil {
		return nil, false, err
	}
	for _, r := range records {
		if r.adds(i) {
			e := entries[sealedKey{r.project, r.subject}]
			e.sex, e.project = r.sex, r.project
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b sealedEntry) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Line, b.Line))
	})
	for _, c := range frozen {
		if c.Indicator == i.Code && c.At(f.AsOf) && !c.Asked {
			out = append(out, sealedEntry{Entry{Event: c.event, Position: c.position, Batch: c.batch, Measure: 1}, string(c.Sex), c.project})
		}
	}
	return out, i.asked(records, frozen, f.AsOf), nil
}

// asked tells whether anybody was asked what the indicator is made of.
func (i *indicatorOf) asked(records []sealedRecord, frozen []frozenAt, at uint64) bool {
	return slices.ContainsFunc(records, func(r sealedRecord) bool {
		return r.programme == i.set.ID && slices.ContainsFunc(i.Special, func(field string) bool { return *r.special.Field(field) != "" })
	}) || slices.ContainsFunc(frozen, func(c frozenAt) bool { return c.Indicator == i.Code && c.At(at) })
}

// sealedRecord is a participant with special categories, opened.
type sealedRecord struct {
	project, programme, sex string
	subject                 uuid.UUID
	own                     uuid.UUID // whose key they are sealed under: the subject before merges
	special                 domain.Special
	meets                   []string // codes of the indicators whose other conditions the record meets
}

// adds tells whether a record is counted by an indicator.
func (r sealedRecord) adds(i *indicatorOf) bool {
	return slices.Contains(r.meets, i.Code) && slices.ContainsFunc(i.Special, func(field string) bool { return *r.special.Field(field) == domain.Yes })
}

// sealedRecords opens the special categories of every participant asked about,
// once for all the indicators given.
func (f *Facts) sealedRecords(ctx context.Context, all []*indicatorOf, q Question) ([]sealedRecord, error) {
	var out []sealedRecord
	meets := []string{"''"}
	for _, i := range all {
		condition := i.where()
		if i.Kind == rules.Result {
			condition += " and exists (select 1 from outcome where outcome.project = record.project and outcome.subject = record.subject and " + i.achieved() + ")"
		}
		meets = append(meets, "case when "+condition+" then "+quote(i.Code)+" end")
	}
	rows, err := f.DB.QueryContext(ctx, f.fill("with "+prelude()+",\n"+records()+`
		select project, programme, sex, subject, special_event, special_subject, special_sealed, concat_ws(',', `+strings.Join(meets, ", ")+`)
		from record where special_sealed is not null order by date, position, idx`, q.someDay()), q.args()...)
	if err != nil {
		return nil, fmt.Errorf("special categories: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r sealedRecord
		var event uuid.UUID
		var text domain.Sealed
		var codes string
		if err := rows.Scan(&r.project, &r.programme, &r.sex, &r.subject, &event, &r.own, &text, &codes); err != nil {
			return nil, err
		}
		r.meets = strings.Split(codes, ",")
		if f.Open == nil {
			return nil, ErrNotOpen
		}
		if r.special, err = f.Open.Special(event, r.own, r.project, text); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// ErrNotOpen is returned where the vault is not there, or is another one than what
// is sealed was sealed with.
var ErrNotOpen = domain.Refuse(domain.Refused, domain.T("särskilda kategorier kan inte läsas utan valvet", "special categories cannot be read without the vault"),
	domain.T("återställ valvet och dess nycklar bredvid loggen", "restore the vault and its keys beside the log"))

// sealedKey is a participant: a project and a subject.
type sealedKey struct {
	project string
	subject uuid.UUID
}

// entriesBy are the entries that meet an indicator's other conditions, of those
// who have special categories, by participant.
func (f *Facts) entriesBy(ctx context.Context, i *indicatorOf, q Question) (map[sealedKey]sealedEntry, error) {
	rows, err := f.DB.QueryContext(ctx, f.fill("with "+prelude()+",\n"+records()+", contribution as ("+i.query()+`)
		select project, c.subject, case when hidden.subject is null then c.event_id end, case when hidden.subject is null then c.position else 0 end,
			case when hidden.subject is null then coalesce(b.file_sealed, '') else '' end, coalesce(b.batch_id, ''),
			case when hidden.subject is null then c.source_line else 0 end, strftime(c.date, '%Y-%m-%d'), hidden.subject is not null
		from contribution c left join batches b on b.position = c.position left join hidden on hidden.subject = c.subject
		where special_sealed is not null`, q.someDay()), q.args()...)
	if err != nil {
		return nil, fmt.Errorf("special categories: %w", err)
	}
	defer rows.Close()
	out := map[sealedKey]sealedEntry{}
	for rows.Next() {
		e := sealedEntry{Entry: Entry{Measure: 1}}
		var project string
		var subject uuid.UUID
		var event uuid.NullUUID
		var hidden bool
		if err := rows.Scan(&project, &subject, &event, &e.Position, &e.File, &e.Batch, &e.Line, &e.Date, &hidden); err != nil {
			return nil, err
		}
		if e.Event = event.UUID; !hidden {
			e.Subject = subject
		}
		out[sealedKey{project, subject}] = e
	}
	return out, rows.Err()
}

// frozenAt is a frozen contribution and the event that holds it.
type frozenAt struct {
	domain.FrozenContribution
	event    uuid.UUID
	position uint64
	batch    string
	project  string
}

// frozen are the contributions of erased people. They were recorded when each
// was erased, and hold at every position from the one they are dated to on.
func (f *Facts) frozen(ctx context.Context, q Question) ([]frozenAt, error) {
	var out []frozenAt
	rows, err := f.DB.QueryContext(ctx, `select f.event_id, f.position, b.batch_id, f.project, f.contributions_sealed from frozen f join batches b on b.position = f.position
		where f.superseded_at is null and ? in ('', f.project) order by f.position, f.idx`, q.Project)
	if err != nil {
		return nil, fmt.Errorf("frozen contributions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var at frozenAt
		var text domain.Sealed
		if err := rows.Scan(&at.event, &at.position, &at.batch, &at.project, &text); err != nil {
			return nil, err
		}
		if f.Open == nil {
			return nil, ErrNotOpen
		}
		all, err := f.Open.Frozen(at.event, at.project, text)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			at.FrozenContribution = c
			out = append(out, at)
		}
	}
	return out, rows.Err()
}

// entriesOf hands over the entries behind an indicator of special categories.
func (f *Facts) entriesOf(ctx context.Context, m Metric, q Question, each func(Entry) error) error {
	entries, _, err := f.sealedEntries(ctx, m.indicator, q)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(a, b sealedEntry) int { return cmp.Compare(a.key(q.By), b.key(q.By)) })
	for _, e := range entries {
		e.Key = e.key(q.By)
		if err := each(e.Entry); err != nil {
			return err
		}
	}
	return nil
}

// ContributionsOf is what the special categories sealed under one subject's key
// add to figures: to which, and at which positions. It is what is frozen when
// the subject is erased.
func (f *Facts) ContributionsOf(ctx context.Context, subject uuid.UUID) (map[string][]domain.FrozenContribution, error) {
	positions, err := f.positionsOf(ctx, subject)
	if err != nil {
		return nil, err
	}
	out := map[string][]domain.FrozenContribution{}
	for n, at := range positions {
		then := *f
		then.AsOf = at
		now, err := then.contributionsAt(ctx, subject)
		if err != nil {
			return nil, err
		}
		until := uint64(0)
		if n+1 < len(positions) {
			until = positions[n+1]
		}
		for project, all := range now {
			for _, c := range all {
				c.From, c.Until = at, until
				out[project] = joined(out[project], c)
			}
		}
	}
	return out, nil
}

// joined adds a contribution, to one that ends where it begins if there is one.
func joined(all []domain.FrozenContribution, c domain.FrozenContribution) []domain.FrozenContribution {
	for i := range all {
		if all[i].Indicator == c.Indicator && all[i].Sex == c.Sex && all[i].Asked == c.Asked && all[i].Until == c.From {
			all[i].Until = c.Until
			return all
		}
	}
	return append(all, c)
}

// contributionsAt is what a subject's special categories add at the facts'
// position, by project.
func (f *Facts) contributionsAt(ctx context.Context, subject uuid.UUID) (map[string][]domain.FrozenContribution, error) {
	all := sealedIndicators()
	records, err := f.sealedRecords(ctx, all, Question{})
	out := map[string][]domain.FrozenContribution{}
	for _, r := range records {
		for _, i := range all {
			switch {
			case r.own != subject:
			case r.adds(i):
				out[r.project] = append(out[r.project], domain.FrozenContribution{Indicator: i.Code, Sex: domain.Sex(r.sex)})
			case i.asked([]sealedRecord{r}, nil, f.AsOf): // whoever says no makes a 0 of what nobody was asked
				out[r.project] = append(out[r.project], domain.FrozenContribution{Indicator: i.Code, Asked: true})
			}
		}
	}
	return out, err
}

// sealedIndicators are the indicators of special categories of every rule set.
func sealedIndicators() (out []*indicatorOf) {
	for _, m := range indicatorMetrics {
		if m.Aggregate == Sealed {
			out = append(out, m.indicator)
		}
	}
	return out
}

// positionsOf are the positions at which anything was recorded that what a
// subject's special categories add depends on; none when it has none.
func (f *Facts) positionsOf(ctx context.Context, subject uuid.UUID) ([]uint64, error) {
	rows, err := f.DB.QueryContext(ctx, `with mine as (
			select $1::uuid as subject union select into_subject from person_merges where subject = $1
			union select subject from person_merges where into_subject in (select $1::uuid union select into_subject from person_merges where subject = $1)),
		attended as (select * from attendance where subject in (from mine)),
		touched as (
			select position, superseded_at from participations where subject in (from mine)
			union all select position, superseded_at from persons where subject in (from mine)
			union all select position, superseded_at from results where subject in (from mine)
			union all select position, superseded_at from person_merges where subject in (from mine)
			union all select position, superseded_at from attended
			union all select position, superseded_at from sessions where session in (select session from attended)
			union all select position, superseded_at from projects where project in (select project from participations where subject in (from mine)))
		select distinct p from (select unnest([position, superseded_at]) as p from touched)
		where p is not null and exists (select 1 from participations where subject = $1 and special_sealed is not null) order by p`, subject.String())
	if err != nil {
		return nil, fmt.Errorf("positions of a subject: %w", err)
	}
	defer rows.Close()
	var out []uint64
	for rows.Next() {
		var p uint64
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		if p <= f.AsOf {
			out = append(out, p)
		}
	}
	return out, rows.Err()
}
