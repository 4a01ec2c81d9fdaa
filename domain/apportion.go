package domain

import (
	"math/big"
	"slices"
)

// Apportion divides a total into whole öre (or cents) in proportion to weights, by
// largest remainder (Hare–Niemeyer): each part is its exact share rounded down, and
// the öre that are left go one each to the parts that lost most by it, the earlier
// ones first where they lost the same. So the parts sum to the total exactly, and
// each is less than one öre from its exact share total × weight / sum of weights.
//
// A weight below 0 counts as 0, and a part of weight 0 is 0. Where no weight is above
// 0 there is nothing to divide by: nil. A total below 0 is divided as its opposite is.
func Apportion(total Money, weights []int64) []Money {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(max(w, 0)))
	}
	if sum.Sign() == 0 {
		return nil
	}
	sign, whole := int64(1), total.ore
	if whole < 0 {
		sign, whole = -1, -whole
	}
	parts := make([]int64, len(weights))
	lost := make([]*big.Int, len(weights)) // what rounding down took, in parts of sum
	order := make([]int, len(weights))
	left := whole
	for i, w := range weights {
		exact := new(big.Int).Mul(big.NewInt(whole), big.NewInt(max(w, 0)))
		part, rest := new(big.Int).QuoRem(exact, sum, new(big.Int))
		parts[i], lost[i], order[i] = part.Int64(), rest, i
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return lost[b].Cmp(lost[a]) })
	for _, i := range order[:left] { // fewer than there are parts: each lost less than one
		parts[i]++
	}
	out := make([]Money, len(parts))
	for i, n := range parts {
		out[i] = Money{sign * n}
	}
	return out
}
