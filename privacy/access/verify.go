package access

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/mattn/go-sqlite3"

	"utfall/domain"
)

// Finding is the first thing that is wrong with the record.
type Finding struct {
	Entry uint64 // 0: the file as a whole
	What  domain.Text
}

// Verified is what verifying the record found.
type Verified struct {
	Entries uint64   // as many as fit
	Chain   string   // the hash of the last of them, in hexadecimal: note it where nobody can change it
	Finding *Finding // nil: the record is whole
}

// Verify computes the chain anew and names the first entry that does not fit:
// one that was changed, taken out, put in, or has lost or won subjects it
// showed. It sees one state of the record while others write.
func (d *DB) Verify(ctx context.Context) (*Verified, error) {
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "begin"); err != nil { // one that reads waits for nobody
		return nil, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "rollback")
	v := &verification{chain: begin()}
	steps := []func(context.Context, *sql.Conn) error{v.schema, v.entries, v.file}
	for _, step := range steps {
		if err := step(ctx, conn); ctx.Err() != nil {
			return nil, ctx.Err()
		} else if damaged(err) {
			v.find(v.n+1, domain.Tf("filen är skadad: %v", "the file is damaged: %v", err))
		} else if err != nil {
			return nil, err
		}
		if v.found != nil {
			break
		}
	}
	return &Verified{Entries: v.n, Chain: hex.EncodeToString(v.chain), Finding: v.found}, nil
}

// verification is one run of Verify.
type verification struct {
	n        uint64 // of the last entry that fits
	chain    []byte // of that one
	seen     seenRows
	releases *releaseRows
	found    *Finding
}

func (v *verification) find(entry uint64, what domain.Text) {
	if v.found == nil {
		v.found = &Finding{entry, what}
	}
}

// errSeen is returned for a row of seen that cannot be one.
var errSeen = errors.New("a row of seen cannot be read")

// damaged reports whether an error is that the file cannot be read.
func damaged(err error) bool {
	var code sqlite3.Error
	return errors.Is(err, errSeen) || errors.Is(err, errCrowd) || errors.As(err, &code) && (code.Code == sqlite3.ErrCorrupt || code.Code == sqlite3.ErrNotADB)
}

// schema refuses tables, indexes or triggers other than the record's own.
func (v *verification) schema(ctx context.Context, conn *sql.Conn) error {
	fresh, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		return err
	}
	defer fresh.Close()
	fresh.SetMaxOpenConns(1)
	if _, err := fresh.ExecContext(ctx, schema+releaseSchema); err != nil {
		return err
	}
	var want, got string
	const list = "select coalesce(group_concat(type || name || tbl_name || coalesce(sql, ''), x'0a' order by type, name), '') from sqlite_schema"
	err = errors.Join(fresh.QueryRowContext(ctx, list).Scan(&want), conn.QueryRowContext(ctx, list).Scan(&got))
	if err == nil && want != got {
		v.find(0, domain.T("filens tabeller eller triggrar är inte åtkomstregistrets", "the file's tables or triggers are not the access record's"))
	}
	return err
}

// entries follows the chain, and the subjects beside it.
func (v *verification) entries(ctx context.Context, conn *sql.Conn) error {
	seen, err := conn.QueryContext(ctx, "select entry, subject from seen order by entry, subject")
	if err != nil {
		return err
	}
	defer seen.Close()
	v.seen.rows = seen
	if v.releases, err = readReleases(ctx, conn); err != nil {
		return err
	}
	rows, err := conn.QueryContext(ctx, "select "+columns+" from entries order by n")
	if err != nil {
		return err
	}
	defer rows.Close()
	for v.found == nil && rows.Next() {
		if err := v.entry(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil || v.found != nil {
		return err
	}
	_, err = v.seen.of(0)
	if v.seen.any {
		v.find(uint64(max(v.seen.entry, 0)), domain.T("den saknas, men vem den visade står kvar", "it is missing, but whom it showed is still there"))
	}
	v.leftovers()
	return err
}

// entry compares one entry with what the one before it and its subjects give.
func (v *verification) entry(rows *sql.Rows) error {
	next := v.n + 1
	var e Entry
	if err := e.scan(rows); err != nil {
		v.find(next, domain.Tf("den går inte att läsa: %v", "it cannot be read: %v", err))
		return nil
	}
	if e.N != next {
		v.find(next, domain.Tf("den saknas: därefter står %d", "it is missing: %d stands next", e.N))
		return nil
	}
	if !bytes.Equal(e.link(v.chain), e.chain) {
		v.find(next, domain.T("den är inte den som hashades", "it is not the one that was hashed"))
		return nil
	}
	shown, err := v.seen.of(int64(next))
	if err != nil {
		return err
	}
	if len(shown) != e.Subjects || !bytes.Equal(shownSum(shown), e.shown) {
		v.find(next, domain.T("vem den visade är ändrat", "whom it showed was changed"))
		return nil
	}
	if !v.release(&e) {
		v.find(next, domain.T("vad den lämnade ut är ändrat", "what it released was changed"))
		return nil
	}
	v.n, v.chain = next, e.chain
	return nil
}

// seenRows reads the subjects entry by entry.
type seenRows struct {
	rows    *sql.Rows
	any     bool // a row has been read and not yet given
	entry   int64
	subject uuid.UUID
}

// of gives the subjects of an entry. What is no subject is given as none: no
// entry has shown that one. A row of no entry stays in the way, so that all
// after it lack theirs.
func (s *seenRows) of(entry int64) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for {
		if !s.any {
			if !s.rows.Next() {
				return out, s.rows.Err()
			}
			var subject []byte
			if err := s.rows.Scan(&s.entry, &subject); err != nil {
				return nil, fmt.Errorf("%w: %w", errSeen, err)
			}
			s.subject, _ = uuid.FromBytes(subject)
			s.any = true
		}
		if s.entry != entry {
			return out, nil
		}
		out, s.any = append(out, s.subject), false
	}
}

// file has SQLite compare the tables with what they are found by.
func (v *verification) file(ctx context.Context, conn *sql.Conn) error {
	var said string
	err := conn.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&said)
	if err == nil && said != "ok" {
		v.find(0, domain.Text{SV: fmt.Sprintf("filen är skadad: %s", said), EN: fmt.Sprintf("the file is damaged: %s", said)})
	}
	return err
}
