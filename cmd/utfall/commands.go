package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/privacy"
	"utfall/projections"
)

// InitCmd makes a data directory.
type InitCmd struct {
	Dir       string `arg:"" name:"DIR" help:"Where to make it."`
	OrgNumber string `help:"Organisation number of whose data it is." placeholder:"N"`
	Name      string `help:"Name of whose data it is." placeholder:"NAME"`
}

// Run makes the directory, the vault with its key, and the log.
func (c *InitCmd) Run(a *App) error {
	var number domain.OrgNumber
	if c.OrgNumber != "" {
		var err error
		if number, err = domain.ParseOrgNumber(c.OrgNumber); err != nil {
			return domain.Refuse(domain.Usage, domain.T("inte ett organisationsnummer", "not an organisation number"), domain.T("skriv NNNNNN-NNNN", "write NNNNNN-NNNN"))
		}
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	if entries, err := os.ReadDir(c.Dir); err != nil || len(entries) > 0 {
		return errors.Join(err, domain.Refuse(domain.Refused, domain.Tf("%s är inte tom", "%s is not empty", c.Dir),
			domain.T("välj en ny katalog", "choose a new directory")))
	}
	key := a.keyPath
	if key == "" {
		key = privacy.KeyPath(c.Dir)
	}
	if err := privacy.Create(c.Dir, key); err != nil {
		return err
	}
	log, err := eventlog.Open(LogPath(c.Dir))
	if err != nil {
		return err
	}
	a.log, a.dir, a.as = log, c.Dir, "" // nobody is registered in a new directory
	if err := eventlog.CreateKey(c.Dir); err != nil {
		return err
	}
	if c.Name != "" || c.OrgNumber != "" {
		if err := a.record("init", []domain.Event{{Data: domain.OwnerRecorded{Name: c.Name, Number: number}}}); err != nil {
			return err
		}
	}
	a.ui.print(domain.Tf("%s är klar. Ta en kopia av %s: utan den kan ingen läsa namnen igen. Ta en av %s också: den signerar det loggen innehåller.",
		"%s is ready. Keep a copy of %s: without it nobody can read the names again. Keep one of %s too: it signs what the log holds.", c.Dir, key, eventlog.KeyPath(c.Dir)))
	return nil
}

// record appends one batch of a command's events at the head there is, with
// metadata given as a key and its value.
func (a *App) record(kind string, events []domain.Event, metadata ...string) error {
	expect := eventlog.AnyHead
	if a.store != nil {
		expect = a.store.Checkpoint() // what the command decided by must still hold
	}
	return a.recordAt(expect, kind, events, metadata...)
}

// recordAt is record at an expected head: what was decided by must still hold.
func (a *App) recordAt(expect uint64, kind string, events []domain.Event, metadata ...string) error {
	for i := range events {
		if events[i].ID == uuid.Nil {
			events[i].ID = uuid.Must(uuid.NewV7())
		}
	}
	actor, err := a.actor()
	if err != nil {
		return err
	}
	b := &eventlog.Batch{ID: uuid.Must(uuid.NewV7()).String(), RecordedAt: time.Now(), Actor: actor, Program: Version, Source: eventlog.Source{Kind: kind}}
	for i := 0; i+1 < len(metadata); i += 2 {
		b.Metadata = map[string]string{metadata[i]: metadata[i+1]}
	}
	if err := b.Encode(events); err != nil {
		return err
	}
	if _, err := a.log.Append(a.ctx, b, expect); err != nil {
		return err
	}
	return a.project()
}

// StatusCmd tells how far the log is projected.
type StatusCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

// status is what status and health tell.
type status struct {
	Head      uint64               `json:"head"`
	Projected uint64               `json:"projected"`
	Lag       uint64               `json:"lag"`
	Stopped   *projections.Stopped `json:"stopped"`
	Program   string               `json:"program"`
}

func (a *App) statusOf(store *projections.Shared, head uint64) status {
	at, stopped := store.Now()
	return status{head, at, max(head, at) - at, stopped, Version}
}

// Run prints head, checkpoint and lag.
func (c *StatusCmd) Run(a *App) error {
	store, projecting := a.Facts()
	if store == nil {
		return projecting
	}
	head, err := a.Head()
	if err != nil {
		return err
	}
	s := a.statusOf(store, head)
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(s)
	}
	a.ui.print(domain.Tf("loggen slutar vid %d, projicerat till %d, eftersläpning %d", "the log ends at %d, projected to %d, lag %d", s.Head, s.Projected, s.Lag))
	return projecting
}

// RebuildCmd makes the projected facts anew.
type RebuildCmd struct{}

// Run rebuilds beside the old file and swaps.
func (c *RebuildCmd) Run(a *App) error {
	if err := a.administer("rebuild"); err != nil {
		return err
	}
	head, err := a.Head()
	if err != nil {
		return err
	}
	bar := a.ui.bar(int(head), domain.T("bygger om", "rebuilding"))
	err = projections.Rebuild(a.ctx, a.log, projections.Path(a.dir), func(at uint64) { _ = bar.Set64(int64(at)) })
	_ = bar.Finish()
	if err != nil {
		return err
	}
	a.ui.print(domain.Tf("%s är gjord på nytt ur loggen, till position %d", "%s is made anew from the log, to position %d", projections.Path(a.dir), head))
	return nil
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints the version.
func (c *VersionCmd) Run(a *App) error {
	fmt.Fprintln(a.ui.out, "utfall", Version)
	return nil
}

//go:embed help/*.txt
var helpTexts embed.FS

// HelpCmd explains a topic.
type HelpCmd struct {
	Topic string `arg:"" optional:"" name:"TOPIC" help:"What to explain."`
}

// Run prints the text of a topic, or the list of topics.
func (c *HelpCmd) Run(a *App) error {
	topic := c.Topic
	if topic == "" {
		topic = "utfall"
	}
	text, err := helpTexts.ReadFile("help/" + topic + "." + a.ui.lang + ".txt")
	if errors.Is(err, fs.ErrNotExist) {
		return domain.Refuse(domain.Usage, domain.Tf("det finns ingen hjälp om %s", "there is no help on %s", topic),
			domain.Tf("välj bland %s", "choose among %s", strings.Join(helpTopics(), ", ")))
	}
	if err != nil {
		return err
	}
	_, err = a.ui.out.Write(text)
	return err
}

func helpTopics() []string {
	var out []string
	entries, _ := helpTexts.ReadDir("help")
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".sv.txt"); ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// NotYetCmd stands for a command of a later version.
type NotYetCmd struct {
	Rest []string `arg:"" optional:"" passthrough:""`
}

// Run says that the command is not there yet.
func (c *NotYetCmd) Run(*App) error {
	return domain.Refuse(domain.NotYet, domain.T("kommandot finns inte ännu", "this command is not there yet"),
		domain.T("det kommer i en senare version", "it comes in a later version"))
}
