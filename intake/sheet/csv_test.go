package sheet

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func utf16Bytes(s string, big bool) string {
	var out strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			out.WriteByte(byte(u >> 8))
			out.WriteByte(byte(u))
		} else {
			out.WriteByte(byte(u))
			out.WriteByte(byte(u >> 8))
		}
	}
	return out.String()
}

// wideLine is a record of n fields.
func wideLine(n int) string { return strings.Repeat("x;", n-1) + "x" }

// csvCases are files and what comes of them: what was decided, then each line as
// number:[fields], or "!" and a fragment of why it is refused.
var csvCases = []struct{ name, in, want string }{
	{"plain", "a;b\nc;d\n", "UTF-8 ; 1:[a b] 2:[c d]"},
	{"no last newline", "a;b\nc;d", "UTF-8 ; 1:[a b] 2:[c d]"},
	{"utf-8 mark", "\ufeffå;b\n", "UTF-8 ; 1:[å b]"},
	{"utf-8 mark then quote", "\ufeff\"å\";b\n", "UTF-8 ; 1:[å b]"},
	{"windows-1252", "F\xf6retag;\x80\nM\xe5ns;\x96\n", "Windows-1252 ; 1:[Företag €] 2:[Måns –]"},
	{"utf-16le mark", utf16Bytes("\ufeffå;🙂\n1;2\n", false), "UTF-16LE ; 1:[å 🙂] 2:[1 2]"},
	{"utf-16be mark", utf16Bytes("\ufeffå;b\n", true), "UTF-16BE ; 1:[å b]"},
	{"utf-16le bare", utf16Bytes("namn;ort\nå;b\n", false), "UTF-16LE ; 1:[namn ort] 2:[å b]"},
	{"utf-16be bare", utf16Bytes("namn;ort\nå;b\n", true), "UTF-16BE ; 1:[namn ort] 2:[å b]"},
	{"comma", "a,b\nc,d\n", "UTF-8 , 1:[a b] 2:[c d]"},
	{"tab", "a\tb\nc\td\n", "UTF-8 \t 1:[a b] 2:[c d]"},
	{"tab with semicolons inside", "a\tb\nc\td;e\n", "UTF-8 \t 1:[a b] 2:[c d;e]"},
	{"decimal commas tie", "1,5;2,5\n3,5;4,5\n", "UTF-8 ; 1:[1,5 2,5] 2:[3,5 4,5]"},
	{"decimal commas", "Namn;Timmar\nAnna;1,5\nBo;2\n", "UTF-8 ; 1:[Namn Timmar] 2:[Anna 1,5] 3:[Bo 2]"},
	{"commas in comma file quotes", "a,b\n\"x;y\",\"z, w\"\n", "UTF-8 , 1:[a b] 2:[x;y z, w]"},
	{"title above", "Lista, våren 2019\n\na;b\nc;d\n", "UTF-8 ; 1:[Lista, våren 2019] 3:[a b] 4:[c d]"},
	{"one column", "a\nb\n", "UTF-8 ; 1:[a] 2:[b]"},
	{"sep line", "sep=,\na;b,c\n", "UTF-8 , 2:[a;b c]"},
	{"sep line crlf", "sep=\t\r\na\tb\r\n", "UTF-8 \t 2:[a b]"},
	{"sep pipe", "sep=|\na|b\n", "UTF-8 | 2:[a b]"},
	{"crlf", "a;b\r\nc;d\r\n", "UTF-8 ; 1:[a b] 2:[c d]"},
	{"cr", "a;b\rc;d\r", "UTF-8 ; 1:[a b] 2:[c d]"},
	{"mixed newlines", "a;b\r\nc;d\re;f\n\ng;h", "UTF-8 ; 1:[a b] 2:[c d] 3:[e f] 5:[g h]"},
	{"quoted", "\"a;b\";\"c \"\"d\"\"\"\n", "UTF-8 ; 1:[a;b c \"d\"]"},
	{"quoted newline", "a;\"b\nc\r\nd\"\ne;f\n", "UTF-8 ; 1:[a b\nc\r\nd] 4:[e f]"},
	{"quoted empty", "\"\";a\n", "UTF-8 ; 1:[∅ a]"},
	{"quote only", "\"\"\"\";a\n", "UTF-8 ; 1:[\" a]"},
	{"empty fields kept", "a;;\n;b;\n", "UTF-8 ; 1:[a ∅ ∅] 2:[∅ b ∅]"},
	{"ragged", "a;b\nc\nd;e;f\n", "UTF-8 ; 1:[a b] 2:[c] 3:[d e f]"},
	{"blank lines", "a;b\n;;\n \t;\u00a0\n\nc;d\n", "UTF-8 ; 1:[a b] 5:[c d]"},
	{"spaces kept", " a ;\u00a01\u202f000 \n", "UTF-8 ; 1:[ a  \u00a01\u202f000 ]"},
	{"minus sign", "−5;b\n", "UTF-8 ; 1:[−5 b]"},
	{"same headers", "a;a\n1;2\n", "UTF-8 ; 1:[a a] 2:[1 2]"},
	{"256 columns", wideLine(256) + "\n", fmt.Sprintf("UTF-8 ; 1:[%s]", strings.TrimSpace(strings.Repeat("x ", 256)))},
	{"64 kB field", strings.Repeat("y", MaxField) + ";b", "UTF-8 ; 1:[" + strings.Repeat("y", MaxField) + " b]"},
	{"replacement noted", "a;\ufffd\n", "UTF-8 ; 1:[a \ufffd]"},

	{"empty", "", "!the file is empty"},
	{"blanks", " \r\n\t\n\u00a0", "!the file is empty"},
	{"mark alone", "\ufeff", "!the file is empty"},
	{"separators alone", ";;\n;;\n", "!the file is empty"},
	{"sep alone", "sep=;\n", "!the file is empty"},
	{"sep unknown", "sep=x\na;b\n", "!the separator after sep="},
	{"nul", "a;b\nc\x00;d\n", "!line 2: a NUL"},
	{"control", "a;b\nc\x01;d\n", "!line 2: the control character U+0001"},
	{"undefined 81", "a;b\n\xe5;\x81\n", "!line 2: the byte 81"},
	{"undefined 8d", "\x8d;b", "!the byte 8D"},
	{"undefined 8f", "\x8f;b", "!the byte 8F"},
	{"undefined 90", "\x90;b", "!the byte 90"},
	{"undefined 9d", "\x9d;b", "!the byte 9D"},
	{"mixed encodings", "å;b\n\xe5;b\n", "!line 2: the file is partly UTF-8"},
	{"mark but not utf-8", "\ufeffa;b\n\xe5;b\n", "!line 2: the file is partly UTF-8"},
	{"utf-16 odd", "\xff\xfea\x00b", "!cut off within a character"},
	{"utf-16 lone", "\xff\xfea\x00\x00\xd8b\x00", "!lone surrogate"},
	{"utf-16 lone last", "\xff\xfea\x00\n\x00\x00\xd8", "!line 2: half a character"},
	{"utf-32", "\xff\xfe\x00\x00a\x00\x00\x00", "!the file is UTF-32"},
	{"unbalanced quote", "a;b\nc;\"d\ne;f\n", "!line 2, column B: a quote that never ends"},
	{"unbalanced then another", "a;b\nc;\"d\ne;\"f\"\n", "!line 3, column B: text after the quote that ends the field from line 2"},
	{"quote inside", "a;b\nc;d\"e\n", "!line 2, column B: a quote in the middle"},
	{"space before quote", "a;b\nc; \"e\"\n", "!line 2, column B: a quote in the middle"},
	{"text after quote", "a;\"b\"c\n", "!line 1, column B: text after the quote"},
	{"257 columns", "a;b\n" + wideLine(257), "!line 2, column IW: the line has over 256 columns"},
	{"a million columns", wideLine(1_000_000), "!over 256 columns"},
	{"field too long", "a;" + strings.Repeat("y", MaxField+1), "!line 1, column B: the field is over 64 kB"},
	{"quote swallows", "a;\"" + strings.Repeat("y\n", MaxField+1), "!line 1, column B: the field is over 64 kB"},
	{"record too long", strings.Repeat(strings.Repeat("y", MaxField)+";", 17), "!line 1: the line is over 1024 kB"},
	{"too large", strings.Repeat("a;b\n", MaxUpload/4+1), "!over the limit of 25 MB"},
	{"pdf", "%PDF-1.7\n", "!the file is PDF"},
	{"png", "\x89PNG\r\n\x1a\n", "!the file is PNG"},
	{"html", " <HTML><table>", "!the file is HTML"},
	{"xml", "<?xml version='1.0'?><a/>", "!the file is XML"},
	{"old xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "!encrypted with a password or an old .xls"},
}

func TestCSV(t *testing.T) {
	for _, c := range csvCases {
		t.Run(c.name, func(t *testing.T) {
			got, err := readCSV(t, c.in)
			if fragment, refused := strings.CutPrefix(c.want, "!"); refused {
				refusal(t, err, fragment)
			} else if err != nil {
				t.Fatal(err)
			} else if diff := cmp.Diff(c.want, got); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

func readCSV(t *testing.T, in string) (string, error) {
	f, err := Open("test.csv", strings.NewReader(in), int64(len(in)))
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s %c", f.Encoding, f.Separator)
	err = f.Lines(t.Context(), func(l Line) error {
		fields := make([]string, len(l.Cells))
		for i, cell := range l.Cells {
			if fields[i] = cell.Text; cell.Kind == Empty {
				fields[i] = "∅"
			}
		}
		fmt.Fprintf(&out, " %d:[%s]", l.Number, strings.Join(fields, " "))
		return nil
	})
	return out.String(), err
}

// TestCSVEmptyLines reads a file of nearly nothing but line ends, quickly.
func TestCSVEmptyLines(t *testing.T) {
	start := processorTime(t)
	got, err := readCSV(t, strings.Repeat("\n", 10_000_000)+"a;b\n")
	if err != nil || got != "UTF-8 ; 10000001:[a b]" {
		t.Fatalf("%q %v", got, err)
	}
	if took := processorTime(t) - start; took > 2*time.Second {
		t.Fatalf("took %v", took)
	}
}

// TestCSVSkip: after SkipSheet nothing is delivered but all is still checked.
func TestCSVSkip(t *testing.T) {
	for in, fault := range map[string]bool{"a;b\nc;d\ne;f\n": false, "a;b\nc;d\ne;\"f\n": true} {
		f, err := Open("x", strings.NewReader(in), int64(len(in)))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = f.Lines(t.Context(), func(Line) error { n++; return SkipSheet })
		if n != 1 || (err != nil) != fault {
			t.Fatalf("%q: %d lines, %v", in, n, err)
		}
		stop := errors.New("stop")
		if err := f.Lines(t.Context(), func(Line) error { return stop }); err != stop {
			t.Fatalf("got %v, want what the callback returned", err)
		}
	}
}
