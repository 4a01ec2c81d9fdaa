package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"utfall/domain"
)

// Finding is the first thing that is wrong with a log.
type Finding struct {
	Position uint64      `json:"position"` // of the first bad batch
	Kind     string      `json:"kind"`     // one of the kinds below
	What     domain.Text `json:"-"`
}

// Kinds of findings.
const (
	Gap       = "gap"       // a batch is missing
	Order     = "order"     // a batch stands where another should
	WrongHash = "hash"      // a batch, or the tree, was changed
	Undecoded = "decode"    // it cannot be read
	WrongIDs  = "ids"       // the ids kept to recognise retries are not those of the batches
	Foreign   = "schema"    // tables or triggers are not the log's own
	Signature = "signature" // a checkpoint's signature does not hold
	Cut       = "cut"       // the end is cut off, or an older copy was put back
	Rewritten = "rewritten" // all hashes fit, but not what a checkpoint attests
)

// Anomaly is a batch whose clock does not fit its place. Order is position,
// never the clock, so nothing is wrong with the log; but somebody should know.
type Anomaly struct {
	Position   uint64    `json:"position"`
	RecordedAt time.Time `json:"recorded_at"`
	After      time.Time `json:"after"` // the latest clock before it, or the clock now
}

// maxAnomalies is how many are listed; all are counted.
const maxAnomalies = 20

// Verified is what verifying a log found.
type Verified struct {
	Batches   uint64
	Events    uint64
	Root      Hash
	Roots     map[uint64]Hash // of the trees asked for, where the log is that long
	Finding   *Finding        // nil: the log is whole
	Anomalies []Anomaly
	Odd       int // how many anomalies there are
}

// Verify reads a whole log and computes its tree anew: continuity, order,
// records, ids, and every stored hash. at lists the sizes whose roots the
// caller wants. It holds a bounded part of the log in memory at a time, reads
// one state of it while others append, and does not look into the payloads.
func Verify(ctx context.Context, path string, at []uint64, progress func(position uint64)) (*Verified, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	v := &verification{Verified: Verified{Roots: map[uint64]Hash{}}, now: time.Now()}
	for _, n := range at {
		v.Roots[n] = Hash{}
	}
	db, err := openDB(path, false)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := v.scan(ctx, db, progress); err != nil {
		return nil, err
	}
	v.finish()
	return &v.Verified, nil
}

// verification is one run of Verify.
type verification struct {
	Verified
	edge    frontier
	now     time.Time
	latest  int64 // the latest clock seen, in nanoseconds
	imports int64 // how many batches have ids kept for ever
	lookup  *sql.Stmt
}

func (v *verification) find(position uint64, kind, sv, en string) {
	if v.Finding == nil {
		v.Finding = &Finding{position, kind, domain.T(sv, en)}
	}
}

// scan reads the log and takes each commit in.
func (v *verification) scan(ctx context.Context, db *sql.DB, progress func(uint64)) error {
	version, err := identify(ctx, db)
	switch {
	case errors.Is(err, errNoLog) || version > Format || damage(err):
		v.find(1, Foreign, "filen är ingen logg av det här formatet", "the file is no log of this format")
		return nil
	case err != nil:
		return err
	case version < Format:
		return domain.Refuse(domain.Unhealthy, domain.Tf("loggen har format %d, utan träd", "the log has format %d, without a tree", version),
			domain.T("kör utfall status: loggen får då sitt träd", "run utfall status: the log is given its tree then"))
	}
	if err := checkSchema(ctx, db); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v.find(1, Foreign, "filens tabeller eller triggrar är inte loggens: "+err.Error(), "the file's tables or triggers are not the log's: "+err.Error())
		return nil
	}
	if v.lookup, err = db.PrepareContext(ctx, "select position from imports where id = ?"); err != nil {
		return err
	}
	defer v.lookup.Close()
	err = readCommits(ctx, db, func(c *commit) bool {
		v.take(ctx, c)
		progress(v.edge.size)
		return v.Finding == nil
	})
	if err == nil && v.Finding == nil {
		err = v.checkImports(ctx, db)
	}
	if damage(err) {
		v.find(v.edge.size+1, Undecoded, "filen går inte att läsa härifrån: "+err.Error(), "the file cannot be read from here: "+err.Error())
		return nil
	}
	return err
}

