package reports

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"utfall/reports/recalc"
)

func TestContentTypesSorted(t *testing.T) {
	types := recalc.Parts(t, rendered(t, sample("sv"), "xlsx", ""))[contentTypes]
	children := typeElement.FindAllString(types, -1)
	if len(children) < 20 || !slices.IsSorted(children) {
		t.Errorf("%d children, sorted %t:\n%s", len(children), slices.IsSorted(children), types)
	}
	if strings.Count(types, "chart+xml") != 8 || !strings.HasSuffix(types, "</Types>") {
		t.Errorf("not whole: %s", types)
	}
}

// The value beside a formula is a number, and only our own formulas are there.
func TestFormulasKeepNumbers(t *testing.T) {
	got := map[string]string{}
	for name, cells := range recalc.Cells(t, rendered(t, sample("sv"), "xlsx", "")) {
		for _, c := range cells {
			if c.Formula == nil {
				continue
			}
			if _, err := strconv.ParseFloat(c.Value, 64); err != nil || c.Type != "" {
				t.Errorf("%s!%s: value %q of type %q", name, c.Ref, c.Value, c.Type)
			}
			got[name+"!"+c.Ref] = *c.Formula + " " + c.Value
		}
	}
	want := map[string]string{
		"Månader!B17": "SUM(B11:B16) 345", "Månader!C17": "SUM(C11:C16) 261", "Månader!D17": "SUM(D11:D16) 606",
		"Månader!E17":   "SUM(E11:E16) 6367.65",
		"Kostnader!D7":  "C7-B7 -565432",
		"Kostnader!D8":  "C8-B8 -282716",
		"Kostnader!D9":  "C9-B9 -188477",
		"Kostnader!D10": "C10-B10 -141358",
		"Bakgrund!C16":  "B16/SUM(B16:B17) 0.375", "Bakgrund!C17": "B17/SUM(B16:B17) 0.625",
	}
	for i := range 6 {
		want[fmt.Sprintf("Månader!D%d", 11+i)] = fmt.Sprintf("B%d+C%d %d", 11+i, 11+i, 71+12*i)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestChartsSurvive(t *testing.T) {
	parts := recalc.Parts(t, rendered(t, sample("sv"), "xlsx", ""))
	for i := 1; i <= 8; i++ {
		if chart := parts[fmt.Sprintf("xl/charts/chart%d.xml", i)]; !strings.Contains(chart, "<ser>") {
			t.Errorf("chart %d: %s", i, chart)
		}
	}
	for i, want := range []int{0, 1, 1, 1, 1, 0, 1, 0} { // the contents come first
		if got := strings.Count(parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)], "<drawing "); got != want {
			t.Errorf("sheet %d: %d drawings, want %d", i+1, got, want)
		}
	}
	first := parts["xl/charts/chart1.xml"]
	for _, want := range []string{
		"<barChart>", `<grouping val="stacked">`, "Deltagare per månad", "&#39;Månader&#39;!$B$10", "&#39;Månader&#39;!$A$11:$A$16",
		"&#39;Månader&#39;!$B$11:$B$16", "&#39;Månader&#39;!$C$11:$C$16", chartColours[0], chartColours[1],
	} {
		if !strings.Contains(first, want) {
			t.Errorf("no %s in %s", want, first)
		}
	}
	if !strings.Contains(parts["xl/charts/chart2.xml"], "<lineChart>") {
		t.Error("the second chart is no line")
	}
	// A withheld share would be drawn as 0: a line that falls to it says what is not so.
	if strings.Contains(parts["xl/charts/chart3.xml"], "<lineChart>") {
		t.Error("a line through what is withheld")
	}
}

// A chart that draws nothing is an error, not a hole in the report.
func TestChartOutside(t *testing.T) {
	for _, c := range []Chart{
		{Table: 1, Series: []int{1}, ToRow: 1}, {Series: []int{9}, ToRow: 1}, {Category: -1, Series: []int{1}, ToRow: 1},
		{Series: []int{1}, ToRow: 99}, {Series: []int{1}, FromRow: 2, ToRow: 2}, {ToRow: 1},
	} {
		for _, format := range []string{"xlsx", "html"} {
			r := sample("sv")
			r.Sheets[0].Charts = []Chart{c}
			if err := Render(io.Discard, r, format, ""); err == nil {
				t.Errorf("%s: %+v drawn", format, c)
			}
		}
	}
	r := sample("sv")
	r.Sheets[0].Tables[0].Rows[0].Cells[1].Formula = "SUM({0,1}:{7,1})"
	if err := Render(io.Discard, r, "xlsx", ""); err == nil {
		t.Error("a formula over a row that is not there")
	}
}

