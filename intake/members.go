package intake

import (
	"cmp"
	"database/sql"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// members reads a member list: each row one period of membership.
type members struct {
	r    *reading
	t    *table
	rows []memberRow
}

type memberRow struct {
	line   int
	number domain.OrgNumber
	email  string
	name   string
	facts  domain.OrganisationDescribed
	period domain.MembershipRecorded
}

func (m *members) row(w *row) {
	m.r.totals.Rows++
	employees := w.count("employees")
	out := memberRow{line: w.line, number: w.orgNumber("org_number"), email: w.text("email"), name: w.text("name"),
		facts: domain.OrganisationDescribed{Municipality: w.municipality("municipality"), SNI: w.sni("sni"),
			Employees: employees, Turnover: w.money("turnover")},
		period: domain.MembershipRecorded{From: w.date("member_from"), To: w.date("member_to")}}
	w.required("org_number")
	w.required("member_from")
	if !w.bad && !out.period.To.Zero() && out.period.To.Before(out.period.From) {
		w.problem("member_to", domain.T("medlemskapet slutar före det börjar", "the membership ends before it starts"),
			domain.T("rätta datumen", "correct the dates"))
	}
	if w.bad {
		m.r.totals.Refused++
		return
	}
	if !out.number.Sole() {
		out.facts.Name = out.name
	}
	m.rows = append(m.rows, out)
}

// membership is a period that is recorded, or that this file records.
type membership struct {
	domain.MembershipRecorded
	recorded
	line int // of this file, 0 when it was recorded before
}

func (m *members) end() error {
	orgs, err := loadOrganisations(m.r)
	if err != nil {
		return err
	}
	periods, err := m.loadPeriods()
	if err != nil {
		return err
	}
	described, err := m.loadDescribed()
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(m.rows))
	latest := map[uuid.UUID]int{} // the row whose description counts: of the latest period
	for i, row := range m.rows {
		if ids[i], err = orgs.find(domain.Place{Line: row.line}, row.number, row.name, row.email); err != nil {
			return err
		}
		if err := orgs.contact(ids[i], row.email); err != nil {
			return err
		}
		if j, ok := latest[ids[i]]; !ok || !row.period.From.Before(m.rows[j].period.From) {
			latest[ids[i]] = i
		}
	}
	refused, doubled := m.overlaps(ids, periods)
	for i, row := range m.rows {
		if refused[i] {
			m.r.totals.Refused++
			continue
		}
		changed := latest[ids[i]] == i && m.describe(row, ids[i], described)
		if doubled[i] {
			m.r.totals.Unchanged++
			continue
		}
		m.membership(row, ids[i], periods, changed)
	}
	return nil
}

// membership records a period when it is new or other than recorded.
func (m *members) membership(row memberRow, id uuid.UUID, periods map[uuid.UUID][]membership, described bool) {
	at := domain.Place{Line: row.line}
	e := domain.Event{Date: row.period.From, Organisation: id, Data: row.period}
	i := slices.IndexFunc(periods[id], func(p membership) bool { return p.From == row.period.From && p.line == 0 })
	switch {
	case i < 0:
		if m.r.fresh(at) {
			m.r.emit(at, e)
		}
	case periods[id][i].To != row.period.To:
		if m.r.changes() {
			m.r.correct(at, periods[id][i].recorded, e)
		}
	case described:
		m.r.totals.Changed++
	default:
		m.r.totals.Unchanged++
	}
}

// describe records what an organisation is like when the row says something
// new. The first description holds from the beginning, a later one from today.
// A blank field says nothing.
func (m *members) describe(row memberRow, id uuid.UUID, described map[uuid.UUID]domain.OrganisationDescribed) bool {
	old, known := described[id]
	facts := row.facts
	facts.Name = cmp.Or(facts.Name, old.Name)
	facts.Municipality = cmp.Or(facts.Municipality, old.Municipality)
	facts.SNI = cmp.Or(facts.SNI, old.SNI)
	facts.Employees = cmp.Or(facts.Employees, old.Employees)
	facts.Turnover = cmp.Or(facts.Turnover, old.Turnover)
	if known && (m.r.again || sameDescription(facts, old)) {
		return false
	}
	e := domain.Event{Organisation: id, Data: facts}
	if known {
		e.Date = m.r.today()
	}
	described[id] = facts
	m.r.emit(domain.Place{Line: row.line}, e)
	return known
}

func sameDescription(a, b domain.OrganisationDescribed) bool {
	return a.Name == b.Name && a.Municipality == b.Municipality && a.SNI == b.SNI &&
		sameValue(a.Employees, b.Employees) && sameValue(a.Turnover, b.Turnover)
}

