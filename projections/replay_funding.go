package projections

import (
	"strconv"
	"strings"

	"utfall/domain"
)

// fundingAccounts is what the facts of funding and claims say in their tables.
var fundingAccounts = []account{
	one("staff_time", func(e *domain.Event, f domain.StaffTimeRecorded) own {
		return own{e.Subject, f.Project, f.Function, f.Minutes, string(f.Activity), f.Mark}
	}),
	one("vouchers", func(_ *domain.Event, f domain.VoucherRecorded) own {
		return own{f.Year, f.Series, f.Number, f.Mark, orNull(f.Settled), f.Paid, string(f.Text)}
	}),
	many("costs", func(_ *domain.Event, f domain.VoucherRecorded) (out []own) {
		for n, row := range f.Rows {
			out = append(out, own{f.Year, f.Series, f.Number, n, row.Project, row.Account, ore(row.Amount), orNull(row.Invoice), orNull(f.Settled), f.Paid})
		}
		return out
	}),
	one("account_lines", func(_ *domain.Event, f domain.AccountMapped) own { return own{f.From, f.To, f.Line} }),
	one("exchange_rates", func(_ *domain.Event, f domain.ExchangeRateRecorded) own { return own{f.Currency, sixDecimals(f.SEK)} }),
	one("contributions", func(e *domain.Event, f domain.ContributionRecorded) own {
		return own{orNil(e.Organisation), f.Project, string(f.Form), f.Public, f.Line, ore(f.Amount), f.Mark, string(f.Text)}
	}),
	one("organisation_links", func(e *domain.Event, f domain.OrganisationLinked) own { return own{e.Organisation, f.With} }),
	one("claims_drafted", func(_ *domain.Event, f domain.ClaimDrafted) own {
		return own{f.Project, f.Month, f.Number, f.Content, ore(f.Total), ore(f.Support)}
	}),
	one("claims_submitted", func(_ *domain.Event, f domain.ClaimSubmitted) own {
		return own{f.Project, f.Month, f.Number, f.Content, strings.Join(f.Months, ","), f.Final, ore(f.Total), ore(f.Support), ore(f.Settled)}
	}),
	many("claim_lines", func(_ *domain.Event, f domain.ClaimSubmitted) (out []own) {
		for n, l := range f.Lines {
			var corrects any
			if l.Corrects > 0 {
				corrects = l.Corrects
			}
			out = append(out, own{f.Project, f.Month, f.Number, n, l.Key, l.Month, l.Line, l.Minutes, ore(l.Rate), ore(l.Amount),
				corrects, ore(l.Late), ore(l.Corrected), ore(l.Rates), ore(l.Rules)})
		}
		return out
	}),
	one("claims_decided", func(_ *domain.Event, f domain.ClaimDecided) own {
		return own{f.Project, f.Month, f.Number, ore(f.Approved), string(f.Why)}
	}),
	one("claims_paid", func(_ *domain.Event, f domain.ClaimPaid) own { return own{f.Project, f.Month, f.Number, ore(f.Amount)} }),
	one("advances", func(_ *domain.Event, f domain.AdvancePaid) own { return own{f.Project, ore(f.Amount)} }),
}

// ore is an amount in whole öre, as its column has it.
func ore(m domain.Money) string { return strconv.FormatInt(m.Ore(), 10) }

// sixDecimals is a decimal number as a column of six decimals tells it.
func sixDecimals(s string) string {
	whole, frac, _ := strings.Cut(s, ".")
	return whole + "." + (frac + "000000")[:6]
}
