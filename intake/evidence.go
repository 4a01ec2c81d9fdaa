package intake

import (
	"database/sql"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// SessionOf says which session a file of evidence is the signed list of. Zero:
// it proves something of the project and belongs to no session.
type SessionOf struct {
	Activity string
	On       domain.Date
	Start    domain.Clock // needed only where the day has several
}

// readEvidence takes a file in as it is: what it says is for people to read. The
// original is kept sealed, as that of every file, and one event holds its hash.
func (r *reading) readEvidence(data []byte) error {
	r.kind, r.totals.Rows = r.opts.Kind, 1
	r.projects[r.opts.Project] = true
	f := domain.EvidenceRecorded{Project: r.opts.Project, SHA256: r.sum}
	if len(data) == 0 {
		r.problem("", 0, "", domain.T("filen är tom", "the file is empty"), domain.T("välj den fil som är beviset", "choose the file that is the evidence"))
	}
	projects, err := loadProjects(r)
	if err != nil {
		return err
	}
	if projects[f.Project].id == "" {
		r.problem("", 0, "", domain.T("okänt projekt", "unknown project"), domain.T("läs in projektets fil först, eller rätta --project", "import the project's file first, or correct --project"))
	}
	of := &attendanceFacts{}
	if r.opts.Session.Activity != "" && len(r.problems) == 0 {
		if f.Session, err = r.signedSession(of); err != nil {
			return err
		}
	}
	if r.opts.Voucher != "" && len(r.problems) == 0 {
		if f.Voucher, err = r.voucherOf(); err != nil {
			return err
		}
	}
	if len(r.problems) > 0 {
		r.totals.Refused = 1
		return nil
	}
	return r.attach(of, f)
}

// signedSession finds the session of a signed list as an attendance list would:
// by the activity, by any name it ever had, the day and the project.
func (r *reading) signedSession(of *attendanceFacts) (uuid.UUID, error) {
	s := r.opts.Session
	day := domain.Period{From: s.On, To: s.On}
	if err := of.loadActivities(r, day); err != nil {
		return uuid.Nil, err
	}
	if err := of.loadSessions(r, day); err != nil {
		return uuid.Nil, err
	}
	var all []*session
	if activity, ok := of.activities[domain.Fold(s.Activity)]; ok {
		all = of.sessions[sessionKey{activity, s.On, r.opts.Project}]
	}
	var starts []string
	for _, one := range all {
		if one.row.start.Given() {
			starts = append(starts, one.row.start.String())
		}
	}
	slices.Sort(starts)
	at := all
	if s.Start.Given() {
		at = slices.DeleteFunc(slices.Clone(all), func(one *session) bool { return one.row.start != s.Start })
	}
	switch {
	case len(all) == 0:
		r.problem("", 0, "", domain.Tf("projektet har inget tillfälle %s av den aktiviteten", "the project has no session of that activity on %s", s.On),
			domain.T("läs in närvarolistan först, eller rätta --activity och --on", "import the attendance list first, or correct --activity and --on"))
	case len(at) == 0:
		r.problem("", 0, "", domain.Tf("inget tillfälle börjar då; den dagen: %s", "no session starts then; that day: %s", strings.Join(starts, ", ")),
			domain.T("rätta --start eller utelämna det", "correct --start or leave it out"))
	case len(at) > 1:
		r.problem("", 0, "", domain.Tf("flera tillfällen den dagen: %s", "several sessions that day: %s", strings.Join(starts, ", ")),
			domain.Tf("lägg till --start, till exempel --start %s", "add --start, for example --start %s", starts[0]))
	default:
		return at[0].id, nil
	}
	return uuid.Nil, nil
}

// voucherOf finds the voucher a file of evidence is the invoice or receipt of, as the
// books name it: A7, a7, A 7 or, where two years have it, A7/2019.
func (r *reading) voucherOf() (string, error) {
	name, year, _ := strings.Cut(r.opts.Voucher, "/")
	name = strings.ToLower(strings.ReplaceAll(name, " ", ""))
	var found []string
	err := query(r.ctx, r.in.Facts, `select distinct strftime(year_start, '%Y-%m-%d'), series, number from costs
		where superseded_at is null and project = ? and lower(replace(series || number, ' ', '')) = ? and ? in ('', strftime(year_start, '%Y')) order by 1, 2, 3`, func(rows *sql.Rows) error {
		var start, series, number string
		err := rows.Scan(&start, &series, &number)
		found = append(found, strings.Join([]string{start, series, number}, " "))
		return err
	}, r.opts.Project, name, year)
	switch {
	case err != nil:
	case len(found) == 0:
		r.problem("", 0, "", domain.T("ingen sådan verifikation är bokförd på projektet", "no such voucher is booked on the project"), domain.T("läs in bokföringen först, eller rätta --voucher", "import the bookkeeping first, or correct --voucher"))
	case len(found) > 1:
		r.problem("", 0, "", domain.Tf("flera verifikationer heter så: %s", "several vouchers are named so: %s", strings.Join(found, ", ")), domain.Tf("ange året, till exempel --voucher %s/%s", "give the year, for example --voucher %s/%s", r.opts.Voucher, found[0][:4]))
	default:
		return found[0], nil
	}
	return "", err
}

// attach records a file as evidence, unless it is that already. One that was
// withdrawn since stays so, as with every file that comes again; one that was
// undone is as if it had never come. It is the list of each session that counts as
// the one, for the paper is of them all.
func (r *reading) attach(of *attendanceFacts, f domain.EvidenceRecorded) error {
	stands, withdrawn := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	err := query(r.ctx, r.in.Facts, `select e.session, e.superseded_at is null from evidence e join batches b on b.position = e.position
		where e.sha256 = ? and e.project = ? and coalesce(e.voucher, '') = ? and not exists (select 1 from batches u where u.undoes = b.position)`, func(rows *sql.Rows) error {
		var session uuid.NullUUID
		var holds bool
		err := rows.Scan(&session, &holds)
		stands[session.UUID], withdrawn[session.UUID] = stands[session.UUID] || holds, withdrawn[session.UUID] || !holds
		return err
	}, f.SHA256, f.Project, f.Voucher)
	if err != nil {
		return err
	}
	fresh, stale := 0, 0
	for _, session := range of.same(f.Session) {
		switch {
		case stands[session]:
		case withdrawn[session] && r.opts.Reason == "":
			stale++
		default:
			fresh++
			f.Session = session
			r.emit(domain.Place{}, domain.Event{Date: r.opts.Session.On, Data: f})
		}
	}
	if fresh > 0 {
		r.totals.New++
		return nil
	}
	r.totals.Unchanged++
	r.stale += min(stale, 1)
	return nil
}

// same are a session and those that count as it since their activities were
// merged, in order: the paper is of them all.
func (f *attendanceFacts) same(session uuid.UUID) []uuid.UUID {
	out := []uuid.UUID{session}
	for twin, one := range f.twins {
		if one == session && twin != session {
			out = append(out, twin)
		}
	}
	slices.SortFunc(out[1:], func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return out
}
