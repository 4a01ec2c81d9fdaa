package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
)

// holds is why what is known of a person must be kept today. The ids of one person
// are held together: the number that identifies one's evidence may stand by another.
func (a *App) holds(subject uuid.UUID) ([]privacy.Hold, error) {
	ids, err := a.everyID(subject)
	if err != nil {
		return nil, err
	}
	var all []privacy.Evidence
	for _, id := range ids {
		more, err := a.evidence(id)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return privacy.RetentionRules.Holds(domain.DateOf(a.now()), all), nil
}

// tellHolds says why a subject is restricted and not erased yet, and until when.
func (a *App) tellHolds(subject uuid.UUID, holds []privacy.Hold) {
	a.tell(domain.Tf("%s är begränsad från i dag: ingen lista nämner personen. Uppgifterna måste sparas och raderas sedan av sig själva:",
		"%s is restricted from today: no list names the person. The data must be kept, and is erased by itself after that:", subject))
	for _, h := range holds {
		until := domain.T("dagen är inte känd ännu", "the day is not known yet")
		if !h.Until.Zero() {
			until = domain.Tf("till och med %s", "through %s", h.Until)
		}
		a.tell(domain.Text{SV: fmt.Sprintf("  %s, %s: %s (%s)", h.Project, h.Class.Name.SV, until.SV, h.Class.Source),
			EN: fmt.Sprintf("  %s, %s: %s (%s)", h.Project, h.Class.Name.EN, until.EN, h.Class.Source)})
	}
}

// tellKnown says what is known of a person, without saying it.
func (a *App) tellKnown(vault *privacy.Vault, ids []uuid.UUID) error {
	for _, id := range ids {
		p, err := vault.Profile(id)
		if errors.Is(err, privacy.ErrNoSubject) {
			a.ui.print(domain.Tf("%s: valvet känner inte personen", "%s: the vault does not know the person", id))
			continue
		}
		if err != nil {
			return err
		}
		var attended, answers, worked int
		err = a.store.DB().QueryRowContext(a.ctx, `select (select count(*) from attendance where superseded_at is null and subject = $1),
			(select count(*) from responses where superseded_at is null and subject = $1),
			(select count(*) from staff_time where superseded_at is null and subject = $1)`, id.String()).Scan(&attended, &answers, &worked)
		if err != nil {
			return err
		}
		yes := func(s string) domain.Text {
			if s == "" {
				return domain.T("nej", "no")
			}
			return domain.T("ja", "yes")
		}
		a.ui.print(domain.Text{
			SV: fmt.Sprintf("%s: namn %s, e-post %s, personnummer %s, %d närvaroposter, %d svar, %d tidrapporter", id, yes(p.Name).SV, yes(p.Email).SV, yes(p.Number).SV, attended, answers, worked),
			EN: fmt.Sprintf("%s: name %s, e-mail %s, person number %s, %d attendances, %d responses, %d time reports", id, yes(p.Name).EN, yes(p.Email).EN, yes(p.Number).EN, attended, answers, worked)})
		holds, err := a.holds(id)
		if err != nil {
			return err
		}
		for _, h := range holds {
			a.ui.print(domain.Tf("  måste sparas: %s, %s", "  must be kept: %s, %s", h.Project, h.Class.ID))
		}
	}
	return nil
}

// ShowPersonCmd is people show.
type ShowPersonCmd struct {
	Subject string `arg:"" name:"SUBJECT" help:"The person: a subject id."`
	Output  string `short:"o" required:"" help:"The file to write, or - for standard output." placeholder:"FILE.json"`
}

// personFile is all that is held on one person, for the person.
type personFile struct {
	Subject uuid.UUID     `json:"subject"`
	Known   []personKnown `json:"known"`
	Events  []eventJSON   `json:"events"`
	// What the person answered of special categories, opened: sealed in the events.
	Special    []personSpecial `json:"special_categories"`
	Worked     []personWorked  `json:"time_reports"` // what the person did, opened
	MustKeep   []personHold    `json:"must_keep"`
	Retention  string          `json:"retention_rules"`
	SeenBy     []personSeen    `json:"seen_by"`
	Position   uint64          `json:"position"`
	Explaining string          `json:"explaining"`

	ids   []uuid.UUID
	lists map[uuid.UUID]bool // sessions whose signed lists name the person
}

// personSpecial is what the person answered of special categories of data.
type personSpecial struct {
	Event   uuid.UUID `json:"event"`
	Project string    `json:"project"`
	domain.Special
}

// personWorked is what the person did as staff.
type personWorked struct {
	Event    uuid.UUID   `json:"event"`
	Project  string      `json:"project"`
	Date     domain.Date `json:"date"`
	Activity string      `json:"activity"`
}

// personSeen is one time somebody saw the person's data.
type personSeen struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Action string    `json:"action"`
	What   string    `json:"what"`
	Why    string    `json:"why"`
}

type personKnown struct {
	Subject    uuid.UUID   `json:"subject"`
	Name       string      `json:"name"`
	Email      string      `json:"email"`
	Number     string      `json:"person_number"`
	Protected  bool        `json:"protected_identity"`
	Restricted domain.Date `json:"restricted,omitzero"`
}

type personHold struct {
	Class   string      `json:"class"`
	Project string      `json:"project"`
	Until   domain.Date `json:"until,omitzero"`
	Source  string      `json:"source"`
}

