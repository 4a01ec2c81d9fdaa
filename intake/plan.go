package intake

import (
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// plan reads how many sessions of a type a term should hold.
type plan struct {
	r     *reading
	t     *table
	facts []keyedFact
}

// denominators reads how many organisations of the field a municipality has.
type denominators struct {
	r     *reading
	t     *table
	facts []keyedFact
}

// keyedFact is a row that is a fact of its own, told apart by a key.
type keyedFact struct {
	line                  int
	key                   string
	date                  domain.Date
	subject, organisation uuid.UUID
	fact                  domain.Fact
	texts                 texts // what the event holds sealed; a mark of it is in fact
}

func (p *plan) row(w *row) {
	p.r.totals.Rows++
	f := domain.PlanRecorded{Kind: domain.Slug(w.required("type")), Term: strings.ToUpper(w.required("term"))}
	if _, err := domain.ParseTerm(f.Term); err != nil && f.Term != "VT" && f.Term != "HT" && !w.bad {
		w.problem("term", domain.T("inte en termin", "not a term"), domain.T("skriv VT, HT eller VT2019", "write VT, HT or VT2019"))
	}
	n := w.count("count")
	w.required("count")
	if w.bad {
		p.r.totals.Refused++
		return
	}
	f.Count = *n
	p.facts = append(p.facts, keyedFact{line: w.line, key: f.Kind + " " + f.Term, fact: f})
}

func (p *plan) end() error {
	old := map[string]recordedFact{}
	err := query(p.r.ctx, p.r.in.Facts, "select event_id, position, kind, term, count from plan where superseded_at is null", func(rows *sql.Rows) error {
		var rec recordedFact
		var f domain.PlanRecorded
		err := rows.Scan(&rec.event, &rec.position, &f.Kind, &f.Term, &f.Count)
		rec.fact = f
		old[f.Kind+" "+f.Term] = rec
		return err
	})
	if err != nil {
		return err
	}
	compareFacts(p.r, p.t, p.facts, old)
	return nil
}

func (d *denominators) row(w *row) {
	d.r.totals.Rows++
	f := domain.DenominatorRecorded{Municipality: w.municipality("municipality"), Source: w.required("source")}
	date := w.date("date")
	n := w.count("count")
	for _, field := range []string{"municipality", "date", "count"} {
		w.required(field)
	}
	if w.bad {
		d.r.totals.Refused++
		return
	}
	f.Count = *n
	d.facts = append(d.facts, keyedFact{line: w.line, key: fmt.Sprint(f.Municipality.Code(), " ", date), date: date, fact: f})
}

func (d *denominators) end() error {
	old := map[string]recordedFact{}
	err := query(d.r.ctx, d.r.in.Facts, "select event_id, position, municipality, strftime(date, '%Y-%m-%d'), count, source from denominators where superseded_at is null", func(rows *sql.Rows) error {
		var rec recordedFact
		var f domain.DenominatorRecorded
		var code, date string
		if err := rows.Scan(&rec.event, &rec.position, &code, &date, &f.Count, &f.Source); err != nil {
			return err
		}
		err := f.Municipality.UnmarshalText([]byte(code))
		rec.fact = f
		old[code+" "+date] = rec
		return err
	})
	if err != nil {
		return err
	}
	compareFacts(d.r, d.t, d.facts, old)
	return nil
}

// recordedFact is a fact that holds now.
type recordedFact struct {
	recorded
	fact domain.Fact
	date domain.Date // where its key does not hold the day
}

// compareFacts records the facts of a file that are new or other than recorded.
func compareFacts(r *reading, t *table, facts []keyedFact, old map[string]recordedFact) {
	seen := map[string]keyedFact{}
	for _, f := range facts {
		at := domain.Place{Line: f.line}
		if before, ok := seen[f.key]; ok {
			if before.fact != f.fact || before.date != f.date {
				r.totals.Refused++
				r.problem(t.sheet, f.line, "", domain.Tf("samma som rad %d, men med annat värde", "the same as line %d, with another value", before.line),
					domain.T("behåll den rätta raden", "keep the right line"))
				continue
			}
			r.totals.Unchanged++
			r.warn(t.sheet, f.line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", before.line), domain.Text{})
			continue
		}
		seen[f.key] = f
		e := domain.Event{Date: f.date, Subject: f.subject, Organisation: f.organisation, Data: f.fact}
		switch rec := old[f.key]; {
		case rec.event == uuid.Nil:
			if r.fresh(at) {
				r.emitTexts(at, e, f.texts)
			}
		case rec.fact == f.fact && (rec.date.Zero() || rec.date == f.date):
			r.totals.Unchanged++
		default:
			if r.changes() {
				r.correctTexts(at, rec.recorded, e, f.texts)
			}
		}
	}
}
