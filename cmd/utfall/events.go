package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
)

// EventsCmd shows what is recorded.
type EventsCmd struct {
	List     EventsListCmd `cmd:"" help:"List events, oldest first."`
	Original OriginalCmd   `cmd:"" help:"Write the file a batch came from, as it came."`
}

// EventsListCmd lists events.
type EventsListCmd struct {
	Type     string `help:"Only this type, with or without version." placeholder:"T"`
	On       string `help:"Only this date." placeholder:"D"`
	Activity string `help:"Only sessions of this activity and what happened at them." placeholder:"A"`
	Person   string `help:"Only this person: a subject id." placeholder:"P"`
	Batch    uint64 `help:"Only this batch." placeholder:"N"`
	JSON     bool   `name:"json" help:"One JSON object an event."`
}

// filter is what an event must be like to be listed; nil means anything.
type filter struct {
	kind     string
	on       domain.Date
	subject  uuid.UUID
	sessions map[uuid.UUID]bool
	activity uuid.UUID
	hidden   map[uuid.UUID]bool // of protected identity, where who asks may not see those
}

// Run prints the events that match.
func (c *EventsListCmd) Run(a *App) error {
	log, err := a.Log()
	if err != nil {
		return err
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	f, err := c.filter(a)
	if err != nil {
		return err
	}
	// Once to know whom it shows, which is recorded, and then again to show it:
	// the whole log may be asked for, and is not held in memory.
	req, whom := access.Request{Action: access.Entries, What: c.described()}, persons{}
	err = c.each(a, log, f, math.MaxInt64, func(b *eventlog.Batch, events []domain.Event) error {
		req.Position = b.Position
		for _, e := range events {
			req.Rows++
			whom.add(e.Subject, e.Organisation)
		}
		return nil
	})
	if err != nil {
		return err
	}
	req.Subjects = whom.subjects()
	if err := a.allow(req); err != nil {
		return err
	}
	return c.each(a, log, f, req.Position, func(b *eventlog.Batch, events []domain.Event) error {
		file, err := vault.Unseal(intake.FileOf(b.ID), b.Source.Name)
		if err != nil {
			return err
		}
		for i := range events {
			if err := c.print(a, vault, b, file, &events[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// errEnd ends a reading of the log.
var errEnd = errors.New("the end")

// each gives the events that match, batch by batch, up to a position.
func (c *EventsListCmd) each(a *App, log *eventlog.Log, f *filter, to uint64, do func(*eventlog.Batch, []domain.Event) error) error {
	after := uint64(0)
	if c.Batch > 0 {
		after, to = c.Batch-1, min(to, c.Batch)
	}
	err := log.Read(a.ctx, after, func(b *eventlog.Batch) error {
		if b.Position > to {
			return errEnd
		}
		events, err := b.Decode(domain.Events)
		if err != nil {
			return err
		}
		return do(b, slices.DeleteFunc(events, func(e domain.Event) bool { return !f.matches(&e) }))
	})
	if errors.Is(err, errEnd) {
		return nil
	}
	return err
}

// described is the command as the access record holds it. An activity is named
// by whoever asks, so its name is left out.
func (c *EventsListCmd) described() string {
	what := described("events list", "type", c.Type, "on", c.On, "person", c.Person)
	if c.Activity != "" {
		what += " --activity"
	}
	if c.Batch > 0 {
		what += " --batch " + strconv.FormatUint(c.Batch, 10)
	}
	return what
}

func (c *EventsListCmd) filter(a *App) (*filter, error) {
	f := &filter{kind: c.Type}
	var err error
	if f.hidden, err = a.hidden(); err != nil {
		return nil, err
	}
	if c.On != "" {
		if f.on, err = domain.ParseDate(c.On); err != nil {
			return nil, domain.Refuse(domain.Usage, domain.T("--on är inget datum", "--on is not a date"), domain.T("skriv 2019-03-14", "write 2019-03-14"))
		}
	}
	if c.Person != "" {
		if f.subject, err = uuid.Parse(c.Person); err != nil {
			return nil, domain.Refuse(domain.Usage, domain.T("--person är inget person-id", "--person is not a subject id"), domain.T("ta det ur utfall metric … --rows", "take it from utfall metric … --rows"))
		}
	}
	if c.Activity == "" {
		return f, nil
	}
	in, err := a.Intake()
	if err != nil {
		return nil, err
	}
	f.activity, f.sessions, err = in.SessionsOf(a.ctx, c.Activity)
	return f, err
}

func (f *filter) matches(e *domain.Event) bool {
	if merged, ok := e.Data.(domain.PersonMerged); f.hidden[e.Subject] || ok && f.hidden[merged.Into] {
		return false
	}
	name, _, _ := strings.Cut(e.Data.Type(), "/")
	if f.kind != "" && f.kind != name && f.kind != e.Data.Type() {
		return false
	}
	if !f.on.Zero() && e.Date != f.on || f.subject != uuid.Nil && e.Subject != f.subject {
		return false
	}
	if f.sessions == nil {
		return true
	}
	switch d := e.Data.(type) {
	case domain.ActivityRegistered:
		return d.Activity == f.activity
	case domain.SessionRecorded:
		return f.sessions[d.Session]
	case domain.AttendanceRecorded:
		return f.sessions[d.Session]
	case domain.HeadsCounted:
		return f.sessions[d.Session]
	case domain.EvidenceRecorded:
		return f.sessions[d.Session]
	}
	return false
}

// eventJSON is an event as --json prints it.
type eventJSON struct {
	Event        uuid.UUID   `json:"event"`
	Position     uint64      `json:"position"`
	Type         string      `json:"type"`
	Date         domain.Date `json:"date"`
	Subject      string      `json:"subject"`
	Organisation string      `json:"organisation"`
	File         string      `json:"file"`
	Line         int         `json:"line"`
	Corrects     string      `json:"corrects"`
	Reason       string      `json:"reason"`
	RecordedAt   time.Time   `json:"recorded_at"`
	Actor        string      `json:"actor"`
	Data         domain.Fact `json:"data"`
}

func (c *EventsListCmd) print(a *App, vault *privacy.Vault, b *eventlog.Batch, file string, e *domain.Event) error {
	out, err := asJSON(vault, b, file, e)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(out)
	}
	data, err := json.Marshal(e.Data)
	if err != nil {
		return err
	}
	parts := []string{fmt.Sprint(b.Position), e.ID.String(), e.Data.Type(), e.Date.String()}
	if e.Line > 0 {
		parts = append(parts, fmt.Sprintf("%s:%d", file, e.Line))
	}
	parts = append(parts, string(data))
	if out.Reason != "" {
		parts = append(parts, "("+out.Reason+")")
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	_, err = fmt.Fprintln(a.ui.out, strings.Join(parts, "  "))
	return err
}

// asJSON is an event as --json prints it, its reason opened.
func asJSON(vault *privacy.Vault, b *eventlog.Batch, file string, e *domain.Event) (eventJSON, error) {
	sealed := e.Reason
	switch f := e.Data.(type) {
	case domain.PersonMerged:
		sealed = cmp.Or(sealed, f.Reason)
	case domain.PersonRestricted:
		sealed = cmp.Or(sealed, f.Reason)
	}
	reason, err := vault.Unseal(intake.ReasonOf(e.ID), sealed)
	return eventJSON{e.ID, b.Position, e.Data.Type(), e.Date, orEmpty(e.Subject), orEmpty(e.Organisation),
		file, e.Line, orEmpty(e.Corrects), reason, b.RecordedAt, b.Actor, e.Data}, err
}

func orEmpty(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
