package main

import (
	"fmt"
	"time"
)

// day is a date, at midnight UTC; the zero day is "no date".
type day = time.Time

// firstDay and lastDay are the five years.
var (
	firstDay = on(2017, time.January, 1)
	lastDay  = on(2021, time.December, 31)
)

// on makes a day.
func on(year int, month time.Month, date int) day {
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

// next gives the first such weekday on or after a day.
func next(weekday time.Weekday, from day) day {
	for from.Weekday() != weekday {
		from = from.AddDate(0, 0, 1)
	}
	return from
}

// iso writes a day as 2019-03-14, and no day as nothing.
func iso(d day) string {
	if d.IsZero() {
		return ""
	}
	return d.Format("2006-01-02")
}

// within reports whether a day lies in a span, both ends included.
func within(d, from, to day) bool { return !d.Before(from) && !d.After(to) }

var monthNames = []string{"januari", "februari", "mars", "april", "maj", "juni",
	"juli", "augusti", "september", "oktober", "november", "december"}

// swedish writes a day as 14 mars 2019.
func swedish(d day) string {
	return fmt.Sprintf("%d %s %d", d.Day(), monthNames[d.Month()-1], d.Year())
}

// clock writes minutes after midnight as 17:00.
func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// span is one period of a dimension: its key, first and last day.
type span struct {
	key      string
	from, to day
}

// periodKey gives the key of the period a day lies in.
func periodKey(by string, d day) string {
	switch by {
	case "month":
		return d.Format("2006-01")
	case "quarter":
		return fmt.Sprintf("%d-Q%d", d.Year(), (int(d.Month())+2)/3)
	case "term":
		if d.Month() <= time.June {
			return fmt.Sprintf("VT%d", d.Year())
		}
		return fmt.Sprintf("HT%d", d.Year())
	case "year":
		return fmt.Sprint(d.Year())
	}
	panic("no such period: " + by)
}

// isPeriod reports whether a dimension is one of time.
func isPeriod(by string) bool {
	return by == "month" || by == "quarter" || by == "term" || by == "year"
}

// spans lists every period in a range, the first and last cut to the range; no
// dimension is one period with an empty key.
func spans(by string, from, to day) []span {
	if by == "" {
		return []span{{from: from, to: to}}
	}
	var out []span
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		key := periodKey(by, d)
		if n := len(out); n == 0 || out[n-1].key != key {
			out = append(out, span{key: key, from: d})
		}
		out[len(out)-1].to = d
	}
	return out
}
