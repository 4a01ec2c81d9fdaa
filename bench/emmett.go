package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"
)

// emmett is Emmett's event store on PostgreSQL: a Node process that is told
// each load on its standard input. peers/emmett.mjs says why that is fair.
type emmett struct {
	work    *work
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *bufio.Reader
	talk    bytes.Buffer // what it says on standard error; read once it has ended
}

func startEmmett(folder, socket string, w *work) (*emmett, error) {
	s := &emmett{work: w, cmd: exec.Command("node", filepath.Join(folder, "emmett.mjs"), socket, fmt.Sprint(connections))}
	s.cmd.Stderr = &s.talk
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	s.answers = bufio.NewReaderSize(out, 1<<20)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	// It says when it is warm, so that it is not while others have their turn.
	_, err = s.answer(time.Minute)
	return s, err
}

func (s *emmett) name() string    { return "Emmett" }
func (s *emmett) takes(load) bool { return true }

// ended says why its process did.
func (s *emmett) ended() error {
	err := s.cmd.Wait()
	return fmt.Errorf("its process has ended: %v: %s", err, firstError(s.talk.Bytes()))
}

// close ends its input, upon which it ends by itself.
func (s *emmett) close() {
	s.in.Close()
	late := time.AfterFunc(10*time.Second, func() { s.cmd.Process.Kill() })
	defer late.Stop()
	s.cmd.Wait()
}

func (s *emmett) load(l load, warm, window time.Duration) (sample, error) {
	err := json.NewEncoder(s.in).Encode(map[string]any{
		"callers": l.callers, "events": l.events, "data": json.RawMessage(s.work.lines[0]),
		"warm": warm.Milliseconds(), "window": window.Milliseconds(),
	})
	if err != nil {
		return sample{}, s.ended()
	}
	answered, err := s.answer(warm + window + time.Minute)
	if err != nil {
		return sample{}, err
	}
	waits := make([]time.Duration, len(answered))
	for i, ms := range answered {
		waits[i] = time.Duration(ms * float64(time.Millisecond))
	}
	return newSample(l, window, waits)
}

// answer reads a line: how long each call took, in milliseconds.
func (s *emmett) answer(limit time.Duration) ([]float64, error) {
	late := time.AfterFunc(limit, func() { s.cmd.Process.Kill() })
	defer late.Stop()
	line, err := s.answers.ReadBytes('\n')
	if err != nil {
		return nil, s.ended()
	}
	var answer struct {
		Error string
		Waits []float64
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	return answer.Waits, nil
}
