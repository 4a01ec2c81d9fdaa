package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"utfall/domain"
	"utfall/eventlog"
)

func silent(uint64) {}

// TestAReplayEqualsTheTables projects random histories, cut at random into
// batches, and replays them in windows of random size.
func TestAReplayEqualsTheTables(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l, s := openLog(t), store(t)
		batches := split(r, world(r))
		for _, b := range batches {
			if _, err := l.Append(t.Context(), b, eventlog.AnyHead); err != nil {
				r.Fatal(err)
			}
		}
		for p := (&Projector{store: s}); len(batches) > 0; {
			n := rapid.IntRange(1, len(batches)).Draw(r, "batches in a transaction")
			if err := p.Apply(t.Context(), batches[:n]); err != nil {
				r.Fatal(err)
			}
			batches = batches[n:]
		}
		size := rapid.SampledFrom([]int{windowEvents, windowEvents, 10}).Draw(r, "window")
		if d, err := replayIn(t.Context(), size, l, s.DB(), s.Checkpoint(), silent); d != nil || err != nil {
			r.Fatalf("equal tables gave %+v, %v", d, err)
		}
	})
}

// everything is a history with every type of fact, each once with all it can
// say and once with as little as it may, each corrected or withdrawn once; and
// with the corrections that are hard to get right.
func everything() [][]domain.Event {
	full, sparse := facts()
	n := 0
	event := func(f domain.Fact) domain.Event {
		n++
		return domain.Event{ID: known("event", n), Data: f}
	}
	correct := func(old domain.Event, f domain.Fact) domain.Event {
		e := event(f)
		e.Subject, e.Organisation, e.Corrects, e.Supersedes, e.Reason = old.Subject, old.Organisation, old.ID, 1, "c2VhbGVk"
		return e
	}
	var first, second, changed, taken []domain.Event
	for i, f := range full {
		e := event(f)
		e.Date, e.Line, e.Column = domain.MustDate("2019-03-14").AddDays(i), n+1, n+2
		e.Subject, e.Organisation = known("subject", i), known("organisation", i)
		first = append(first, e)
		changed = append(changed, correct(e, sparse[i]))
		second = append(second, event(sparse[i]))
		taken = append(taken, correct(second[i], domain.FactWithdrawn{Of: f.Type()}))
	}
	// Twice in one batch, and again later: the first correction holds.
	twice := []domain.Event{correct(changed[0], full[0]), correct(changed[0], sparse[0])}
	// In the batch of the event it corrects, before it and after it.
	late := event(full[3])
	same := []domain.Event{correct(late, full[3]), late}
	// By a fact of another type: the event's own rows stand.
	other := []domain.Event{correct(changed[1], full[2]), correct(changed[2], domain.FactWithdrawn{Of: full[1].Type()})}
	// With nothing to say.
	other = append(other, event(domain.OrganisationDescribed{}), event(domain.SurveyDefined{}), event(domain.AnswerRecorded{}))
	again := []domain.Event{correct(changed[0], sparse[0])}
	return [][]domain.Event{first, second, changed[:7], changed[7:], twice, taken, same, other, again}
}

func known(kind string, n int) uuid.UUID { return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, kind, n)) }

