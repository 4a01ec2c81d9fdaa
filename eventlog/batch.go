package eventlog

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"utfall/domain"
)

// Source is where a batch came from.
type Source struct {
	Kind   string        // members, attendance, …, or the command that recorded it
	SHA256 string        // of the file in hex, empty when there was none
	Name   domain.Sealed // the file's name
	Sheet  domain.Sealed // the sheet read, for a workbook with several
}

// Batch is one entry of the log: a header and the encoded events.
type Batch struct {
	Position   uint64 // given by the log
	ID         string // UUIDv5 for imports, else v7
	RecordedAt time.Time
	Actor      string // account id
	Source     Source
	Program    string // version of the program that recorded it
	Events     int    // number of events in Payload
	Frames     []int  // lengths of Payload's zstd frames; empty: Payload is plain
	Metadata   map[string]string
	Payload    []byte
}

// Undoes is the metadata key under which an undo names the batch it took back.
const Undoes = "undoes"

// Limits of one batch.
const (
	MaxPayload  = 512 << 20
	maxField    = 64 << 10
	maxMetadata = 256
	maxFrames   = 1 << 16
)

// ErrBatch is returned for a batch over a limit or one that cannot be read back.
var ErrBatch = errors.New("malformed batch")

const recordVersion = 1

// appendRecord writes the batch as the log stores it: a header of fixed
// fields, each number 8 bytes big-endian, each text its length and its bytes,
// then the payload. Length prefixes make the encoding unambiguous, which the
// hashes of the tree rest on; docs/log-format.md is its description.
func (b *Batch) appendRecord(to []byte, metadata []string) []byte {
	start := len(to)
	to = num(to, 0) // length of the header, filled in below
	to = num(to, recordVersion)
	to = num(to, b.Position)
	to = num(to, uint64(b.RecordedAt.UnixNano()))
	for _, s := range []string{b.ID, b.Actor, b.Source.Kind, b.Source.SHA256,
		string(b.Source.Name), string(b.Source.Sheet), b.Program} {
		to = text(to, s)
	}
	to = num(to, uint64(b.Events))
	to = num(to, uint64(len(b.Frames)))
	for _, n := range b.Frames {
		to = num(to, uint64(n))
	}
	to = num(to, uint64(len(metadata)))
	for _, key := range metadata {
		to = text(text(to, key), b.Metadata[key])
	}
	binary.BigEndian.PutUint64(to[start:], uint64(len(to)-start-8))
	return append(num(to, uint64(len(b.Payload))), b.Payload...)
}

// metadataKeys are the keys in the order they are stored in.
func (b *Batch) metadataKeys() []string { return slices.Sorted(maps.Keys(b.Metadata)) }

// record is one batch as it is stored: the header with its length before it,
// and the payload.
type record struct{ header, payload []byte }

func (r record) sum() [sha256.Size]byte { return sha256.Sum256(r.payload) }

// cutRecord cuts the first record off b without reading its header.
func cutRecord(b []byte) (r record, rest []byte, err error) {
	f := fields{b: b}
	header := f.bytes(len(b))
	r.payload = f.bytes(MaxPayload)
	if f.err == nil {
		r.header = b[:8+len(header)]
	}
	return r, f.b, f.err
}

func num(to []byte, n uint64) []byte { return binary.BigEndian.AppendUint64(to, n) }

func text(to []byte, s string) []byte { return append(num(to, uint64(len(s))), s...) }

// fields reads what appendRecord wrote; the first error sticks.
type fields struct {
	b   []byte
	err error
}

func (f *fields) num() uint64 {
	if f.err != nil || len(f.b) < 8 {
		f.fail("unexpected end")
		return 0
	}
	n := binary.BigEndian.Uint64(f.b)
	f.b = f.b[8:]
	return n
}

func (f *fields) count(max int) int {
	n := f.num()
	if n > uint64(max) {
		f.fail("a number over its limit")
		return 0
	}
	return int(n)
}

