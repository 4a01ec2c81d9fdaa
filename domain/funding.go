package domain

import (
	"strings"

	"github.com/google/uuid"
)

// StaffTimeRecorded is what somebody of a project's staff, the envelope's subject,
// worked for it on the envelope's date.
type StaffTimeRecorded struct {
	Project  string `json:"project"`
	Function string `json:"function"` // as the grant names it: project manager
	Minutes  int    `json:"minutes"`
	// Activity is what was done, sealed; Mark is a keyed mark of it, by which two
	// reports of one day are told apart.
	Activity Sealed `json:"activity,omitzero"`
	Mark     string `json:"mark,omitzero"`
}

// Type is staff_time.recorded/1.
func (StaffTimeRecorded) Type() string { return "staff_time.recorded/1" }

// VoucherRecorded is a voucher (verifikation) of the bookkeeping, dated as it was
// booked, with the rows of it that are booked on a known project. A voucher whose
// rows were moved away from every known project has none.
type VoucherRecorded struct {
	Series string `json:"series"`
	Number string `json:"number"`
	Year   Date   `json:"year"` // first day of the financial year
	Text   Sealed `json:"text,omitzero"`
	// Mark is a keyed mark of all that the voucher says, by which a later file is
	// told to say the same.
	Mark    string       `json:"mark"`
	Settled Settlement   `json:"settled,omitzero"`
	Paid    Date         `json:"paid,omitzero"` // zero: not known to be paid
	Rows    []VoucherRow `json:"rows,omitempty"`
}

// Settlement is how the rows that balance a voucher say it was paid.
type Settlement string

// The settlements.
const (
	SettledInCash Settlement = "cash" // by an account of money, 1900–1999
	SettledAsDebt Settlement = "debt" // by a debt to a supplier, 2440–2449
)

// VoucherRow is a row of a voucher that is booked on a project. Debit is positive.
type VoucherRow struct {
	Project string `json:"project"`
	Account int    `json:"account"`
	Amount  Money  `json:"amount"`
	// Invoice is a keyed mark of the supplier's invoice the row is of: the same
	// invoice has the same mark.
	Invoice string `json:"invoice,omitzero"`
}

// Type is voucher.recorded/1.
func (VoucherRecorded) Type() string { return "voucher.recorded/1" }

// AccountMapped says which line of the budget costs on the accounts From to To,
// both included, belong to.
type AccountMapped struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Line string `json:"line"`
}

// Type is account.mapped/1.
func (AccountMapped) Type() string { return "account.mapped/1" }

// ExchangeRateRecorded is what one unit of a currency cost in kronor from the
// envelope's date on.
type ExchangeRateRecorded struct {
	Currency string `json:"currency"` // ISO 4217
	SEK      string `json:"sek"`      // a decimal number, "10.4523"
}

// Type is exchange_rate.recorded/1.
func (ExchangeRateRecorded) Type() string { return "exchange_rate.recorded/1" }

// ContributionRecorded is what somebody outside the project gave to it, on the
// envelope's date: money, or something in kind that is a cost of the project too.
type ContributionRecorded struct {
	Project string       `json:"project"`
	Form    Contribution `json:"form"`
	Public  bool         `json:"public"` // by a public body
	Line    string       `json:"line"`   // of the budget, of what is in kind
	Amount  Money        `json:"amount"`
	// Mark is a keyed mark of what the file says proves it.
	Mark string `json:"mark,omitzero"`
	Text Sealed `json:"text,omitzero"`
}

// Contribution is what was given.
type Contribution string

// The contributions.
const (
	InKind Contribution = "in-kind"
	Cash   Contribution = "cash"
)

// Type is contribution.recorded/1.
func (ContributionRecorded) Type() string { return "contribution.recorded/1" }

// OrganisationLinked says that the envelope's organisation and another are one
// single undertaking from the envelope's date on (Reg. (EU) 2023/2831 article 2(2)).
type OrganisationLinked struct {
	With uuid.UUID `json:"with"`
}

// Type is organisation.linked/1.
func (OrganisationLinked) Type() string { return "organisation.linked/1" }

// The lines of a budget that have a meaning of their own. Others are named by the
// grant.
const (
	LineStaff    = "staff"
	LineFlatRate = "flat-rate"
	LineIndirect = "indirect" // covered by a flat rate, where there is one
	LineIncome   = "income"   // what the project earned, a cost below 0
	LineNone     = "none"     // no cost of the project
	LineOther    = "other"
	LineServices = "external-services"
	LineTravel   = "travel"
	LineSupplies = "equipment"
	LinePremises = "premises"
	LinePeople   = "participants" // the participants' time
	LineLumpSum  = "lump-sum"     // the whole, paid when the result is there
)

