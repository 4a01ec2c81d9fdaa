package eventlog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What the environment tells a process that is started by these tests.
const (
	childLog  = "UTFALL_TEST_LOG"     // the log to append to: it is one of the four
	childName = "UTFALL_TEST_NAME"    // what the ids of its batches begin with
	childIDs  = "UTFALL_TEST_IDS"     // ids another one may have recorded before it was killed
	childHold = "UTFALL_TEST_HOLD"    // how many commits from one stay inside a transaction to the next
	oneRound  = "UTFALL_TEST_PLANTED" // it has bugs planted, and is to find them in one round
)

// lost is said of a batch that a process was told is recorded.
const lost = "was acknowledged and is not in the log"

// TestProcesses has four processes append to one log while one of them at a
// time is stopped, or killed and replaced, at any moment and inside a
// transaction. What was acknowledged is there, what is there was tried, and
// nobody waits longer than the time he is promised, or he is told for whom.
func TestProcesses(t *testing.T) {
	if os.Getenv(childLog) != "" {
		appendUntilTold(t)
		return
	}
	rounds, length := 4, time.Duration(counts(t, 1, 20, 1800))*time.Second
	if os.Getenv(oneRound) != "" {
		rounds = 1
	} else {
		findsAckBeforeCommit(t)
	}
	r := seed(t)
	for range rounds {
		p := newProcesses(t, r, min(length/2, 3*time.Second))
		p.round(length)
		p.judge()
	}
}

// findsAckBeforeCommit builds this package's tests with bugs planted in the
// log, and asks that one that answers before it commits is found.
func findsAckBeforeCommit(t *testing.T) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "planted.test")
	if out, err := exec.Command("go", "test", "-c", "-tags", "planted", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the tests with planted bugs: %v\n%s", err, out)
	}
	for _, bug := range []string{"ack-before-commit", ""} {
		cmd := exec.Command(program, "-test.run", "^TestProcesses$", "-test.timeout", "60s", "-test.v")
		cmd.Env = append(os.Environ(), "UTFALL_PLANTED="+bug, oneRound+"=1")
		out, err := cmd.CombinedOutput()
		if planted := bug != ""; (err != nil) != planted || strings.Contains(string(out), lost) != planted {
			t.Fatalf("the harness did not find its planted bug %q, or one that is not there: %v\n%s", bug, err, out)
		}
		t.Logf("planted %q: lost %d batches", bug, strings.Count(string(out), lost))
	}
}

// process is one of the four.
type process struct {
	cmd    *exec.Cmd
	pid    int
	letGo  io.Writer
	talk   strings.Builder
	open   map[string]bool // ids it tries, and has had no answer for; nil until it tries one
	inside bool            // a transaction, or before telling of one, and waits to be let go
	doomed bool            // is killed at its next acknowledgement

	stopped, killed bool
}

// said is one line of one process; the last is empty.
type said struct {
	by   *process
	line string
	at   time.Time
}

// fate is what became of a batch.
type fate struct {
	acked    bool
	position uint64 // it was acknowledged at
	refused  bool   // the last that was said of it
}

// span is a time in which a process was stopped, or an append of it waited.
type span struct {
	pid      int
	from, to time.Time
	holding  bool   // it was stopped, and had the log's write lock
	told     string // it waited, and was refused for it
}

// processes is one round.
type processes struct {
	t       *testing.T
	r       *rand.Rand
	path    string
	most    time.Duration // a stop lasts
	started int
	running map[*process]bool
	said    chan said
	resume  chan *process
	ending  bool

	fates                                        map[string]fate
	stops, waits                                 []span
	kills, killsInside, stopsInside, busy, moved int
}

func newProcesses(t *testing.T, r *rand.Rand, most time.Duration) *processes {
	p := &processes{t: t, r: r, path: temp(t), most: most, running: map[*process]bool{}, fates: map[string]fate{},
		said: make(chan said, 1000), resume: make(chan *process, 1000)}
	open(t, p.path).Close()
	return p
}

