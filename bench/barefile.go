package main

import (
	"os"
	"path/filepath"
	"slices"
	"time"
)

// room is the size of a preallocated file. At its end the writer begins again
// at its start, as write-ahead logs do.
const room = 256 << 20

// maxGroup is as many appends as the log commits at once.
const maxGroup = 1000

// bareFile is what the disk can do: the log's group commit, a write and an
// fdatasync a group, and nothing else. What it writes could hardly be read
// back. Growing, the file system has to record its new size at each fdatasync;
// preallocated it has not, and that is the limit.
type bareFile struct {
	title        string
	dir          string
	preallocated *os.File // nil: each turn appends to a new file
	one, many    [][]byte // what a caller writes
	only         func(load) bool
}

func newBareFile(title, dir string, preallocated bool, w *work, many [][]byte, only func(load) bool) (*bareFile, error) {
	b := &bareFile{title: title, dir: dir, many: many, only: only}
	for _, s := range w.single {
		b.one = append(b.one, s.Payload)
	}
	if !preallocated {
		return b, nil
	}
	f, err := os.CreateTemp(dir, "preallocated")
	if err != nil {
		return nil, err
	}
	b.preallocated = f
	return b, preallocate(f, room)
}

func (b *bareFile) name() string      { return b.title }
func (b *bareFile) takes(l load) bool { return b.only(l) }

func (b *bareFile) close() {
	if b.preallocated != nil {
		b.preallocated.Close()
	}
}

func (b *bareFile) load(l load, warm, window time.Duration) (sample, error) {
	w := &groupWriter{f: b.preallocated, room: room, queue: make(chan *write, maxGroup), done: make(chan struct{})}
	if w.f == nil {
		f, err := os.Create(filepath.Join(b.dir, "growing"))
		if err != nil {
			return sample{}, err
		}
		defer os.Remove(f.Name())
		defer f.Close()
		w.f, w.room = f, 1<<62
	}
	bytes := b.one
	if l.events > 1 {
		bytes = b.many
	}
	waiting := make([]*write, l.callers)
	for i := range waiting {
		waiting[i] = &write{done: make(chan struct{}, 1)}
	}
	go w.run()
	got, err := drive(l, warm, window, func(caller, turn int) error {
		mine := waiting[caller]
		mine.bytes = bytes[(caller+turn*l.callers)%len(bytes)]
		w.queue <- mine
		<-mine.done
		return mine.err
	})
	close(w.queue)
	<-w.done
	slices.Sort(w.syncs)
	if len(w.syncs) > 0 {
		got.sync = quantile(w.syncs, 0.5)
	}
	return got, err
}

// write is one caller's append.
type write struct {
	bytes []byte
	err   error
	done  chan struct{}
}

// groupWriter owns the file while a load runs.
type groupWriter struct {
	f     *os.File
	at    int64
	room  int64
	queue chan *write
	done  chan struct{}
	group []*write
	buf   []byte // of a group of several
	bytes []byte // what to write: buf, or the bytes of a lone append
	syncs []time.Duration
}

// run takes what waits, writes it with one call, and answers once it is on
// stable storage.
func (w *groupWriter) run() {
	defer close(w.done)
	for first := range w.queue {
		w.gather(first)
		err := w.commit()
		for _, one := range w.group {
			one.err = err
			one.done <- struct{}{}
		}
	}
}

func (w *groupWriter) gather(first *write) {
	w.group, w.buf, w.bytes = append(w.group[:0], first), w.buf[:0], first.bytes
	for len(w.group) < maxGroup {
		select {
		case one, ok := <-w.queue:
			if !ok {
				return
			}
			if len(w.group) == 1 {
				w.buf = append(w.buf, first.bytes...)
			}
			w.group, w.buf = append(w.group, one), append(w.buf, one.bytes...)
			w.bytes = w.buf
		default:
			return
		}
	}
}

func (w *groupWriter) commit() error {
	if w.at+int64(len(w.bytes)) > w.room {
		w.at = 0
	}
	if _, err := w.f.WriteAt(w.bytes, w.at); err != nil {
		return err
	}
	w.at += int64(len(w.bytes))
	began := time.Now()
	err := datasync(w.f)
	w.syncs = append(w.syncs, time.Since(began))
	return err
}
