package eventlog

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/mattn/go-sqlite3"

	"utfall/domain"
)

// writer is owned by the writer goroutine. It has a connection of its own.
type writer struct {
	log     *Log
	conn    *sql.Conn
	edge    frontier // of the tree; its size is the head this process knows of
	recent  *recent  // ids of recent batches
	seen    uint64   // the newest position whose id recent knows
	broken  error    // set when a write failed in a way that leaves doubt
	scratch []byte
}

// commit records a group as one row, or answers every request with the error.
func (w *writer) commit(group []*request) error {
	err := w.try(group)
	if err == nil {
		return nil
	}
	err = held(w.log.path, err)
	for _, r := range group {
		if r.err == nil {
			r.position, r.err = 0, err
		}
	}
	return err
}

func (w *writer) close() {
	if w.conn != nil {
		_ = w.conn.Close() // nothing is under way; the log's Close tells of errors
	}
}

func (w *writer) try(group []*request) (err error) {
	if w.broken != nil {
		return w.broken
	}
	if w.conn == nil {
		if w.conn, err = w.log.db.Conn(context.Background()); err != nil {
			return err
		}
		// A commit that also moves the WAL into the database is slow. With the
		// default of 1,000 pages that is one commit in a hundred under load.
		if _, err = w.conn.ExecContext(context.Background(), "pragma wal_autocheckpoint = 4000"); err != nil {
			return err
		}
	}
	return w.conn.Raw(func(conn any) error {
		c := conn.(*sqlite3.SQLiteConn)
		// BEGIN IMMEDIATE: from here to the commit nobody else can write.
		if _, err := c.Exec("begin immediate", nil); err != nil {
			return err
		}
		edge, err := w.write(c, group)
		if err == nil {
			if err = testOnlyBeforeCommit(); err == nil {
				_, err = c.Exec("commit", nil)
			}
		}
		if err != nil {
			_, undo := c.Exec("rollback", nil)
			if c.AutoCommit() { // SQLite rolls some errors back by itself
				undo = nil
			}
			return w.doubt(errors.Join(err, undo))
		}
		w.edge = edge
		for _, r := range group {
			if r.err == nil && r.fresh {
				w.remember(r.batch.ID, r.position)
			}
		}
		return nil
	})
}

// testOnlyBeforeCommit lets a test fail a commit.
var testOnlyBeforeCommit = func() error { return nil }

// write inserts the group's row in the open transaction and gives the tree's
// edge after it.
func (w *writer) write(c *sqlite3.SQLiteConn, group []*request) (frontier, error) {
	if err := w.catchUp(c); err != nil {
		return frontier{}, err
	}
	edge := w.edge.clone()
	fresh, err := w.place(c, group)
	if err != nil || len(fresh) == 0 {
		return edge, err
	}
	w.scratch, err = insertCommit(c, fresh, &edge, w.scratch)
	return edge, err
}

// insertCommit inserts one row for batches that have their positions, and adds
// them to the tree's edge.
func insertCommit(c *sqlite3.SQLiteConn, fresh []*request, edge *frontier, scratch []byte) ([]byte, error) {
	size := 0
	for _, r := range fresh {
		size += len(r.batch.Payload) + 512
	}
	var ids, tree []byte
	body := make([]byte, 0, size)
	for _, r := range fresh {
		ids = text(ids, r.batch.ID)
		start := len(body)
		body = r.batch.appendRecord(body, r.metadata)
		var leaf Hash
		leaf, scratch = leafHash(headerOf(body[start:]), r.sum, scratch)
		tree = edge.add(leaf, tree)
	}
	_, err := c.Exec("insert into commits (first, batches, ids, tree, body) values (?, ?, ?, ?, ?)",
		[]driver.Value{int64(fresh[0].batch.Position), int64(len(fresh)), ids, tree, body})
	for _, r := range fresh {
		if err == nil && imported(r.batch.ID) {
			_, err = c.Exec("insert into imports (id, position) values (?, ?)", []driver.Value{r.batch.ID, int64(r.batch.Position)})
		}
	}
	return scratch, err
}

