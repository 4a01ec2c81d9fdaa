package intake

import (
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"

	"utfall/domain"
	"utfall/intake/sheet"
)

// row is one line of a table while it is read. Its accessors give a field's
// value and note a problem when there is none to be had; bad is set then.
type row struct {
	r     *reading
	table *table
	line  int
	cells []sheet.Cell
	bad   bool
}

// cell is the cell of a field; an absent column is an empty cell.
func (w *row) cell(field string) sheet.Cell {
	i, ok := w.table.columns.at[field]
	if !ok || i >= len(w.cells) {
		return sheet.Cell{}
	}
	return w.cells[i]
}

// text is the field as text, without spaces at the ends, in NFC.
func (w *row) text(field string) string {
	c := w.cell(field)
	if c.Kind == sheet.ErrorValue {
		w.problem(field, domain.Tf("cellen innehåller felet %s", "the cell holds the error %s", c.Text),
			domain.T("rätta formeln i Excel och spara", "mend the formula in Excel and save"))
		return ""
	}
	s := strings.TrimSpace(c.Text)
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	return s
}

func (w *row) blank(field string) bool { return blank(w.cell(field)) }

// problem notes what is wrong with a field of this row, which is refused.
func (w *row) problem(field string, what, hint domain.Text) {
	w.bad = true
	w.r.problem(w.table.sheet, w.line, w.table.columns.names[field], what, hint)
}

func (w *row) warn(field string, what, hint domain.Text) {
	w.r.warn(w.table.sheet, w.line, w.table.columns.names[field], what, hint)
}

// required is the field's text, a problem when it is blank.
func (w *row) required(field string) string {
	s := w.text(field)
	if s == "" && !w.bad {
		w.problem(field, domain.T("saknas", "is missing"), domain.T("fyll i", "fill it in"))
	}
	return s
}

func (w *row) date(field string) domain.Date {
	c := w.cell(field)
	if blank(c) {
		return domain.Date{}
	}
	d, err := parseDate(c)
	switch {
	case errors.Is(err, errAmbiguous):
		w.problem(field, domain.T("datumet kan läsas på flera sätt", "the date can be read in several ways"),
			domain.T("skriv det som 2019-03-14", "write it as 2019-03-14"))
	case err != nil:
		w.problem(field, domain.T("inte ett datum", "not a date"), domain.T("skriv det som 2019-03-14", "write it as 2019-03-14"))
	case d.Year() < 1900 || d.Year() > 2100:
		w.problem(field, domain.T("årtalet är orimligt", "the year makes no sense"), domain.T("rätta datumet", "correct the date"))
	}
	return d
}

func (w *row) clock(field string) domain.Clock {
	c := w.cell(field)
	if blank(c) {
		return domain.Clock{}
	}
	t, err := parseClock(c)
	if err != nil {
		w.problem(field, domain.T("inte ett klockslag", "not a time of day"), domain.T("skriv det som 18:00", "write it as 18:00"))
	}
	return t
}

// hours reads a length in hours; unknown when blank.
func (w *row) hours(field string) domain.Hours {
	c := w.cell(field)
	if blank(c) {
		return domain.Hours{}
	}
	return w.length(field, c, 1)
}

// minutes reads a length in minutes; unknown when blank.
func (w *row) minutes(field string) domain.Hours {
	c := w.cell(field)
	if blank(c) {
		return domain.Hours{}
	}
	return w.length(field, c, 1.0/60)
}

func (w *row) length(field string, c sheet.Cell, unit float64) domain.Hours {
	n, err := parseNumber(c)
	if err != nil {
		w.problem(field, domain.T("inte ett tal", "not a number"), domain.T("skriv timmar som 2,5", "write hours as 2.5"))
		return domain.Hours{}
	}
	h, err := domain.HoursOf(n * unit)
	if err != nil {
		w.problem(field, domain.T("tiden måste ligga mellan 0 och 24 timmar", "the time must lie between 0 and 24 hours"),
			domain.T("rätta värdet", "correct the value"))
	}
	return h
}

func (w *row) count(field string) *int {
	c := w.cell(field)
	if blank(c) {
		return nil
	}
	n, err := parseCount(c)
	if err != nil {
		w.problem(field, domain.T("inte ett heltal", "not a whole number"), domain.T("skriv ett heltal, 0 eller mer", "write a whole number, 0 or more"))
		return nil
	}
	return &n
}

