package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/privacy/access"
	"utfall/projections"
)

// VerifyCmd checks the log, alone or against what others keep of it.
type VerifyCmd struct {
	Checkpoint string `help:"A checkpoint somebody has kept: is today's log its continuation?" placeholder:"FILE"`
	Report     string `help:"A workbook made of this log: is it what the log gives?" placeholder:"FILE.xlsx"`
	Replay     bool   `help:"Also read every event, and compare the facts with a replay from zero."`
	JSON       bool   `name:"json" help:"As JSON."`
}

// verdict is what verify found, as it is printed.
type verdict struct {
	ui      *UI
	renamed bool // the report is what the log gives with other names in it

	OK        bool               `json:"ok"`
	Batches   uint64             `json:"batches"`
	Events    uint64             `json:"events"`
	Root      string             `json:"root"`
	Attested  uint64             `json:"attested"` // batches that a checkpoint given from outside attests
	Finding   *findingJSON       `json:"finding"`
	Report    *string            `json:"report"`    // the report verified
	Erased    int                `json:"erased"`    // participants in it who cannot be made again
	Replayed  *uint64            `json:"replayed"`  // position the facts were compared at
	Access    *accessJSON        `json:"access"`    // the access record, when there is one
	Anomalies []eventlog.Anomaly `json:"anomalies"` // the first of them
	Odd       int                `json:"anomalies_total"`
}

type findingJSON struct {
	Position uint64 `json:"position"`
	Kind     string `json:"kind"`
	What     string `json:"what"`
	text     domain.Text
}

// Run verifies and exits with 1 when anything is wrong.
func (c *VerifyCmd) Run(a *App) error {
	_, unopened := a.Log()
	var known *domain.Error
	if errors.As(unopened, &known) && !errors.Is(unopened, eventlog.ErrBatch) {
		return unopened
	}
	// A record that cannot be written is what verify may be there to tell about.
	if err := a.administer("verify"); err != nil && !errors.Is(err, access.ErrUnrecorded) {
		return err
	}
	// A log that cannot be opened because it is damaged is still to be told about.
	v := &verdict{ui: a.ui}
	if err := c.verify(a, v); err != nil {
		return err
	}
	if err := v.seen(a); err != nil {
		return err
	}
	if v.Finding == nil && unopened != nil {
		return unopened
	}
	v.OK = v.Finding == nil
	if c.JSON {
		if v.Anomalies == nil {
			v.Anomalies = []eventlog.Anomaly{}
		}
		if err := json.NewEncoder(a.ui.out).Encode(v); err != nil {
			return err
		}
	} else {
		c.print(v)
	}
	if !v.OK {
		return exitCode(exitFailed)
	}
	return nil
}

// verify runs the checks in the order of what rests on what, and stops at the
// first that finds something.
func (c *VerifyCmd) verify(a *App, v *verdict) error {
	kept, err := c.checkpoints(a, v)
	if err != nil || v.Finding != nil {
		return err
	}
	var report *reportFile
	if c.Report != "" {
		if report, err = a.openReport(c.Report, v); err != nil || v.Finding != nil {
			return err
		}
		defer report.Close()
		kept = append(kept, report.checkpoint)
	}
	sizes := make([]uint64, len(kept))
	for i, k := range kept {
		sizes[i] = k.Size
	}
	bar := a.ui.bar(-1, domain.T("kontrollerar loggen", "verifying the log"))
	found, err := eventlog.Verify(a.ctx, LogPath(a.dir), sizes, func(at uint64) { _ = bar.Set64(int64(at)) })
	_ = bar.Finish()
	if err != nil {
		return err
	}
	v.Batches, v.Events, v.Root = found.Batches, found.Events, base64.StdEncoding.EncodeToString(found.Root[:])
	v.Anomalies, v.Odd = found.Anomalies, found.Odd
	v.find(found.Finding)
	for _, k := range kept {
		if v.find(found.Extends(k)); v.Finding != nil {
			return nil
		}
		if a.log == nil {
			return nil // Run tells why it cannot be opened
		}
		// The scan has computed the root at that size; the proof says the same from the hashes that are stored.
		if err := a.log.Continues(a.ctx, k, found.Batches, found.Root); err != nil {
			return err
		}
	}
	for _, k := range kept[min(1, len(kept)):] { // the first is the one kept beside the log: it attests nothing
		v.Attested = max(v.Attested, k.Size)
	}
	if report != nil {
		if err := report.remake(a, v); err != nil {
			return err
		}
	}
	if c.Replay && v.Finding == nil {
		return v.replay(a)
	}
	return nil
}

