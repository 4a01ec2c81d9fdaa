package reports

import (
	"bufio"
	"encoding/csv"
	"io"

	"utfall/domain"
)

// Template writes a file to fill in: the headers and one example row, as a
// workbook of one plain sheet or as CSV with semicolons and a byte order mark,
// which Swedish Excel opens right.
func Template(w io.Writer, format string, headers, example []string) error {
	switch format {
	case "csv":
		out := bufio.NewWriter(w)
		if _, err := out.WriteString("\ufeff"); err != nil {
			return err
		}
		c := csv.NewWriter(out)
		c.Comma, c.UseCRLF = ';', true
		if err := c.WriteAll([][]string{headers, example}); err != nil {
			return err
		}
		return out.Flush()
	case "xlsx":
		return plainWorkbook(w, headers, example)
	}
	return domain.Refuse(domain.Usage, domain.Tf("en mall kan inte skrivas som %q", "a template cannot be written as %q", format), domain.T("skriv till en .xlsx eller .csv", "write to an .xlsx or a .csv"))
}
