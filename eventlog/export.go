package eventlog

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"utfall/domain"
)

// The export's lines; docs/log-format.md describes them.
type (
	exportHead struct {
		Utfall     string   `json:"utfall"` // "log"
		Format     int      `json:"format"`
		Batches    uint64   `json:"batches"`
		Events     uint64   `json:"events"`
		Root       []byte   `json:"root"`
		Checkpoint string   `json:"checkpoint"`
		PublicKeys []string `json:"public_keys"`
	}
	exportBatch struct {
		Batch exportHeader `json:"batch"`
	}
	exportHeader struct {
		Position   uint64            `json:"position"`
		ID         string            `json:"id"`
		RecordedAt string            `json:"recorded_at"`
		Actor      string            `json:"actor"`
		Kind       string            `json:"kind"`
		SHA256     string            `json:"sha256"`
		Name       domain.Sealed     `json:"name"`
		Sheet      domain.Sealed     `json:"sheet"`
		Program    string            `json:"program"`
		Events     int               `json:"events"`
		Frames     []int             `json:"frames,omitempty"`
		Metadata   map[string]string `json:"metadata,omitempty"`
		Leaf       []byte            `json:"leaf"`
		Stored     []byte            `json:"stored,omitempty"`
	}
)

const (
	exportFormat = 1
	exportMark   = `{"utfall":"log",` // how an export begins
)

// IsExport reports whether a file that begins so is an export of a log.
func IsExport(beginning []byte) bool { return bytes.HasPrefix(beginning, []byte(exportMark)) }

// Export writes the first batches of the log, as many as v has verified, with
// a signed checkpoint of theirs.
func (l *Log) Export(ctx context.Context, w io.Writer, v *Verified, checkpoint string, publicKeys []string) error {
	out := bufio.NewWriterSize(w, 1<<16)
	head := exportHead{"log", exportFormat, v.Batches, v.Events, v.Root[:], checkpoint, publicKeys}
	if err := writeJSON(out, &head); err != nil {
		return err
	}
	enough := errors.New("enough")
	err := l.Read(ctx, 0, func(b *Batch) error {
		if b.Position > v.Batches {
			return enough
		}
		return b.export(out)
	})
	if err != nil && !errors.Is(err, enough) {
		return err
	}
	return out.Flush()
}

func writeJSON(w *bufio.Writer, v any) error {
	if err := json.MarshalWrite(w, v, json.Deterministic(true)); err != nil {
		return err
	}
	return w.WriteByte('\n')
}

func (b *Batch) export(out *bufio.Writer) error {
	leaf := b.Leaf()
	h := exportHeader{b.Position, b.ID, b.RecordedAt.Format(time.RFC3339Nano), b.Actor, b.Source.Kind, b.Source.SHA256, b.Source.Name,
		b.Source.Sheet, b.Program, b.Events, b.Frames, b.Metadata, leaf[:], nil}
	if len(b.Frames) > 0 {
		h.Stored = b.Payload
	}
	if err := writeJSON(out, &exportBatch{h}); err != nil {
		return err
	}
	return b.lines(func(plain []byte) error {
		_, err := out.Write(plain)
		return err
	})
}

// lines hands over the payload's lines of events, frame by frame.
func (b *Batch) lines(each func(plain []byte) error) error {
	frames, err := b.frames()
	if err != nil {
		return err
	}
	for i, plain := range frames {
		if len(b.Frames) > 0 {
			if plain, err = decoder.DecodeAll(plain, nil); err != nil {
				return fmt.Errorf("read batch %d: %w: frame %d: %w", b.Position, ErrBatch, i+1, err)
			}
		}
		if err := each(plain); err != nil {
			return err
		}
	}
	return nil
}

// ErrExport is returned for a file that is no export, or a damaged one. The
// message says which line.
var ErrExport = errors.New("not a whole export of a log")

// Imported is what an export held.
type Imported struct {
	Batches, Events uint64
	PublicKeys      []string
	Checkpoint      string
}

// importing reads an export line by line.
type importing struct {
	in     *bufio.Reader
	line   int
	head   exportHead
	events uint64
	read   uint64
}

func (m *importing) fail(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrExport, m.line, fmt.Errorf(format, args...))
}