// lineWords are what people write for the lines.
var lineWords = map[string]string{
	"staff": LineStaff, "personal": LineStaff, "personnel": LineStaff,
	"indirect": LineIndirect, "indirekta kostnader": LineIndirect, "indirekt": LineIndirect, "indirect costs": LineIndirect,
	"income": LineIncome, "intäkter": LineIncome, "intäkt": LineIncome, "revenue": LineIncome,
	"none": LineNone, "ingen": LineNone, "inte": LineNone,
	"other": LineOther, "övrigt": LineOther, "övriga": LineOther, "övriga kostnader": LineOther, "other costs": LineOther,
	"external services": LineServices, "external": LineServices, "extern sakkunskap och externa tjänster": LineServices, "externa tjänster": LineServices, "services": LineServices,
	"travel": LineTravel, "resor och logi": LineTravel, "resor": LineTravel,
	"equipment": LineSupplies, "utrustning och materiel": LineSupplies, "utrustning och material": LineSupplies, "utrustning": LineSupplies,
	"premises": LinePremises, "lokaler": LinePremises, "deltagarlokaler": LinePremises, "lokal": LinePremises,
	"participants": LinePeople, "deltagare": LinePeople, "deltagarersättning": LinePeople,
	"flat rate": LineFlatRate, "schablon": LineFlatRate,
	"lump sum": LineLumpSum, "klumpsumma": LineLumpSum,
}

// BudgetLineOf is a line of a budget as everything names it: one of those known,
// else what is written as a slug; empty for nothing.
func BudgetLineOf(s string) string {
	if line, ok := lineWords[strings.NewReplacer("-", " ", "_", " ").Replace(Fold(s))]; ok {
		return line
	}
	return Slug(s)
}

// MaxAccount is the highest account a mapping may name: accounts of sub-ledgers
// have up to eight digits.
const MaxAccount = 99_999_999

const maxDayMinutes = 24 * 60

// Check refuses time of no project or function, and more than a day has.
func (f StaffTimeRecorded) Check() error {
	if Fold(f.Project) == "" {
		return impossible("project", "saknas", "is missing")
	}
	if Fold(f.Function) == "" {
		return impossible("function", "saknas", "is missing")
	}
	if f.Minutes < 0 || f.Minutes > maxDayMinutes {
		return impossible("minutes", "ska ligga mellan 0 och 1440", "must lie between 0 and 1440")
	}
	return nil
}

// Check refuses a voucher that could not be found again.
func (f VoucherRecorded) Check() error {
	if f.Year.Zero() {
		return impossible("year", "saknas", "is missing")
	}
	switch f.Settled {
	case "", SettledInCash, SettledAsDebt:
	default:
		return impossible("settled", "ska vara cash eller debt", "must be cash or debt")
	}
	for _, row := range f.Rows {
		if Fold(row.Project) == "" {
			return impossible("project", "saknas", "is missing")
		}
		if row.Account < 0 || row.Account > MaxAccount {
			return impossible("account", "inte ett konto", "not an account")
		}
	}
	return nil
}

// Check refuses a range that is none, and no line.
func (f AccountMapped) Check() error {
	if f.From < 0 || f.To < f.From || f.To > MaxAccount {
		return impossible("to", "kontona går inte från det lägre till det högre", "the accounts do not go from the lower to the higher")
	}
	if f.Line == "" || f.Line != BudgetLineOf(f.Line) {
		return impossible("line", "inte en budgetrad", "not a line of a budget")
	}
	return nil
}

// Check refuses a currency that is none, and a rate of nothing.
func (f ExchangeRateRecorded) Check() error {
	if len(f.Currency) != 3 || f.Currency != strings.ToUpper(f.Currency) {
		return impossible("currency", "ska vara tre bokstäver, EUR", "must be three letters, EUR")
	}
	if _, err := ParseRate(f.SEK); err != nil {
		return impossible("sek", "ska vara ett tal över 0 med högst sex decimaler", "must be a number above 0 with at most six decimals")
	}
	return nil
}

// Check refuses a contribution of no project, of no form, or below 0.
func (f ContributionRecorded) Check() error {
	if Fold(f.Project) == "" {
		return impossible("project", "saknas", "is missing")
	}
	if f.Form != InKind && f.Form != Cash {
		return impossible("form", "ska vara in-kind eller cash", "must be in-kind or cash")
	}
	if f.Amount.Ore() < 0 {
		return impossible("amount", "är inte mindre än 0", "is not less than 0")
	}
	return nil
}
