package projections

import (
	"cmp"
	"context"
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
	"batches": "position ubigint, batch_id varchar, recorded_on date, kind varchar, sha256 varchar, file_sealed varchar, " +
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
		"certified boolean, age integer",
	"headcounts": common + "session uuid, heads integer",
	"projects": common + "project varchar, name varchar, programme varchar, start_on date, end_on date, small_cell_k integer, " +
		"body varchar",
	"surveys":      common + "survey varchar, project varchar, body varchar",
	"survey_items": common + "survey varchar, item varchar, ordinal integer, kind varchar, min_value integer, max_value integer, reversed boolean",
	"responses":    common + "subject uuid, survey varchar, wave varchar, answer_key varchar, matched boolean, complete boolean",
	"answers":      common + "subject uuid, survey varchar, wave varchar, item varchar, value double, choice varchar, words_sealed varchar",
})

// own is what an event says in the columns of one row that are the table's own.
type own []any

// account is what one type of fact says in one table.
type account struct {
	fact, table string // the fact's type has no version: facts arrive in their newest
	rows        func(*domain.Event) []own
}

// accounts is every type of fact and what becomes of it, by type.
var accounts = byFact(
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
		var organisation any
		if e.Organisation != uuid.Nil {
			organisation = e.Organisation
		}
		return own{e.Subject, organisation, f.Session, string(f.Role), f.Present, f.Hours, f.Certified, f.Age}
	}),
	one("headcounts", func(_ *domain.Event, f domain.HeadsCounted) own { return own{f.Session, f.Heads} }),
	one("projects", func(_ *domain.Event, f domain.ProjectRecorded) own {
		return own{f.Project, f.Name, f.Programme, f.Start, f.End, f.SmallCellK, body(f)}
	}),
	one("surveys", func(_ *domain.Event, f domain.SurveyDefined) own { return own{f.Survey, f.Project, body(f)} }),
	many("survey_items", func(_ *domain.Event, f domain.SurveyDefined) (out []own) {
		for n, i := range f.Items {
			out = append(out, own{f.Survey, i.ID, n, string(i.Kind), i.Min, i.Max, i.Reversed})
		}
		return out
	}),
	one("responses", func(e *domain.Event, f domain.AnswerRecorded) own {
		return own{e.Subject, f.Survey, f.Wave, f.Key, f.Matched, f.Complete}
	}),
	many("answers", func(e *domain.Event, f domain.AnswerRecorded) (out []own) {
		for _, a := range f.Answers {
			row := own{e.Subject, f.Survey, f.Wave, a.Item, a.Value, nil, orNull(a.Words)}
			if len(a.Choices) == 0 {
				out = append(out, row)
			}
			for _, choice := range a.Choices {
				chosen := slices.Clone(row)
				chosen[5] = orNull(choice)
				out = append(out, chosen)
			}
		}
		return out
	}),
)

// one is the account of a fact that has one row in a table.
func one[F domain.Fact](table string, row func(*domain.Event, F) own) account {
	return many(table, func(e *domain.Event, f F) []own { return []own{row(e, f)} })
}

func many[F domain.Fact](table string, rows func(*domain.Event, F) []own) account {
	var f F
	return account{unversioned(f.Type()), table, func(e *domain.Event) []own { return rows(e, e.Data.(F)) }}
}

func byFact(all ...account) map[string][]account {
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
	return told([]any{b.Position, b.ID, b.RecordedAt.In(domain.Stockholm).Format(time.DateOnly), b.Source.Kind, b.Source.SHA256,
		string(b.Source.Name), string(b.Source.Sheet), b.Program, b.Events, undoes})
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

// replayedTable is one table as the replay knows it.
type replayedTable struct {
	name    string
	columns []column
	place   []int // which columns are position and idx; none in a table that is about no batch
}

// column is a column's name and its type as DuckDB calls it, in lower case.
type column struct{ name, kind string }

func describe(texts map[string]string) map[string]replayedTable {
	out := map[string]replayedTable{}
	for name, text := range texts {
		t := replayedTable{name: name}
		for c := range strings.SplitSeq(text, ", ") {
			n, kind, _ := strings.Cut(c, " ")
			t.columns = append(t.columns, column{n, kind})
		}
		switch {
		case strings.HasPrefix(text, common):
			t.place = []int{1, 2}
		case name == "batches":
			t.place = []int{0}
		}
		out[name] = t
	}
	return out
}

// question asks for every column by its name, as text, where a condition holds.
func (t replayedTable) question(where string) string {
	var texts, order []string
	for _, c := range t.columns {
		texts = append(texts, fmt.Sprintf(`cast("%s" as varchar)`, c.name))
	}
	for _, i := range t.place {
		order = append(order, fmt.Sprintf(`"%s"`, t.columns[i].name))
	}
	q := fmt.Sprintf(`select %s from "%s" where %s`, strings.Join(texts, ", "), t.name, where)
	if len(order) > 0 {
		q += " order by " + strings.Join(order, ", ")
	}
	return q
}

// differs says how the columns there are differ from those there should be,
// empty when they do not.
func (t replayedTable) differs(there []column) string {
	for _, c := range t.columns {
		if !slices.Contains(there, c) {
			return fmt.Sprintf("column %s %s is missing", c.name, c.kind)
		}
	}
	for _, c := range there {
		if !slices.Contains(t.columns, c) {
			return fmt.Sprintf("column %s is one nobody made", c.name)
		}
	}
	if !slices.Equal(t.columns, there) {
		return "the columns are in another order"
	}
	return ""
}

// placeOf is where in the log a row says it comes from. What is no number is
// 0, where the log has nothing.
func (t replayedTable) placeOf(r row) place {
	var at [2]uint64
	for n, i := range t.place {
		at[n], _ = strconv.ParseUint(r[i].String, 10, 64)
	}
	return place{at[0], at[1]}
}

func (t replayedTable) divergence(r row, what string) *Divergence {
	if t.columns[0].name == "event_id" {
		what = "event " + r[0].String + ": " + what
	}
	return &Divergence{t.placeOf(r).position, t.name, what}
}

func (t replayedTable) nobody(r row) *Divergence {
	return t.divergence(r, "a row nobody recorded")
}

// changed names the first column in which a row is not what the log says. A
// text can be sealed, a name or somebody's own words, so no text is repeated.
func (t replayedTable) changed(want, got row) *Divergence {
	for i, c := range t.columns {
		switch {
		case want[i] == got[i]:
			continue
		case c.kind == "varchar":
			return t.divergence(want, fmt.Sprintf("column %s is not what the log says", c.name))
		}
		return t.divergence(want, fmt.Sprintf("column %s is %s, the log says %s", c.name, shown(got[i]), shown(want[i])))
	}
	return nil
}

func shown(s sql.NullString) string {
	if !s.Valid {
		return "null"
	}
	return s.String
}

// columnsThere gives the columns of every table behind db.
func columnsThere(ctx context.Context, db *sql.DB) (map[string][]column, error) {
	rows, err := db.QueryContext(ctx, `select cast(table_name as varchar), cast(column_name as varchar), lower(cast(data_type as varchar))
		from duckdb_columns() where database_name = current_database() and schema_name = 'main' order by table_name, column_index`)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	defer rows.Close()
	out := map[string][]column{}
	for rows.Next() {
		var table, name, kind sql.NullString
		if err := rows.Scan(&table, &name, &kind); err != nil {
			return nil, err
		}
		out[table.String] = append(out[table.String], column{name.String, kind.String})
	}
	return out, rows.Err()
}
