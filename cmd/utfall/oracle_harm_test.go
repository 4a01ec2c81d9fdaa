package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"utfall/eventlog"
	"utfall/projections"
)

// TestOracle harms what a crash can harm, one thing at a time, and asks the
// oracle: it must be content before, and name each harm as what it is.
func TestOracle(t *testing.T) {
	base := crashBase(t, 20, true)
	const id = "00000000-0000-0000-0000-000000000000"
	for name, c := range map[string]struct {
		want error
		harm func(*oracle) error
	}{
		"nothing": {nil, func(*oracle) error { return nil }},
		"an acknowledged batch is gone": {errLost, func(o *oracle) error {
			o.ledger.attempted[id], o.ledger.acknowledged[id] = "", 99
			return nil
		}},
		"a batch nobody attempted": {errForeign, func(o *oracle) error { delete(o.ledger.attempted, foundation.String()); return nil }},
		"another batch of that id": {errOther, func(o *oracle) error { o.ledger.attempted[foundation.String()] = "00"; return nil }},
		"another position":         {errOther, func(o *oracle) error { o.ledger.acknowledged[foundation.String()]++; return nil }},
		"another beginning": {errTree, func(o *oracle) error {
			o.ledger.attested = eventlog.Checkpoint{Size: 2}
			return nil
		}},
		"a shorter log than checkpoint.txt": {errTree, func(o *oracle) error {
			log, err := os.ReadFile(LogPath(emptyData(t)))
			clear(o.ledger.attempted)
			clear(o.ledger.acknowledged)
			return errors.Join(err, os.WriteFile(LogPath(o.dir), log, 0o600))
		}},
		"a row too few": {errTables, func(o *oracle) error {
			s, err := projections.Open(t.Context(), projections.Path(o.dir))
			if err == nil {
				_, err = s.DB().Exec("delete from attendance where idx = 0 and position = 20")
				err = errors.Join(err, s.Close())
			}
			return err
		}},
		"an unknown file": {errStray, func(o *oracle) error { return os.WriteFile(filepath.Join(o.dir, "core"), nil, 0o600) }},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, base)
			d.renew(t, self(t), 1)
			if c.want != nil {
				d.oracle.report = nil // made only when all else is well
			}
			if err := c.harm(d.oracle); err != nil {
				t.Fatal(err)
			}
			if err := d.judge(t); !errors.Is(err, c.want) || err == nil != (c.want == nil) {
				t.Fatalf("the oracle says %v, want %v", err, c.want)
			}
		})
	}
}

// emptyData is a data directory with nothing in its log.
func emptyData(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	return dir
}
