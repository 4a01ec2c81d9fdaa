//go:build ignore

// Command make writes the files here that no editor writes: workbooks, and texts in
// other encodings than UTF-8. Run it in this folder: go run make.go. The others are
// written by hand.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"log"
	"os"
	"strings"
	"time"
	"unicode/utf16"
)

// The questions of definitions/kurs.toml, as Forms heads their columns.
var (
	asked   = []any{"Jag kan ta betalt på nätet", "Kursen höll — på det hela taget — vad den lovade", "Hur troligt är det att du rekommenderar oss?", "Har du börjat sälja på nätet?", "Vilka kanaler använder ni?", "Vad vill du lära dig mer om?", "Hur mycket sålde ni för, i tusental kronor?"}
	askedEN = []any{"I can take payments online", "On the whole the course kept its promise", "How likely are you to recommend us?", "Have you started to sell online?", "Which channels do you use?", "What would you like to learn more about?", "How much did you sell for, in thousands of kronor?"}
	first   = []any{"Instämmer helt", 4, 9, "Ja", "Webb, egen;Sociala medier;", "Foto", 125.5}
	second  = []any{"Vet ej", 2, 6, "Vill inte svara", "Inga;", nil, 0}
	third   = []any{"Varken eller", nil, nil, nil, "Mässor; marknader;Egen butik;", nil, nil}
)

