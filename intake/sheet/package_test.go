package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// packageCase is a file whose container or parts are wrong, and what comes of it:
// its content, or "!" and a fragment of why it is refused.
type packageCase struct {
	name string
	data []byte
	want string
}

// containerCases are wrong as ZIP files, or right in unusual ways.
func containerCases() []packageCase {
	whole := pack(book(good))
	b := book(good)
	wb := "xl/workbook.xml"
	strict := edit(edit(b, sheetPath, mainNS, "http://purl.oclc.org/ooxml/spreadsheetml/main"), "_rels/.rels", relationNS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
	prefixed := with(b, sheetPath, `<x:worksheet xmlns:x="`+mainNS+`"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1"><x:v>3.5</x:v></x:c></x:row></x:sheetData></x:worksheet>`)
	two := twoSheets()
	return []packageCase{
		{"good", whole, goodContent},
		{"good stored", pack(stored(b)), goodContent},
		{"strict namespaces", pack(strict), goodContent},
		{"prefixes", pack(prefixed), goodContent},
		{"hidden sheet passed over", pack(two), goodContent},
		{"utf-8 mark", pack(with(b, sheetPath, "\ufeff"+sheetXML(good))), goodContent},
		{"macros noted", pack(with(b, "xl/vbaProject.bin", "x")), goodContent},
		{"directory entry", pack(with(b, "xl/empty/", "")), goodContent},
		{"styles are something else", pack(edit(without(b, "xl/styles.xml"), "xl/_rels/workbook.xml.rels", "styles.xml", "workbook.xml")), "!not a style sheet"},

		{"hidden sheet damaged", pack(edit(two, "xl/worksheets/s2.xml", "</row>", "")), "!mismatched"},
		{"zip cut", whole[:len(whole)-30], "!no whole ZIP directory"},
		{"zip half", whole[:len(whole)/2], "!no whole ZIP directory"},
		{"empty zip", pack(nil), "!the file is ZIP"},
		{"plain zip", pack([]part{{name: "a.txt", body: "a"}}), "!a ZIP archive, not .xlsx"},
		{"docx", pack(with(b, "word/document.xml", "<a/>")), "!Word (.docx)"},
		{"pptx", pack([]part{{name: "ppt/presentation.xml"}}), "!PowerPoint"},
		{"ods", pack([]part{{name: "mimetype", body: "application/vnd.oasis.opendocument.spreadsheet"}}), "!OpenDocument"},
		{"xlsb", pack(with(b, "xl/workbook.bin", "x")), "!.xlsb"},
		{"encrypted entry", directory(whole, wb, func(r []byte) { le16(r, 8, 9) }), "!is encrypted"},
		{"unknown method", directory(whole, wb, func(r []byte) { le16(r, 10, 12) }), "!unknown method (12)"},
		{"method swapped", directory(whole, sheetPath, func(r []byte) { le16(r, 10, 0) }), "!checksum is wrong"},
		{"crc wrong", directory(whole, sheetPath, func(r []byte) { r[16] ^= 1 }), "!checksum is wrong"},
		{"crc zero", directory(whole, sheetPath, func(r []byte) { le32(r, 16, 0) }), "!checksum is wrong"},
		{"size lies low", directory(whole, sheetPath, func(r []byte) { le32(r, 24, 10) }), "!checksum is wrong"},
		{"size lies high", directory(whole, sheetPath, func(r []byte) { le32(r, 24, 1<<30) }), "!checksum is wrong"},
		{"packed size low", directory(whole, sheetPath, func(r []byte) { le32(r, 20, binary.LittleEndian.Uint32(r[20:])-1) }), "!does not unpack"},
		{"packed size high", directory(whole, sheetPath, func(r []byte) { le32(r, 20, binary.LittleEndian.Uint32(r[20:])+1) }), "!more bytes than it should"},
		{"directory renames", directory(whole, "xl/styles.xml", func(r []byte) { r[50] ^= 1 }), "!does not agree with the ZIP directory"},
		{"overlapping entries", directory(whole, "xl/styles.xml", func(r []byte) { le32(r, 42, 0) }), "!does not agree with the ZIP directory"},
		{"bytes between entries", append([]byte("PK\x03\x04junk"), whole...), "!does not agree"},
		{"name twice", pack(append(b, part{name: "XL/workbook.xml", body: "<a/>"})), "!occurs twice"},
		{"name absolute", pack(with(b, "/x", "")), "!forbidden name"},
		{"name upwards", pack(with(b, "xl/../../x", "")), "!forbidden name"},
		{"name backslash", pack(with(b, `xl\x`, "")), "!forbidden name"},
		{"too many parts", pack(append(b, parts(MaxEntries)...)), "!over the limit of 2000"},
		{"65,600 parts", pack(append(b, parts(65_600)...)), "!over the limit of 2000"},
		{"part in a far corner damaged", directory(pack(with(b, "xl/media/a.png", "abc")), "xl/media/a.png", func(r []byte) { r[16] ^= 1 }), "!checksum is wrong"},
		{"part in a far corner malformed", pack(with(b, "docProps/app.xml", "<a><b></a>")), "!mismatched"},
		{"ratio", pack(with(b, "xl/media/a.bin", strings.Repeat("\x00", 2<<20))), "!over 200 times"},
		{"ratio under 1 MiB", pack(with(b, "xl/media/a.bin", strings.Repeat("\x00", 1<<20))), goodContent},
		{"unpacked size", bomb(), "!unpacks to over 200 MB"},
		{"stored, with another size", rawEntry([]byte("abc"), func(h *zip.FileHeader) { h.UncompressedSize64 = 4 }), "!checksum is wrong"},
	}
}

// twoSheets is a workbook with a hidden sheet beside the visible one.
func twoSheets() []part {
	b, wb, wbRels := book(good), "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
	two := edit(b, wb, `</sheets>`, `<sheet name="Dold" sheetId="2" state="hidden" r:id="rId9"/></sheets>`)
	two = edit(two, wbRels, `</Relationships>`, `<Relationship Id="rId9" Type="`+relationNS+`/worksheet" Target="worksheets/s2.xml"/></Relationships>`)
	two = with(two, "xl/worksheets/s2.xml", sheetXML(`<row r="7"><c r="A7"><f>1</f></c></row>`))
	return two
}

// partCases have a part that is missing or is not what it should be.
func partCases() []packageCase {
	b, two := book(good), twoSheets()
	wb, wbRels := "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
	return []packageCase{
		{"no content types", pack(without(b, "[Content_Types].xml")), "!a ZIP archive, not .xlsx"},
		{"content types are something else", pack(with(b, "[Content_Types].xml", "<a/>")), "!not a list of content types"},
		{"no relations", pack(without(b, "_rels/.rels")), `!"_rels/.rels" is missing`},
		{"relations are something else", pack(with(b, "_rels/.rels", "<a/>")), "!not a list of relationships"},
		{"relation id twice", pack(edit(b, wbRels, "rId2", "rId1")), "!relationship id twice"},
		{"no workbook", pack(without(b, wb)), "!is missing from the file"},
		{"no workbook relations", pack(without(b, wbRels)), "!is missing from the file"},
		{"no worksheet", pack(without(b, sheetPath)), "!is missing from the file"},
		{"no styles", pack(without(b, "xl/styles.xml")), "!is missing from the file"},
		{"no shared strings", pack(without(b, "xl/sharedStrings.xml")), "!is missing from the file"},
		{"relation unknown", pack(edit(b, wb, `r:id="rId1"`, `r:id="rId8"`)), `!the sheet "Blad1" is missing`},
		{"worksheet external", pack(edit(b, wbRels, `Target="worksheets/sheet1.xml"`, `TargetMode="External" Target="http://x"`)), "!is missing"},
		{"no sheets", pack(edit(b, wb, `<sheet name="Blad1" sheetId="1" r:id="rId1"/>`, "")), "!no worksheet"},
		{"sheet name twice", pack(edit(two, wb, "Dold", "BLAD1")), "!two sheets are named"},
		{"part of two sheets", pack(edit(two, wbRels, "worksheets/s2.xml", "worksheets/sheet1.xml")), "!the same part"},
		{"workbook is something else", pack(with(b, wb, `<workbook/>`)), "!not a workbook"},
		{"binary workbook", pack(with(edit(b, "_rels/.rels", "xl/workbook.xml", "xl/w.bin"), "xl/w.bin", "x")), "!binary workbook"},
		{"worksheet without namespace", pack(with(b, sheetPath, `<worksheet><sheetData/></worksheet>`)), "!not a worksheet"},
		{"worksheet without rows", pack(with(b, sheetPath, `<worksheet xmlns="`+mainNS+`"/>`)), "!no rows (sheetData)"},
		{"rows twice", pack(edit(b, sheetPath, "</sheetData>", "</sheetData><sheetData/>")), "!rows in two places"},
		{"nothing in it", pack(book("")), "!the file is empty"},
		{"only spaces in it", pack(book(`<row r="1"><c r="A1" t="inlineStr"><is><t> </t></is></c></row>`)), "!the file is empty"},
		{"worksheet cut", pack(with(b, sheetPath, sheetXML(good)[:230])), "!cut off"},
	}
}

// xmlCases are wrong as XML, or beyond a limit of what a part may hold.
func xmlCases() []packageCase {
	b := book(good)
	utf16 := "\xff\xfe" + utf16Bytes(sheetXML(good), false)
	manyCells := "<row>" + strings.Repeat("<c/>", MaxColumns) + "</row>"
	return []packageCase{
		{"worksheet of nothing", pack(with(b, sheetPath, "")), "!cut off"},
		{"junk after root", pack(with(b, sheetPath, sheetXML(good)+"x")), "!text outside its root"},
		{"two roots", pack(with(b, sheetPath, sheetXML(good)+"<a/>")), "!more than one root"},
		{"two roots, bare", pack(with(b, sheetPath, sheetXML(good)+"<a></a>")), "!more than one root"},
		{"end tag after root", pack(with(b, sheetPath, sheetXML(good)+"</a>")), "!end tag too many"},
		{"text before root", pack(with(b, sheetPath, "x"+sheetXML(good))), "!text outside its root"},
		{"space before declaration", pack(with(b, sheetPath, " "+sheetXML(good))), "!not first"},
		{"doctype", pack(with(b, sheetPath, `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>`+sheetXML(good)[56:])), "!DOCTYPE"},
		{"doctype in shared strings", pack(with(b, "xl/sharedStrings.xml", `<!DOCTYPE a><sst/>`)), "!DOCTYPE"},
		{"utf-16", pack(with(b, sheetPath, utf16)), "!is in UTF-16"},
		{"utf-16 bare", pack(with(b, sheetPath, utf16[2:])), "!is in UTF-16"},
		{"utf-16 declared", pack(edit(b, sheetPath, "UTF-8", "UTF-16")), "!is in UTF-16"},
		{"latin declared", pack(edit(b, sheetPath, "UTF-8", "ISO-8859-1")), "!is in ISO-8859-1"},
		{"xml 1.1", pack(edit(b, sheetPath, "1.0", "1.1")), "!malformed XML declaration"},
		{"depth", pack(edit(b, sheetPath, "</worksheet>", strings.Repeat("<a>", 64)+strings.Repeat("</a>", 64)+"</worksheet>")), "!over 64 deep"},
		{"depth 64", pack(edit(b, sheetPath, "</worksheet>", strings.Repeat("<a>", 63)+strings.Repeat("</a>", 63)+"</worksheet>")), goodContent},
		{"shared strings are something else", pack(with(b, "xl/sharedStrings.xml", `<sst/>`)), "!not a list of shared strings"},
		{"shared strings hold text", pack(edit(b, "xl/sharedStrings.xml", "<si>", "x<si>")), "!text outside its strings"},
		{"shared strings hold more", pack(edit(b, "xl/sharedStrings.xml", "<si>", "<so/><si>")), "!something else than strings"},
		{"shared string too long", pack(edit(b, "xl/sharedStrings.xml", "noll", strings.Repeat("åy", MaxCellText/2))), "!more than 32,767"},
		{"shared strings too large", pack(edit(b, "xl/sharedStrings.xml", "<si>", strings.Repeat("<si><t>"+bulkText(128 << 10)[:120_000]+"</t></si>", 600)+"<si>")), "!over 64 MB"},
		{"shared strings too many", pack(stored(edit(b, "xl/sharedStrings.xml", "<si>", strings.Repeat("<si/>", MaxSharedStrings/SharedStringCost+1)+"<si>"))), "!over 64 MB"},
		{"too many styles", pack(edit(b, "xl/styles.xml", "<cellXfs>", "<cellXfs>"+repeated(MaxStyles, `<xf numFmtId="%d"/>`))), "!over 65490 cell styles"},
		{"style malformed", pack(edit(b, "xl/styles.xml", `<cellXfs><xf numFmtId="0"`, `<cellXfs><xf numFmtId="x"`)), "!malformed number format"},
		{"too many cells", pack(stored(with(b, sheetPath, sheetXML(strings.Repeat(manyCells, MaxCells/MaxColumns+1))))), "!over 5000000 cells"},
		{"a million rows", pack(stored(with(b, sheetPath, sheetXML(strings.Repeat("<row/>", MaxRows)+"<row/>")))), "!beyond row 1048576"},
	}
}

func TestMalformedPackage(t *testing.T) {
	cases := slices.Concat(containerCases(), partCases(), xmlCases())
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { judged(t, c.data, c.want) })
	}
	t.Logf("%d files", len(cases))
}

