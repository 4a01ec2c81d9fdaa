package domain

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func vectors(t *testing.T, file string, to any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

type personVector struct {
	Long      string `json:"long_format"`
	Short     string `json:"short_format"`
	Separated string `json:"separated_format"`
	SepLong   string `json:"separated_long"`
	Valid     bool
	Type      string
	IsMale    bool
}

// TestPublicPersonNumberVectors runs the vectors every personnummer library is
// checked against (github.com/personnummer/meta), in every form they have.
func TestPublicPersonNumberVectors(t *testing.T) {
	on := MustDate("2022-01-01")
	for _, file := range []string{"person-numbers-list.json", "person-numbers-interim.json"} {
		var list []personVector
		vectors(t, file, &list)
		for _, v := range list {
			for _, s := range []string{v.Long, v.SepLong, v.Separated} {
				n, err := ParsePersonNumber(s, on, UsualKinds|Interim)
				if (err == nil) != v.Valid {
					t.Errorf("%s (%s): %v, want valid %t", s, v.Type, err, v.Valid)
					continue
				}
				if !v.Valid {
					continue
				}
				if got := n.Digits(); got != v.Long {
					t.Errorf("%s: canonical %s, want %s", s, got, v.Long)
				}
				if (n.Sex() == Man) != v.IsMale {
					t.Errorf("%s: sex %s", s, n.Sex())
				}
				if want := map[string]NumberKind{"ssn": Ordinary, "con": Coordination, "interim": Interim}[v.Type]; n.Kind() != want {
					t.Errorf("%s: kind %d, want %d", s, n.Kind(), want)
				}
			}
			if v.Type == "interim" {
				if _, err := ParsePersonNumber(v.Long, on, UsualKinds); err == nil {
					t.Errorf("%s was read without asking for interim numbers", v.Long)
				}
			}
		}
	}
	var orgs []struct {
		Short string `json:"short_format"`
	}
	vectors(t, "person-numbers-orgnumber.json", &orgs)
	for _, v := range orgs {
		if _, err := ParsePersonNumber(v.Short, on, UsualKinds); err == nil {
			t.Errorf("the organisation number %s was read as a person's", v.Short)
		}
	}
}

func TestPublicOrgNumberVectors(t *testing.T) {
	var list []struct {
		Input string
		Short string `json:"short_format"`
		Valid bool
		Type  string
	}
	vectors(t, "org-numbers-list.json", &list)
	for _, v := range list {
		n, err := ParseOrgNumber(v.Input)
		if (err == nil) != v.Valid {
			t.Errorf("%s: %v, want valid %t", v.Input, err, v.Valid)
			continue
		}
		if v.Valid && (n.Sole() != (v.Type == "Enskild firma")) {
			t.Errorf("%s: sole %t, type %s", v.Input, n.Sole(), v.Type)
		}
	}
	for s, valid := range map[string]bool{"556016-0680": true, "556016-0681": false, "202100-5224": true, "212000-1561": true, "SE556016068001": true,
		"16556016-0680": true, "5560160680": true, "556016 0680": true, "55601606": false, "": false, "556016-068X": false} {
		if _, err := ParseOrgNumber(s); (err == nil) != valid {
			t.Errorf("%q: %v, want valid %t", s, err, valid)
		}
	}
}

// TestPersonNumbersByHand has what the public vectors lack: the century rule,
// TF numbers, and numbers that must not be read.
func TestPersonNumbersByHand(t *testing.T) {
	for _, c := range []struct{ in, on, born string }{
		{"121212-1212", "2012-12-11", "1912-12-12"}, // not born yet that day in 2012
		{"121212-1212", "2012-12-12", "2012-12-12"}, // the youngest age not below 0
		{"121212+1212", "2012-12-12", "1912-12-12"}, // 100 that day
		{"121212+1212", "2030-01-01", "1912-12-12"},
		{"19121212-1212", "2019-01-01", "1912-12-12"},
		{"19801231TF29", "2019-01-01", "1980-12-31"},
		{"801231-TF39", "2019-01-01", "1980-12-31"},
	} {
		n, err := ParsePersonNumber(c.in, MustDate(c.on), UsualKinds)
		if err != nil || n.Born().String() != c.born {
			t.Errorf("%s on %s: born %s, %v; want %s", c.in, c.on, n.Born(), err, c.born)
		}
	}
	if n, _ := ParsePersonNumber("19801231TF29", MustDate("2019-01-01"), UsualKinds); n.Sex() != Woman || n.Kind() != Protected {
		t.Errorf("TF29: %s, kind %d; want a woman, protected", n.Sex(), n.Kind())
	}
	if n, _ := ParsePersonNumber("19801231TF39", MustDate("2019-01-01"), UsualKinds); n.Sex() != Man {
		t.Errorf("TF39: %s, want a man", n.Sex())
	}
	for _, s := range []string{"", "1", "12121212121212", "19121312-1212", "20990101-1234", "19121212-121A", "1,99E+11", "191212121213", "19801231TF2X", "ÅÄÖÅÄÖ-1212"} {
		if n, err := ParsePersonNumber(s, MustDate("2019-01-01"), UsualKinds|Interim); err == nil {
			t.Errorf("%q was read as born %s", s, n.Born())
		}
	}
}

// TestAPersonNumberNeverPrints formats one in every way a log line might.
func TestAPersonNumberNeverPrints(t *testing.T) {
	n, err := ParsePersonNumber("19121212-1212", MustDate("2019-01-01"), UsualKinds)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(struct{ N PersonNumber }{n})
	org, _ := ParseOrgNumber("121212-1212")
	o, _ := json.Marshal(org)
	for _, s := range []string{fmt.Sprint(n), fmt.Sprintf("%v %s %#v", n, n, n), fmt.Sprintf("%v", []PersonNumber{n}), string(b), org.String(), string(o)} {
		if strings.Contains(s, "1212") {
			t.Errorf("%s gives digits away", s)
		}
	}
}

// TestDatesEqualTheStandardLibrary walks every day of three centuries.
func TestDatesEqualTheStandardLibrary(t *testing.T) {
	d := MustDate("1850-01-01")
	for want := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC); want.Year() < 2151; want = want.AddDate(0, 0, 1) {
		if d.String() != want.Format("2006-01-02") || d.Year() != want.Year() || int64(d.UnixDays()) != want.Unix()/86400 {
			t.Fatalf("%s, want %s", d, want.Format("2006-01-02"))
		}
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%s came back as %s, %v", d, back, err)
		}
		d = d.AddDays(1)
	}
	for _, s := range []string{"2019-02-29", "2019-13-01", "2019-00-10", "2019-1-1", "19-01-01", "2019/01/01", "", "2019-01-32", "２０１９-01-01"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestTheDayIsStockholms(t *testing.T) {
	for at, want := range map[string]string{
		"2019-03-14T22:59:59Z": "2019-03-14", "2019-03-14T23:00:00Z": "2019-03-15", // winter: one hour ahead
		"2019-07-14T21:59:59Z": "2019-07-14", "2019-07-14T22:00:00Z": "2019-07-15", // summer: two
		"2019-10-27T00:30:00Z": "2019-10-27", "2019-10-27T01:30:00Z": "2019-10-27", // the hour that comes twice
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(moment).String(); got != want {
			t.Errorf("%s is the day %s, want %s", at, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, on string
		want     int
	}{{"1994-03-20", "2019-03-19", 24}, {"1994-03-20", "2019-03-20", 25}, {"1992-02-29", "2019-02-28", 26}, {"1992-02-29", "2019-03-01", 27},
		{"1992-02-29", "2020-02-29", 28}, {"2019-01-01", "2019-01-01", 0}} {
		if got := MustDate(c.born).AgeOn(MustDate(c.on)); got != c.want {
			t.Errorf("born %s, on %s: %d, want %d", c.born, c.on, got, c.want)
		}
	}
}

func TestSpansDivideAPeriodWithoutGapOrOverlap(t *testing.T) {
	p := Period{MustDate("2018-11-15"), MustDate("2020-02-29")}
	want := map[Grain]string{
		None: "", ByQtr: "2018-Q4 2019-Q1 2019-Q2 2019-Q3 2019-Q4 2020-Q1", ByTerm: "HT2018 VT2019 HT2019 VT2020", ByYear: "2018 2019 2020",
		ByMonth: "2018-11 2018-12 2019-01 2019-02 2019-03 2019-04 2019-05 2019-06 2019-07 2019-08 2019-09 2019-10 2019-11 2019-12 2020-01 2020-02",
	}
	for _, g := range []Grain{None, ByDay, ByMonth, ByQtr, ByTerm, ByYear} {
		next := p.From
		var keys []string
		for _, s := range p.Spans(g) {
			if s.From != next || s.To.Before(s.From) {
				t.Fatalf("%s: span %s starts %s, want %s", g, s.Key, s.From, next)
			}
			if g != None && (g.Key(s.From) != s.Key || g.Key(s.To) != s.Key) {
				t.Errorf("%s: a day of span %s has the key %s", g, s.Key, g.Key(s.To))
			}
			keys = append(keys, s.Key)
			next = s.To.AddDays(1)
		}
		if next != p.To.AddDays(1) {
			t.Errorf("%s: the last span ends %s", g, next.AddDays(-1))
		}
		if w, ok := want[g]; ok && strings.Join(keys, " ") != w {
			t.Errorf("%s: %v, want %s", g, keys, w)
		}
	}
}

func TestMoney(t *testing.T) {
	for s, ore := range map[string]int64{"0": 0, "1": 100, "12.5": 1250, "-12.50": -1250, "1800000.00": 180000000, "0.01": 1} {
		m, err := ParseMoney(s)
		if err != nil || m.Ore() != ore {
			t.Errorf("%s: %d, %v; want %d", s, m.Ore(), err, ore)
		}
		if back, err := ParseMoney(m.String()); err != nil || back != m {
			t.Errorf("%s came back as %s, %v", m, back, err)
		}
	}
	for _, s := range []string{"", "-", "1,5", "1.234", "1.", ".5", "1e3", "١", "99999999999999999999", "1 000", "+1"} {
		if m, err := ParseMoney(s); err == nil {
			t.Errorf("%q was read as %s", s, m)
		}
	}
}

func TestPlacesAndIndustries(t *testing.T) {
	for s, code := range map[string]string{"Borås": "1490", "borås stad": "1490", "Marks kommun": "1463", "Mark": "1463", "1463 Mark": "1463", "1480": "1480", "  ULRICEHAMN ": "1491", "Vårgårda kommun": "1442"} {
		if m, err := ParseMunicipality(s); err != nil || m.Code() != code {
			t.Errorf("%q: %q, %v; want %s", s, m.Code(), err, code)
		}
	}
	for _, s := range []string{"", "Göteborg", "9999", "149", "0090", "14900"} {
		if m, err := ParseMunicipality(s); err == nil {
			t.Errorf("%q was read as %s", s, m.Code())
		}
	}
	for s, want := range map[string]string{"74.102": "74.102", "74102": "74.102", "01.110": "01.110", "74.10": "74.100"} {
		if c, err := ParseSNI(s); err != nil || c.String() != want {
			t.Errorf("%q: %s, %v; want %s", s, c, err, want)
		}
	}
	for _, s := range []string{"", "1110", "7.4102", "741020", "74-102", "abcde"} {
		if c, err := ParseSNI(s); err == nil {
			t.Errorf("%q was read as %s", s, c)
		}
	}
}

func TestFoldAndSlug(t *testing.T) {
	for in, want := range map[string]string{"": "", "  Anna\u00a0 ÅSTRÖM ": "anna åström", "creative bar": "creative bar", "a  b": "a b", "KickStart\tFriday": "kickstart friday"} {
		if got := Fold(in); got != want || Fold(got) != got {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"KickStart Friday": "kickstart-friday", "Frukost & lunch": "frukost-lunch", "Öppet hus": "oppet-hus", "--": ""} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPersonNumber(f *testing.F) {
	for _, s := range []string{"19121212-1212", "121212+1212", "19801231TF29", "20000101-T220", "198212319954"} {
		f.Add(s)
	}
	on := MustDate("2022-01-01")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParsePersonNumber(s, on, UsualKinds|Interim)
		if err != nil {
			return
		}
		if len(n.Digits()) != 12 || n.Born().After(on.AddDays(366)) {
			t.Fatalf("%q: %d digits, born %s", s, len(n.Digits()), n.Born())
		}
		if again, err := ParsePersonNumber(n.Digits(), on, UsualKinds|Interim); err != nil || again != n {
			t.Fatalf("%q does not come back: %v", s, err)
		}
	})
}

// TestCertificatesAndEvidence: time is certified in a way there is, or in none; an
// attendance recorded before there were ways reads, and is written, as it was.
func TestCertificatesAndEvidence(t *testing.T) {
	sum := strings.Repeat("0a", 32)
	at := func(certified bool, by Certificate) Fact {
		return AttendanceRecorded{Role: Participant, Present: true, Certified: certified, CertifiedBy: by}
	}
	for _, c := range []struct {
		fact Fact
		says string // of the field that is refused, empty: fine
	}{
		{at(true, ""), ""}, {at(false, ""), ""}, {at(true, ByTrainer), ""}, {at(true, BySignedList), ""}, {at(true, ByCheckIn), ""}, {at(true, ByParticipant), ""},
		{at(false, ByTrainer), "certified_by: the attendance is not certified"}, {at(true, "boss"), "certified_by: must be"}, {at(false, "boss"), "certified_by: must be"},
		{EvidenceRecorded{Project: "p", SHA256: sum}, ""}, {EvidenceRecorded{SHA256: sum}, "project: is missing"}, {EvidenceRecorded{Project: "p"}, "sha256: must be"},
		{EvidenceRecorded{Project: "p", SHA256: strings.ToUpper(sum)}, "sha256: must be"}, {EvidenceRecorded{Project: "p", SHA256: sum + "0a"}, "sha256: must be"},
	} {
		err := (&Event{Data: c.fact}).Check()
		var refused *Error
		if errors.As(err, &refused) != (c.says != "") || refused != nil && !strings.HasPrefix(refused.What.EN, c.says) {
			t.Errorf("%+v: %v, want %q", c.fact, err, c.says)
		}
	}
	const before = `{"session":"00000000-0000-0000-0000-000000000001","role":"participant","present":true,"certified":true}`
	fact, err := Events.Decode("attendance.recorded/1", func(to any) error { return json.Unmarshal([]byte(before), to) })
	if err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(fact); err != nil || string(again) != before {
		t.Errorf("%s, %v; was %s", again, err, before)
	}
}
