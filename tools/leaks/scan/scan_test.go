package scan

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// found scans a text written in pieces of the length given.
func found(text string, piece int) []Finding {
	var out []Finding
	s := New(func(f Finding) { out = append(out, f) })
	for part := range slices.Chunk([]byte(text), piece) {
		if n, err := s.Write(part); n != len(part) || err != nil {
			panic("a short write")
		}
	}
	s.Flush()
	return out
}

// TestLeaks has what is a leak. Each text is named by its number here: a name
// would be printed, and read by the scanner.
func TestLeaks(t *testing.T) {
	for i, c := range []struct {
		text string
		want Kind
	}{
		{"19121212-1212", PersonNumber},
		{"born 191212121212.", PersonNumber},
		{"121212-1212", PersonNumber},
		{"121212+1212", PersonNumber},
		{"19121212+1212", PersonNumber},
		{`{"pn":"1212121212"}`, PersonNumber},
		{"17;1212121212;3", PersonNumber},
		{"17,191212121212,3", PersonNumber},
		{"row\t191212121212\t3", PersonNumber},
		{`"a\t191212121212\n"`, PersonNumber},
		{"pn=121212%2B; q=%22191212121212%22", PersonNumber},
		{"q=%3A121212-1212", PersonNumber},
		{`\u003e121212-1212\u003c`, PersonNumber},
		{`\x22191212121212`, PersonNumber},
		{"121212–1212", PersonNumber}, // a dash, as a word processor makes it
		{"121212\u20111212", PersonNumber},
		{"19570574-9959", PersonNumber}, // samordningsnummer
		{"0002292399", PersonNumber},    // a leap day
		{"19801231TF29", PersonNumber},
		{"801231-TF39", PersonNumber},
		{"19801231-tf39", PersonNumber},
		{"20000101-T220", PersonNumber},
		{"000101-R220", PersonNumber},
		{"SE121212121201", PersonNumber}, // the VAT number of a sole trader
		{"16121212-1212", PersonNumber},  // a sole trader's with the prefix of organisations
		{"anna.andersson@example.com", EmailAddress},
		{"<a+b@mail.example.co.uk>", EmailAddress},
		{"åsa@företag.se", EmailAddress},
		{"?mail=anna%40example.se&x=1", EmailAddress},
		{"mailto:anna@example.se", EmailAddress},
		{"070-123 45 67", PhoneNumber},
		{"070-1234567", PhoneNumber},
		{"0701234567", PhoneNumber},
		{"0701-23 45 67", PhoneNumber},
		{"070 123 45 67", PhoneNumber},
		{"070\u00a0123\u00a045\u00a067", PhoneNumber},
		{"070 - 123 45 67", PhoneNumber},
		{"070–123 45 67", PhoneNumber},
		{"+46701234567", PhoneNumber},
		{"+46 70 123 45 67", PhoneNumber},
		{"+46 (0)70-123 45 67", PhoneNumber},
		{"+46(0)70-1234567", PhoneNumber},
		{"0046 70 123 45 67", PhoneNumber},
		{"+46 33 12 34 56", PhoneNumber},
		{"tel:+46-33-12-34-56", PhoneNumber},
		{"033-12 34 56", PhoneNumber},
		{"033-123456 and more", PhoneNumber},
		{"08-123 456 78", PhoneNumber},
		{"0320-123 45", PhoneNumber},
		{"033-12 34 56 19 hours", PhoneNumber},
		{"phone:033-123456,", PhoneNumber},
	} {
		got := found("before\n"+c.text+"\nafter", 3)
		if len(got) != 1 || got[0].Kind != c.want || got[0].Line != 2 || len([]rune(got[0].Masked)) != 3 {
			t.Errorf("text %d: found %+v, want one %s in line 2", i, got, c.want)
		}
	}
}

// TestNoLeaks has what looks like one.
func TestNoLeaks(t *testing.T) {
	for _, text := range []string{
		"019a8f2c-7d1e-7c3b-9d4e-191212121212",
		"19121212-1212-4121-8121-191212121212",
		"036-0331-4123",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"sha256:12121212121212121212121212121212a212121212129121212121212121212b",
		"f191212121212", "191212121212f", // part of something hexadecimal
		"dGhlIHF1aWNrIGJyb3duIGZveCAxMjEyMTItMTIxMg==",
		"h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		"2026-11-24T10:20:30.123456789+01:00", "2026-11-24 10:20:30", "20261124102030", "20261124-102030", "20261124T102030Z",
		"1795531562", "1795531562549", "1795531562549679116", "UTFALL_SEED=1795531562549679116 repeats it",
		"1.191212121s", "0.00s", "12h13m14.151617s", "(1m2.123456789s)",
		"v1.2.3", "v0.0.3-0.20260924042702-217b81952dec", "go1.26.8", "github.com/xuri/excelize/v2@v2.11.1", "mod/github.com/a/b@v1.16.0/script.go:533",
		"x@v2.0.0-alpha.beta", "name@host", "user@127.0.0.1", "@every", "a @ b.com",
		"556016-0680", "5560160680", "16556016-0680", "202100-5224", "212000-1561", "SE556016068001", // legal persons
		"121212-1213", "19121212-1213", // the check digit is wrong
		"19121312-1212", "20190229-1239", "000000-0000", "19121212-0008", // no day, and a birth number nobody has
		"801231-TF3", "801231-XF39", "20000101-A220",
		"127.0.0.1:43567", "[::1]:8080", "192.168.12.12:1212",
		"position 4711, 100000 rows in 1.23s, 1000000000 bytes", "row_2147483647", "121 212 1212",
		"=== RUN   TestMalformedRows/row_2147483647", "--- PASS: TestX/2019-03-14_2019-04-14 (0.01s)",
		"+46 -12", "+460000000", "+ 46 more", "0046", "07-12", "2019-03-14 15 16 17", "05/12 2019 1234", "kl. 08-17", "08-12 34 5", "0.0701234567", "00701234567",
		"0701234567890", "BenchmarkFind-2   	    1000	   1234567 ns/op	 812.34 MB/s",
	} {
		if got := found(text, 5); len(got) > 0 {
			t.Errorf("%q: found %+v", text, got)
		}
	}
}

