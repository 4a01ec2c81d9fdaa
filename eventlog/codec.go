package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"utfall/domain"
)

// Events are recorded one JSON object a line. A payload of at least plainMax
// bytes is cut into zstd frames of frameEvents events, so that frames are
// made, and read, side by side.
const (
	plainMax    = 4 << 10
	frameEvents = 512
)

// entry is the recorded form of an event. Field order is part of the format.
type entry struct {
	ID           uuid.UUID     `json:"id"`
	Type         string        `json:"type"`
	Date         domain.Date   `json:"date,omitzero"`
	Subject      uuid.UUID     `json:"subject,omitzero"`
	Organisation uuid.UUID     `json:"organisation,omitzero"`
	Line         int           `json:"line,omitzero"`
	Column       int           `json:"column,omitzero"`
	Corrects     uuid.UUID     `json:"corrects,omitzero"`
	Supersedes   uint64        `json:"supersedes,omitzero"`
	Reason       domain.Sealed `json:"reason,omitzero"`
	Data         any           `json:"data"`
}

// entryIn reads what entry wrote; Data waits until the type is known.
type entryIn struct {
	entry
	Data jsontext.Value `json:"data"`
}

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(MaxPayload))
)

// Encode puts events into the batch: its payload, frames and event count.
func (b *Batch) Encode(events []domain.Event) error {
	parts := make([][]byte, (len(events)+frameEvents-1)/frameEvents)
	err := each(len(parts), func(i int) (err error) {
		parts[i], err = encodeLines(events[i*frameEvents : min((i+1)*frameEvents, len(events))])
		if err == nil {
			// What cannot be read back must never be recorded: it would stop
			// every projection from here on.
			_, err = decodeLines(parts[i], domain.Events)
		}
		return err
	})
	if err != nil {
		return err
	}
	b.Events, b.Frames, b.Payload = len(events), nil, nil
	if len(parts) == 1 && len(parts[0]) < plainMax {
		b.Payload = parts[0]
		return nil
	}
	_ = each(len(parts), func(i int) error {
		parts[i] = encoder.EncodeAll(parts[i], make([]byte, 0, len(parts[i])/3))
		return nil
	})
	for _, part := range parts {
		b.Frames = append(b.Frames, len(part))
		b.Payload = append(b.Payload, part...)
	}
	return nil
}

func encodeLines(events []domain.Event) ([]byte, error) {
	var buf bytes.Buffer
	out := jsontext.NewEncoder(&buf)
	for i := range events {
		e := &events[i]
		if err := e.Check(); err != nil {
			return nil, err
		}
		line := entry{e.ID, e.Data.Type(), e.Date, e.Subject, e.Organisation, e.Line, e.Column,
			e.Corrects, e.Supersedes, e.Reason, e.Data}
		if err := json.MarshalEncode(out, &line); err != nil {
			return nil, fmt.Errorf("encode %s: %w", e.Data.Type(), err)
		}
	}
	return buf.Bytes(), nil
}

// Decode gives the batch's events, old versions upcast to the newest.
func (b *Batch) Decode(register *domain.Register) ([]domain.Event, error) {
	frames, err := b.frames()
	if err != nil {
		return nil, err
	}
	parts := make([][]domain.Event, len(frames))
	err = each(len(frames), func(i int) (err error) {
		plain := frames[i]
		if len(b.Frames) > 0 {
			if plain, err = decoder.DecodeAll(frames[i], nil); err != nil {
				return fmt.Errorf("%w: frame %d: %w", ErrBatch, i+1, err)
			}
		}
		parts[i], err = decodeLines(plain, register)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read batch %d: %w", b.Position, err)
	}
	events := make([]domain.Event, 0, b.Events)
	for _, part := range parts {
		events = append(events, part...)
	}
	if len(events) != b.Events {
		return nil, fmt.Errorf("read batch %d: %w: %d events where the header says %d", b.Position, ErrBatch, len(events), b.Events)
	}
	return events, nil
}

// frames cuts the payload where the header says.
func (b *Batch) frames() ([][]byte, error) {
	if len(b.Frames) == 0 {
		return [][]byte{b.Payload}, nil
	}
	var out [][]byte
	rest := b.Payload
	for _, n := range b.Frames {
		if n > len(rest) {
			return nil, fmt.Errorf("read batch %d: %w: frames longer than the payload", b.Position, ErrBatch)
		}
		out = append(out, rest[:n])
		rest = rest[n:]
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("read batch %d: %w: payload longer than its frames", b.Position, ErrBatch)
	}
	return out, nil
}

func decodeLines(plain []byte, register *domain.Register) ([]domain.Event, error) {
	events := make([]domain.Event, 0, min(frameEvents, bytes.Count(plain, []byte{'\n'})))
	in := jsontext.NewDecoder(bytes.NewBuffer(plain))
	for in.PeekKind() != 0 {
		var line entryIn
		if err := json.UnmarshalDecode(in, &line); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBatch, err)
		}
		fact, err := register.Decode(line.Type, func(to any) error { return json.Unmarshal(line.Data, to) })
		if err != nil {
			return nil, fmt.Errorf("event %s: %w", line.ID, err)
		}
		events = append(events, domain.Event{ID: line.ID, Date: line.Date, Subject: line.Subject,
			Organisation: line.Organisation, Line: line.Line, Column: line.Column, Corrects: line.Corrects,
			Supersedes: line.Supersedes, Reason: line.Reason, Data: fact})
	}
	if _, err := in.ReadToken(); !errors.Is(err, io.EOF) || len(plain) > 0 && plain[len(plain)-1] != '\n' {
		return nil, fmt.Errorf("%w: it does not end after an event", ErrBatch)
	}
	return events, nil
}

// each calls do for 0 … n-1, on as many goroutines as there are processors,
// waits for all of them and gives their errors.
func each(n int, do func(int) error) error {
	if n == 1 {
		return do(0)
	}
	errs := make([]error, n)
	next := make(chan int)
	var done sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		done.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	done.Wait()
	return errors.Join(errs...)
}