// Words are words wherever they stand: no formula but our own, nothing outside.
func TestFormulaInjection(t *testing.T) {
	own := 0
	for _, cells := range recalc.Cells(t, rendered(t, sample("sv"), "xlsx", "")) {
		for _, c := range cells {
			if c.Formula != nil {
				own++
			}
		}
	}
	for _, evil := range append(injections, ";=1", `"=1`, "&=1", "{0,0}") {
		r := sample("sv")
		r.Title, r.Subtitle, r.Notice, r.Stamp.Program = evil, evil, evil, evil
		for i := range r.Sheets {
			s := &r.Sheets[i]
			s.Name, s.Title, s.Intro = evil, evil, []string{evil}
			s.Tables[0].Title, s.Tables[0].Note, s.Tables[0].Columns[0].Header = evil, evil, evil
			s.Tables[0].Rows[0].Cells[0] = Cell{Kind: Words, Text: evil, Formula: evil}
			s.Tables[0].Rows[1].Cells[0] = Cell{Kind: DateKind, Text: evil, Formula: evil}
			for c := range s.Charts {
				s.Charts[c].Title = evil
			}
		}
		book := rendered(t, r, "xlsx", "")
		formulas, words := 0, 0
		for _, cells := range recalc.Cells(t, book) {
			for _, c := range cells {
				if c.Formula != nil {
					formulas++
				}
				if c.Type == "inlineStr" && c.Text == safeXML(evil) {
					words++
				}
			}
		}
		if formulas != own {
			t.Errorf("%q: %d formulas, %d are ours", evil, formulas, own)
		}
		if words < 7*8 {
			t.Errorf("%q: stands in %d cells as it was written", evil, words)
		}
		for name, part := range recalc.Parts(t, book) {
			if strings.Contains(name, "externalLink") || strings.Contains(part, `TargetMode="External"`) {
				t.Errorf("%q: %s leads out of the workbook", evil, name)
			}
		}
	}
}

// safeXML is a text with what XML cannot hold replaced, and line ends as a
// reader of XML gives them.
func safeXML(s string) string { return strings.ReplaceAll(s, "\x00", "\ufffd") }

func TestSheetNames(t *testing.T) {
	long := strings.Repeat("å", 40)
	var sheets []Sheet
	for _, name := range []string{"Data", "DATA", "a/b:c", "'x'", "", "Innehåll", "history", long, long + "y", "𝒳" + long, "=1+1\x00"} {
		sheets = append(sheets, Sheet{Name: name})
	}
	got := sheetNames("Innehåll", sheets)
	want := []string{
		"Data", "DATA (2)", "a-b-c", "x", "5", "Innehåll (2)", "history (2)", strings.Repeat("å", 31),
		strings.Repeat("å", 27) + " (2)", "𝒳" + strings.Repeat("å", 29), "=1+1-",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range got {
		if n := len(utf16.Encode([]rune(name))); n > 31 {
			t.Errorf("%s: %d", name, n)
		}
	}
	rendered(t, &Report{Lang: "sv", Sheets: sheets}, "xlsx", "")
}

// The columns of a sheet stand in order: a program may refuse others.
func TestColumnsInOrder(t *testing.T) {
	for name, part := range recalc.Parts(t, rendered(t, sample("sv"), "xlsx", "")) {
		columns := regexp.MustCompile(`<col min="(\d+)"`).FindAllStringSubmatch(part, -1)
		for i, column := range columns {
			if column[1] != strconv.Itoa(i+1) {
				t.Errorf("%s: column %s is number %d", name, column[1], i+1)
			}
		}
		if strings.HasPrefix(name, "xl/worksheets/sheet") && len(columns) == 0 {
			t.Errorf("%s: no columns", name)
		}
	}
}

// What the file says of itself comes from the log.
func TestWorkbookFrame(t *testing.T) {
	book := rendered(t, sample("sv"), "xlsx", "")
	parts := recalc.Parts(t, book)
	for part, wants := range map[string][]string{
		"docProps/core.xml": {
			"<dc:title>Deltagarutveckling</dc:title>", "<dc:creator>utfall 1.4.0</dc:creator>",
			`xsi:type="dcterms:W3CDTF">2019-07-03T00:00:00Z</dcterms:created>`, `2019-07-03T00:00:00Z</dcterms:modified>`,
		},
		"xl/workbook.xml": {
			`name="Innehåll"`, `<definedName localSheetId="5" name="_xlnm.Print_Titles">&#39;Dataunderlag&#39;!$5:$5</definedName>`,
		},
		"xl/worksheets/sheet1.xml": {`<hyperlink ref="A8" location="&#39;Månader&#39;!A1">`, `location="&#39;Proveniens&#39;!A1"`},
		"xl/worksheets/sheet6.xml": {
			`<pageSetUpPr fitToPage="true">`, `orientation="landscape"`, `paperSize="9"`, `fitToHeight="0"`, `fitToWidth="1"`,
			`state="frozen"`, `topLeftCell="A6"`, `ySplit="5"`, "&amp;LDeltagarutveckling&amp;CPosition 48211 · utfall 1.4.0&amp;RSida &amp;P av &amp;N",
			`showGridLines="false"`, `<c r="A6" s="`, `<v>43472</v>`,
		},
		"xl/worksheets/sheet5.xml": {`xSplit="1"`, `activePane="bottomRight"`},
		"xl/styles.xml":            {`formatCode="#,##0"`, `formatCode="#,##0.00"`, `formatCode="0.0%"`, `formatCode="yyyy-mm-dd"`},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[part], want) {
				t.Errorf("%s: no %s", part, want)
			}
		}
	}
	if strings.Contains(parts["xl/worksheets/sheet3.xml"], `state="frozen"`) == false {
		t.Error("a sheet with one table stands not still")
	}
	if strings.Contains(parts["xl/worksheets/sheet7.xml"], `state="frozen"`) {
		t.Error("a sheet with two tables stands still")
	}
}

