package intake

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// stretch is one stretch of somebody's taking part in a project, as recorded or
// as a row says.
type stretch struct {
	recorded
	subject      uuid.UUID
	organisation uuid.UUID
	fact         domain.ParticipationRecorded
	special      domain.Special
	line         int  // of this file, 0 while no row of it has said anything
	fresh        bool // this file records it
}

// stretches are those of everybody, by project and person after merges.
type stretches struct {
	of   map[stretchKey][]*stretch
	into map[uuid.UUID]uuid.UUID // merged persons
}

type stretchKey struct {
	project string
	subject uuid.UUID
}

func (s *stretches) key(project string, subject uuid.UUID) stretchKey {
	if into, ok := s.into[subject]; ok {
		subject = into
	}
	return stretchKey{project, subject}
}

func loadStretches(r *reading) (*stretches, error) {
	merges, err := loadMerges(r)
	if err != nil {
		return nil, err
	}
	out := &stretches{of: map[stretchKey][]*stretch{}, into: merges}
	return out, query(r.ctx, r.in.Facts, `select event_id, position, subject, organisation, project, start_on, end_on, age, coalesce(status, ''), unemployed_since, education,
		coalesce(citizenship, ''), homeless, rural, qualified, improved, coalesce(special_sealed, '') from participations where superseded_at is null order by start_on nulls first, position, idx`, func(rows *sql.Rows) error {
		s := &stretch{}
		f := &s.fact
		var organisation uuid.NullUUID
		var start, end, since sql.NullTime
		err := rows.Scan(&s.event, &s.position, &s.subject, &organisation, &f.Project, &start, &end, &f.Age, &f.Status, &since, &f.Education,
			&f.Citizenship, &f.Homeless, &f.Rural, &f.Qualified, &f.Improved, &f.Special)
		if err != nil {
			return err
		}
		s.organisation = organisation.UUID
		f.Start, f.End, f.UnemployedSince = dateOf(start), dateOf(end), dateOf(since)
		key := out.key(f.Project, s.subject)
		out.of[key] = append(out.of[key], s)
		return nil
	})
}

func dateOf(t sql.NullTime) domain.Date {
	if !t.Valid {
		return domain.Date{}
	}
	return domain.DateOf(t.Time)
}

