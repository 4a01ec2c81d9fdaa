package intake

import (
	"database/sql"

	"github.com/google/uuid"

	"utfall/domain"
)

// attendanceFacts is what is recorded of the days a file is about, with what
// the file adds.
type attendanceFacts struct {
	activities    map[string]uuid.UUID // folded name, also earlier names, after merges
	newActivities map[uuid.UUID]bool
	sessions      map[sessionKey][]*session
	twins         map[uuid.UUID]uuid.UUID // sessions that are another one since their activities were merged
	changed       []*session
	warned        map[domain.Date]bool
	differed      map[uuid.UUID]bool
	attendance    map[attendanceKey]attendanceRecord
	heads         map[uuid.UUID]headRecord
	sexes         map[uuid.UUID]personRecord
	protected     map[uuid.UUID]bool // of protected identity, as the log says
}

type attendanceRecord struct {
	attendance
	recorded
}

type headRecord struct {
	recorded
	heads int
}

type personRecord struct {
	recorded
	sex domain.Sex
}

// activity gives the id of an activity by its name, a new one when nobody
// wrote that name before.
func (f *attendanceFacts) activity(name string) uuid.UUID {
	folded := domain.Fold(name)
	id, ok := f.activities[folded]
	if !ok {
		id = uuid.New()
		f.activities[folded], f.newActivities[id] = id, true
	}
	return id
}

// one is the session a session counts as.
func (f *attendanceFacts) one(session uuid.UUID) uuid.UUID {
	if other, ok := f.twins[session]; ok {
		return other
	}
	return session
}

func loadAttendance(r *reading, span domain.Period) (*attendanceFacts, error) {
	f := &attendanceFacts{newActivities: map[uuid.UUID]bool{}, warned: map[domain.Date]bool{}, differed: map[uuid.UUID]bool{}}
	for _, load := range []func(*reading, domain.Period) error{f.loadActivities, f.loadSessions, f.loadRows, f.loadHeads, f.loadSexes, f.loadProtected} {
		if err := load(r, span); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// loadActivities reads every name an activity ever had, so that a list spelled
// as before a rename or a merge still finds it.
func (f *attendanceFacts) loadActivities(r *reading, _ domain.Period) error {
	f.activities = map[string]uuid.UUID{}
	return query(r.ctx, r.in.Facts, `select a.name, coalesce(m.into_activity, a.activity) from activities a
		left join activity_merges m on m.activity = a.activity and m.superseded_at is null
		order by a.superseded_at is null, a.position, a.idx`, func(rows *sql.Rows) error {
		var name string
		var id uuid.UUID
		err := rows.Scan(&name, &id)
		f.activities[domain.Fold(name)] = id
		return err
	})
}

func (f *attendanceFacts) loadSessions(r *reading, span domain.Period) error {
	f.sessions, f.twins = map[sessionKey][]*session{}, map[uuid.UUID]uuid.UUID{}
	return query(r.ctx, r.in.Facts, `select s.event_id, s.position, s.session, coalesce(m.into_activity, s.activity), s.date, s.kind,
			s.start_minute, s.end_minute, s.break_minutes, s.planned_minutes, coalesce(s.municipality, ''), s.project, s.place_sealed
		from sessions s left join activity_merges m on m.activity = s.activity and m.superseded_at is null
		where s.superseded_at is null and s.date between ? and ? order by s.position, s.idx`, func(rows *sql.Rows) error {
		s := &session{}
		var date sql.NullTime
		var start, end, pause, planned *int
		var municipality, place string
		err := rows.Scan(&s.event, &s.position, &s.id, &s.activity, &date, &s.row.kind, &start, &end, &pause, &planned, &municipality, &s.row.project, &place)
		if err != nil {
			return err
		}
		s.date = domain.DateOf(date.Time)
		s.row.start, s.row.end, s.row.pause, s.row.planned = clockOf(start), clockOf(end), hoursOf(pause), hoursOf(planned)
		if err := s.row.municipality.UnmarshalText([]byte(municipality)); err != nil {
			return err
		}
		if s.row.place, err = r.in.Vault.Unseal(PlaceOf(s.event), domain.Sealed(place)); err != nil {
			return err
		}
		key := sessionKey{s.activity, s.date, s.row.project}
		for _, before := range f.sessions[key] {
			if before.row.start == s.row.start {
				f.twins[s.id] = before.id
				return nil
			}
		}
		f.sessions[key] = append(f.sessions[key], s)
		return nil
	}, span.From.Time(), span.To.Time())
}

func (f *attendanceFacts) loadRows(r *reading, span domain.Period) error {
	f.attendance = map[attendanceKey]attendanceRecord{}
	return query(r.ctx, r.in.Facts, "with "+standsFor+`select a.event_id, a.position, a.session, subject, coalesce(into_organisation, a.organisation), role, present, minutes, certified, coalesce(certified_by, ''), coalesce(age, -1)
		from attendance a left join merged on merged.organisation = a.organisation join sessions s on s.session = a.session and s.superseded_at is null
		where a.superseded_at is null and s.date between ? and ?`, func(rows *sql.Rows) error {
		var key attendanceKey
		var rec attendanceRecord
		var minutes *int
		var organisation uuid.NullUUID
		err := rows.Scan(&rec.event, &rec.position, &key.session, &key.subject, &organisation, &rec.role, &rec.present, &minutes, &rec.certified, &rec.by, &rec.age)
		rec.hours, rec.organisation = hoursOf(minutes), organisation.UUID
		key.session = f.one(key.session)
		f.attendance[key] = rec
		return err
	}, span.From.Time(), span.To.Time())
}

func (f *attendanceFacts) loadHeads(r *reading, span domain.Period) error {
	f.heads = map[uuid.UUID]headRecord{}
	return query(r.ctx, r.in.Facts, "select h.event_id, h.position, h.session, heads from headcounts h join sessions s on s.session = h.session and s.superseded_at is null where h.superseded_at is null and s.date between ? and ?",
		func(rows *sql.Rows) error {
			var id uuid.UUID
			var rec headRecord
			err := rows.Scan(&rec.event, &rec.position, &id, &rec.heads)
			f.heads[f.one(id)] = rec
			return err
		}, span.From.Time(), span.To.Time())
}

func (f *attendanceFacts) loadSexes(r *reading, _ domain.Period) error {
	f.sexes = map[uuid.UUID]personRecord{}
	return query(r.ctx, r.in.Facts, "select event_id, position, subject, sex from persons where superseded_at is null", func(rows *sql.Rows) error {
		var id uuid.UUID
		var rec personRecord
		err := rows.Scan(&rec.event, &rec.position, &id, &rec.sex)
		f.sexes[id] = rec
		return err
	})
}

func (f *attendanceFacts) loadProtected(r *reading, _ domain.Period) error {
	f.protected = map[uuid.UUID]bool{}
	return query(r.ctx, r.in.Facts, `select subject, state = 'protected' from person_states where superseded_at is null and state in ('protected', 'unprotected')
		qualify row_number() over (partition by subject order by position desc, idx desc) = 1`, func(rows *sql.Rows) error {
		var id uuid.UUID
		var protected bool
		err := rows.Scan(&id, &protected)
		f.protected[id] = protected
		return err
	})
}

func hoursOf(minutes *int) domain.Hours {
	if minutes == nil {
		return domain.Hours{}
	}
	h, _ := domain.Minutes(*minutes)
	return h
}

func clockOf(minute *int) domain.Clock {
	if minute == nil {
		return domain.Clock{}
	}
	c, _ := domain.NewClock(*minute/60, *minute%60)
	return c
}
