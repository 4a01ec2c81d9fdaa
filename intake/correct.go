package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
)

// factTables are the tables an event's rows can stand in: one a type of fact.
var factTables = []string{"owners", "organisations", "organisation_facts", "organisation_merges", "memberships", "plan", "denominators",
	"activities", "activity_merges", "sessions", "persons", "person_merges", "person_states", "attendance", "headcounts", "evidence", "projects", "surveys", "responses", "invitations", "texts_released",
	"participations", "results", "aid", "frozen", "scb_made", "scb_submitted",
	"staff_time", "vouchers", "account_lines", "exchange_rates", "contributions", "organisation_links", "claims_drafted", "claims_submitted", "claims_decided", "claims_paid", "advances"}

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
	switch e.Data.(type) {
	case domain.ScbMade, domain.ScbSubmitted:
		return e, domain.Refuse(domain.Refused, domain.T("det som hände med en deltagarfil rättas inte", "what became of a participant file is not corrected"), recordAnew)
	case domain.ClaimDrafted, domain.ClaimSubmitted:
		return e, domain.Refuse(domain.Refused, domain.T("en ansökan om utbetalning rättas inte", "a claim is not corrected"), recordAnew)
	}
	if err := in.mayChange(ctx, e, changes); err != nil {
		return e, err
	}
	if text, ok := changes["date"]; ok {
		if e.Date, err = domain.ParseDate(text); err != nil {
			return e, refuseField("date", domain.T("inte ett datum", "not a date"))
		}
	}
	if e.Data, err = in.changeFact(&e, changes); err != nil {
		return e, err
	}
	switch f := e.Data.(type) {
	case domain.MembershipRecorded:
		e.Date = f.From // the day a membership is dated to is its first
	case domain.StaffTimeRecorded:
		f.Function = domain.Fold(f.Function) // as the rates of the project are found by it
		e.Data = f
	case domain.AccountMapped:
		f.Line = domain.BudgetLineOf(f.Line)
		e.Data = f
	case domain.ExchangeRateRecorded:
		if rate, wrong := domain.ParseRate(f.SEK); wrong == nil {
			f.SEK = rate.String() // as a file's is, so that they compare
			e.Data = f
		}
	case domain.ParticipationRecorded:
		if e.Date, e.Data, err = in.entered(e.Subject, f); err != nil {
			return e, err
		}
	}
	if e, err = in.replace(e, old, reason); err != nil {
		return e, err
	}
	return e, e.Check()
}

var recordAnew = domain.T("ta tillbaka det med --withdraw, och registrera det på nytt", "take it back with --withdraw, and record it anew")

// entered is a participation dated to its entry, with the age on that day.
func (in *Intake) entered(subject uuid.UUID, f domain.ParticipationRecorded) (domain.Date, domain.Fact, error) {
	im, err := in.Vault.Import("")
	if err != nil || f.Start.Zero() {
		return f.Start, f, err
	}
	number, err := im.Number(subject)
	if err == nil && !number.Zero() {
		age := number.Born().AgeOn(f.Start)
		f.Age = &age
	}
	return f.Start, f, err
}

// mayChange refuses changes that would say something elsewhere or of somebody.
func (in *Intake) mayChange(ctx context.Context, e domain.Event, changes map[string]string) error {
	_, dated := changes["date"]
	_, names := changes["name"]
	switch e.Data.(type) {
	case domain.AttendanceRecorded, domain.HeadsCounted, domain.EvidenceRecorded:
		if dated {
			return refuseField("date", domain.T("dagen är tillfällets: rätta tillfället", "the day is the session's: correct the session"))
		}
	case domain.MembershipRecorded, domain.ProjectRecorded, domain.ParticipationRecorded:
		if dated {
			return refuseField("date", domain.T("ändra from eller start i stället", "change from or start instead"))
		}
	case domain.OrganisationDescribed:
		if names {
			return in.mayName(ctx, e.Organisation)
		}
	}
	return nil
}

// mayName refuses a name for a sole trader: it is personal data.
func (in *Intake) mayName(ctx context.Context, organisation uuid.UUID) error {
	var sole bool
	err := in.Facts.QueryRowContext(ctx, "select coalesce(bool_or(sole), false) from organisations where superseded_at is null and organisation = ?", organisation.String()).Scan(&sole)
	if err != nil || !sole {
		return err
	}
	return domain.Refuse(domain.Refused, domain.T("en enskild firmas namn är en personuppgift och står bara i valvet", "a sole trader's name is personal data and stands in the vault only"),
		domain.T("rätta det i medlemslistan och läs in den", "correct it in the member list and import that"))
}

