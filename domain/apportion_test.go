package domain

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestApportion has parts by hand: what is over goes to whoever lost most, the
// earlier first.
func TestApportion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{10, []int64{1, 2, 4}, []int64{1, 3, 6}}, // 1.43, 2.86, 5.71
		{5, []int64{0, 7, -3, 7}, []int64{0, 3, 0, 2}},
		{0, []int64{3, 4}, []int64{0, 0}},
		{1, []int64{0, 0, 1}, []int64{0, 0, 1}},
		{100, []int64{0, -1}, nil},
		{100, nil, nil},
	} {
		var got []int64
		for _, m := range Apportion(Ore(c.total), c.weights) {
			got = append(got, m.Ore())
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%d by %v: %v, want %v", c.total, c.weights, got, c.want)
		}
	}
}

// TestApportionedPartsSumToTheWhole tries random weights, large ones too: the parts
// sum to the total, each is within an öre of its exact share, and nobody with a
// larger rest, or the same and earlier, goes without where another one gets it.
func TestApportionedPartsSumToTheWhole(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 1))
	for range 3000 {
		total := r.Int64N([]int64{10, 1000, 1e9, 1e16}[r.IntN(4)]+1) * int64(1-2*r.IntN(2))
		weights := make([]int64, 1+r.IntN(12))
		sum := new(big.Int)
		for i := range weights {
			weights[i] = r.Int64N([]int64{2, 5, 1e6, 1e18}[r.IntN(4)])
			sum.Add(sum, big.NewInt(weights[i]))
		}
		parts := Apportion(Ore(total), weights)
		if sum.Sign() == 0 {
			if parts != nil {
				t.Fatalf("%d by nothing: %v", total, parts)
			}
			continue
		}
		var all int64
		over := make([]*big.Rat, len(parts)) // part less exact share
		for i, p := range parts {
			all += p.Ore()
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])), sum)
			over[i] = exact.Sub(new(big.Rat).SetInt64(p.Ore()), exact)
			if total < 0 {
				over[i].Neg(over[i])
			}
			if new(big.Rat).Abs(over[i]).Cmp(big.NewRat(1, 1)) >= 0 || weights[i] == 0 && p.Ore() != 0 {
				t.Fatalf("%d by %v: part %d is %d", total, weights, i, p.Ore())
			}
		}
		if all != total {
			t.Fatalf("%d by %v: the parts sum to %d", total, weights, all)
		}
		for i := range parts {
			for j := range parts {
				up, down := over[i].Sign() > 0, over[j].Sign() < 0
				rest := func(k int) *big.Rat { // of k, whichever way it was rounded
					x := new(big.Rat).Neg(over[k])
					if over[k].Sign() > 0 {
						x.Add(x, big.NewRat(1, 1))
					}
					return x
				}
				if c := rest(j).Cmp(rest(i)); up && down && (c > 0 || c == 0 && j < i) {
					t.Fatalf("%d by %v: part %d went before part %d", total, weights, i, j)
				}
			}
		}
	}
}
