package intake

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"utfall/domain"
	"utfall/intake/sheet"
)

func text(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Text, Text: s} }

// TestDatesPeopleWrite reads each form formats.md 2 names, and refuses what
// could be read in two ways.
func TestDatesPeopleWrite(t *testing.T) {
	for in, want := range map[string]string{
		"2019-03-14": "2019-03-14", " 2019-03-14 ": "2019-03-14", "2019-03-14 18:00": "2019-03-14", "2019-03-14T18:00:00": "2019-03-14",
		"2019-03-14 18:00:00.000": "2019-03-14", "20190314": "2019-03-14", "14 mars 2019": "2019-03-14", "den 14 mars 2019": "2019-03-14",
		"14 Mar 2019": "2019-03-14", "1 maj 2019": "2019-05-01", "1:a maj 2019": "2019-05-01", "31 okt. 2019": "2019-10-31",
		"2024/05/17 3:42:10 PM EEST": "2024-05-17", "2024/05/17 3:42:10 em OESZ": "2024-05-17",
	} {
		if d, err := parseDate(text(in)); err != nil || d.String() != want {
			t.Errorf("%q: %s, %v; want %s", in, d, err, want)
		}
	}
	for _, in := range []string{"03/04/19", "3/4/2019", "14/3 2019", "14.3.2019", "7/27/26 19:06:23", "14/3", "14 mars"} {
		if d, err := parseDate(text(in)); !errors.Is(err, errAmbiguous) {
			t.Errorf("%q: %s, %v; want it refused as ambiguous", in, d, err)
		}
	}
	for _, in := range []string{"imorgon", "2019-02-29", "43538", "30 februari 2019", "2019", "2019-03-14x", "2019-03-14 x", "mars 14 2019", ""} {
		if d, err := parseDate(text(in)); err == nil {
			t.Errorf("%q was read as %s", in, d)
		}
	}
	if d, err := parseDate(sheet.Cell{Kind: sheet.Date, Text: "2019-03-14T18:00:00"}); err != nil || d.String() != "2019-03-14" {
		t.Errorf("a date of Excel: %s, %v", d, err)
	}
	if d, err := parseDate(sheet.Cell{Kind: sheet.Date, Text: "18:00:00"}); err == nil {
		t.Errorf("a time of Excel was read as %s", d)
	}
	if d, err := parseDate(sheet.Cell{Kind: sheet.Number, Text: "20190314", Number: 20190314}); err == nil {
		t.Errorf("a number of Excel was read as %s", d)
	}
}

func TestNumbersPeopleWrite(t *testing.T) {
	for in, want := range map[string]float64{"1,5": 1.5, "1.5": 1.5, "1 250 000,00": 1250000, "1\u00a0250\u00a0000,50": 1250000.5, "1\u202f250": 1250, "1.250.000,5": 1250000.5, "\u22122": -2, "0": 0} {
		if n, err := parseNumber(text(in)); err != nil || n != want {
			t.Errorf("%q: %v, %v; want %v", in, n, err, want)
		}
	}
	for _, in := range []string{"", "x", "1,5h", "1,5,5", "--1"} {
		if n, err := parseNumber(text(in)); err == nil {
			t.Errorf("%q was read as %v", in, n)
		}
	}
	for in, ok := range map[string]bool{"12": true, "12,0": true, "0": true, "-1": false, "1,5": false, "1e12": false} {
		if _, err := parseCount(text(in)); (err == nil) != ok {
			t.Errorf("count %q: %v", in, err)
		}
	}
}

func TestTimesPeopleWrite(t *testing.T) {
	for in, want := range map[string]string{"18:00": "18:00", "18.00": "18:00", "9:05": "09:05", "0905": "09:05", "18:00:00": "18:00"} {
		if c, err := parseClock(text(in)); err != nil || c.String() != want {
			t.Errorf("%q: %s, %v; want %s", in, c, err, want)
		}
	}
	for _, in := range []string{"24:00", "18:60", "sex", "18", "18:0", "1:2:3"} {
		if c, err := parseClock(text(in)); err == nil {
			t.Errorf("%q was read as %s", in, c)
		}
	}
}

func TestChoices(t *testing.T) {
	for in, want := range map[string][]string{"A;B;": {"A", "B"}, "A, B": {"A", "B"}, "A": {"A"}, "A, i regel;B": {"A, i regel", "B"}, "A;A": {"A"}} {
		if got := choices(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestHowTimeIsCertified reads yes, no and the ways in which time is certified; a
// word that is none of them is told with its line, and never repeated.
func TestHowTimeIsCertified(t *testing.T) {
	read := func(in string) (bool, domain.Certificate, []domain.Problem) {
		r := &reading{file: "list.csv"}
		w := &row{r: r, line: 7, cells: []sheet.Cell{text(in)}, table: &table{columns: &columns{at: map[string]int{"certified": 0}, names: map[string]string{"certified": "Intygad"}}}}
		certified, by := w.certificate("certified")
		if w.bad != (len(r.problems) > 0) {
			t.Errorf("%q: bad %t with %d problems", in, w.bad, len(r.problems))
		}
		return certified, by, r.problems
	}
	for by, all := range map[domain.Certificate][]string{
		domain.BySignedList: {"lista", "Signerad lista", "UNDERSKRIVEN  LISTA", "signed list", "signed-list"}, domain.ByCheckIn: {"incheckning", "Check-in"},
		domain.ByTrainer: {"lärare", "Kursledare", "handledare", "trainer"}, domain.ByParticipant: {"deltagare", "själv", "Egen", "participant", "own"},
		"": {"ja", "x", "1", "yes", "sant"},
	} {
		for _, in := range all {
			if certified, got, problems := read(in); !certified || got != by || len(problems) > 0 {
				t.Errorf("%q: %t by %q, %v; want it certified by %q", in, certified, got, problems, by)
			}
		}
	}
	for _, in := range []string{"nej", "no", "0", "-", "", "  "} {
		if certified, by, problems := read(in); certified || by != "" || len(problems) > 0 {
			t.Errorf("%q: %t by %q, %v; want it not certified", in, certified, by, problems)
		}
	}
	for _, in := range []string{"kanske", "listan", "ja, lista", "Anna Hemlig", "said"} {
		certified, by, problems := read(in)
		if certified || by != "" || len(problems) != 1 {
			t.Errorf("%q: %t by %q, %v; want one problem", in, certified, by, problems)
			continue
		}
		if p := problems[0]; p.Line != 7 || p.Column != "Intygad" || p.File != "list.csv" || p.Hint.Zero() || strings.Contains(p.In("en")+p.In("sv"), in) {
			t.Errorf("%q: %+v", in, p)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2019-03-14", "14 mars 2019", "03/04/19", "2024/05/17 3:42:10 PM EEST"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := parseDate(text(s))
		if err != nil {
			return
		}
		if again, err := domain.ParseDate(d.String()); err != nil || again != d {
			t.Fatalf("%q: %s", s, d)
		}
	})
}