// doubt stops all further writing after an error that leaves it open what is
// on the disk: a failed fsync can have dropped pages that a second try would
// then report as written. A mark is left, so that the next start verifies.
func (w *writer) doubt(err error) error {
	var code sqlite3.Error
	if errors.As(err, &code) {
		switch code.Code {
		case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrFull, sqlite3.ErrNomem, sqlite3.ErrInterrupt, sqlite3.ErrConstraint:
			return err // refused before anything was committed, and rolled back
		}
	} else {
		var known *domain.Error
		if errors.As(err, &known) || errors.Is(err, ErrBatch) {
			return err
		}
	}
	w.broken = &domain.Error{Code: domain.Unhealthy, Err: errors.Join(err, w.log.markDoubt()),
		What: domain.T("en skrivning till loggen misslyckades, så inget mer skrivs", "a write to the log failed, so nothing more is written"),
		Hint: domain.T("se till disken och starta om: loggen kontrolleras då innan den används", "see to the disk and restart: the log is then verified before it is used")}
	close(w.log.failed)
	return w.broken
}

// place gives each request that is neither a retry nor refused its position.
func (w *writer) place(c *sqlite3.SQLiteConn, group []*request) ([]*request, error) {
	var fresh []*request
	next := w.edge.size + 1
	var here map[string]uint64 // of this group
	if len(group) > 1 {
		here = make(map[string]uint64, len(group))
	}
	for _, r := range group {
		at, err := w.find(c, r.batch.ID)
		if err != nil {
			return nil, err
		}
		if at == 0 {
			at = here[r.batch.ID]
		}
		switch {
		case at != 0:
			r.position = at
		case r.expect != AnyHead && r.expect != next-1:
			r.err = fmt.Errorf("%w: expected head %d, found %d", ErrMoved, r.expect, next-1)
		default:
			r.position, r.batch.Position, r.fresh = next, next, true
			if here != nil {
				here[r.batch.ID] = next
			}
			fresh = append(fresh, r)
			next++
		}
	}
	return fresh, nil
}

// find gives the position of an id, 0 when the log does not have it.
func (w *writer) find(c *sqlite3.SQLiteConn, id string) (uint64, error) {
	if imported(id) {
		at, _, err := two(c, "select position, 0 from imports where id = ?", id)
		return at, err
	}
	at := w.recent.at(id)
	if at == 0 {
		return 0, nil
	}
	// The id's hash is known; is it the id?
	known, err := idAt(c, at)
	if err != nil || known != id {
		return 0, err
	}
	return at, nil
}

// idAt reads the id of the batch at a position.
func idAt(c *sqlite3.SQLiteConn, at uint64) (id string, err error) {
	row := make([]driver.Value, 2)
	err = eachRow(c, "select first, ids from commits where first <= ? order by first desc limit 1", []driver.Value{int64(at)}, row, func() error {
		ids, _ := row[1].([]byte)
		f := fields{b: ids}
		for n := row[0].(int64); n <= int64(at); n++ {
			id = string(f.bytes(maxField))
		}
		return f.err
	})
	return id, err
}

// imported reports whether an id is a name-based UUID: those are kept for ever.
func imported(id string) bool {
	if len(id) != 36 || id[14] != '5' { // most are not, and parsing costs
		return false
	}
	u, err := uuid.Parse(id)
	return err == nil && u.Version() == 5
}

// two asks for two whole numbers, both 0 when there is no row.
func two(c *sqlite3.SQLiteConn, query string, args ...driver.Value) (uint64, uint64, error) {
	row := make([]driver.Value, 2)
	err := eachRow(c, query, args, row, func() error { return nil })
	a, _ := row[0].(int64)
	b, _ := row[1].(int64)
	return uint64(a), uint64(b), err
}

