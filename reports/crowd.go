package reports

import (
	"bytes"
	"math/bits"
	"slices"

	"github.com/google/uuid"
)

// Crowd is who is behind a figure: distinct persons, organisations or respondents, after
// merges. Crowds of one Guard can be compared.
type Crowd struct {
	guard *Guard
	words []uint64 // a bit a member, by the guard's numbers; the last word is not nought
	n     int
}

// Members are the ids of a crowd, in order.
func (c *Crowd) Members() []uuid.UUID {
	out := make([]uuid.UUID, 0, c.n)
	for _, number := range c.guard.byID() {
		if number/64 < len(c.words) && c.words[number/64]>>(number%64)&1 == 1 {
			out = append(out, c.guard.ids[number])
		}
	}
	return out
}

// byID are the numbers of all ids in the order of the ids: sorted once, and not for
// every crowd.
func (g *Guard) byID() []int {
	if len(g.order) != len(g.ids) {
		g.order = make([]int, len(g.ids))
		for i := range g.order {
			g.order[i] = i
		}
		slices.SortFunc(g.order, func(x, y int) int { return bytes.Compare(g.ids[x][:], g.ids[y][:]) })
	}
	return g.order
}

// crowdOf is a crowd of bits, with what is past its last member cut off.
func crowdOf(g *Guard, words []uint64) *Crowd {
	for len(words) > 0 && words[len(words)-1] == 0 {
		words = words[:len(words)-1]
	}
	c := &Crowd{guard: g, words: words}
	for _, w := range words {
		c.n += bits.OnesCount64(w)
	}
	return c
}

// add puts somebody into a crowd that is being made.
func (c *Crowd) add(id uuid.UUID) { c.put(c.guard.number(id)) }

// put puts in who has a number of the guard's.
func (c *Crowd) put(number int) {
	for len(c.words) <= number/64 {
		c.words = append(c.words, 0)
	}
	if mask := uint64(1) << (number % 64); c.words[number/64]&mask == 0 {
		c.words[number/64] |= mask
		c.n++
	}
}

func (c *Crowd) equal(o *Crowd) bool { return c.n == o.n && slices.Equal(c.words, o.words) }

// within tells whether everybody of a crowd is in another one.
func (c *Crowd) within(o *Crowd) bool {
	if len(c.words) > len(o.words) {
		return false
	}
	for i, w := range c.words {
		if w&^o.words[i] != 0 {
			return false
		}
	}
	return true
}

// united is everybody of some crowds, nil when any of them is not known.
func united(parts ...*Crowd) *Crowd {
	var words []uint64
	for _, c := range parts {
		if c == nil {
			return nil
		}
		words = append(words, make([]uint64, max(0, len(c.words)-len(words)))...)
		for i, w := range c.words {
			words[i] |= w
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return crowdOf(parts[0].guard, words)
}

func wordAt(c *Crowd, i int) uint64 {
	if i < len(c.words) {
		return c.words[i]
	}
	return 0
}

// lessBoth tells whether s − t − u is the same of everybody it is not nought of: 1 when
// more is asked for, else −1.
func lessBoth(s, t, u *Crowd, more bool) bool {
	for i := range max(len(s.words), len(t.words), len(u.words)) {
		a, b, c := wordAt(s, i), wordAt(t, i), wordAt(u, i)
		one, minus := a&^b&^c, ^a&(b^c)|a&b&c
		if ^a&b&c != 0 || more && minus != 0 || !more && one != 0 {
			return false
		}
	}
	return true
}

// andLess tells the same of s + t − u.
func andLess(s, t, u *Crowd, more bool) bool {
	for i := range max(len(s.words), len(t.words), len(u.words)) {
		a, b, c := wordAt(s, i), wordAt(t, i), wordAt(u, i)
		one, minus := (a^b)&^c|a&b&c, ^a&^b&c
		if a&b&^c != 0 || more && minus != 0 || !more && one != 0 {
			return false
		}
	}
	return true
}
