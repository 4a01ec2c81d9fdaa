package sie

// subRecord is what a row of a voucher says of itself.
type subRecord uint8

const (
	booked subRecord = iota + 1 // #TRANS
	added                       // #RTRANS: the #TRANS after it repeats it
	struck                      // #BTRANS: no part of the balance
)

// The groups of records, which come in this order.
const (
	anywhere = iota - 1 // not in a group
	flag
	identification
	chart
	figures
)

// spec is what is known of a label.
type spec struct {
	name  string
	group int
	sub   subRecord // 0 for a record of its own
	read  func(*reader) error
}

// labels are those SIE 4B has. The map is filled at the start of the program,
// because the handlers lead back to it.
var labels = map[string]spec{}

func init() {
	passed := func(*reader) error { return nil }
	for _, s := range []spec{
		{"#FLAGGA", flag, 0, (*reader).flagga},
		{"#KSUMMA", anywhere, 0, (*reader).ksumma},
		{"#PROGRAM", identification, 0, (*reader).program},
		{"#FORMAT", identification, 0, (*reader).format},
		{"#GEN", identification, 0, (*reader).gen},
		{"#SIETYP", identification, 0, (*reader).sietyp},
		{"#PROSA", identification, 0, passed},
		{"#FTYP", identification, 0, text(func(b *Book) *string { return &b.CompanyForm })},
		{"#FNR", identification, 0, text(func(b *Book) *string { return &b.CompanyID })},
		{"#ORGNR", identification, 0, text(func(b *Book) *string { return &b.OrgNumber })},
		{"#BKOD", identification, 0, passed},
		{"#ADRESS", identification, 0, passed},
		{"#FNAMN", identification, 0, text(func(b *Book) *string { return &b.Company })},
		{"#RAR", identification, 0, (*reader).rar},
		{"#TAXAR", identification, 0, text(func(b *Book) *string { return &b.TaxYear })},
		{"#OMFATTN", identification, 0, (*reader).omfattn},
		{"#KPTYP", identification, 0, text(func(b *Book) *string { return &b.Chart })},
		{"#VALUTA", identification, 0, text(func(b *Book) *string { return &b.Currency })},
		{"#KONTO", chart, 0, (*reader).konto},
		{"#KTYP", chart, 0, (*reader).ktyp},
		{"#ENHET", chart, 0, (*reader).enhet},
		{"#SRU", chart, 0, (*reader).sru},
		{"#DIM", chart, 0, (*reader).dim},
		{"#UNDERDIM", chart, 0, (*reader).underdim},
		{"#OBJEKT", chart, 0, (*reader).objekt},
		{"#IB", figures, 0, balance(Opening)},
		{"#UB", figures, 0, balance(Closing)},
		{"#RES", figures, 0, balance(Result)},
		{"#OIB", figures, 0, balance(ObjectOpening)},
		{"#OUB", figures, 0, balance(ObjectClosing)},
		{"#PSALDO", figures, 0, balance(PeriodChange)},
		{"#PBUDGET", figures, 0, balance(PeriodBudget)},
		{"#VER", figures, 0, (*reader).ver},
		{"#TRANS", figures, booked, nil},
		{"#RTRANS", figures, added, nil},
		{"#BTRANS", figures, struck, nil},
	} {
		labels[s.name] = s
	}
}

// text reads the one field of a record of the identification. An empty one leaves
// what stands, which for the chart and the currency is the default.
func text(of func(*Book) *string) func(*reader) error {
	return func(r *reader) error {
		if s := r.text(0); s != "" {
			*of(r.book) = s
		}
		return r.bad
	}
}
