package projections

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"utfall/domain"
	"utfall/eventlog"
)

// onlySeeds is set for the program with the planted bugs, which runs a few
// seeds and builds no further program.
const onlySeeds = "UTFALL_TEST_SEEDS"

// TestRedelivery projects one random history a seed while batches are delivered
// several times and in disorder, handlers fail and panic, and runs are
// cancelled and begun again. What the tables hold in the end is what they hold
// after one delivery in order.
func TestRedelivery(t *testing.T) {
	n := 20
	switch {
	case os.Getenv(onlySeeds) != "":
		n = 4
	case os.Getenv("UTFALL_DEEP") != "":
		n = 50_000
	case os.Getenv("UTFALL_LARGE") != "":
		n = 500
	}
	if n > 4 {
		findsPlanted(t)
	}
	first := uint64(time.Now().UnixNano()) % 1e15
	fmt.Sscan(os.Getenv("UTFALL_SEED"), &first) // where there is one
	defer func() { testOnlyAfterBegin, testOnlyBeforeCommit = never, never }()
	seen := map[string]int{}
	for seed := first; seed < first+uint64(n); seed++ {
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { redeliver(t, seed, seen) }) {
			t.Fatalf("UTFALL_SEED=%d repeats it", seed)
		}
	}
	t.Logf("%d seeds from UTFALL_SEED=%d: %v", n, first, seen)
	for _, what := range strings.Fields("delivered gap failure panic nack run stopped") {
		if n > 20 && seen[what] == 0 { // of few, it can be chance
			t.Errorf("never seen: %s", what)
		}
	}
}

// findsPlanted builds this package's tests with bugs planted in the program,
// and asks that the harness finds each of them, and nothing without them.
func findsPlanted(t *testing.T) {
	program := filepath.Join(t.TempDir(), "planted.test")
	if out, err := exec.Command("go", "test", "-c", "-tags", "planted", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the tests with planted bugs: %v\n%s", err, out)
	}
	for _, bug := range []string{"apply-twice", "checkpoint-apart", ""} {
		cmd := exec.Command(program, "-test.run", "^TestRedelivery$", "-test.timeout", "60s")
		cmd.Env = append(os.Environ(), "UTFALL_PLANTED="+bug, onlySeeds+"=few")
		out, err := cmd.CombinedOutput()
		_, what, found := strings.Cut(string(out), unequal)
		what, _, _ = strings.Cut(what, "\n")
		if planted := bug != ""; (err != nil) != planted || found != planted {
			t.Fatalf("the harness did not find its planted bug %q, or one that is not there: %v\n%s", bug, err, out)
		}
		t.Logf("planted %q: %s", bug, what)
	}
}

const (
	unequal = "rows and log differ: "   // begins what is said of tables that are not what they should be
	trouble = "trouble that was wanted" // what handlers fail with; nothing else may go wrong
	moment  = 20 * time.Millisecond     // the most a run lasts that the clock ends
)

func never() error { return nil }

// chaos is one history on its way into the tables.
type chaos struct {
	t       *testing.T
	r       *rand.Rand // never used by two goroutines at once
	log     *eventlog.Log
	history []*eventlog.Batch // all of it
	head    int               // how much of it is recorded
	path    string
	store   *Store

	mu    sync.Mutex     // of what follows, which handlers use
	seen  map[string]int // how often what may happen happened, in all seeds
	luck  *rand.Rand
	odds  int    // that a step fails, in eight
	row   int    // failures since something went well
	until int    // steps before end is called
	end   func() // ends the run under way
}

// redeliver is one seed.
func redeliver(t *testing.T, seed uint64, seen map[string]int) {
	c := &chaos{t: t, seen: seen, r: rand.New(rand.NewPCG(seed, 0)), luck: rand.New(rand.NewPCG(seed, 1)),
		log: openLog(t), path: filepath.Join(t.TempDir(), "facts.duckdb")}
	c.odds = c.r.IntN(5)
	c.history = rapid.Custom(func(t *rapid.T) (out []*eventlog.Batch) {
		for events := rapid.Custom(world).Filter(func(e []domain.Event) bool { return len(e) >= 12 }).Draw(t, "world"); len(events) > 0; {
			n := min(len(events), rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "events"))
			out, events = append(out, split(t, events[:n])...), events[n:]
		}
		return out
	}).Example(int(seed))
	c.reopen()
	defer func() {
		if !t.Failed() { // else it could wait for ever
			c.store.Close()
		}
	}()
	testOnlyAfterBegin, testOnlyBeforeCommit = c.step, c.step
	ways := []func(){c.deliver, c.deliver, c.subscribe, c.route, c.run, c.run, c.reopen}
	for turn := 0; c.head < len(c.history) || turn < 8; turn++ {
		ways[c.r.IntN(len(ways))]()
		c.check()
	}
	c.settle()
}

