package access

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"hash"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
)

// Kind is what an entry tells of.
type Kind string

// The kinds of entries.
const (
	UserAdded        Kind = "user.added"
	UserRevoked      Kind = "user.revoked"
	RecipientAdded   Kind = "recipient.added"
	RecipientRevoked Kind = "recipient.revoked"
	Granted          Kind = "access.granted"
	Refused          Kind = "access.refused"
)

// Entry is one entry of the record.
type Entry struct {
	N         uint64
	At        time.Time
	Kind      Kind
	Account   string // the account of the computer, uid:1000
	Actor     string // user:ID, or the account when no user acted
	Action    Action
	Project   string
	What      string
	Position  uint64
	Rows      int
	Subjects  int       // how many were shown; SeenBy tells who saw one
	Recipient uuid.UUID // Nil: none
	Why       domain.Sealed
	About     uuid.UUID // the user or recipient added or revoked

	shown, body, chain []byte
}

const columns = "n, at, kind, account, actor, action, project, what, position, lines, subjects, shown, recipient, why, about, body, chain"

// scan reads the columns of a row.
func (e *Entry) scan(row interface{ Scan(...any) error }) error {
	var at int64
	var recipient, about []byte
	err := row.Scan(&e.N, &at, &e.Kind, &e.Account, &e.Actor, &e.Action, &e.Project, &e.What, &e.Position, &e.Rows, &e.Subjects, &e.shown,
		&recipient, &e.Why, &about, &e.body, &e.chain)
	if err != nil {
		return err
	}
	e.At = time.Unix(0, at).UTC()
	for _, id := range []struct {
		from []byte
		to   *uuid.UUID
	}{{recipient, &e.Recipient}, {about, &e.About}} {
		if len(id.from) == 0 {
			continue
		}
		if *id.to, err = uuid.FromBytes(id.from); err != nil || *id.to == uuid.Nil {
			return errors.Join(err, errors.New("an id of the access record is none"))
		}
	}
	return nil
}

// values are what is written of the entry, in the order of columns, but for
// the chain.
func (e *Entry) values() []any {
	return []any{int64(e.N), e.At.UnixNano(), string(e.Kind), e.Account, e.Actor, string(e.Action), e.Project, e.What, int64(e.Position),
		int64(e.Rows), int64(e.Subjects), blob(e.shown), idBytes(e.Recipient), string(e.Why), idBytes(e.About), string(e.body)}
}

// blob is never null: no bytes and no value would look alike.
func blob(b []byte) []byte { return append([]byte{}, b...) }

func idBytes(id uuid.UUID) []byte {
	if id == uuid.Nil {
		return []byte{}
	}
	return id[:]
}

// link is the entry's hash: SHA-256 over the hash before it and every value,
// each with its length before it, so that none can run into the next.
func (e *Entry) link(before []byte) []byte {
	sum := sha256.New()
	sum.Write(before)
	for _, v := range e.values() {
		switch v := v.(type) {
		case int64:
			writeLong(sum, binary.BigEndian.AppendUint64(nil, uint64(v)))
		case string:
			writeLong(sum, []byte(v))
		case []byte:
			writeLong(sum, v)
		}
	}
	return sum.Sum(nil)
}

func writeLong(sum hash.Hash, b []byte) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(b)))
	sum.Write(length[:])
	sum.Write(b)
}

// begin is the hash before the first entry.
func begin() []byte { return make([]byte, sha256.Size) }

// shownSum is the hash over the subjects an access showed, in order.
func shownSum(subjects []uuid.UUID) []byte {
	if len(subjects) == 0 {
		return nil
	}
	sum := sha256.New()
	for _, id := range subjects {
		sum.Write(id[:])
	}
	return sum.Sum(nil)
}

// add writes an entry after the newest one, with the subjects it showed, in a
// transaction that has held the write lock from its beginning.
func (e *Entry) add(ctx context.Context, tx *sql.Tx, shown []uuid.UUID) error {
	before := begin()
	err := tx.QueryRowContext(ctx, "select n, chain from entries order by n desc limit 1").Scan(&e.N, &before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	e.N++
	e.Subjects, e.shown = len(shown), shownSum(shown)
	e.chain = e.link(before)
	_, err = tx.ExecContext(ctx, "insert into entries ("+columns+") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", append(e.values(), e.chain)...)
	if err != nil || len(shown) == 0 {
		return err
	}
	see, err := tx.PrepareContext(ctx, "insert into seen (subject, entry) values (?, ?)")
	if err != nil {
		return err
	}
	defer see.Close()
	for _, id := range shown {
		if _, err := see.ExecContext(ctx, id[:], int64(e.N)); err != nil {
			return err
		}
	}
	return nil
}
