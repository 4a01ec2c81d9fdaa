package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/planted"
	"utfall/privacy"
	"utfall/privacy/access"
	"utfall/projections"
	"utfall/reports"
)

// EraseCmd forgets a person and keeps the statistics.
type EraseCmd struct {
	Subject string `arg:"" optional:"" name:"SUBJECT" help:"The person: a subject id. Without one, a number or an e-mail address is read from standard input."`
	Reason  string `help:"Why." placeholder:"TEXT"`
	DryRun  bool   `help:"Show what is known and what must be kept, and do nothing."`
	Due     bool   `help:"Erase everybody whose evidence need not be kept any more, and words of surveys whose time is over."`
}

// Run restricts the person, and erases what nothing holds.
func (c *EraseCmd) Run(a *App) error {
	if c.Due && (c.Subject != "" || c.Reason != "" || c.DryRun) {
		return domain.Refuse(domain.Usage, domain.T("--due står för sig själv", "--due stands alone"), domain.T("utelämna person, --reason och --dry-run", "leave out the person, --reason and --dry-run"))
	}
	vault, err := a.Vault() // finishes what is due, and what a process that died left
	if err != nil {
		return err
	}
	if c.Due {
		if err := a.allow(access.Request{Action: access.Erase, What: "erase --due"}); err != nil {
			return err
		}
		return a.eraseDue()
	}
	if strings.TrimSpace(c.Reason) == "" && !c.DryRun {
		return reasonMissing
	}
	if _, err := a.Facts(); err != nil {
		return err
	}
	group, err := c.group(a, vault)
	if err != nil {
		return err
	}
	if err := a.tellKnown(vault, group); err != nil || c.DryRun {
		return err
	}
	found := 0
	for _, id := range group {
		e, err := vault.Restrict(a.ctx, id, c.Reason)
		if errors.Is(err, privacy.ErrNoSubject) {
			continue
		}
		if err != nil {
			return err
		}
		found++
		if err := a.erase(e); err != nil {
			return err
		}
	}
	if found == 0 {
		return notInVault
	}
	return nil
}

// group is every id of whom the command is about. Whether somebody is known at all
// is told to those only who may erase.
func (c *EraseCmd) group(a *App, vault *privacy.Vault) ([]uuid.UUID, error) {
	var group []uuid.UUID
	subject, unknown := c.subject(a, vault)
	if unknown == nil {
		var err error
		if group, err = a.everyID(subject); err != nil {
			return nil, err
		}
	}
	what := "erase"
	if c.DryRun {
		what = "erase --dry-run"
	}
	err := a.allow(access.Request{Action: access.Erase, What: what, Position: a.store.Checkpoint(), Subjects: group})
	if err != nil {
		return nil, err
	}
	return group, unknown
}

// subject is whom the command is about. A number or an address is never an
// argument: those stand in the list of processes and in the shell's history.
func (c *EraseCmd) subject(a *App, vault *privacy.Vault) (uuid.UUID, error) {
	if c.Subject != "" && c.Subject != "-" {
		return subjectOf(c.Subject)
	}
	line, err := bufio.NewReader(a.ui.in).ReadString('\n')
	if err != nil && line == "" {
		return uuid.Nil, domain.Refuse(domain.Usage, domain.T("ingen person angiven", "no person given"), domain.T("ange ett id, eller ett nummer eller en e-postadress på standard in", "give an id, or a number or an e-mail address on standard input"))
	}
	found, err := vault.Find(a.ctx, strings.TrimSpace(line))
	switch {
	case err != nil:
		return uuid.Nil, err
	case len(found) == 0:
		return uuid.Nil, domain.Refuse(domain.NotFound, domain.T("valvet känner ingen med det numret eller den adressen", "the vault knows nobody by that number or address"), domain.Text{})
	case len(found) > 1:
		return uuid.Nil, domain.Refuse(domain.Conflict, domain.Tf("flera personer har den adressen: %v", "several persons have that address: %v", found),
			domain.T("ange vilken med id", "say which by its id"))
	}
	return found[0], nil
}

// everyID gives every id a person has: those merged with it go along.
func (a *App) everyID(subject uuid.UUID) ([]uuid.UUID, error) {
	out := []uuid.UUID{subject}
	err := each(a.ctx, a.store.DB(), `with one as (select coalesce((select into_subject from person_merges where superseded_at is null and subject = $1), $1::uuid) as id)
		select id from one union select subject from person_merges where superseded_at is null and into_subject = (select id from one)`, func(rows *sql.Rows) error {
		var id uuid.UUID
		err := rows.Scan(&id)
		if err == nil && id != subject {
			out = append(out, id)
		}
		return err
	}, subject.String())
	return out, err
}