func sameValue[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// overlaps refuses the rows whose period overlaps another one of the same
// organisation, or stands twice with different ends; equal rows only warn.
func (m *members) overlaps(ids []uuid.UUID, before map[uuid.UUID][]membership) (refused, doubled map[int]bool) {
	refused, doubled = map[int]bool{}, map[int]bool{}
	all := map[uuid.UUID][]membership{}
	for i, row := range m.rows {
		id := ids[i]
		if all[id] == nil {
			all[id] = slices.Clone(before[id])
		}
		p := membership{MembershipRecorded: row.period, line: row.line}
		same := slices.IndexFunc(all[id], func(q membership) bool { return q.From == p.From })
		switch {
		case same >= 0 && all[id][same].line == 0:
			if all[id][same].line = p.line; !m.r.again {
				all[id][same].To = p.To
			}
		case same >= 0 && all[id][same].To == p.To:
			doubled[i] = true
			m.r.warn(m.t.sheet, row.line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", all[id][same].line), domain.Text{})
		case same >= 0:
			refused[i] = true
			m.r.problem(m.t.sheet, row.line, m.t.columns.names["member_to"],
				domain.Tf("samma medlemskap som rad %d men med annat slut", "the same membership as line %d with another end", all[id][same].line),
				domain.T("behåll den rätta raden", "keep the right line"))
		default:
			all[id] = append(all[id], p)
		}
	}
	for i, row := range m.rows {
		for _, q := range all[ids[i]] {
			if q.From != row.period.From && !m.r.again && overlap(row.period, q.MembershipRecorded) && !refused[i] {
				refused[i] = true
				what := domain.Tf("perioden överlappar rad %d", "the period overlaps line %d", q.line)
				if q.line == 0 {
					what = domain.Tf("perioden överlappar den som börjar %s", "the period overlaps the one that starts %s", q.From)
				}
				m.r.problem(m.t.sheet, row.line, m.t.columns.names["member_from"], what,
					domain.T("avsluta den tidigare perioden dagen före, eller rätta datumen", "end the earlier period the day before, or correct the dates"))
			}
		}
	}
	return refused, doubled
}

func overlap(a, b domain.MembershipRecorded) bool {
	return (a.To.Zero() || !b.From.After(a.To)) && (b.To.Zero() || !a.From.After(b.To))
}

// standsFor maps an organisation that was merged to the one it counts as.
const standsFor = "merged as (select organisation, into_organisation from organisation_merges where superseded_at is null) "

func (m *members) loadPeriods() (map[uuid.UUID][]membership, error) {
	out := map[uuid.UUID][]membership{}
	err := query(m.r.ctx, m.r.in.Facts, "with "+standsFor+`select coalesce(into_organisation, m.organisation), strftime(member_from, '%Y-%m-%d'), coalesce(strftime(member_to, '%Y-%m-%d'), ''), event_id, position
		from memberships m left join merged on merged.organisation = m.organisation where superseded_at is null order by member_from`, func(rows *sql.Rows) error {
		var id uuid.UUID
		var from, to string
		var p membership
		if err := rows.Scan(&id, &from, &to, &p.event, &p.position); err != nil {
			return err
		}
		p.From = domain.MustDate(from)
		if to != "" {
			p.To = domain.MustDate(to)
		}
		out[id] = append(out[id], p)
		return nil
	})
	return out, err
}

// loadDescribed reads the newest description of every organisation.
func (m *members) loadDescribed() (map[uuid.UUID]domain.OrganisationDescribed, error) {
	out := map[uuid.UUID]domain.OrganisationDescribed{}
	err := query(m.r.ctx, m.r.in.Facts, "with "+standsFor+`select coalesce(into_organisation, f.organisation), coalesce(name, ''), coalesce(municipality, ''), coalesce(sni, ''), employees, cast(turnover as varchar)
		from organisation_facts f left join merged on merged.organisation = f.organisation where superseded_at is null order by coalesce(date, date '0001-01-01'), position, idx`, func(rows *sql.Rows) error {
		var id uuid.UUID
		var f domain.OrganisationDescribed
		var municipality, sni string
		var turnover *string
		if err := rows.Scan(&id, &f.Name, &municipality, &sni, &f.Employees, &turnover); err != nil {
			return err
		}
		err := f.Municipality.UnmarshalText([]byte(municipality))
		if sni != "" && err == nil {
			f.SNI, err = domain.ParseSNI(sni)
		}
		if turnover != nil && err == nil {
			f.Turnover = new(domain.Money)
			*f.Turnover, err = domain.ParseMoney(*turnover)
		}
		out[id] = f
		return err
	})
	return out, err
}
