package reports

import (
	"fmt"
	"io"
	"testing"
)

// large is a table as a data sheet has it: four numbers and eight strings.
func large(rows int) *Report {
	t := Table{}
	for c := range 12 {
		t.Columns = append(t.Columns, Column{Header: fmt.Sprintf("Kolumn %d", c)})
	}
	for i := range rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			words(fmt.Sprintf("018f3a5e-7c21-7d4b-9a%02x-%012x", i&255, i)), {Kind: DateKind, Text: "2019-03-14"},
			count(i), hoursCell(i % 480), number(Kronor, float64(i)*1.25), number(Share, 0.25),
			words("Svenska på jobbet"), words("Exempelstad"), words("Deltog"), words("närvarolista.xlsx"), words("K"), words("35–44"),
		}})
	}
	return &Report{Name: "large", Title: "Stor", Lang: "sv", Sheets: []Sheet{{Name: "Data", Tables: []Table{t}}}}
}

func BenchmarkXLSX100k(b *testing.B) { benchmark(b, "xlsx") }
func BenchmarkHTML100k(b *testing.B) { benchmark(b, "html") }
func BenchmarkJSON100k(b *testing.B) { benchmark(b, "json") }
func BenchmarkCSV100k(b *testing.B)  { benchmark(b, "csv") }

func benchmark(b *testing.B, format string) {
	const rows = 100_000
	r := large(rows)
	b.ReportAllocs()
	for b.Loop() {
		if err := Render(io.Discard, r, format, ""); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
