package privacy

import (
	"crypto/cipher"
	"database/sql"
	"fmt"

	"github.com/google/uuid"
)

// changeKeys changes the keyring, alone among processes.
func (v *Vault) changeKeys(change func(*keyring) error) error {
	return inside(v.db, func(*sql.Tx) error {
		return v.changeKeysIn(change, func(*keyring) error { return nil })
	})
}

// changeKeysIn changes the keyring and then the rows, within a transaction that has
// begun. The file is written in between, once: a key that a row needs is in it
// before the row is.
func (v *Vault) changeKeysIn(change, rows func(*keyring) error) error {
	ring, err := readKeyring(v.from, v.keys.Load())
	if err != nil {
		return err
	}
	for _, step := range []func(*keyring) error{change, (*keyring).save, rows} {
		if err := step(ring); err != nil {
			return err
		}
	}
	v.keys.Store(ring)
	return nil
}

// expire destroys the keys of epochs whose day has come. What the vault still
// has under an old epoch, for it was restored from a backup or a process died
// midway, is moved to the newest first.
func (v *Vault) expire() error {
	var old int
	err := v.db.QueryRow("select count(*) from (select epoch from subjects union all select epoch from uploads) where epoch <> ?", v.keys.Load().newest()).Scan(&old)
	if err != nil {
		return err
	}
	if old > 0 {
		err := inside(v.db, func(tx *sql.Tx) error {
			ring, err := readKeyring(v.from, v.keys.Load())
			if err == nil {
				v.keys.Store(ring)
				err = rewrap(tx, ring)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if !v.keys.Load().due(today()) {
		return nil
	}
	return v.changeKeys(func(ring *keyring) error { ring.expire(today()); return nil })
}

// wrapped is a key as a row holds it.
type wrapped struct {
	id    any // the row's
	bound string
	epoch int
	key   []byte
}

// rewrap wraps every key that is under an earlier epoch by the newest. Keys
// whose epoch has no key any more are left: nobody reads them again.
func rewrap(tx *sql.Tx, ring *keyring) error {
	ciphers := map[int]cipher.AEAD{}
	for n, key := range ring.epochs {
		ciphers[n] = aead(key)
	}
	for _, table := range []struct{ name, id string }{{"subjects", "subject"}, {"uploads", "upload"}} {
		old, err := underOthers(tx, table.name, table.id, ring.newest())
		if err != nil {
			return err
		}
		update, err := tx.Prepare(fmt.Sprintf("update %s set epoch = ?, key = ? where %s = ?", table.name, table.id))
		if err != nil {
			return err
		}
		for _, w := range old {
			if ciphers[w.epoch] == nil {
				continue
			}
			key, err := ciphers[w.epoch].Open(nil, nil, w.key, []byte(w.bound+"/"+epochBound(w.epoch)))
			if err != nil {
				return fmt.Errorf("%w (%s)", ErrSealed, w.bound)
			}
			fresh := ciphers[ring.newest()].Seal(nil, nil, key, []byte(w.bound+"/"+epochBound(ring.newest())))
			if _, err := update.Exec(ring.newest(), fresh, w.id); err != nil {
				return err
			}
		}
		if err := update.Close(); err != nil {
			return err
		}
	}
	return nil
}

func underOthers(tx *sql.Tx, table, id string, newest int) ([]wrapped, error) {
	rows, err := tx.Query(fmt.Sprintf("select %s, epoch, key from %s where epoch <> ?", id, table), newest)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []wrapped
	for rows.Next() {
		var w wrapped
		if err := rows.Scan(&w.id, &w.epoch, &w.key); err != nil {
			return nil, err
		}
		if w.bound = fmt.Sprint(w.id); table == "subjects" {
			subject, err := uuid.FromBytes(w.id.([]byte))
			if err != nil {
				return nil, err
			}
			w.bound = subject.String()
		}
		out = append(out, w)
	}
	return out, rows.Err()
}
