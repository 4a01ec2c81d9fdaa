package reports

import "utfall/domain"

// The functions below make cells.

func words(s string) Cell               { return Cell{Kind: Words, Text: s} }
func count(n int) Cell                  { return Cell{Kind: Count, Number: float64(n)} }
func hoursCell(minutes int) Cell        { return Cell{Kind: HoursKind, Number: float64(minutes) / 60} }
func dateCell(d domain.Date) Cell       { return Cell{Kind: DateKind, Text: d.String()} }
func (c Cell) of(f *Figure) Cell        { c.Figure = f; return c }
func (c Cell) live(formula string) Cell { c.Formula = formula; return c }

// Format is a number as people write it in a language.
func Format(v float64, decimals int, lang string) string {
	return numeralsOf(lang).number(v, decimals)
}
