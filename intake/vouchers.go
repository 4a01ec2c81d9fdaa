package intake

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"utfall/domain"
	"utfall/intake/sie"
)

// isSIE reports whether a file is bookkeeping.
func isSIE(name string, opts Options) bool {
	if opts.Kind != "" || opts.Survey != "" {
		return opts.Kind == "sie"
	}
	return slices.Contains([]string{".se", ".si", ".sie"}, strings.ToLower(filepath.Ext(name)))
}

// vouchers reads the bookkeeping. Of a voucher that has a row of a known project
// those rows are recorded, and of no other anything; nothing more is kept while a
// file of a million rows is read.
type vouchers struct {
	r        *reading
	projects map[string]string // ids, and ids folded, to the id
	old      map[voucherKey]*voucherRecord
	found    []voucherFound
	alike    map[voucherKey]int // vouchers without a number, by what they say

	read, yearless, numberless int
	strangers                  int             // vouchers with a row of a project nobody knows
	unknown                    map[string]bool // the objects those name
}

// voucherKey is what a voucher is found again by.
type voucherKey struct {
	series, number string
	year           domain.Date
}

// voucherFound is a voucher of the file that concerns a known project.
type voucherFound struct {
	line  int
	date  domain.Date
	fact  domain.VoucherRecorded
	texts []string // the voucher's, then each row's
	owed  []owed
}

func (f *voucherFound) key() voucherKey {
	return voucherKey{f.fact.Series, f.fact.Number, f.fact.Year}
}

func (r *reading) readSIE(data []byte) error {
	r.kind = "sie"
	f, err := sie.Open(r.file, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return r.sieProblem(err)
	}
	x := &vouchers{r: r, projects: map[string]string{}, alike: map[voucherKey]int{}, unknown: map[string]bool{}}
	known, err := loadProjects(r)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		x.projects[domain.Fold(id)] = id
	}
	for id := range known {
		x.projects[id] = id
	}
	if x.old, err = loadVouchers(r); err != nil {
		return err
	}
	book, err := f.Read(r.ctx, sie.Plain, x.voucher)
	if err != nil {
		return r.sieProblem(err)
	}
	for _, note := range slices.Concat(f.Notes, book.Notes) {
		p := note.Problem(r.file)
		r.warn("", p.Line, "", p.What, p.Hint)
	}
	x.tell(book)
	if r.aborted {
		return nil
	}
	paid, err := x.settlements(f)
	if err != nil {
		return err
	}
	return x.end(paid)
}

// sieProblem turns a refusal of the reader into a problem of the file; any other
// error is passed on.
func (r *reading) sieProblem(err error) error {
	var refused *sie.Error
	if !errors.As(err, &refused) {
		return err
	}
	p := refused.Problem(r.file)
	r.problem("", p.Line, "", p.What, p.Hint)
	r.events, r.aborted = nil, true
	return nil
}

// voucher takes one voucher in as it is read.
func (x *vouchers) voucher(b *sie.Book, v *sie.Voucher) error {
	if x.read++; x.read%1024 == 0 && x.r.opts.Progress != nil {
		x.r.opts.Progress(v.Line)
	}
	out := voucherFound{line: v.Line, date: v.Date, texts: []string{v.Text}}
	out.fact.Series, out.fact.Number = v.Series, v.Number
	debts := &debts{r: x.r, b: b, v: v}
	bad := x.rows(b, v, &out, debts)
	year, ok := b.Year(v.Date)
	if out.fact.Year = year.From; !ok {
		out.fact.Year = domain.MustDate(fmt.Sprintf("%04d-01-01", v.Date.Year()))
	}
	if len(out.fact.Rows) == 0 && !bad && (v.Number == "" || x.old[out.key()] == nil) {
		return nil
	}
	x.r.totals.Rows++
	if bad {
		x.r.totals.Refused++
		return nil
	}
	if !ok {
		x.yearless++
	}
	out.fact.Settled = settled(v)
	out.owed = debts.owed(&out)
	out.fact.Mark = x.r.in.Vault.Mark("voucher", out.canonical())
	if v.Number == "" {
		x.numberless++
		out.fact.Number = "=" + out.fact.Mark
		if x.alike[out.key()]++; x.alike[out.key()] > 1 {
			out.fact.Number += "#" + strconv.Itoa(x.alike[out.key()])
		}
	}
	x.found = append(x.found, out)
	return nil
}

