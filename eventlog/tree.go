package eventlog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// The tree is RFC 6962's Merkle tree over the batches, in the storage order of
// golang.org/x/mod/sumdb/tlog: when a leaf is stored, the hashes of the
// subtrees it completes are stored after it. Batch n is leaf n-1. The hashes
// of a commit's batches are one run of that order, packed in the commit's row.

// Hash is a SHA-256 hash of the tree.
type Hash = tlog.Hash

// frontier is the right edge of a tree: the roots of the complete subtrees it
// is made of, largest first. It is all that appending needs to know.
type frontier struct {
	size  uint64
	roots []Hash
}

// add appends a leaf and gives the hashes to store after those given: the leaf
// and each subtree that it completes.
func (f *frontier) add(leaf Hash, stored []byte) []byte {
	stored = append(stored, leaf[:]...)
	h := leaf
	for n := f.size; n&1 == 1; n >>= 1 {
		last := len(f.roots) - 1
		h = tlog.NodeHash(f.roots[last], h)
		f.roots = f.roots[:last]
		stored = append(stored, h[:]...)
	}
	f.roots = append(f.roots, h)
	f.size++
	return stored
}

// root is the hash of the whole tree.
func (f *frontier) root() Hash {
	if f.size == 0 {
		return sha256.Sum256(nil)
	}
	h := f.roots[len(f.roots)-1]
	for i := len(f.roots) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f.roots[i], h)
	}
	return h
}

// clone is a copy that can grow without the original.
func (f *frontier) clone() frontier {
	return frontier{f.size, append(make([]Hash, 0, len(f.roots)+8), f.roots...)}
}

// leafHash is the hash of a batch: SHA-256 of a zero byte, the record's header
// as it is stored, its length first, and the SHA-256 of the payload. scratch is
// reused.
func leafHash(header []byte, payload [sha256.Size]byte, scratch []byte) (Hash, []byte) {
	scratch = append(append(append(scratch[:0], 0), header...), payload[:]...)
	return sha256.Sum256(scratch), scratch
}

// headerOf is the header of a record, with its length before it.
func headerOf(record []byte) []byte {
	return record[:8+binary.BigEndian.Uint64(record)]
}

// Leaf is the batch's hash in the tree.
func (b *Batch) Leaf() Hash {
	record := b.appendRecord(nil, b.metadataKeys())
	h, _ := leafHash(headerOf(record), sha256.Sum256(b.Payload), nil)
	return h
}

// storedHashes reads hashes by their place in the tree's storage order. It
// asks for the row of a commit by a position in it, and gets the position of
// the row's first batch and its hashes.
type storedHashes func(position int64) (first int64, tree []byte, err error)

const treeRow = "select first, tree from commits where first <= ? order by first desc limit 1"

// ReadHashes implements tlog.HashReader. A hash lies in the row of the commit
// with the leaf that completed it.
func (read storedHashes) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		last := (n+1)<<level - 1 // the leaf that completed the subtree
		first, tree, err := read(last + 1)
		if err != nil {
			return nil, fmt.Errorf("read the tree of the log: %w", err)
		}
		offset := (index - tlog.StoredHashIndex(0, first-1)) * sha256.Size
		if offset < 0 || offset+sha256.Size > int64(len(tree)) {
			return nil, fmt.Errorf("%w: the commit of batch %d lacks hashes of the tree", ErrBatch, first)
		}
		copy(out[i][:], tree[offset:])
	}
	return out, nil
}

// hashes reads the tree through any connection of the log.
func (l *Log) hashes(ctx context.Context) storedHashes {
	return func(position int64) (first int64, tree []byte, err error) {
		err = l.db.QueryRowContext(ctx, treeRow, position).Scan(&first, &tree)
		return first, tree, err
	}
}

// loadFrontier reads the right edge of the tree of the first n batches.
func loadFrontier(hashes storedHashes, n uint64) (frontier, error) {
	var indexes []int64
	var before uint64
	for level := bits.Len64(n) - 1; level >= 0; level-- {
		if n&(1<<level) != 0 {
			indexes = append(indexes, tlog.StoredHashIndex(level, int64(before>>level)))
			before += 1 << level
		}
	}
	roots, err := hashes.ReadHashes(indexes)
	return frontier{n, roots}, err
}

// Root is the hash of the tree of the first n batches, from the stored hashes:
// it is what a checkpoint at n attests. ErrNoPosition when the log is shorter.
func (l *Log) Root(ctx context.Context, n uint64) (Hash, error) {
	now, err := l.Head(ctx)
	if err != nil {
		return Hash{}, err
	}
	if n > now {
		return Hash{}, fmt.Errorf("%w: the log ends at %d, before %d", ErrNoPosition, now, n)
	}
	return tlog.TreeHash(int64(n), l.hashes(ctx))
}

// Continues proves, by RFC 6962's consistency proof from the stored hashes,
// that the tree of the first head batches, whose root is given, begins with
// what a checkpoint attests. ErrCheckpoint when it does not.
func (l *Log) Continues(ctx context.Context, c Checkpoint, head uint64, root Hash) error {
	if c.Size == 0 || c.Size > head {
		return nil // nothing is attested, or it is Verified.Extends that tells
	}
	proof, err := tlog.ProveTree(int64(head), int64(c.Size), l.hashes(ctx))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, int64(head), root, int64(c.Size), c.Root); err != nil {
		return fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return nil
}
