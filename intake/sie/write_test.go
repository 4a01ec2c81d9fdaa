package sie

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"utfall/domain"
)

// sample is a file to import with one voucher, made anew each time.
func sample() Import {
	day := domain.MustDate("2024-02-15")
	return Import{
		Program: "Utfall", ProgramVersion: "1", Generated: domain.MustDate("2024-03-01"), Company: "Föreningen Åre", OrgNumber: "802000-0000",
		Accounts:   []Account{{Number: "1910", Name: "Kassa"}, {Number: "2640", Name: "Moms"}, {Number: "6110", Name: `Materiel "lätt"`}},
		Dimensions: []Dimension{{6, "Projekt", 0}, {7, "Anställd", 0}, {21, "Del", 6}},
		Objects:    []ObjectName{{Object{6, "P1"}, "Ett"}, {Object{6, "P2"}, "Två"}, {Object{21, "D1"}, "Del"}},
		Vouchers: []Voucher{{Series: "A", Number: "1", Date: day, Text: "Pärmar", Rows: []Row{
			{Account: "1910", Amount: domain.Ore(-10050), Date: day},
			{Account: "6110", Amount: domain.Ore(10050), Date: domain.MustDate("2024-02-16"), Objects: []Object{{6, "P1"}, {21, "D1"}}, Text: "blå", Sign: "AB"},
		}}},
	}
}

// TestWhatIsWritten compares a file byte by byte, and its checksum with one summed
// by another program over the fields.
func TestWhatIsWritten(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, sample()); err != nil {
		t.Fatal(err)
	}
	const want = "#FLAGGA 0\r\n#KSUMMA\r\n#PROGRAM \"Utfall\" \"1\"\r\n#FORMAT PC8\r\n#GEN 20240301\r\n#SIETYP 4\r\n" +
		"#ORGNR \"802000-0000\"\r\n#FNAMN \"F\x94reningen \x8fre\"\r\n" +
		"#KONTO 1910 \"Kassa\"\r\n#KONTO 6110 \"Materiel \\\"l\x84tt\\\"\"\r\n#DIM 6 \"Projekt\"\r\n#UNDERDIM 21 \"Del\" 6\r\n" +
		"#OBJEKT 6 \"P1\" \"Ett\"\r\n#OBJEKT 21 \"D1\" \"Del\"\r\n" +
		"#VER \"A\" \"1\" 20240215 \"P\x84rmar\"\r\n{\r\n   #TRANS 1910 {} -100.50\r\n" +
		"   #TRANS 6110 {6 \"P1\" 21 \"D1\"} 100.50 \"20240216\" \"bl\x86\" \"\" \"AB\"\r\n}\r\n#KSUMMA CRC\r\n"
	got := out.Bytes()
	at := bytes.LastIndex(got, []byte("#KSUMMA ")) + len("#KSUMMA ")
	if diff := cmp.Diff(want, string(got[:at])+"CRC\r\n"); diff != "" {
		t.Error(diff)
	}
	if sum := string(bytes.TrimSpace(got[at:])); sum != "2198626602" {
		t.Errorf("checksum %s", sum)
	}
}

// TestWhatIsWrittenIsReadBack writes random vouchers and reads them.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	const seed = 4711
	for n := range 500 {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		in := sample()
		in.Vouchers = randomVouchers(random)
		var out bytes.Buffer
		if err := Write(&out, in); err != nil {
			t.Fatalf("seed %d, %d: %v", seed, n, err)
		}
		for _, mode := range []Mode{Plain, History} {
			book, got := mustRead(t, "x.si", out.Bytes(), mode)
			var want []*Voucher
			for i := range in.Vouchers {
				want = append(want, &in.Vouchers[i])
			}
			places := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Line" }, cmp.Ignore())
			if diff := cmp.Diff(want, got, values, places, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d, %d: %s\n%s", seed, n, diff, &out)
			}
			if book.Type != Type4I || book.Company != in.Company || book.OrgNumber != in.OrgNumber || book.Generated != in.Generated {
				t.Fatalf("seed %d, %d: %+v", seed, n, book)
			}
		}
	}
}

