package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/privacy"
)

// factTables are the tables an event's rows can stand in: one a type of fact.
var factTables = []string{"owners", "organisations", "organisation_facts", "organisation_merges", "memberships", "plan", "denominators",
	"activities", "activity_merges", "sessions", "persons", "attendance", "headcounts", "projects", "surveys", "responses"}

// Recorded is an event found again in the log, and whether it still holds.
type Recorded struct {
	Event        domain.Event
	Position     uint64
	SupersededAt uint64 // 0 while it holds
}

// Find looks an event up by its id.
func (in *Intake) Find(ctx context.Context, id uuid.UUID) (*Recorded, error) {
	parts := make([]string, len(factTables))
	for i, t := range factTables {
		parts[i] = "select position, coalesce(superseded_at, 0) from " + t + " where event_id = '" + id.String() + "'"
	}
	var found *Recorded
	err := query(ctx, in.Facts, strings.Join(parts, " union all "), func(rows *sql.Rows) error {
		found = &Recorded{}
		return rows.Scan(&found.Position, &found.SupersededAt)
	})
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, domain.Refuse(domain.NotFound, domain.Tf("händelsen %s finns inte", "there is no event %s", id),
			domain.T("utfall events list visar händelserna", "utfall events list shows the events"))
	}
	b, err := in.Log.Batch(ctx, found.Position)
	if err != nil {
		return nil, err
	}
	events, err := b.Decode(domain.Events)
	for _, e := range events {
		if e.ID == id {
			found.Event = e
			return found, err
		}
	}
	return nil, fmt.Errorf("event %s is not in batch %d: run utfall rebuild (%w)", id, found.Position, eventlog.ErrBatch)
}

// Correction makes the event that takes the place of another one with some
// fields changed. Fields are those of the fact's recorded form, and date.
func (in *Intake) Correction(ctx context.Context, id uuid.UUID, changes map[string]string, reason string) (domain.Event, error) {
	old, err := in.standing(ctx, id)
	if err != nil {
		return domain.Event{}, err
	}
	e := old.Event
	if text, ok := changes["date"]; ok {
		if e.Date, err = domain.ParseDate(text); err != nil {
			return e, refuseField("date", domain.T("inte ett datum", "not a date"))
		}
	}
	if e.Data, err = changeFact(e.Data, changes); err != nil {
		return e, err
	}
	return in.replace(e, old, reason), nil
}

// Withdrawal makes the event that takes another one back.
func (in *Intake) Withdrawal(ctx context.Context, id uuid.UUID, reason string) (domain.Event, error) {
	old, err := in.standing(ctx, id)
	if err != nil {
		return domain.Event{}, err
	}
	return in.withdraw(old, reason), nil
}

func (in *Intake) withdraw(old *Recorded, reason string) domain.Event {
	e := domain.Event{Date: old.Event.Date, Subject: old.Event.Subject, Organisation: old.Event.Organisation,
		Data: domain.FactWithdrawn{Of: old.Event.Data.Type()}}
	return in.replace(e, old, reason)
}

// replace puts an event in the place of a recorded one.
func (in *Intake) replace(e domain.Event, old *Recorded, reason string) domain.Event {
	e.Corrects, e.Supersedes = old.Event.ID, old.Position
	e.ID, e.Line, e.Column = uuid.Must(uuid.NewV7()), 0, 0
	e.Reason = in.Vault.Seal(privacy.Reason, reason)
	return e
}

// standing finds an event that still holds.
func (in *Intake) standing(ctx context.Context, id uuid.UUID) (*Recorded, error) {
	old, err := in.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	if old.SupersededAt != 0 {
		return nil, domain.Refuse(domain.Conflict, domain.Tf("händelsen är redan rättad vid position %d", "the event was corrected already at position %d", old.SupersededAt),
			domain.T("rätta den händelse som gäller nu", "correct the event that holds now"))
	}
	return old, nil
}

func refuseField(field string, what domain.Text) error {
	return domain.Refuse(domain.Usage, domain.Text{SV: field + ": " + what.SV, EN: field + ": " + what.EN},
		domain.T("utfall help correct visar fälten", "utfall help correct shows the fields"))
}

// fixed are fields that say which thing a fact is about: another value would
// be another fact, so the event is withdrawn and recorded anew instead.
var fixed = []string{"session", "activity", "survey", "project", "key", "of", "into"}

// changeFact sets fields of a fact through its recorded form, so that what is
// not a field, or not a value of it, is refused by the same rules as the log's.
func changeFact(f domain.Fact, changes map[string]string) (domain.Fact, error) {
	b, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		if key == "date" {
			continue
		}
		if slices.Contains(fixed, key) {
			return nil, refuseField(key, domain.T("kan inte ändras; ta tillbaka händelsen med --withdraw", "cannot be changed; take the event back with --withdraw"))
		}
		if fields[key] = fieldValue(changes[key]); changes[key] == "" {
			delete(fields, key)
		}
	}
	changed, err := decodeFact(f.Type(), fields)
	if err != nil {
		// A number may have been meant as text: names and codes hold digits.
		for key, text := range changes {
			if key != "date" && text != "" {
				fields[key] = text
			}
		}
		if changed, err = decodeFact(f.Type(), fields); err != nil {
			return nil, refuseField(strings.Join(slices.Sorted(maps.Keys(changes)), ", "), domain.Tf("kan inte ändras så: %v", "cannot be changed so: %v", err))
		}
	}
	return changed, nil
}

func decodeFact(fact string, fields map[string]any) (domain.Fact, error) {
	b, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return domain.Events.Decode(fact, func(to any) error {
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.DisallowUnknownFields()
		return d.Decode(to)
	})
}

func fieldValue(text string) any {
	switch text {
	case "true", "ja", "yes":
		return true
	case "false", "nej", "no":
		return false
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	return text
}
