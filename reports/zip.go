package reports

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"regexp"
	"slices"

	"github.com/klauspost/compress/flate"
)

// contentTypes is the part that lists the kinds of all the others.
const contentTypes = "[Content_Types].xml"

// maxPart is the longest part a workbook may have here: beyond it a zip needs
// the 64-bit form, which Excel reads only with care.
const maxPart = math.MaxUint32 - 1

// archive is a zip whose bytes depend on its contents alone: parts in the
// order of their names, no times. Parts wait compressed, in memory and beyond
// spoolMemory in a file, since the workbook hands them over in map order.
type archive struct {
	out   io.Writer
	level int
	parts []*part
	spool spool
}

// part is one file of the archive, compressed as it is written.
type part struct {
	name  string
	into  *spool
	press *flate.Writer
	sum   hash.Hash32
	size  uint64
	from  int64 // where it begins in the spool
	to    int64
	plain bytes.Buffer // of [Content_Types].xml, which is sorted before it is pressed
}

// newArchive makes an archive that is written to out by Close.
func newArchive(out io.Writer, level int) *archive { return &archive{out: out, level: level} }

// Create begins the next part; the one before it is finished.
func (a *archive) Create(name string) (io.Writer, error) {
	if err := a.finish(); err != nil {
		return nil, err
	}
	p := &part{name: name, into: &a.spool, sum: crc32.NewIEEE(), from: a.spool.size}
	a.parts = append(a.parts, p)
	if name == contentTypes {
		return &p.plain, nil
	}
	return p, p.open(a.level)
}

// AddFS is refused: a workbook has no use for it.
func (a *archive) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the archive.
func (a *archive) Close() (err error) {
	defer func() { err = errors.Join(err, a.spool.close()) }()
	if err := a.finish(); err != nil {
		return err
	}
	slices.SortFunc(a.parts, func(p, q *part) int { return cmp.Compare(p.name, q.name) })
	z := zip.NewWriter(a.out)
	for _, p := range a.parts {
		w, err := z.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum.Sum32(),
			CompressedSize64: uint64(p.to - p.from), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if err := a.spool.copy(w, p.from, p.to); err != nil {
			return err
		}
	}
	return z.Close()
}

// finish ends the part that is being written.
func (a *archive) finish() error {
	if len(a.parts) == 0 {
		return nil
	}
	p := a.parts[len(a.parts)-1]
	if p.name == contentTypes && p.press == nil {
		if err := p.open(a.level); err != nil {
			return err
		}
		if _, err := p.Write(sortedTypes(p.plain.Bytes())); err != nil {
			return err
		}
	}
	return p.close()
}

func (p *part) open(level int) (err error) {
	p.press, err = flate.NewWriter(p.into, level)
	return err
}

// Write presses bytes into the spool.
func (p *part) Write(b []byte) (int, error) {
	p.size += uint64(len(b))
	if p.size > maxPart {
		return 0, fmt.Errorf("part %s: more than %d bytes", p.name, uint64(maxPart))
	}
	p.sum.Write(b)
	return p.press.Write(b)
}

func (p *part) close() error {
	if p.to != 0 {
		return nil
	}
	err := p.press.Close()
	p.to = p.into.size
	return err
}

var typeElement = regexp.MustCompile(`<(?:Default|Override)\b[^>]*?(?:/>|></(?:Default|Override)>)`)

// sortedTypes is [Content_Types].xml with its children in order: the workbook
// takes them from a map.
func sortedTypes(b []byte) []byte {
	at := typeElement.FindAllIndex(b, -1)
	if len(at) == 0 {
		return b
	}
	children := typeElement.FindAll(b, -1)
	slices.SortFunc(children, bytes.Compare)
	out := bytes.Clone(b[:at[0][0]])
	out = append(out, bytes.Join(children, nil)...)
	return append(out, b[at[len(at)-1][1]:]...)
}

// spoolMemory is what a spool holds in memory before it takes to a file.
const spoolMemory = 8 << 20

// spool keeps bytes until they are copied out: the last of them in memory, the
// rest in a file that has no name, so that nothing is left if the program dies.
type spool struct {
	size int64
	held bytes.Buffer
	file *os.File
	name string // of a file that could not be unlinked while open
}

// Write appends to the spool.
func (s *spool) Write(b []byte) (int, error) {
	n, err := s.held.Write(b)
	s.size += int64(n)
	if err == nil && s.held.Len() > spoolMemory {
		err = s.flush()
	}
	return n, err
}

func (s *spool) flush() (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp("", tempPattern()); err != nil {
			return err
		}
		if os.Remove(s.file.Name()) != nil {
			s.name = s.file.Name()
		}
	}
	_, err = s.held.WriteTo(s.file)
	return err
}

// copy writes the bytes of a span to w.
func (s *spool) copy(w io.Writer, from, to int64) error {
	if s.file == nil {
		_, err := w.Write(s.held.Bytes()[from:to])
		return err
	}
	if err := s.flush(); err != nil {
		return err
	}
	_, err := io.Copy(w, io.NewSectionReader(s.file, from, to-from))
	return err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.name != "" {
		err = errors.Join(err, os.Remove(s.name))
	}
	s.file = nil
	return err
}