// randomVouchers are vouchers with whatever text a file can hold.
func randomVouchers(random *rand.Rand) []Voucher {
	letters := []rune(`abcåäöÅÄÖéüß "\{}#1ÿ±` + " ")
	text := func() string {
		out := make([]rune, random.IntN(12))
		for i := range out {
			out[i] = letters[random.IntN(len(letters))]
		}
		return string(append(out, []rune{'x', '}', '"', ' '}[random.IntN(4)]))[random.IntN(2):]
	}
	day := func() domain.Date { return domain.MustDate("2024-01-01").AddDays(random.IntN(366)) }
	var out []Voucher
	for i := range random.IntN(5) {
		v := Voucher{Series: "A", Number: fmt.Sprint(i*3 + 1), Date: day(), Text: clean(text())}
		if random.IntN(3) == 0 {
			v.Series, v.Number, v.Registered, v.Sign = "", "", day(), clean(text())
		}
		var sum int64
		for j := range 2 + random.IntN(4) {
			row := Row{Account: fmt.Sprint(1000 + random.IntN(8000)), Date: v.Date, Text: clean(text())}
			if random.IntN(2) == 0 {
				row.Date, row.Sign, row.Quantity = day(), clean(text()), "-1.125"
			}
			for range random.IntN(3) {
				row.Objects = append(row.Objects, Object{1 + random.IntN(30), "o" + clean(text())})
			}
			ore := random.Int64N(1 << 40)
			if j == 0 {
				ore = -ore
			}
			row.Amount, sum = domain.Ore(ore), sum+ore
			v.Rows = append(v.Rows, row)
		}
		v.Rows = append(v.Rows, Row{Account: "1910", Date: v.Date, Amount: domain.Ore(-sum)})
		out = append(out, v)
	}
	return out
}

// clean is a text made valid UTF-8 that does not end in a backslash.
func clean(s string) string {
	s = string(bytes.ToValidUTF8([]byte(s), nil))
	return string(bytes.TrimRight([]byte(s), `\`))
}

// TestWhatCannotBeWritten checks each refusal of Write.
func TestWhatCannotBeWritten(t *testing.T) {
	voucher := func(change func(*Voucher)) func(*Import) {
		return func(in *Import) { change(&in.Vouchers[0]) }
	}
	for _, c := range []struct {
		name   string
		change func(*Import)
		want   string
	}{
		{"an öre off", voucher(func(v *Voucher) { v.Rows[0].Amount = domain.Ore(-10049) }),
			"line 15: the voucher does not balance: debit less credit is 0.01"},
		{"a euro sign", voucher(func(v *Voucher) { v.Text = "Två €" }), "line 15: character 5 of a text is U+20AC, which a SIE file cannot hold"},
		{"a line break", voucher(func(v *Voucher) { v.Text = "a\nb" }), "line 15: character 2 of a text is U+000A, which a SIE file cannot hold"},
		{"a tab", voucher(func(v *Voucher) { v.Rows[0].Text = "\t" }), "line 17: character 1 of a text is U+0009, which a SIE file cannot hold"},
		{"broken UTF-8", voucher(func(v *Voucher) { v.Text = "a\xff" }), "line 15: character 2 of a text is U+FFFD, which a SIE file cannot hold"},
		{"a backslash at the end", voucher(func(v *Voucher) { v.Text = `c:\` }), "line 15: a text ends in a backslash (character 3)"},
		{"no date", voucher(func(v *Voucher) { v.Date = domain.Date{} }), "line 15: the voucher has no date"},
		{"no account", voucher(func(v *Voucher) { v.Rows[0].Account = "" }), "line 16: an account number is not digits"},
		{"an object without number", voucher(func(v *Voucher) { v.Rows[1].Objects = []Object{{6, ""}} }), "line 15: an object has no dimension or no number"},
		{"a dimension 0", voucher(func(v *Voucher) { v.Rows[1].Objects[0].Dimension = 0 }), "line 17: an object has no dimension or no number"},
		{"a quantity in words", voucher(func(v *Voucher) { v.Rows[0].Quantity = "tio" }), "line 17: the row's quantity is no decimal number"},
		{"an added row", voucher(func(v *Voucher) { v.Rows[0].Added = true }), "line 15: the voucher has an added row"},
		{"a struck row", voucher(func(v *Voucher) { v.Struck = v.Rows[:1] }), "line 15: the voucher has a struck row"},
		{"too much", voucher(func(v *Voucher) {
			v.Rows[0].Amount, v.Rows[1].Amount = domain.Ore(math.MinInt64), domain.Ore(math.MinInt64)
		}), "line 15: the voucher's amounts are more than a whole number of öre can hold"},
		{"too long", voucher(func(v *Voucher) { v.Text = string(bytes.Repeat([]byte("x"), MaxLine)) }), "line 15: the line would be over 32 kB"},
		{"a number in words", voucher(func(v *Voucher) { v.Number = "ett" }), "line 15: the voucher's number is not a number"},
		{"a number twice", func(in *Import) { in.Vouchers = append(in.Vouchers, in.Vouchers[0]) },
			"line 20: the voucher's number is not higher than the one before it in the series"},
		{"no day made", func(in *Import) { in.Generated = domain.Date{} }, "line 5: the date of #GEN is missing"},
		{"a dimension under itself", func(in *Import) { in.Dimensions[0].Parent = 21 }, "the dimension lies under itself"},
	} {
		in := sample()
		c.change(&in)
		err := Write(&bytes.Buffer{}, in)
		var refused *Error
		if !errors.As(err, &refused) || refused.Error() != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
