package main

import (
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy"
)

// TestTheLastPaymentOfAProject: what is kept from the last payment on is kept without
// a known day until the project's last claim is paid.
func TestTheLastPaymentOfAProject(t *testing.T) {
	t.Parallel()
	c := &chained{funded: openFunded(t)}
	who := uuid.New()
	c.record(fact("", uuid.Nil, domain.ProjectRecorded{Project: "P", Name: "P", Programme: "ESF+-2021-2027", Start: domain.MustDate("2023-01-01"), End: domain.MustDate("2023-02-28")}),
		fact("2023-01-09", who, domain.StaffTimeRecorded{Project: "P", Function: "economist", Minutes: 60}))
	until := func() domain.Date {
		t.Helper()
		evidence, err := c.app.evidence(who)
		if err != nil {
			t.Fatal(err)
		}
		return privacy.LastOf(privacy.RetentionRules.Holds(domain.MustDate("2024-01-01"), evidence))
	}
	for _, month := range []string{"2023-01", "2023-02"} {
		_, draft := c.draft(month)
		c.record(fact("2023-04-01", uuid.Nil, *draft))
		if got := until(); !got.Zero() {
			t.Errorf("before the claim of %s is paid: until %s", month, got)
		}
		c.record(fact("2023-05-01", uuid.Nil, domain.ClaimPaid{Project: "P", Month: month, Number: draft.Number, Amount: domain.Ore(1)}))
	}
	// Five years from 31 December of the year of the last payment; the time report is
	// bookkeeping for the seventh year as well.
	if got := until(); got.Before(domain.MustDate("2028-12-31")) {
		t.Errorf("once all is paid: until %s", got)
	}
}
