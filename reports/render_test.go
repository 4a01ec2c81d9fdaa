package reports

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
)

func rendered(t testing.TB, r *Report, format, sheet string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, r, format, sheet); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Same value, same bytes: one after the other, and from goroutines at once.
func TestSameBytes(t *testing.T) {
	for _, format := range Formats {
		want := rendered(t, sample("sv"), format, "")
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Go(func() {
				for i := range 5 {
					var b bytes.Buffer
					if err := Render(&b, sample("sv"), format, ""); err != nil {
						t.Error(err)
					}
					if !bytes.Equal(b.Bytes(), want) {
						t.Errorf("%s: render %d of goroutine %d differs", format, i, g)
					}
				}
			})
		}
		wg.Wait()
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ format, sheet, names string }{
		{"pdf", "", "xlsx, csv, json, html"},
		{"csv", "Saknas", "Månader, Andelar"},
		{"json", "Saknas", "Månader, Andelar"},
	} {
		err := Render(io.Discard, sample("sv"), c.format, c.sheet)
		refusal, ok := errors.AsType[*domain.Error](err)
		if !ok || refusal.Code != domain.Usage {
			t.Fatalf("%s %s: %v", c.format, c.sheet, err)
		}
		for _, lang := range []string{"sv", "en"} {
			if hint := refusal.Hint.In(lang); !strings.Contains(hint, c.names) {
				t.Errorf("%s: hint %q does not name %s", c.format, hint, c.names)
			}
			if refusal.What.In(lang) == "" {
				t.Errorf("%s: nothing said in %s", c.format, lang)
			}
		}
	}
	err := Render(io.Discard, &Report{Lang: "sv"}, "csv", "")
	if refusal, ok := errors.AsType[*domain.Error](err); !ok || refusal.Code != domain.Usage {
		t.Errorf("csv of nothing: %v", err)
	}
}

type brokenPipe struct{ left int }

var errPipe = errors.New("pipe is broken")

func (p *brokenPipe) Write(b []byte) (int, error) {
	if p.left -= len(b); p.left < 0 {
		return 0, errPipe
	}
	return len(b), nil
}

// An error of the writer is not lost, wherever it comes.
func TestWriteErrors(t *testing.T) {
	for _, format := range Formats {
		size := len(rendered(t, sample("sv"), format, ""))
		for _, left := range []int{0, size / 2, size - 1} {
			if err := Render(&brokenPipe{left}, sample("sv"), format, ""); !errors.Is(err, errPipe) {
				t.Errorf("%s after %d of %d bytes: %v", format, left, size, err)
			}
		}
	}
}

// kinds is a table with a cell of every kind.
func kinds(lang string) *Report {
	cells := []Cell{
		words("ord; \"citat\""), count(-12345), number(HoursKind, 1234.0/60), number(Share, 0.125), number(Decimal, 3.14159),
		number(Kronor, 1234567.5), dateCell(domain.MustDate("2019-03-14")), {Kind: Suppressed}, {Kind: NoValue}, {},
		number(Decimal, math.NaN()),
	}
	t := Table{Rows: []Row{{Cells: cells}, {Cells: cells[:1], Total: true}}}
	for i := range cells {
		t.Columns = append(t.Columns, Column{Header: fmt.Sprintf("k%d", i)})
	}
	return &Report{
		Name: "kinds", Title: "Alla slag", Lang: lang, Sheets: []Sheet{{Name: "Ett"}, {Name: "Två", Tables: []Table{t, t}}},
		Stamp: Stamp{Position: 7, RecordedOn: domain.MustDate("2019-07-03"), Program: "1", Parameters: []Parameter{{"b", "2"}, {"a", "1"}}},
	}
}

func TestCSV(t *testing.T) {
	head := `"k0";"k1";"k2";"k3";"k4";"k5";"k6";"k7";"k8";"k9";"k10"` + "\r\n"
	table := head + `"ord; ""citat""";-12345;20,566666666666666;0,125;3,14159;1234567,50;2019-03-14;"‥";"–";;"–"` + "\r\n" +
		`"ord; ""citat""";;;;;;;;;;` + "\r\n"
	if diff := cmp.Diff("\ufeff"+table+"\r\n"+table, string(rendered(t, kinds("sv"), "csv", ""))); diff != "" {
		t.Error(diff)
	}
	english := strings.NewReplacer("; ", "; ", ";", ",", ",", ".")
	want := strings.ReplaceAll(english.Replace("\ufeff"+table+"\r\n"+table), "citat", "citat")
	if diff := cmp.Diff(want, string(rendered(t, kinds("en"), "csv", "två"))); diff != "" {
		t.Error(diff)
	}
}

// injections are the beginnings by which words have been made formulas.
var injections = []string{
	"=1+1", "=cmd|'/C calc'!A0", "@SUM(1)", "+1+cmd", "-2+3", "\t=1", "\r=1", "\n=1", "\x00=1", "\x00", "＝1+1", "＋1", "－1", "＠SUM(1)",
	`=HYPERLINK("http://x.example";"y")`, `=WEBSERVICE("http://x.example")`, `=IMPORTXML("http://x.example";"//a")`,
	`=DDE("cmd";"/C calc";"1")`, " =1+1", "\u00a0=1+1", "\ufeff=1+1", "-5",
}