// start starts one more process, which first tries ids another one left, and
// stays inside a transaction once in hold commits.
func (p *processes) start(ids map[string]bool, hold int) *process {
	p.started++
	read, write, err1 := os.Pipe()
	k := &process{cmd: exec.Command(os.Args[0], "-test.run", "^TestProcesses$")}
	left := strings.Join(slices.Collect(maps.Keys(ids)), " ")
	k.cmd.Env = append(os.Environ(), childLog+"="+p.path, fmt.Sprintf("%s=%d", childName, p.started), childIDs+"="+left, fmt.Sprintf("%s=%d", childHold, hold))
	k.cmd.ExtraFiles, k.cmd.Stdout, k.cmd.Stderr = []*os.File{write}, &k.talk, &k.talk
	letGo, err2 := k.cmd.StdinPipe()
	if err := errors.Join(err1, err2, k.cmd.Start(), write.Close()); err != nil {
		p.t.Fatal(err)
	}
	k.pid, k.letGo, p.running[k] = k.cmd.Process.Pid, letGo, true
	go func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			p.said <- said{k, lines.Text(), time.Now()}
		}
		read.Close()
		p.said <- said{by: k}
	}()
	return k
}

// round lets four processes append and disturbs them.
func (p *processes) round(length time.Duration) {
	defer func() {
		for k := range p.running { // left when the test has failed
			_ = k.cmd.Process.Kill()
		}
	}()
	for range 4 {
		p.start(nil, 10+p.r.IntN(40))
	}
	over, limit, disturb := time.After(length), time.After(length+time.Minute), time.After(0)
	var told time.Time
	for len(p.running) > 0 {
		select {
		case s := <-p.said:
			p.hear(s)
		case k := <-p.resume:
			p.carryOn(k)
		case <-disturb:
			p.disturb()
			disturb = time.After(time.Duration(20+p.r.IntN(300)) * time.Millisecond)
		case <-over:
			if p.kills == 0 || p.killsInside == 0 || p.stopsInside == 0 || len(p.stops) == p.stopsInside {
				over = time.After(length / 10) // not everything has been seen
				continue
			}
			p.ending, disturb, told = true, nil, time.Now()
			for k := range p.running {
				if p.carryOn(k); k.open == nil { // it does not listen yet
					p.kill(k)
				}
				_ = k.cmd.Process.Signal(syscall.SIGTERM)
			}
		case <-limit:
			p.t.Fatalf("the round does not end: %+v", p)
		}
	}
	if took := time.Since(told); took > promised+slack {
		p.t.Errorf("the processes ended %v after they were told to", took)
	}
}

// hear takes in a line.
func (p *processes) hear(s said) {
	k := s.by
	if s.line == "" {
		p.gone(k)
		return
	}
	var kind, id string
	var ms int
	if _, err := fmt.Sscan(s.line, &kind, &id, &ms); err != nil {
		p.t.Fatalf("%q: %v", s.line, err)
	}
	rest := strings.SplitN(s.line, " ", 4)[3:]
	waited := time.Duration(ms) * time.Millisecond
	if kind == "try" {
		if k.open == nil {
			k.open = map[string]bool{}
		}
		p.fates[id], k.open[id] = fate{}, true
		return
	}
	switch kind {
	case "inside":
		p.inside(k)
		return
	case "ack":
		f := fate{acked: true}
		if _, err := fmt.Sscan(rest[0], &f.position); err != nil {
			p.t.Fatalf("%q: %v", s.line, err)
		}
		p.fates[id] = f
		if k.doomed {
			p.kill(k)
		}
	case "moved":
		p.fates[id], p.moved = fate{refused: true}, p.moved+1
	case "busy":
		p.fates[id], p.busy = fate{refused: true}, p.busy+1
		p.waits = append(p.waits, span{pid: k.pid, from: s.at.Add(-waited), to: s.at, told: rest[0]})
	default:
		p.t.Errorf("process %d: %s", k.pid, s.line)
	}
	delete(k.open, id)
	if kind != "busy" && waited > promised+slack {
		p.waits = append(p.waits, span{pid: k.pid, from: s.at.Add(-waited), to: s.at})
	}
}

// What an append waits for another process at most, and what it may take beside.
const promised, slack = 5 * time.Second, time.Second

// inside decides what befalls a process that is inside a transaction.
func (p *processes) inside(k *process) {
	k.inside = true
	switch {
	case k.killed || k.stopped: // as it should be
	case p.ending:
		p.carryOn(k)
	case p.r.IntN(8) == 0:
		p.killsInside++
		k.doomed = true // now, or at an answer that comes before the commit
		time.AfterFunc(10*time.Millisecond, func() { p.resume <- k })
	case p.r.IntN(8) == 0:
		p.stopsInside++
		p.stop(k)
	default:
		p.carryOn(k)
	}
}

// disturb kills one of them or stops one, wherever it is.
func (p *processes) disturb() {
	for k := range p.running { // in random order
		if k.killed || k.stopped || k.inside {
			continue
		}
		switch chance := p.r.IntN(8); {
		case chance < 2:
			p.kill(k)
		case chance < 4:
			k.doomed = true
		default:
			p.stop(k)
		}
		return
	}
}

