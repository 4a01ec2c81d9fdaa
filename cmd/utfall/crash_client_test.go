package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
)

// init lets the test binary be a client that appends, in a process of its own:
// UTFALL_TEST_CLIENT is the log, UTFALL_TEST_CALLERS from how many goroutines.
func init() {
	if path := os.Getenv("UTFALL_TEST_CLIENT"); path != "" {
		callers, err := strconv.Atoi(os.Getenv("UTFALL_TEST_CALLERS"))
		if err == nil {
			err = appendUntilKilled(path, callers)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// appendUntilKilled appends batch after batch and says so on standard output,
// as ledger.follow reads it: each line is one write, short enough for a pipe to
// take whole. The ids on standard input are appended first: a client that tries
// again after a crash what it got no answer to.
func appendUntilKilled(path string, callers int) error {
	log, err := eventlog.Open(path)
	if err != nil {
		return err
	}
	ids := make(chan string)
	go func() {
		for again := bufio.NewScanner(os.Stdin); again.Scan(); {
			ids <- again.Text()
		}
		for n := 0; ; n++ {
			if n%5 == 0 { // kept for ever, as those of imports are
				ids <- uuid.NewSHA1(uuid.New(), nil).String()
			} else {
				ids <- uuid.Must(uuid.NewV7()).String()
			}
		}
	}()
	errs := make(chan error)
	for range callers {
		go func() {
			for id := range ids {
				if err := appendOne(log, id); err != nil {
					errs <- err
				}
			}
		}()
	}
	return <-errs
}

func appendOne(log *eventlog.Log, id string) error {
	b, err := batchOf(id)
	if err != nil {
		return err
	}
	if id[len(id)-1] < '2' { // one in eight is wide, so that SQLite's WAL is soon moved into the database
		wide := strings.Repeat(id, 1000)
		b.Metadata = map[string]string{"a": wide, "b": wide, "c": wide, "d": wide, "e": wide}
	}
	fmt.Fprintf(os.Stdout, "try %s %s\n", id, digest(b))
	at, err := log.Append(context.Background(), b, eventlog.AnyHead)
	if err != nil {
		fmt.Fprintf(os.Stdout, "err %s %q\n", id, err)
		return err
	}
	fmt.Fprintf(os.Stdout, "ack %s %d\n", id, at)
	return nil
}

// batchOf is the batch of an id: the same id gives the same facts, so that a
// second try is the same batch. Most are small and some compressed; they
// add people at the sessions of the foundation, add members, and correct what
// the foundation says, whose position is 1.
func batchOf(id string) (*eventlog.Batch, error) {
	chance := rand.NewChaCha8(sha256.Sum256([]byte(id)))
	r := rand.New(chance)
	n := 1 + r.IntN(3)
	if r.IntN(20) == 0 {
		n = 60
	}
	var events []domain.Event
	add := func(organisation, subject uuid.UUID, on domain.Date, data domain.Fact) {
		events = append(events, domain.Event{ID: newID(chance), Date: on, Organisation: organisation, Subject: subject, Data: data})
	}
	for range n {
		hours, err := domain.Minutes(15 * r.IntN(20))
		if err != nil {
			return nil, err
		}
		at := r.IntN(foundationSize)
		add(founded("organisation", r.IntN(foundationSize)), founded("person", r.IntN(500)), foundationDay(at),
			domain.AttendanceRecorded{Session: founded("session", at), Role: domain.Participant, Present: true, Hours: hours})
	}
	if from := foundationDay(r.IntN(foundationSize)); r.IntN(10) == 0 {
		organisation := newID(chance)
		add(organisation, uuid.Nil, from, domain.OrganisationRegistered{})
		add(organisation, uuid.Nil, from, domain.OrganisationDescribed{Name: fmt.Sprintf("Bolag %d", r.IntN(1e6))})
		add(organisation, uuid.Nil, from, domain.MembershipRecorded{From: from})
	}
	if r.IntN(3) == 0 {
		member, from := r.IntN(foundationSize), domain.MustDate("2018-01-01")
		add(founded("organisation", member), uuid.Nil, from, domain.MembershipRecorded{From: from, To: from.AddDays(300 + r.IntN(300))})
		e := &events[len(events)-1]
		e.Corrects, e.Supersedes, e.Reason = founded("membership", member), 1, "cmVhc29u"
	}
	return encoded(id, events)
}

func encoded(id string, events []domain.Event) (*eventlog.Batch, error) {
	b := &eventlog.Batch{ID: id, RecordedAt: time.Now(), Actor: "uid:test", Program: Version, Source: eventlog.Source{Kind: "test"}}
	return b, b.Encode(events)
}

func newID(chance *rand.ChaCha8) uuid.UUID {
	return uuid.Must(uuid.NewRandomFromReader(chance)) // it never fails
}

// foundation is the batch at position 1: organisations that are members, and
// sessions of one activity.
var foundation = uuid.MustParse("6f9f3a0e-52c5-4a53-9e68-6e1f3f6f2f11")

const foundationSize = 50

func founded(what string, n int) uuid.UUID {
	return uuid.NewSHA1(foundation, fmt.Appendf(nil, "%s %d", what, n))
}

func foundationDay(n int) domain.Date { return domain.MustDate("2018-02-01").AddDays(10 * n) }

// writeFoundation records the first batch of an empty log.
func writeFoundation(ctx context.Context, log *eventlog.Log) error {
	activity := founded("activity", 0)
	events := []domain.Event{{ID: founded("registration", 0), Data: domain.ActivityRegistered{Activity: activity, Name: "Frukost"}}}
	for n := range foundationSize {
		from := domain.MustDate("2018-01-01")
		events = append(events,
			domain.Event{ID: founded("membership", n), Organisation: founded("organisation", n), Date: from, Data: domain.MembershipRecorded{From: from}},
			domain.Event{ID: founded("occasion", n), Date: foundationDay(n), Data: domain.SessionRecorded{Session: founded("session", n), Activity: activity, Kind: "frukost"}})
	}
	b, err := encoded(foundation.String(), events)
	if err != nil {
		return err
	}
	_, err = log.Append(ctx, b, 0)
	return err
}

// crashBase makes a data directory to crash in: the foundation, the small test
// data taken in from files, then as many batches as are asked for. With facts,
// all of it is projected; otherwise what came from files is.
func crashBase(t *testing.T, batches int, facts bool) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	log, err := eventlog.Open(LogPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFoundation(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	must(t, "--data", dir, "import", filepath.Join(smallDir, "narvaro.csv"), filepath.Join(smallDir, "medlemmar.csv"), filepath.Join(smallDir, "projekt.toml"))
	var callers sync.WaitGroup
	for c := range 16 {
		callers.Go(func() {
			for n := c; n < batches; n += 16 {
				b, err := batchOf(uuid.NewSHA1(foundation, fmt.Appendf(nil, "batch %d", n)).String())
				if err == nil {
					_, err = log.Append(t.Context(), b, eventlog.AnyHead)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if facts {
		must(t, "--data", dir, "status")
	}
	return dir
}
