package projections

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
)

// common is what every fact table begins with.
const common = "event_id uuid, position ubigint, idx uinteger, superseded_at ubigint, source_line uinteger, source_column uinteger, date date, "

// replayed is every table and its columns, in order. It is written by hand and
// not taken from the schema, so that a change of one is seen in the other.
var replayed = describe(map[string]string{
	"checkpoint": "position ubigint",
	"made_by":    "version varchar",
	"batches": "position ubigint, batch_id varchar, recorded_on date, actor varchar, kind varchar, sha256 varchar, file_sealed varchar, " +
		"sheet_sealed varchar, program varchar, events uinteger, undoes ubigint",
	"owners":              common + "name varchar, number varchar",
	"organisations":       common + "organisation uuid, number varchar, sole boolean",
	"organisation_facts":  common + "organisation uuid, name varchar, municipality varchar, sni varchar, employees integer, turnover decimal(18,2)",
	"organisation_merges": common + "organisation uuid, into_organisation uuid",
	"memberships":         common + "organisation uuid, member_from date, member_to date",
	"plan":                common + "kind varchar, term varchar, count integer",
	"denominators":        common + "municipality varchar, count integer, source varchar",
	"activities":          common + "activity uuid, name varchar",
	"activity_merges":     common + "activity uuid, into_activity uuid",
	"sessions": common + "session uuid, activity uuid, kind varchar, start_minute integer, end_minute integer, " +
		"break_minutes integer, planned_minutes integer, municipality varchar, project varchar, place_sealed varchar",
	"persons":       common + "subject uuid, sex varchar",
	"person_merges": common + "subject uuid, into_subject uuid",
	"person_states": common + "subject uuid, state varchar",
	"attendance": common + "subject uuid, organisation uuid, session uuid, role varchar, present boolean, minutes integer, " +
		"certified boolean, certified_by varchar, age integer",
	"headcounts": common + "session uuid, heads integer",
	"evidence":   common + "project varchar, session uuid, sha256 varchar, voucher varchar",
	"projects": common + "project varchar, name varchar, programme varchar, start_on date, end_on date, small_cell_k integer, " +
		"body varchar",
	"project_entities": common + "project varchar, indicator varchar, value integer",
	"participations": common + "subject uuid, organisation uuid, project varchar, start_on date, end_on date, age integer, status varchar, " +
		"unemployed_since date, education integer, citizenship varchar, homeless boolean, rural boolean, qualified boolean, improved boolean, special_sealed varchar",
	"results":            common + "subject uuid, project varchar, code varchar, achieved boolean",
	"aid":                common + "organisation uuid, project varchar, eur decimal(18,2), rule varchar, source varchar, sek decimal(18,2), eligible_cost decimal(18,2), disadvantaged boolean",
	"frozen":             common + "project varchar, contributions_sealed varchar",
	"scb_made":           common + "project varchar, month varchar, issue integer, content ubigint, digest varchar, participants integer, minutes integer, template varchar, lang varchar, filled varchar, without_number integer",
	"scb_submitted":      common + "project varchar, month varchar, issue integer",
	"staff_time":         common + "subject uuid, project varchar, function varchar, minutes integer, activity_sealed varchar, activity_mark varchar",
	"vouchers":           common + "year_start date, series varchar, number varchar, mark varchar, settled varchar, paid date, text_sealed varchar",
	"costs":              common + "year_start date, series varchar, number varchar, ordinal integer, project varchar, account integer, ore bigint, invoice varchar, settled varchar, paid date",
	"account_lines":      common + "from_account integer, to_account integer, line varchar",
	"exchange_rates":     common + "currency varchar, sek decimal(18,6)",
	"contributions":      common + "organisation uuid, project varchar, form varchar, public boolean, line varchar, ore bigint, mark varchar, text_sealed varchar",
	"organisation_links": common + "organisation uuid, with_organisation uuid",
	"claims_drafted":     common + "project varchar, month varchar, number integer, content ubigint, total_ore bigint, support_ore bigint",
	"claims_submitted":   common + "project varchar, month varchar, number integer, content ubigint, months varchar, final boolean, total_ore bigint, support_ore bigint, settled_ore bigint",
	"claim_lines":        common + "project varchar, month varchar, number integer, ordinal integer, key varchar, of_month varchar, line varchar, minutes integer, rate_ore bigint, ore bigint, corrects integer, late_ore bigint, corrected_ore bigint, rates_ore bigint, rules_ore bigint",
	"claims_decided":     common + "project varchar, month varchar, number integer, approved_ore bigint, why_sealed varchar",
	"claims_paid":        common + "project varchar, month varchar, number integer, ore bigint",
	"advances":           common + "project varchar, ore bigint",
	"surveys":            common + "survey varchar, project varchar, body varchar",
	"survey_items":       common + "survey varchar, item varchar, ordinal integer, kind varchar, min_value integer, max_value integer, reversed boolean, item_version integer, comparable_from integer, level varchar",
	"responses":          common + "subject uuid, survey varchar, wave varchar, answer_key varchar, matched boolean, complete boolean, activity uuid",
	"answers":            common + "subject uuid, survey varchar, wave varchar, item varchar, value double, choice varchar, words_sealed varchar, state varchar, item_version integer",
	"invitations":        common + "subject uuid, survey varchar, wave varchar, respondent uuid, status varchar",
	"texts_released":     common + "subject uuid, survey varchar, wave varchar, item varchar, answer uuid, words_sealed varchar",
})

