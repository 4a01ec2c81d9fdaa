package projections

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
)

// Divergence is the first place where the tables and the log say different things.
type Divergence struct {
	Position uint64 // of the batch it is about, 0 when it is about no batch
	Table    string
	What     string // names events and columns; a text's value never stands here
}

// ErrTablesMoved is returned by Replay when more was projected while it compared.
var ErrTablesMoved = errors.New("more was projected while the tables were compared")

// windowEvents is how many events are compared at a time. The driver holds the
// whole answer to a question in memory, so each table is asked for a window of
// positions after the other: memory follows the window, not the log.
const windowEvents = 20_000

// Replay replays the log from zero up to position to and compares what it comes
// to with the tables behind db, which must be projected to that very position.
// A nil Divergence says that they are equal. It is a second opinion: it shares
// the log and the facts with the projector, and none of how rows are made.
//
// db is asked one plain question at a time and may belong to another process.
// progress is told how far they have been compared. An error says that nothing
// was found out: the log or db cannot be read, or ErrTablesMoved.
func Replay(ctx context.Context, log *eventlog.Log, db *sql.DB, to uint64, progress func(at uint64)) (*Divergence, error) {
	return replayIn(ctx, windowEvents, log, db, to, progress)
}

// replayIn is Replay with a size of window.
func replayIn(ctx context.Context, size int, log *eventlog.Log, db *sql.DB, to uint64, progress func(at uint64)) (*Divergence, error) {
	r := &replay{db: db, to: to, size: size, corrections: map[string]map[uuid.UUID][]uint64{}, expected: map[string][]expectation{}}
	if d, err := r.file(ctx); d != nil || err != nil {
		return d, err
	}
	d, err := r.compareLog(ctx, log, progress)
	if d == nil || err != nil {
		return nil, err
	}
	// What was projected meanwhile looks like a divergence and is none.
	moved, err := r.checkpoint(ctx)
	switch {
	case err != nil:
		return nil, err
	case moved != nil:
		return nil, ErrTablesMoved
	}
	return d, nil
}

// replayedNames is the tables in the order they are compared.
var replayedNames = slices.Sorted(maps.Keys(replayed))

// replay is one comparison under way.
type replay struct {
	db          *sql.DB
	to          uint64
	size        int
	corrections map[string]map[uuid.UUID][]uint64 // by table and event: the positions that correct it, in order

	// The window: what the log says from a position on.
	from     uint64
	events   int
	expected map[string][]expectation // by table, in the order of the log
}

// expectation is what a table should hold of one event; its rows are made when
// they are compared, so that a window is events and not texts.
type expectation struct {
	at   place
	rows func() []row
}

// compareLog goes through the log twice: which events are corrected, and where, must
// be known before the first row is compared.
func (r *replay) compareLog(ctx context.Context, log *eventlog.Log, progress func(at uint64)) (*Divergence, error) {
	if err := walk(ctx, log, r.to, r.correct); err != nil {
		return nil, err
	}
	var d *Divergence
	err := walk(ctx, log, r.to, func(b *eventlog.Batch, events []domain.Event) (err error) {
		r.expect(b, events)
		if r.events < r.size {
			return nil
		}
		d, err = r.window(ctx, fmt.Sprintf("position between %d and %d", r.from, b.Position))
		switch {
		case err != nil:
			return err
		case d != nil:
			return errEnough
		}
		r.from = b.Position + 1
		progress(b.Position)
		return nil
	})
	if d != nil || err != nil {
		return d, err
	}
	// The last window is open: rows beyond the log belong to nobody.
	if d, err = r.window(ctx, fmt.Sprintf("(position >= %d or position is null)", r.from)); d == nil && err == nil {
		progress(r.to)
	}
	return d, err
}

// errEnough ends a walk before its end.
var errEnough = errors.New("enough")

