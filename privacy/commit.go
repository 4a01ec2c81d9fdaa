package privacy

import (
	"bytes"
	"database/sql"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/mattn/go-sqlite3"

	"utfall/planted"
)

// Commit writes what the import learned, in one transaction, or returns
// ErrMoved when another process has learned some of it first, or erased somebody
// since the import began: it may be one of those found.
func (im *Import) Commit() error {
	rows := im.seal()
	tx, err := im.v.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := im.write(tx, rows); err != nil {
		var code sqlite3.Error
		if errors.As(err, &code) && code.Code == sqlite3.ErrConstraint {
			return errors.Join(ErrMoved, err)
		}
		return err
	}
	return tx.Commit()
}

// sealed is a subject as its row is written.
type sealed struct {
	*subject
	fields [3][]byte
}

// seal encrypts all subjects, on all processors.
func (im *Import) seal() []sealed {
	out := make([]sealed, len(im.fresh))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(out); i += workers {
				out[i] = sealSubject(im.fresh[i])
			}
		})
	}
	wg.Wait()
	return out
}

// sealSubject seals the fields of a new subject; those of one that exists are
// sealed in update, where its row is read.
func sealSubject(s *subject) sealed {
	if s.exists {
		return sealed{subject: s}
	}
	return sealed{s, sealFields(s.key, s)}
}

func sealFields(key []byte, s *subject) (out [3][]byte) {
	gcm := aead(key)
	planted.Die("sealing")
	for i, plain := range []string{s.profile.Name, s.profile.Email, s.profile.Number} {
		if plain != "" {
			out[i] = gcm.Seal(nil, nil, []byte(plain), []byte(bind(s.id, fieldNames[i])))
		}
	}
	return out
}

func (im *Import) write(tx *sql.Tx, rows []sealed) error {
	insert, err := tx.Prepare("insert into subjects values (?, ?, ?, ?, ?, ?, ?, ?, null)")
	if err != nil {
		return err
	}
	// Within the transaction nobody opens or closes an epoch.
	ring, err := readKeyring(im.v.from, im.v.keys.Load())
	if err != nil {
		return err
	}
	if ring.newest() != im.epoch {
		return ErrMoved
	}
	newest, epoch := ring.newest(), aead(ring.epochs[ring.newest()])
	slices.SortFunc(rows, func(a, b sealed) int { return bytes.Compare(a.id[:], b.id[:]) })
	for _, s := range rows {
		if s.exists {
			err = im.update(tx, s.subject)
		} else {
			key := epoch.Seal(nil, nil, s.key, []byte(bind(s.id, epochBound(newest))))
			_, err = insert.Exec(s.id[:], string(s.kind), newest, key, s.fields[0], s.fields[1], s.fields[2], s.profile.Protected)
			planted.Die("vault row")
		}
		if err != nil {
			return err
		}
	}
	lookup, err := tx.Prepare("insert into lookups values (?, ?)")
	if err != nil {
		return err
	}
	// In the order of the tree they go into: half the time of a random one.
	keys := slices.SortedFunc(maps.Keys(im.added), func(a, b index) int { return bytes.Compare(a[:], b[:]) })
	for _, key := range keys {
		id := im.added[key]
		if _, err := lookup.Exec(key[:], id[:]); err != nil {
			return err
		}
	}
	for _, id := range im.split {
		if _, err := tx.Exec("delete from weak_links where subject = ? and file = ?", id[:], im.file); err != nil {
			return err
		}
	}
	for id := range im.weak {
		if _, err := tx.Exec("insert or ignore into weak_links values (?, ?)", id[:], im.file); err != nil {
			return err
		}
	}
	return nil
}

// update seals the fields of a subject that exists under the key it has.
func (im *Import) update(tx *sql.Tx, s *subject) error {
	var epoch int
	var key []byte
	err := tx.QueryRow("select epoch, key from subjects where subject = ?", s.id[:]).Scan(&epoch, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrMoved // erased meanwhile
	}
	if err != nil {
		return err
	}
	if key, err = im.v.unwrap(s.id, epoch, key); err != nil {
		return err
	}
	f := sealFields(key, s)
	_, err = tx.Exec("update subjects set name = ?, email = ?, number = ?, protected = ? where subject = ?", f[0], f[1], f[2], s.profile.Protected, s.id[:])
	return err
}

// FindSole gives the organisation id of a sole trader's number without making
// one; Nil when it is not known.
func (im *Import) FindSole(digits string) (uuid.UUID, error) {
	return im.lookup(im.v.index("org", digits))
}
