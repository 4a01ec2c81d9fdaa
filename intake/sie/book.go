package sie

import (
	"utfall/domain"
)

// Type is the kind of a file. #SIETYP 4 is both 4E, an export of a year's books,
// and 4I, vouchers to import.
type Type uint8

// The types of SIE 4B: year-end balances; with period balances; with objects;
// vouchers exported; vouchers to import.
const (
	Type1 Type = iota + 1
	Type2
	Type3
	Type4E
	Type4I
)

// String is the type as it is spoken of: "4I".
func (t Type) String() string { return [...]string{"?", "1", "2", "3", "4E", "4I"}[t] }

// Book is what a file says besides its vouchers. While vouchers are delivered it
// holds what came before them in the file, which in a file in order is all but Type.
type Book struct {
	// Flag is #FLAGGA: 1 means that a program has imported the file already.
	Flag                    int
	Program, ProgramVersion string
	Format                  string // what #FORMAT says, whatever the encoding is
	Generated               domain.Date
	GeneratedBy             string // a signature, often a name
	Type                    Type   // known when Read has returned

	Company     string // #FNAMN
	CompanyID   string // #FNR, the accounting program's own
	OrgNumber   string // #ORGNR as written; a sole trader's is a person number
	CompanyForm string // #FTYP: AB, E, HB, KB, EK, I …
	TaxYear     string
	Chart       string      // #KPTYP, BAS95 where unsaid
	Currency    string      // #VALUTA by ISO 4217, SEK where unsaid
	BalanceDay  domain.Date // #OMFATTN, the last day of a type 2 or 3 file

	// In the order of the file.
	Years      []Year
	Accounts   []Account
	Dimensions []Dimension
	Objects    []ObjectName
	Balances   []Balance

	// How much was read: vouchers delivered, with their rows and struck rows, and
	// records passed over because their label is unknown.
	Vouchers, Rows, Struck, Unknown int
	// Notes are what was odd, by line.
	Notes []Finding

	accounts   map[string]int // indexes of Accounts
	dimensions map[int]int    // indexes of Dimensions
}

func newBook() *Book {
	return &Book{Chart: "BAS95", Currency: "SEK", accounts: map[string]int{}, dimensions: map[int]int{}}
}

// Year is a financial year of the company, which need not be a calendar year.
type Year struct {
	Number int // 0 current, -1 previous
	domain.Period
}

// Account is an account of the chart.
type Account struct {
	Number, Name string
	Kind         string // #KTYP: T asset, S debt, K cost, I income; "" unsaid
	Unit         string // of quantities
	SRU          []string
}

// Dimension is a way to divide the books. Parent is 0 but for an #UNDERDIM.
type Dimension struct {
	Number int
	Name   string
	Parent int
}

// Object is a pair of dimension and object, as rows carry them: 6 and the code of
// a project.
type Object struct {
	Dimension int
	Number    string
}

// ObjectName is what an object is called; an employee's object is called by name.
type ObjectName struct {
	Object
	Name string
}

// BalanceKind tells what is balanced.
type BalanceKind uint8

// The balances of SIE: opening and closing, result, those of an object, and the
// change in a period, booked or budgeted.
const (
	Opening BalanceKind = iota + 1
	Closing
	Result
	ObjectOpening
	ObjectClosing
	PeriodChange
	PeriodBudget
)

// String is the label: IB, UB, RES, OIB, OUB, PSALDO or PBUDGET.
func (k BalanceKind) String() string {
	return [...]string{"?", "IB", "UB", "RES", "OIB", "OUB", "PSALDO", "PBUDGET"}[k]
}

// Balance is a balance of an account; debit is positive.
type Balance struct {
	Kind     BalanceKind
	Year     int         // the number of the financial year
	Month    domain.Date // the first day of the period, of PeriodChange and PeriodBudget
	Account  string
	Objects  []Object
	Amount   domain.Money
	Quantity string // a decimal number as written
	Line     int
}

// Year is the financial year a day lies in; not ok where the file has none.
func (b *Book) Year(d domain.Date) (y Year, ok bool) {
	for _, y := range b.Years {
		if y.Contains(d) {
			return y, true
		}
	}
	return Year{}, false
}

// Account is an account by its number; not ok where the file has no #KONTO.
func (b *Book) Account(number string) (a Account, ok bool) {
	i, ok := b.accounts[number]
	if !ok {
		return Account{}, false
	}
	return b.Accounts[i], true
}

// reserved are the dimensions a file may use without #DIM: 1 cost centre, 2 cost
// bearer, 6 project, 7 employee, 8 customer, 9 supplier, 10 invoice (SIE 4B).
var reserved = map[int]bool{1: true, 2: true, 6: true, 7: true, 8: true, 9: true, 10: true}

func (b *Book) declared(dim int) bool {
	_, ok := b.dimensions[dim]
	return ok || reserved[dim]
}

// parent is the dimension above one, 0 for none. Cost bearer lies under cost
// centre unless the file says otherwise.
func (b *Book) parent(dim int) int {
	if i, ok := b.dimensions[dim]; ok {
		return b.Dimensions[i].Parent
	}
	if dim == 2 {
		return 1
	}
	return 0
}

// Under reports whether a dimension is another or lies below it by #UNDERDIM, at
// any depth.
func (b *Book) Under(dim, above int) bool {
	for ; dim != 0; dim = b.parent(dim) {
		if dim == above {
			return true
		}
	}
	return false
}

// ObjectsOf gives a row's objects of a dimension and of those below it. A
// sub-object's number is only its own, unique within the object above it, which
// stands in the row as well and comes first here.
func (b *Book) ObjectsOf(row Row, dim int) []Object {
	var own, below []Object
	for _, o := range row.Objects {
		switch {
		case o.Dimension == dim:
			own = append(own, o)
		case b.Under(o.Dimension, dim):
			below = append(below, o)
		}
	}
	return append(own, below...)
}
