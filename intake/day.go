package intake

import (
	"github.com/google/uuid"

	"utfall/domain"
)

// personDay is one day of one person.
type personDay struct {
	subject uuid.UUID
	date    domain.Date
}

// fits refuses hours that would give a person more than a day has, at all
// sessions of the day together.
func (w *writing) fits(e *entry, subject uuid.UUID, more int) bool {
	if w.days == nil {
		w.days = w.facts.days()
	}
	day := personDay{subject, e.session.date}
	if total := w.days[day] + more; more > 0 && total > domain.MaxHours {
		w.a.refuse(e, "hours", domain.Tf("personen får %d timmar den dagen, med andra tillfällen", "the person gets %d hours that day, with other sessions", total/60),
			domain.T("rätta timmarna eller dagen", "correct the hours or the day"))
		return false
	}
	w.days[day] += more
	return true
}

// days adds up what is recorded of each person's days.
func (f *attendanceFacts) days() map[personDay]int {
	dates := map[uuid.UUID]domain.Date{}
	for key, sessions := range f.sessions {
		for _, s := range sessions {
			dates[s.id] = key.date
		}
	}
	out := map[personDay]int{}
	for key, a := range f.attendance {
		out[personDay{key.subject, dates[key.session]}] += a.hours.Minutes()
	}
	return out
}

// today is the day the batch is recorded.
func (r *reading) today() domain.Date { return domain.DateOf(r.now) }