// erase takes an erasure as far as it can go from where it is.
func (a *App) erase(e privacy.Erasure) error {
	if e.Step != privacy.Destroyed {
		if err := a.recordOnce(e, "restricted", domain.Event{Subject: e.Subject, Data: domain.PersonRestricted{Reason: a.vault.Seal(privacy.Binding{Field: privacy.Reason, Event: eraseID(e, "restricted")}, e.Reason)}}); err != nil {
			return err
		}
		planted.Die("restricted")
		holds, err := a.holds(e.Subject)
		if err != nil {
			return err
		}
		if len(holds) > 0 {
			until := privacy.LastOf(holds)
			a.tellHolds(e.Subject, holds)
			return a.vault.Hold(a.ctx, e, until)
		}
		if e.Position == 0 {
			if e.Position, err = a.Head(); err != nil {
				return err
			}
			if e.Figures, err = a.figures(e.Position); err != nil {
				return err
			}
			if e.Frozen, err = a.freeze(e); err != nil {
				return err
			}
			if err := a.vault.Measured(a.ctx, e); err != nil {
				return err
			}
		}
		planted.Die("measured")
		e.Until = domain.DateOf(a.now()).AddDays(privacy.RetentionRules.BackupDays)
		uploads, err := a.uploadsOf(e.Subject)
		if err != nil {
			return err
		}
		if err := a.vault.Destroy(a.ctx, []uuid.UUID{e.Subject}, uploads, e.Until); err != nil {
			return err
		}
		planted.Die("closed")
	}
	events := []domain.Event{{ID: eraseID(e, "erased"), Subject: e.Subject, Data: domain.PersonErased{Effective: e.Until}}}
	for _, project := range slices.Sorted(maps.Keys(e.Frozen)) {
		events = append(events, domain.Event{ID: frozenID(e, project), Data: domain.SpecialFrozen{Project: project, Contributions: e.Frozen[project]}})
	}
	if err := a.recordOnce(e, "erased", events...); err != nil {
		return err
	}
	planted.Die("erased")
	return a.afterwards(e)
}

// afterwards makes the facts anew, compares what is reported with what was, and
// lets go of the erasure.
func (a *App) afterwards(e privacy.Erasure) error {
	if err := a.vault.SweepUploads(a.ctx, a.dir); err != nil {
		return err
	}
	if !a.store.Holder() {
		a.ui.say(domain.Tf("%s är raderad ur valvet; resten görs när den process som håller siffrorna har slutat", "%s is erased from the vault; the rest is done when the process that holds the facts has ended", e.Subject))
		return nil
	}
	if err := a.remakeFacts(); err != nil {
		return err
	}
	planted.Die("remade")
	figures, err := a.figures(e.Position)
	if err != nil {
		return err
	}
	if !bytes.Equal(figures, e.Figures) {
		return domain.Refuse(domain.Unhealthy, domain.Tf("rapporterna vid position %d är inte desamma efter raderingen", "the reports at position %d are not the same after the erasure", e.Position),
			domain.T("kör utfall verify --replay", "run utfall verify --replay"))
	}
	if err := a.vault.Finish(a.ctx, e); err != nil {
		return err
	}
	planted.Die("finished")
	a.tell(domain.Tf("%s är raderad. Varje siffra i varje rapport vid position %d är densamma som före. Säkerhetskopior av valvet kan ingen läsa personen ur efter %s.",
		"%s is erased. Every figure of every report at position %d is the same as before. From %s on nobody can read the person from a backup of the vault.", e.Subject, e.Position, e.Until))
	return nil
}

// eraseID names a batch, and its event, of an erasure: the same step of the same
// erasure is recorded once, however often it is tried.
func eraseID(e privacy.Erasure, step string) uuid.UUID { return uuid.NewSHA1(e.ID, []byte(step)) }

// recordOnce records a step of an erasure. The first event has the step's id.
func (a *App) recordOnce(e privacy.Erasure, step string, events ...domain.Event) error {
	events[0].ID = eraseID(e, step)
	by, err := a.actor()
	if err != nil {
		return err
	}
	b := &eventlog.Batch{ID: events[0].ID.String(), RecordedAt: a.now(), Actor: by, Program: Version, Source: eventlog.Source{Kind: "erase"}}
	if err := b.Encode(events); err != nil {
		return err
	}
	if _, err := a.log.Append(a.ctx, b, eventlog.AnyHead); err != nil {
		return err
	}
	return a.project()
}

// remakeFacts makes DuckDB's file anew and removes the old one, with everything
// DuckDB left beside it.
func (a *App) remakeFacts() error {
	if err := a.store.Close(); err != nil {
		return err
	}
	a.store = nil
	planted.Die("facts closed")
	path := projections.Path(a.dir)
	if err := projections.Rebuild(a.ctx, a.log, path, func(uint64) {}); err != nil {
		return err
	}
	left, err := filepath.Glob(strings.TrimSuffix(path, ".duckdb") + ".damaged*")
	for _, file := range append(left, filepath.Join(a.dir, "duckdb-temp")) {
		err = errors.Join(err, os.RemoveAll(file))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, err = a.Facts()
	return err
}

// figures is the hash of every report of every project at a position.
func (a *App) figures(position uint64) ([]byte, error) {
	h := sha256.New()
	facts := &reports.Facts{DB: a.store.DB(), AsOf: position, Open: a.opener()}
	projects, err := a.projects(position)
	if err != nil {
		return nil, err
	}
	// The program is left out: another version may have to finish.
	add := func(name, project string) error {
		r, err := facts.Make(a.ctx, name, reports.Parameters{Project: project, Lang: "sv"})
		if err != nil {
			return err
		}
		return reports.Render(h, r, "json", "")
	}
	if err := add("growth", ""); err != nil {
		return nil, err
	}
	for _, p := range projects {
		if err := add("esf", p); err != nil {
			return nil, err
		}
	}
	return h.Sum(nil), nil
}

func (a *App) projects(position uint64) (out []string, err error) {
	err = each(a.ctx, a.store.DB(), fmt.Sprintf("select distinct project from projects_at(%d) order by 1", position), func(rows *sql.Rows) error {
		var p string
		err := rows.Scan(&p)
		out = append(out, p)
		return err
	})
	return out, err
}

// each gives every row a question finds.
func each(ctx context.Context, db *sql.DB, question string, row func(*sql.Rows) error, args ...any) error {
	rows, err := db.QueryContext(ctx, question, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
