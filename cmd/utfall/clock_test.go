package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/projections"
	"utfall/reports"
)

// clocks say when the batch at a position was recorded.
var clocks = map[string]func(position uint64) time.Time{
	"a day back with each batch": func(n uint64) time.Time { return clock("2020-01-10T12:00:00Z").AddDate(0, 0, -int(n)) },
	"a second back": func(n uint64) time.Time {
		return clock("2020-01-01T00:00:00+01:00").Add(-time.Duration(n/2) * time.Second)
	},
	"ten years ahead at times": func(n uint64) time.Time { return clock("2020-01-01T00:00:00Z").AddDate(int(n%2)*10, 0, int(n)) },
	"02:30 twice":              func(n uint64) time.Time { return clock("2019-10-27T00:30:00Z").Add(time.Duration(n%2) * time.Hour) },
	"02:30 never":              func(n uint64) time.Time { return clock("2019-03-31T00:30:00Z").Add(time.Duration(n) * time.Minute) },
	"the battery is dead":      func(n uint64) time.Time { return time.Unix(int64(n), 0) },
	"the end of 32 bits":       func(n uint64) time.Time { return time.Unix(1<<31-2+int64(n), 0) },
}

func clock(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return at
}

// TestClocksChangeNoFigure records the same batches with clocks that go wrong,
// and asks for every metric by month, by term and in all: a figure is of the days
// things happened on, never of when they were recorded.
func TestClocksChangeNoFigure(t *testing.T) {
	t.Parallel()
	log, err := eventlog.Open(filepath.Join(importSmall(t), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	want, n := figures(t, log, nil)
	if n < 400 {
		t.Fatalf("%d figures only", n)
	}
	for name, at := range clocks {
		t.Run(name, func(t *testing.T) {
			got, _ := figures(t, log, at)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		})
	}
	t.Logf("%d figures with each of %d clocks", n, len(clocks))
}

// figures records a log's batches anew, with other clocks if there are any,
// and gives every metric's figures and how many they are.
func figures(t *testing.T, from *eventlog.Log, at func(position uint64) time.Time) (map[string]any, int) {
	t.Helper()
	dir := t.TempDir()
	log, err := eventlog.Open(filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var head uint64
	err = from.Read(t.Context(), 0, func(b *eventlog.Batch) error {
		if at != nil {
			b.RecordedAt = at(b.Position)
		}
		head, err = log.Append(t.Context(), b, b.Position-1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	store, err := projections.Share(t.Context(), log, dir, func(uint64, uint64) {})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	facts := &reports.Facts{DB: store.DB(), AsOf: head}
	years := domain.Period{From: domain.MustDate("2018-01-01"), To: domain.MustDate("2019-12-31")}
	out, n := map[string]any{}, 0
	for _, m := range reports.Metrics {
		if strings.HasPrefix(m.ID, "indicator.") {
			continue // this data has nothing they are made of
		}
		for _, grain := range []domain.Grain{domain.ByMonth, domain.ByTerm, domain.None} {
			q := reports.Question{Metric: m.ID, Grain: grain, Range: years, Survey: "kliv"}
			answer, err := facts.Ask(t.Context(), q)
			if err != nil {
				out[fmt.Sprint(m.ID, " by ", grain)] = err.Error()
				continue
			}
			out[fmt.Sprint(m.ID, " by ", grain)] = answer.Values
			n += len(answer.Values)
		}
	}
	return out, n
}

// TestAClockGoneBackHidesNoDay: a batch recorded by a clock whose battery is
// dead leaves the default range, and so the figures, as they were.
func TestAClockGoneBackHidesNoDay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	must(t, "--data", dir, "import", attendanceFile(t, 1, 5))
	want := must(t, "--data", dir, "metric", "attendances", "--by", "month")
	log, err := eventlog.Open(LogPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	b := &eventlog.Batch{ID: uuid.NewString(), RecordedAt: time.Unix(0, 0)}
	if err := b.Encode([]domain.Event{{ID: uuid.New(), Subject: uuid.New(), Data: domain.PersonRecorded{Sex: domain.Woman}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), b, eventlog.AnyHead); err != nil {
		t.Fatal(err)
	}
	if got := must(t, "--data", dir, "metric", "attendances", "--by", "month"); got != want || !strings.Contains(want, "5") {
		t.Errorf("before %q, after %q", want, got)
	}
}