// take checks one commit and adds its batches to the tree.
func (v *verification) take(ctx context.Context, c *commit) {
	next := v.edge.size + 1
	switch {
	case c.first > next:
		v.find(next, Gap, fmt.Sprintf("batch %d till %d saknas", next, c.first-1), fmt.Sprintf("batches %d to %d are missing", next, c.first-1))
	case c.first < next:
		v.find(max(c.first, 1), Order, "batchen står två gånger eller på fel plats", "the batch stands twice or in the wrong place")
	}
	var tree []byte
	for i := range c.leaves {
		at := c.first + uint64(i)
		leaf := &c.leaves[i]
		if leaf.position != at {
			v.find(at, Order, fmt.Sprintf("här står batch %d", leaf.position), fmt.Sprintf("batch %d stands here", leaf.position))
		}
		start := len(tree)
		tree = v.edge.add(leaf.hash, tree)
		if len(c.tree) < len(tree) || string(c.tree[start:len(tree)]) != string(tree[start:]) {
			v.find(at, WrongHash, "batchen är inte den som hashades, eller så är trädets hashar ändrade", "the batch is not the one that was hashed, or the tree's hashes were changed")
		}
		v.Events += uint64(leaf.events)
		v.clock(at, leaf.recorded)
		v.knownID(ctx, at, leaf)
		if _, asked := v.Roots[v.edge.size]; asked {
			v.Roots[v.edge.size] = v.edge.root()
		}
		if v.Finding != nil {
			return
		}
	}
	at := c.first + uint64(len(c.leaves))
	switch {
	case c.err != nil:
		v.find(at, Undecoded, "batchen går inte att läsa: "+c.err.Error(), "the batch cannot be read: "+c.err.Error())
	case uint64(len(c.leaves)) != c.batches:
		v.find(at, Gap, fmt.Sprintf("raden ska ha %d batcher och har %d", c.batches, len(c.leaves)), fmt.Sprintf("the row should have %d batches and has %d", c.batches, len(c.leaves)))
	case len(tree) != len(c.tree):
		v.find(at-1, WrongHash, "raden har fler hashar än trädet", "the row has more hashes than the tree")
	case !c.sameIDs:
		v.find(c.first, WrongIDs, "radens id är inte batchernas", "the ids of the row are not those of its batches")
	}
}

// knownID checks that an import's id is kept, at its position.
func (v *verification) knownID(ctx context.Context, at uint64, leaf *leaf) {
	if leaf.imported == "" {
		return
	}
	v.imports++
	var kept uint64
	if err := v.lookup.QueryRowContext(ctx, leaf.imported).Scan(&kept); err != nil || kept != at {
		v.find(at, WrongIDs, "importens id är inte noterat vid batchens position", "the import's id is not kept at the batch's position")
	}
}

// checkImports looks for kept ids that no batch has: an import with such an id
// would be taken for one that was recorded. Others may have appended since the
// scan, so what lies beyond it is held against the head of the same moment.
func (v *verification) checkImports(ctx context.Context, db *sql.DB) error {
	var kept, beyond int64
	err := db.QueryRowContext(ctx, `select count(*) filter (where position <= ?),
		count(*) filter (where not (position between 1 and (select coalesce(max(first+batches-1), 0) from commits))) from imports`, int64(v.edge.size)).Scan(&kept, &beyond)
	if err == nil && (kept != v.imports || beyond > 0) {
		v.find(v.edge.size, WrongIDs, "ett id är noterat som ingen batch har", "an id is kept that no batch has")
	}
	return err
}

// clock notes a batch recorded before one that stands before it, or in a time
// that has not come.
func (v *verification) clock(at uint64, recorded int64) {
	switch {
	case recorded < v.latest:
		v.odd(Anomaly{at, time.Unix(0, recorded).UTC(), time.Unix(0, v.latest).UTC()})
	case recorded > v.now.Add(time.Minute).UnixNano():
		v.odd(Anomaly{at, time.Unix(0, recorded).UTC(), v.now.UTC()})
	}
	v.latest = max(v.latest, recorded)
}

func (v *verification) odd(a Anomaly) {
	if v.Odd++; len(v.Anomalies) < maxAnomalies {
		v.Anomalies = append(v.Anomalies, a)
	}
}

func (v *verification) finish() {
	v.Batches, v.Root = v.edge.size, v.edge.root()
	for n := range v.Roots {
		if n > v.Batches {
			delete(v.Roots, n)
		}
	}
	if _, asked := v.Roots[0]; asked {
		v.Roots[0] = (&frontier{}).root()
	}
}
