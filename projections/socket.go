package projections

import (
	"context"
	"database/sql"
	"encoding/gob"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// What travels over the socket, as gob values: a hello from the holder, then
// ask and reply in turns. Who may use the socket is who may open the data
// directory.
type (
	hello struct {
		PID     int
		Version string // of schema and projections
	}
	ask struct {
		Reach uint64 // bring the facts to this position; 0: answer the query
		Query string
		Args  []cell
	}
	// reply answers a reach at once. Rows come in several, the last one marked.
	reply struct {
		Error      string
		Checkpoint uint64
		Stopped    *Stopped
		Columns    []string
		Rows       [][]cell
		Last       bool
	}
	// cell is one value; gob cannot send a bare nil.
	cell struct{ V any }
)

func init() {
	for _, v := range []any{time.Time{}, duckdb.UUID{}, duckdb.Decimal{}, duckdb.Interval{}, &big.Int{}, []any{}, []byte{},
		int8(0), int16(0), int32(0), int64(0), uint8(0), uint16(0), uint32(0), uint64(0), float32(0), float64(0)} {
		gob.Register(v)
	}
}

// rowsAtOnce is how many rows a reply carries.
const rowsAtOnce = 1024

// maxSocketPath is what fits in a socket's address on every system.
const maxSocketPath = 100

// socketPath is where the holder of a data directory is to be found. A path
// too long for an address is reached through a short link, removed by done.
func socketPath(dir string) (path string, done func(), err error) {
	path = filepath.Join(dir, "utfall.sock")
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	short, err := os.MkdirTemp("", "utfall-")
	if err != nil {
		return "", nil, err
	}
	if err := os.Symlink(abs, filepath.Join(short, "d")); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(short))
	}
	return filepath.Join(short, "d", "utfall.sock"), func() { _ = os.RemoveAll(short) }, nil
}

// server answers other processes' questions.
type server struct {
	shared   *Shared
	store    *Store
	listener net.Listener
	done     func()
	cancel   context.CancelFunc
	work     sync.WaitGroup

	mu       sync.Mutex
	stopping bool
	clients  map[net.Conn]bool // true while a question is under way
}

func serve(shared *Shared, store *Store) (*server, error) {
	path, done, err := socketPath(shared.dir)
	if err != nil {
		return nil, err
	}
	_ = os.Remove(path) // of a holder that was killed: we have the lock
	listener, err := net.Listen("unix", path)
	if err != nil {
		done()
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		done()
		return nil, errors.Join(err, listener.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	v := &server{shared: shared, store: store, listener: listener, done: done, cancel: cancel, clients: map[net.Conn]bool{}}
	v.work.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // stop has closed it
			}
			v.work.Go(func() { v.client(ctx, conn) })
		}
	})
	return v, nil
}

// drain is how long questions under way may take when the holder ends.
const drain = 30 * time.Second

// stop takes no more questions, lets those under way end, and closes.
func (v *server) stop() error {
	err := v.listener.Close() // removes the socket
	v.mu.Lock()
	v.stopping = true
	for conn, busy := range v.clients {
		if !busy {
			_ = conn.Close() // its owner finds the next holder
		}
	}
	v.mu.Unlock()
	late := time.AfterFunc(drain, v.cancel)
	v.work.Wait()
	late.Stop()
	v.cancel()
	v.done()
	return err
}

// busy notes whether a client's question is under way; false when the server
// is stopping and takes none.
func (v *server) busy(conn net.Conn, busy bool) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.clients[conn] = busy
	return !v.stopping
}

func (v *server) client(ctx context.Context, conn net.Conn) {
	defer func() {
		_ = conn.Close()
		v.mu.Lock()
		delete(v.clients, conn)
		v.mu.Unlock()
	}()
	out, in := gob.NewEncoder(conn), gob.NewDecoder(conn)
	if !v.busy(conn, false) || out.Encode(hello{os.Getpid(), Version()}) != nil {
		return
	}
	for {
		var q ask
		if in.Decode(&q) != nil || !v.busy(conn, true) {
			return
		}
		if v.answer(ctx, q, out) != nil || !v.busy(conn, false) {
			return
		}
	}
}

// answer gives an error only when the client is gone.
func (v *server) answer(ctx context.Context, q ask, out *gob.Encoder) error {
	if q.Reach > 0 {
		at, stopped, err := v.shared.reachIn(ctx, v.store, q.Reach, func(uint64) {})
		return out.Encode(reply{Error: errorText(err), Checkpoint: at, Stopped: stopped, Last: true})
	}
	var gone error
	err := v.query(ctx, q, func(r *reply) error {
		gone = out.Encode(r)
		return gone
	})
	if gone == nil && err != nil {
		gone = out.Encode(reply{Error: err.Error(), Last: true})
	}
	return gone
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// query runs a question in a transaction that can only read, and sends its
// rows.
func (v *server) query(ctx context.Context, q ask, send func(*reply) error) error {
	conn, err := v.store.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "begin transaction read only"); err != nil {
		return err
	}
	// When this fails the connection is of no more use, and says so when next used.
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "rollback") }()
	args := make([]any, len(q.Args))
	for i, a := range q.Args {
		args[i] = a.V
	}
	rows, err := conn.QueryContext(ctx, q.Query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return sendRows(rows, send)
}

func sendRows(rows *sql.Rows, send func(*reply) error) error {
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	r := &reply{Columns: columns}
	to := make([]any, len(columns))
	for rows.Next() {
		row := make([]cell, len(columns))
		for i := range row {
			to[i] = &row[i].V
		}
		if err := rows.Scan(to...); err != nil {
			return err
		}
		if r.Rows = append(r.Rows, row); len(r.Rows) == rowsAtOnce {
			if err := send(r); err != nil {
				return err
			}
			r = &reply{}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	r.Last = true
	return send(r)
}
