package main

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
)

// CorrectCmd corrects one event, or withdraws it.
type CorrectCmd struct {
	Event    string   `arg:"" name:"EVENT-ID" help:"The event, from events list or metric --rows."`
	Changes  []string `arg:"" optional:"" name:"key=value" help:"Fields to change."`
	Withdraw bool     `help:"Take the event back."`
	Reason   string   `required:"" help:"Why." placeholder:"TEXT"`
}

// Run records the correction.
func (c *CorrectCmd) Run(a *App) error {
	id, err := uuid.Parse(c.Event)
	if err != nil {
		return domain.Refuse(domain.Usage, domain.T("inte ett händelse-id", "not an event id"), domain.T("ta det ur utfall events list", "take it from utfall events list"))
	}
	if c.Withdraw == (len(c.Changes) > 0) {
		return domain.Refuse(domain.Usage, domain.T("ange antingen fält att ändra eller --withdraw", "give either fields to change or --withdraw"), domain.T("se utfall help correct", "see utfall help correct"))
	}
	if strings.TrimSpace(c.Reason) == "" {
		return reasonMissing
	}
	in, err := a.recorder("", "correct "+id.String())
	if err != nil {
		return err
	}
	var event domain.Event
	if c.Withdraw {
		event, err = in.Withdrawal(a.ctx, id, c.Reason)
	} else {
		var changes map[string]string
		if changes, err = keyValues(c.Changes); err == nil {
			event, err = in.Correction(a.ctx, id, changes, c.Reason)
		}
	}
	if err != nil {
		return err
	}
	return a.recordAndSay("correct", []domain.Event{event})
}

var reasonMissing = domain.Refuse(domain.Usage, domain.T("en rättelse måste ha en anledning", "a correction must have a reason"), domain.T("ange --reason", "give --reason"))

func keyValues(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range list {
		key, value, ok := strings.Cut(s, "=")
		if !ok || key == "" {
			return nil, domain.Refuse(domain.Usage, domain.Tf("%q är inte fält=värde", "%q is not key=value", s), domain.T("skriv till exempel minutes=90", "write for example minutes=90"))
		}
		out[key] = value
	}
	return out, nil
}

// recordAndSay records a command's events and says where.
func (a *App) recordAndSay(kind string, events []domain.Event, metadata ...string) error {
	if err := a.record(kind, events, metadata...); err != nil {
		return err
	}
	a.ui.print(domain.Tf("registrerat som %d (%d händelser)", "recorded as %d (%d events)", a.store.Checkpoint(), len(events)))
	return nil
}

// UndoCmd takes back everything a batch recorded.
type UndoCmd struct {
	Batch  uint64 `arg:"" name:"BATCH" help:"The batch's position."`
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

// Run records the withdrawals.
func (c *UndoCmd) Run(a *App) error {
	if strings.TrimSpace(c.Reason) == "" {
		return reasonMissing
	}
	head, err := a.Head()
	if err != nil {
		return err
	}
	what := "undo"
	if c.Batch <= head { // any other number typed here may be somebody's, and is not noted
		what += " " + strconv.FormatUint(c.Batch, 10)
	}
	in, err := a.recorder("", what)
	if err != nil {
		return err
	}
	events, left, err := in.Undo(a.ctx, c.Batch, c.Reason)
	if err != nil {
		return err
	}
	if left > 0 {
		a.ui.say(domain.Tf("%d händelser i batchen har redan rättats senare och lämnas som de är", "%d events of the batch have been corrected since and are left as they are", left))
	}
	if len(events) == 0 {
		a.ui.print(domain.T("inget att ta tillbaka", "nothing to take back"))
		return nil
	}
	return a.recordAndSay("undo", events, eventlog.Undoes, strconv.FormatUint(c.Batch, 10))
}

// ActivitiesCmd merges or renames activities.
type ActivitiesCmd struct {
	Merge  MergeActivityCmd  `cmd:"" help:"Say that one activity is another one, spelled otherwise."`
	Rename RenameActivityCmd `cmd:"" help:"Give an activity another name."`
}

// OrganisationsCmd merges or renames organisations.
type OrganisationsCmd struct {
	Merge  MergeOrganisationCmd  `cmd:"" help:"Say that one organisation is another one."`
	Rename RenameOrganisationCmd `cmd:"" help:"Correct an organisation's name."`
}

type (
	// MergeActivityCmd is activities merge.
	MergeActivityCmd struct {
		From string `arg:"" name:"FROM"`
		Into string `arg:"" name:"INTO"`
	}
	// RenameActivityCmd is activities rename.
	RenameActivityCmd struct {
		Name string `arg:"" name:"NAME"`
		To   string `arg:"" name:"NEW-NAME"`
	}
	// MergeOrganisationCmd is organisations merge.
	MergeOrganisationCmd struct {
		From string `arg:"" name:"FROM" help:"Number, name or id."`
		Into string `arg:"" name:"INTO" help:"Number, name or id."`
	}
	// RenameOrganisationCmd is organisations rename.
	RenameOrganisationCmd struct {
		Organisation string `arg:"" name:"ORGANISATION" help:"Number, name or id."`
		To           string `arg:"" name:"NEW-NAME"`
	}
)

// Run merges activities.
func (c *MergeActivityCmd) Run(a *App) error {
	in, err := a.recorder("", "activities merge")
	if err != nil {
		return err
	}
	events, err := in.MergeActivities(a.ctx, c.From, c.Into)
	if err != nil {
		return err
	}
	return a.recordAndSay("merge", events)
}

// Run renames an activity.
func (c *RenameActivityCmd) Run(a *App) error {
	in, err := a.recorder("", "activities rename")
	if err != nil {
		return err
	}
	events, err := in.RenameActivity(a.ctx, c.Name, c.To)
	if err != nil {
		return err
	}
	return a.recordAndSay("rename", events)
}

// Run merges organisations.
func (c *MergeOrganisationCmd) Run(a *App) error {
	in, err := a.recorder("", "organisations merge")
	if err != nil {
		return err
	}
	events, err := in.MergeOrganisations(a.ctx, c.From, c.Into)
	if err != nil {
		return err
	}
	return a.recordAndSay("merge", events)
}

// Run renames an organisation.
func (c *RenameOrganisationCmd) Run(a *App) error {
	in, err := a.recorder("", "organisations rename")
	if err != nil {
		return err
	}
	events, err := in.RenameOrganisation(a.ctx, c.Organisation, c.To)
	if err != nil {
		return err
	}
	return a.recordAndSay("rename", events)
}