// projected gives a log with everything in it, and the tables made of it.
func projected(t *testing.T) (*eventlog.Log, *sql.DB, uint64) {
	l := openLog(t)
	var head uint64
	for i, events := range everything() {
		b := &eventlog.Batch{ID: fmt.Sprint("batch ", i), RecordedAt: time.Date(2019, 6, 30, 22, 30, i, 0, time.UTC), Program: "test",
			Source: eventlog.Source{Kind: "test", SHA256: "abc", Name: "bmFtZQ==", Sheet: "c2hlZXQ="}}
		if i%2 == 1 {
			b.Source, b.Metadata = eventlog.Source{}, map[string]string{eventlog.Undoes: "1"}
		}
		if err := b.Encode(events); err != nil {
			t.Fatal(err)
		}
		at, err := l.Append(t.Context(), b, eventlog.AnyHead)
		if err != nil {
			t.Fatal(err)
		}
		head = at
	}
	path := filepath.Join(t.TempDir(), "facts.duckdb")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(CatchUp(t.Context(), l, s, head, silent), s.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	// One connection: what a test changes can be rolled back, and a replay that
	// asked two questions at once would wait for ever.
	db.SetMaxOpenConns(1)
	return l, db, head
}

// damage is one change to the tables that a replay must find.
type damage struct {
	sql, table string
	position   uint64 // of the batch whose rows are changed, 0 when it is about none
	says       string // in what is said of it
}

// secret stands for a name or somebody's own words in a text column.
const secret = "Anna Andersson"

// TestEveryChangeToTheTablesIsFound changes every column of every table, takes
// rows away, repeats and adds them, and changes the tables themselves.
func TestEveryChangeToTheTablesIsFound(t *testing.T) {
	l, db, head := projected(t)
	if d, err := Replay(t.Context(), l, db, head, silent); d != nil || err != nil {
		t.Fatalf("untouched tables gave %+v, %v", d, err)
	}
	all := slices.Concat(columnChanges(t, db), rowChanges(t, db, head), tableChanges(head))
	kinds := map[string]int{}
	for _, harm := range all {
		d := afterDamage(t, l, db, head, harm.sql)
		switch {
		case d == nil:
			t.Errorf("missed: %s", harm.sql)
		case d.Table != harm.table || d.Position != harm.position || !strings.Contains(d.What, harm.says):
			t.Errorf("%s: got %+v, want table %s, position %d, %s", harm.sql, *d, harm.table, harm.position, harm.says)
		case strings.Contains(d.What, secret):
			t.Errorf("%s: tells the text: %s", harm.sql, d.What)
		default:
			kinds[strings.Fields(harm.sql)[0]]++
		}
	}
	t.Logf("%d changes to %d tables, found: %v", len(all), len(replayed), kinds)
	if d, err := Replay(t.Context(), l, db, head, silent); d != nil || err != nil {
		t.Fatalf("tables as they were gave %+v, %v", d, err)
	}
}

// afterDamage replays while a change is there, and takes it back.
func afterDamage(t *testing.T, l *eventlog.Log, db *sql.DB, head uint64, change string) *Divergence {
	t.Helper()
	for _, q := range []string{"begin", change} {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	d, err := Replay(t.Context(), l, db, head, silent)
	if err != nil {
		t.Errorf("%s: %v", change, err)
	}
	if _, err := db.Exec("rollback"); err != nil {
		t.Fatal(err)
	}
	return d
}

// columnChanges gives every column of the schema another value, null, and a
// value where it is null, in a row in the middle of its table.
func columnChanges(t *testing.T, db *sql.DB) []damage {
	others := map[string]string{"varchar": "coalesce(%s, '') || ' " + secret + "'", "uuid": "uuid()", "boolean": "not coalesce(%s, false)",
		"double": "coalesce(%s, 0) * 2 + 1", "date": "coalesce(%s, date '2020-02-28') + 1"}
	var out []damage
	for _, line := range lines(t, db, "select concat_ws(' ', table_name, column_name, lower(data_type), is_nullable) as line from duckdb_columns() where not internal") {
		c := strings.Fields(line)
		table, name, nullable := c[0], c[1], c[3] == "true"
		other := others[c[2]]
		if other == "" {
			other = "coalesce(%s, 0) + 1"
		}
		quoted := fmt.Sprintf("%q", name)
		other, changes := strings.ReplaceAll(other, "%s", quoted), 0
		change := func(to, where string) {
			if row, position := middle(t, db, table, where); row != "" {
				d := damage{fmt.Sprintf("update %s set %s = %s where rowid = %s", table, quoted, to, row), table, position, "column " + name}
				if len(replayed[table].place) > 0 && (name == "position" || name == "idx") {
					d.says = "row is missing" // from where the log has it
				}
				out = append(out, d)
				changes++
			}
		}
		change(other, quoted+" is not null")
		change(other, quoted+" is null")
		if nullable {
			change("null", quoted+" is not null")
		}
		if nullable && changes != 3 || changes == 0 {
			t.Errorf("%s.%s is always null, or never: the history does not try it", table, name)
		}
	}
	return out
}

// middle gives the row in the middle of those of a table, and its position.
func middle(t *testing.T, db *sql.DB, table, where string) (row string, position uint64) {
	at := "0"
	if len(replayed[table].place) > 0 {
		at = "position"
	}
	q := fmt.Sprintf("select rowid, %s from %s where %s order by rowid limit 1 offset (select count(*) // 2 from %[2]s where %[3]s)", at, table, where)
	if err := db.QueryRow(q).Scan(&row, &position); err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatalf("%s: %v", q, err)
	}
	return row, position
}

// lines asks for rows of one text, in order.
func lines(t *testing.T, db *sql.DB, q string) []string {
	var all string
	if err := db.QueryRow("select string_agg(line, chr(10) order by line) from (" + q + ")").Scan(&all); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return strings.Split(all, "\n")
}

// rowChanges takes a row of every table away, all of them, repeats one, and
// adds rows nobody recorded: before the log, within it and after it.
func rowChanges(t *testing.T, db *sql.DB, head uint64) []damage {
	var out []damage
	for _, table := range slices.Sorted(maps.Keys(replayed)) {
		row, position := middle(t, db, table, "true")
		copied := func(replace string) string {
			return fmt.Sprintf("insert into %s select * %s from %s where rowid = %s", table, replace, table, row)
		}
		out = append(out, damage{fmt.Sprintf("delete from %s where rowid = %s", table, row), table, position, "a row is missing"},
			damage{copied(""), table, position, "nobody recorded"})
		if len(replayed[table].place) == 0 {
			continue
		}
		_, first := middle(t, db, table, fmt.Sprintf("position = (select min(position) from %s)", table))
		out = append(out, damage{"delete from " + table, table, first, "a row is missing"})
		for _, at := range []uint64{0, head + 1} {
			out = append(out, damage{copied(fmt.Sprintf("replace (%d as position)", at)), table, at, "nobody recorded"})
		}
		if table != "batches" {
			out = append(out, damage{copied("replace (uuid() as event_id, 4000000000 as idx)"), table, position, "nobody recorded"})
		}
	}
	return out
}

// tableChanges are those of the tables themselves, and of the checkpoint.
func tableChanges(head uint64) []damage {
	return []damage{
		{fmt.Sprintf("update checkpoint set position = %d", head-1), "checkpoint", 0, "column position"},
		{"alter table attendance add column extra varchar", "attendance", 0, "extra"},
		{"alter table attendance drop column age", "attendance", 0, "age"},
		{"alter table attendance rename age to years", "attendance", 0, "age"},
		{"alter table attendance alter minutes type bigint", "attendance", 0, "minutes"},
		{"alter table sessions rename start_minute to x; alter table sessions rename end_minute to start_minute; " +
			"alter table sessions rename x to end_minute", "sessions", 0, "order"},
		{"drop table plan", "plan", 0, "missing"},
		{"update sessions set start_minute = end_minute, end_minute = start_minute where position = 1", "sessions", 1, "start_minute"},
		{"update answers set choice = '" + secret + "' where choice = 'a'", "answers", 1, "choice"},
	}
}

// TestEveryTableAndEveryFactIsReplayed: one that is new must be told to the
// replay as well, or it would be compared with nothing.
func TestEveryTableAndEveryFactIsReplayed(t *testing.T) {
	there := lines(t, store(t).DB(), "select table_name as line from duckdb_tables()")
	if want := slices.Sorted(maps.Keys(replayed)); !slices.Equal(there, want) {
		t.Errorf("the schema has %v, the replay %v", there, want)
	}
	full, _ := facts()
	for _, fact := range domain.Events.Types() {
		if fact == (domain.FactWithdrawn{}).Type() {
			continue
		}
		if accounts[unversioned(fact)] == nil {
			t.Errorf("the replay knows no table of %s", fact)
		}
		if !slices.ContainsFunc(full, func(f domain.Fact) bool { return f.Type() == fact }) {
			t.Errorf("the history has no %s", fact)
		}
	}
}

// TestWhatIsNoDivergence: a log that ends too soon, and a projector that goes
// on, are errors and not divergences.
func TestWhatIsNoDivergence(t *testing.T) {
	l, s := openLog(t), store(t)
	p := &Projector{store: s}
	for range 2 {
		appendEvents(t, l, domain.Event{ID: uuid.New(), Data: domain.PersonRecorded{Sex: domain.Man}})
	}
	project := func(position uint64) {
		b, err := l.Batch(t.Context(), position)
		if err == nil {
			err = p.Apply(t.Context(), []*eventlog.Batch{b})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if d, err := Replay(t.Context(), l, s.DB(), 0, silent); d != nil || err != nil {
		t.Fatalf("before the first batch: %+v, %v", d, err)
	}
	project(1)
	d, err := replayIn(t.Context(), 1, l, s.DB(), 1, func(uint64) {
		if s.Checkpoint() == 1 {
			project(2)
		}
	})
	if d != nil || !errors.Is(err, ErrTablesMoved) {
		t.Fatalf("a projector that went on: %+v, %v", d, err)
	}
	if _, err := s.DB().Exec("update checkpoint set position = 3"); err != nil {
		t.Fatal(err)
	}
	if d, err := Replay(t.Context(), l, s.DB(), 3, silent); d != nil || err == nil || !strings.Contains(err.Error(), "ends at 2") {
		t.Fatalf("a log that ends too soon: %+v, %v", d, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if d, err := Replay(ctx, l, s.DB(), 2, silent); d != nil || !errors.Is(err, context.Canceled) {
		t.Fatalf("a replay called off: %+v, %v", d, err)
	}
}