func row(parts ...any) (out []any) {
	for _, p := range parts {
		if list, ok := p.([]any); ok {
			out = append(out, list...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		log.Fatal(err)
	}
	return t
}

var (
	swedish = []any{"ID", "Starttid", "Slutförandetid", "E-post", "Namn"}
	english = []any{"Id", "Start time", "Completion time", "Email", "Name"}
	begun   = at("2026-07-27 19:01:12")
	ended   = at("2026-07-27 19:06:23")
)

func main() {
	forms := func(name string, rows ...[]any) { write("microsoft-forms/"+name, workbook("Sheet1", rows)) }
	forms("swedish.xlsx", row(swedish, "Kod", asked),
		row(1, begun, ended, "anonymous", nil, "AB12", first), row(2, begun, ended, "anonymous", nil, "CD34", second), row(3, begun, ended, "anonymous", nil, nil, third))
	forms("english.xlsx", row(english, "Last modified time", "Kod", askedEN),
		row(1, begun, ended, "anonymous", "Anonymous", nil, "ab12", []any{"Strongly agree", 5, 10, "Yes", "Sociala medier;", "Nothing", 1}))
	forms("quiz.xlsx", row(english, "Total points", "Quiz feedback", "Last modified time", "Kod", asked[0], "Points - "+asked[0].(string), "Feedback - "+asked[0].(string), asked[1:]),
		row(1, begun, ended, "anonymous", nil, 7, nil, nil, "AB12", "Instämmer i hög grad", 1, nil, first[1:]))
	forms("broken-headers.xlsx", row(swedish, " Kod\u00a0", "Jag kan ta\u00a0betalt\n på nätet ", asked[1], asked[2].(string)+"\u00a0", asked[3:]), row(1, begun, ended, "anonymous", nil, "AB12", first))
	forms("signed-in.xlsx", row(swedish, asked),
		row(1, begun, ended, "anna@example.org", "Anna Exempel", first), row(2, begun, ended, "Anna@Example.org", "Anna Exempel", second),
		row(3, begun, ended, "anonymous", nil, first), row(4, begun, ended, "anonymous", nil, second))
	forms("edited-question.xlsx", row(swedish, "Kod", "Jag kan ta betalt på webben", asked[1:]), row(1, begun, ended, "anonymous", nil, "AB12", first))
	forms("excel-dates.xlsx", row(swedish, "Kod", asked), row(1, begun, ended, "anonymous", nil, "AB12", "Instämmer helt", at("2026-04-03 00:00:00"), 9, "Ja", nil, nil, nil))
	forms("outside-scale.xlsx", row(swedish, "Kod", asked), row(1, begun, ended, "anonymous", nil, "AB12", "Instämmer helt", 7, 11, "Ja", nil, nil, nil), row(2, begun, ended, "anonymous", nil, "CD34", "Instämmer typ", 4.5, 9, "Ja", nil, nil, "många"))
	forms("header-only.xlsx", row(swedish, "Kod", asked))
	forms("two-headers.xlsx", row(swedish, "Kod", asked), row(1, begun, ended, "anonymous", nil, "AB12", first), row(swedish, "Kod", asked), row(2, begun, ended, "anonymous", nil, "CD34", second))
	forms("duplicate-question.xlsx", row(swedish, "Kod", asked, asked[0]), row(1, begun, ended, "anonymous", nil, "AB12", first, "Vet ej"))
	forms("same-id.xlsx", row(swedish, "Kod", asked), row(1, begun, ended, "anonymous", nil, "AB12", first), row(1, begun, ended, "anonymous", nil, "AB12", first))

	one := []string{text(row(english, "Kod", asked)), text(row(1, "2026-07-27 19:01:12", "2026-07-27 19:06:23", "anonymous", "", "AB12", first)), text(row(2, "2026-07-27 19:01:12", "2026-07-27 19:06:23", "anonymous", "", "CD34", second))}
	write("microsoft-forms/windows-1252.csv", windows1252(strings.Join(one, "\r\n")+"\r\n"))
	write("microsoft-forms/utf-8-mark.csv", []byte("\ufeff"+strings.Join(one, "\r\n")+"\r\n"))
	write("microsoft-forms/us-dates.csv", []byte("\ufeff"+strings.ReplaceAll(strings.Join(one, "\r\n"), "2026-07-27", "7/27/26")+"\r\n"))
	write("microsoft-forms/mixed-encodings.csv", append(windows1252(one[0]+"\r\n"), []byte(one[1]+"\r\n")...))
	write("microsoft-forms/cut-workbook.xlsx", workbook("Sheet1", [][]any{row(swedish, "Kod", asked), row(1, begun, ended, "anonymous", nil, "AB12", first)})[:900])
	write("plain/utf-16.csv", utf16le(strings.Join([]string{text(row("Datum", "Kod", asked)), text(row("2026-07-27", "AB12", first))}, "\r\n")+"\r\n"))
	write("google-forms/sheet.xlsx", workbook("Formulärsvar 1", [][]any{
		{"Tidstämpel", "Din kod", "Vilken kurs gäller det?", "Hur nöjd är du? [Innehållet]", "Hur nöjd är du? [Tempot]", "Hur svårt var det?", "Vilka kanaler använder du?", "Något mer?"},
		{at("2024-05-17 15:42:10"), "K1", "E-handel", "Mycket", "Ganska", 2, "Webbplats, Facebook, Instagram", nil},
		{at("2024-05-18 08:00:00"), nil, nil, "Vet ej", "Inte alls", 5, "Nyhetsbrev, Annat, men vad", "Tack"}}))
}

func write(name string, data []byte) {
	if err := os.WriteFile(name, data, 0o600); err != nil {
		log.Fatal(err)
	}
}

// text is a line as Swedish Excel saves it.
func text(cells []any) string {
	out := make([]string, len(cells))
	for i, c := range cells {
		if s, ok := c.(string); ok && strings.ContainsAny(s, ";\"\n") {
			out[i] = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		} else if c != nil {
			out[i] = strings.ReplaceAll(fmt.Sprint(c), ".5", ",5")
		}
	}
	return strings.Join(out, ";")
}

func windows1252(s string) []byte {
	var out []byte
	for _, r := range s {
		if r == '—' {
			r = 0x97
		}
		out = append(out, byte(r))
	}
	return out
}

func utf16le(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// workbook is a workbook of one sheet; moments are serial days, as in Excel.
func workbook(name string, rows [][]any) []byte {
	var data strings.Builder
	for n, cells := range rows {
		fmt.Fprintf(&data, `<row r="%d">`, n+1)
		for i, c := range cells {
			ref := string(rune('A'+i%26)) + fmt.Sprint(n+1)
			switch c := c.(type) {
			case string:
				var escaped bytes.Buffer
				_ = xml.EscapeText(&escaped, []byte(c))
				fmt.Fprintf(&data, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, &escaped)
			case time.Time:
				fmt.Fprintf(&data, `<c r="%s" s="1"><v>%.8f</v></c>`, ref, c.Sub(at("1899-12-30 00:00:00")).Hours()/24)
			case int, float64:
				fmt.Fprintf(&data, `<c r="%s"><v>%v</v></c>`, ref, c)
			}
		}
		data.WriteString("</row>")
	}
	const head, main, rel = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + rel + `"><sheets><sheet name="` + name + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + rel + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet xmlns="` + main + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="m/d/yy\ h:mm:ss"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`},
		{"xl/worksheets/sheet1.xml", `<worksheet xmlns="` + main + `"><sheetData>` + data.String() + `</sheetData></worksheet>`},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate})
		if err == nil {
			_, err = w.Write([]byte(head + part[1]))
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		log.Fatal(err)
	}
	return out.Bytes()
}