// The cells say what the values are, as a spreadsheet shows them.
func TestWorkbookCells(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(rendered(t, kinds("sv"), "xlsx", "Två")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Två")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`ord; "citat"`, "-12,345", "20.57", "12.5%", "3.14", "1,234,567.50", "2019-03-14", "‥", "–", "", "–"}
	if diff := cmp.Diff(want, rows[4]); diff != "" {
		t.Error(diff)
	}
	raw, err := f.GetRows("Två", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want = []string{`ord; "citat"`, "-12345", "20.5666666666667", "0.125", "3.14159", "1234567.5", "43538", "‥", "–", "", "–"}
	if diff := cmp.Diff(want, raw[4]); diff != "" {
		t.Error(diff)
	}
}

// No number is shown as ####: its column is as wide as it is, with the widest
// format, whatever width was asked for.
func TestNumbersFit(t *testing.T) {
	n := numeralsOf("en")
	for _, v := range []float64{0, 9, 9.994, 9.995, 9.999, 10, 99.99, 999.99, 999.995, 1000, -1234567.891, 99999999.99, 1e12} {
		for kind := Count; kind <= Kronor; kind++ {
			c := number(kind, v)
			if kind == Count {
				c.Number = float64(int64(v))
			}
			if got, shown := digits(kind, c.Number), []rune(n.shown(&c)); got < len(shown) || got > len(shown)+3 {
				t.Errorf("%s takes %d characters, not %d", string(shown), len(shown), got)
			}
			table := Table{Columns: []Column{{Header: "x", Width: 3}}, Rows: []Row{{Cells: []Cell{c}}}}
			if got := widthsOf(&Sheet{Tables: []Table{table}})[0]; got < len([]rune(n.shown(&c)))+1 {
				t.Errorf("%s in a column of %d", n.shown(&c), got)
			}
		}
	}
}

func TestLinesOf(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  int
	}{
		{"", 10, 1}, {"kort", 10, 1}, {"två ord här", 7, 2}, {"ettlångtord", 4, 3}, {"a\nb", 10, 2}, {"a ettlångtord", 4, 4}, {"abcd efgh", 4, 2},
	} {
		if got := linesOf(c.text, c.width); got != c.want {
			t.Errorf("%q in %d: %d lines, want %d", c.text, c.width, got, c.want)
		}
	}
}

// Text that no cell can hold is cut with a sign, within what a cell can hold.
func TestClipped(t *testing.T) {
	for _, s := range []string{strings.Repeat("å", 40000), strings.Repeat("𝒳", 20000)} {
		got := clipped(s)
		if n := len(utf16.Encode([]rune(got))); n > excelize.TotalCellChars || !strings.HasSuffix(got, "…") || strings.Contains(got, "\ufffd") {
			t.Errorf("%d units, ends %q", n, got[len(got)-8:])
		}
	}
	if s := strings.Repeat("å", excelize.TotalCellChars); clipped(s) != s {
		t.Error("cut though it fits")
	}
}

func TestFooterLimit(t *testing.T) {
	for _, title := range []string{strings.Repeat("&", 200), strings.Repeat("å&", 200), strings.Repeat("x", 300)} {
		r := &Report{Title: title, Lang: "sv", Stamp: Stamp{Program: "1"}}
		f := footer(r)
		if n := len(utf16.Encode([]rune(f))); n > maxFooter {
			t.Errorf("%d characters", n)
		}
		commands := regexp.MustCompile(`&.`).FindAllString(f, -1)
		if got := strings.ReplaceAll(strings.Join(commands, ""), "&&", ""); got != "&L&C&R&P&N" {
			t.Errorf("commands %s in %s", got, f)
		}
	}
}