// compare records a stretch when it is new or other than recorded.
func (p *participants) compare(known *stretches, row *participantRow, now stretch) {
	key := known.key(now.fact.Project, now.subject)
	at := domain.Place{Line: row.line}
	old := sameStretch(known.of[key], now.fact)
	if old == nil {
		if p.overlaps(known.of[key], row, now) {
			return
		}
		now.line, now.fresh = row.line, true
		known.of[key] = append(known.of[key], &now)
		if p.r.fresh(at) {
			p.r.emitTexts(at, now.toRecord(), texts{special: now.special})
		}
		return
	}
	if err := p.open(old); err != nil {
		p.r.failed = errors.Join(p.r.failed, err)
		return
	}
	changed := old.filled(now)
	switch same := old.same(changed); {
	case old.line > 0 && same:
		p.r.totals.Unchanged++
		p.r.warn(p.t.sheet, row.line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", old.line), domain.Text{})
	case old.line > 0:
		p.refuse(row, "person_number", domain.Tf("samma person och start som rad %d, men med andra uppgifter", "the same person and entry as line %d, with other data", old.line),
			domain.T("behåll den rätta raden", "keep the right line"))
	case same:
		old.line = row.line
		p.r.totals.Unchanged++
	case p.overlaps(slices.DeleteFunc(slices.Clone(known.of[key]), func(s *stretch) bool { return s == old }), row, changed):
	default:
		old.line = row.line
		if p.r.changes() {
			p.r.correctTexts(at, old.recorded, changed.toRecord(), texts{special: changed.special})
			old.fact, old.special, old.organisation = changed.fact, changed.special, changed.organisation
		}
	}
}

// sameStretch is the recorded stretch a row is about: the one with its start. A
// row without a start is about the newest one, and gives one to a stretch that
// has none.
func sameStretch(all []*stretch, f domain.ParticipationRecorded) *stretch {
	for _, s := range all {
		if s.fact.Start == f.Start {
			return s
		}
	}
	if len(all) > 0 && f.Start.Zero() {
		return all[len(all)-1]
	}
	for _, s := range all {
		if s.fact.Start.Zero() && !s.fresh {
			return s
		}
	}
	return nil
}

// overlaps refuses a stretch that begins before another one has ended: nobody
// enters a project twice without leaving it.
func (p *participants) overlaps(others []*stretch, row *participantRow, now stretch) bool {
	for _, o := range others {
		if !o.fact.End.Zero() && o.fact.End.Before(now.fact.Start) || !now.fact.End.Zero() && now.fact.End.Before(o.fact.Start) {
			continue
		}
		p.refuse(row, "start_date", domain.T("personen deltar redan då enligt en annan start", "the person takes part then already, from another entry"),
			domain.T("ge den första ett slutdatum, eller rätta starten med utfall correct", "give the first one an exit, or correct the entry with utfall correct"))
		return true
	}
	return false
}

// open opens the special categories of a recorded stretch, once.
func (p *participants) open(s *stretch) error {
	if s.fact.Special == "" || s.fresh {
		return nil
	}
	special, err := openSpecial(p.r.in.Vault, s.recorded.event, s.subject, s.fact)
	if errors.Is(err, privacy.ErrErased) {
		err = nil
	}
	s.special, s.fact.Special = special, ""
	return err
}

// openSpecial opens the special categories of a participation.
func openSpecial(v *privacy.Vault, event, subject uuid.UUID, f domain.ParticipationRecorded) (out domain.Special, err error) {
	text, err := v.Unseal(SpecialOf(event, subject, f.Project), f.Special)
	if err != nil || text == "" {
		return out, err
	}
	return out, json.Unmarshal([]byte(text), &out)
}

// filled is the stretch with what a row says put in: a blank says nothing.
func (s *stretch) filled(row stretch) stretch {
	out := *s
	f, g := &out.fact, row.fact
	out.organisation = cmp.Or(row.organisation, s.organisation)
	f.Start, f.End, f.UnemployedSince = cmp.Or(g.Start, f.Start), cmp.Or(g.End, f.End), cmp.Or(g.UnemployedSince, f.UnemployedSince)
	f.Status, f.Citizenship = cmp.Or(g.Status, f.Status), cmp.Or(g.Citizenship, f.Citizenship)
	f.Age, f.Education = cmp.Or(g.Age, f.Age), cmp.Or(g.Education, f.Education)
	f.Homeless, f.Rural = cmp.Or(g.Homeless, f.Homeless), cmp.Or(g.Rural, f.Rural)
	f.Qualified, f.Improved = cmp.Or(g.Qualified, f.Qualified), cmp.Or(g.Improved, f.Improved)
	for _, name := range domain.SpecialFields {
		*out.special.Field(name) = cmp.Or(*row.special.Field(name), *s.special.Field(name))
	}
	return out
}

func (s *stretch) same(o stretch) bool {
	a, b := s.fact, o.fact
	return s.organisation == o.organisation && s.special == o.special && a.Start == b.Start && a.End == b.End && a.UnemployedSince == b.UnemployedSince &&
		a.Status == b.Status && a.Citizenship == b.Citizenship && sameValue(a.Age, b.Age) && sameValue(a.Education, b.Education) &&
		sameValue(a.Homeless, b.Homeless) && sameValue(a.Rural, b.Rural) && sameValue(a.Qualified, b.Qualified) && sameValue(a.Improved, b.Improved)
}

func (s *stretch) toRecord() domain.Event {
	s.fact.Special = ""
	return domain.Event{Date: s.fact.Start, Subject: s.subject, Organisation: s.organisation, Data: s.fact}
}