// eachRow runs a query on one connection and calls do after each row is in row.
func eachRow(c *sqlite3.SQLiteConn, query string, args, row []driver.Value, do func() error) error {
	rows, err := c.Query(query, args)
	if err != nil {
		return err
	}
	for err == nil {
		if err = rows.Next(row); err == nil {
			err = do()
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rows.Close())
}

// catchUp learns what other processes, or earlier runs, have recorded: the
// tree's edge and the ids.
func (w *writer) catchUp(c *sqlite3.SQLiteConn) error {
	first, batches, err := two(c, "select first, batches from commits order by first desc limit 1")
	if err != nil {
		return err
	}
	now := max(first+batches, 1) - 1
	switch {
	case now == w.edge.size && now == w.seen:
		return nil
	case now < w.edge.size:
		return domain.Refuse(domain.Unhealthy,
			domain.Tf("loggen slutar vid %d men var redan vid %d", "the log ends at %d but was at %d already", now, w.edge.size),
			domain.T("någon har bytt ut filen: starta om och kör utfall verify", "somebody replaced the file: restart and run utfall verify"))
	}
	edge, err := loadFrontier(hashesOf(c), now)
	if err != nil {
		return err
	}
	if w.edge.size == 0 { // this process's first append: is the end of the log sound?
		if err := checkTail(c, edge); err != nil {
			return err
		}
	}
	if err := w.learnIDs(c, now); err != nil {
		return err
	}
	w.edge = edge
	return nil
}

func (w *writer) learnIDs(c *sqlite3.SQLiteConn, now uint64) error {
	from := w.seen
	if now > RecentIDs {
		from = max(from, now-RecentIDs)
	}
	row := make([]driver.Value, 3)
	args := []driver.Value{int64(from), int64(from) - maxGroup}
	err := eachRow(c, "select first, batches, ids from commits where first+batches-1 > ? and first > ? order by first", args, row, func() error {
		first, batches := row[0].(int64), row[1].(int64)
		ids, _ := row[2].([]byte)
		f := fields{b: ids}
		for n := range batches {
			w.remember(string(f.bytes(maxField)), uint64(first+n))
		}
		return f.err
	})
	w.seen = now
	return err
}

func (w *writer) remember(id string, at uint64) {
	w.seen = max(w.seen, at)
	w.recent.add(id, at)
}

// checkTail hashes the last commit anew: whoever appends to a log whose end is
// damaged would bury the damage.
func checkTail(c *sqlite3.SQLiteConn, edge frontier) error {
	row := make([]driver.Value, 4)
	return eachRow(c, "select first, batches, tree, body from commits order by first desc limit 1", nil, row, func() error {
		first, batches := row[0].(int64), row[1].(int64)
		tree, _ := row[2].([]byte)
		body, _ := row[3].([]byte)
		before, err := loadFrontier(hashesOf(c), uint64(first-1))
		if err != nil {
			return err
		}
		var again []byte
		for rest := body; len(rest) > 0 && err == nil; {
			var r record
			if r, rest, err = cutRecord(rest); err == nil {
				leaf, _ := leafHash(r.header, r.sum(), nil)
				again = before.add(leaf, again)
			}
		}
		if err != nil || string(again) != string(tree) || before.root() != edge.root() || before.size != uint64(first+batches-1) {
			return errDamaged(fmt.Errorf("%w: the last commit, from batch %d, is not what was hashed", ErrBatch, first))
		}
		return nil
	})
}

// errDamaged tells of a damaged log.
func errDamaged(err error) error {
	return &domain.Error{Code: domain.Unhealthy, Err: err,
		What: domain.T("loggen är skadad, så inget skrivs i den", "the log is damaged, so nothing is written to it"),
		Hint: domain.T("kör utfall verify, och återställ en säkerhetskopia med utfall restore", "run utfall verify, and restore a backup with utfall restore")}
}

// hashesOf reads the tree through one connection, in its transaction.
func hashesOf(c *sqlite3.SQLiteConn) storedHashes {
	return func(position int64) (first int64, tree []byte, err error) {
		row := make([]driver.Value, 2)
		err = eachRow(c, treeRow, []driver.Value{position}, row, func() error { return nil })
		if first, ok := row[0].(int64); ok {
			tree, _ = row[1].([]byte)
			return first, tree, err
		}
		return 0, nil, errors.Join(err, ErrNoPosition)
	}
}
