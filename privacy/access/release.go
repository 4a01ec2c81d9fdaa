package access

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// releaseSchema: one row of releases is one release of figures, and of given the distinct
// persons behind some of its figures. Whom a release was about is kept by the set, so that
// the next one can be compared with it.
const releaseSchema = `
create table releases (
	entry      integer primary key,                            -- the access it was, whose body has the hash of all of it
	recipient  blob    not null check (length(recipient) = 16),
	parameters blob    not null check (length(parameters) = 32), -- SHA-256 of what was asked for and at which position: the same release has the same
	figures    integer not null                                -- how many it showed
) strict;
create index releases_of on releases (recipient, entry);
create table members (
	n  integer primary key check (n > 0),                      -- 1, 2, 3 … without gaps
	id blob    not null unique check (length(id) = 16)         -- a subject, organisation or respondent
) strict;
create table crowds (
	n       integer primary key check (n > 0),
	digest  blob not null unique check (length(digest) = 32),  -- SHA-256 over the ids in order
	members blob not null                                      -- their n in order, each less the one before it, as varints
) strict;
create table given (
	entry integer not null,
	crowd integer not null,
	least integer not null,                                    -- no figure made of it may be of fewer
	primary key (entry, crowd)
) strict, without rowid;
create trigger releases_no_update before update on releases begin select raise(abort, 'the access record is append-only'); end;
create trigger releases_no_delete before delete on releases begin select raise(abort, 'the access record is append-only'); end;
create trigger members_no_update before update on members begin select raise(abort, 'the access record is append-only'); end;
create trigger members_no_delete before delete on members begin select raise(abort, 'the access record is append-only'); end;
create trigger crowds_no_update before update on crowds begin select raise(abort, 'the access record is append-only'); end;
create trigger crowds_no_delete before delete on crowds begin select raise(abort, 'the access record is append-only'); end;
create trigger given_no_update before update on given begin select raise(abort, 'the access record is append-only'); end;
create trigger given_no_delete before delete on given begin select raise(abort, 'the access record is append-only'); end;
`

// Release is what figures somebody outside is given, by who is behind them.
type Release struct {
	Parameters [sha256.Size]byte // the same when it is the same release: report, parameters, position
	Figures    int               // how many are shown
	Crowds     []Crowd           // who is behind them
	Last       uint64            // the recipient's newest release they were compared with, as History gave it
}

// Crowd is the distinct persons behind a figure.
type Crowd struct {
	Members []uuid.UUID
	Least   int // how many a figure made of it and others must be of
}

