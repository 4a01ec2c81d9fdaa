package domain_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"utfall/domain"
)

// The person number once more, slowly and from the rules alone (SKV 704 and
// 707, reference domain.md 7.4). It shares nothing with the parser: a regular
// expression and tables read the characters, the time package the calendar.

// reading is what a person number says; the zero reading is a refusal.
type reading struct{ kind, digits, born, sex string }

// known is the reading without the digits.
func (r reading) known() reading { r.digits = ""; return r }

// shape is century, year, month, day, separator and the last four characters:
// digits, the mark of a protected identity, or the letter of an interim number.
var shape = regexp.MustCompile(`^(1[0-9]|2[0-9])?([0-9]{2})([0-9]{2})([0-9]{2})([-+]?)(?:([0-9]{4})|([Tt][Ff][0-9]{2})|([JKLMNPRSTUWXjklmnprstuwx][0-9]{3}))$`)

// weighed is what a digit adds to the sum of a check digit at weights 2 and 1:
// the digits of its product.
var weighed = [2]map[string]int{
	{"0": 0, "1": 2, "2": 4, "3": 6, "4": 8, "5": 1, "6": 3, "7": 5, "8": 7, "9": 9},
	{"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9},
}

// checkDigit is the digit the nine before it call for.
func checkDigit(nine string) string {
	sum := 0
	for i, digit := range strings.Split(nine, "") {
		sum += weighed[i%2][digit]
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// calendarDay is the day of a year, month and day written as YYYYMMDD, where
// there is one.
func calendarDay(year int, month, day string) (time.Time, bool) {
	t, err := time.Parse("20060102", fmt.Sprintf("%04d", year)+month+day)
	return t, err == nil
}

// read is what the rules make of a text on a day.
func read(text string, on time.Time) reading {
	m := shape.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return reading{}
	}
	century, yy, month, day, plus := m[1], m[2], m[3], m[4], m[5] == "+"
	plain, protected, interim := m[6], m[7], m[8]
	r := reading{kind: "ordinary"}
	// A check digit is that of the nine before it, as they are written: the 60
	// of a samordningsnummer counts. An interim letter is read as 1.
	switch {
	case protected != "":
		r.kind = "protected"
	case interim != "":
		r.kind = "interim"
		if checkDigit(yy+month+day+"1"+interim[1:3]) != interim[3:] {
			return reading{}
		}
	case plain[:3] == "000" || checkDigit(yy+month+day+plain[:3]) != plain[3:]:
		return reading{}
	}
	if real, added := samordning[day]; added {
		if r.kind != "ordinary" {
			return reading{}
		}
		r.kind, day = "coordination", real
	}
	born, ok := birthday(century, yy, month, day, plus, on)
	if !ok {
		return reading{}
	}
	r.born = born.Format("2006-01-02")
	r.digits = born.Format("2006") + month + m[4] + strings.ToUpper(plain+protected+interim)
	r.sex = "man"
	if last := plain + protected + interim; strings.Contains("02468", last[2:3]) {
		r.sex = "woman"
	}
	return r
}

// samordning is the day a day of a samordningsnummer stands for.
var samordning = func() map[string]string {
	out := map[string]string{}
	for day := 1; day <= 31; day++ {
		out[strconv.Itoa(60+day)] = fmt.Sprintf("%02d", day)
	}
	return out
}()

// birthday is the day of birth. A written century stands, unless the person is
// born before 1800, or more than a year after the day of reading. Else it is the
// youngest person already born that day, and after + the youngest of those who
// have turned 100 by the end of that day's year: that is when - becomes +.
func birthday(century, yy, month, day string, plus bool, on time.Time) (time.Time, bool) {
	year, _ := strconv.Atoi(century + yy) // the shape has digits only
	if century != "" {
		born, ok := calendarDay(year, month, day)
		return born, ok && year >= 1800 && born.Sub(on) <= 366*24*time.Hour
	}
	youngest, found := time.Time{}, false
	for c := 1800; c <= on.Year(); c += 100 {
		born, ok := calendarDay(c+year, month, day)
		if ok && !born.After(on) && (!plus || born.Year()+100 <= on.Year()) {
			youngest, found = born, true
		}
	}
	return youngest, found
}

// parsed is what the parser makes of it.
func parsed(text string, on domain.Date) reading {
	n, err := domain.ParsePersonNumber(text, on, domain.UsualKinds|domain.Interim)
	if err != nil {
		return reading{}
	}
	kind := map[domain.NumberKind]string{domain.Ordinary: "ordinary", domain.Coordination: "coordination", domain.Protected: "protected", domain.Interim: "interim"}
	sex := map[domain.Sex]string{domain.Woman: "woman", domain.Man: "man"}
	return reading{kind[n.Kind()], n.Digits(), n.Born().String(), sex[n.Sex()]}
}

// forms are the ways a number is written, from its twelve characters.
var forms = []func(string) string{
	func(s string) string { return s },
	func(s string) string { return s[:8] + "-" + s[8:] },
	func(s string) string { return s[:8] + "+" + s[8:] },
	func(s string) string { return s[2:] },
	func(s string) string { return s[2:8] + "-" + s[8:] },
	func(s string) string { return s[2:8] + "+" + s[8:] },
	func(s string) string { return " " + s[2:8] + "-" + s[8:] + "\u00a0" },
	func(s string) string { return "\t" + strings.ToLower(s) + "  " },
}

// serial is a random end of a number of that day: nine of ten check digits are
// wrong by chance, so that right ones and near misses are made as well.
func serial(day string, r *rand.Rand) string {
	three := fmt.Sprintf("%03d", r.IntN(1000))
	switch r.IntN(8) {
	case 0:
		return three + strconv.Itoa(r.IntN(10))
	case 1:
		return "000" + checkDigit(day[2:]+"000")
	case 2:
		return "TF" + three[:2]
	case 3:
		letter := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[r.IntN(26)]
		return string(letter) + three[1:] + checkDigit(day[2:]+"1"+three[1:])
	case 4:
		return three[:1] + string("TFPX-+ "[r.IntN(7)]) + three[1:]
	}
	return three + checkDigit(day[2:]+three)
}

// everyDay calls with each YYYYMMDD from 1900 to 2030: every real day, every
// one with 60 added, and those beside them that do not exist.
func everyDay(visit func(string)) {
	for year := 1900; year <= 2030; year++ {
		for month := 0; month <= 13; month++ {
			for day := 0; day <= 92; day++ {
				if day <= 32 || day >= 60 {
					visit(fmt.Sprintf("%04d%02d%02d", year, month, day))
				}
			}
		}
	}
}

// TestPersonNumbersEqualASecondReader reads numbers of every day from 1900 to
// 2030 with the parser and with the rules above, on three days: in a year of
// the past, on a leap day, and in the year where 1930 turns 100.
func TestPersonNumbersEqualASecondReader(t *testing.T) {
	seed, draws := uint64(time.Now().UnixNano()), 6
	if s := os.Getenv("UTFALL_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &seed); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getenv("UTFALL_LARGE") != "" {
		draws = 60
	}
	defer t.Logf("UTFALL_SEED=%d repeats it", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	days := []string{"1999-12-31", "2020-02-29", "2030-06-30"}
	compared, differ, seen := 0, 0, map[string]int{}
	everyDay(func(day string) {
		for range draws {
			form := r.IntN(len(forms))
			text := forms[form](day + serial(day, r))
			on, _ := time.Parse("2006-01-02", days[r.IntN(len(days))])
			want, got := read(text, on), parsed(text, domain.MustDate(on.Format("2006-01-02")))
			compared++
			seen[want.kind]++
			if got == want {
				continue
			}
			if differ++; differ <= 5 {
				// Invented, but it could be somebody's: the last four stay out.
				t.Errorf("%s in form %d read on %s: %+v, by the rules %+v; digits the same: %t", day, form, on.Format("2006-01-02"),
					got.known(), want.known(), got.digits == want.digits)
			}
		}
	})
	t.Logf("%d numbers compared, %d differences; how many of each kind, refused ones first: %v", compared, differ, seen)
	for kind, n := range map[string]int{"": compared / 10, "ordinary": compared / 40, "coordination": compared / 40, "protected": compared / 200, "interim": compared / 200} {
		if seen[kind] < n {
			t.Errorf("only %d of kind %q", seen[kind], kind)
		}
	}
}