// walk gives every batch up to a position, each following the one before.
func walk(ctx context.Context, log *eventlog.Log, to uint64, each func(*eventlog.Batch, []domain.Event) error) error {
	var at uint64
	if to == 0 {
		return nil
	}
	err := log.Read(ctx, 0, func(b *eventlog.Batch) error {
		if b.Position != at+1 {
			return fmt.Errorf("%w: got %d, expected %d", ErrGap, b.Position, at+1)
		}
		events, err := b.Decode(domain.Events)
		if err != nil {
			return err
		}
		if err := errors.Join(ctx.Err(), each(b, events)); err != nil {
			return err
		}
		if at = b.Position; at == to {
			return errEnough
		}
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
		return nil
	case err != nil:
		return fmt.Errorf("replay: %w", err)
	}
	return fmt.Errorf("replay to %d: the log ends at %d", to, at)
}

// correct notes what a batch corrects. A correction reaches the tables of its
// own type of fact only, a withdrawal those of the type it names.
func (r *replay) correct(b *eventlog.Batch, events []domain.Event) error {
	for i := range events {
		e := &events[i]
		fact := e.Data.Type()
		if withdrawn, ok := e.Data.(domain.FactWithdrawn); ok {
			fact = withdrawn.Of
		}
		told := accounts[unversioned(fact)]
		if len(told) == 0 {
			return fmt.Errorf("batch %d, event %d: no table is known for %s", b.Position, i+1, fact)
		}
		if e.Corrects == uuid.Nil {
			continue
		}
		for _, a := range told {
			if r.corrections[a.table] == nil {
				r.corrections[a.table] = map[uuid.UUID][]uint64{}
			}
			r.corrections[a.table][e.Corrects] = append(r.corrections[a.table][e.Corrects], b.Position)
		}
	}
	return nil
}

// superseded is the position of the first correction the log has of a row, nil
// while it holds. A correction recorded before the row is none of it.
func (r *replay) superseded(table string, event uuid.UUID, position uint64) any {
	for _, at := range r.corrections[table][event] {
		if at >= position {
			return at
		}
	}
	return nil
}

// expect adds a batch to the window.
func (r *replay) expect(b *eventlog.Batch, events []domain.Event) {
	header := batchRow(b)
	r.events += 1 + len(events) // a batch is a row too, and bounds a log of empty ones
	r.expected["batches"] = append(r.expected["batches"], expectation{place{b.Position, 0}, func() []row { return []row{header} }})
	for i := range events {
		e, at := &events[i], place{b.Position, uint64(i)}
		for _, a := range accounts[unversioned(e.Data.Type())] {
			r.expected[a.table] = append(r.expected[a.table], expectation{at, func() []row { return r.rows(a, e, at) }})
		}
	}
}

// rows are those of one event in one table: the columns every fact table
// begins with, then its own.
func (r *replay) rows(a account, e *domain.Event, at place) []row {
	var out []row
	for _, own := range a.rows(e) {
		common := []any{e.ID, at.position, at.idx, r.superseded(a.table, e.ID, at.position), e.Line, e.Column, e.Date}
		out = append(out, told(append(common, own...)))
	}
	return out
}

// window compares the tables where a condition holds with the window, empties
// it, and gives the divergence with the lowest position.
func (r *replay) window(ctx context.Context, where string) (*Divergence, error) {
	var first *Divergence
	for _, name := range replayedNames {
		t := replayed[name]
		if len(t.place) == 0 {
			continue
		}
		d, err := r.compare(ctx, t, where, r.expected[name])
		if err != nil {
			return nil, err
		}
		if d != nil && (first == nil || d.Position < first.Position) {
			first = d
		}
	}
	r.events = 0
	clear(r.expected)
	return first, nil
}

// file compares what does not grow with the log: what tables and columns there
// are, which version made them, and how far they are projected.
func (r *replay) file(ctx context.Context) (*Divergence, error) {
	there, err := columnsThere(ctx, r.db)
	if err != nil {
		return nil, err
	}
	for _, name := range replayedNames {
		if what := replayed[name].differs(there[name]); what != "" {
			return &Divergence{Table: name, What: what}, nil
		}
	}
	if d, err := r.single(ctx, "made_by", Version()); d != nil || err != nil {
		return d, err
	}
	return r.checkpoint(ctx)
}

func (r *replay) checkpoint(ctx context.Context) (*Divergence, error) {
	return r.single(ctx, "checkpoint", r.to)
}

// single compares a table that has one row with one column.
func (r *replay) single(ctx context.Context, table string, value any) (*Divergence, error) {
	rows := func() []row { return []row{told([]any{value})} }
	return r.compare(ctx, replayed[table], "true", []expectation{{place{}, rows}})
}

// compare holds the rows of a table where a condition holds against what the
// log says they are.
func (r *replay) compare(ctx context.Context, t replayedTable, where string, expected []expectation) (*Divergence, error) {
	c, err := openCursor(ctx, r.db, t, where)
	if err != nil {
		return nil, err
	}
	defer c.rows.Close()
	for _, e := range expected {
		if d, err := c.match(e.at, e.rows()); d != nil || err != nil {
			return d, err
		}
	}
	if c.row != nil {
		return t.nobody(c.row), nil
	}
	return nil, nil
}

// place is where in the log a row comes from.
type place struct{ position, idx uint64 }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.position, q.position), cmp.Compare(p.idx, q.idx))
}

