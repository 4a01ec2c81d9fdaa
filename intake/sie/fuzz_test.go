package sie

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzSIE takes a whole file and checks what holds for every one: no panic, an
// *Error inside the file or vouchers that all balance, the same booked in both
// modes, and text in UTF-8.
func FuzzSIE(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(filesDir, "*.s[ie]"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 4096 {
			f.Add(data)
		}
	}
	f.Add([]byte(type3))
	f.Fuzz(func(t *testing.T, data []byte) {
		plain, first := judge(t, data, Plain)
		history, second := judge(t, data, History)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatal(diff)
		}
		for _, v := range history {
			v.Struck = nil
			for i := range v.Rows {
				v.Rows[i].Added = false
			}
		}
		if diff := cmp.Diff(plain, history, values); diff != "" {
			t.Fatal(diff)
		}
	})
}

// judge reads a file and checks what it gives; the text is of the refusal.
func judge(t *testing.T, data []byte, mode Mode) ([]*Voucher, string) {
	_, book, vouchers, err := readAll(t, "fuzz", data, mode)
	var refused *Error
	if errors.As(err, &refused) {
		if lines := 1 + bytes.Count(data, []byte("\n")); refused.Line < 0 || refused.Line > lines || refused.What.Zero() || refused.Hint.Zero() {
			t.Fatalf("%+v in %d lines", refused, lines)
		}
		return nil, refused.Error()
	} else if err != nil {
		t.Fatalf("%T: %v", err, err)
	}
	rows := 0
	for _, v := range vouchers {
		var sum int64
		for _, row := range v.Rows {
			sum += row.Amount.Ore()
			if row.Account == "" || row.Date.Zero() || !utf8.ValidString(row.Text+row.Account+row.Sign) {
				t.Fatalf("row %+v", row)
			}
			book.ObjectsOf(row, 6)
		}
		if rows += len(v.Rows); sum != 0 || v.Date.Zero() {
			t.Fatalf("voucher %+v comes to %d", v, sum)
		}
	}
	if len(vouchers) != book.Vouchers || rows != book.Rows || book.Type == 0 {
		t.Fatalf("%d vouchers and %d rows delivered, %+v", len(vouchers), rows, book)
	}
	return vouchers, ""
}
