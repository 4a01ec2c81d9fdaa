package eventlog

import (
	"crypto/sha256"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// slowRoot is RFC 6962's definition of the tree's hash, word for word.
func slowRoot(leaves []Hash) Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		left, right := slowRoot(leaves[:k]), slowRoot(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

// TestTheTreeIsRFC6962s compares the tree kept in the log's rows, however the
// batches fell into rows, with the definition, at every size; and proves
// inclusion and consistency from the stored hashes.
func TestTheTreeIsRFC6962s(t *testing.T) {
	r := seed(t)
	proofs := 0
	for proofs < counts(t, 200, 1000, 100000) {
		l := open(t, temp(t))
		history(t, l, r, 1+r.IntN(200))
		var leaves []Hash
		if err := l.Read(t.Context(), 0, func(b *Batch) error { leaves = append(leaves, b.Leaf()); return nil }); err != nil {
			t.Fatal(err)
		}
		head := int64(len(leaves))
		root := slowRoot(leaves)
		for n := range head + 1 {
			want := slowRoot(leaves[:n])
			if got, err := l.Root(t.Context(), uint64(n)); err != nil || got != want {
				t.Fatalf("root of %d of %d: %v %v, want %v", n, head, got, err, want)
			}
			if edge, err := loadFrontier(l.hashes(t.Context()), uint64(n)); err != nil || edge.root() != want {
				t.Fatalf("edge of %d of %d: %v %v", n, head, edge, err)
			}
			if err := l.Continues(t.Context(), Checkpoint{"", uint64(n), want}, uint64(head), root); err != nil {
				t.Fatalf("%d of %d: %v", n, head, err)
			}
			other := Checkpoint{"", uint64(n), sha256.Sum256(want[:])}
			if err := l.Continues(t.Context(), other, uint64(head), root); n > 0 && err == nil {
				t.Fatalf("%d of %d: another root was proved", n, head)
			}
			if n == head {
				break
			}
			proof, err := tlog.ProveRecord(head, n, l.hashes(t.Context()))
			if err != nil || tlog.CheckRecord(proof, head, root, n, leaves[n]) != nil {
				t.Fatalf("batch %d of %d: %v", n+1, head, err)
			}
			if tlog.CheckRecord(proof, head, root, n, root) == nil {
				t.Fatalf("batch %d of %d: another batch was proved", n+1, head)
			}
			proofs += 2
		}
		l.Close()
	}
	t.Logf("%d proofs of inclusion and consistency hold, and none for another batch or root", proofs)
}
