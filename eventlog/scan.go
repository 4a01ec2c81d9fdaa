package eventlog

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"

	"github.com/mattn/go-sqlite3"
)

// commit is one row of commits, its records hashed.
type commit struct {
	first, batches  uint64
	ids, tree, body []byte

	leaves  []leaf // of the records up to the first that cannot be read
	err     error  // of that one
	sameIDs bool   // ids are those of the records
}

// leaf is what verifying needs of a batch.
type leaf struct {
	hash     Hash
	position uint64
	recorded int64
	events   int
	imported string // the id, where it is kept for ever
}

// Rows travel in bundles, so that goroutines meet seldom; and only so many are
// under way, so that memory is bounded by the largest rows.
const (
	bundleRows  = 256
	bundleBytes = 1 << 20
	bundles     = 4
)

type bundle struct {
	commits []commit
	size    int
	err     error // reading ended with it
	done    chan struct{}
}

// readCommits reads all commits of one state of the log. Rows are read on one
// goroutine and hashed on others; take is called in order, until it is false.
func readCommits(ctx context.Context, db *sql.DB, take func(*commit) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	ordered := make(chan *bundle, bundles)
	work := make(chan *bundle, bundles)
	go func() {
		defer close(ordered)
		defer close(work)
		_ = conn.Raw(func(c any) error {
			readBundles(ctx, c.(*sqlite3.SQLiteConn), ordered, work)
			return nil
		})
	}()
	for range runtime.GOMAXPROCS(0) {
		go func() {
			var h header
			var scratch []byte
			for b := range work {
				for i := range b.commits {
					scratch = b.commits[i].hash(&h, scratch)
				}
				close(b.done)
			}
		}()
	}
	for b := range ordered {
		<-b.done
		for i := range b.commits {
			if err == nil && !take(&b.commits[i]) {
				err = errEnough
				cancel()
			}
		}
		if err == nil {
			err = b.err
		}
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

var errEnough = errors.New("enough")

// readBundles reads the rows in one statement, which sees one state of the log.
func readBundles(ctx context.Context, c *sqlite3.SQLiteConn, ordered, work chan<- *bundle) {
	b := &bundle{done: make(chan struct{})}
	send := func() {
		work <- b
		ordered <- b
		b = &bundle{done: make(chan struct{})}
	}
	row := make([]driver.Value, 5)
	b.err = eachRow(c, "select first, batches, ids, tree, body from commits order by first", nil, row, func() error {
		first, ok1 := row[0].(int64)
		batches, ok2 := row[1].(int64)
		ids, ok3 := row[2].([]byte)
		tree, ok4 := row[3].([]byte)
		body, ok5 := row[4].([]byte)
		if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
			return fmt.Errorf("%w: a column of another type, in the commit of batch %v", ErrBatch, row[0])
		}
		b.commits = append(b.commits, commit{first: uint64(max(first, 0)), batches: uint64(batches), ids: ids, tree: tree, body: body})
		if b.size += len(body) + len(tree); len(b.commits) == bundleRows || b.size > bundleBytes {
			send()
		}
		return ctx.Err()
	})
	if b.err != nil || len(b.commits) > 0 {
		send()
	}
}

// hash reads the commit's records and hashes them.
func (c *commit) hash(h *header, scratch []byte) []byte {
	c.leaves = make([]leaf, 0, min(c.batches, maxGroup))
	ids := c.ids
	c.sameIDs = true
	for rest := c.body; len(rest) > 0; {
		var r record
		if r, rest, c.err = cutRecord(rest); c.err == nil {
			c.err = h.check(r)
		}
		if c.err != nil {
			return scratch
		}
		l := leaf{position: h.position, recorded: int64(h.recorded), events: h.events}
		l.hash, scratch = leafHash(r.header, r.sum(), scratch)
		f := fields{b: ids}
		id := f.bytes(maxField)
		c.sameIDs = c.sameIDs && f.err == nil && bytes.Equal(id, h.texts[0])
		ids = f.b
		if text := h.texts[0]; len(text) == 36 && text[14] == '5' && imported(string(text)) {
			l.imported = string(text)
		}
		c.leaves = append(c.leaves, l)
	}
	c.sameIDs = c.sameIDs && len(ids) == 0
	c.body = nil // let go of it: only its hashes are needed from here
	return scratch
}

// check reads a record's header and holds it against the payload.
func (h *header) check(r record) error {
	if err := h.walk(r.header); err != nil {
		return err
	}
	total := 0
	for _, n := range h.frames {
		total += n
	}
	if len(h.frames) > 0 && total != len(r.payload) {
		return fmt.Errorf("%w: %d bytes of frames in a payload of %d", ErrBatch, total, len(r.payload))
	}
	return nil
}

// identify reads whose file it is; errNoLog when it is another's.
func identify(ctx context.Context, db *sql.DB) (version int, err error) {
	var app int
	err = db.QueryRowContext(ctx, "select (select * from pragma_application_id), (select * from pragma_user_version)").Scan(&app, &version)
	if err == nil && app != applicationID {
		err = errNoLog
	}
	return version, err
}

// damage reports whether an error tells of the file and not of the reading.
func damage(err error) bool {
	var code sqlite3.Error
	return errors.Is(err, ErrBatch) || errors.As(err, &code) &&
		(code.Code == sqlite3.ErrCorrupt || code.Code == sqlite3.ErrNotADB || code.Code == sqlite3.ErrFormat || code.Code == sqlite3.ErrMismatch || code.Code == sqlite3.ErrError)
}
