package access

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// History is whose figures somebody was given, all of it before a release.
type History struct {
	Known   bool        // that very release was recorded before; the history is what came before it
	Last    uint64      // the newest release to the recipient
	Members []uuid.UUID // the ids that crowds are made of
	Crowds  []Before    // distinct
}

// Before is a crowd that was given: a bit for each member, by the order of the history's.
type Before struct {
	Bits  []uint64
	Least int
}

// History is what was released to a recipient before a release of some parameters was
// made first, all there is when it never was. Whoever had the name before is the same
// recipient: somebody added anew has not forgotten.
func (d *DB) History(ctx context.Context, recipient string, parameters [sha256.Size]byte) (*History, error) {
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "begin"); err != nil { // one that reads waits for nobody
		return nil, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "rollback")
	r, err := readRoster(ctx, conn)
	if err != nil {
		return nil, err
	}
	ids := r.everNamed(recipient)
	first, last, err := releasesOf(ctx, conn, ids, parameters)
	if err != nil {
		return nil, err
	}
	h := &History{Known: first > 0, Last: last}
	if !h.Known {
		first = last + 1
	}
	if h.Members, err = readMembers(ctx, conn); err != nil {
		return nil, err
	}
	in, args := oneOf(ids)
	rows, err := conn.QueryContext(ctx, `select c.members, max(g.least) from releases r join given g on g.entry = r.entry join crowds c on c.n = g.crowd
		where r.recipient in `+in+` and r.entry < ? group by c.n order by c.n`, append(args, int64(first))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var gaps []byte
		var b Before
		if err := rows.Scan(&gaps, &b.Least); err != nil {
			return nil, err
		}
		if b.Bits, err = bitsOf(gaps, len(h.Members)); err != nil {
			return nil, err
		}
		h.Crowds = append(h.Crowds, b)
	}
	return h, rows.Err()
}

// everNamed are the ids of all recipients that ever had a name.
func (r *roster) everNamed(name string) (out []uuid.UUID) {
	for _, t := range r.recipients {
		if domain.Fold(t.Name) == domain.Fold(name) {
			out = append(out, t.ID)
		}
	}
	return out
}

func oneOf(ids []uuid.UUID) (in string, args []any) {
	for _, id := range ids {
		args = append(args, id[:])
	}
	return "(" + strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ") + ")", args
}

// releasesOf are the first release of some parameters to a recipient and the newest of
// any; 0: there is none.
func releasesOf(ctx context.Context, q querier, recipients []uuid.UUID, parameters [sha256.Size]byte) (first, last uint64, err error) {
	in, args := oneOf(recipients)
	err = q.QueryRowContext(ctx, "select coalesce(min(entry) filter (where parameters = ?), 0), coalesce(max(entry), 0) from releases where recipient in "+in, append([]any{parameters[:]}, args...)...).Scan(&first, &last)
	return first, last, err
}

// errCrowd is returned for the rows of a release that cannot be some.
var errCrowd = errors.New("a row of the release log cannot be read")

// readMembers are the ids, in the order of their numbers.
func readMembers(ctx context.Context, q querier) ([]uuid.UUID, error) {
	rows, err := q.QueryContext(ctx, "select n, id from members order by n")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []uuid.UUID
	for rows.Next() {
		var n int
		var raw []byte
		if err := rows.Scan(&n, &raw); err != nil {
			return nil, errors.Join(errCrowd, err)
		}
		id, err := uuid.FromBytes(raw)
		if err != nil || n != len(out)+1 {
			return nil, errCrowd
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// bitsOf are a crowd's members, read from the gaps between their numbers.
func bitsOf(gaps []byte, members int) ([]uint64, error) {
	words, n := make([]uint64, (members+63)/64), uint64(0)
	for len(gaps) > 0 {
		gap, size := binary.Uvarint(gaps)
		if n += gap; size <= 0 || gap == 0 || gap > uint64(members) || n > uint64(members) {
			return nil, errCrowd
		}
		words[(n-1)/64] |= 1 << ((n - 1) % 64)
		gaps = gaps[size:]
	}
	return words, nil
}

// Received is how much somebody was given.
type Received struct {
	Releases int
	Figures  int
}

// Received is how much each recipient was given, by the recipient's id.
func (d *DB) Received(ctx context.Context) (map[uuid.UUID]Received, error) {
	rows, err := d.db.QueryContext(ctx, "select recipient, count(*), sum(figures) from releases group by recipient")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[uuid.UUID]Received{}
	for rows.Next() {
		var id uuid.UUID
		var r Received
		if err := rows.Scan(&id, &r.Releases, &r.Figures); err != nil {
			return nil, err
		}
		out[id] = r
	}
	return out, rows.Err()
}
