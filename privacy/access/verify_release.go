package access

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"math/bits"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// releaseRows are the rows of the release log as they stand in the file, for comparing
// with what the entries' hashes say of them.
type releaseRows struct {
	of     map[uint64]releaseRow // by entry
	unused bool                  // there are crowds or members of no release
}

// readReleases reads all of them. A crowd that is not what its digest says is none: the
// first release it was given in is the one that is found.
func readReleases(ctx context.Context, q querier) (*releaseRows, error) {
	ids, err := readMembers(ctx, q)
	if err != nil {
		return nil, err
	}
	digests, used, err := readDigests(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, "select r.entry, r.recipient, r.parameters, r.figures, coalesce(g.crowd, 0), coalesce(g.least, 0) from releases r left join given g on g.entry = r.entry order by r.entry")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out, known := &releaseRows{of: map[uint64]releaseRow{}}, map[int64]bool{}
	var r releaseRow
	for rows.Next() {
		var next releaseRow
		var crowd int64
		var least int
		if err := rows.Scan(&next.entry, &next.recipient, &next.parameters, &next.figures, &crowd, &least); err != nil {
			return nil, errors.Join(errCrowd, err)
		}
		if next.entry != r.entry {
			r.into(out)
			r = next
		}
		if crowd > 0 {
			r.given, known[crowd] = append(r.given, givenRow{digests[crowd], least}), true
		}
	}
	r.into(out)
	var given, fitting int
	err = errors.Join(rows.Err(), q.QueryRowContext(ctx, "select count(*), count(r.entry) from given g left join releases r on r.entry = g.entry").Scan(&given, &fitting))
	out.unused = len(known) != len(digests) || used != len(ids) || given != fitting
	return out, err
}

type givenRow struct {
	digest [sha256.Size]byte
	least  int
}

// releaseRow is a release with the crowds it gave.
type releaseRow struct {
	entry      uint64
	recipient  []byte
	parameters []byte
	figures    int
	given      []givenRow
}

func (r releaseRow) into(out *releaseRows) {
	if r.entry != 0 {
		out.of[r.entry] = r
	}
}

// body is what the rows say of a release, as its entry's body does.
func (r releaseRow) body() []byte {
	slices.SortFunc(r.given, func(a, b givenRow) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	var digests [][sha256.Size]byte
	var least []int
	for _, g := range r.given {
		digests, least = append(digests, g.digest), append(least, g.least)
	}
	return bodyOf(r.parameters, r.figures, digests, least)
}

// readDigests computes each crowd's digest anew, and how many members they use. One that
// is not as it stands has none.
func readDigests(ctx context.Context, q querier, ids []uuid.UUID) (map[int64][sha256.Size]byte, int, error) {
	rows, err := q.QueryContext(ctx, "select n, digest, members from crowds order by n")
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	out, used := map[int64][sha256.Size]byte{}, make([]uint64, (len(ids)+63)/64)
	for rows.Next() {
		var n int64
		var digest, gaps []byte
		if err := rows.Scan(&n, &digest, &gaps); err != nil {
			return nil, 0, errors.Join(errCrowd, err)
		}
		words, err := bitsOf(gaps, len(ids))
		if err != nil {
			out[n] = [sha256.Size]byte{}
			continue
		}
		c := Crowd{Members: membersOf(words, ids)}
		for i, w := range words {
			used[i] |= w
		}
		if out[n] = c.digest(); !bytes.Equal(digest, digestBytes(out[n])) {
			out[n] = [sha256.Size]byte{}
		}
	}
	total := 0
	for _, w := range used {
		total += bits.OnesCount64(w)
	}
	return out, total, rows.Err()
}

func digestBytes(d [sha256.Size]byte) []byte { return d[:] }

// membersOf are the ids of some bits, in order.
func membersOf(words []uint64, ids []uuid.UUID) (out []uuid.UUID) {
	for i, w := range words {
		for ; w != 0; w &= w - 1 {
			out = append(out, ids[64*i+bits.TrailingZeros64(w)])
		}
	}
	slices.SortFunc(out, compareIDs)
	return out
}

// release compares the rows of a release with what its entry's hash covers.
func (v *verification) release(e *Entry) bool {
	r, there := v.releases.of[e.N]
	delete(v.releases.of, e.N)
	if e.Kind != Granted || len(e.body) == 0 {
		return !there
	}
	return bytes.Equal(r.body(), e.body) && bytes.Equal(r.recipient, e.Recipient[:])
}

// leftovers finds rows of the release log that belong to no entry.
func (v *verification) leftovers() {
	if len(v.releases.of) > 0 || v.releases.unused {
		v.find(v.n+1, domain.T("det finns utlämnanden som inte hör till någon post", "there are releases of no entry"))
	}
}

// releasedBy are the releases of the entries after one, for moving them.
func releasedBy(ctx context.Context, tx *sql.Tx, after uint64) (map[uint64]*Release, error) {
	ids, err := readMembers(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `select r.entry, r.parameters, r.figures, coalesce(g.least, 0), coalesce(c.members, x'')
		from main.releases r left join main.given g on g.entry = r.entry left join main.crowds c on c.n = g.crowd where r.entry > ?`, int64(after))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[uint64]*Release{}
	for rows.Next() {
		var entry uint64
		var parameters, gaps []byte
		var figures, least int
		if err := rows.Scan(&entry, &parameters, &figures, &least, &gaps); err != nil {
			return nil, err
		}
		if out[entry] == nil {
			out[entry] = &Release{Parameters: [sha256.Size]byte(parameters), Figures: figures}
		}
		words, err := bitsOf(gaps, len(ids))
		if err != nil {
			return nil, err
		}
		if len(gaps) > 0 {
			out[entry].Crowds = append(out[entry].Crowds, Crowd{membersOf(words, ids), least})
		}
	}
	return out, rows.Err()
}
