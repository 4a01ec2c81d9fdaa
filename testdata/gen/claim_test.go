package main

import (
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// fileCalled gives a file of the world.
func fileCalled(t *testing.T, w *world, name string) *file {
	t.Helper()
	for _, f := range w.files {
		if f.name == name {
			return f
		}
	}
	t.Fatalf("no file %s", name)
	return nil
}

// TestTimeReportsSayWhatTheWorldKnows adds the lists up by their cells, what is
// corrected instead of what was wrong.
func TestTimeReportsSayWhatTheWorldKnows(t *testing.T) {
	w := theWorld(t)
	said := map[string]int{} // minutes by person, day and activity
	functions := map[string]string{}
	for _, name := range []string{"tidrapport-digicreate-2018.csv", "tidrapport-digicreate-2019.xlsx", "tidrapport-rattad.csv"} {
		f, rows := fileCalled(t, w, name), 0
		for _, row := range grid(t, f) {
			if len(row) < 6 || row[0] == "" || row[0] == "Datum" {
				continue
			}
			rows++
			date := row[0]
			if serial, err := strconv.Atoi(date); err == nil {
				date = iso(on(1899, 12, 30).AddDate(0, 0, serial))
			}
			key := strings.Join([]string{fold(row[1]), date, row[5]}, "|")
			said[key], functions[key] = minutesOf(t, row[4], 60), fold(row[2])
		}
		if rows != f.rows {
			t.Errorf("%s has %d rows, totals say %d", name, rows, f.rows)
		}
	}
	known := map[string]int{}
	for _, s := range w.stints {
		key := strings.Join([]string{fold(s.person.name), iso(s.date), s.activity}, "|")
		known[key] = s.known()
		if functions[key] != s.function {
			t.Errorf("%s %s: function %q, want %q", iso(s.date), s.activity, functions[key], s.function)
		}
	}
	if !maps.Equal(said, known) {
		t.Errorf("the lists say %d stints, the world knows %d, and not the same", len(said), len(known))
	}
}

// sieRecord is a line of a file cut into its fields, without quotation marks.
func sieRecord(line string) []string {
	var out []string
	word, quoted, some := "", false, false
	for _, c := range line {
		switch {
		case c == '"':
			quoted, some = !quoted, true
		case !quoted && strings.ContainsRune(" {}", c):
			if some {
				out = append(out, word)
			}
			word, some = "", false
		default:
			word, some = word+string(c), true
		}
	}
	if some {
		out = append(out, word)
	}
	return out
}

// ore reads an amount.
func ore(t *testing.T, s string) int {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(math.Round(x * 100))
}

// bookYear is what a year's bookkeeping says, in öre by account.
type bookYear struct {
	opening, closing, result, moved map[string]int
	project, rows                   int // what is on the project; rows of all vouchers
}

// readBooks reads bookkeeping as text. Every voucher balances.
func readBooks(t *testing.T, f *file) bookYear {
	t.Helper()
	decoded, err := charmap.CodePage437.NewDecoder().String(string(f.data))
	if err != nil {
		t.Fatal(err)
	}
	out := bookYear{map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, 0, 0}
	voucher := 0
	for _, line := range strings.Split(decoded, "\r\n") {
		r := sieRecord(line)
		switch {
		case len(r) == 0:
			if voucher != 0 {
				t.Fatalf("%s: a voucher does not balance: %d öre", f.name, voucher)
			}
		case r[0] == "#IB":
			out.opening[r[2]] = ore(t, r[3])
		case r[0] == "#UB":
			out.closing[r[2]] = ore(t, r[3])
		case r[0] == "#RES":
			out.result[r[2]] = ore(t, r[3])
		case r[0] == "#TRANS":
			// The amount follows the objects, and a text follows it in some rows.
			n := ore(t, r[len(r)-1-textsOf(line)])
			voucher, out.rows, out.moved[r[1]] = voucher+n, out.rows+1, out.moved[r[1]]+n
			if strings.Contains(line, `{6 "DC"`) {
				out.project += n
			}
		}
	}
	return out
}

// TestBooksAddUp checks each year: what was in, what came and what is left agree, a
// year begins as the one before ended, and the rows of the project are the world's.
func TestBooksAddUp(t *testing.T) {
	w := theWorld(t)
	before := map[string]int{}
	for year := 2018; year <= 2020; year++ {
		f := fileCalled(t, w, fmt.Sprintf("bokforing-%d.se", year))
		b := readBooks(t, f)
		sum := 0
		for account, n := range b.moved {
			want, got := b.opening[account]+n, b.closing[account]
			if account >= "3" {
				got = b.result[account]
			}
			if got != want {
				t.Errorf("%s: account %s ends at %d, the file says %d", f.name, account, want, got)
			}
		}
		for _, balances := range []map[string]int{b.closing, b.result} {
			for _, n := range balances {
				sum += n
			}
		}
		if sum != 0 || year > 2018 && !maps.Equal(b.opening, before) {
			t.Errorf("%s: balances add up to %d, or do not begin as the year before ended", f.name, sum)
		}
		before = b.closing
		want := 0
		for _, v := range w.vouchersOf(year) {
			for _, r := range v.rows {
				if r.project == "DC" {
					want += r.ore
				}
			}
		}
		if b.project != want || b.rows < 50 {
			t.Errorf("%s: %d öre on the project in %d rows, the world has %d", f.name, b.project, b.rows, want)
		}
	}
}

// textsOf is how many fields follow the amount of a row.
func textsOf(line string) int {
	if strings.HasSuffix(line, `"`) {
		return 2
	}
	return 0
}

// TestChecksumOf2019 sums the records between the two of the checksum anew.
func TestChecksumOf2019(t *testing.T) {
	lines := strings.Split(string(fileCalled(t, theWorld(t), "bokforing-2019.se").data), "\r\n")
	summed, inside := "", false
	for _, line := range lines {
		r := sieRecord(strings.ToValidUTF8(line, "?"))
		if len(r) > 0 && r[0] == "#KSUMMA" {
			if inside && r[1] != fmt.Sprint(crc32.ChecksumIEEE([]byte(summed))) {
				t.Errorf("the checksum %s is not that of the %d bytes", r[1], len(summed))
			}
			inside = !inside
			continue
		}
		if !inside {
			continue
		}
		// Quotation marks stand around whole fields: every second piece is within.
		for i, piece := range strings.Split(line, `"`) {
			if i%2 == 0 {
				piece = strings.NewReplacer(" ", "", "{", "", "}", "").Replace(piece)
			}
			summed += piece
		}
	}
	if inside || summed == "" {
		t.Error("no two records of a checksum")
	}
}

// TestClaimsFitTheBudget checks that what is claimed is about the budget, and that
// what must not be claimed is there not to be.
func TestClaimsFitTheBudget(t *testing.T) {
	w := theWorld(t)
	staff, other := 0, 0
	for _, c := range w.claims() {
		staff, other = staff+c.staff, other+c.otherSum()
	}
	if staff < 1_700_000_00 || staff > 1_800_000_00 || other < 900_000_00 || other > 960_000_00 {
		t.Errorf("staff %s of 1800000, other %s of 960000", sek(staff), sek(other))
	}
	left := map[string]int{}
	for _, v := range w.vouchers {
		for _, r := range v.rows {
			if r.project != "DC" || r.claimedAs(v.date) != "" {
				continue
			}
			switch {
			case !within(v.date, projectStart, projectEnd):
				left["period"]++
			case r.account/10 == 264:
				left["vat"]++
			case inRange(r.account, 7000, 7699):
				left["personnel"]++
			case lineOf(r.account) == "":
				left["unmapped"]++
			default:
				left[lineOf(r.account)]++
			}
		}
	}
	for _, why := range []string{"period", "vat", "personnel", "unmapped", "indirect", "none"} {
		if left[why] == 0 {
			t.Errorf("nothing is left out for %s: %v", why, left)
		}
	}
}

// TestNobodyIsInTwoPlaces checks that the truth need not know of hours that
// overlap: who takes part in a day of the project is nowhere else at that time.
func TestNobodyIsInTwoPlaces(t *testing.T) {
	w := theWorld(t)
	for _, a := range w.attendances {
		if !a.takesPart() || !a.certified() || a.hours <= 0 {
			continue
		}
		for _, b := range w.attendances {
			if b.who == a.who && b != a && b.present && b.session.date.Equal(a.session.date) && b.session.start < a.session.end && a.session.start < b.session.end {
				t.Errorf("%s: %s and %s at once", iso(a.session.date), a.session.activity, b.session.activity)
			}
		}
	}
}
