package reports

import (
	"context"
	"database/sql"
	"encoding/binary"

	"github.com/google/uuid"
)

// guard is that of the recipient, who has been given nothing where nobody says what.
func (f *Facts) guard() *Guard {
	if f.Released && f.Guard == nil {
		f.Guard = NewGuard(nil)
	}
	if !f.Released {
		return nil
	}
	return f.Guard
}

// withCrowds says of each figure of an answer who is behind it, where the answer goes to
// a recipient. Those of surveys say so themselves.
func (f *Facts) withCrowds(ctx context.Context, q Question, a *Answer) (err error) {
	m := a.Metric
	if !f.Released || len(a.Values) == 0 || m.Aggregate == Statistic || m.behind() == Nobody {
		return nil
	}
	found := crowds{guard: f.guard(), of: map[[2]string]*Crowd{}, counted: map[[2]string]*Crowd{}}
	if m.Aggregate == Sealed {
		err = f.sealedCrowds(ctx, m, q, found)
	} else if q.Range, err = f.Range(ctx, q.Range); err == nil {
		err = f.contributors(ctx, m, q, found)
	}
	for i := range a.Values {
		v := &a.Values[i]
		at := [2]string{v.Span, v.Key}
		if m.Aggregate == Sealed {
			v.Base = Base{Of: m.behind(), N: int(v.Number)}
		}
		v.Base.Crowd, v.Base.Counted = found.of[at], found.counted[at]
	}
	return err
}

// crowds are those behind the figures of an answer, by span and key.
type crowds struct {
	guard       *Guard
	of, counted map[[2]string]*Crowd
}

// add puts somebody behind a figure.
func (c crowds) add(to map[[2]string]*Crowd, span, key string, id uuid.UUID) {
	at := [2]string{span, key}
	if to[at] == nil {
		to[at] = c.guard.crowd()
	}
	to[at].add(id)
}

// mostHeads is how many of the heads counted at once stand for themselves: no least
// number is larger.
const mostHeads = 50

// contributors reads the distinct subjects of the contributions behind each figure. What
// is of no subject, heads that were counted above all, stands for itself: it is the same
// in another figure, and who takes one from the other is left with the persons.
func (f *Facts) contributors(ctx context.Context, m Metric, q Question, to crowds) error {
	id, part, heads := "coalesce(subject, event_id)", "false", "1"
	switch {
	case m.behind() == Organisations:
		id = "organisation"
	case m.Unit == "attendances":
		heads = "case when subject is null then measure else 1 end"
	}
	if m.Aggregate == Ratio {
		part = "part = 'num'"
	}
	text := f.contributions(m, q) + counted + "select distinct span, key, " + part + ", " + id + " as id, cast(" + heads + " as bigint), organisation from contributed where id is not null"
	return f.each(ctx, "metric "+m.ID, text, func(rows *sql.Rows) error {
		var span, key string
		var numerator bool
		var id uuid.UUID
		var firm uuid.NullUUID
		var heads int64
		if err := rows.Scan(&span, &key, &numerator, &id, &heads, &firm); err != nil {
			return err
		}
		group := to.of
		if numerator {
			group = to.counted
		}
		to.add(group, span, key, id)
		for i := int64(1); i < min(heads, mostHeads); i++ {
			to.add(group, span, key, uuid.NewSHA1(id, binary.BigEndian.AppendUint64(nil, uint64(i))))
		}
		if m.Unit == "organisations" && !m.Stock && firm.Valid { // the firms are counted, and their persons tested
			to.add(to.counted, span, key, firm.UUID)
		}
		return nil
	}, q.args()...)
}

// sealedCrowds are the participants an indicator of special categories was asked of, and
// never those who said yes: that stands sealed, and who keeps what was given must not be
// able to read it there. A figure is of all who were asked, and is compared as that.
func (f *Facts) sealedCrowds(ctx context.Context, m Metric, q Question, to crowds) error {
	text := "with " + prelude() + ",\n" + records() + ", contribution as (" + m.indicator.query() + ") select sex, project, subject from contribution where special_sealed is not null"
	return f.query(ctx, "metric "+m.ID, text, q.someDay(), func(rows *sql.Rows) error {
		var e sealedEntry
		var id uuid.UUID
		err := rows.Scan(&e.sex, &e.project, &id)
		to.add(to.of, "", e.key(q.By), id)
		return err
	})
}

// participantCrowds are the participants of each age band, of each sex, and all of them,
// where they are counted for a recipient.
func (b *builder) participantCrowds() map[string]*Crowd {
	out := map[string]*Crowd{}
	if b.p.Release == nil {
		return out
	}
	for _, by := range []string{"", "sex", "age_band"} {
		for at, c := range b.of(Question{Metric: "participants", By: by}) {
			if at[1] != "unknown" { // a sex and a band
				out[at[1]] = c.Base.Crowd
			}
		}
	}
	return out
}
