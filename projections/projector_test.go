package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"utfall/domain"
	"utfall/eventlog"
)

// world draws a history of events: sessions, attendances, memberships and
// answers, some corrected, some withdrawn, some corrected twice.
func world(t *rapid.T) []domain.Event {
	id := func(kind string, n int) uuid.UUID { return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, kind, n)) }
	date := func() domain.Date {
		return domain.MustDate("2019-01-01").AddDays(rapid.IntRange(0, 400).Draw(t, "day"))
	}
	var out []domain.Event
	var standing []int // indexes of events that hold
	for n := range rapid.IntRange(1, 40).Draw(t, "events") {
		e := domain.Event{ID: id("event", n), Date: date(), Line: n + 2, Data: fact(t, id)}
		switch e.Data.(type) {
		case domain.AttendanceRecorded, domain.AnswerRecorded, domain.PersonRecorded:
			e.Subject = id("subject", rapid.IntRange(0, 5).Draw(t, "subject"))
		case domain.MembershipRecorded, domain.OrganisationDescribed, domain.OrganisationRegistered:
			e.Organisation = id("organisation", rapid.IntRange(0, 3).Draw(t, "organisation"))
		}
		if len(standing) > 0 && rapid.IntRange(0, 2).Draw(t, "correct") == 0 {
			i := rapid.SampledFrom(standing).Draw(t, "which")
			standing = slices.DeleteFunc(standing, func(j int) bool { return j == i })
			old := out[i]
			e.Supersedes, e.Reason = 1, "c2VhbGVk" // any position will do: rows are found by the event's id
			e.Corrects, e.Subject, e.Organisation, e.Data = old.ID, old.Subject, old.Organisation, old.Data
			if rapid.Bool().Draw(t, "withdraw") {
				e.Data = domain.FactWithdrawn{Of: old.Data.Type()}
			}
		}
		if _, withdrawn := e.Data.(domain.FactWithdrawn); !withdrawn {
			standing = append(standing, len(out))
		}
		out = append(out, e)
	}
	return out
}

func fact(t *rapid.T, id func(string, int) uuid.UUID) domain.Fact {
	pick := func(what string, n int) uuid.UUID { return id(what, rapid.IntRange(0, n).Draw(t, what)) }
	hours, _ := domain.Minutes(rapid.IntRange(0, 480).Draw(t, "minutes"))
	value := float64(rapid.IntRange(1, 5).Draw(t, "value"))
	borås, _ := domain.ParseMunicipality("1490")
	return rapid.SampledFrom([]domain.Fact{
		domain.OrganisationRegistered{Sole: true},
		domain.OrganisationDescribed{Name: "Å", Municipality: borås, Employees: new(int)},
		domain.MembershipRecorded{From: domain.MustDate("2018-05-01")},
		domain.ActivityRegistered{Activity: pick("activity", 2), Name: "Foto"},
		domain.SessionRecorded{Session: pick("session", 3), Activity: pick("activity", 2), Kind: "kurs", Planned: hours},
		domain.PersonRecorded{Sex: domain.Woman},
		domain.AttendanceRecorded{Session: pick("session", 3), Role: domain.Participant, Present: true, Hours: hours},
		domain.HeadsCounted{Session: pick("session", 3), Heads: 7},
		domain.PlanRecorded{Kind: "kurs", Term: "VT", Count: 2},
		domain.DenominatorRecorded{Municipality: borås, Count: 100},
		domain.SurveyDefined{Survey: "s", Waves: []string{"pre"}, Items: []domain.SurveyItem{{ID: "q1", Kind: domain.Scale, Min: 1, Max: 5}}},
		domain.AnswerRecorded{Survey: "s", Wave: "pre", Key: "k", Answers: []domain.Answer{{Item: "q1", Value: &value}, {Item: "q2", Choices: []string{"a", "b"}}}},
	}).Draw(t, "fact")
}

// split cuts events into batches at random places.
func split(t *rapid.T, events []domain.Event) []*eventlog.Batch {
	var out []*eventlog.Batch
	for len(events) > 0 {
		n := rapid.IntRange(1, len(events)).Draw(t, "batch")
		b := &eventlog.Batch{Position: uint64(len(out) + 1), ID: uuid.NewString(), RecordedAt: time.Unix(1e9, 0)}
		if err := b.Encode(events[:n]); err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
		events = events[n:]
	}
	return out
}