// cursor reads the rows of one table in the order of the log.
type cursor struct {
	table replayedTable
	rows  *sql.Rows
	scan  []any // pointers to the texts of the row being read
	row   row   // the next one, nil after the last
	at    place
}

func openCursor(ctx context.Context, db *sql.DB, t replayedTable, where string) (*cursor, error) {
	rows, err := db.QueryContext(ctx, t.question(where))
	if err != nil {
		return nil, fmt.Errorf("replay %s: %w", t.name, err)
	}
	c := &cursor{table: t, rows: rows, scan: make([]any, len(t.columns))}
	if err := c.next(); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return c, nil
}

func (c *cursor) next() error {
	if c.row = nil; !c.rows.Next() {
		return c.rows.Err()
	}
	next := make(row, len(c.table.columns))
	for i := range next {
		c.scan[i] = &next[i]
	}
	if err := c.rows.Scan(c.scan...); err != nil {
		return fmt.Errorf("replay %s: %w", c.table.name, err)
	}
	for i, col := range c.table.columns {
		if f, err := strconv.ParseFloat(next[i].String, 64); col.kind == "double" && err == nil {
			next[i].String = number(f)
		}
	}
	c.row, c.at = next, c.table.placeOf(next)
	return nil
}

// match reads the rows of one event and compares them with those it should
// have. The rows of an event have no order among themselves.
func (c *cursor) match(at place, want []row) (*Divergence, error) {
	if c.row != nil && c.at.compare(at) < 0 {
		return c.table.nobody(c.row), nil
	}
	var got []row
	// One row too many is enough to know.
	for c.row != nil && c.at == at && len(got) <= len(want) {
		got = append(got, c.row)
		if err := c.next(); err != nil {
			return nil, err
		}
	}
	missing, foreign := differences(want, got)
	switch {
	case len(missing) > 0 && len(foreign) > 0:
		return c.table.changed(missing[0], foreign[0]), nil
	case len(missing) > 0:
		return c.table.divergence(missing[0], "a row is missing"), nil
	case len(foreign) > 0:
		return c.table.nobody(foreign[0]), nil
	}
	return nil, nil
}

// differences is the rows only one side has.
func differences(want, got []row) (missing, foreign []row) {
	slices.SortFunc(want, row.compare)
	slices.SortFunc(got, row.compare)
	for len(want) > 0 && len(got) > 0 {
		switch c := want[0].compare(got[0]); {
		case c < 0:
			missing, want = append(missing, want[0]), want[1:]
		case c > 0:
			foreign, got = append(foreign, got[0]), got[1:]
		default:
			want, got = want[1:], got[1:]
		}
	}
	return append(missing, want...), append(foreign, got...)
}