func (c *chaos) count(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[what]++
}

// step is called by a handler when a transaction has begun, and before it is
// committed: it may end the run, fail, or panic.
func (c *chaos) step() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until--; c.until == 0 {
		c.end()
	}
	if c.row == 9 || c.luck.IntN(8) >= c.odds {
		c.row = 0
		return nil
	}
	if c.row++; c.luck.IntN(3) == 0 {
		c.seen["panic"]++
		panic(trouble)
	}
	c.seen["failure"]++
	return errors.New(trouble)
}

// record begins to append some of the history, and gives what waits for it.
func (c *chaos) record(most int) (wait func()) {
	batches := c.history[c.head:min(len(c.history), c.head+c.r.IntN(most+1))]
	c.head += len(batches)
	var done sync.WaitGroup
	done.Go(func() {
		for _, b := range batches {
			if _, err := c.log.Append(context.Background(), b, eventlog.AnyHead); err != nil {
				c.t.Error(err)
			}
		}
	})
	return done.Wait
}

// deliver calls the handler itself with batches from before the checkpoint to
// beyond it, each several times and in disorder, from several goroutines.
func (c *chaos) deliver() {
	c.record(4)()
	var messages []*message.Message
	from, window := max(int(c.store.Checkpoint()), 3)-3, 1+c.r.IntN(30)
	for _, b := range c.history[from:min(from+12, c.head)] {
		for range 1 + c.r.IntN(5) {
			msg := b.Message()
			if messages = append(messages, msg); c.r.IntN(4) == 0 { // as when the router is being closed
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				msg.SetContext(ctx)
			}
		}
	}
	for i := range messages {
		j := i + c.r.IntN(min(window, len(messages)-i))
		messages[i], messages[j] = messages[j], messages[i]
	}
	p, lanes := &Projector{store: c.store}, 1+c.r.IntN(4)
	var done sync.WaitGroup
	for lane := range lanes {
		done.Go(func() {
			for i := lane; i < len(messages); i += lanes {
				_ = c.handle(p, messages[i], lanes == 1, false)
			}
		})
	}
	c.within("the handler", done.Wait)
}

// handle calls the handler and judges its answer. Where it is alone, what is
// neither seen nor next has to be refused; beside others, what was seen or next
// before the call must not be. From a subscriber there is no gap: what was
// refused comes again.
func (c *chaos) handle(p *Projector, msg *message.Message, alone, subscribed bool) (err error) {
	parts := eventlog.Parts(msg)
	first, _ := eventlog.FromMessage(parts[0])
	last, _ := eventlog.FromMessage(parts[len(parts)-1])
	before := c.store.Checkpoint()
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v", what)
		}
		c.count("delivered")
		after := c.store.Checkpoint()
		switch gap := first.Position > before+1; {
		case errors.Is(err, ErrGap) && gap && !subscribed:
			c.count("gap")
		case errors.Is(err, ErrGap):
			c.t.Errorf("batch %d came after checkpoint %d: %v", first.Position, before, err)
		case alone && gap:
			c.t.Errorf("batch %d after checkpoint %d was let through: %v", first.Position, before, err)
		case err != nil && !strings.Contains(err.Error(), trouble):
			c.t.Errorf("batch %d after checkpoint %d: %v", first.Position, before, err)
		case err == nil && after < last.Position:
			c.t.Errorf("batch %d was accepted, and the checkpoint is %d", last.Position, after)
		}
	}()
	return p.Handle(msg)
}

// check holds the rows against the checkpoint: no position skipped, none twice.
func (c *chaos) check() {
	var rows, positions, last, file uint64
	err := c.store.DB().QueryRow(`select count(*), count(distinct position), coalesce(max(position), 0),
		(select any_value(position) from checkpoint) from batches`).Scan(&rows, &positions, &last, &file)
	if at := c.store.Checkpoint(); err != nil || rows != at || positions != at || last != at || file != at {
		c.t.Errorf("%s%d rows of %d batches up to %d, checkpoint %d in the file and %d in memory, %v", unequal, rows, positions, last, file, at, err)
	}
	if c.t.Failed() {
		c.t.FailNow()
	}
}

// arm has a run ended at one of its next steps, if there are so many, and gives
// a context that ends by itself after a while, at times before it begins.
func (c *chaos) arm(steps int, most time.Duration, ends ...func()) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(c.r.Int64N(int64(most)>>(c.r.IntN(4)/3*14))))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until, c.end = 1+c.r.IntN(steps), append(ends, cancel)[c.r.IntN(len(ends)+1)]
	return ctx, cancel
}

// within does what must not take long, whatever goes wrong.
func (c *chaos) within(what string, do func()) {
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		c.t.Fatalf("%s hangs", what)
	}
}