func TestCSVInjection(t *testing.T) {
	var rows []Row
	for _, s := range append(injections, ";=1", `"=1`) {
		rows = append(rows, Row{Cells: []Cell{words(s), count(-5)}})
	}
	r := &Report{Lang: "sv", Sheets: []Sheet{{Tables: []Table{{Columns: []Column{{Header: "=1+1"}, {Header: "n"}}, Rows: rows}}}}}
	text := string(rendered(t, r, "csv", ""))
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, byteOrderMark)))
	in.Comma = ';'
	records, err := in.ReadAll()
	if err != nil || len(records) != len(rows)+1 {
		t.Fatalf("%d records: %v", len(records), err)
	}
	for i, record := range records[1:] {
		want := rows[i].Cells[0].Text
		if i < len(injections) {
			want = "'" + want
		}
		if record[0] != want || record[1] != "-5" {
			t.Errorf("%q became %q", rows[i].Cells[0].Text, record)
		}
	}
	if !strings.HasPrefix(text, byteOrderMark+`"'=1+1";"n"`) || strings.Contains(text, `"-5"`) || !strings.Contains(text, "\";-5\r\n") {
		t.Errorf("header or number:\n%s", text)
	}
}

func TestJSON(t *testing.T) {
	want := `{"report":"kinds","title":"Alla slag","subtitle":"","notice":"","lang":"sv","position":7,` +
		`"recorded_on":"2019-07-03","program":"1","checkpoint":"","public_key":"","parameters":{"b":"2","a":"1"},
"sheets":[
{"name":"Två","title":"","intro":[],"tables":[
{"title":"","note":"","columns":["k0","k1","k2","k3","k4","k5","k6","k7","k8","k9","k10"],"total_rows":[1],"rows":[
["ord; \"citat\"",-12345,20.566666666666666,0.125,3.14159,"1234567.50","2019-03-14",{"value":null,"suppressed":true},null,null,null],
["ord; \"citat\"",null,null,null,null,null,null,null,null,null,null]]}]}]}
`
	r := kinds("sv")
	r.Sheets[1].Tables = r.Sheets[1].Tables[:1]
	got := rendered(t, r, "json", "Två")
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	for _, lang := range []string{"sv", "en"} {
		if b := rendered(t, sample(lang), "json", ""); !json.Valid(b) {
			t.Errorf("not JSON: %s", b)
		}
	}
	r.Title = "f\xf6rsta"
	if b := rendered(t, r, "json", ""); !json.Valid(b) || !strings.Contains(string(b), "f\ufffdrsta") {
		t.Errorf("a title that is no UTF-8: %s", b)
	}
}

func TestHTML(t *testing.T) {
	page := string(rendered(t, kinds("sv"), "html", ""))
	for _, want := range []string{
		`<html lang="sv">`, `<th scope="row">ord; &#34;citat&#34;</th>`, `<th scope="col" class="number">k1</th>`,
		`<td class="number">−12` + "\u00a0345</td>", `<td class="number">20,57</td>`, `<td class="number">12,5` + "\u00a0%</td>",
		`<td class="number">1` + "\u00a0234\u00a0567,50</td>", `<td class="date">2019-03-14</td>`, `<td class="withheld">‥</td>`,
		`<tr class="total">`, "position 7", "@page { size: A4 landscape",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	english := string(rendered(t, kinds("en"), "html", ""))
	for _, want := range []string{`<html lang="en">`, ">−12,345<", ">12.5%<", ">1,234,567.50<"} {
		if !strings.Contains(english, want) {
			t.Errorf("no %s in the English page", want)
		}
	}
}

// The page carries all it needs, and what people wrote stays words.
func TestHTMLAlone(t *testing.T) {
	r := sample("sv")
	evil := `</title><script src="https://x.example/a.js"></script>'"<img src=x onerror=y>`
	r.Title, r.Subtitle, r.Notice = evil, evil, evil
	s := &r.Sheets[0]
	s.Name, s.Title, s.Intro = evil, evil, []string{evil}
	s.Tables[0].Title, s.Tables[0].Note, s.Tables[0].Columns[1].Header, s.Tables[0].Rows[0].Cells[0].Text = evil, evil, evil, evil
	s.Charts[0].Title = evil
	page := string(rendered(t, r, "html", ""))
	for _, no := range []string{"<script", "<img", "<link", "<iframe"} {
		if i := strings.Index(page, no); i >= 0 {
			t.Errorf("%s in the page: %s", no, page[max(0, i-60):i+60])
		}
	}
	plain := string(rendered(t, sample("sv"), "html", ""))
	for _, no := range []string{"http", "src=", "url(", "@import", "NaN"} {
		if i := strings.Index(plain, no); i >= 0 {
			t.Errorf("%s in the page: %s", no, plain[max(0, i-60):i+60])
		}
	}
	if got := strings.Count(plain, "<svg "); got != 8 || strings.Count(plain, `<title id="`) != 8 {
		t.Errorf("%d charts of 8, or one without a title", got)
	}
}

// A line is broken where a figure is withheld: it must not be guessed from
// the figures beside it.
func TestHTMLLineBroken(t *testing.T) {
	r := sample("sv")
	c := &r.Sheets[1].Charts[0]
	svg := drawSVG(c, &r.Sheets[1].Tables[0], numeralsOf("sv"), "x")
	paths := regexp.MustCompile(`<path d="([^"]*)" fill="none"`).FindAllStringSubmatch(svg, -1)
	if len(paths) != 2 || strings.Count(paths[0][1], "M") != 1 || strings.Count(paths[1][1], "M") != 2 || strings.Count(paths[1][1], "L") != 2 {
		t.Errorf("%q", paths)
	}
}

// Look at the pictures: UTFALL_SAMPLES names a directory to write them to.
func TestSamples(t *testing.T) {
	dir := os.Getenv("UTFALL_SAMPLES")
	if dir == "" {
		t.Skip("UTFALL_SAMPLES is not set")
	}
	for _, format := range Formats {
		if err := os.WriteFile(dir+"/sample."+format, rendered(t, sample("sv"), format, ""), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
