package sie

import (
	"math"
	"time"

	"utfall/domain"
)

// The fields of the record at hand, by position from 0 after the label. The first
// fault is kept in r.bad, which a handler looks at once it has asked for all.

func (r *reader) fault(reason Reason, hint domain.Text, sv, en string, args ...any) {
	if r.bad == nil {
		r.bad = refuse(reason, r.rec.line, hint, sv, en, args...)
	}
}

// word is a field, nil where the record ends before it.
func (r *reader) word(i int) []byte {
	if i >= len(r.rec.fields) {
		return nil
	}
	if r.rec.fields[i].list {
		r.fault("list-misplaced", hintVendor, "fält %d är en objektlista", "field %d is an object list", i+1)
		return nil
	}
	return r.rec.fields[i].word
}

// must is a field that has to say something.
func (r *reader) must(i int) []byte {
	w := r.word(i)
	if len(w) == 0 {
		r.fault("missing-field", hintVendor, "fält %d saknas eller är tomt", "field %d is missing or empty", i+1)
	}
	return w
}

func (r *reader) text(i int) string { return r.strings.get(r.word(i)) }

// number is a whole number of at most six digits, with a sign where negative.
func (r *reader) number(i int) int {
	w := r.must(i)
	n, ok := parseInt(w)
	if !ok {
		r.fault("bad-number", hintVendor, "fält %d är inte ett heltal", "field %d is not a whole number", i+1)
	}
	return n
}

func parseInt(b []byte) (n int, ok bool) {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 6 || !isDigits(digits) {
		return 0, false
	}
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	if len(digits) < len(b) {
		n = -n
	}
	return n, true
}

func isDigits[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

// date is a day as YYYYMMDD; no date where the field is missing or empty.
func (r *reader) date(i int) domain.Date {
	w := r.word(i)
	if len(w) == 0 {
		return domain.Date{}
	}
	if string(w) == r.lastDay.text { // rows of a voucher and vouchers of a day repeat it
		return r.lastDay.date
	}
	if len(w) == 8 && isDigits(w) {
		year, _ := parseInt(w[:4])
		month, _ := parseInt(w[4:6])
		day, _ := parseInt(w[6:])
		if d, err := domain.NewDate(year, time.Month(month), day); err == nil {
			r.lastDay.text, r.lastDay.date = string(w), d
			return d
		}
	}
	r.fault("bad-date", hintVendor, "fält %d är inget datum skrivet ÅÅÅÅMMDD", "field %d is no date written YYYYMMDD", i+1)
	return domain.Date{}
}

// amount is kronor with at most two decimals.
func (r *reader) amount(i int) domain.Money {
	w := r.must(i)
	ore, reason := parseOre(w)
	switch {
	case reason == "amount-too-large":
		r.fault(reason, hintBooks, "beloppet i fält %d är över %s kronor, mer än ett heltal i ören rymmer",
			"the amount in field %d is over %s kronor, more than a whole number of öre can hold", i+1, domain.Ore(math.MaxInt64))
	case reason != "":
		r.fault(reason, hintVendor, "fält %d är inget belopp: siffror, punkt före högst två decimaler, minus men inte plus",
			"field %d is no amount: digits, a point before at most two decimals, minus but no plus", i+1)
	}
	return domain.Ore(ore)
}

// parseOre reads an amount of kronor as öre, exactly: digits, then perhaps a point
// and one or two decimals. domain.ParseMoney has a lower bound than the format.
func parseOre(b []byte) (ore int64, reason Reason) {
	digits, decimals, seen := b, 0, false
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	for i, c := range digits {
		switch {
		case c == '.' && !seen && i > 0:
			seen = true
			continue
		case c < '0' || c > '9' || decimals == 2:
			return 0, "bad-amount"
		case seen:
			decimals++
		}
		if ore >= 0 {
			ore = shift(ore, int64(c-'0'))
		}
	}
	if len(digits) == 0 || seen && decimals == 0 {
		return 0, "bad-amount"
	}
	for ; decimals < 2 && ore >= 0; decimals++ {
		ore = shift(ore, 0)
	}
	switch {
	case ore < 0:
		return 0, "amount-too-large"
	case len(digits) < len(b):
		return -ore, ""
	}
	return ore, ""
}

// shift appends a digit to n, or gives -1 where that is beyond int64.
func shift(n, digit int64) int64 {
	if n > (math.MaxInt64-digit)/10 {
		return -1
	}
	return n*10 + digit
}

// quantity is a decimal number as written, "" for none: how many decimals it may
// have is not specified, and it is in no sum here.
func (r *reader) quantity(i int) string {
	w := r.word(i)
	if len(w) == 0 {
		return ""
	}
	if !isDecimal(w) {
		r.fault("bad-quantity", hintVendor, "fält %d är ingen kvantitet: siffror med decimalpunkt", "field %d is no quantity: digits with a decimal point", i+1)
	}
	return r.strings.get(w)
}

func isDecimal[T string | []byte](s T) bool {
	at, points := 0, 0
	if len(s) > 0 && s[0] == '-' {
		at = 1
	}
	if at == len(s) || s[at] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for ; at < len(s); at++ {
		if s[at] == '.' {
			points++
		} else if s[at] < '0' || s[at] > '9' {
			return false
		}
	}
	return points <= 1
}

// add sums two amounts; false is a sum beyond int64, whose lowest value has no
// opposite and counts as beyond.
func add(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0) && sum != math.MinInt64
}

// objects reads the object list in a field into pairs of dimension and object.
// They share the array that pairs has room in.
func (r *reader) objects(i int, pairs *[]Object) []Object {
	if i >= len(r.rec.fields) || !r.rec.fields[i].list {
		r.fault("missing-list", hintVendor, "fält %d är ingen objektlista { }", "field %d is no object list { }", i+1)
		return nil
	}
	words := r.rec.words[r.rec.fields[i].from:r.rec.fields[i].to]
	if len(words)%2 != 0 {
		r.fault("object-pairs", hintVendor, "objektlistan är inte par av dimension och objekt", "the object list is not pairs of dimension and object")
		return nil
	}
	if len(words) == 0 {
		return nil
	}
	start := len(*pairs)
	for ; len(words) > 0; words = words[2:] {
		dim, ok := parseInt(words[0])
		if !ok || dim < 1 || len(words[1]) == 0 {
			r.fault("bad-object", hintVendor, "objektlistan har en dimension som inte är ett tal från 1, eller ett objekt utan nummer",
				"the object list has a dimension that is no number from 1, or an object without a number")
			return nil
		}
		if !r.book.declared(dim) {
			r.tally.add("dimension-undeclared", r.rec.line)
		}
		*pairs = append(*pairs, Object{dim, r.strings.get(words[1])})
	}
	return (*pairs)[start:len(*pairs):len(*pairs)]
}

// interned gives each short text of a file once: account, object and signature
// stand on every row.
type interned struct {
	encoding Encoding
	texts    map[string]string
}

const (
	maxInterned     = 1 << 14 // texts, so that a file of all different ones costs little
	maxInternedText = 32      // bytes
)

func (s *interned) get(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if text, ok := s.texts[string(b)]; ok {
		return text
	}
	text := s.encoding.decode(b)
	if len(b) <= maxInternedText && len(s.texts) < maxInterned {
		s.texts[string(b)] = text
	}
	return text
}
