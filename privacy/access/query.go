package access

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
)

// Filter is what an entry must be like to be given; the zero Filter takes all.
type Filter struct {
	Actors     []string    // one of these, as Actor writes them
	Recipients []uuid.UUID // released to one of these
	Subject    uuid.UUID   // it showed this subject
	From, To   domain.Date // on these days in Stockholm
	Action     Action
	Kind       Kind
}

// Entries are the entries a filter takes, oldest first.
func (d *DB) Entries(ctx context.Context, f Filter) ([]Entry, error) {
	where, args := f.where()
	rows, err := d.db.QueryContext(ctx, "select "+columns+" from entries where "+where+" order by n", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		var e Entry
		if err := e.scan(rows); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func (f Filter) where() (string, []any) {
	terms, args := []string{"true"}, []any{}
	add := func(term string, values ...any) {
		terms, args = append(terms, term), append(args, values...)
	}
	oneOf := func(column string, values []any) {
		add(column+" in ("+strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")+")", values...)
	}
	if f.Actors != nil {
		var values []any
		for _, a := range f.Actors {
			values = append(values, a)
		}
		oneOf("actor", values)
	}
	if f.Recipients != nil {
		var values []any
		for _, id := range f.Recipients {
			values = append(values, id[:])
		}
		oneOf("recipient", values)
	}
	if f.Subject != uuid.Nil {
		add("n in (select entry from seen where subject = ?)", f.Subject[:])
	}
	if !f.From.Zero() {
		add("at >= ?", midnight(f.From))
	}
	if !f.To.Zero() {
		add("at < ?", midnight(f.To.AddDays(1)))
	}
	if f.Action != "" {
		add("action = ?", string(f.Action))
	}
	if f.Kind != "" {
		add("kind = ?", string(f.Kind))
	}
	return strings.Join(terms, " and "), args
}

// midnight is when a day begins in Stockholm.
func midnight(d domain.Date) int64 {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, domain.Stockholm).UnixNano()
}

// SeenBy are the entries that showed a subject: who saw it, when and why.
func (d *DB) SeenBy(ctx context.Context, subject uuid.UUID) ([]Entry, error) {
	return d.Entries(ctx, Filter{Subject: subject})
}

// Released are the entries of what was released to a recipient.
func (d *DB) Released(ctx context.Context, recipient uuid.UUID) ([]Entry, error) {
	return d.Entries(ctx, Filter{Recipients: []uuid.UUID{recipient}, Action: Released, Kind: Granted})
}
