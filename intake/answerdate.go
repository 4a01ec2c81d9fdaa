package intake

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"utfall/domain"
	"utfall/intake/sheet"
)

// dummyDate is what LimeSurvey dates answers that are to be anonymous.
var dummyDate = domain.MustDate("1980-01-01")

// date is the day of a response: when it was sent, else when LimeSurvey last heard
// of it. Answers without a day have none.
func (s *responses) date(w *row) domain.Date {
	for _, field := range []string{"date", "acted", "began"} {
		c := w.cell(field)
		if blank(c) {
			continue
		}
		d, err := zoned(c)
		switch {
		case errors.Is(err, errAmbiguous):
			w.problem(field, domain.T("datumet kan läsas på flera sätt", "the date can be read in several ways"),
				domain.T("hämta svaren som .xlsx, eller formatera kolumnen som ÅÅÅÅ-MM-DD innan filen sparas som CSV", "fetch the answers as .xlsx, or format the column as YYYY-MM-DD before the file is saved as CSV"))
			return domain.Date{}
		case err != nil:
			return w.date(field) // which says what is wrong
		case s.t.answers.tool == limeSurvey && d == dummyDate:
			continue
		case d.Year() < 1900 || d.Year() > 2100:
			return w.date(field)
		}
		return d
	}
	return domain.Date{}
}

// stamp is a moment as Google Forms and LimeSurvey write it, with a zone.
var stamp = regexp.MustCompile(`^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:[.,]\d+)? ?((?i)am|pm|fm|em|f\.m\.|e\.m\.)? ?([A-Z]{1,5}|(?:GMT|UTC)?[+\x{2212}-]\d{1,2}(?::?\d\d)?)?$`)

// zones are the ones a form for Sweden is likely to be kept in, in hours east.
var zones = map[string]int{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}

// zoned is the day in Stockholm of a moment; one whose zone is not told, or not known,
// has the day that stands there.
func zoned(c sheet.Cell) (domain.Date, error) {
	m := stamp.FindStringSubmatch(strings.TrimSpace(c.Text))
	if c.Kind != sheet.Text || m == nil {
		return parseDate(c)
	}
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // digits, or blank
	}
	written, err := domain.NewDate(n[0], time.Month(n[1]), n[2])
	if err != nil || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return written, domain.ErrDate
	}
	half := strings.ToLower(strings.ReplaceAll(m[7], ".", ""))
	switch {
	case half != "" && (n[3] < 1 || n[3] > 12):
		return written, domain.ErrDate
	case half == "pm" || half == "em":
		n[3] = n[3]%12 + 12
	case half != "":
		n[3] %= 12
	}
	east, known := offset(m[8])
	if !known {
		return written, nil
	}
	return domain.DateOf(time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4]-east, n[5], 0, time.UTC)), nil
}

// offset reads a zone as minutes east of Greenwich.
func offset(zone string) (minutes int, known bool) {
	if hours, ok := zones[zone]; ok {
		return 60 * hours, true
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(zone, "GMT"), "UTC")
	if rest == "" || !strings.ContainsAny(rest[:1], "+-\u2212") {
		return 0, false
	}
	sign := 1
	if !strings.HasPrefix(rest, "+") {
		sign = -1
	}
	digits := strings.ReplaceAll(strings.TrimLeft(rest, "+-\u2212"), ":", "")
	h, err := strconv.Atoi(digits[:min(2, len(digits))])
	if len(digits) > 2 {
		minutes, _ = strconv.Atoi(digits[2:])
	}
	return sign * (60*h + minutes), err == nil && h < 15
}