func (c *chaos) topics(string) (*eventlog.Log, error) { return c.log, nil }

// run is the program's own run: until it is cancelled or, half of the times,
// everything is projected.
func (c *chaos) run() {
	steps, most, whole := 20, moment, c.r.IntN(2) == 0
	if whole {
		steps, most = 80, time.Second
	}
	ctx, cancel := c.arm(steps, most)
	defer cancel()
	wait := c.record(4)
	var err error
	c.within("a run", func() {
		if !whole {
			err = Run(ctx, c.log, c.store)
		} else if err = CatchUp(ctx, c.log, c.store, uint64(c.head), silent); err != nil && err.Error() == fmt.Sprint(ctx.Err()) {
			err = nil // it says that it was cancelled
		}
	})
	wait()
	switch stopped := c.store.Stopped(); {
	case stopped != nil && err != nil && strings.Contains(stopped.Error, trouble):
		c.count("stopped")
		c.reopen() // as who starts the program again
	case stopped != nil || err != nil:
		c.t.Errorf("a run that was only cancelled: %v, stopped: %+v", err, stopped)
	}
	c.count("run")
}

// route is a router of our own, ended in ways the program's is not: itself
// first, its context first, or the subscriber alone, in the middle of a batch.
func (c *chaos) route() {
	sub := eventlog.Merge(eventlog.NewSubscriber(c.topics, c.store.Checkpoint()))
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: 30 * time.Second}, watermill.NopLogger{})
	if err != nil {
		c.t.Fatal(err)
	}
	retry := middleware.Retry{MaxRetries: c.r.IntN(3), InitialInterval: time.Millisecond, Logger: watermill.NopLogger{}}
	router.AddMiddleware(retry.Middleware, middleware.Recoverer)
	p := &Projector{store: c.store}
	router.AddConsumerHandler("projector", Topic, sub, func(msg *message.Message) error { return c.handle(p, msg, true, true) })
	ctx, cancel := c.arm(20, moment, func() { go router.Close() }, func() { go sub.Close() })
	defer cancel()
	wait := c.record(4)
	c.within("a router that was closed", func() { err = errors.Join(router.Run(ctx), sub.Close(), router.Close()) })
	wait()
	if err != nil {
		c.t.Errorf("a router that was only closed: %v", err)
	}
	c.count("run")
}

// subscribe reads from before the checkpoint, at times from beyond it, and
// answers with a Nack what failed and some of what did not.
func (c *chaos) subscribe() {
	at := c.store.Checkpoint()
	from := max(at, 3) - 3 + c.r.Uint64N(5)
	sub := eventlog.Merge(eventlog.NewSubscriber(c.topics, from))
	ctx, cancel := c.arm(20, moment, func() { go sub.Close() })
	defer cancel()
	in, err := sub.Subscribe(ctx, Topic)
	if err != nil {
		c.t.Fatal(err)
	}
	wait := c.record(4)
	p := &Projector{store: c.store}
	c.within("a subscriber that was closed", func() {
		for msg := range in {
			err := c.handle(p, msg, true, from <= at)
			if err == nil && c.r.IntN(4) > 0 {
				msg.Ack()
				continue
			}
			c.count("nack")
			msg.Nack()
			if errors.Is(err, ErrGap) && c.r.IntN(4) == 0 { // it would come for ever
				cancel()
			}
		}
		err = sub.Close()
	})
	wait()
	if err != nil {
		c.t.Error(err)
	}
}

// reopen closes the file and opens it again.
func (c *chaos) reopen() {
	var err error
	if c.store != nil {
		c.within("closing the store", func() { err = c.store.Close() })
	}
	if err == nil {
		c.store, err = Open(context.Background(), c.path)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// settle projects what is left undisturbed, and compares with one delivery in
// order and with the log.
func (c *chaos) settle() {
	testOnlyAfterBegin, testOnlyBeforeCommit = never, never
	head := uint64(len(c.history))
	var err error
	c.within("catching up", func() { err = CatchUp(context.Background(), c.log, c.store, head, silent) })
	if err != nil || c.store.Checkpoint() != head || c.store.Stopped() != nil {
		c.t.Fatalf("checkpoint %d of %d, stopped %+v: %v", c.store.Checkpoint(), head, c.store.Stopped(), err)
	}
	c.check()
	once := store(c.t)
	if err := (&Projector{store: once}).Apply(c.t.Context(), c.history); err != nil {
		c.t.Fatal(err)
	}
	if diff := cmp.Diff(tables(c.t, once), tables(c.t, c.store)); diff != "" {
		c.t.Fatalf("%s%s", unequal, diff)
	}
	if d, err := Replay(c.t.Context(), c.log, c.store.DB(), head, silent); d != nil || err != nil {
		c.t.Fatalf("%s%+v, %v", unequal, d, err)
	}
}
