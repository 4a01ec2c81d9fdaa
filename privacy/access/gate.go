package access

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
)

// Gate stands between whoever acts and what the program shows. One may be used
// by many goroutines.
type Gate struct {
	DB      *DB
	Account string           // the account of the computer, uid:1000
	User    *User            // who acts, as it was when the gate was made; nil: the owner of the data directory
	Now     func() time.Time // the clock: entries carry it, and last days are compared with it
	as      string
}

// Gate makes the gate for an account: it acts as the user registered for it,
// else as the user named, else as the owner of the data directory.
func (d *DB) Gate(ctx context.Context, account, as string, now func() time.Time) (*Gate, error) {
	g := &Gate{DB: d, Account: account, Now: now, as: as}
	r, err := readRoster(ctx, d.db)
	if err != nil {
		return nil, err
	}
	g.User, _ = g.acting(&r)
	if g.User == nil && as != "" {
		return nil, unknownUser(as)
	}
	return g, nil
}

// acting finds who acts. An account that is somebody's acts as nobody else: the
// error is then the refusal of everything. Somebody revoked stays who it is, and
// does not become the owner.
func (g *Gate) acting(r *roster) (*User, error) {
	own := r.userOf(g.Account)
	if g.as == "" {
		return own, nil
	}
	named := r.userNamed(g.as)
	if own != nil && (named == nil || named.ID != own.ID) {
		return own, domain.Refuse(domain.Refused, domain.Tf("kontot %s är %s och handlar inte som någon annan", "the account %s is %s and acts as nobody else", g.Account, own.Name),
			domain.T("utelämna --as", "leave out --as"))
	}
	return named, nil
}

// ActorOf is how a user stands in the record and in the log.
func ActorOf(user uuid.UUID) string { return "user:" + user.String() }

// Actor is who acts, as it stands in the record and in the log: user:ID, or the
// account when no user acts.
func (g *Gate) Actor() string { return g.actor(g.User) }

func (g *Gate) actor(u *User) string {
	if u == nil {
		return g.Account
	}
	return ActorOf(u.ID)
}

// ErrUnrecorded lies behind the refusal of what cannot be recorded.
var ErrUnrecorded = errors.New("the access record cannot be written")

// Unrecorded is the refusal of what cannot be recorded, and why it cannot.
func Unrecorded(err error) error {
	out := &domain.Error{Code: domain.Refused, Err: errors.Join(ErrUnrecorded, err),
		What: domain.T("det kan inte antecknas i access.db, så det visas inte", "it cannot be recorded in access.db, so it is not shown"),
		Hint: domain.T("se till disken och filen; utfall verify säger om filen är hel", "see to the disk and the file; utfall verify tells whether the file is whole")}
	var known *domain.Error
	if errors.As(err, &known) {
		out.What, out.Hint = domain.T(out.What.SV+": "+known.What.SV, out.What.EN+": "+known.What.EN), known.Hint
	}
	return out
}

// Allow decides whether who acts may do what is requested, and has the answer
// on stable storage before it returns it. It returns nil when it may be shown,
// else why not.
func (g *Gate) Allow(ctx context.Context, req Request) error {
	var refusal error
	err := g.write(ctx, func(tx *sql.Tx, r *roster) (err error) {
		e := g.entry(req)
		refusal = g.decide(r, req, &e)
		if refusal != nil {
			e.Kind = Refused
			return e.add(ctx, tx, nil)
		}
		if req.Release == nil || req.Recipient == "" {
			return e.add(ctx, tx, req.subjects())
		}
		refusal, err = g.release(ctx, tx, r, req, &e)
		return errors.Join(refusal, err) // either way nothing is written
	})
	return answer(ctx, refusal, err) // a refusal, whether or not that could be recorded
}

// release writes an entry with what is released by it, unless that was released before.
// What was not compared with everything the recipient has is refused.
func (g *Gate) release(ctx context.Context, tx *sql.Tx, r *roster, req Request, e *Entry) (refusal, err error) {
	of := *req.Release
	digests := of.ordered()
	known, err := of.known(ctx, tx, r.everNamed(req.Recipient), digests)
	if errors.Is(err, errMeanwhile) || errors.Is(err, errOtherwise) {
		return err, nil
	}
	if err == nil && !known {
		e.body = of.body(digests)
	}
	if err == nil {
		err = e.add(ctx, tx, req.subjects())
	}
	if err == nil && !known {
		err = of.write(ctx, tx, e, digests)
	}
	return nil, err
}

// answer is what a gate gives for a refusal, or for an entry that could not be
// written.
func answer(ctx context.Context, refusal, err error) error {
	switch {
	case refusal != nil:
		return refusal
	case ctx.Err() != nil && err != nil:
		return ctx.Err()
	case err != nil:
		return Unrecorded(err)
	}
	return nil
}

// write has the roster as it is now, and what is written with it, in one
// transaction: who is revoked meanwhile is refused, in a process that has run
// for days too.
func (g *Gate) write(ctx context.Context, do func(*sql.Tx, *roster) error) error {
	tx, err := g.DB.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	r, err := readRoster(ctx, tx)
	if err != nil {
		return err
	}
	if err := do(tx, &r); err != nil {
		return err
	}
	return tx.Commit()
}

func (g *Gate) entry(req Request) Entry {
	return Entry{At: g.Now(), Kind: Granted, Account: g.Account, Action: req.Action, Project: req.Project, What: req.What,
		Position: req.Position, Rows: req.Rows, Why: req.Why}
}

// decide asks the rule, for who acts and for the recipient named, and notes
// both in the entry.
func (g *Gate) decide(r *roster, req Request, e *Entry) error {
	u, err := g.acting(r)
	e.Actor = g.actor(u)
	today := domain.DateOf(e.At)
	if err == nil {
		err = Permits(u, req, today)
	}
	if req.Recipient == "" {
		return err
	}
	t := r.recipientNamed(req.Recipient)
	if t != nil {
		e.Recipient = t.ID
	}
	switch {
	case err != nil:
		return err
	case t == nil:
		return unknownRecipient(req.Recipient)
	}
	return t.Receives(req, today)
}

// administer writes an entry about a user or a recipient, when who acts may
// administer and the roster has no objection. A refusal by the rule is recorded;
// a name that is taken, or unknown, is a slip and is not.
func (g *Gate) administer(ctx context.Context, what string, kind Kind, body any, about func(*roster) (uuid.UUID, error)) error {
	req := Request{Action: Administer, What: what}
	var refusal error
	err := g.write(ctx, func(tx *sql.Tx, r *roster) (err error) {
		e := g.entry(req)
		if refusal = g.decide(r, req, &e); refusal != nil {
			e.Kind = Refused
			return e.add(ctx, tx, nil)
		}
		e.Kind = kind
		if e.About, refusal = about(r); refusal != nil {
			return refusal // nothing is written
		}
		if body != nil {
			if e.body, err = json.Marshal(body); err != nil {
				return err
			}
		}
		return e.add(ctx, tx, nil)
	})
	return answer(ctx, refusal, err)
}
