package domain

import (
	"errors"
	"fmt"
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
