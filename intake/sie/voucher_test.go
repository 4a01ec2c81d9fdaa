package sie

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"utfall/domain"
)

// head is the beginning of a type 4I file, nine lines.
const head = `#FLAGGA 0
#PROGRAM "Hand" 1.0
#FORMAT PC8
#GEN 20240131 "SIGN"
#SIETYP 4
#FNAMN "Provet"
#RAR 0 20240101 20241231
#KONTO 1910 "Kassa"
#KONTO 6110 "Kontorsmateriel"
`

// values compares money and dates by what they are.
var values = cmp.Options{cmp.AllowUnexported(domain.Money{}, domain.Date{}), cmpopts.IgnoreUnexported(Book{})}

// net is what a voucher books on each account, in öre.
func net(v *Voucher) map[string]int64 {
	sums := map[string]int64{}
	for _, row := range v.Rows {
		sums[row.Account] += row.Amount.Ore()
	}
	maps.DeleteFunc(sums, func(_ string, ore int64) bool { return ore == 0 })
	return sums
}

// TestCorrectionsComeToTheSame reads two corrected vouchers in both modes: rows
// added to one, and a row of the other struck for one of another account.
func TestCorrectionsComeToTheSame(t *testing.T) {
	const addition = `#VER A 1 20240115
{
#TRANS 1910 {} -1200.00
#TRANS 2640 {} 240.00
#TRANS 6250 {} 960.00
#RTRANS 1910 {} 200.00 20240120 "" "" "SIGN"
#TRANS 1910 {} 200.00 20240120 "" "" "SIGN"
#RTRANS 2640 {} -40.00
#TRANS 2640 {} -40.00
#RTRANS 6250 {} -160.00
#TRANS 6250 {} -160.00
}
`
	const strike = `#VER A 1 20240115
{
#TRANS 1910 {} -1000.00
#TRANS 2640 {} 200.00
#BTRANS 6110 {} 800.00
#RTRANS 6250 {} 800.00
#TRANS 6250 {} 800.00
}
`
	for _, c := range []struct {
		text                string
		rows, added, struck int // with history
	}{
		{addition, 6, 3, 0},
		{strike, 3, 1, 1},
	} {
		for _, mode := range []Mode{Plain, History} {
			book, vouchers := mustRead(t, "x.si", []byte(head+c.text), mode)
			v, added := vouchers[0], 0
			for _, row := range v.Rows {
				if row.Added {
					added++
				}
			}
			want := [3]int{c.rows, c.added * int(mode), c.struck * int(mode)}
			if got := [3]int{len(v.Rows), added, len(v.Struck)}; got != want || book.Struck != want[2] {
				t.Errorf("mode %d: rows, added, struck %v, want %v", mode, got, want)
			}
			if diff := cmp.Diff(map[string]int64{"1910": -100000, "2640": 20000, "6250": 80000}, net(v)); diff != "" {
				t.Errorf("mode %d: %s", mode, diff)
			}
		}
	}
}

// TestAVoucherInFull compares every field of a voucher.
func TestAVoucherInFull(t *testing.T) {
	const text = head + `#VER "B" 7 20240215 "Två rader" 20240216 "AB"
{
#TRANS 1910 {} -12.5
#BTRANS 1910 { "6" "P 1" } 3 20240214 "struken" 1.5 "CD"
#RTRANS 6110 {1 "N" 6 "P\"1"} 12.50 "" "lagd till" -2
#TRANS 6110 {1 N 6 "P\"1"} 12.50 20240215 "" "" "EF"
}
`
	day := domain.MustDate("2024-02-15")
	want := &Voucher{
		Series: "B", Number: "7", Date: day, Text: "Två rader", Registered: domain.MustDate("2024-02-16"), Sign: "AB", Line: 10,
		Rows: []Row{
			{Account: "1910", Amount: domain.Ore(-1250), Date: day, Line: 12},
			{Account: "6110", Objects: []Object{{1, "N"}, {6, `P"1`}}, Amount: domain.Ore(1250), Date: day,
				Text: "lagd till", Quantity: "-2", Sign: "EF", Added: true, Line: 15},
		},
		Struck: []Row{{Account: "1910", Objects: []Object{{6, "P 1"}}, Amount: domain.Ore(300), Date: domain.MustDate("2024-02-14"),
			Text: "struken", Quantity: "1.5", Sign: "CD", Line: 13}},
	}
	_, got := mustRead(t, "x.si", []byte(text), History)
	if diff := cmp.Diff([]*Voucher{want}, got, values); diff != "" {
		t.Error(diff)
	}
	want.Struck, want.Rows[1].Added = nil, false
	_, got = mustRead(t, "x.si", []byte(text), Plain)
	if diff := cmp.Diff([]*Voucher{want}, got, values); diff != "" {
		t.Error(diff)
	}
}

// TestTheCallbackStops checks that its error ends the reading and comes back.
func TestTheCallbackStops(t *testing.T) {
	text := head + strings.Repeat("#VER \"\" \"\" 20240115\n{\n}\n", 3)
	f, err := Open("x.si", strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	stop, calls := errors.New("stop"), 0
	for range 2 { // it may be read again
		if _, err := f.Read(t.Context(), Plain, func(b *Book, _ *Voucher) error {
			if calls++; b.Company != "Provet" || len(b.Accounts) != 2 {
				t.Errorf("the book so far: %+v", b)
			}
			return stop
		}); !errors.Is(err, stop) {
			t.Fatal(err)
		}
	}
	if calls != 2 {
		t.Errorf("%d calls", calls)
	}
}

// TestChecksumVectors sums single records, one with an escaped quote and one with a
// letter that CP437 and UTF-8 write differently.
func TestChecksumVectors(t *testing.T) {
	for _, c := range []struct {
		line string
		want uint32
	}{
		{`#KONTO 1915 "Kassa \"special\""`, 1921122205},
		{"#KONTO 5010 \"Lokalhyra Bor\x86s\"", 3694234700},
		{`#KONTO 5010 "Lokalhyra Borås"`, 3314278030},
		{"  #KONTO\t\"1915\"   \"Kassa \\\"special\\\"\" {}", 1921122205},
		{`#KONTO 1915 "{Kassa }\"special\"{"`, 1921122205},
	} {
		var r record
		if err := r.cut([]byte(c.line), 1); err != nil {
			t.Fatal(err)
		}
		var sum checksum
		if sum.add(&r); sum.sum != c.want {
			t.Errorf("%s: %d, want %d", c.line, sum.sum, c.want)
		}
	}
}

// TestChecksumAsWritten takes the same 32 bits signed or not, and nothing else.
func TestChecksumAsWritten(t *testing.T) {
	sum := checksum{sum: 3694234700}
	for said, want := range map[string]bool{
		"3694234700": true, "-600732596": true, "3694234701": false, "7989201996": false, "-4895699892": false, "": false, "DC31E04C": false,
	} {
		if got := sum.matches([]byte(said)); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}
