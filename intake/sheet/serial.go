package sheet

import (
	"bytes"
	"math"
	"time"

	"utfall/domain"
)

const (
	// days1904 is the serial, in the 1900 system, of day 0 of the 1904 system.
	days1904 = 1462
	// lastSerial is 31 December 9999, the last day of either system.
	lastSerial = 2_958_465
	// leapSerial is the 29 February 1900 that Excel has and the calendar has not.
	leapSerial    = 60
	secondsPerDay = 86400
)

// appendSerial appends the date and time of a 1900-system serial, in days,
// rounded to whole seconds: the date alone at midnight, the time alone below 1.
// The text says why a serial is none.
func appendSerial(b []byte, serial float64) ([]byte, domain.Text) {
	if math.IsNaN(serial) || serial < 0 || serial >= lastSerial+1 {
		return b, domain.T("datumet ligger utanför 1900–9999", "the date is outside 1900–9999")
	}
	day := int(serial)
	seconds := int(math.Round((serial - float64(day)) * secondsPerDay))
	if day == 0 {
		// The last half second of the day must not become another day.
		return appendTime(b, min(seconds, secondsPerDay-1)), domain.Text{}
	}
	if seconds == secondsPerDay {
		day, seconds = day+1, 0
	}
	if day == leapSerial || int(serial) == leapSerial {
		return b, domain.T("datumet är 29 februari 1900, som inte fanns", "the date is 29 February 1900, which did not exist")
	}
	if day > lastSerial {
		return b, domain.T("datumet ligger utanför 1900–9999", "the date is outside 1900–9999")
	}
	b = appendDate(b, day)
	if seconds > 0 {
		b = appendTime(append(b, 'T'), seconds)
	}
	return b, domain.Text{}
}

// appendDate appends the calendar date of a whole serial from 1, by counting
// days from 1 March 0000.
func appendDate(b []byte, day int) []byte {
	if day < leapSerial {
		day++ // the days before the one that did not exist
	}
	const marchZero = 693_899 // 1 March 0000 to 30 December 1899
	days := day + marchZero
	era := days / 146_097
	ofEra := days - era*146_097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36_524 - ofEra/146_096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*ofYear + 2) / 153
	month := shifted + 3
	year := yearOfEra + era*400
	if month > 12 {
		month, year = month-12, year+1
	}
	b = append2(append2(b, year/100), year%100)
	b = append2(append(b, '-'), month)
	return append2(append(b, '-'), ofYear-(153*shifted+2)/5+1)
}

// appendTime appends seconds since midnight as hh:mm:ss.
func appendTime(b []byte, seconds int) []byte {
	b = append2(b, seconds/3600)
	b = append2(append(b, ':'), seconds/60%60)
	return append2(append(b, ':'), seconds%60)
}

func append2(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// isoLayouts are the forms of a t="d" cell: no zone, because Excel's dates have
// none and a zone would have to be guessed away.
var isoLayouts = []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04", "15:04:05", "T15:04:05"}

// isoSerial reads an ISO 8601 date, time or both as a 1900-system serial in days.
func isoSerial(b []byte) (float64, domain.Text) {
	value := string(bytes.Trim(b, " \t\r\n"))
	for _, layout := range isoLayouts {
		at, err := time.Parse(layout, value)
		if err != nil {
			continue
		}
		day := at.Truncate(24 * time.Hour)
		clock := at.Sub(day).Seconds() / secondsPerDay
		if at.Year() == 0 {
			return clock, domain.Text{} // a time alone
		}
		if at.Year() < 1900 {
			return 0, domain.T("datumet ligger utanför 1900–9999", "the date is outside 1900–9999")
		}
		serial := math.Round(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
		if serial <= leapSerial {
			serial--
		}
		return serial + clock, domain.Text{}
	}
	return 0, domain.T("datumet är inte skrivet som 2019-03-14 eller 2019-03-14T18:00:00",
		"the date is not written as 2019-03-14 or 2019-03-14T18:00:00")
}
