package sie

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"utfall/domain"
)

const filesDir = "../../testdata/sie"

// readAll opens and reads a file held in memory, keeping its vouchers.
func readAll(t *testing.T, name string, data []byte, mode Mode) (*File, *Book, []*Voucher, error) {
	t.Helper()
	f, err := Open(name, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, nil, err
	}
	var vouchers []*Voucher
	book, err := f.Read(t.Context(), mode, func(_ *Book, v *Voucher) error {
		vouchers = append(vouchers, v)
		return nil
	})
	return f, book, vouchers, err
}

// mustRead is readAll of a file that is to be read.
func mustRead(t *testing.T, name string, data []byte, mode Mode) (*Book, []*Voucher) {
	t.Helper()
	_, book, vouchers, err := readAll(t, name, data, mode)
	if err != nil {
		t.Fatal(err)
	}
	return book, vouchers
}

// told is what comes of a file, as a line of table.txt says it.
func told(t *testing.T, name string, data []byte, mode Mode) string {
	t.Helper()
	f, book, vouchers, err := readAll(t, name, data, mode)
	var refused *Error
	if errors.As(err, &refused) {
		quotesNothing(t, refused.Finding)
		return fmt.Sprintf("refused line=%d %s", refused.Line, refused.Reason)
	} else if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("ok vouchers=%d rows=%d", book.Vouchers, book.Rows)
	sums := map[string]int64{}
	for _, v := range vouchers {
		for _, row := range v.Rows {
			sums[row.Account] += max(row.Amount.Ore(), -row.Amount.Ore())
		}
	}
	for _, account := range slices.Sorted(maps.Keys(sums)) {
		out += fmt.Sprintf(" %s=%d", account, sums[account])
	}
	var notes []string
	for _, n := range slices.Concat(f.Notes, book.Notes) {
		quotesNothing(t, n)
		notes = append(notes, fmt.Sprintf("%s@%d", n.Reason, n.Line))
	}
	if len(notes) > 0 {
		out += " notes=" + strings.Join(slices.Compact(notes), ",")
	}
	return out
}

// quotesNothing checks that a finding says what and what to do in both languages,
// and no text of the files.
func quotesNothing(t *testing.T, f Finding) {
	t.Helper()
	for _, s := range []string{f.What.SV, f.What.EN, f.Hint.SV, f.Hint.EN} {
		if s == "" || strings.Contains(s, "%!") {
			t.Errorf("%s: a text is missing or malformed: %+v", f.Reason, f)
		}
		for _, text := range []string{"Pennor", "Papper", "rmar", "Provet", "Kassa", "Kontors", "SIGN"} {
			if strings.Contains(s, text) {
				t.Errorf("%s quotes the file: %s", f.Reason, s)
			}
		}
	}
}

// TestEachFileOfTheTable reads every file by hand-worked totals, in both modes.
func TestEachFileOfTheTable(t *testing.T) {
	table, err := os.Open(filepath.Join(filesDir, "table.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	want := map[string]string{}
	for s := bufio.NewScanner(table); s.Scan(); {
		if name, rest, ok := strings.Cut(s.Text(), " "); ok && name != "#" {
			want[name] = strings.TrimSpace(rest)
		}
	}
	files, err := filepath.Glob(filepath.Join(filesDir, "*.s[ie]"))
	if err != nil || len(files) != len(want) || len(files) < 80 {
		t.Fatalf("%d files, %d in the table: %v", len(files), len(want), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, mode := range []Mode{Plain, History} {
				if got := told(t, file, data, mode); got != want[filepath.Base(file)] {
					t.Errorf("mode %d:\ngot  %s\nwant %s", mode, got, want[filepath.Base(file)])
				}
			}
		})
	}
}

// TestEachNoteIsMet checks that the table has a file for each kind of note, whose
// texts TestEachFileOfTheTable has then looked at.
func TestEachNoteIsMet(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(filesDir, "table.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for reason := range notes {
		if !bytes.Contains(table, []byte(string(reason)+"@")) {
			t.Errorf("no file has the note %s", reason)
		}
	}
}

// TestWhatAnErrorNames compares the sentences people act on.
func TestWhatAnErrorNames(t *testing.T) {
	for _, c := range []struct{ file, sv, en string }{
		{"unbalanced-by-one-ore.si", "rad 10: verifikation A 1 balanserar inte: debet minus kredit är 0.01",
			"line 10: voucher A 1 does not balance: debit less credit is 0.01"},
		{"voucher-twice-unlike.si", "rad 15: verifikation A 1 står även på rad 10, med annat innehåll",
			"line 15: voucher A 1 stands on line 10 as well, with other content"},
		{"amount-beyond-largest.si", "rad 12: beloppet i fält 3 är över 92233720368547758.07 kronor, mer än ett heltal i ören rymmer",
			"line 12: the amount in field 3 is over 92233720368547758.07 kronor, more than a whole number of öre can hold"},
	} {
		data, err := os.ReadFile(filepath.Join(filesDir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		_, _, _, err = readAll(t, c.file, data, Plain)
		var refused *Error
		if !errors.As(err, &refused) {
			t.Fatalf("%s: %v", c.file, err)
		}
		if got := refused.Text(); got != domain.T(c.sv, c.en) {
			t.Errorf("%s: %+v", c.file, got)
		}
		if p := refused.Problem(c.file); p.File != c.file || p.Line != refused.Line || p.What != refused.What || p.Hint.Zero() {
			t.Errorf("%s: %+v", c.file, p)
		}
	}
}

// TestNamesThatAreNoNumbers checks that what stands where a voucher's number should
// is not quoted unless it looks like one.
func TestNamesThatAreNoNumbers(t *testing.T) {
	for _, c := range []struct{ series, number, want string }{
		{"A", "17", "voucher A 17"}, {"", "17", "voucher 17"}, {"LEV", "12345678", "voucher LEV 12345678"},
		{"Anna", "1", "the voucher"}, {"A", "", "the voucher"}, {"A", "Anna", "the voucher"}, {"A", "8001019999", "the voucher"},
	} {
		if got := (&Voucher{Series: c.series, Number: c.number}).name().EN; got != c.want {
			t.Errorf("%q %q: %s, want %s", c.series, c.number, got, c.want)
		}
	}
}
