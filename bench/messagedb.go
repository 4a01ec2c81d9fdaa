package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// connections is how many the callers share on PostgreSQL. Both peers were
// fastest with 16 to 32 on two processors; with one for each of 256 callers,
// message-db did less than half.
const connections = 32

// messageDB is message-db on PostgreSQL, driven by pgbench.
//
// Fair to it: pgbench is PostgreSQL's own load generator, in C, and takes next
// to nothing of the processor; the statement is prepared once; ids are made by
// the server, and nothing but the event is sent. A batch is one statement in
// one transaction, without a round trip for each event: faster than 1,000
// calls in a pipeline.
type messageDB struct {
	dir, pgbench, socket string
	work                 *work
	// apart gives every connection a category of its own. message-db takes a
	// lock on the category while it writes, so that readers of a category miss
	// nothing; attendances are one category, and with one each they cannot be
	// read in order. It is what PostgreSQL could do without that lock.
	apart bool
}

func (s *messageDB) name() string {
	if s.apart {
		return "message-db, a category each"
	}
	return "message-db"
}

func (s *messageDB) takes(l load) bool { return l.events == 1 || !s.apart }
func (s *messageDB) close()            {}

func (s *messageDB) load(l load, warm, window time.Duration) (sample, error) {
	dir, err := os.MkdirTemp(s.dir, "pgbench")
	if err != nil {
		return sample{}, err
	}
	defer os.RemoveAll(dir)
	script := filepath.Join(dir, "append.sql")
	if err := os.WriteFile(script, []byte(s.script(l)), 0o600); err != nil {
		return sample{}, err
	}
	used := min(l.callers, connections)
	seconds := int((warm + window + time.Second - 1) / time.Second) // it knows whole ones only
	ctx, cancel := context.WithTimeout(context.Background(), warm+window+time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.pgbench, "--no-vacuum", "--protocol=prepared", "--file="+script,
		fmt.Sprint("--client=", used), fmt.Sprint("--time=", seconds), "--define=body="+string(s.work.lines[0]),
		"--log", "--log-prefix="+filepath.Join(dir, "log"), "message_store")
	cmd.Env = append(os.Environ(), "PGHOST="+s.socket, "PGUSER=postgres", "PGOPTIONS=-c search_path=message_store,public")
	if out, err := cmd.CombinedOutput(); err != nil {
		return sample{}, fmt.Errorf("pgbench: %w: %s", err, firstError(out))
	}
	logs, err := filepath.Glob(filepath.Join(dir, "log.*"))
	if err != nil || len(logs) != 1 {
		return sample{}, errors.Join(err, fmt.Errorf("pgbench left %d logs", len(logs)))
	}
	content, err := os.ReadFile(logs[0])
	if err != nil {
		return sample{}, err
	}
	answered, err := readLog(content)
	if err != nil {
		return sample{}, err
	}
	return newSample(l, window, queued(answered, l.callers, warm, window))
}

// script is what a connection runs again and again.
func (s *messageDB) script(l load) string {
	const call = "write_message(gen_random_uuid()::text, %s, 'AttendanceRecorded', %s)"
	switch {
	case l.events > 1:
		var bodies []string
		for _, line := range s.work.lines[:l.events] {
			// pgbench would take :true for a variable of its own.
			bodies = append(bodies, "'"+strings.ReplaceAll(string(line), ":", ": ")+"'")
		}
		return fmt.Sprintf("select count("+call+") from unnest(array[%s]) body;\n",
			"'attendance-' || :client_id", "body::jsonb", strings.Join(bodies, ", "))
	case s.apart:
		return fmt.Sprintf("select "+call+";\n", "'attendance' || :client_id || '-1'", ":body")
	default:
		return fmt.Sprintf("select "+call+";\n", "'attendance-' || :client_id", ":body")
	}
}

// firstError finds what a program said before it gave up.
func firstError(out []byte) string {
	for line := range bytes.Lines(out) {
		if bytes.Contains(line, []byte("rror: ")) {
			return string(bytes.TrimSpace(line))
		}
	}
	return "it did not say why"
}

// answer is one line of pgbench's log: when a connection was answered, and how
// long that took.
type answer struct {
	connection int
	at, took   time.Duration
}

func readLog(content []byte) ([]answer, error) {
	var out []answer
	for line := range bytes.Lines(content) {
		var connection, number, script, took, seconds, micros int64
		if _, err := fmt.Sscan(string(line), &connection, &number, &took, &script, &seconds, &micros); err != nil {
			return nil, fmt.Errorf("pgbench's log: %w", err)
		}
		at := time.Duration(seconds)*time.Second + time.Duration(micros)*time.Microsecond
		out = append(out, answer{int(connection), at, time.Duration(took) * time.Microsecond})
	}
	if len(out) == 0 {
		return nil, errors.New("pgbench's log is empty")
	}
	return out, nil
}

// queued gives how long each call took within the window when more callers
// than connections wait in line: whoever is answered asks again and stands
// last, and the first in line has the connection. Connections are never idle,
// just as pgbench's are not, so its log tells when each is free.
func queued(answered []answer, callers int, warm, window time.Duration) []time.Duration {
	began := answered[0].at - answered[0].took
	asked := map[int]time.Duration{} // by connection: when its caller asked
	var line []time.Duration         // when those in line asked
	for range callers - min(callers, connections) {
		line = append(line, began)
	}
	var waits []time.Duration
	for _, a := range answered {
		since, ok := asked[a.connection]
		if !ok {
			since = began
		}
		if at := a.at - began; at >= warm && at < warm+window {
			waits = append(waits, a.at-since)
		}
		line = append(line, a.at)
		asked[a.connection], line = line[0], line[1:]
	}
	return waits
}