func (m *importing) next() ([]byte, error) {
	m.line++
	line, err := m.in.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return nil, m.fail("the file ends here, in the middle")
	}
	return line, err
}

// ImportExport records an export in an empty log: the same batches, byte for
// byte, and so the same tree. It records all or nothing. dry only checks.
func (l *Log) ImportExport(ctx context.Context, r io.Reader, dry bool) (*Imported, error) {
	m := &importing{in: bufio.NewReaderSize(r, 1<<16)}
	line, err := m.next()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(line, &m.head); err != nil || m.head.Utfall != "log" {
		return nil, m.fail("it is not the beginning of an export")
	}
	if m.head.Format != exportFormat {
		return nil, m.fail("format %d of an export, this program reads %d", m.head.Format, exportFormat)
	}
	if len(m.head.PublicKeys) > 0 {
		c, err := OpenCheckpoint(m.head.Checkpoint, m.head.PublicKeys)
		if err != nil || c.Size != m.head.Batches || !bytes.Equal(c.Root[:], m.head.Root) {
			return nil, m.fail("its checkpoint does not hold: %w", errors.Join(err, ErrCheckpoint))
		}
	}
	var edge frontier
	batch := func() (*Batch, error) {
		b, err := m.batch(ctx)
		if err == nil && b != nil {
			edge.add(b.Leaf(), nil)
			return b, nil
		}
		if root := edge.root(); err == nil && !bytes.Equal(root[:], m.head.Root) {
			err = m.fail("the batches do not give the root that stands on line 1")
		}
		return nil, err
	}
	if dry {
		for b, err := batch(); b != nil || err != nil; b, err = batch() {
			if err != nil {
				return nil, err
			}
		}
	} else if _, err := l.fill(ctx, batch); err != nil {
		return nil, err
	}
	l.ring()
	return &Imported{m.read, m.events, m.head.PublicKeys, m.head.Checkpoint}, nil
}

// batch reads the next batch, nil after the last.
func (m *importing) batch(ctx context.Context) (*Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if m.read == m.head.Batches {
		if _, err := m.in.ReadByte(); !errors.Is(err, io.EOF) {
			return nil, m.fail("something stands after the last batch")
		}
		if m.events != m.head.Events {
			return nil, m.fail("%d events where line 1 says %d", m.events, m.head.Events)
		}
		return nil, nil
	}
	line, err := m.next()
	if err != nil {
		return nil, err
	}
	var x exportBatch
	if err := json.Unmarshal(line, &x); err != nil {
		return nil, m.fail("not the header of a batch")
	}
	h := x.Batch
	at, err := time.Parse(time.RFC3339Nano, h.RecordedAt)
	if err != nil || h.Events < 0 {
		return nil, m.fail("not the header of a batch")
	}
	b := &Batch{Position: h.Position, ID: h.ID, RecordedAt: at, Actor: h.Actor, Source: Source{h.Kind, h.SHA256, h.Name, h.Sheet},
		Program: h.Program, Events: h.Events, Frames: h.Frames, Metadata: h.Metadata, Payload: h.Stored}
	var plain []byte
	for range h.Events {
		event, err := m.next()
		if err != nil {
			return nil, err
		}
		plain = append(plain, event...)
	}
	if err := m.fits(b, plain, h.Leaf); err != nil {
		return nil, err
	}
	m.read++
	m.events += uint64(h.Events)
	return b, nil
}

// fits gives a batch its payload and checks that lines, payload and leaf agree.
func (m *importing) fits(b *Batch, plain, leaf []byte) error {
	if len(b.Frames) == 0 {
		b.Payload = plain
	} else {
		rest := plain
		err := b.lines(func(frame []byte) error {
			if !bytes.HasPrefix(rest, frame) {
				return errors.New("the events are not those of the stored payload")
			}
			rest = rest[len(frame):]
			return nil
		})
		if err != nil || len(rest) > 0 {
			return m.fail("batch %d: the events are not those of the stored payload", b.Position)
		}
	}
	if got := b.Leaf(); !bytes.Equal(got[:], leaf) {
		return m.fail("batch %d is not the one that was hashed", b.Position)
	}
	if _, err := b.Decode(domain.Events); err != nil {
		return m.fail("%w", err)
	}
	return nil
}