// own is what an event says in the columns of one row that are the table's own.
type own []any

// account is what one type of fact says in one table.
type account struct {
	fact, table string // the fact's type has no version: facts arrive in their newest
	rows        func(*domain.Event) []own
}

// accounts is every type of fact and what becomes of it, by type.
var accounts = byFact(slices.Concat(factAccounts, surveyAccounts, fundingAccounts))

var factAccounts = []account{
	one("owners", func(_ *domain.Event, f domain.OwnerRecorded) own { return own{f.Name, f.Number.String()} }),
	one("organisations", func(e *domain.Event, f domain.OrganisationRegistered) own {
		return own{e.Organisation, orNull(f.Number.String()), f.Sole}
	}),
	one("organisation_facts", func(e *domain.Event, f domain.OrganisationDescribed) own {
		return own{e.Organisation, orNull(f.Name), orNull(f.Municipality.Code()), orNull(f.SNI.Code()), f.Employees, f.Turnover}
	}),
	one("organisation_merges", func(e *domain.Event, f domain.OrganisationMerged) own { return own{e.Organisation, f.Into} }),
	one("memberships", func(e *domain.Event, f domain.MembershipRecorded) own { return own{e.Organisation, f.From, f.To} }),
	one("plan", func(_ *domain.Event, f domain.PlanRecorded) own { return own{f.Kind, f.Term, f.Count} }),
	one("denominators", func(_ *domain.Event, f domain.DenominatorRecorded) own {
		return own{f.Municipality.Code(), f.Count, f.Source}
	}),
	one("activities", func(_ *domain.Event, f domain.ActivityRegistered) own { return own{f.Activity, f.Name} }),
	one("activities", func(_ *domain.Event, f domain.ActivityRenamed) own { return own{f.Activity, f.Name} }),
	one("activity_merges", func(_ *domain.Event, f domain.ActivityMerged) own { return own{f.Activity, f.Into} }),
	one("sessions", func(_ *domain.Event, f domain.SessionRecorded) own {
		return own{f.Session, f.Activity, f.Kind, f.Start, f.End, f.Break, f.Planned, orNull(f.Municipality.Code()), f.Project, string(f.Place)}
	}),
	one("persons", func(e *domain.Event, f domain.PersonRecorded) own { return own{e.Subject, string(f.Sex)} }),
	one("person_merges", func(e *domain.Event, f domain.PersonMerged) own { return own{e.Subject, f.Into} }),
	one("person_states", func(e *domain.Event, _ domain.PersonRestricted) own { return own{e.Subject, "restricted"} }),
	one("person_states", func(e *domain.Event, _ domain.PersonErased) own { return own{e.Subject, "erased"} }),
	one("person_states", func(e *domain.Event, f domain.PersonProtected) own {
		return own{e.Subject, map[bool]string{true: "protected", false: "unprotected"}[f.Protected]}
	}),
	one("attendance", func(e *domain.Event, f domain.AttendanceRecorded) own {
		return own{e.Subject, orNil(e.Organisation), f.Session, string(f.Role), f.Present, f.Hours, f.Certified, orNull(f.CertifiedBy), f.Age}
	}),
	one("headcounts", func(_ *domain.Event, f domain.HeadsCounted) own { return own{f.Session, f.Heads} }),
	one("evidence", func(_ *domain.Event, f domain.EvidenceRecorded) own {
		return own{f.Project, orNil(f.Session), f.SHA256, orNull(f.Voucher)}
	}),
	one("projects", func(_ *domain.Event, f domain.ProjectRecorded) own {
		return own{f.Project, f.Name, f.Programme, f.Start, f.End, f.SmallCellK, body(f)}
	}),
	many("project_entities", func(_ *domain.Event, f domain.ProjectRecorded) (out []own) {
		for _, c := range f.Entities {
			out = append(out, own{f.Project, c.Indicator, c.Value})
		}
		return out
	}),
	one("participations", func(e *domain.Event, f domain.ParticipationRecorded) own {
		return own{e.Subject, orNil(e.Organisation), f.Project, f.Start, f.End, f.Age, orNull(f.Status), f.UnemployedSince, f.Education,
			orNull(f.Citizenship), f.Homeless, f.Rural, f.Qualified, f.Improved, orNull(f.Special)}
	}),
	one("results", func(e *domain.Event, f domain.ResultRecorded) own {
		return own{e.Subject, f.Project, f.Code, f.Achieved}
	}),
	one("aid", func(e *domain.Event, f domain.AidRecorded) own {
		row := own{e.Organisation, f.Project, f.EUR.String(), f.Rule, f.Source, nil, nil, f.Disadvantaged}
		if f.SEK.Ore() != 0 {
			row[2], row[5] = nil, f.SEK.String()
		}
		if f.EligibleCost.Ore() != 0 {
			row[6] = f.EligibleCost.String()
		}
		return row
	}),
	one("frozen", func(_ *domain.Event, f domain.SpecialFrozen) own { return own{f.Project, string(f.Contributions)} }),
	one("scb_made", func(_ *domain.Event, f domain.ScbMade) own {
		return own{f.Project, f.Month, f.Issue, f.Content, f.Digest, f.Participants, f.Minutes, f.Template, f.Lang, f.Filled, f.WithoutNumber}
	}),
	one("scb_submitted", func(_ *domain.Event, f domain.ScbSubmitted) own { return own{f.Project, f.Month, f.Issue} }),
}

