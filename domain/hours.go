package domain

import (
	"errors"
	"fmt"
	"strconv"
)

// Hours is a length of time in whole minutes. The zero Hours is "not known",
// which is not the same as none.
type Hours struct {
	minutes int32
	known   bool
}

// MaxHours is the longest single length accepted, in minutes: one day.
const MaxHours = 24 * 60

// ErrHours is returned for a length below 0 or above a day.
var ErrHours = errors.New("hours must lie between 0 and 24")

// Minutes makes Hours of whole minutes.
func Minutes(m int) (Hours, error) {
	if m < 0 || m > MaxHours {
		return Hours{}, ErrHours
	}
	return Hours{int32(m), true}, nil
}

// HoursOf makes Hours of hours in decimal form; the result is rounded to the
// nearest minute, which loses nothing of any length people write down.
func HoursOf(h float64) (Hours, error) {
	if !(h >= 0 && h <= 24) {
		return Hours{}, ErrHours
	}
	return Minutes(int(h*60 + 0.5))
}

// Known reports whether the length is known.
func (h Hours) Known() bool { return h.known }

// IsZero reports whether the length is not known; encoders leave it out then.
func (h Hours) IsZero() bool { return !h.known }

// Minutes is the length in minutes, 0 when not known.
func (h Hours) Minutes() int { return int(h.minutes) }

// String is 3 h 30 min, empty when not known.
func (h Hours) String() string {
	if !h.known {
		return ""
	}
	return fmt.Sprintf("%d h %02d min", h.minutes/60, h.minutes%60)
}

// MarshalJSON writes the minutes as a number.
func (h Hours) MarshalJSON() ([]byte, error) {
	if !h.known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(h.minutes), 10), nil
}

// UnmarshalJSON reads minutes.
func (h *Hours) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*h = Hours{}
		return nil
	}
	m, err := strconv.Atoi(string(b))
	if err != nil {
		return ErrHours
	}
	*h, err = Minutes(m)
	return err
}

// Clock is a time of day to the minute; the zero Clock is "not given".
type Clock struct{ n int16 } // minute of the day + 1

// NewClock makes a time of day.
func NewClock(hour, minute int) (Clock, error) {
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return Clock{}, errors.New("not a time of day")
	}
	return Clock{int16(hour*60 + minute + 1)}, nil
}

// ParseClock reads 18:00.
func ParseClock(s string) (Clock, error) {
	if len(s) != 5 || s[2] != ':' {
		return Clock{}, errors.New("not a time of day")
	}
	h, err1 := strconv.Atoi(s[:2])
	m, err2 := strconv.Atoi(s[3:])
	if err := errors.Join(err1, err2); err != nil {
		return Clock{}, errors.New("not a time of day")
	}
	return NewClock(h, m)
}

// Given reports whether there is a time.
func (c Clock) Given() bool { return c.n != 0 }

// IsZero reports whether no time is given; encoders leave it out then.
func (c Clock) IsZero() bool { return c.n == 0 }

// Minute is the minute of the day, 0 to 1439; 0 when not given.
func (c Clock) Minute() int {
	if c.n == 0 {
		return 0
	}
	return int(c.n) - 1
}

// String is 18:00, empty when not given.
func (c Clock) String() string {
	if c.n == 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", c.Minute()/60, c.Minute()%60)
}

// MarshalText writes 18:00.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads 18:00.
func (c *Clock) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*c = Clock{}
		return nil
	}
	*c, err = ParseClock(string(b))
	return err
}
