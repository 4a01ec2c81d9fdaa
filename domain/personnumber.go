package domain

import (
	"errors"
	"strings"
	"time"
)

// NumberKind tells what kind of person number one is; kinds combine to say
// which are accepted.
type NumberKind uint8

// The kinds (reference domain.md 7.4).
const (
	Ordinary     NumberKind = 1 << iota // personnummer
	Coordination                        // samordningsnummer: 60 added to the day
	Protected                           // TFnn after the birth date, no check digit
	Interim                             // a letter first of the last four
)

// UsualKinds are the kinds read without asking for more: all but interim.
const UsualKinds = Ordinary | Coordination | Protected

// PersonNumber is a Swedish person number that passes its checks. It prints
// as a mask; only Digits gives it away.
type PersonNumber struct {
	born Date
	last string // the last four characters
	kind NumberKind
}

// Errors of ParsePersonNumber. None of them repeats the number.
var (
	ErrPersonNumber      = errors.New("not a person number: want YYYYMMDD-NNNN")
	ErrPersonNumberCheck = errors.New("the check digit of the person number is wrong")
	ErrPersonNumberDate  = errors.New("the person number holds no real date of birth")
	ErrPersonNumberKind  = errors.New("this kind of person number is not accepted here")
)

const interimLetters = "TPRSUWXJKLMN"

// ParsePersonNumber reads a person number with twelve or ten characters, with
// or without separator. on decides the century of a ten-digit one: with + the
// person has turned 100 or does so that year, which is when - becomes +, else
// has the youngest age not below 0. A written century stands, from 1800 to a
// year after on.
func ParsePersonNumber(s string, on Date, accept NumberKind) (PersonNumber, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if len(s) < 10 || len(s) > 13 {
		return PersonNumber{}, ErrPersonNumber
	}
	birth, last := s[:len(s)-4], s[len(s)-4:]
	hundred := strings.HasSuffix(birth, "+")
	if hundred || strings.HasSuffix(birth, "-") {
		birth = birth[:len(birth)-1]
	}
	if (len(birth) != 6 && len(birth) != 8) || strings.Trim(birth, "0123456789") != "" {
		return PersonNumber{}, ErrPersonNumber
	}
	kind, err := numberKind(birth[len(birth)-6:], last)
	if err != nil {
		return PersonNumber{}, err
	}
	born, err := bornOn(birth, on, hundred)
	if err != nil {
		return PersonNumber{}, err
	}
	if birth[len(birth)-2] > '6' || birth[len(birth)-2] == '6' && birth[len(birth)-1] > '0' {
		// Only a samordningsnummer has 60 added to its day.
		if kind != Ordinary {
			return PersonNumber{}, ErrPersonNumberDate
		}
		kind = Coordination
	}
	if kind&accept == 0 {
		return PersonNumber{}, ErrPersonNumberKind
	}
	return PersonNumber{born, last, kind}, nil
}

// numberKind checks the last four characters after YYMMDD.
func numberKind(six, last string) (NumberKind, error) {
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	switch {
	case digits(last):
		// The birth number 000 is never given, though it can pass the check.
		if !luhn(six+last) || last[:3] == "000" {
			return 0, ErrPersonNumberCheck
		}
		return Ordinary, nil
	case strings.HasPrefix(last, "TF") && digits(last[2:]):
		return Protected, nil
	case strings.IndexByte(interimLetters, last[0]) >= 0 && digits(last[1:]):
		// An interim number passes the check when its letter is read as 1.
		if !luhn(six + "1" + last[1:]) {
			return 0, ErrPersonNumberCheck
		}
		return Interim, nil
	}
	return 0, ErrPersonNumber
}

// bornOn reads YYMMDD or YYYYMMDD, the day of a samordningsnummer lowered by 60.
func bornOn(birth string, on Date, hundred bool) (Date, error) {
	num := func(s string) int {
		n := 0
		for _, c := range []byte(s) {
			n = n*10 + int(c-'0')
		}
		return n
	}
	tail := birth[len(birth)-4:]
	month, day := time.Month(num(tail[:2])), num(tail[2:])
	if day > 60 {
		day -= 60
	}
	if len(birth) == 8 {
		d, err := NewDate(num(birth[:4]), month, day)
		if err != nil || d.Year() < 1800 || d.After(on.AddDays(366)) {
			return Date{}, ErrPersonNumberDate
		}
		return d, nil
	}
	// The youngest century first; a leap day exists only in some of them.
	for year := on.Year() - on.Year()%100 + num(birth[:2]); year >= 1800; year -= 100 {
		d, err := NewDate(year, month, day)
		if err != nil || d.After(on) || hundred && year > on.Year()-100 {
			continue
		}
		return d, nil
	}
	return Date{}, ErrPersonNumberDate
}

// Zero reports whether there is no number.
func (n PersonNumber) Zero() bool { return n.last == "" }

// Kind is the kind of number.
func (n PersonNumber) Kind() NumberKind { return n.kind }

// Born is the date of birth the number holds.
func (n PersonNumber) Born() Date { return n.born }

// Sex is told by the third of the last four characters: even woman, odd man.
func (n PersonNumber) Sex() Sex {
	if n.last == "" {
		return SexUnknown
	}
	if (n.last[2]-'0')%2 == 0 {
		return Woman
	}
	return Man
}

// Digits is the number in its canonical twelve characters, YYYYMMDDNNNN, 60
// added to the day of a samordningsnummer. For the vault alone.
func (n PersonNumber) Digits() string {
	if n.last == "" {
		return ""
	}
	b := []byte(strings.ReplaceAll(n.born.String(), "-", ""))
	if n.kind == Coordination {
		b[6] += 6
	}
	return string(b) + n.last
}

// String is a mask, so that a number printed by mistake gives nobody away.
func (n PersonNumber) String() string {
	if n.last == "" {
		return ""
	}
	return "********-****"
}

// GoString is the same mask for %#v.
func (n PersonNumber) GoString() string { return n.String() }

// MarshalText writes the mask: a person number is never encoded.
func (n PersonNumber) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