// tables gives every fact table as sorted text, without what depends on how
// events were split into batches: a superseded row is told only as such.
func tables(t fatal, s *Store) map[string][]string {
	out := map[string][]string{}
	seen := map[string]bool{}
	for _, names := range tablesOf {
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			rows, err := s.DB().Query(fmt.Sprintf("select (superseded_at is not null)::varchar || ' ' || cast(t as varchar) from (select * exclude (position, idx, superseded_at), superseded_at from %s) t", name))
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var line string
				if err := rows.Scan(&line); err != nil {
					t.Fatal(err)
				}
				// the last column is superseded_at itself
				if i := strings.LastIndex(line, "superseded_at"); i >= 0 {
					line = line[:i]
				}
				out[name] = append(out[name], line)
			}
			rows.Close()
			slices.Sort(out[name])
		}
	}
	return out
}

type fatal interface{ Fatal(...any) }

func store(t testing.TB) *Store {
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "facts.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestAnySplitAnyRedeliveryAnyCrashGivesTheSameTables projects one history in
// two ways: all at once, and cut at random into batches that are delivered
// several times while transactions fail at their last moment.
func TestAnySplitAnyRedeliveryAnyCrashGivesTheSameTables(t *testing.T) {
	crash := errors.New("crash before commit")
	defer func() { testOnlyBeforeCommit = func() error { return nil } }()
	rapid.Check(t, func(r *rapid.T) {
		events := world(r)
		testOnlyBeforeCommit = func() error { return nil }
		whole := store(t)
		if err := (&Projector{store: whole}).Apply(context.Background(), oneBatch(r, events)); err != nil {
			r.Fatal(err)
		}
		want := tables(r, whole)

		parts := store(t)
		p := &Projector{store: parts}
		batches := split(r, events)
		failures := 0
		testOnlyBeforeCommit = func() error {
			if failures < 50 && rapid.IntRange(0, 3).Draw(r, "crash") == 0 {
				failures++
				return crash
			}
			return nil
		}
		for i := 0; i < len(batches); {
			from := max(0, i-rapid.IntRange(0, 2).Draw(r, "again"))
			for ; from <= i; from++ {
				err := p.Handle(batches[from].Message())
				for errors.Is(err, crash) {
					err = p.Handle(batches[from].Message())
				}
				if err != nil {
					r.Fatal(err)
				}
			}
			i++
		}
		if got := tables(r, parts); !cmp.Equal(want, got) {
			r.Fatalf("in %d batches with %d crashes: %s", len(batches), failures, cmp.Diff(want, got))
		}
		if parts.Checkpoint() != uint64(len(batches)) {
			r.Fatalf("checkpoint %d after %d batches", parts.Checkpoint(), len(batches))
		}
	})
}

func TestAGapIsAnErrorAndNeverGuessed(t *testing.T) {
	s := store(t)
	b := &eventlog.Batch{Position: 2, ID: "x"}
	if err := (&Projector{store: s}).Handle(b.Message()); !errors.Is(err, ErrGap) {
		t.Fatalf("batch 2 before batch 1 gave %v", err)
	}
}

func openLog(t *testing.T) *eventlog.Log {
	l, err := eventlog.Open(filepath.Join(t.TempDir(), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func appendEvents(t *testing.T, l *eventlog.Log, events ...domain.Event) {
	b := &eventlog.Batch{ID: uuid.NewString(), RecordedAt: time.Unix(1e9, 0)}
	if err := b.Encode(events); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(t.Context(), b, eventlog.AnyHead); err != nil {
		t.Fatal(err)
	}
}

func TestAnEventNobodyCanReadStopsTheProjectorWhereItStands(t *testing.T) {
	l := openLog(t)
	appendEvents(t, l, domain.Event{ID: uuid.Max, Data: domain.PersonRecorded{Sex: domain.Man}})
	newer := &eventlog.Batch{ID: "newer", RecordedAt: time.Unix(1e9, 0), Events: 1,
		Payload: []byte(`{"id":"00000000-0000-0000-0000-000000000001","type":"person.recorded/99","data":{}}` + "\n")}
	if _, err := l.Append(t.Context(), newer, eventlog.AnyHead); err != nil {
		t.Fatal(err)
	}
	appendEvents(t, l, domain.Event{ID: uuid.Max, Data: domain.PersonRecorded{Sex: domain.Man}})
	s := store(t)
	err := CatchUp(t.Context(), l, s, 3, func(uint64) {})
	var known *domain.Error
	if !errors.As(err, &known) || known.Code != domain.Unhealthy || !strings.Contains(err.Error(), "person.recorded/99") {
		t.Fatalf("got %v", err)
	}
	if s.Checkpoint() != 1 || s.Stopped() == nil || s.Stopped().Position != 2 {
		t.Fatalf("checkpoint %d, stopped %+v: want 1, and stopped at 2", s.Checkpoint(), s.Stopped())
	}
}

func TestRebuildAndWhatCannotBeOpened(t *testing.T) {
	l := openLog(t)
	for i := range 3 {
		appendEvents(t, l, domain.Event{ID: uuid.New(), Subject: uuid.New(), Line: i, Data: domain.PersonRecorded{Sex: domain.Man}})
	}
	dir := t.TempDir()
	none := func(uint64, uint64) {}
	s, err := Ready(t.Context(), l, dir, none)
	if err != nil {
		t.Fatal(err)
	}
	want := tables(t, s)
	s.Close()
	for name, harm := range map[string]func() error{
		"deleted":       func() error { return os.Remove(Path(dir)) },
		"damaged":       func() error { return os.WriteFile(Path(dir), []byte("no database"), 0o600) },
		"other version": func() error { return otherVersion(t, dir) },
		"untouched":     func() error { return nil },
	} {
		if err := harm(); err != nil {
			t.Fatal(err)
		}
		s, err := Ready(t.Context(), l, dir, none)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := tables(t, s); !cmp.Equal(want, got) {
			t.Errorf("%s: %s", name, cmp.Diff(want, got))
		}
		s.Close()
	}
}

func otherVersion(t *testing.T, dir string) error {
	s, err := Open(t.Context(), Path(dir))
	if err != nil {
		return err
	}
	_, err = s.DB().Exec("update made_by set version = 'another'")
	return errors.Join(err, s.Close())
}

func TestDuckDBIsLockedDown(t *testing.T) {
	s := store(t)
	for _, q := range []string{"select * from read_csv('/etc/passwd')", "copy (select 1) to '/tmp/x.csv'", "attach '/tmp/other.duckdb'",
		"install httpfs", "load httpfs", "set enable_external_access = true", "set memory_limit = '8GB'"} {
		if _, err := s.DB().Exec(q); err == nil {
			t.Errorf("%s was let through", q)
		}
	}
}

func oneBatch(t fatal, events []domain.Event) []*eventlog.Batch {
	b := &eventlog.Batch{Position: 1, ID: uuid.NewString(), RecordedAt: time.Unix(1e9, 0)}
	if err := b.Encode(events); err != nil {
		t.Fatal(err)
	}
	return []*eventlog.Batch{b}
}

// TestAHeldFileIsWaitedForAndItsHolderNamed: a second opening waits, and names
// this process when nobody lets go.
func TestAHeldFileIsWaitedForAndItsHolderNamed(t *testing.T) {
	l, dir := openLog(t), t.TempDir()
	none := func(uint64, uint64) {}
	s, err := Ready(t.Context(), l, dir, none)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := Ready(ctx, l, dir, none); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a held file was opened: %v", err)
	}
	begin := time.Now()
	var known *domain.Error
	if _, err := Ready(t.Context(), l, dir, none); !errors.As(err, &known) || !strings.Contains(known.What.EN, fmt.Sprint("process ", os.Getpid())) {
		t.Fatalf("got %v, want the holder named", err)
	}
	if waited := time.Since(begin); waited < lockWait {
		t.Errorf("waited %v only", waited)
	}
	s.Close()
	s, err = Ready(t.Context(), l, dir, none)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}
