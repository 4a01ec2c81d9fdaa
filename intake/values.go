package intake

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"utfall/domain"
	"utfall/intake/sheet"
)

var errAmbiguous = errors.New("an ambiguous date")

var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "okt": 10, "nov": 11, "dec": 12,
	"januari": 1, "februari": 2, "mars": 3, "april": 4, "juni": 6, "juli": 7, "augusti": 8, "september": 9, "oktober": 10,
	"november": 11, "december": 12, "sept": 9,
}

// parseDate reads a date as formats.md 2 says: ISO, Swedish words, with a time
// behind it, or a date of Excel. What could be read in two ways is refused.
func parseDate(c sheet.Cell) (domain.Date, error) {
	if c.Kind == sheet.Date {
		if len(c.Text) < 10 {
			return domain.Date{}, domain.ErrDate // a time of day alone
		}
		return domain.ParseDate(c.Text[:10])
	}
	s := strings.TrimSpace(c.Text)
	if len(s) >= 10 {
		if d, err := domain.ParseDate(s[:10]); err == nil {
			return d, timeTail(s[10:])
		}
		if s[4] == '/' && s[7] == '/' {
			d, err := domain.ParseDate(s[:4] + "-" + s[5:7] + "-" + s[8:10])
			return d, errors.Join(err, timeTail(s[10:]))
		}
	}
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" && c.Kind == sheet.Text {
		return domain.ParseDate(s[:4] + "-" + s[4:6] + "-" + s[6:])
	}
	words := strings.Fields(strings.TrimPrefix(domain.Fold(s), "den "))
	if len(words) == 2 && months[strings.TrimSuffix(words[1], ".")] != 0 && strings.Trim(words[0], "0123456789:ae.") == "" {
		return domain.Date{}, errAmbiguous // a day without a year
	}
	if len(words) == 3 {
		day, err1 := strconv.Atoi(strings.TrimRight(words[0], ".:ae"))
		year, err2 := strconv.Atoi(words[2])
		if month := months[strings.TrimSuffix(words[1], ".")]; month != 0 && err1 == nil && err2 == nil && year > 999 {
			return domain.NewDate(year, month, day)
		}
	}
	if strings.ContainsAny(s, "/.") && strings.Trim(s, "0123456789/.: ") == "" {
		return domain.Date{}, errAmbiguous
	}
	return domain.Date{}, domain.ErrDate
}

// timeTail accepts what may follow a date: nothing, or a time of day with
// seconds, AM or PM, and a zone's name.
func timeTail(s string) error {
	if s == "" {
		return nil
	}
	s = strings.TrimLeft(s, "T ")
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 3 {
		return domain.ErrDate
	}
	if clock, _, _ := strings.Cut(words[0], "."); strings.Count(clock, ":") < 1 || strings.Trim(clock, "0123456789:Z+-") != "" {
		return domain.ErrDate
	}
	return nil
}

// parseClock reads a time of day: 18:00, 18.00, 1800, 9:00, with seconds, or a
// time of Excel.
func parseClock(c sheet.Cell) (domain.Clock, error) {
	s := strings.TrimSpace(c.Text)
	if c.Kind == sheet.Date && len(s) >= 11 {
		s = s[11:]
	}
	s = strings.ReplaceAll(s, ".", ":")
	if len(s) == 4 && strings.Trim(s, "0123456789") == "" {
		s = s[:2] + ":" + s[2:]
	}
	if len(s) == 8 && s[5] == ':' {
		s = s[:5]
	}
	if len(s) == 4 && s[1] == ':' {
		s = "0" + s
	}
	return domain.ParseClock(s)
}

var numberMarks = strings.NewReplacer("\u00a0", "", "\u202f", "", " ", "", "\u2212", "-", ",", ".")

// decimal puts a number as Swedes write it (NBSP between thousands, decimal
// comma) into the form with a decimal point. With both marks, points are
// thousands.
func decimal(s string) string {
	if strings.Contains(s, ",") && strings.Contains(s, ".") {
		s = strings.ReplaceAll(s, ".", "")
	}
	return numberMarks.Replace(strings.TrimSpace(s))
}

// parseNumber reads a number with decimal comma or point.
func parseNumber(c sheet.Cell) (float64, error) {
	if c.Kind == sheet.Number {
		return c.Number, nil
	}
	return strconv.ParseFloat(decimal(c.Text), 64)
}

// parseCount reads a whole number of 0 or more.
func parseCount(c sheet.Cell) (int, error) {
	f, err := parseNumber(c)
	if err != nil || f < 0 || f > 1e9 || f != float64(int(f)) {
		return 0, errors.New("not a whole number")
	}
	return int(f), nil
}

// yes and no are how presence and certification are written in real lists.
var yesNo = map[string]bool{
	"ja": true, "j": true, "x": true, "1": true, "true": true, "sant": true, "närv": true, "närvarande": true, "yes": true,
	"nej": false, "n": false, "0": false, "false": false, "falskt": false, "frånv": false, "frånvarande": false, "no": false,
	"närv.": true, "frånv.": false, "-": false,
}

func parseYesNo(c sheet.Cell) (value, ok bool) {
	value, ok = yesNo[domain.Fold(c.Text)]
	return value, ok
}

// blank reports whether a cell says nothing.
func blank(c sheet.Cell) bool { return c.Kind == sheet.Empty || strings.TrimSpace(c.Text) == "" }
