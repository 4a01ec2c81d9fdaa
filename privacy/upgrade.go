package privacy

import (
	"database/sql"
	"encoding/hex"
	"fmt"

	"utfall/domain"
)

// upgrade brings a vault of an earlier format to this one.
func (v *Vault) upgrade(oldKeys bool) error {
	var app, version int
	err := v.db.QueryRow("select (select * from pragma_application_id), (select * from pragma_user_version)").Scan(&app, &version)
	switch {
	case err != nil:
		return err
	case app != applicationID || version < 1 || version > formatVersion:
		return fmt.Errorf("not a vault of format %d", formatVersion)
	case version == formatVersion && oldKeys:
		return olderKeys
	case version == 1:
		return inside(v.db, func(tx *sql.Tx) error { return v.fromFormat1(tx, oldKeys) })
	}
	return v.frozenColumn()
}

// frozenColumn gives a vault of version 0.3.0 the column it lacks, which that
// version does not mind.
func (v *Vault) frozenColumn() error {
	var n int
	err := v.db.QueryRow("select count(*) from pragma_table_info('erasures') where name = 'frozen'").Scan(&n)
	if err == nil && n == 0 && !v.from.Borrowed {
		_, err = v.db.Exec("alter table erasures add column frozen text")
	}
	return err
}

var olderKeys = domain.Refuse(domain.Unhealthy, domain.T("nyckelfilen är äldre än valvet", "the key file is older than the vault"),
	domain.T("använd den nyare kopian av keys/vault.key", "use the newer copy of keys/vault.key"))

// newEnough refuses a keyring that has not heard of an epoch the vault uses: a
// key opened under its number would be another one.
func (v *Vault) newEnough() error {
	var newest sql.NullInt64
	err := v.db.QueryRow("select max(epoch) from (select epoch from subjects union all select epoch from uploads)").Scan(&newest)
	if err == nil && int(newest.Int64) > v.keys.Load().newest() {
		err = olderKeys
	}
	return err
}

// fromFormat1 moves the keys out of the vault into the keyring, first, and then
// gives the tables their form: a process that dies in between goes on here.
func (v *Vault) fromFormat1(tx *sql.Tx, oldKeys bool) error {
	ring := v.keys.Load()
	if oldKeys {
		found := map[string][]byte{}
		for _, name := range []string{epochBound(1), indexName, textsName} {
			var wrapped []byte
			err := tx.QueryRow("select wrapped from keys where name = ?", name).Scan(&wrapped)
			if err == nil {
				found[name], err = unseal(ring.root, wrapped, name)
			}
			if err != nil {
				return err
			}
		}
		ring.index, ring.texts, ring.epochs[1] = found[indexName], found[textsName], found[epochBound(1)]
		ring.format.Root = keptRoot{Method: methodFile, Key: hex.EncodeToString(ring.root)}
		ring.format.Epochs = []keptEpoch{{Epoch: 1, Opened: today()}}
		if v.from.Borrowed {
			return v.tables(tx)
		}
		if err := ring.save(); err != nil {
			return err
		}
	}
	return v.tables(tx)
}

func (v *Vault) tables(tx *sql.Tx) error {
	_, err := tx.Exec(`alter table subjects rename to old; drop table keys;
		alter table lookups rename to old_lookups; alter table weak_links rename to old_links;` + schema + `
		insert into subjects select subject, kind, 1, key, name, email, number, 0, null from old;
		insert into lookups select * from old_lookups; insert into weak_links select * from old_links;
		drop table old; drop table old_lookups; drop table old_links;` + fmt.Sprintf("pragma user_version=%d", formatVersion))
	return err
}