func parts(n int) []part {
	out := make([]part, n)
	for i := range out {
		out[i] = part{name: "p/" + ColumnName(i), stored: true}
	}
	return out
}

// bomb is a file under the upload limit that unpacks to just over the limit.
func bomb() []byte {
	b := book(good)
	body := bulk(21<<20, 1)
	for i := range 10 {
		b = with(b, "xl/media/"+ColumnName(i)+".bin", body)
	}
	return pack(b)
}

// TestNotes: what is passed over is said, in the order of the file.
func TestNotes(t *testing.T) {
	b := book(good)
	for _, name := range []string{"xl/vbaProject.bin", "xl/externalLinks/x.bin", "xl/embeddings/a.bin", "xl/activeX/a.bin", "xl/worksheets/old.xml"} {
		b = with(b, name, "<a/>")
	}
	data := pack(edit(b, "xl/workbook.xml", "<sheet ", `<sheet name="Dold" sheetId="3" state="veryHidden" r:id="rId1"/><sheet `))
	_, err := Open("x", bytes.NewReader(data), int64(len(data)))
	refusal(t, err, "the same part")
	data = pack(b)
	f, err := Open("x", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range f.Notes {
		got = append(got, n.EN)
	}
	want := []string{
		"The file has macros; they are not imported and not run.",
		"The file has links to other files; they are not followed.",
		"The file has embedded files; they are not imported.",
		"The file has ActiveX controls; they are not imported.",
		`The part "xl/worksheets/old.xml" belongs to no sheet and is not imported.`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}
