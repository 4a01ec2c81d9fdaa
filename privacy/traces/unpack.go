package traces

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

const (
	// deepest is how many archives and compressed streams may lie in each other.
	deepest = 4
	// largestInner is the largest archive within another one: its directory is
	// at its end, so it is held in memory.
	largestInner = 256 << 20
)

// Errors about what could not be looked into.
var (
	ErrDeep  = errors.New("nested more than 4 deep")
	ErrLarge = errors.New("an archive of more than 256 MiB within another file")
)

// A packing is a way in which content is packed, known by its first bytes.
type packing struct {
	name  string
	magic func(head []byte) bool
	// open unpacks a stream. Archives have none.
	open func(io.Reader) (io.Reader, func(), error)
	// weak is a magic that other content has by chance.
	weak bool
}

func begins(magics ...string) func([]byte) bool {
	return func(head []byte) bool {
		for _, m := range magics {
			if bytes.HasPrefix(head, []byte(m)) {
				return true
			}
		}
		return false
	}
}

var packings = []packing{
	{name: "zip", magic: begins("PK\x03\x04", "PK\x05\x06")},
	{name: "gzip", magic: begins("\x1f\x8b\x08"), open: func(r io.Reader) (io.Reader, func(), error) {
		z, err := gzip.NewReader(r)
		return z, func() {}, err
	}},
	{name: "zstd", magic: begins("\x28\xb5\x2f\xfd"), open: func(r io.Reader) (io.Reader, func(), error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}},
	{name: "zlib", magic: isZlib, weak: true, open: func(r io.Reader) (io.Reader, func(), error) {
		z, err := zlib.NewReader(r)
		return z, func() {}, err
	}},
}

// isZlib tells by the two bytes of RFC 1950: deflate, a window it can have, no
// dictionary, and a multiple of 31.
func isZlib(head []byte) bool {
	return len(head) >= 2 && head[0]&0x0f == 8 && head[0]>>4 <= 7 && head[1]&0x20 == 0 && (int(head[0])<<8|int(head[1]))%31 == 0
}

// packed is how content that begins like this is packed, nil for not at all.
func packed(head []byte) *packing {
	for i, p := range packings {
		if p.magic(head) {
			return &packings[i]
		}
	}
	return nil
}

// content looks through what r gives, as it is and, where it is packed, also
// unpacked. whole is the same content where it can be read in any order.
func (f *finder) content(r io.Reader, whole *seekable, at Hit, depth int) error {
	raw := f.m.newStream(f.chunk, f.tell(at))
	defer raw.finish()
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	r = io.MultiReader(bytes.NewReader(head), r)
	how := packed(head)
	if how == nil {
		_, err = io.Copy(raw, r)
		return err
	}
	r = io.TeeReader(r, raw)
	switch {
	case depth == deepest:
		if !how.weak || opens(how, r) {
			f.blind(at.File, at.Member, ErrDeep)
		}
	case how.open == nil:
		if err := f.archive(r, whole, at, depth); err != nil {
			f.blind(at.File, at.Member, fmt.Errorf("%s: %w", how.name, err))
		}
	default:
		if err := f.unpack(how, r, at, depth); err != nil && !how.weak {
			f.blind(at.File, at.Member, fmt.Errorf("%s: %w", how.name, err))
		}
	}
	_, err = io.Copy(io.Discard, r) // what the unpacking did not read
	return err
}

// opens reports whether content can be unpacked, at least its beginning.
func opens(how *packing, r io.Reader) bool {
	z, done, err := how.open(r)
	if err != nil {
		return false
	}
	defer done()
	_, err = io.CopyN(io.Discard, z, 64)
	return err == nil || errors.Is(err, io.EOF) // and not an unexpected one
}

// unpack looks through what a compressed stream holds.
func (f *finder) unpack(how *packing, r io.Reader, at Hit, depth int) error {
	z, done, err := how.open(r)
	if err != nil {
		return err
	}
	defer done()
	return f.content(z, nil, inside(at, how.name), depth+1)
}

// archive looks through the members of a zip archive.
func (f *finder) archive(r io.Reader, whole *seekable, at Hit, depth int) error {
	if whole == nil {
		b, err := io.ReadAll(io.LimitReader(r, largestInner+1))
		if err != nil {
			return err
		}
		if len(b) > largestInner {
			return ErrLarge
		}
		whole = &seekable{bytes.NewReader(b), int64(len(b))}
	}
	z, err := zip.NewReader(whole, whole.size)
	if err != nil {
		return err
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	for _, member := range z.File {
		in := inside(at, f.masked(member.Name))
		if err := f.member(member, in, depth+1); err != nil {
			f.blind(in.File, in.Member, err)
		}
	}
	return nil
}

func (f *finder) member(member *zip.File, at Hit, depth int) error {
	r, err := member.Open()
	if err != nil {
		return err
	}
	return errors.Join(f.content(r, nil, at, depth), r.Close())
}

// inside is a place one step further in.
func inside(at Hit, name string) Hit {
	if at.Member != "" {
		name = at.Member + " → " + name
	}
	return Hit{File: at.File, Member: name}
}