// digest tells one set of persons from another.
func (c Crowd) digest() [sha256.Size]byte {
	sum := sha256.New()
	for _, id := range c.Members {
		sum.Write(id[:])
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// ordered puts each crowd's members in order, each once, and the crowds by their
// digests, each once.
func (r *Release) ordered() (digests [][sha256.Size]byte) {
	least := map[[sha256.Size]byte]Crowd{}
	for _, c := range r.Crowds {
		c.Members = slices.Clone(c.Members)
		slices.SortFunc(c.Members, compareIDs)
		c.Members = slices.Compact(c.Members)
		d := c.digest()
		c.Least = max(c.Least, least[d].Least)
		least[d] = c
	}
	r.Crowds = nil
	for d := range least {
		digests = append(digests, d)
	}
	slices.SortFunc(digests, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	for _, d := range digests {
		r.Crowds = append(r.Crowds, least[d])
	}
	return digests
}

// releaseBody is the body of a release's entry: with it the entry's hash covers the rows.
type releaseBody struct {
	Parameters string `json:"parameters"`
	Figures    int    `json:"figures"`
	Given      string `json:"given"` // SHA-256 over the crowds' digests and least numbers, in the order of the digests
}

func bodyOf(parameters []byte, figures int, digests [][sha256.Size]byte, least []int) []byte {
	sum := sha256.New()
	for i, d := range digests {
		sum.Write(d[:])
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(least[i])))
	}
	body, _ := json.Marshal(releaseBody{hex.EncodeToString(parameters), figures, hex.EncodeToString(sum.Sum(nil))})
	return body
}

func (r *Release) body(digests [][sha256.Size]byte) []byte {
	var least []int
	for _, c := range r.Crowds {
		least = append(least, c.Least)
	}
	return bodyOf(r.Parameters[:], r.Figures, digests, least)
}

var (
	errMeanwhile = domain.Refuse(domain.Conflict, domain.T("mottagaren fick något annat medan det här gjordes", "the recipient was given something else while this was made"),
		domain.T("gör om det: det jämförs då med det också", "do it again: it is compared with that too"))
	errOtherwise = domain.Refuse(domain.Conflict, domain.T("det här lämnades ut förut och visade då annat", "this was released before, and showed something else"),
		domain.T("lämna ut det vid en senare position", "release it at a later position"))
)

// known tells whether a release is one that was recorded before: then there is nothing to
// record. Otherwise it must have been compared with everything the recipient has by now.
func (r *Release) known(ctx context.Context, tx querier, recipients []uuid.UUID, digests [][sha256.Size]byte) (bool, error) {
	first, last, err := releasesOf(ctx, tx, recipients, r.Parameters)
	switch {
	case err != nil:
		return false, err
	case first == 0 && last != r.Last:
		return false, errMeanwhile
	case first == 0:
		return false, nil
	}
	rows, err := tx.QueryContext(ctx, "select c.digest, g.least from given g join crowds c on c.n = g.crowd where g.entry = ?", int64(first))
	if err != nil {
		return false, err
	}
	defer rows.Close()
	before := map[[sha256.Size]byte]int{}
	for rows.Next() {
		var digest []byte
		var least int
		if err := rows.Scan(&digest, &least); err != nil {
			return false, err
		}
		before[[sha256.Size]byte(digest)] = least
	}
	for i, d := range digests {
		if before[d] < r.Crowds[i].Least {
			return false, errOtherwise
		}
	}
	return true, rows.Err()
}

// write writes the rows of a release that is an entry now.
func (r *Release) write(ctx context.Context, tx *sql.Tx, e *Entry, digests [][sha256.Size]byte) error {
	_, err := tx.ExecContext(ctx, "insert into releases (entry, recipient, parameters, figures) values (?, ?, ?, ?)", int64(e.N), e.Recipient[:], r.Parameters[:], r.Figures)
	if err != nil {
		return err
	}
	ids, err := readMembers(ctx, tx)
	if err != nil {
		return err
	}
	numbers := make(map[uuid.UUID]uint64, len(ids))
	for i, id := range ids {
		numbers[id] = uint64(i) + 1
	}
	for i, c := range r.Crowds {
		n, err := c.write(ctx, tx, digests[i], numbers)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "insert into given (entry, crowd, least) values (?, ?, ?)", int64(e.N), n, c.Least); err != nil {
			return err
		}
	}
	return nil
}

// write writes a crowd that is not there yet, with those of its members nobody was given
// a figure of before, and gives its number.
func (c Crowd) write(ctx context.Context, tx *sql.Tx, digest [sha256.Size]byte, numbers map[uuid.UUID]uint64) (n int64, err error) {
	err = tx.QueryRowContext(ctx, "select coalesce(max(n), 0) from crowds where digest = ?", digest[:]).Scan(&n)
	if err != nil || n > 0 {
		return n, err
	}
	in := make([]uint64, 0, len(c.Members))
	for _, id := range c.Members {
		number, ok := numbers[id]
		if !ok {
			number = uint64(len(numbers)) + 1
			numbers[id] = number
			if _, err := tx.ExecContext(ctx, "insert into members (n, id) values (?, ?)", int64(number), id[:]); err != nil {
				return 0, err
			}
		}
		in = append(in, number)
	}
	slices.Sort(in)
	gaps, before := []byte{}, uint64(0)
	for _, number := range in {
		gaps, before = binary.AppendUvarint(gaps, number-before), number
	}
	err = tx.QueryRowContext(ctx, "insert into crowds (n, digest, members) values ((select coalesce(max(n), 0) + 1 from crowds), ?, ?) returning n", digest[:], gaps).Scan(&n)
	return n, err
}