// aPerson draws a valid person number in some form: the check digit is the one
// of ten that makes the sum right.
func aPerson(t *rapid.T) string {
	days := rapid.IntRange(0, 64_000).Draw(t, "days since 1850")
	born := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	day := born.Format("20060102")
	if rapid.Bool().Draw(t, "samordningsnummer") {
		day = day[:6] + fmt.Sprint(born.Day()+60)
	}
	last := fmt.Sprintf("%03d", rapid.IntRange(1, 999).Draw(t, "birth number"))
	for check := range 10 {
		sum := 0
		for i, c := range fmt.Sprint(day[2:], last, check) {
			product := int(c-'0') * []int{2, 1}[i%2]
			sum += product%10 + product/10
		}
		if sum%10 == 0 {
			last += fmt.Sprint(check)
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "protected") == 0 {
		last = "TF" + last[2:]
	}
	day = day[2*rapid.IntRange(0, 1).Draw(t, "without century"):]
	return day + rapid.SampledFrom([]string{"", "-", "+"}).Draw(t, "separator") + last
}

// TestEveryPersonNumberIsFound hides person numbers between separators, in a
// text that is written in pieces.
func TestEveryPersonNumberIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		separators := rapid.StringOfN(rapid.RuneFrom([]rune(" \t.,;:!?()[]{}<>\"'`=/\\_|*&%#@~^$-+«»–·…")), 1, 3, -1)
		words := rapid.StringOfN(rapid.RuneFrom([]rune("abcdefxyzåäö \n0123456789-.:")), 0, 40, -1)
		before := words.Draw(t, "before") + separators.Draw(t, "separator before")
		text := before + aPerson(t) + separators.Draw(t, "separator after") + words.Draw(t, "after")
		line := 1 + strings.Count(before, "\n")
		for _, f := range found(text, rapid.IntRange(1, 50).Draw(t, "piece")) {
			if f.Kind == PersonNumber && f.Line == line {
				return
			}
		}
		t.Fatalf("not found")
	})
}

// TestALongLine has findings in every place around those where a line too long
// to hold is cut, and each is told once.
func TestALongLine(t *testing.T) {
	for _, planted := range []string{"19121212-1212", "anna.andersson@example.com", "+46 70 123 45 67"} {
		for _, cut := range []int{window - reach, 2*window - 3*reach} {
			for filling := cut - 30; filling < cut+30; filling++ {
				text := strings.Repeat(" ", filling) + planted + strings.Repeat(" ", 2*reach)
				if got := found(text, 4096); len(got) != 1 {
					t.Fatalf("%d characters from the cut: found %+v, want one", filling-cut, got)
				}
			}
		}
	}
}

// TestMemoryIsConstant writes one line of 200 MB.
func TestMemoryIsConstant(t *testing.T) {
	s := New(func(f Finding) { t.Errorf("found %+v", f) })
	block := bytes.Repeat([]byte("nothing to see here; "), 1<<15)
	for range 300 {
		if _, err := s.Write(block); err != nil {
			t.Fatal(err)
		}
		if cap(s.held) > 2*window {
			t.Fatalf("%d bytes held", cap(s.held))
		}
	}
}

// TestRandomText counts what chance makes of a megabyte of hexadecimal and one
// of base64 in long lines: nothing.
func TestRandomText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, alphabet := range []string{"0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"} {
		b := make([]byte, 1<<20)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		if diff := cmp.Diff([]Finding(nil), found(string(b), 1000)); diff != "" {
			t.Errorf("in random text: %s", diff)
		}
	}
}

// FuzzScan checks that how a text is cut into writes changes nothing.
func FuzzScan(f *testing.F) {
	f.Add("a 19121212-1212\nb anna@example.se", 3)
	f.Add("+46 (0)70-123 45 67 %20801231-TF39", 1)
	f.Fuzz(func(t *testing.T, text string, piece int) {
		if piece < 1 || piece > len(text) {
			piece = 1
		}
		if diff := cmp.Diff(found(text, 1<<20), found(text, piece)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkScan(b *testing.B) {
	s := New(func(f Finding) { b.Fatalf("%+v", f) })
	block := []byte(strings.Repeat("=== RUN   TestMalformedRows/row_2147483647\n    rows_test.go:17: position 4711 of 019a8f2c-7d1e-7c3b-9d4e-191212121212\n", 1000))
	b.SetBytes(int64(len(block)))
	for b.Loop() {
		if _, err := s.Write(block); err != nil {
			b.Fatal(err)
		}
	}
}
