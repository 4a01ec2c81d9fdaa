package main

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
	"utfall/rules"
)

// TestUnitCostsOfTheTable: every unit cost of the authority's table times 1.15 and
// 1.40 is exact to the öre, and 1 720 hours of a project manager at 40 % come to what
// the table's reader reckoned (reference: the table of ESF+ unit costs).
func TestUnitCostsOfTheTable(t *testing.T) {
	t.Parallel()
	want := map[string][3]string{ // base, × 1.15, × 1.40
		"project manager large": {"646.00", "742.90", "904.40"}, "project manager": {"592.00", "680.80", "828.80"}, "project staff": {"482.00", "554.30", "674.80"},
		"economist": {"579.00", "665.85", "810.60"}, "administrator": {"441.00", "507.15", "617.40"},
		"project manager large stockholm": {"695.00", "799.25", "973.00"}, "project manager stockholm": {"641.00", "737.15", "897.40"}, "project staff stockholm": {"513.00", "589.95", "718.20"},
		"economist stockholm": {"635.00", "730.25", "889.00"}, "administrator stockholm": {"484.00", "556.60", "677.60"},
	}
	set := rules.Of("ESF+-2021-2027").Funding
	got := map[string][3]string{}
	for _, r := range set.Rates {
		base, err := domain.ParseMoney(r.SEK)
		if err != nil {
			t.Fatal(err)
		}
		name := r.Function
		if r.Region != "" {
			name += " " + r.Region
		}
		row := [3]string{base.String()}
		for i, code := range []int{15, 40} {
			option, _ := set.Option(code)
			row[i+1] = plus(base, option.Share().Of(base)).String()
		}
		got[name] = row
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	f := openFunded(t)
	who := uuid.New()
	events := []domain.Event{fact("", uuid.Nil, domain.ProjectRecorded{Project: "P", Name: "P", Programme: "ESF+-2021-2027", Start: domain.MustDate("2023-01-01"), End: domain.MustDate("2023-12-31"), SimplifiedCostOption: 40})}
	for day := range 215 { // 8 h a day: 1 720 h
		events = append(events, fact(domain.MustDate("2023-01-01").AddDays(day).String(), who, domain.StaffTimeRecorded{Project: "P", Function: "projektledare", Minutes: 480}))
	}
	f.record(events...)
	if got := f.money("claim.total", "")[""]; got != 142_553_600 {
		t.Errorf("1720 h × 592 × 1.40: %d öre", got)
	}
	// A quarter of an hour more is over the year's ceiling.
	f.record(fact("2023-12-01", who, domain.StaffTimeRecorded{Project: "P", Function: "projektledare", Minutes: 15}))
	if got := f.money("claim.total", "")[""]; got != 142_553_600 {
		t.Errorf("1720.25 h: %d öre, must be as of 1720 h", got)
	}
}

// excludedOf are the reasons for which minutes and öre are not claimed, as the
// workbook's sheet lists them.
func (f *funded) excludedOf(project, month string) map[string]int64 {
	f.t.Helper()
	facts, err := f.app.factsAt("", project)
	if err != nil {
		f.t.Fatal(err)
	}
	days, err := domain.ParseMonth(month)
	if err != nil {
		f.t.Fatal(err)
	}
	r, err := facts.Make(f.t.Context(), "claim", reports.Parameters{Project: project, Range: days, Lang: "en", Program: "test"})
	if err != nil {
		f.t.Fatal(err)
	}
	out := map[string]int64{}
	for _, s := range r.Sheets {
		switch s.Name {
		case "Not claimed":
			for _, row := range s.Tables[0].Rows {
				if !row.Total {
					out[row.Cells[0].Text+": "+row.Cells[1].Text] += int64(row.Cells[5].Number)
				}
			}
		case "Checks":
			for _, row := range s.Tables[0].Rows {
				if row.Cells[1].Number > 0 {
					out["check: "+row.Cells[0].Text] = int64(row.Cells[1].Number)
				}
			}
			for _, row := range s.Tables[1].Rows {
				if row.Cells[1].Text != "holds" {
					out["check: "+row.Cells[0].Text+": "+row.Cells[1].Text] = 1
				}
			}
		}
	}
	return out
}

// TestCeilingsAndGuards tries the cases of a claim that has to be refused or flagged,
// one of each, and what is left to claim.
func TestCeilingsAndGuards(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	anna, bo, cia := uuid.New(), uuid.New(), uuid.New()
	project := func(id, programme, start, end string, option int) domain.Event {
		return fact("", uuid.Nil, domain.ProjectRecorded{Project: id, Name: id, Programme: programme, Start: domain.MustDate(start), End: domain.MustDate(end), SimplifiedCostOption: option, CofinancingShare: "0.25",
			UnitCosts: []domain.UnitCost{{Function: "economist", SEKPerHour: domain.Ore(60000)}}, Budget: []domain.BudgetLine{{Line: "staff", Amount: domain.Ore(500_000)}}})
	}
	time := func(project, on string, who uuid.UUID, function string, minutes int) domain.Event {
		return fact(on, who, domain.StaffTimeRecorded{Project: project, Function: function, Minutes: minutes})
	}
	voucher := func(number, on string, account int, ore int64, invoice string, settled domain.Settlement) domain.Event {
		v := domain.VoucherRecorded{Series: "A", Number: number, Year: domain.MustDate("2023-01-01"), Mark: number, Settled: settled, Rows: []domain.VoucherRow{{Project: "P", Account: account, Amount: domain.Ore(ore), Invoice: invoice}}}
		if settled == domain.SettledInCash {
			v.Paid = domain.MustDate(on)
		}
		return fact(on, uuid.Nil, v)
	}
	f.record(project("P", "ESF+-2021-2027", "2023-01-15", "2023-12-31", 15), project("Q", "ESF+-2021-2027", "2023-01-01", "2023-12-31", 15),
		fact("", uuid.Nil, domain.AccountMapped{From: 5800, To: 5899, Line: "travel"}), fact("", uuid.Nil, domain.AccountMapped{From: 6500, To: 6599, Line: "indirect"}), fact("", uuid.Nil, domain.AccountMapped{From: 3900, To: 3999, Line: "income"}),
		time("P", "2023-03-01", anna, "economist", 810),  // 13.5 h: half an hour over the day
		time("P", "2023-03-02", bo, "project staff", 60), // the grant has unit costs, and none of this
		time("P", "2023-01-10", bo, "economist", 60),     // before the project
		time("P", "2023-03-03", cia, "economist", 60), time("Q", "2023-03-03", cia, "economist", 60),
		voucher("1", "2023-03-05", 5800, 100_00, "i1", domain.SettledInCash), voucher("2", "2023-03-06", 5800, 100_00, "i1", domain.SettledInCash), // one invoice
		voucher("3", "2023-03-07", 5810, 50_00, "i2", domain.SettledAsDebt), voucher("4", "2023-03-08", 2641, 25_00, "", domain.SettledInCash), voucher("5", "2023-03-09", 6550, 70_00, "", domain.SettledInCash),
		voucher("6", "2023-03-10", 4010, 30_00, "", domain.SettledInCash), voucher("7", "2023-03-11", 3990, -40_00, "", domain.SettledInCash), voucher("8", "2023-01-05", 5800, 11_00, "", domain.SettledInCash), voucher("9", "2023-03-12", 7010, 900_00, "", domain.SettledInCash),
		fact("2023-03-20", uuid.Nil, domain.ContributionRecorded{Project: "P", Form: domain.InKind, Line: "travel", Amount: domain.Ore(50_00), Mark: "k"}))
	want := map[string]int64{"claim.staff": 840_000, "claim.flat_rate": 126_000, "claim.other": 250_00 - 40_00, "claim.in_kind": 50_00, "claim.total": 840_000 + 126_000 + 210_00 + 50_00}
	for metric, ore := range want {
		if got := f.money(metric, "project")["P"]; got != ore {
			t.Errorf("%s: %d öre, want %d", metric, got, ore)
		}
	}
	listed := map[string]int64{
		"Staff: over the day's ceiling": 30, "Staff: the function is not in the grant": 60, "Staff: outside the project's period": 60,
		"Booked cost: VAT": 0, "Booked cost: covered by the flat rate": 0, "Booked cost: the account has no line of the budget": 0, "Booked cost: outside the project's period": 0, "Booked cost: personnel account: staff is claimed as unit costs": 0,
		"check: Booked as a debt to a supplier and not known to be paid": 1, "check: The same invoice in another voucher": 2, "check: A contribution in kind of the same amount as a booked cost within 31 days": 1,
		"check: Staff with time in another project the same day (minutes)": 1, "check: A function the grant has no unit cost for (minutes)": 1, "check: Hours over the day's ceiling (minutes)": 1,
		"check: Booked on the project outside its period": 1, "check: An account without a line of the budget in the mapping": 1, "check: A voucher without evidence (invoice, receipt) as a file": 4,
		"check: Staff: within the budget: over by 3400.00": 1, "check: Financing covers the costs: left 9720.00": 1,
	}
	got := f.excludedOf("P", "2023-03")
	if diff := cmp.Diff(listed, got); diff != "" {
		t.Error(diff)
	}
}

// TestTheCeilingOfAYear: at most 1 662 hours of a person in a calendar year in the
// older period, the last of the year being over; a year begins anew.
func TestTheCeilingOfAYear(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	who := uuid.New()
	events := []domain.Event{fact("", uuid.Nil, domain.ProjectRecorded{Project: "P", Name: "P", Programme: "ESF-2014-2020", Start: domain.MustDate("2018-01-01"), End: domain.MustDate("2019-12-31"),
		UnitCosts: []domain.UnitCost{{Function: "economist", SEKPerHour: domain.Ore(10000)}}})}
	for day := range 210 { // 8 h: 1 680 h, 18 too many
		events = append(events, fact(domain.MustDate("2018-05-01").AddDays(day).String(), who, domain.StaffTimeRecorded{Project: "P", Function: "economist", Minutes: 480}))
	}
	events = append(events, fact("2019-01-02", who, domain.StaffTimeRecorded{Project: "P", Function: "economist", Minutes: 480}))
	f.record(events...)
	got := f.money("claim.staff", "month")
	// 18 h are the last: 8 h of 26 November, 8 of 25, 2 of 24.
	if got["2018-11"] != (26*8-18)*10000 || got["2019-01"] != 8*10000 {
		t.Errorf("November %d, January %d öre", got["2018-11"], got["2019-01"])
	}
	var year int64
	for month, ore := range got {
		if month[:4] == "2018" {
			year += ore
		}
	}
	if year != 1662*10000 {
		t.Errorf("2018: %d öre", year)
	}
}

// TestAnAdvanceIsSettled: an advance is settled when what is left of the support is
// no more than it, and all of it with the last claim.
func TestAnAdvanceIsSettled(t *testing.T) {
	t.Parallel()
	c := &chained{funded: openFunded(t)}
	who := uuid.New()
	events := []domain.Event{fact("", uuid.Nil, domain.ProjectRecorded{Project: "P", Name: "P", Programme: "ESF-2014-2020", Start: domain.MustDate("2019-01-01"), End: domain.MustDate("2019-03-31"),
		UnitCosts: []domain.UnitCost{{Function: "economist", SEKPerHour: domain.Ore(10000)}}, Budget: []domain.BudgetLine{{Line: "staff", Amount: domain.Ore(200_000)}}}),
		fact("2018-12-01", uuid.Nil, domain.AdvancePaid{Project: "P", Amount: domain.Ore(80_000)})}
	for _, on := range []string{"2019-01-07", "2019-02-07", "2019-03-07"} { // 600 kr a month of 2 000 granted
		events = append(events, fact(on, who, domain.StaffTimeRecorded{Project: "P", Function: "economist", Minutes: 360}))
	}
	c.record(events...)
	var got []string
	for _, month := range []string{"2019-01", "2019-02", "2019-03"} {
		_, draft := c.draft(month)
		c.record(fact("2019-06-01", uuid.Nil, *draft))
		got = append(got, fmt.Sprintf("%s support %s settles %s final %t", month, draft.Support, draft.Settled, draft.Final))
	}
	// 600 + 800 is within 2 000; 1 200 + 800 is just it; the last settles the rest.
	want := []string{"2019-01 support 600.00 settles 0.00 final false", "2019-02 support 600.00 settles 0.00 final false", "2019-03 support 600.00 settles 600.00 final true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if book, _ := c.draft(""); book.Unsettled().String() != "200.00" {
		t.Errorf("%s is left of the advance", book.Unsettled())
	}
}
