package main

import (
	"database/sql"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// signedLists are two steps of a question. signed, one row: a session and the
// original that is its signed list, or that of a session that became one with it;
// stands tells whether it still is. Nobody has read who is on the paper: whoever is
// recorded at the session is taken to be.
const signedLists = `one as (
		select s.session, first_value(s.session) over (partition by coalesce(m.into_activity, s.activity), s.date, s.project, s.start_minute order by s.position, s.idx) as one_session
		from sessions s left join activity_merges m on m.activity = s.activity and m.superseded_at is null where s.superseded_at is null),
	signed as (
		select distinct e.sha256, coalesce(same.session, e.session) as session, e.superseded_at is null as stands
		from evidence e left join one on one.session = e.session left join one same on same.one_session = one.one_session
		where e.session is not null)`

// listsNaming are the sessions whose signed lists name any of some subjects.
func (a *App) listsNaming(subjects []uuid.UUID) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	for _, subject := range subjects {
		err := each(a.ctx, a.store.DB(), "with "+signedLists+" select distinct signed.session from signed join attendance a on a.session = signed.session where a.subject = ?", func(rows *sql.Rows) error {
			var id uuid.UUID
			err := rows.Scan(&id)
			out[id] = true
			return err
		}, subject.String())
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// namedBy are the subjects an original names that is a signed list.
func (a *App) namedBy(sum string) (out []uuid.UUID, err error) {
	store, err := a.Facts()
	if err != nil {
		return nil, err
	}
	err = each(a.ctx, store.DB(), "with "+signedLists+" select distinct a.subject from signed join attendance a on a.session = signed.session where signed.sha256 = ? order by 1", func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, sum)
	return out, err
}

// evidence is what is recorded about a subject that may have to be kept: what it did
// in each project. The last payment of a project is known once its last claim is paid.
func (a *App) evidence(subject uuid.UUID) ([]privacy.Evidence, error) {
	return a.evidenceWhere("a.subject = ?", subject.String())
}

// evidenceWhere is the proofs a, in batches b, that a condition picks out:
// participation in projects, what was worked for them or given to them, and aid given
// to a firm; a firm can be a person. The condition is ours; its values are bound.
func (a *App) evidenceWhere(condition string, args ...any) (out []privacy.Evidence, err error) {
	err = each(a.ctx, a.store.DB(), `with `+signedLists+`, proof as (
			select '`+privacy.Participation+`' as kind, a.subject, a.position, s.project, s.date, a.session
			from attendance a join sessions s on s.session = a.session and s.superseded_at is null
			join projects p on p.project = s.project and p.superseded_at is null
			where a.superseded_at is null and a.present and s.date between p.start_on and p.end_on
			union all select '`+privacy.Participation+`', subject, position, project, coalesce(end_on, start_on), null from participations where superseded_at is null
			union all select '`+privacy.Participation+`', subject, position, project, date, null from results where superseded_at is null
			union all select '`+privacy.Costs+`', subject, position, project, date, null from staff_time where superseded_at is null
			union all select '`+privacy.Costs+`', organisation, position, project, date, null from contributions where superseded_at is null and organisation is not null
			union all select '`+privacy.Aid+`', organisation, position, project, date, null from aid where superseded_at is null)
		select a.kind, a.project, coalesce(p.programme, ''), strftime(coalesce(max(a.date), max(p.start_on)), '%Y-%m-%d'), coalesce(strftime(max(c.paid), '%Y-%m-%d'), '')
		from proof a left join projects p on p.project = a.project and p.superseded_at is null
		left join (select project, max(date) as paid from claims_paid where superseded_at is null and project in (
			select s.project from claims_submitted s join claims_paid f on f.project = s.project and f.month = s.month and f.superseded_at is null where s.final and s.superseded_at is null)
			group by project) c on c.project = a.project
		join batches b on b.position = a.position
		where `+condition+` group by all order by 1, 2`, func(rows *sql.Rows) error {
		var e privacy.Evidence
		var last, paid string
		err := rows.Scan(&e.Kind, &e.Project, &e.Programme, &last, &paid)
		if err == nil {
			e.Last, err = domain.ParseDate(last)
		}
		if err == nil && paid != "" {
			e.Paid, err = domain.ParseDate(paid)
		}
		out = append(out, e)
		return err
	}, args...)
	return out, err
}

// uploadsOf are the originals that name a subject and are evidence of nobody: they
// are destroyed with it. Those that are evidence of others stay, and it is told. A
// signed list names whoever is recorded at its session.
func (a *App) uploadsOf(subject uuid.UUID) ([]string, error) {
	var sums []string
	err := each(a.ctx, a.store.DB(), `with `+signedLists+`, mine as (select position from attendance where subject = $1 union select position from persons where subject = $1
		union select position from participations where subject = $1 union select position from results where subject = $1 union select position from aid where organisation = $1
		union select position from staff_time where subject = $1 union select position from contributions where organisation = $1
		union select position from organisation_links where $1 in (organisation, with_organisation)
		union select position from responses where subject = $1 union select position from organisations where organisation = $1)
		select sha256 from batches b join mine using (position) where sha256 <> ''
		union select sha256 from signed join attendance a on a.session = signed.session where a.subject = $1 order by 1`, func(rows *sql.Rows) error {
		var sum string
		err := rows.Scan(&sum)
		sums = append(sums, sum)
		return err
	}, subject.String())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, sum := range sums {
		evidence, err := a.evidenceWhere("a.subject <> ? and (b.sha256 = ? or a.session in (select session from signed where stands and sha256 = ?))", subject.String(), sum, sum)
		if err != nil {
			return nil, err
		}
		holds := privacy.RetentionRules.Holds(domain.DateOf(a.now()), evidence)
		if len(holds) == 0 {
			out = append(out, sum)
			a.tell(domain.Tf("  originalet med SHA-256 %s… förstörs: det är bevis om ingen", "  the original with SHA-256 %s… is destroyed: it is evidence of nobody", sum[:12]))
			continue
		}
		a.tell(domain.Tf("  originalet med SHA-256 %s… är bevis om andra och ligger kvar, förseglat (%s)", "  the original with SHA-256 %s… is evidence of others and is kept, sealed (%s)", sum[:12], holds[0].Class.ID))
	}
	return out, nil
}
