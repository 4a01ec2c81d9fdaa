package domain

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Money is an amount of Swedish kronor in whole öre. The zero Money is 0 kr.
type Money struct{ ore int64 }

// ErrMoney is returned for a text that is no amount.
var ErrMoney = errors.New("not an amount: want digits with at most two decimals")

const maxOre = 1e16 // 100 trillion kronor: nothing real reaches it, and sums of sums stay in int64

// Ore makes Money of whole öre.
func Ore(n int64) Money { return Money{n} }

// ParseMoney reads an amount with a decimal point and at most two decimals:
// "1800000.00", "-12.5". Separators of thousands and decimal commas are the
// reader's business, not this one's.
func ParseMoney(s string) (Money, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, frac, _ := strings.Cut(digits, ".")
	if whole == "" || len(frac) > 2 || strings.HasSuffix(digits, ".") {
		return Money{}, ErrMoney
	}
	var ore int64
	for _, c := range []byte(whole + (frac + "00")[:2]) {
		if c < '0' || c > '9' || ore > maxOre {
			return Money{}, ErrMoney
		}
		ore = ore*10 + int64(c-'0')
	}
	if negative {
		ore = -ore
	}
	return Money{ore}, nil
}

// Ore is the amount in öre.
func (m Money) Ore() int64 { return m.ore }

// String is the amount with two decimals and a point: 1800000.00.
func (m Money) String() string {
	sign, n := "", m.ore
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// MarshalText writes the amount as String does.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what ParseMoney reads.
func (m *Money) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMoney(string(b))
	return err
}

// rateScale is the smallest part of a rate that is told: a millionth.
const rateScale = 1_000_000

// ErrRate is returned for a text that is no rate.
var ErrRate = errors.New("not a rate: want digits above 0 with at most six decimals")

// Rate is a number above 0 in millionths: what a currency costs, or a share.
type Rate int64

// ParseRate reads "10.4523": a decimal number above 0 with at most six decimals.
func ParseRate(s string) (Rate, error) {
	whole, frac, dotted := strings.Cut(s, ".")
	if whole == "" || len(whole) > 9 || len(frac) > 6 || dotted && frac == "" {
		return 0, ErrRate
	}
	var n int64
	for _, c := range []byte(whole + (frac + "000000")[:6]) {
		if c < '0' || c > '9' {
			return 0, ErrRate
		}
		n = n*10 + int64(c-'0')
	}
	if n == 0 {
		return 0, ErrRate
	}
	return Rate(n), nil
}

// String is the rate with a point and no zeros at its end: 10.4523.
func (r Rate) String() string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%06d", int64(r)/rateScale, int64(r)%rateScale), "0"), ".")
}

// Of is the part of an amount a rate is, rounded to the öre, halves away from zero.
func (r Rate) Of(m Money) Money {
	return Ore(divide(new(big.Int).Mul(big.NewInt(m.ore), big.NewInt(int64(r))), rateScale))
}

// Into is what an amount of kronor comes to in a currency of which one unit costs r,
// rounded to the cent, halves away from zero.
func (r Rate) Into(m Money) Money {
	return Ore(divide(new(big.Int).Mul(big.NewInt(m.ore), big.NewInt(rateScale)), int64(r)))
}

// Worth is what minutes cost at m an hour, rounded to the öre, halves away from
// zero: round(minutes × m / 60).
func (m Money) Worth(minutes int) Money {
	return Ore(divide(new(big.Int).Mul(big.NewInt(m.ore), big.NewInt(int64(minutes))), 60))
}

// Rounding is how parts of an öre are rounded.
type Rounding string

// The ways: to the nearest öre with halves away from zero or to the even one, or
// towards zero.
const (
	HalfAway Rounding = "half-away"
	HalfEven Rounding = "half-even"
	Down     Rounding = "down"
)

// Part is m × of / by, rounded; by is above 0.
func (how Rounding) Part(m Money, of, by int64) Money {
	return Ore(how.divide(new(big.Int).Mul(big.NewInt(m.ore), big.NewInt(of)), by))
}

func (how Rounding) divide(n *big.Int, by int64) int64 {
	sign := int64(n.Sign())
	whole, rest := new(big.Int).QuoRem(n.Abs(n), big.NewInt(by), new(big.Int))
	up := rest.Lsh(rest, 1).Cmp(big.NewInt(by)) // where the rest lies beside a half
	q := whole.Int64()
	if how == HalfEven && (up > 0 || up == 0 && q%2 == 1) || how != HalfEven && how != Down && up >= 0 {
		q++
	}
	return sign * q
}

func divide(n *big.Int, by int64) int64 { return HalfAway.divide(n, by) }
