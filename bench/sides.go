package main

import "fmt"

// Names of the sides, as the tables show them and ratios are taken of them.
// Packed are the bytes the log stores of a batch.
const (
	ours         = "utfall"
	oursEncoding = "utfall, encoding included"
	growing      = "bare file"
	growingPack  = "bare file, packed"
	fixed        = "preallocated file"
	fixedPack    = "preallocated file, packed"
	mdb          = "message-db"
	mdbApart     = "message-db, a category each"
	emm          = "Emmett"
)

// names is the order of turns and of rows.
var names = []string{ours, oursEncoding, growing, growingPack, fixed, fixedPack, mdb, mdbApart, emm}

// open makes the sides that can be had, and adds to what is missing.
func open(c *config, w *work) (sides, error) {
	var packed [][]byte
	for _, b := range w.batch {
		packed = append(packed, b.Payload)
	}
	all := func(load) bool { return true }
	large := func(l load) bool { return l.events > 1 }
	out := sides{&log{dir: c.dir, work: w}, &log{dir: c.dir, work: w, encode: true}}
	for _, f := range []struct {
		title        string
		preallocated bool
		many         [][]byte
		takes        func(load) bool
	}{{growing, false, w.raw, all}, {growingPack, false, packed, large}, {fixed, true, w.raw, all}, {fixedPack, true, packed, large}} {
		b, err := newBareFile(f.title, c.dir, f.preallocated, w, f.many, f.takes)
		if err != nil {
			out.close()
			return nil, fmt.Errorf("%s: %w", f.title, err)
		}
		out = append(out, b)
	}
	if c.pgbench != "" {
		db := messageDB{dir: c.dir, pgbench: c.pgbench, socket: c.postgres, work: w}
		apart := db
		apart.apart = true
		out = append(out, &db, &apart)
	}
	if c.emmett != "" {
		e, err := startEmmett(c.emmett, c.postgres, w)
		if err != nil {
			c.missing = append(c.missing, fmt.Sprintf("%s: %v", emm, err))
		} else {
			out = append(out, e)
		}
	}
	return out, nil
}
