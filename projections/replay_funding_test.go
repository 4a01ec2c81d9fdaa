package projections

import (
	"github.com/google/uuid"

	"utfall/domain"
)

// fundingPairs are facts of funding and claims, each full and sparse.
func fundingPairs(a, b uuid.UUID) [][2]domain.Fact {
	start, paid := domain.MustDate("2019-01-01"), domain.MustDate("2019-04-30")
	return [][2]domain.Fact{
		{domain.StaffTimeRecorded{Project: "p", Function: "project manager", Minutes: 450, Activity: "c2VhbGVk", Mark: "ab"}, domain.StaffTimeRecorded{Project: "q", Function: "economist"}},
		{domain.VoucherRecorded{Series: "A", Number: "7", Year: start, Text: "c2VhbGVk", Mark: "cd", Settled: domain.SettledAsDebt, Paid: paid, Rows: []domain.VoucherRow{
			{Project: "p", Account: 5800, Amount: domain.Ore(-12345), Invoice: "ef"}, {Project: "q", Account: 4010, Amount: domain.Ore(1)}}},
			domain.VoucherRecorded{Number: "8", Year: paid, Rows: []domain.VoucherRow{{Project: "p", Account: 4000}}}},
		{domain.AccountMapped{From: 5800, To: 5899, Line: "travel"}, domain.AccountMapped{Line: "none"}},
		{domain.ExchangeRateRecorded{Currency: "EUR", SEK: "10.4523"}, domain.ExchangeRateRecorded{Currency: "USD", SEK: "9"}},
		{domain.ContributionRecorded{Project: "p", Form: domain.InKind, Public: true, Line: "travel", Amount: domain.Ore(100), Mark: "aa", Text: "c2VhbGVk"}, domain.ContributionRecorded{Project: "q", Form: domain.Cash}},
		{domain.OrganisationLinked{With: a}, domain.OrganisationLinked{With: b}},
		{domain.ClaimDrafted{Project: "p", Month: "2019-03", Number: 2, Content: 9, Total: domain.Ore(300), Support: domain.Ore(225)}, domain.ClaimDrafted{Project: "q", Month: "2019-04", Number: 1}},
		{domain.ClaimSubmitted{Project: "p", Month: "2019-03", Number: 2, Content: 9, Months: []string{"2019-03", "2019-04"}, Final: true, Total: domain.Ore(300), Support: domain.Ore(225), Settled: domain.Ore(25), Lines: []domain.ClaimLine{
			{Key: "k", Month: "2019-03", Line: "staff", Minutes: 60, Rate: domain.Ore(400), Amount: domain.Ore(400)},
			{Key: "l", Month: "2019-02", Line: "travel", Amount: domain.Ore(-100), Corrects: 1, Late: domain.Ore(1), Corrected: domain.Ore(-104), Rates: domain.Ore(2), Rules: domain.Ore(1)}}},
			domain.ClaimSubmitted{Project: "q", Month: "2019-04", Number: 1, Lines: []domain.ClaimLine{{Key: "m", Month: "2019-04", Line: "staff"}}}},
		{domain.ClaimDecided{Project: "p", Month: "2019-03", Number: 2, Approved: domain.Ore(200), Why: "c2VhbGVk"}, domain.ClaimDecided{Project: "q", Month: "2019-04", Number: 1}},
		{domain.ClaimPaid{Project: "p", Month: "2019-03", Number: 2, Amount: domain.Ore(200)}, domain.ClaimPaid{Project: "q", Month: "2019-04", Number: 1}},
		{domain.AdvancePaid{Project: "p", Amount: domain.Ore(5)}, domain.AdvancePaid{Project: "q", Amount: domain.Ore(1)}},
	}
}