// Withdrawal makes the event that takes another one back, unless others stand
// on what it says.
func (in *Intake) Withdrawal(ctx context.Context, id uuid.UUID, reason string) (domain.Event, error) {
	old, err := in.standing(ctx, id)
	if err != nil {
		return domain.Event{}, err
	}
	if users, err := in.users(ctx, old.Event, 0); err != nil || users > 0 {
		return domain.Event{}, errors.Join(err, stoodOn(users))
	}
	return in.withdraw(old, reason)
}

func (in *Intake) withdraw(old *Recorded, reason string) (domain.Event, error) {
	e := domain.Event{Date: old.Event.Date, Subject: old.Event.Subject, Organisation: old.Event.Organisation,
		Data: domain.FactWithdrawn{Of: old.Event.Data.Type()}}
	return in.replace(e, old, reason)
}

// replace puts an event in the place of a recorded one.
func (in *Intake) replace(e domain.Event, old *Recorded, reason string) (domain.Event, error) {
	e, err := in.renamed(e, uuid.Must(uuid.NewV7()))
	e.Corrects, e.Supersedes = old.Event.ID, old.Position
	e.Line, e.Column = 0, 0
	e.Reason = in.Vault.Seal(ReasonOf(e.ID), reason)
	return e, err
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

// fixed are fields of any fact that say which thing a fact is about: another value would
// be another fact, so the event is withdrawn and recorded anew instead.
var fixed = []string{"session", "activity", "survey", "project", "key", "of", "into", "special", "contributions", "code", "sha256", "mark"}

// fixedIn are such fields of one type of fact, and what only the bookkeeping says.
var fixedIn = map[string][]string{
	domain.VoucherRecorded{}.Type():      {"series", "number", "year", "rows", "text"},
	domain.AccountMapped{}.Type():        {"from", "to"},
	domain.ExchangeRateRecorded{}.Type(): {"currency"},
	domain.ContributionRecorded{}.Type(): {"form", "line"},
	domain.OrganisationLinked{}.Type():   {"with"},
}

func isFixed(f domain.Fact, field string) bool {
	if _, text := f.(domain.StaffTimeRecorded); text && field == "activity" {
		return false
	}
	return slices.Contains(fixed, field) || slices.Contains(fixedIn[f.Type()], field)
}

// changeFact sets fields of a fact through its recorded form, so that what is
// not a field, or not a value of it, is refused by the same rules as the log's.
func (in *Intake) changeFact(e *domain.Event, changes map[string]string) (domain.Fact, error) {
	f := e.Data
	b, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, err
	}
	if fields["special"], err = in.changeSpecial(e, changes); err != nil {
		return nil, err
	}
	if fields["special"] == domain.Sealed("") {
		delete(fields, "special")
	}
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(changes)), func(k string) bool {
		return k == "date" || slices.Contains(domain.SpecialFields, k)
	})
	for _, key := range keys {
		if isFixed(f, key) {
			return nil, refuseField(key, domain.T("kan inte ändras; ta tillbaka händelsen med --withdraw", "cannot be changed; take the event back with --withdraw"))
		}
		if isText(f, key) {
			if err := in.changeText(e, fields, key, changes[key]); err != nil {
				return nil, err
			}
			continue
		}
		if fields[key] = fieldValue(changes[key]); changes[key] == "" {
			delete(fields, key)
		}
	}
	changed, err := decodeFact(f.Type(), fields)
	if err == nil {
		return changed, nil
	}
	// A number may have been meant as text: names and codes hold digits.
	for _, key := range keys {
		if changes[key] != "" && !isText(f, key) {
			fields[key] = changes[key]
		}
	}
	if changed, err = decodeFact(f.Type(), fields); err != nil {
		return nil, refuseField(strings.Join(keys, ", "), domain.Tf("kan inte ändras så; händelsen har fälten %s", "cannot be changed so; the event has the fields %s", fieldsOf(f)))
	}
	return changed, nil
}

// fieldsOf lists the fields of a fact's recorded form, absent ones too.
func fieldsOf(f domain.Fact) string {
	var out []string
	t := reflect.TypeOf(f)
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if !isFixed(f, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

func decodeFact(fact string, fields map[string]any) (domain.Fact, error) {
	b, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return domain.Events.Decode(fact, func(to any) error { return json.Unmarshal(b, to, json.RejectUnknownMembers(true)) })
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