func (p *processes) kill(k *process) {
	if !k.killed {
		k.killed, p.kills = true, p.kills+1
		_ = k.cmd.Process.Kill()
	}
}

func (p *processes) stop(k *process) {
	k.stopped = true
	p.stops = append(p.stops, span{pid: k.pid, from: time.Now()})
	_ = k.cmd.Process.Signal(syscall.SIGSTOP)
	long := time.Duration(p.r.Int64N(int64(p.most)))
	if p.r.IntN(4) > 0 { // most are short, so that others get on
		long /= 20
	}
	time.AfterFunc(long, func() { p.resume <- k })
}

// carryOn ends a stop, and lets go what waits inside a transaction.
func (p *processes) carryOn(k *process) {
	if k.stopped {
		for i := range p.stops {
			if s := &p.stops[i]; s.pid == k.pid && s.to.IsZero() {
				s.to, s.holding = time.Now(), k.inside || writerOf(p.path) == k.pid
			}
		}
		_ = k.cmd.Process.Signal(syscall.SIGCONT)
		k.stopped = false
	}
	if k.inside && k.doomed {
		p.kill(k)
	} else if k.inside {
		k.inside = false
		_, _ = k.letGo.Write([]byte("\n")) // it may be killed
	}
}

// gone takes note that a process has ended, and starts another in its place.
func (p *processes) gone(k *process) {
	delete(p.running, k)
	if err := k.cmd.Wait(); err != nil && !k.killed || err == nil && !p.ending {
		p.t.Errorf("process %d ended by itself: %v\n%s", k.pid, err, &k.talk)
	}
	if !p.ending && !p.t.Failed() {
		p.start(k.open, 10+p.r.IntN(40))
	}
}

// judge holds the log against what was said, and the waits against the stops.
func (p *processes) judge() {
	p.t.Helper()
	v, err := Verify(p.t.Context(), p.path, nil, func(uint64) {})
	if err != nil || v.Finding != nil {
		p.t.Fatalf("the log is not whole: %+v, %v", v.Finding, err)
	}
	var acked, unsaid int
	at := map[string]uint64{}
	err = open(p.t, p.path).Read(p.t.Context(), 0, func(b *Batch) error {
		f, tried := p.fates[b.ID]
		switch {
		case b.Position != uint64(len(at)+1):
			p.t.Errorf("position %d where %d was due", b.Position, len(at)+1)
		case !tried || f.refused:
			p.t.Errorf("batch %d, %s, is in the log and was never tried, or refused", b.Position, b.ID)
		case at[b.ID] != 0:
			p.t.Errorf("%s stands at %d and at %d", b.ID, at[b.ID], b.Position)
		case string(b.Payload) != payloadOf(b.ID):
			p.t.Errorf("batch %d is not what was appended", b.Position)
		case !f.acked:
			unsaid++
		}
		at[b.ID] = b.Position
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for id, f := range p.fates {
		if !f.acked {
			continue
		}
		if acked++; at[id] == 0 {
			p.t.Errorf("%s %s", id, lost)
		} else if at[id] != f.position {
			p.t.Errorf("%s was acknowledged at %d and stands at %d", id, f.position, at[id])
		}
	}
	for _, w := range p.waits {
		p.judgeWait(w)
	}
	p.t.Logf("%d processes, %d batches tried, %d acknowledged, %d recorded without a word; %d killed, %d of them inside a transaction; %d stopped, %d inside; %d refused for another's head, %d for a held lock",
		p.started, len(p.fates), acked, unsaid, p.kills, p.killsInside, len(p.stops), p.stopsInside, p.moved, p.busy)
}

// judgeWait asks that a long wait was for a process that was stopped while it
// held the write lock, and that who was refused was told which; who was stopped
// itself, of whoever holds the lock when it goes on.
func (p *processes) judgeWait(w span) {
	var held, itself bool
	var pids []string
	for _, s := range p.stops {
		if s.from.Before(w.to) && s.to.After(w.from) && (s.holding || s.pid == w.pid) {
			held = true
			itself = itself || s.pid == w.pid
			pids = append(pids, fmt.Sprintf("process %d ", s.pid))
		}
	}
	named := runtime.GOOS != "linux" || w.told == "" || itself && strings.Contains(w.told, "process ")
	named = named || slices.ContainsFunc(pids, func(pid string) bool { return strings.Contains(w.told, pid) })
	if !held || !named {
		p.t.Errorf("process %d waited %v and was told %q; stopped holding the lock were %v", w.pid, w.to.Sub(w.from), w.told, pids)
	}
}