// one is the account of a fact that has one row in a table.
func one[F domain.Fact](table string, row func(*domain.Event, F) own) account {
	return many(table, func(e *domain.Event, f F) []own { return []own{row(e, f)} })
}

func many[F domain.Fact](table string, rows func(*domain.Event, F) []own) account {
	var f F
	return account{unversioned(f.Type()), table, func(e *domain.Event) []own { return rows(e, e.Data.(F)) }}
}

func byFact(all []account) map[string][]account {
	out := map[string][]account{}
	for _, a := range all {
		out[a.fact] = append(out[a.fact], a)
	}
	return out
}

func unversioned(fact string) string {
	kind, _, _ := strings.Cut(fact, "/")
	return kind
}

// batchRow is the row of a batch.
func batchRow(b *eventlog.Batch) row {
	var undoes any
	if n, err := strconv.ParseUint(b.Metadata[eventlog.Undoes], 10, 64); err == nil {
		undoes = n
	}
	return told([]any{b.Position, b.ID, b.RecordedAt.In(domain.Stockholm).Format(time.DateOnly), b.Actor, b.Source.Kind, b.Source.SHA256,
		string(b.Source.Name), string(b.Source.Sheet), b.Program, b.Events, undoes})
}

// orNil is an id that is null when there is none.
func orNil(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

// orNull is a text that is null when there is none.
func orNull[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// body is a whole fact as JSON. One that came out of the log can be written; if
// not, the error is in nobody's table and so a divergence.
func body(f domain.Fact) string {
	text, err := json.Marshal(f)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// row is one row as texts, each as DuckDB casts its column to varchar.
type row []sql.NullString

func (r row) compare(other row) int {
	return slices.CompareFunc(r, other, func(a, b sql.NullString) int {
		switch {
		case a.Valid == b.Valid:
			return cmp.Compare(a.String, b.String)
		case b.Valid:
			return -1
		}
		return 1
	})
}

// told is values as DuckDB would tell them; what is not known is null.
func told(values []any) row {
	out := make(row, len(values))
	for i, value := range values {
		if text, known := tell(value); known {
			out[i] = sql.NullString{String: text, Valid: true}
		}
	}
	return out
}

func tell(value any) (text string, known bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case uint64:
		return strconv.FormatUint(v, 10), true
	case uuid.UUID:
		return v.String(), true
	case domain.Date:
		return v.String(), !v.Zero()
	case domain.Hours:
		return strconv.Itoa(v.Minutes()), v.Known()
	case domain.Clock:
		return strconv.Itoa(v.Minute()), v.Given()
	case *int:
		if v != nil {
			return strconv.Itoa(*v), true
		}
	case *bool:
		if v != nil {
			return strconv.FormatBool(*v), true
		}
	case *float64:
		if v != nil {
			return number(*v), true
		}
	case *domain.Money:
		if v != nil {
			return v.String(), true
		}
	case nil:
	default:
		return fmt.Sprintf("%T", v), true // no account may have it; a text nobody wrote shows that one has
	}
	return "", false
}

// number is a double in a form of our own: DuckDB's and Go's differ in zeros
// and exponents, the shortest text that reads back as the number does not.
func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
