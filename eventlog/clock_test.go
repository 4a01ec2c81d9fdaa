package eventlog

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
)

// moments are where clocks are most likely to go wrong: summer time begins and
// ends in Europe/Stockholm, a leap day, the end of 32 bits, a year, a term.
var moments = map[string]string{
	"summer time begins": "2019-03-31T00:59:57Z",
	"summer time ends":   "2019-10-27T00:59:57Z", // 02:59:57, and 02:00:00 follows a second time
	"leap day begins":    "2020-02-28T22:59:57Z",
	"leap day ends":      "2020-02-29T22:59:57Z",
	"32 bits end":        "2038-01-19T03:14:05Z",
	"year ends":          "2018-12-31T22:59:57Z",
	"term ends":          "2019-06-30T21:59:57Z",
	"battery is dead":    "1970-01-01T00:00:00Z",
}

// slips are what a clock does: i is how many seconds have really gone.
var slips = map[string]func(i int) time.Duration{
	"goes right":      func(i int) time.Duration { return time.Duration(i) * time.Second },
	"stands still":    func(int) time.Duration { return 0 },
	"loses a second":  func(i int) time.Duration { return time.Duration(i-2*(i/5)) * time.Second },
	"loses a day":     func(i int) time.Duration { return time.Duration(i)*time.Second - time.Duration(i/5)*24*time.Hour },
	"leaps ten years": func(i int) time.Duration { return time.Duration(i)*time.Second + time.Duration(i/5)*tenYears },
	"leaps, and is put back": func(i int) time.Duration {
		return time.Duration(i)*time.Second + time.Duration(i/5%2)*tenYears
	},
	"is slewed": func(i int) time.Duration {
		return time.Duration(i)*time.Second - time.Duration(i*i)*500*time.Microsecond
	},
	"is put to local time": func(i int) time.Duration { return time.Duration(i)*time.Second + time.Duration(i/3%2)*time.Hour },
}

const tenYears = 3652 * 24 * time.Hour

// TestClocks records with clocks that go backwards, leap and change to summer
// time. The order is that of the positions, nothing is wrong with the log, and
// the batches whose clock is before one that stands earlier are named.
func TestClocks(t *testing.T) {
	n := 0
	for moment, at := range moments {
		start, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		for slip, gone := range slips {
			n++
			var clocks []time.Time
			for i := range 12 {
				clocks = append(clocks, start.Add(gone(i)))
			}
			t.Run(moment+", clock "+slip, func(t *testing.T) { recordWith(t, clocks) })
		}
	}
	t.Logf("%d cases", n)
}

// TestClocksThatWander does the same with clocks that take random steps.
func TestClocksThatWander(t *testing.T) {
	const walks = 100 // of one subtest, which then removes its logs
	r := seed(t)
	for n := range counts(t, 1000, 2000, 100_000) / walks {
		r := rand.New(rand.NewPCG(r.Uint64(), 0))
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel() // they wait for the disk
			odd := 0
			for range walks {
				at := time.Unix(r.Int64N(4e9), r.Int64N(1e9))
				var clocks []time.Time
				for range 1 + r.IntN(15) {
					clocks = append(clocks, at)
					at = at.Add(step(r))
				}
				odd += recordWith(t, clocks)
			}
			t.Logf("%d walks, %d batches flagged", walks, odd)
		})
	}
}

// step is one of a random walk: mostly forward, from nanoseconds to years.
func step(r *rand.Rand) time.Duration {
	size := time.Duration(r.Int64N([]int64{2, 1e6, 2e9, 7.2e12, 2e14, 3e17}[r.IntN(6)]))
	if r.IntN(4) == 0 {
		return -size
	}
	return size
}

// recordWith appends a batch a clock and checks what is to be true whatever
// they say. It gives how many were flagged.
func recordWith(t *testing.T, clocks []time.Time) int {
	t.Helper()
	path := temp(t)
	l := open(t, path)
	var waiting []*request
	var want []string
	for i, at := range clocks {
		b := batch(fmt.Sprint("batch ", i), "p")
		b.RecordedAt = at
		waiting = append(waiting, l.enqueue(context.Background(), b, AnyHead))
		want = append(want, fmt.Sprint(i+1, b.ID, at.UTC()))
		sameDay(t, at)
	}
	for _, r := range waiting {
		if _, err := r.answer(); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := l.Read(t.Context(), 0, func(b *Batch) error {
		got = append(got, fmt.Sprint(b.Position, b.ID, b.RecordedAt))
		return nil
	})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("%v %s", err, diff)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return flagged(t, path, clocks)
}

// flagged verifies a log and compares the anomalies with those counted here,
// each clock against every one before it.
func flagged(t *testing.T, path string, clocks []time.Time) int {
	t.Helper()
	soon := time.Now().Add(time.Minute)
	v, err := Verify(t.Context(), path, nil, func(uint64) {})
	if err != nil || v.Finding != nil {
		t.Fatalf("clocks %v: %v, %+v", clocks, err, v)
	}
	var want []Anomaly
	for i, at := range clocks {
		earlier := slices.Clone(clocks[:i])
		slices.SortFunc(earlier, time.Time.Compare)
		switch {
		case i > 0 && earlier[i-1].After(at):
			want = append(want, Anomaly{uint64(i + 1), at.UTC(), earlier[i-1].UTC()})
		case at.After(soon):
			want = append(want, Anomaly{Position: uint64(i + 1), RecordedAt: at.UTC()})
		}
	}
	for i := range want {
		if want[i].After.IsZero() && i < len(v.Anomalies) { // it is held against the clock of now
			want[i].After = v.Anomalies[i].After
			if off := time.Until(want[i].After).Abs(); off > time.Minute {
				t.Errorf("batch %d is held against %v", want[i].Position, want[i].After)
			}
		}
	}
	if diff := cmp.Diff(want, v.Anomalies); diff != "" || v.Odd != len(want) {
		t.Errorf("clocks %v: %d flagged, %d to be: %s", clocks, v.Odd, len(want), diff)
	}
	return len(want)
}

var stockholm = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		panic(err)
	}
	return zone
}()

// sameDay asks that the day a moment falls on is the one on Stockholm's
// calendar, as the system's rules say and, since 1996, as the directive says:
// two hours from UTC from the last Sunday of March at 01:00 to that of October.
func sameDay(t *testing.T, at time.Time) {
	t.Helper()
	got := domain.DateOf(at).String()
	if want := at.In(stockholm).Format(time.DateOnly); got != want {
		t.Errorf("%v falls on %s, and not on %s", at, want, got)
	}
	if at.Year() < 1996 || at.Year() > 2037 {
		return
	}
	lastSunday := func(month time.Month) time.Time {
		last := time.Date(at.UTC().Year(), month, 31, 1, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	hours := time.Hour
	if !at.Before(lastSunday(time.March)) && at.Before(lastSunday(time.October)) {
		hours = 2 * time.Hour
	}
	if want := at.UTC().Add(hours).Format(time.DateOnly); got != want {
		t.Errorf("%v falls on %s by the directive, and not on %s", at, want, got)
	}
}