func (v *verdict) find(f *eventlog.Finding) {
	if f != nil && v.Finding == nil {
		v.Finding = &findingJSON{f.Position, f.Kind, f.What.EN, f.What}
	}
}

// checkpoints are the one beside the log, or an empty one, and the one given.
func (c *VerifyCmd) checkpoints(a *App, v *verdict) ([]eventlog.Checkpoint, error) {
	own, err := a.sealed()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		own = eventlog.Checkpoint{Root: eventlog.EmptyRoot}
	case errors.Is(err, eventlog.ErrCheckpoint):
		v.find(&eventlog.Finding{Kind: eventlog.Signature, What: domain.Tf("checkpoint.txt bredvid loggen: %v", "checkpoint.txt beside the log: %v", err)})
		return nil, nil
	case err != nil:
		return nil, err
	}
	kept := []eventlog.Checkpoint{own}
	if c.Checkpoint == "" {
		return kept, nil
	}
	signed, err := os.ReadFile(c.Checkpoint)
	if err != nil {
		return nil, err
	}
	given, err := a.openCheckpoint(string(signed), v, filepath.Base(c.Checkpoint))
	return append(kept, given), err
}

// openCheckpoint checks a checkpoint's signature by the directory's keys.
func (a *App) openCheckpoint(signed string, v *verdict, from string) (eventlog.Checkpoint, error) {
	public, err := eventlog.PublicKeys(a.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return eventlog.Checkpoint{}, err
	}
	given, err := eventlog.OpenCheckpoint(signed, public)
	if errors.Is(err, eventlog.ErrCheckpoint) {
		v.find(&eventlog.Finding{Kind: eventlog.Signature, What: domain.Text{
			SV: fmt.Sprintf("%s: checkpointen är inte signerad av den här loggens nyckel, eller är ändrad (%v)", from, err),
			EN: fmt.Sprintf("%s: the checkpoint is not signed by this log's key, or was changed (%v)", from, err)}})
		err = nil
	}
	return given, err
}

// replay compares the projected facts with a replay of the log by plain Go.
func (v *verdict) replay(a *App) error {
	store, err := a.Facts()
	if err != nil {
		return err
	}
	bar := a.ui.bar(-1, domain.T("spelar upp loggen", "replaying the log"))
	defer bar.Close()
	var at uint64
	var found *projections.Divergence
	for range 10 { // others may record meanwhile
		at = store.Checkpoint()
		found, err = projections.Replay(a.ctx, a.log, store.DB(), at, func(at uint64) { _ = bar.Set64(int64(at)) })
		if !errors.Is(err, projections.ErrTablesMoved) {
			break
		}
		if store, err = a.Facts(); err != nil {
			return err
		}
	}
	if errors.Is(err, projections.ErrTablesMoved) {
		return &domain.Error{Code: domain.Conflict, Err: err, What: domain.T("andra registrerar hela tiden, så tabellerna hann inte jämföras", "others record all the time, so the tables could not be compared"),
			Hint: domain.T("försök igen när det är lugnare", "try again when it is quieter")}
	}
	if err != nil {
		return err
	}
	if found != nil {
		if found.Position == 0 { // of the file, not of a batch
			found.Table = "facts.duckdb"
		}
		v.find(&eventlog.Finding{Position: found.Position, Kind: "facts", What: domain.Text{
			SV: fmt.Sprintf("tabellen %s är inte vad loggen ger (%s): kör utfall rebuild", found.Table, found.What),
			EN: fmt.Sprintf("table %s is not what the log gives (%s): run utfall rebuild", found.Table, found.What)}})
		return nil
	}
	v.Replayed = &at
	return nil
}

