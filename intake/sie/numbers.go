package sie

import (
	"encoding/binary"
	"hash/maphash"
	"strconv"
)

// numbers remembers the vouchers of a file by series, financial year and number.
type numbers struct {
	series map[seriesYear]*series
	count  int
	seed   maphash.Seed
}

// seriesYear is where a number is given once: number 1 of a series comes each year.
type seriesYear struct {
	series string
	year   int
}

type series struct {
	last uint64
	seen map[string]earlier
}

// earlier is a voucher seen before: its line, and a hash of all it says.
type earlier struct {
	line int32
	hash uint64
}

// see checks a voucher against those before it. Again is one that stands in the
// file already, the same to the letter: it counts once. Two that differ under one
// number are refused, since no reader could say which holds.
func (n *numbers) see(r *reader, v *Voucher) (again bool, err error) {
	if n.count++; n.count > MaxVouchers {
		return false, refuse("too-many", v.Line, hintSplit,
			"filen har fler än %d verifikationer", "the file has over %d vouchers", MaxVouchers)
	}
	if v.Number == "" {
		return false, nil // to be numbered by the program that imports it
	}
	key := seriesYear{v.Series, v.Date.Year()}
	if y, ok := r.book.Year(v.Date); ok {
		key.year = y.Number
	}
	s := n.series[key]
	if s == nil {
		s = &series{seen: map[string]earlier{}}
		n.series[key] = s
	}
	hash := n.hash(v)
	if before, ok := s.seen[v.Number]; ok {
		if before.hash == hash {
			r.tally.add("voucher-twice", v.Line)
			return true, nil
		}
		name := v.name()
		return false, refuse("voucher-differs", v.Line, hintBooks,
			"%[1]s står även på rad %[3]d, med annat innehåll", "%[2]s stands on line %[3]d as well, with other content",
			name.SV, name.EN, before.line)
	}
	s.seen[v.Number] = earlier{int32(v.Line), hash} // a file has fewer than 2^31 lines
	if number, err := strconv.ParseUint(v.Number, 10, 64); err == nil {
		if number < s.last {
			r.tally.add("descending", v.Line)
		}
		s.last = max(s.last, number)
	}
	return false, nil
}

// hash is a hash of all a voucher says, wherever it stands.
func (n *numbers) hash(v *Voucher) uint64 {
	var h maphash.Hash
	h.SetSeed(n.seed)
	number := func(x int64) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(x))
		_, _ = h.Write(b[:]) // a hash takes all
	}
	text := func(s string) {
		number(int64(len(s)))
		_, _ = h.WriteString(s)
	}
	number(int64(v.Date.UnixDays()))
	number(int64(v.Registered.UnixDays()))
	text(v.Text)
	text(v.Sign)
	for _, rows := range [2][]Row{v.Rows, v.Struck} {
		number(int64(len(rows)))
		for _, row := range rows {
			text(row.Account)
			number(row.Amount.Ore())
			number(int64(row.Date.UnixDays()))
			text(row.Text)
			text(row.Quantity)
			text(row.Sign)
			number(int64(len(row.Objects)))
			for _, o := range row.Objects {
				number(int64(o.Dimension))
				text(o.Number)
			}
		}
	}
	return h.Sum64()
}