// Run writes the file.
func (c *ShowPersonCmd) Run(a *App) error {
	subject, err := subjectOf(c.Subject)
	if err != nil {
		return err
	}
	in, err := a.Intake()
	if err != nil {
		return err
	}
	out, err := a.personFile(in, subject)
	if err != nil {
		return err
	}
	if err := a.mayName(out.ids); err != nil {
		return err
	}
	err = a.allow(access.Request{Action: access.Identities, What: described("people show", "subject", subject.String()), Position: out.Position, Rows: len(out.Events), Subjects: out.ids})
	if err == nil {
		out.SeenBy, err = a.seenBy(out.ids)
	}
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "\t")
		return e.Encode(out)
	}
	if c.Output == "-" {
		return write(a.ui.out)
	}
	return writeFile(c.Output, write)
}

func (a *App) personFile(in *intake.Intake, subject uuid.UUID) (*personFile, error) {
	out := &personFile{Subject: subject, Events: []eventJSON{}, Known: []personKnown{}, Special: []personSpecial{}, Worked: []personWorked{}, MustKeep: []personHold{},
		Retention:  fmt.Sprintf("%s version %d", privacy.RetentionRules.ID, privacy.RetentionRules.Version),
		Explaining: "known: from the vault; events: everything recorded under the subject's ids, and the signed lists of sessions the person is recorded at, oldest first; special_categories: what stands sealed in them, opened; time_reports: the same of what the person did as staff; must_keep: what may not be erased yet; seen_by: every time somebody was shown the data"}
	ids, err := a.everyID(subject)
	if err != nil {
		return nil, err
	}
	out.ids = ids
	if out.lists, err = a.listsNaming(ids); err != nil {
		return nil, err
	}
	mine := map[uuid.UUID]bool{}
	for _, id := range ids {
		mine[id] = true
		p, err := in.Vault.Profile(id)
		if err != nil && !errors.Is(err, privacy.ErrNoSubject) {
			return nil, err
		}
		if err == nil {
			out.Known = append(out.Known, personKnown{id, p.Name, p.Email, p.Number, p.Protected, p.Restricted})
		}
	}
	holds, err := a.holds(subject)
	if err != nil {
		return nil, err
	}
	for _, h := range holds {
		out.MustKeep = append(out.MustKeep, personHold{h.Class.ID, h.Project, h.Until, h.Class.Source})
	}
	err = a.log.Read(a.ctx, 0, func(b *eventlog.Batch) error {
		out.Position = b.Position
		return a.eventsOf(in, b, mine, out)
	})
	if err == nil && len(out.Known) == 0 && len(out.Events) == 0 {
		err = notInVault
	}
	return out, err
}

// seenBy is who has seen any of a person's ids, the oldest first.
func (a *App) seenBy(ids []uuid.UUID) ([]personSeen, error) {
	gate, err := a.gate()
	if err != nil {
		return nil, err
	}
	who, err := rosterOf(a, gate)
	if err != nil {
		return nil, err
	}
	out, told := []personSeen{}, map[uint64]bool{}
	for _, id := range ids {
		all, err := gate.DB.SeenBy(a.ctx, id)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if e := &all[i]; !told[e.N] {
				told[e.N] = true
				why, _ := a.opened(e.Why, true)
				out = append(out, personSeen{e.At, cmp.Or(who.user(e.Actor), e.Account), string(e.Action), e.What, why})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y personSeen) int { return x.At.Compare(y.At) })
	return out, nil
}

// user is the name of the user who acted, empty for the owner.
func (r roster) user(actor string) string {
	for _, u := range r.users {
		if access.ActorOf(u.ID) == actor {
			return u.Name
		}
	}
	return ""
}

// eventsOf adds the events of a batch that are about a person.
func (a *App) eventsOf(in *intake.Intake, b *eventlog.Batch, mine map[uuid.UUID]bool, out *personFile) error {
	events, err := b.Decode(domain.Events)
	if err != nil {
		return err
	}
	for i := range events {
		list, _ := events[i].Data.(domain.EvidenceRecorded)
		if !mine[events[i].Subject] && !out.lists[list.Session] {
			continue
		}
		file, err := in.Vault.Unseal(intake.FileOf(b.ID), b.Source.Name)
		if err != nil {
			return err
		}
		e, err := asJSON(in.Vault, b, file, &events[i])
		if err != nil {
			return err
		}
		out.Events = append(out.Events, e)
		if err := a.openedOf(in, &events[i], out); err != nil {
			return err
		}
	}
	return nil
}

// openedOf adds what stands sealed of a person in an event.
func (a *App) openedOf(in *intake.Intake, e *domain.Event, out *personFile) error {
	switch f := e.Data.(type) {
	case domain.ParticipationRecorded:
		if f.Special == "" {
			return nil
		}
		special, err := a.opener().Special(e.ID, e.Subject, f.Project, f.Special)
		if err != nil {
			return err
		}
		out.Special = append(out.Special, personSpecial{e.ID, f.Project, special})
	case domain.StaffTimeRecorded:
		activity, err := in.Vault.Unseal(intake.ActivityOf(e.ID, e.Subject, f.Project), f.Activity)
		if err != nil && !errors.Is(err, privacy.ErrErased) {
			return err
		}
		if activity != "" {
			out.Worked = append(out.Worked, personWorked{e.ID, f.Project, e.Date, activity})
		}
	}
	return nil
}
