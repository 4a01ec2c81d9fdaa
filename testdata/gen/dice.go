package main

import (
	"hash/fnv"
	"math/rand/v2"
)

// seed makes the whole world; another seed makes another one.
const seed = 20170101

// dice is one stream of chance. Each part of the world has its own, named by a
// label, so that a change in one part leaves the bytes of the others alone.
type dice struct{ src *rand.PCG }

// newDice opens the stream of a label.
func newDice(label string) *dice {
	h := fnv.New64a()
	h.Write([]byte(label))
	return &dice{src: rand.NewPCG(seed, h.Sum64())}
}

// below gives 0..n-1. The remainder is taken by hand: the library promises the
// sequence of the source, not the way it is folded into a range.
func (d *dice) below(n int) int { return int(d.src.Uint64() % uint64(n)) }

// between gives low..high, both included.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true in so many cases of a hundred.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// pick takes one of a list.
func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }

// shuffled gives a list in a new order; the old one stays.
func shuffled[T any](d *dice, list []T) []T {
	out := append([]T(nil), list...)
	for i := len(out) - 1; i > 0; i-- {
		j := d.below(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}
