package sheet

import (
	"archive/zip"
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"

	"utfall/domain"
)

// archive is the container of an XLSX file: its directory checked, its parts
// found by name without regard to case, as the format wants.
type archive struct {
	r       io.ReaderAt
	entries []*zip.File
	parts   map[string]*zip.File // by lower-case name
	// unpacked counts the inflated bytes of all parts of one reading.
	unpacked int64
	checked  map[*zip.File]bool // read to its end and found whole
}

// openArchive reads the directory and refuses what could make the same bytes
// mean different things to different programs.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrAlgorithm) {
			return nil, refuse(hintFetchAgain, "filen är avkortad eller skadad: ingen hel ZIP-förteckning",
				"the file is cut off or damaged: no whole ZIP directory")
		}
		return nil, err
	}
	if len(z.File) > MaxEntries {
		return nil, refuse(hintHostile, "filen har %d delar, fler än gränsen på %d",
			"the file has %d parts, over the limit of %d", len(z.File), MaxEntries)
	}
	a := &archive{r: r, entries: z.File, parts: make(map[string]*zip.File), checked: make(map[*zip.File]bool)}
	for _, e := range a.entries {
		if err := a.admit(e); err != nil {
			return nil, err
		}
	}
	return a, a.checkLayout()
}

// admit takes one entry of the directory into the archive.
func (a *archive) admit(e *zip.File) error {
	name := e.Name
	switch {
	case e.Flags&1 != 0:
		return refuse(domain.T("Spara filen utan lösenord.", "Save the file without a password."),
			"delen %q är krypterad", "the part %q is encrypted", name)
	case e.Method != zip.Store && e.Method != zip.Deflate:
		return refuse(hintSaveAgain, "delen %q är packad med en okänd metod (%d)",
			"the part %q is packed by an unknown method (%d)", name, e.Method)
	case name == "" || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\:\x00") ||
		path.Clean(name) != strings.TrimSuffix(name, "/") || strings.HasPrefix(name, ".."):
		return refuse(hintHostile, "delen %q har ett otillåtet namn", "the part %q has a forbidden name", name)
	}
	key := strings.ToLower(name)
	if _, twice := a.parts[key]; twice {
		return refuse(hintHostile, "delen %q finns två gånger", "the part %q occurs twice", name)
	}
	a.parts[key] = e
	return nil
}

// checkLayout walks the local headers, which other programs may believe instead
// of the directory: each names the same part, and they follow on each other
// with neither overlap nor anything hidden between.
func (a *archive) checkLayout() error {
	byOffset := make([]entryPlace, 0, len(a.entries))
	for _, e := range a.entries {
		at, err := e.DataOffset()
		if err != nil {
			return errDirectory(e.Name)
		}
		byOffset = append(byOffset, entryPlace{e, at})
	}
	slices.SortFunc(byOffset, func(x, y entryPlace) int { return cmp.Compare(x.data, y.data) })
	var end int64
	for i, p := range byOffset {
		found := false
		for _, descriptor := range []int64{0, 16, 24, 12, 20} {
			if i == 0 && descriptor > 0 {
				break
			}
			if found = a.headerAt(end+descriptor, p); found {
				break
			}
		}
		if !found {
			return errDirectory(p.entry.Name)
		}
		end = p.data + int64(p.entry.CompressedSize64)
	}
	return nil
}

type entryPlace struct {
	entry *zip.File
	data  int64 // where its packed bytes start
}

// headerAt reports whether the local header of p stands at an offset.
func (a *archive) headerAt(at int64, p entryPlace) bool {
	if at < 0 || at+30+int64(len(p.entry.Name)) > p.data {
		return false
	}
	header := make([]byte, 30+len(p.entry.Name))
	if n, _ := a.r.ReadAt(header, at); n < len(header) || string(header[:4]) != "PK\x03\x04" {
		return false
	}
	name, extra := binary.LittleEndian.Uint16(header[26:]), binary.LittleEndian.Uint16(header[28:])
	return int(name) == len(p.entry.Name) && string(header[30:]) == p.entry.Name &&
		at+30+int64(name)+int64(extra) == p.data
}

func errDirectory(name string) *Error {
	return refuse(hintFetchAgain, "delen %q stämmer inte med filens ZIP-förteckning",
		"the part %q does not agree with the ZIP directory", name)
}

// find gives the part of a name, nil when there is none.
func (a *archive) find(name string) *zip.File { return a.parts[strings.ToLower(name)] }

// partReader inflates one part, and at its end has checked its sizes and its
// checksum. A part that was read to EOF from here is whole.
type partReader struct {
	ctx     context.Context
	a       *archive
	entry   *zip.File
	packed  *bufio.Reader
	inflate io.Reader
	sum     uint32
	read    int64
}

// open starts to read a part.
func (a *archive) open(ctx context.Context, e *zip.File) (*partReader, error) {
	raw, err := e.OpenRaw()
	if err != nil {
		return nil, errDirectory(e.Name)
	}
	p := &partReader{ctx: ctx, a: a, entry: e, packed: bufio.NewReaderSize(raw, 32<<10)}
	p.inflate = p.packed
	if e.Method == zip.Deflate {
		p.inflate = flate.NewReader(p.packed)
	}
	return p, nil
}

// Read implements io.Reader with the limits on what a part may inflate to.
func (p *partReader) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.inflate.Read(b)
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b[:n])
	p.read += int64(n)
	if !p.a.checked[p.entry] {
		p.a.unpacked += int64(n)
	}
	switch {
	case p.a.unpacked > MaxUnpacked:
		return 0, refuse(hintHostile, "filen blir över %d MB uppackad", "the file unpacks to over %d MB", MaxUnpacked>>20)
	case p.read > RatioJudgedAbove && p.read > MaxRatio*int64(p.entry.CompressedSize64):
		return 0, refuse(hintHostile, "delen %q blir över %d gånger så stor uppackad",
			"the part %q unpacks to over %d times its size", p.entry.Name, MaxRatio)
	case err == io.EOF:
		return n, p.finish()
	case err != nil:
		return 0, p.damaged(err)
	}
	return n, nil
}

// damaged tells a fault in the packed bytes from one of the reader under them.
func (p *partReader) damaged(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return refuse(hintFetchAgain, "delen %q är skadad: den går inte att packa upp",
			"the part %q is damaged: it does not unpack", p.entry.Name)
	}
	return err
}

// finish compares what was read with what the directory says, and gives io.EOF.
func (p *partReader) finish() error {
	if _, err := p.packed.ReadByte(); err != io.EOF {
		return refuse(hintFetchAgain, "delen %q är skadad: den har fler byte än den borde",
			"the part %q is damaged: it has more bytes than it should", p.entry.Name)
	}
	if uint64(p.read) != p.entry.UncompressedSize64 || p.sum != p.entry.CRC32 {
		return refuse(hintFetchAgain, "delen %q är skadad: kontrollsumman stämmer inte",
			"the part %q is damaged: its checksum is wrong", p.entry.Name)
	}
	p.a.checked[p.entry] = true
	return io.EOF
}