func (w *row) money(field string) *domain.Money {
	c := w.cell(field)
	if blank(c) {
		return nil
	}
	m, err := domain.ParseMoney(decimal(c.Text))
	if err != nil {
		w.problem(field, domain.T("inte ett belopp", "not an amount"), domain.T("skriv det som 1250000,00", "write it as 1250000.00"))
		return nil
	}
	return &m
}

func (w *row) municipality(field string) domain.Municipality {
	s := w.text(field)
	if s == "" {
		return domain.Municipality{}
	}
	m, err := domain.ParseMunicipality(s)
	if err != nil {
		w.problem(field, domain.T("okänd kommun", "unknown municipality"),
			domain.T("skriv kommunkoden, till exempel 1490", "write the municipality's code, for example 1490"))
	}
	return m
}

func (w *row) sni(field string) domain.SNI {
	s := w.text(field)
	if s == "" {
		return domain.SNI{}
	}
	code, err := domain.ParseSNI(s)
	if err != nil {
		w.problem(field, domain.T("inte en SNI-kod", "not an SNI code"), domain.T("skriv fem siffror, 74.102", "write five digits, 74.102"))
	}
	return code
}

func (w *row) orgNumber(field string) domain.OrgNumber {
	s := w.text(field)
	if s == "" {
		return domain.OrgNumber{}
	}
	n, err := domain.ParseOrgNumber(s)
	switch {
	case errors.Is(err, domain.ErrOrgNumberCheck):
		w.problem(field, domain.T("organisationsnumrets kontrollsiffra stämmer inte", "the organisation number's check digit is wrong"),
			domain.T("kontrollera numret", "check the number"))
	case err != nil:
		w.problem(field, domain.T("inte ett organisationsnummer", "not an organisation number"),
			domain.T("skriv tio siffror, NNNNNN-NNNN", "write ten digits, NNNNNN-NNNN"))
	}
	return n
}

// personNumber reads a person number; on decides the century of ten digits.
func (w *row) personNumber(field string, on domain.Date) domain.PersonNumber {
	s := w.text(field)
	if s == "" {
		return domain.PersonNumber{}
	}
	n, err := domain.ParsePersonNumber(s, on, domain.UsualKinds)
	what, hint := domain.T("inte ett personnummer", "not a person number"), domain.T("skriv ÅÅÅÅMMDD-NNNN", "write YYYYMMDD-NNNN")
	switch {
	case err == nil:
		return n
	case errors.Is(err, domain.ErrPersonNumberCheck):
		what, hint = domain.T("personnumrets kontrollsiffra stämmer inte", "the person number's check digit is wrong"), domain.T("kontrollera numret", "check the number")
	case errors.Is(err, domain.ErrPersonNumberDate):
		what, hint = domain.T("personnumret innehåller inget verkligt datum", "the person number holds no real date"), domain.T("kontrollera numret", "check the number")
	case errors.Is(err, domain.ErrPersonNumberKind):
		what = domain.T("tillfälliga personnummer tas inte emot här", "interim person numbers are not accepted here")
	case len(s) == 9 && strings.Trim(s, "0123456789") == "" || strings.ContainsAny(s, "E,"):
		what = domain.T("Excel har ändrat personnumret", "Excel has changed the person number")
		hint = domain.T("formatera kolumnen som text och skriv in numret igen", "format the column as text and enter the number again")
	}
	w.problem(field, what, hint)
	return domain.PersonNumber{}
}

// yesNo reads ja or nej; given is false when the cell is blank.
func (w *row) yesNo(field string) (value, given bool) {
	c := w.cell(field)
	if blank(c) {
		return false, false
	}
	value, ok := parseYesNo(c)
	if !ok {
		w.problem(field, domain.T("varken ja eller nej", "neither yes nor no"), domain.T("skriv ja, nej eller x", "write yes, no or x"))
	}
	return value, true
}

// certificate reads whether a time was certified: ja or nej, or the way in which
// it was.
func (w *row) certificate(field string) (certified bool, by domain.Certificate) {
	c := w.cell(field)
	if blank(c) {
		return false, ""
	}
	if value, ok := parseYesNo(c); ok {
		return value, ""
	}
	by, err := domain.ParseCertificate(c.Text)
	if err != nil {
		w.problem(field, domain.T("varken ja, nej eller hur tiden är intygad", "neither yes, no nor how the time was certified"),
			domain.T("skriv ja, nej, lista, incheckning, lärare eller deltagare", "write yes, no, signed list, check-in, trainer or participant"))
	}
	return err == nil, by
}
