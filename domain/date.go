package domain

import (
	"errors"
	"fmt"
	"time"
)

// Date is a day of the calendar in Europe/Stockholm. The zero Date is "no date".
type Date struct{ n int32 } // days, 1 = 0001-01-01, so that zero is unset

// ErrDate is what parsing a date that is none returns.
var ErrDate = errors.New("not a date")

const unixDay = 719163 // the Date number of 1970-01-01

// NewDate makes a date of a real day between the years 1 and 9999.
func NewDate(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if year < 1 || year > 9999 || t.Month() != month || t.Day() != day {
		return Date{}, fmt.Errorf("%w: %04d-%02d-%02d", ErrDate, year, month, day)
	}
	return Date{int32(t.Unix()/86400 + unixDay)}, nil
}

// MustDate is NewDate from ISO text for constants and tests; it panics on a
// text that is no date.
func MustDate(iso string) Date {
	d, err := ParseDate(iso)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDate reads a date as ISO 8601 writes it: 2019-03-14.
func ParseDate(iso string) (Date, error) {
	if len(iso) != 10 || iso[4] != '-' || iso[7] != '-' {
		return Date{}, ErrDate
	}
	var num [10]int
	for i, c := range []byte(iso) {
		if i == 4 || i == 7 {
			continue
		}
		if c < '0' || c > '9' {
			return Date{}, ErrDate
		}
		num[i] = int(c - '0')
	}
	year := num[0]*1000 + num[1]*100 + num[2]*10 + num[3]
	return NewDate(year, time.Month(num[5]*10+num[6]), num[8]*10+num[9])
}

// Stockholm is the time zone that decides which day a moment belongs to.
// The zone's rules are compiled in (see zone.go), so every machine agrees.
var Stockholm = mustZone("Europe/Stockholm")

// DateOf is the day in Europe/Stockholm on which a moment falls.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Stockholm).Date()
	date, err := NewDate(y, m, d)
	if err != nil {
		return Date{}
	}
	return date
}

// DateOfUnixDays makes a date of days since 1970-01-01, as DuckDB counts them.
func DateOfUnixDays(days int32) Date { return Date{days + unixDay} }

// UnixDays is the number of days since 1970-01-01.
func (d Date) UnixDays() int32 { return d.n - unixDay }

// Zero reports whether there is no date.
func (d Date) Zero() bool { return d.n == 0 }

// IsZero is Zero under the name encoders look for.
func (d Date) IsZero() bool { return d.n == 0 }

// Time is midnight UTC of the day, for formatting and arithmetic.
func (d Date) Time() time.Time { return time.Unix(int64(d.UnixDays())*86400, 0).UTC() }

// Year, Month and Day are the parts of the date.
func (d Date) Year() int { return d.Time().Year() }

// Month is the month of the year.
func (d Date) Month() time.Month { return d.Time().Month() }

// Day is the day of the month.
func (d Date) Day() int { return d.Time().Day() }

// AddDays is the date n days later.
func (d Date) AddDays(n int) Date { return Date{d.n + int32(n)} }

// AddMonths is the same day n months later, or the last of that month where it
// is shorter: six months after 31 August is 28 February.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Time().Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{int32(first.Unix()/86400+unixDay) + int32(min(day, last)-1)}
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.n > e.n }

// Compare is -1, 0 or 1 as d is before, on or after e.
func (d Date) Compare(e Date) int {
	switch {
	case d.n < e.n:
		return -1
	case d.n > e.n:
		return 1
	}
	return 0
}

// String is the date as ISO 8601 writes it, empty for no date.
func (d Date) String() string {
	if d.n == 0 {
		return ""
	}
	return string(d.append(make([]byte, 0, 10)))
}

func (d Date) append(b []byte) []byte {
	y, m, day := d.Time().Date()
	return append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// MarshalText writes the ISO form, nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}

// AgeOn is the age in full years of somebody born on d, on another day. A
// birthday counts as the new age; born on 29 February: 1 March (formats.md 3).
func (d Date) AgeOn(on Date) int {
	by, bm, bd := d.Time().Date()
	y, m, day := on.Time().Date()
	age := y - by
	if m < bm || m == bm && day < bd {
		age--
	}
	return age
}