// print tells people.
func (c *VerifyCmd) print(v *verdict) {
	if f := v.Finding; f != nil {
		where := domain.Tf("batch %d", "batch %d", f.Position)
		switch {
		case f.Kind == eventlog.Signature:
			where = domain.T("signatur", "signature")
		case f.Kind == accessFinding && f.Position == 0:
			where = domain.T("access.db", "access.db")
		case f.Kind == accessFinding:
			where = domain.Tf("access.db, post %d", "access.db, entry %d", f.Position)
		case f.Position == 0:
			where = domain.T("tabellerna", "the tables")
		}
		v.ui.print(domain.Tf("FEL: %s: %s (%s)", "WRONG: %s: %s (%s)", where.In(v.ui.lang), f.text.In(v.ui.lang), f.Kind))
		return
	}
	v.ui.print(domain.Tf("loggen är hel: %d batcher, %d händelser", "the log is whole: %d batches, %d events", v.Batches, v.Events))
	v.ui.print(domain.Tf("rot %s", "root %s", v.Root))
	switch {
	case v.Attested == 0:
		v.ui.print(domain.T("ingen checkpoint utifrån är jämförd: att hela loggen är utbytt skulle inte märkas (--checkpoint FIL)",
			"no checkpoint from outside was compared: a log replaced as a whole would not be noticed (--checkpoint FILE)"))
	case v.Attested < v.Batches:
		v.ui.print(domain.Tf("de första %d batcherna är intygade; de %d senare är det inte", "the first %d batches are attested; the %d later ones are not", v.Attested, v.Batches-v.Attested))
	default:
		v.ui.print(domain.Tf("alla %d batcher är intygade", "all %d batches are attested", v.Batches))
	}
	if v.Report != nil && v.renamed {
		v.ui.print(namedSince(*v.Report, v.Erased))
	} else if v.Report != nil && v.Erased > 0 {
		v.ui.print(erasedSince(*v.Report, v.Erased))
	} else if v.Report != nil {
		v.ui.print(domain.Tf("%s är vad loggen ger, byte för byte", "%s is what the log gives, byte for byte", *v.Report))
	}
	if v.Replayed != nil {
		v.ui.print(domain.Tf("tabellerna är vad loggen ger, till position %d", "the tables are what the log gives, to position %d", *v.Replayed))
	}
	if v.Access != nil {
		v.ui.print(domain.Tf("vem som sett vad är helt: %d poster, den sista med hashen %s", "who saw what is whole: %d entries, the last with the hash %s", v.Access.Entries, v.Access.Chain))
	}
	for _, odd := range v.Anomalies {
		v.ui.print(domain.Tf("obs: batch %d har klockan %s, men före den gick klockan %s", "note: batch %d has the clock %s, but before it the clock was %s",
			odd.Position, odd.RecordedAt.Format("2006-01-02 15:04:05"), odd.After.Format("2006-01-02 15:04:05")))
	}
	if more := v.Odd - len(v.Anomalies); more > 0 {
		v.ui.print(domain.Tf("och %d till", "and %d more", more))
	}
}

// CheckpointCmd signs what the log holds.
type CheckpointCmd struct {
	Output string `short:"o" help:"The file to write, or standard output." placeholder:"FILE"`
	AsOf   string `help:"Of the log as it stood at this position." placeholder:"N"`
	NewKey bool   `help:"Make a new signing key first, because the old one is lost."`
}

// Run prints or writes the checkpoint.
func (c *CheckpointCmd) Run(a *App) error {
	head, err := a.Head()
	if err != nil {
		return err
	}
	at, err := positionOf(c.AsOf, head)
	if err != nil {
		return err
	}
	if c.NewKey {
		if err := a.administer("checkpoint --new-key"); err != nil {
			return err
		}
		if _, err := os.Stat(eventlog.KeyPath(a.dir)); err == nil {
			return domain.Refuse(domain.Refused, domain.T("keys/log.key finns kvar", "keys/log.key is still there"),
				domain.T("flytta undan den först, om den är skadad eller röjd", "move it away first, if it is damaged or disclosed"))
		}
		if err := eventlog.CreateKey(a.dir); err != nil {
			return err
		}
	}
	signed, _, err := a.checkpoint(at)
	if err != nil {
		return err
	}
	if c.Output == "" || c.Output == "-" {
		_, err = io.WriteString(a.ui.out, signed)
		return err
	}
	if err := writeFile(c.Output, func(w io.Writer) error { _, err := io.WriteString(w, signed); return err }); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven, för position %d: ge den till någon som inte kan skriva i loggen", "%s is written, for position %d: give it to somebody who cannot write to the log", c.Output, at))
	return nil
}