// rows takes the rows of known projects, and counts those of others. It is bad when
// one of them stands on what is no account.
func (x *vouchers) rows(b *sie.Book, v *sie.Voucher, out *voucherFound, debts *debts) (bad bool) {
	stranger := false
	for _, row := range v.Rows {
		objects := b.ObjectsOf(row, 6)
		project := x.project(objects)
		if project == "" {
			for _, o := range objects {
				stranger = true
				x.unknown[o.Number] = true
			}
			continue
		}
		account, err := strconv.ParseUint(row.Account, 10, 32)
		if err != nil || account > domain.MaxAccount {
			bad = true
			x.r.problem("", row.Line, "", domain.T("kontot är inte ett tal med högst åtta siffror", "the account is no number of at most eight digits"),
				domain.T("rätta det i bokföringsprogrammet och exportera på nytt", "correct it in the accounting program and export again"))
			continue
		}
		out.fact.Rows = append(out.fact.Rows, domain.VoucherRow{Project: project, Account: int(account), Amount: row.Amount, Invoice: debts.of(row)})
		out.texts = append(out.texts, row.Text)
	}
	if stranger {
		x.strangers++
	}
	return bad
}

// project is the known project the first of some objects is.
func (x *vouchers) project(objects []sie.Object) string {
	for _, o := range objects {
		if id, ok := x.projects[o.Number]; ok {
			return id
		}
		if id, ok := x.projects[domain.Fold(o.Number)]; ok {
			return id
		}
	}
	return ""
}

// settled is how a voucher was paid, by the rows that balance it, of whatever project.
func settled(v *sie.Voucher) domain.Settlement {
	out := domain.Settlement("")
	for _, row := range v.Rows {
		switch n, err := strconv.Atoi(row.Account); {
		case err != nil:
		case n >= 1900 && n <= 1999:
			return domain.SettledInCash
		case isDebt(n):
			out = domain.SettledAsDebt
		}
	}
	return out
}

// canonical is all a voucher says of known projects, but for its number, and for the
// day it was paid: that may be told by another file.
func (f *voucherFound) canonical() string {
	var b strings.Builder
	part := func(s string) { fmt.Fprintf(&b, "%d:%s", len(s), s) }
	part(f.date.String())
	part(string(f.fact.Settled))
	for i, row := range f.fact.Rows {
		part(row.Project)
		part(strconv.Itoa(row.Account))
		part(row.Amount.String())
		part(row.Invoice)
		part(f.texts[i+1])
	}
	part(f.texts[0])
	return b.String()
}

// text is what a voucher and its rows say in words, each once.
func (f *voucherFound) text() string {
	var out []string
	for _, s := range f.texts {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

// maxCodes is how many objects of no known project are named.
const maxCodes = 10

// tell says what is odd about the file as a whole.
func (x *vouchers) tell(b *sie.Book) {
	r := x.r
	if b.Currency != "SEK" {
		r.problem("", 0, "", domain.T("bokföringen förs inte i kronor (#VALUTA)", "the books are not kept in kronor (#VALUTA)"), domain.T("exportera i SEK", "export in SEK"))
		r.aborted = true
	}
	if b.Vouchers == 0 {
		r.warn("", 0, "", domain.T("filen har inga verifikationer", "the file has no vouchers"), domain.T("exportera SIE typ 4, med verifikationer", "export SIE type 4, with vouchers"))
	}
	if b.Flag == 1 && b.Type == sie.Type4I {
		r.warn("", 0, "", domain.T("filen har lästs in av ett annat program förut (#FLAGGA 1)", "a program has imported the file before (#FLAGGA 1)"),
			domain.T("kontrollera att det är den fil du menar", "check that it is the file you mean"))
	}
	if x.yearless > 0 {
		r.warn("", 0, "", domain.Tf("%d verifikationer ligger inte i något räkenskapsår i filen (#RAR) och räknas till kalenderåret", "%d vouchers lie in no financial year of the file (#RAR) and are taken for the calendar year's", x.yearless),
			domain.T("exportera med räkenskapsåret", "export with the financial year"))
	}
	if x.numberless > 0 {
		r.warn("", 0, "", domain.Tf("%d verifikationer saknar nummer och känns igen på sitt innehåll: en som ändras blir en ny", "%d vouchers have no number and are known again by what they say: one that is changed becomes another", x.numberless),
			domain.T("exportera efter bokföringen, då numren är satta", "export after they are booked, when they have numbers"))
	}
	if x.strangers == 0 {
		return
	}
	codes := slices.DeleteFunc(slices.Sorted(maps.Keys(x.unknown)), func(s string) bool { return !isCode(s) })
	named := ""
	if n := min(len(codes), maxCodes); n > 0 {
		named = ": " + strings.Join(codes[:n], ", ")
		if n < len(x.unknown) {
			named += " …"
		}
	}
	r.warn("", 0, "", domain.Tf("%d verifikationer nämner %d objekt i dimension 6 som inte är något känt projekt%s", "%d vouchers name %d objects of dimension 6 that are no known project%s", x.strangers, len(x.unknown), named),
		domain.T("läs in projektets fil först om något av dem är ett projekt här", "import the project's file first if one of them is a project here"))
}

// isCode reports whether an object's number is plainly a code, and not a name.
func isCode(s string) bool {
	return s != "" && len([]rune(s)) <= 12 && strings.IndexFunc(s, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' && c != '_'
	}) < 0
}
