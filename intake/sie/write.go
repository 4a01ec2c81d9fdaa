package sie

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"golang.org/x/text/encoding/charmap"

	"utfall/domain"
)

// Import is what a type 4I file is made of. Of the chart and the objects, only what
// the vouchers use is written.
type Import struct {
	Program, ProgramVersion string
	Generated               domain.Date
	Company                 string
	OrgNumber               string // "" where it is not to be said
	Accounts                []Account
	Dimensions              []Dimension
	Objects                 []ObjectName
	// Vouchers may leave series and number "" for the program that imports them to
	// give. A row without a date has the voucher's.
	Vouchers []Voucher
}

// Write writes a type 4I file: CP437, CR LF, with a checksum. It refuses what the
// format cannot say, with an *Error whose line is where in the file it would have
// stood, after having written what came before; so w is a file to be thrown away.
//
// A character that CP437 has not is refused and not replaced: with it, two
// objects could become one, and a name another name.
func Write(w io.Writer, in Import) error {
	out := &writer{w: bufio.NewWriter(w), line: 1}
	out.record("#FLAGGA", 0)
	out.end()
	out.record("#KSUMMA")
	out.end()
	out.sum = checksum{line: 2}
	out.identification(in)
	out.chart(in)
	seen := map[[2]string]bool{}
	last := map[string]uint64{}
	for i := range in.Vouchers {
		v := &in.Vouchers[i]
		out.order(v, seen, last)
		out.voucher(v)
		if out.err != nil {
			return out.err
		}
	}
	sum := out.sum.sum
	out.record("#KSUMMA", strconv.FormatUint(uint64(sum), 10))
	out.end()
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

// writer writes records, and keeps the first error.
type writer struct {
	w    *bufio.Writer
	sum  checksum
	line int
	b    []byte // the record at hand
	err  error
}

func (o *writer) identification(in Import) {
	o.record("#PROGRAM")
	o.text(in.Program)
	o.text(in.ProgramVersion)
	o.end()
	o.record("#FORMAT", "PC8")
	o.end()
	if in.Generated.Zero() {
		o.refuse("missing-field", "datum för #GEN saknas", "the date of #GEN is missing")
	}
	o.record("#GEN", day(in.Generated))
	o.end()
	o.record("#SIETYP", 4)
	o.end()
	if in.OrgNumber != "" {
		o.record("#ORGNR")
		o.text(in.OrgNumber)
		o.end()
	}
	o.record("#FNAMN")
	o.text(in.Company)
	o.end()
}

// chart writes the accounts, dimensions and objects that the vouchers use, with the
// dimensions above those.
func (o *writer) chart(in Import) {
	valid := reader{book: newBook()}
	for _, d := range in.Dimensions {
		if err := valid.setDimension(d); err != nil && o.err == nil {
			o.err = err
			return
		}
	}
	accounts, dims, objects := used(in)
	for _, a := range in.Accounts {
		if accounts[a.Number] {
			o.record("#KONTO")
			o.account(a.Number)
			o.text(a.Name)
			o.end()
		}
	}
	for _, d := range in.Dimensions {
		switch {
		case !dims[d.Number]:
			continue
		case d.Parent != 0:
			o.record("#UNDERDIM", d.Number)
			o.text(d.Name)
			o.field(strconv.Itoa(d.Parent))
		default:
			o.record("#DIM", d.Number)
			o.text(d.Name)
		}
		o.end()
	}
	for _, x := range in.Objects {
		if objects[x.Object] {
			o.record("#OBJEKT", x.Dimension)
			o.text(x.Number)
			o.text(x.Name)
			o.end()
		}
	}
}

// used finds what the vouchers name.
func used(in Import) (accounts map[string]bool, dims map[int]bool, objects map[Object]bool) {
	accounts, dims, objects = map[string]bool{}, map[int]bool{}, map[Object]bool{}
	for _, v := range in.Vouchers {
		for _, row := range v.Rows {
			accounts[row.Account] = true
			for _, x := range row.Objects {
				dims[x.Dimension], objects[x] = true, true
			}
		}
	}
	for range in.Dimensions { // at most one level higher each time
		for _, d := range in.Dimensions {
			if dims[d.Number] && d.Parent != 0 {
				dims[d.Parent] = true
			}
		}
	}
	return accounts, dims, objects
}

// order refuses a number that stands twice in its series, or after a higher one.
func (o *writer) order(v *Voucher, seen map[[2]string]bool, last map[string]uint64) {
	if v.Number == "" {
		return
	}
	n, err := strconv.ParseUint(v.Number, 10, 64)
	key := [2]string{v.Series, v.Number}
	switch {
	case err != nil:
		o.refuse("bad-number", "verifikationens nummer är inte ett tal", "the voucher's number is not a number")
	case seen[key] || n < last[v.Series]:
		o.refuse("descending", "verifikationens nummer är inte högre än det förra i serien",
			"the voucher's number is not higher than the one before it in the series")
	}
	seen[key], last[v.Series] = true, n
}

func (o *writer) voucher(v *Voucher) {
	o.check(v)
	o.record("#VER")
	o.text(v.Series)
	o.text(v.Number)
	o.field(day(v.Date))
	o.text(v.Text)
	if !v.Registered.Zero() || v.Sign != "" {
		o.field(quoted(day(v.Registered)))
		o.text(v.Sign)
	}
	o.end()
	o.b = append(o.b, '{')
	o.end()
	for _, row := range v.Rows {
		o.row(row, v.Date)
	}
	o.b = append(o.b, '}')
	o.end()
}

// check refuses a voucher that Read would refuse, and one whose history a file to
// import has no place for.
func (o *writer) check(v *Voucher) {
	sum, ok := int64(0), true
	for _, row := range v.Rows {
		if row.Amount.Ore() == math.MinInt64 {
			ok = false
		}
		if ok {
			sum, ok = add(sum, row.Amount.Ore())
		}
		if row.Added {
			o.refuse("history", "verifikationen har en tillagd rad", "the voucher has an added row")
		}
	}
	switch {
	case len(v.Struck) > 0:
		o.refuse("history", "verifikationen har en struken rad", "the voucher has a struck row")
	case v.Date.Zero():
		o.refuse("missing-field", "verifikationen saknar datum", "the voucher has no date")
	case len(v.Rows) > MaxRows:
		o.refuse("too-many", "verifikationen har fler än %d rader", "the voucher has over %d rows", MaxRows)
	case !ok:
		o.refuse("amount-too-large", "verifikationens belopp är mer än ett heltal i ören rymmer", "the voucher's amounts are more than a whole number of öre can hold")
	case sum != 0:
		o.refuse("unbalanced", "verifikationen balanserar inte: debet minus kredit är %s", "the voucher does not balance: debit less credit is %s", domain.Ore(sum))
	}
}

func (o *writer) row(row Row, date domain.Date) {
	o.record("   #TRANS")
	o.account(row.Account)
	o.b = append(o.b, " {"...)
	for i, x := range row.Objects {
		if x.Dimension < 1 || x.Dimension > 999_999 || x.Number == "" {
			o.refuse("bad-object", "ett objekt saknar dimension eller nummer", "an object has no dimension or no number")
		}
		if i > 0 {
			o.b = append(o.b, ' ')
		}
		o.b = strconv.AppendInt(o.b, int64(x.Dimension), 10)
		o.text(x.Number)
	}
	o.b = append(o.b, '}')
	o.field(row.Amount.String())
	// What follows is written as far as it says something.
	rest := []string{"", row.Text, row.Quantity, row.Sign}
	if row.Date != date {
		rest[0] = day(row.Date)
	}
	if row.Quantity != "" && !isDecimal(row.Quantity) {
		o.refuse("bad-quantity", "radens kvantitet är inget decimaltal", "the row's quantity is no decimal number")
	}
	for len(rest) > 0 && rest[len(rest)-1] == "" {
		rest = rest[:len(rest)-1]
	}
	for _, s := range rest {
		o.text(s)
	}
	o.end()
}

// record begins a record with a label and fields that need no quotes.
func (o *writer) record(label string, fields ...any) {
	o.b = append(o.b[:0], label...)
	for _, f := range fields {
		o.field(fmt.Sprint(f))
	}
}

func (o *writer) field(s string) { o.b = append(append(o.b, ' '), s...) }

func (o *writer) account(no string) {
	if !isDigits(no) {
		o.refuse("missing-field", "ett kontonummer är inte siffror", "an account number is not digits")
	}
	o.field(no)
}

// text writes a field in quotes. A backslash at its end is refused, because it
// would escape the quote; the format has no way to write one.
func (o *writer) text(s string) {
	o.b = append(o.b, ' ', '"')
	at := 0
	for _, c := range s {
		at++
		b, ok := charmap.CodePage437.EncodeRune(c)
		if !ok || c == '\ufffd' || c == '\t' || classes[b]&control != 0 {
			o.refuse("not-cp437", "tecken %d i en text är U+%04X, som en SIE-fil inte kan innehålla",
				"character %d of a text is U+%04X, which a SIE file cannot hold", at, c)
			return
		}
		if c == '"' {
			o.b = append(o.b, '\\')
		}
		o.b = append(o.b, b)
	}
	if len(s) > 0 && s[len(s)-1] == '\\' {
		o.refuse("backslash", "en text slutar med omvänt snedstreck (tecken %d)", "a text ends in a backslash (character %d)", at)
	}
	o.b = append(o.b, '"')
}

// end ends the line, and sums it as the reader will.
func (o *writer) end() {
	if len(o.b) > MaxLine {
		o.refuse("line-too-long", "raden blir över %d kB", "the line would be over %d kB", MaxLine>>10)
	}
	if o.err != nil {
		return
	}
	if _, err := o.w.Write(append(o.b, '\r', '\n')); err != nil {
		o.err = err
		return
	}
	var rec record
	if err := rec.cut(slices.Clone(o.b), o.line); err != nil {
		o.err = err
		return
	}
	if o.sum.line != 0 {
		o.sum.add(&rec)
	}
	o.line++
	o.b = o.b[:0]
}

func (o *writer) refuse(reason Reason, sv, en string, args ...any) {
	if o.err == nil {
		o.err = refuse(reason, o.line, hintWrite, sv, en, args...)
	}
}

var hintWrite = domain.T(
	"Rätta det som ska bokföras och skriv filen på nytt.",
	"Correct what is to be booked and write the file again.")

// day is a date as SIE writes it, "" for none.
func day(d domain.Date) string {
	if d.Zero() {
		return ""
	}
	return d.Time().Format("20060102")
}

func quoted(s string) string { return `"` + s + `"` }
