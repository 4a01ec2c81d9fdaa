package traces

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
)

// shortest is how many bytes a needle must have. The first so many of a pattern
// decide where it is compared; and what is shorter stands everywhere by chance.
const shortest = 4

// matcher finds many patterns in one pass: a bit for the hash of each four bytes
// a pattern begins with says in nearly every place that none begins there.
type matcher struct {
	patterns []pattern
	slots    []int // for each pattern, the number of its needle and encoding
	longest  int
	bits     []uint64
	shift    int       // from a hash to its bit
	buckets  [][]int32 // patterns by the hash of their first bytes
}

const bucketsLog = 14

func hash(key uint32) uint32 { return key * 0x9E3779B1 } // 2³² by the golden ratio

func newMatcher(needles [][]byte) *matcher {
	m := &matcher{buckets: make([][]int32, 1<<bucketsLog)}
	slots := map[string]int{}
	for i, needle := range needles {
		for _, p := range patterns(i, needle) {
			key := fmt.Sprint(i, p.encoding)
			if _, known := slots[key]; !known {
				slots[key] = len(slots)
			}
			m.patterns, m.slots = append(m.patterns, p), append(m.slots, slots[key])
		}
	}
	// So many bits that about one in forty is set.
	size := min(max(bits.Len(uint(40*len(m.patterns))), 16), 24)
	m.bits, m.shift = make([]uint64, 1<<(size-6)), 32-size
	for i, p := range m.patterns {
		h := hash(binary.LittleEndian.Uint32(p.bytes))
		bit, bucket := h>>m.shift, h>>(32-bucketsLog)
		m.bits[bit/64] |= 1 << (bit % 64)
		m.buckets[bucket] = append(m.buckets[bucket], int32(i))
		m.longest = max(m.longest, len(p.bytes)+1) // base64 looks at the character after
	}
	return m
}

// scan calls hit for each pattern that begins in b from one place to another.
// Bytes outside are looked at, never reported.
func (m *matcher) scan(b []byte, from, to int, hit func(pattern, at int)) {
	set, shift := m.bits, m.shift
	to = min(to, len(b)-shortest+1)
	for i := from; i < to; i++ {
		h := hash(binary.LittleEndian.Uint32(b[i:]))
		if bit := h >> shift; set[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		for _, p := range m.buckets[h>>(32-bucketsLog)] {
			if m.patterns[p].at(b, i) {
				hit(int(p), i)
			}
		}
	}
}

// at reports whether the pattern stands at a place.
func (p *pattern) at(b []byte, i int) bool {
	end := i + len(p.bytes)
	if end > len(b) || !bytes.Equal(b[i:end], p.bytes) {
		return false
	}
	if p.headBits > 0 {
		if i == 0 {
			return false
		}
		if v := sextet(b[i-1]); v == noSextet || v&(1<<p.headBits-1) != p.head {
			return false
		}
	}
	return p.tailBits == 0 || end < len(b) && sextet(b[end])>>(6-p.tailBits) == p.tail
}

// noSextet is more than six bits, and so is what is left when it is shifted.
const noSextet = 0xC0

// sextet is what a character of base64 stands for, in either alphabet.
func sextet(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c - 'A'
	case c >= 'a' && c <= 'z':
		return c - 'a' + 26
	case c >= '0' && c <= '9':
		return c - '0' + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	}
	return noSextet
}

// stream looks for the patterns in what is written to it, in constant memory.
type stream struct {
	m      *matcher
	held   []byte
	chunk  int    // how much is held before it is looked through
	looked int    // what begins before here in held has been looked at
	offset int64  // of held in the stream
	told   []bool // by slot
	found  func(p pattern, at int64)
}

// newStream calls found with the first place of each needle in each encoding.
func (m *matcher) newStream(chunk int, found func(p pattern, at int64)) *stream {
	return &stream{m: m, chunk: max(chunk, 2*m.longest), told: make([]bool, len(m.patterns)), found: found}
}

// Write takes bytes in and looks for what begins in those that have enough
// after them.
func (s *stream) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		room := min(s.chunk-len(s.held), len(b))
		s.held = append(s.held, b[:room]...)
		b = b[room:]
		if len(s.held) == s.chunk {
			s.look(len(s.held) - s.m.longest)
			keep := s.looked - 1 // the byte before counts in base64
			s.offset += int64(keep)
			s.held = s.held[:copy(s.held, s.held[keep:])]
			s.looked = 1
		}
	}
	return n, nil
}

// finish looks through the rest.
func (s *stream) finish() { s.look(len(s.held)) }

func (s *stream) look(to int) {
	s.m.scan(s.held, s.looked, to, func(p, at int) {
		if slot := s.m.slots[p]; !s.told[slot] {
			s.told[slot] = true
			s.found(s.m.patterns[p], s.offset+int64(at))
		}
	})
	s.looked = max(s.looked, to)
}
