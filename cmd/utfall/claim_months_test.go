package main

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
)

// quarter is a project of three months with eight hours in each, and its events.
func quarter(claimMonths int) (project domain.ProjectRecorded, events []domain.Event) {
	project = domain.ProjectRecorded{Project: "P", Name: "P", Programme: "ESF-2014-2020", Start: domain.MustDate("2019-01-01"), End: domain.MustDate("2019-03-31"), ClaimMonths: claimMonths,
		UnitCosts: []domain.UnitCost{{Function: "economist", SEKPerHour: domain.Ore(10000)}}}
	events = []domain.Event{fact("", uuid.Nil, project)}
	who := uuid.New()
	for _, on := range []string{"2019-01-07", "2019-02-04", "2019-03-04"} {
		events = append(events, fact(on, who, domain.StaffTimeRecorded{Project: "P", Function: "economist", Minutes: 480}))
	}
	return project, events
}

// submit submits the claim of a month, or the next one, and gives what it claims.
func (c *chained) submit(month string) domain.Money {
	c.t.Helper()
	book, _ := c.draft("")
	claim := book.Next()
	if month != "" {
		claim = book.Of(month)
	}
	facts, err := c.app.factsAt("", "P")
	if err != nil {
		c.t.Fatal(err)
	}
	draft, err := facts.Draft(c.t.Context(), book, claim)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := draft.Check(); err != nil {
		c.t.Fatal(err)
	}
	c.record(fact("2019-06-01", uuid.Nil, *draft))
	return draft.Total
}

// TestAClaimKeepsItsMonths: when the grant says of another number of months a claim,
// or the project begins another day, what was submitted keeps the months it was of,
// and no month is claimed twice.
func TestAClaimKeepsItsMonths(t *testing.T) {
	t.Parallel()
	for _, change := range []struct {
		from, to int
		start    string
		rest     []string // the months of the claims that are to come then
	}{{2, 1, "2019-01-01", []string{"2019-03"}}, {1, 3, "2019-01-01", []string{"2019-02"}}, {2, 1, "2018-12-01", []string{"2018-12", "2019-03"}}} {
		c := &chained{funded: openFunded(t)}
		project, events := quarter(change.from)
		at := c.record(events...)
		sum := c.submit("2019-01").Ore()
		project.ClaimMonths, project.Start = change.to, domain.MustDate(change.start)
		c.record(c.instead(events[0], at, project))
		book, _ := c.draft("")
		if claim := book.Of("2019-01"); claim.Position == 0 || len(claim.Months) != change.from || claim.Total.Ore() != sum {
			t.Errorf("%d months, then %d: the first claim is now %+v", change.from, change.to, claim)
		}
		var rest []string
		for _, claim := range book.Claims {
			if claim.Position == 0 {
				rest = append(rest, claim.Month)
			}
		}
		if !slices.Equal(rest, change.rest) {
			t.Errorf("%d months, then %d from %s: to come are %v, want %v", change.from, change.to, change.start, rest, change.rest)
		}
		for range rest {
			sum += c.submit("").Ore()
		}
		if got := c.money("claim.total", "")[""]; got != sum || got != 3*80000 {
			t.Errorf("%d months, then %d: claimed %d öre, known %d", change.from, change.to, sum, got)
		}
	}
}

// TestTheLastClaimIsNotTheEnd: what changes after every month is submitted becomes a
// claim of its own, of corrections only.
func TestTheLastClaimIsNotTheEnd(t *testing.T) {
	t.Parallel()
	c := &chained{funded: openFunded(t)}
	_, events := quarter(3)
	at := c.record(events...)
	sum := c.submit("").Ore()
	if book, _ := c.draft(""); !book.Next().Corrects() || !book.Numbered(1).Final {
		t.Fatalf("%+v", book.Claims)
	}
	late := events[2].Data.(domain.StaffTimeRecorded)
	late.Minutes = 420
	c.record(c.instead(events[2], at, late))
	if got := c.submit("").Ore(); got != -10000 {
		t.Errorf("an hour less: the next claim is %d öre", got)
	} else {
		sum += got
	}
	book, _ := c.draft("")
	if claim := book.Numbered(2); claim == nil || len(claim.Lines) != 1 || claim.Lines[0].Corrects != 1 || claim.Support.Ore() != -10000 {
		t.Errorf("the correction: %+v", claim)
	}
	if got := c.money("claim.total", "")[""]; got != sum {
		t.Errorf("claimed %d öre, known %d", sum, got)
	}
}

// TestWhatCountsOnce: an account that several ranges have counts once, a lump sum
// takes the place of all else and asks for its share of support, and hours that are
// not payable take no room under a ceiling.
func TestWhatCountsOnce(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	project := func(id, lump string) domain.Event {
		return fact("", uuid.Nil, domain.ProjectRecorded{Project: id, Name: id, Programme: "ESF+-2021-2027", Start: domain.MustDate("2023-01-01"), End: domain.MustDate("2023-12-31"), CofinancingShare: "0.25", LumpSum: lump,
			UnitCosts: []domain.UnitCost{{Function: "economist", SEKPerHour: domain.Ore(10000)}}})
	}
	who := uuid.New()
	voucher := func(project string) domain.Event {
		return fact("2023-03-05", uuid.Nil, domain.VoucherRecorded{Series: "A", Number: project, Year: domain.MustDate("2023-01-01"), Mark: project, Rows: []domain.VoucherRow{{Project: project, Account: 5810, Amount: domain.Ore(1000_00)}}})
	}
	f.record(project("P", ""), project("L", "50000.00"), voucher("P"), voucher("L"),
		fact("", uuid.Nil, domain.AccountMapped{From: 5800, To: 5899, Line: "travel"}), fact("", uuid.Nil, domain.AccountMapped{From: 5810, To: 5810, Line: "travel"}),
		fact("2023-03-06", who, domain.StaffTimeRecorded{Project: "P", Function: "clerk", Minutes: 600}), fact("2023-03-06", who, domain.StaffTimeRecorded{Project: "P", Function: "economist", Minutes: 480}))
	for metric, want := range map[string]map[string]int64{
		"claim.other": {"P": 1000_00}, "claim.staff": {"P": 8 * 10000}, "claim.total": {"P": 1000_00 + 8*10000, "L": 50_000_00}, "claim.support": {"L": 37_500_00}} {
		got := f.money(metric, "project")
		for id, ore := range want {
			if got[id] != ore {
				t.Errorf("%s of %s: %d öre, want %d", metric, id, got[id], ore)
			}
		}
	}
}
