package projections

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"utfall/domain"
)

// writes gathers what one transaction writes: rows through an appender a
// table, then the rows that were superseded.
type writes struct {
	conn       driver.Conn
	position   uint64
	appenders  map[string]*duckdb.Appender
	superseded []supersession
	row        []driver.Value // reused: the appender copies
}

// supersession is one event taking the place of another.
type supersession struct {
	table string
	event uuid.UUID
	at    uint64
}

// add appends one row for an event: the common columns, then its own.
func (w *writes) add(table string, e *domain.Event, idx int, own ...driver.Value) error {
	w.row = append(w.row[:0], duckdb.UUID(e.ID), w.position, uint32(idx), nil, uint32(e.Line), uint32(e.Column), day(e.Date))
	return w.append(table, append(w.row, own...)...)
}

func (w *writes) append(table string, row ...driver.Value) error {
	a := w.appenders[table]
	if a == nil {
		var err error
		if a, err = duckdb.NewAppenderFromConn(w.conn, "", table); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		w.appenders[table] = a
	}
	if err := a.AppendRow(row...); err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

// supersede notes that the rows of the corrected event hold no more.
func (w *writes) supersede(e *domain.Event, tables ...string) {
	if e.Corrects == uuid.Nil {
		return
	}
	for _, table := range tables {
		w.superseded = append(w.superseded, supersession{table, e.Corrects, w.position})
	}
}

// close ends the appenders; their rows are then in the transaction.
func (w *writes) close() error {
	var errs []error
	for _, a := range w.appenders {
		errs = append(errs, a.Close())
	}
	w.appenders = nil
	return errors.Join(errs...)
}

// maxSupersede is how many ids go into one statement.
const maxSupersede = 1000

// updateSuperseded marks the superseded rows, by table and position, in order.
func (w *writes) updateSuperseded(ctx context.Context, tx *sql.Tx) error {
	for start := 0; start < len(w.superseded); {
		first, end := w.superseded[start], start
		var ids strings.Builder
		for ; end < len(w.superseded) && end-start < maxSupersede; end++ {
			s := w.superseded[end]
			if s.table != first.table || s.at != first.at {
				break
			}
			if end > start {
				ids.WriteByte(',')
			}
			ids.WriteString("'" + s.event.String() + "'")
		}
		// The ids are UUIDs we formatted ourselves; the table is one of ours.
		query := fmt.Sprintf("update %s set superseded_at = %d where event_id in (%s) and superseded_at is null and position <= %d", first.table, first.at, ids.String(), first.at)
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("supersede in %s: %w", first.table, err)
		}
		start = end
	}
	return nil
}

// The functions below turn what may be missing into SQL's null.

func day(d domain.Date) driver.Value {
	if d.Zero() {
		return nil
	}
	return d.Time()
}

func id(u uuid.UUID) driver.Value {
	if u == uuid.Nil {
		return nil
	}
	return duckdb.UUID(u)
}

func minutes(h domain.Hours) driver.Value {
	if !h.Known() {
		return nil
	}
	return int32(h.Minutes())
}

func clock(c domain.Clock) driver.Value {
	if !c.Given() {
		return nil
	}
	return int32(c.Minute())
}

func code(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}

func whole(n *int) driver.Value {
	if n == nil {
		return nil
	}
	return int32(*n)
}

func truth(b *bool) driver.Value {
	if b == nil {
		return nil
	}
	return *b
}

// given is an amount that is nothing where it is 0: 0 stands for what is not told.
func given(m domain.Money) driver.Value {
	if m.Ore() == 0 {
		return nil
	}
	return money(m)
}

// money is an amount in whole cents as SQL's decimal with two of them.
func money(m domain.Money) driver.Value {
	return duckdb.Decimal{Width: 18, Scale: 2, Value: big.NewInt(m.Ore())}
}
