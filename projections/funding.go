package projections

import (
	"database/sql/driver"
	"math/big"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"utfall/domain"
)

// funding is what a project costs and who pays for it.
func (w *writes) funding(e *domain.Event, idx int) error {
	w.supersede(e, tablesOf[name(e.Data.Type())]...)
	switch f := e.Data.(type) {
	case domain.StaffTimeRecorded:
		return w.add("staff_time", e, idx, duckdb.UUID(e.Subject), f.Project, f.Function, int32(f.Minutes), string(f.Activity), f.Mark)
	case domain.VoucherRecorded:
		return w.voucher(e, idx, f)
	case domain.AccountMapped:
		return w.add("account_lines", e, idx, int32(f.From), int32(f.To), f.Line)
	case domain.ExchangeRateRecorded:
		rate, err := domain.ParseRate(f.SEK)
		if err != nil {
			return err
		}
		return w.add("exchange_rates", e, idx, f.Currency, duckdb.Decimal{Width: 18, Scale: 6, Value: big.NewInt(int64(rate))})
	case domain.ContributionRecorded:
		return w.add("contributions", e, idx, id(e.Organisation), f.Project, string(f.Form), f.Public, f.Line, f.Amount.Ore(), f.Mark, string(f.Text))
	case domain.OrganisationLinked:
		return w.add("organisation_links", e, idx, duckdb.UUID(e.Organisation), duckdb.UUID(f.With))
	}
	return unknown(e)
}

func (w *writes) voucher(e *domain.Event, idx int, f domain.VoucherRecorded) error {
	err := w.add("vouchers", e, idx, day(f.Year), f.Series, f.Number, f.Mark, code(string(f.Settled)), day(f.Paid), string(f.Text))
	for n, row := range f.Rows {
		if err == nil {
			err = w.add("costs", e, idx, day(f.Year), f.Series, f.Number, int32(n), row.Project, int32(row.Account), row.Amount.Ore(),
				code(row.Invoice), code(string(f.Settled)), day(f.Paid))
		}
	}
	return err
}

// claims is what became of a project's claims.
func (w *writes) claims(e *domain.Event, idx int) error {
	w.supersede(e, tablesOf[name(e.Data.Type())]...)
	switch f := e.Data.(type) {
	case domain.ClaimDrafted:
		return w.add("claims_drafted", e, idx, f.Project, f.Month, int32(f.Number), f.Content, f.Total.Ore(), f.Support.Ore())
	case domain.ClaimSubmitted:
		err := w.add("claims_submitted", e, idx, f.Project, f.Month, int32(f.Number), f.Content, strings.Join(f.Months, ","), f.Final, f.Total.Ore(), f.Support.Ore(), f.Settled.Ore())
		for n, l := range f.Lines {
			if err == nil {
				err = w.add("claim_lines", e, idx, f.Project, f.Month, int32(f.Number), int32(n), l.Key, l.Month, l.Line, int32(l.Minutes), l.Rate.Ore(), l.Amount.Ore(),
					aboveZero(l.Corrects), l.Late.Ore(), l.Corrected.Ore(), l.Rates.Ore(), l.Rules.Ore())
			}
		}
		return err
	case domain.ClaimDecided:
		return w.add("claims_decided", e, idx, f.Project, f.Month, int32(f.Number), f.Approved.Ore(), string(f.Why))
	case domain.ClaimPaid:
		return w.add("claims_paid", e, idx, f.Project, f.Month, int32(f.Number), f.Amount.Ore())
	case domain.AdvancePaid:
		return w.add("advances", e, idx, f.Project, f.Amount.Ore())
	}
	return unknown(e)
}

// aboveZero is a number that is null when it is 0.
func aboveZero(n int) driver.Value {
	if n == 0 {
		return nil
	}
	return int32(n)
}
