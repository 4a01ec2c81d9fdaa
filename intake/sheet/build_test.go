package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// The building of files for tests, part by part, so that any part can be wrong.

const (
	mainNS     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageNS  = "http://schemas.openxmlformats.org/package/2006/relationships"
	sheetPath  = "xl/worksheets/sheet1.xml"
)

// part is one entry of a built file.
type part struct {
	name, body string
	stored     bool // not deflated
}

// book is the parts of a workbook with the rows given, that tests then bend.
func book(rows string) []part {
	return []part{
		{name: "[Content_Types].xml", body: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{name: "_rels/.rels", body: rels(`<Relationship Id="rId1" Type="` + relationNS + `/officeDocument" Target="xl/workbook.xml"/>`)},
		{name: "xl/workbook.xml", body: `<workbook xmlns="` + mainNS + `" xmlns:r="` + relationNS +
			`"><sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{name: "xl/_rels/workbook.xml.rels", body: rels(
			`<Relationship Id="rId1" Type="` + relationNS + `/worksheet" Target="worksheets/sheet1.xml"/>` +
				`<Relationship Id="rId2" Type="` + relationNS + `/styles" Target="styles.xml"/>` +
				`<Relationship Id="rId3" Type="` + relationNS + `/sharedStrings" Target="/xl/sharedStrings.xml"/>`)},
		{name: "xl/styles.xml", body: `<styleSheet xmlns="` + mainNS + `"><numFmts count="2">` +
			`<numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>` +
			`<xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="200"/></cellXfs></styleSheet>`},
		{name: "xl/sharedStrings.xml", body: `<sst xmlns="` + mainNS + `"><si><t>noll</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t>k</t></r>` +
			`<rPh sb="0" eb="1"><t>phon</t></rPh></si><si><t xml:space="preserve"> _x0041_ </t></si></sst>`},
		{name: sheetPath, body: sheetXML(rows)},
	}
}

func rels(inner string) string {
	return `<Relationships xmlns="` + packageNS + `">` + inner + `</Relationships>`
}

func sheetXML(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<worksheet xmlns="` + mainNS + `"><dimension ref="A1:XFD1048576"/><sheetData>` + rows + `</sheetData></worksheet>`
}

// with gives the parts with the body of one replaced, or a new one added.
func with(parts []part, name, body string) []part {
	parts = slices.Clone(parts)
	for i := range parts {
		if parts[i].name == name {
			parts[i].body = body
			return parts
		}
	}
	return append(parts, part{name: name, body: body})
}

// edit gives the parts with a string of one replaced; it must be there.
func edit(parts []part, name, from, to string) []part {
	for _, p := range parts {
		if p.name == name && strings.Contains(p.body, from) {
			return with(parts, name, strings.Replace(p.body, from, to, 1))
		}
	}
	panic("no " + from + " in " + name)
}

// without gives the parts except one.
func without(parts []part, name string) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.name == name })
}

func stored(parts []part) []part {
	parts = slices.Clone(parts)
	for i := range parts {
		parts[i].stored = true
	}
	return parts
}

// pack makes a file of its parts.
func pack(parts []part) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		if p.stored {
			h.Method = zip.Store
		}
		entry, err := w.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(entry, p.body)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// directory calls change with the directory record of a part.
func directory(data []byte, name string, change func(record []byte)) []byte {
	data = slices.Clone(data)
	for at := 0; ; at++ {
		i := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if i < 0 {
			panic("no record of " + name)
		}
		at += i
		if n := int(binary.LittleEndian.Uint16(data[at+28:])); string(data[at+46:at+46+n]) == name {
			change(data[at:])
			return data
		}
	}
}

// content is all that a file says, as text to compare.
func content(data []byte) (string, error) {
	var out strings.Builder
	f, err := Open("test", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", err
	}
	err = f.Lines(context.Background(), func(l Line) error {
		fmt.Fprintf(&out, "%s %d", l.Sheet, l.Number)
		for i, c := range l.Cells {
			switch c.Kind {
			case Empty:
				continue
			case Number, Date, Bool:
				fmt.Fprintf(&out, " %s=%s:%s:%v", ColumnName(i), c.Kind, c.Text, c.Number)
			default:
				fmt.Fprintf(&out, " %s=%s:%q", ColumnName(i), c.Kind, c.Text)
			}
		}
		out.WriteString("\n")
		return nil
	})
	if err != nil {
		return "", err
	}
	return out.String(), nil
}

// refusal checks that an error is a complete Error in both languages, with the
// fragment in its English.
func refusal(t *testing.T, err error, fragment string) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok {
		t.Fatalf("got %T %v, want an *Error with %q", err, err, fragment)
	}
	if !strings.Contains(e.Error(), fragment) {
		t.Fatalf("got %q, want %q in it", e.Error(), fragment)
	}
	for _, text := range []string{e.What.SV, e.What.EN, e.Hint.SV, e.Hint.EN} {
		if text == "" || strings.Contains(text, "%!") {
			t.Fatalf("an incomplete error: %+v", e)
		}
	}
}
