package scan

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// personNumbers are the places of person numbers in a line. This is a reader of
// its own, apart from the program's: what the program does not take for a
// person number must not pass here for the same mistake.
func personNumbers(b []byte) [][]int {
	var out [][]int
	for from := 0; from < len(b); {
		if !isDigit(b[from]) {
			from++
			continue
		}
		end := from
		for end < len(b) && isDigit(b[end]) {
			end++
		}
		if to := numberEnd(b, from, end); to > 0 {
			out = append(out, []int{from, to})
			end = to
		}
		from = end
	}
	return out
}

// numberEnd is where the person number ends that a run of digits begins, or 0.
func numberEnd(b []byte, from, end int) int {
	birth, last := end, end
	switch end - from {
	case 10:
		birth -= 4
		last = birth
	case 12:
		if taxNumber(b, from, end) {
			return end
		}
		birth -= 4
		last = birth
	case 6, 8:
		last += separator(b[end:])
	default:
		return 0
	}
	to := last + 4
	if to > len(b) || !stands(b, from, to) {
		return 0
	}
	if !isBirth(string(b[from:birth])) || !isLast(string(b[birth-6:birth]), string(bytes.ToUpper(b[last:to]))) {
		return 0
	}
	return to
}

// taxNumber reports whether the digits are the VAT number of a sole trader,
// SE, ten digits of a person number, 01.
func taxNumber(b []byte, from, end int) bool {
	if from < 2 || string(bytes.ToUpper(b[from-2:from])) != "SE" || !stands(b, from-2, end) {
		return false
	}
	six, last := string(b[from:from+6]), string(b[from+6:from+10])
	return isBirth(six) && isLast(six, last)
}

// separator is the length of what may stand before the last four: - and +, and
// the hyphens and dashes that word processors make of them.
func separator(b []byte) int {
	for _, s := range []string{"-", "+", "\u2010", "\u2011", "\u2012", "\u2013", "\u2212"} {
		if bytes.HasPrefix(b, []byte(s)) {
			return len(s)
		}
	}
	return 0
}

// isBirth reports whether YYMMDD or YYYYMMDD is a day in some century, with 60
// taken from the day of a samordningsnummer. The 16 before an organisation
// number is no century, and can stand before a sole trader's.
func isBirth(s string) bool {
	day, _ := strconv.Atoi(s[len(s)-2:])
	if day > 60 {
		day -= 60
	}
	rest := s[len(s)-6:len(s)-2] + fmt.Sprintf("%02d", day)
	for _, century := range []string{"18", "19", "20"} {
		if len(s) == 6 || s[:2] == century || s[:2] == "16" {
			if _, err := time.Parse("20060102", century+rest); err == nil {
				return true
			}
		}
	}
	return false
}

// isLast reports whether the four characters after YYMMDD can be a person's.
func isLast(six, last string) bool {
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	switch {
	case digits(last):
		return last[:3] != "000" && checks(six+last)
	case last[:2] == "TF":
		return digits(last[2:]) // protected identity: no check digit
	case strings.IndexByte("TPRSUWXJKLMN", last[0]) >= 0 && digits(last[1:]):
		return checks(six + "1" + last[1:]) // an interim number
	}
	return false
}

// checks reports whether ten digits end in their check digit.
func checks(ten string) bool {
	sum := 0
	for i, c := range []byte(ten) {
		product := int(c-'0') * (2 - i%2)
		sum += product/10 + product%10
	}
	return sum%10 == 0
}
