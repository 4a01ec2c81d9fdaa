package traces

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrShort is what a needle of fewer than four bytes is refused with: it stands
// everywhere by chance.
var ErrShort = errors.New("shorter than 4 bytes")

// Find looks for the needles in every byte and every name of what is below the
// roots, which may be files. Links below them are not followed. The hits come in
// the order of the roots and of the files in each. An error tells what could not
// be looked into, beside the hits in all the rest.
func Find(roots []string, needles [][]byte) ([]Hit, error) {
	for i, n := range needles {
		if len(n) < shortest {
			return nil, fmt.Errorf("needle %d: %w", i, ErrShort)
		}
	}
	f := &finder{m: newMatcher(needles), chunk: 256 << 10}
	for _, root := range roots {
		if real, err := filepath.EvalSymlinks(root); err == nil {
			root = real
		}
		// What goes wrong is noted where it does, and the walk goes on.
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				f.blind(f.masked(path), "", err)
				return nil
			}
			f.entry(root, path, d)
			return nil
		})
	}
	return f.hits, errors.Join(f.faults...)
}

// finder looks through one tree after another.
type finder struct {
	m      *matcher
	chunk  int
	hits   []Hit
	faults []error
}

// entry looks through one name, and the file or the link of that name.
func (f *finder) entry(root, path string, d fs.DirEntry) {
	shown := f.masked(path)
	if path != root || !d.IsDir() {
		name := filepath.Base(path) // those before it had their turn
		f.bytes(name, Hit{File: shown, Offset: int64(len(path) - len(name)), InName: true})
	}
	var err error
	switch {
	case d.Type().IsRegular():
		err = f.file(path, shown)
	case d.Type()&fs.ModeSymlink != 0:
		var target string
		target, err = os.Readlink(path)
		f.bytes(target, Hit{File: shown, Member: "link"})
	}
	if err != nil {
		f.blind(shown, "", err)
	}
}

// file looks through a file, as it is and unpacked.
func (f *finder) file(path, shown string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return f.content(file, &seekable{file, info.Size()}, Hit{File: shown}, 0)
}

// seekable is content of known size that can be read in any order.
type seekable struct {
	io.ReaderAt
	size int64
}

// bytes looks through a few bytes; at is where they stand.
func (f *finder) bytes(b string, at Hit) {
	s := f.m.newStream(f.chunk, f.tell(at))
	s.Write([]byte(b)) // it cannot fail
	s.finish()
}

// tell appends a hit for each place found in what stands at a place.
func (f *finder) tell(at Hit) func(pattern, int64) {
	return func(p pattern, offset int64) {
		hit := at
		hit.Needle, hit.Encoding, hit.Offset = p.needle, p.encoding, at.Offset+offset
		f.hits = append(f.hits, hit)
	}
}

// masked is a path in which every needle is starred out.
func (f *finder) masked(path string) string {
	b := []byte(path)
	f.m.scan([]byte(path), 0, len(path), func(p, at int) {
		for i := range f.m.patterns[p].bytes {
			b[at+i] = '*'
		}
	})
	return string(b)
}

// blind notes what could not be looked into.
func (f *finder) blind(shown, member string, err error) {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err // its path is not masked
	}
	if member != "" {
		shown += " → " + member
	}
	f.faults = append(f.faults, fmt.Errorf("look into %s: %w", shown, err))
}
