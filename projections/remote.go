package projections

import (
	"context"
	"database/sql/driver"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// remote is a connection to the process that holds the facts. It only asks.
type remote struct {
	conn net.Conn
	out  *gob.Encoder
	in   *gob.Decoder
	bad  bool // no further question can be asked through it
}

// dial finds the holder of a data directory and waits for its hello: a holder
// that is stopped takes connections and says nothing.
func dial(ctx context.Context, dir string, wait time.Duration) (*remote, error) {
	path, done, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	r := &remote{conn: conn, out: gob.NewEncoder(conn), in: gob.NewDecoder(conn)}
	var h hello
	err = errors.Join(conn.SetDeadline(deadline), r.in.Decode(&h), conn.SetDeadline(time.Time{}))
	if err == nil && h.Version != Version() {
		err = errOtherProgram
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return r, nil
}

// send asks; the holder may have gone since the last question.
func (r *remote) send(ctx context.Context, q ask) (first *reply, end func(), err error) {
	if r.bad || ctx.Err() != nil {
		return nil, nil, errors.Join(ctx.Err(), driver.ErrBadConn)
	}
	stop := context.AfterFunc(ctx, func() { _ = r.conn.Close() })
	end = func() {
		if !stop() {
			r.bad = true
		}
	}
	first = &reply{}
	err = r.out.Encode(q)
	if err == nil {
		err = r.in.Decode(first)
	}
	if err != nil {
		end()
		r.bad = true
		// Nothing was answered, and a question changes nothing: it can be asked again.
		return nil, nil, errors.Join(ctx.Err(), driver.ErrBadConn)
	}
	return first, end, nil
}

// reach brings the holder's facts to a position.
func (r *remote) reach(ctx context.Context, position uint64) (uint64, *Stopped, error) {
	if position == 0 {
		return 0, nil, nil
	}
	got, end, err := r.send(ctx, ask{Reach: position})
	if err != nil {
		return 0, nil, err
	}
	end()
	if got.Error != "" {
		return 0, nil, errors.New(got.Error)
	}
	return got.Checkpoint, got.Stopped, nil
}

// QueryContext implements driver.QueryerContext.
func (r *remote) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	q := ask{Query: query, Args: make([]cell, len(args))}
	for i, a := range args {
		q.Args[i].V = a.Value
	}
	got, end, err := r.send(ctx, q)
	if err != nil {
		return nil, err
	}
	if got.Error != "" {
		end()
		return nil, errors.New(got.Error)
	}
	return &remoteRows{remote: r, columns: got.Columns, reply: got, end: end}, nil
}

// IsValid implements driver.Validator.
func (r *remote) IsValid() bool { return !r.bad }

// Close implements driver.Conn.
func (r *remote) Close() error { return r.conn.Close() }

var errOnlyQueries = errors.New("another process holds the facts: they can only be asked")

// Prepare implements driver.Conn.
func (r *remote) Prepare(string) (driver.Stmt, error) { return nil, errOnlyQueries }

// Begin implements driver.Conn.
func (r *remote) Begin() (driver.Tx, error) { return nil, errOnlyQueries }

// remoteRows are the rows of one question, as they come.
type remoteRows struct {
	remote  *remote
	columns []string
	reply   *reply
	at      int
	end     func()
}

// Columns implements driver.Rows.
func (r *remoteRows) Columns() []string { return r.columns }

// Next implements driver.Rows.
func (r *remoteRows) Next(dest []driver.Value) error {
	for r.at == len(r.reply.Rows) {
		if r.reply.Last {
			return io.EOF
		}
		next := &reply{}
		if err := r.remote.in.Decode(next); err != nil {
			r.remote.bad = true
			return fmt.Errorf("the process that holds the facts ended while it answered: %w", err)
		}
		if r.reply, r.at = next, 0; next.Error != "" {
			return errors.New(next.Error)
		}
	}
	for i, c := range r.reply.Rows[r.at] {
		dest[i] = c.V
	}
	r.at++
	return nil
}

// Close implements driver.Rows. Rows nobody wants are not read to their end:
// the connection is given up instead.
func (r *remoteRows) Close() error {
	r.end()
	if !r.reply.Last {
		r.remote.bad = true
	}
	return nil
}