func (f *fields) bytes(max int) []byte {
	n := f.count(max)
	if n > len(f.b) {
		f.fail("unexpected end")
		return nil
	}
	b := f.b[:n]
	f.b = f.b[n:]
	return b
}

func (f *fields) fail(what string) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: %s", ErrBatch, what)
	}
}

// readRecord reads one record from the start of b and gives the rest. The
// payload is a slice of b.
func readRecord(b []byte) (*Batch, []byte, error) {
	r, rest, err := cutRecord(b)
	if err != nil {
		return nil, nil, err
	}
	out, err := readHeader(r.header)
	if err != nil {
		return nil, nil, err
	}
	out.Payload = r.payload
	return out, rest, nil
}

// header is a record's header, its texts still slices of the record.
type header struct {
	position, recorded uint64
	texts              [7][]byte // id, actor, kind, sha256, name, sheet, program
	events             int
	frames             []int
	metadata           [][2][]byte
}

// walk reads a header, its length first, into h, whose slices are reused. Only
// what appendRecord would have written is accepted.
func (h *header) walk(b []byte) error {
	f := fields{b: b}
	f.num() // its length: cutRecord has seen to that
	if v := f.num(); v != recordVersion && f.err == nil {
		return fmt.Errorf("%w: record version %d: this log was written by a newer program", ErrBatch, v)
	}
	h.position, h.recorded = f.num(), f.num()
	for i := range h.texts {
		h.texts[i] = f.bytes(maxField)
	}
	h.events = f.count(MaxPayload)
	h.frames, h.metadata = h.frames[:0], h.metadata[:0]
	for range f.count(maxFrames) {
		h.frames = append(h.frames, f.count(MaxPayload))
	}
	for n := range f.count(maxMetadata) {
		pair := [2][]byte{f.bytes(maxField), f.bytes(maxField)}
		if n > 0 && bytes.Compare(pair[0], h.metadata[n-1][0]) <= 0 {
			f.fail("metadata out of order")
		}
		h.metadata = append(h.metadata, pair)
	}
	if f.err == nil && len(f.b) > 0 {
		f.fail("trailing bytes in the header")
	}
	return f.err
}

// readHeader reads a record's header into a batch without payload.
func readHeader(b []byte) (*Batch, error) {
	var h header
	if err := h.walk(b); err != nil {
		return nil, err
	}
	out := &Batch{Position: h.position, RecordedAt: time.Unix(0, int64(h.recorded)).UTC(), Events: h.events, Frames: h.frames}
	for i, to := range []*string{&out.ID, &out.Actor, &out.Source.Kind, &out.Source.SHA256,
		(*string)(&out.Source.Name), (*string)(&out.Source.Sheet), &out.Program} {
		*to = string(h.texts[i])
	}
	for _, pair := range h.metadata {
		if out.Metadata == nil {
			out.Metadata = map[string]string{}
		}
		out.Metadata[string(pair[0])] = string(pair[1])
	}
	return out, nil
}

// check refuses a batch over a limit before it meets the log.
func (b *Batch) check() error {
	if b.ID == "" {
		return fmt.Errorf("%w: no id", ErrBatch)
	}
	if year := b.RecordedAt.Year(); year < 1678 || year > 2261 {
		return fmt.Errorf("%w: recorded in the year %d, which nanoseconds of 64 bits cannot tell", ErrBatch, year)
	}
	if len(b.Payload) > MaxPayload || len(b.Metadata) > maxMetadata || len(b.Frames) > maxFrames {
		return fmt.Errorf("%w: over a limit", ErrBatch)
	}
	for key, value := range b.Metadata {
		if len(key) > maxField || len(value) > maxField {
			return fmt.Errorf("%w: a metadata field over %d bytes", ErrBatch, maxField)
		}
	}
	for _, s := range []string{b.ID, b.Actor, b.Source.Kind, b.Source.SHA256, string(b.Source.Name), string(b.Source.Sheet), b.Program} {
		if len(s) > maxField {
			return fmt.Errorf("%w: a header field over %d bytes", ErrBatch, maxField)
		}
	}
	return nil
}
