package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

const good = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>3.50</v></c></row>`
const goodContent = "Blad1 1 A=text:\"noll\" B=number:3.5:3.5\n"

// repeated gives n pieces joined, each made of its index from 1.
func repeated(n int, piece string) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, piece, i+1)
	}
	return out.String()
}

// bulk is a body of n bytes that packs about 60 to 1.
func bulk(n int, seed uint64) string {
	random := rand.New(rand.NewPCG(seed, 1))
	body := make([]byte, n)
	for i := 0; i < n; i += 64 << 10 {
		for j := i; j < min(i+1024, n); j++ {
			body[j] = byte(random.Uint32())
		}
	}
	return string(body)
}

// rowsCase is a worksheet with these rows, and what comes of it: the content
// after "Blad1 ", or "!" and a fragment of why it is refused.
type rowsCase struct{ name, rows, want string }

var rowsCases = []rowsCase{
	{"shared rich text without phonetic", `<row r="1"><c r="A1" t="s"><v>1</v></c></row>`, `1 A=text:"rik"`},
	{"shared escape and space", `<row r="1"><c r="A1" t="s"><v>2</v></c></row>`, `1 A=text:" A "`},
	{"inline", `<row r="2"><c r="C2" t="inlineStr"><is><t>x &amp; &#229;&#xE5;</t></is></c></row>`, `2 C=text:"x & åå"`},
	{"inline rich", `<row r="2"><c r="C2" t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r><rPh sb="0" eb="1"><t>z</t></rPh></is></c></row>`, `2 C=text:"xy"`},
	{"escaped escape", `<row r="1"><c r="A1" t="inlineStr"><is><t>_x005F_x0041_ _x000D__x00E5_ _xD83D__xDE42_ _x004_</t></is></c></row>`, `1 A=text:"_x0041_ \rå 🙂 _x004_"`},
	{"cdata, comment, instruction", `<!-- a --><row r="1"><?pi x?><c r="A1" t="str"><v>a<![CDATA[<b>]]>c<!-- d --></v></c></row>`, `1 A=text:"a<b>c"`},
	{"newlines made one", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a\r\nb\rc</v></c></row>", `1 A=text:"a\nb\nc"`},
	{"formula with value", `<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"x"</f><v>x</v></c><c r="C1" t="str"><f>""</f><v></v></c></row>`, `1 A=number:2:2 B=text:"x"`},
	{"booleans and errors", `<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#N/A</v></c></row>`, `1 A=bool:TRUE:1 B=bool:FALSE:0 C=error:"#N/A"`},
	{"numbers", `<row><c><v>1E3</v></c><c><v>-0</v></c><c><v>0.30000000000000004</v></c><c><v>007</v></c><c><v>1e-20</v></c><c><v>+.5</v></c><c><v> 3. </v></c><c><v>0.10000000000000001</v></c></row>`,
		`1 A=number:1000:1000 B=number:0:-0 C=number:0.30000000000000004:0.30000000000000004 D=number:7:7 E=number:1e-20:1e-20 F=number:0.5:0.5 G=number:3:3 H=number:0.1:0.1`},
	{"dates by style", `<row r="1"><c r="A1" s="1"><v>43538</v></c><c r="B1" s="2"><v>43538.75</v></c><c r="C1" s="4"><v>0.75</v></c><c r="D1" s="3"><v>1.5</v></c></row>`,
		`1 A=date:2019-03-14:43538 B=date:2019-03-14T18:00:00:43538.75 C=date:18:00:00:0.75 D=number:1.5:1.5`},
	{"dates at the edges", `<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="1"><v>59</v></c><c r="C1" s="1"><v>61</v></c><c r="D1" s="1"><v>2958465</v></c><c r="E1" s="1"><v>43538.999999999</v></c><c r="F1" s="4"><v>0.9999999</v></c></row>`,
		`1 A=date:1900-01-01:1 B=date:1900-02-28:59 C=date:1900-03-01:61 D=date:9999-12-31:2.958465e+06 E=date:2019-03-15:43538.999999999 F=date:23:59:59:0.9999999`},
	{"ISO dates", `<row r="1"><c r="A1" t="d"><v>2019-03-14</v></c><c r="B1" t="d"><v>2019-03-14T18:00:00</v></c><c r="C1" t="d"><v>18:00:00.000</v></c></row>`,
		`1 A=date:2019-03-14:43538 B=date:2019-03-14T18:00:00:43538.75 C=date:18:00:00:0.75`},
	{"first ISO dates", `<row r="1"><c r="A1" t="d"><v>1900-01-01</v></c><c r="B1" t="d"><v>1900-02-28</v></c><c r="C1" t="d"><v>1900-03-01</v></c></row>`,
		`1 A=date:1900-01-01:1 B=date:1900-02-28:59 C=date:1900-03-01:61`},
	{"ISO date too early", `<row r="1"><c r="A1" t="d"><v>1899-12-31</v></c></row>`, "!the date is outside"},
	{"positions implied", `<row><c t="b"><v>1</v></c><c r="C1"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row><row r="9"><c r="B9"><v>4</v></c></row>`,
		"1 A=bool:TRUE:1 C=number:1:1 D=number:2:2\nBlad1 2 A=number:3:3\nBlad1 9 B=number:4:4"},
	{"empty cells", `<row r="1"><c r="A1"/><c r="B1" s="1"><v/></c><c r="C1" t="s"/><c r="D1" t="inlineStr"><is><t/></is></c></row><row r="2"/><row r="3"><c><v>1</v></c></row>`, `3 A=number:1:1`},
	{"last row and column", `<row r="1048576"><c r="IV1048576"><v>1</v></c></row>`, `1048576 IV=number:1:1`},
	{"extensions passed", `<row r="1"><c r="A1"><v>1</v><extLst><ext uri="x"/></extLst></c><extLst/></row>`, `1 A=number:1:1`},

	{"row twice", `<row r="1"><c r="A1"><v>1</v></c></row><row r="1"/>`, "!line 1: the row occurs twice"},
	{"rows out of order", `<row r="5"/><row r="4"><c><v>1</v></c></row>`, "!line 4: the row comes after row 5"},
	{"row 0", `<row r="0"/>`, "!malformed number"},
	{"row -1", `<row r="-1"/>`, "!malformed number"},
	{"row 2147483647", `<row r="2147483647"><c><v>1</v></c></row>`, "!malformed number"},
	{"row past the last", `<row r="1048577"/>`, "!beyond row 1048576"},
	{"implied row past the last", `<row r="1048576"/><row/>`, "!beyond row 1048576"},
	{"cell twice", `<row r="1"><c r="A1"/><c r="A1"/></row>`, "!line 1, column A: the cell occurs twice"},
	{"cells out of order", `<row r="1"><c r="B1"/><c r="A1"/></row>`, "!column A: the cell comes after column B"},
	{"cell of another row", `<row r="1"><c r="A2"/></row>`, "!stands in another row"},
	{"reference malformed", `<row r="1"><c r="1A"/></row>`, "!malformed reference"},
	{"reference lower case", `<row r="1"><c r="a1"/></row>`, "!malformed reference"},
	{"reference absolute", `<row r="1"><c r="$A$1"/></row>`, "!malformed reference"},
	{"reference huge", `<row r="1"><c r="` + strings.Repeat("Z", 5000) + `1"/></row>`, "!malformed reference"},
	{"column 257", `<row r="1"><c r="IW1"/></row>`, "!to the right of column IV"},
	{"XFD sparse", repeated(2000, `<row r="%[1]d"><c r="XFD%[1]d"><v>1</v></c></row>`), "!to the right of column IV"},
	{"implied column 257", `<row r="1">` + strings.Repeat("<c/>", 257) + `</row>`, "!to the right of column IV"},
	{"shared index out of range", `<row r="1"><c r="A1" t="s"><v>3</v></c></row>`, `!line 1, column A: the cell's shared string "3" is not`},
	{"shared index -1", `<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`, "!shared string"},
	{"shared index a fraction", `<row r="1"><c r="A1" t="s"><v>1.0</v></c></row>`, "!shared string"},
	{"style out of range", `<row r="1"><c r="A1" s="6"/></row>`, `!the cell's style "6"`},
	{"style -1", `<row r="1"><c r="A1" s="-1"/></row>`, `!the cell's style "-1"`},
	{"number format missing", `<row r="1"><c r="A1" s="5"><v>1</v></c></row>`, "!number format is not in the file"},
	{"unknown type", `<row r="1"><c r="A1" t="x"><v>1</v></c></row>`, "!unknown type"},
	{"formula without value", `<row r="1"><c r="B1"><f>SUM(A1)</f></c></row>`, "!line 1, column B: the cell has a formula without a saved value"},
	{"formula with empty number", `<row r="1"><c r="B1"><f>SUM(A1)</f><v/></c></row>`, "!formula without a saved value"},
	{"text formula without value", `<row r="1"><c r="B1" t="str"><f>A1</f></c></row>`, "!formula without a saved value"},
	{"number hexadecimal", `<row r="1"><c r="A1"><v>0x10</v></c></row>`, "!malformed number"},
	{"number with comma", `<row r="1"><c r="A1"><v>1,5</v></c></row>`, "!malformed number"},
	{"number with underscore", `<row r="1"><c r="A1"><v>1_000</v></c></row>`, "!malformed number"},
	{"NaN", `<row r="1"><c r="A1"><v>NaN</v></c></row>`, "!malformed number"},
	{"INF", `<row r="1"><c r="A1" s="1"><v>INF</v></c></row>`, "!malformed number"},
	{"number too large", `<row r="1"><c r="A1"><v>1e999</v></c></row>`, "!malformed number"},
	{"date negative", `<row r="1"><c r="A1" s="1"><v>-1</v></c></row>`, "!line 1, column A: the date is outside"},
	{"date too late", `<row r="1"><c r="A1" s="1"><v>2958466</v></c></row>`, "!the date is outside"},
	{"date rounds too late", `<row r="1"><c r="A1" s="1"><v>2958465.9999999</v></c></row>`, "!the date is outside"},
	{"date that was not", `<row r="1"><c r="A1" s="1"><v>60.5</v></c></row>`, "!29 February 1900"},
	{"ISO date with zone", `<row r="1"><c r="A1" t="d"><v>2019-03-14T18:00:00Z</v></c></row>`, "!not written as"},
	{"ISO date that was not", `<row r="1"><c r="A1" t="d"><v>2019-02-29</v></c></row>`, "!not written as"},
	{"boolean 2", `<row r="1"><c r="A1" t="b"><v>2</v></c></row>`, "!neither true nor false"},
	{"error without #", `<row r="1"><c r="A1" t="e"><v>N/A</v></c></row>`, "!unknown error"},
	{"two values", `<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>`, "!two values"},
	{"value in inline", `<row r="1"><c r="A1" t="inlineStr"><v>1</v></c></row>`, "!does not fit its type"},
	{"inline in number", `<row r="1"><c r="A1"><is><t>a</t></is></c></row>`, "!does not fit its type"},
	{"loose text in cell", `<row r="1"><c r="A1">1</c></row>`, "!loose text"},
	{"loose text in row", `<row r="1">1</row>`, "!text between its cells"},
	{"loose text in rows", `1<row r="1"/>`, "!text between its rows"},
	{"element in value", `<row r="1"><c r="A1"><v><b/></v></c></row>`, "!unknown element <b>"},
	{"unknown element in cell", `<row r="1"><c r="A1"><w/></c></row>`, "!unknown element <w>"},
	{"unknown element in row", `<row r="1"><d/></row>`, "!unknown element <d>"},
	{"alternate content", `<m:AlternateContent xmlns:m="urn:m"><row r="1"/></m:AlternateContent>`, "!unknown element <AlternateContent>"},
	{"escape of NUL", `<row r="1"><c r="A1" t="str"><v>_x0000_</v></c></row>`, "!does not exist"},
	{"escape of half a character", `<row r="1"><c r="A1" t="str"><v>_xD83D_</v></c></row>`, "!does not exist"},
	{"text too long", `<row r="1"><c r="A1" t="inlineStr"><is><t>` + strings.Repeat("y", MaxCellText+1) + `</t></is></c></row>`, "!more than 32,767"},
	{"value too long", `<row r="1"><c r="A1" t="str"><v>` + strings.Repeat("y", MaxCellText+1) + `</v></c></row>`, "!more than 32,767"},

	{"mismatched tags", `<row r="1"><c r="A1"><v>1</c></v></row>`, "!mismatched end tag"},
	{"end tag longer", `<row r="1"><c r="A1"></cc></row>`, "!mismatched end tag"},
	{"end tag missing", `<row r="1"><c r="A1"><v>1</v></row>`, "!mismatched end tag"},
	{"entity undefined", `<row r="1"><c r="A1" t="str"><v>&aring;</v></c></row>`, "!unknown entity"},
	{"entity unterminated", `<row r="1"><c r="A1" t="str"><v>a &amp b</v></c></row>`, "!stray &"},
	{"ampersand alone", `<row r="1"><c r="A1" t="str"><v>a & b</v></c></row>`, "!stray &"},
	{"reference to NUL", `<row r="1"><c r="A1" t="str"><v>&#0;</v></c></row>`, "!character reference"},
	{"reference to surrogate", `<row r="1"><c r="A1" t="str"><v>&#xD800;</v></c></row>`, "!character reference"},
	{"reference too large", `<row r="1"><c r="A1" t="str"><v>&#x110000;</v></c></row>`, "!character reference"},
	{"control character", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\x01</v></c></row>", "!control character"},
	{"control in attribute", "<row r=\"1\" x=\"\x01\"/>", "!control character"},
	{"control in comment", "<!--\x01-->", "!control character"},
	{"invalid UTF-8", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\xe5</v></c></row>", "!not valid UTF-8"},
	{"overlong UTF-8", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\xc0\x80</v></c></row>", "!not valid UTF-8"},
	{"U+FFFF", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\uffff</v></c></row>", "!forbidden character"},
	{"attribute twice", `<row r="1" r="1"/>`, "!duplicate attribute"},
	{"attribute twice by namespace", `<row xmlns:a="u" xmlns:b="u" a:x="1" b:x="1"/>`, "!duplicate attribute"},
	{"attribute without quotes", `<row r=1/>`, "!without quotes"},
	{"attribute without value", `<row r/>`, "!without a value"},
	{"attributes without space", `<row r="1"s="1"/>`, "!malformed tag"},
	{"less-than in attribute", `<row r="<"/>`, "!< in an attribute"},
	{"prefix undeclared", `<x:row r="1"/>`, "!undeclared prefix"},
	{"attribute prefix undeclared", `<row x:r="1"/>`, "!undeclared prefix"},
	{"name malformed", `<1row/>`, "!malformed name"},
	{"two colons", `<a:b:c/>`, "!malformed name"},
	{"]]> in text", `<row r="1">]]></row>`, "!]]> in text"},
	{"-- in comment", `<!-- a -- b -->`, "!comment with --"},
	{"comment unterminated", `<!-- a`, "!cut off"},
	{"doctype inside", `<!DOCTYPE a>`, "!DOCTYPE"},
	{"declaration inside", `<?xml version="1.0"?>`, "!not first"},
	{"deep", strings.Repeat("<a>", 200_000), "!unknown element <a>"},
	{"tag too long", `<row x="` + bulkText(2*MaxTag) + `"/>`, "!tag that is too long"},
	{"too many attributes", `<row ` + repeated(257, `a%d="" `) + `/>`, "!too many attributes"},
	{"too many namespaces", `<row ` + repeated(200, `xmlns:a%d="u" `) + `><c ` + repeated(200, `xmlns:b%d="u" `) + `/></row>`, "!too many namespaces"},
}

// bulkText is text that packs less than 200 to 1.
func bulkText(n int) string {
	return strings.ToValidUTF8(strings.NewReplacer("\x00", "x", "<", "x", "&", "x", "\"", "x").Replace(
		strings.Map(func(r rune) rune { return 'a' + r%26 }, bulk(n, 3))), "x")
}

// judged reads a file within the time and memory any file may take.
func judged(t *testing.T, data []byte, want string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(t)
	got, err := content(data)
	took := processorTime(t) - start
	runtime.ReadMemStats(&after)
	// All that was ever allocated bounds what was held at once.
	if took > 2*time.Second || after.TotalAlloc-before.TotalAlloc > 256<<20 {
		t.Fatalf("took %v and %d MB", took, (after.TotalAlloc-before.TotalAlloc)>>20)
	}
	if fragment, refused := strings.CutPrefix(want, "!"); refused {
		refusal(t, err, fragment)
	} else if err != nil {
		t.Fatal(err)
	} else if got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMalformedRows(t *testing.T) {
	for _, c := range rowsCases {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if !strings.HasPrefix(want, "!") {
				want = "Blad1 " + want + "\n"
			}
			judged(t, pack(book(c.rows)), want)
		})
	}
	t.Logf("%d worksheets", len(rowsCases))
}

// rawEntry is a ZIP file of a workbook and one entry more, whose header says what
// it is told to.
func rawEntry(body []byte, change func(*zip.FileHeader)) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range book(good) {
		e, _ := w.Create(p.name)
		_, _ = io.WriteString(e, p.body)
	}
	h := &zip.FileHeader{Name: "x.bin", Method: zip.Store, CRC32: crc32.ChecksumIEEE(body),
		CompressedSize64: uint64(len(body)), UncompressedSize64: uint64(len(body))}
	change(h)
	e, err := w.CreateRaw(h)
	if err == nil {
		_, err = e.Write(body)
	}
	if err != nil || w.Close() != nil {
		panic(err)
	}
	return out.Bytes()
}

func le32(b []byte, at int, v uint32) { binary.LittleEndian.PutUint32(b[at:], v) }
func le16(b []byte, at int, v uint16) { binary.LittleEndian.PutUint16(b[at:], v) }
