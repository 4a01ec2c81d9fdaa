package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/privacy"
)

// EventsCmd shows what is recorded.
type EventsCmd struct {
	List EventsListCmd `cmd:"" help:"List events, oldest first."`
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
	after := uint64(0)
	if c.Batch > 0 {
		after = c.Batch - 1
	}
	return log.Read(a.ctx, after, func(b *eventlog.Batch) error {
		if c.Batch > 0 && b.Position != c.Batch {
			return nil
		}
		events, err := b.Decode(domain.Events)
		if err != nil {
			return err
		}
		file, err := vault.Unseal(privacy.FileName, b.Source.Name)
		if err != nil {
			return err
		}
		for i := range events {
			if f.matches(&events[i]) {
				if err := c.print(a, vault, b, file, &events[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (c *EventsListCmd) filter(a *App) (*filter, error) {
	f := &filter{kind: c.Type}
	var err error
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
	reason, err := vault.Unseal(privacy.Reason, e.Reason)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(eventJSON{e.ID, b.Position, e.Data.Type(), e.Date, orEmpty(e.Subject), orEmpty(e.Organisation),
			file, e.Line, orEmpty(e.Corrects), reason, b.RecordedAt, b.Actor, e.Data})
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
	if reason != "" {
		parts = append(parts, "("+reason+")")
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	_, err = fmt.Fprintln(a.ui.out, strings.Join(parts, "  "))
	return err
}

func orEmpty(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
