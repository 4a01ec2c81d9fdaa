package eventlog

import "hash/maphash"

// recent knows the positions of the newest batches by their ids. It keeps a
// hash of each id and no pointer, so that the garbage collector has nothing to
// follow; who gets a position asks the log whether the id there is the one.
type recent struct {
	seed  maphash.Seed
	known map[uint64]uint64 // hash of an id -> position
	order []uint64          // the hashes, in a ring
	next  int               // where the ring goes on
}

func newRecent() *recent {
	return &recent{seed: maphash.MakeSeed(), known: map[uint64]uint64{}}
}

// at is the position of an id with the same hash, 0 when there is none.
func (r *recent) at(id string) uint64 { return r.known[maphash.String(r.seed, id)] }

// add remembers an id, and forgets the one RecentIDs before it.
func (r *recent) add(id string, at uint64) {
	h := maphash.String(r.seed, id)
	if len(r.order) < RecentIDs {
		r.order = append(r.order, h)
	} else {
		if r.known[r.order[r.next]] < at { // unless the same hash came again since
			delete(r.known, r.order[r.next])
		}
		r.order[r.next] = h
		r.next = (r.next + 1) % RecentIDs
	}
	r.known[h] = at
}
