package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
)

// aidBook is all aid as it is recorded.
func (f *funded) aidBook(project string) *reports.AidBook {
	f.t.Helper()
	facts, err := f.app.factsAt("", "")
	if err != nil {
		f.t.Fatal(err)
	}
	b, err := facts.StateAid(f.t.Context(), project)
	if err != nil {
		f.t.Fatal(err)
	}
	return b
}

// company registers a company, the n-th one.
func company(n int) (uuid.UUID, domain.Event) {
	id := uuid.Must(uuid.NewV7())
	number, err := domain.ParseOrgNumber(orgOf(n))
	if err != nil {
		panic(err)
	}
	e := fact("", uuid.Nil, domain.OrganisationRegistered{Number: number})
	e.Organisation = id
	return id, e
}

// orgOf is an organisation number that nobody has: those of 5599 are for tests.
func orgOf(n int) string {
	digits := fmt.Sprintf("5599%05d", n)
	sum := 0
	for i, c := range digits {
		d := int(c-'0') * (2 - i%2)
		sum += d/10 + d%10
	}
	return fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
}

func ofOrg(org uuid.UUID, on string, data domain.Fact) domain.Event {
	e := fact(on, uuid.Nil, data)
	e.Organisation = org
	return e
}

func euro(cents int64) domain.AidRecorded {
	return domain.AidRecorded{EUR: domain.Ore(cents), Rule: "de-minimis"}
}

type handGrant struct {
	company int
	on      string
	cents   int64
}

type handLink struct {
	a, b int
	on   string
}

// aidByHand are ledgers at, below and above every boundary of the two windows:
// amounts in cents, by company, and what counts with the last one.
var aidByHand = []struct {
	what   string
	grants []handGrant
	links  []handLink
	window int64 // of the last grant
	over   bool
}{
	{"200,000 in three fiscal years is not over", []handGrant{{0, "2019-01-01", 5_000_000}, {0, "2020-06-30", 5_000_000}, {0, "2021-12-31", 10_000_000}}, nil, 20_000_000, false},
	{"one cent more is", []handGrant{{0, "2019-01-01", 5_000_000}, {0, "2020-06-30", 5_000_001}, {0, "2021-12-31", 10_000_000}}, nil, 20_000_001, true},
	{"the fourth fiscal year back does not count", []handGrant{{0, "2018-12-31", 20_000_000}, {0, "2021-01-01", 100}}, nil, 100, false},
	{"the year before last does from its first day", []handGrant{{0, "2019-01-01", 20_000_000}, {0, "2021-12-31", 1}}, nil, 20_000_001, true},
	{"2023 is of the old rule to its last day", []handGrant{{0, "2021-01-01", 20_000_000}, {0, "2023-12-31", 1}}, nil, 20_000_001, true},
	{"2024 is of the new one from its first", []handGrant{{0, "2021-01-02", 20_000_000}, {0, "2024-01-01", 10_000_000}}, nil, 30_000_000, false},
	{"300,000 and a cent", []handGrant{{0, "2021-01-02", 20_000_000}, {0, "2024-01-01", 10_000_001}}, nil, 30_000_001, true},
	{"three years earlier to the day is outside", []handGrant{{0, "2022-03-14", 30_000_000}, {0, "2025-03-14", 1}}, nil, 1, false},
	{"the day after is inside", []handGrant{{0, "2022-03-15", 30_000_000}, {0, "2025-03-14", 1}}, nil, 30_000_001, true},
	{"29 February: inside on 28 February three years later", []handGrant{{0, "2024-02-29", 30_000_000}, {0, "2027-02-28", 1}}, nil, 30_000_001, true},
	{"29 February: outside on 1 March", []handGrant{{0, "2024-02-29", 30_000_000}, {0, "2027-03-01", 1}}, nil, 1, false},
	{"on 29 February: 28 February three years before is outside", []handGrant{{0, "2025-02-28", 30_000_000}, {0, "2028-02-29", 1}}, nil, 1, false},
	{"on 29 February: 1 March three years before is inside", []handGrant{{0, "2025-03-01", 30_000_000}, {0, "2028-02-29", 1}}, nil, 30_000_001, true},
	{"grants of one day count together", []handGrant{{0, "2025-05-05", 20_000_000}, {0, "2025-05-05", 10_000_001}}, nil, 30_000_001, true},
	{"unlinked companies have a ceiling each", []handGrant{{0, "2025-05-05", 30_000_000}, {1, "2025-05-06", 30_000_000}}, nil, 30_000_000, false},
	{"linked from the day on", []handGrant{{0, "2025-05-05", 30_000_000}, {1, "2025-05-06", 1}}, []handLink{{1, 0, "2025-05-06"}}, 30_000_001, true},
	{"linked the day after", []handGrant{{0, "2025-05-05", 30_000_000}, {1, "2025-05-06", 1}}, []handLink{{1, 0, "2025-05-07"}}, 1, false},
	{"linked through a third", []handGrant{{0, "2025-05-05", 30_000_000}, {1, "2025-05-06", 1}}, []handLink{{0, 2, "2024-01-01"}, {2, 1, "2025-01-01"}}, 30_000_001, true},
	{"linked twice counts once", []handGrant{{0, "2025-05-05", 20_000_000}, {1, "2025-05-06", 10_000_000}}, []handLink{{0, 1, "2024-01-01"}, {1, 0, "2025-01-01"}}, 30_000_000, false},
}

// TestStateAidByHand compares the ledgers with what counts by hand.
func TestStateAidByHand(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	var events []domain.Event
	last := map[uuid.UUID]int{}
	for i, c := range aidByHand {
		companies := make([]uuid.UUID, 3)
		for n := range companies {
			id, e := company(3*i + n)
			companies[n], events = id, append(events, e)
		}
		for n, g := range c.grants {
			e := ofOrg(companies[g.company], g.on, euro(g.cents))
			events = append(events, e)
			if n == len(c.grants)-1 {
				last[e.ID] = i
			}
		}
		for _, l := range c.links {
			events = append(events, ofOrg(companies[l.a], l.on, domain.OrganisationLinked{With: companies[l.b]}))
		}
	}
	f.record(events...)
	seen := 0
	for _, g := range f.aidBook("").Grants {
		i, ok := last[g.Event]
		if !ok {
			continue
		}
		seen++
		if c := aidByHand[i]; g.Window != c.window || g.Over != c.over {
			t.Errorf("%s: %d cents, over %t, want %d, %t", c.what, g.Window, g.Over, c.window, c.over)
		}
	}
	if seen != len(aidByHand) {
		t.Errorf("%d of %d ledgers were read", seen, len(aidByHand))
	}
}

// TestAidInKronor is converted by the newest rate on or before its day, and again
// when the rate is corrected; without one it is not counted.
func TestAidInKronor(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	id, registered := company(0)
	sek := domain.AidRecorded{SEK: domain.Ore(1_000_000), Rule: "de-minimis"}
	rate := fact("2025-03-01", uuid.Nil, domain.ExchangeRateRecorded{Currency: "EUR", SEK: "11.1"})
	at := f.record(registered, ofOrg(id, "2025-02-28", sek), ofOrg(id, "2025-03-01", sek), ofOrg(id, "2025-04-15", sek), ofOrg(id, "2025-05-01", euro(100)), rate,
		fact("2025-04-15", uuid.Nil, domain.ExchangeRateRecorded{Currency: "EUR", SEK: "12"}), // and another one later
		fact("2025-04-15", uuid.Nil, domain.ExchangeRateRecorded{Currency: "EUR", SEK: "10"}), fact("2025-04-01", uuid.Nil, domain.ExchangeRateRecorded{Currency: "USD", SEK: "9"}))
	check := func(want ...int64) {
		t.Helper()
		b := f.aidBook("")
		for i, g := range b.Grants {
			got := int64(-1)
			if g.Cents != nil {
				got = *g.Cents
			}
			if got != want[i] {
				t.Errorf("the grant of %s: %d cents, want %d", g.On, got, want[i])
			}
		}
		if n := b.Undertakings[0].NoRate; n != 1 {
			t.Errorf("%d grants without a rate, want 1", n)
		}
		if g := b.Grants[len(b.Grants)-1]; g.Window != want[1]+want[2]+want[3] {
			t.Errorf("%d cents count together", g.Window)
		}
	}
	check(-1, 90_090, 100_000, 100)
	f.record(f.instead(rate, at, domain.ExchangeRateRecorded{Currency: "EUR", SEK: "8"}))
	check(-1, 125_000, 100_000, 100)
}

// TestTrainingAid is beside the intensity allowed by the size of the undertaking on
// the day and by whom the training is for, to the öre.
func TestTrainingAid(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	size := func(n int) domain.OrganisationDescribed { return domain.OrganisationDescribed{Employees: &n} }
	var events []domain.Event
	wants := map[uuid.UUID]struct {
		allowed int
		over    bool
	}{}
	for n, c := range []struct {
		employees     int
		ore           int64
		disadvantaged bool
		allowed       int
		over          bool
	}{{9, 7000, false, 70, false}, {49, 7001, false, 70, true}, {50, 6000, false, 60, false}, {249, 6001, false, 60, true}, {249, 7000, true, 70, false}, {250, 5000, false, 50, false}, {250, 5001, false, 50, true}, {250, 6000, true, 60, false}} {
		id, e := company(n)
		grant := ofOrg(id, "2019-05-01", domain.AidRecorded{SEK: domain.Ore(c.ore), EligibleCost: domain.Ore(10_000), Disadvantaged: c.disadvantaged, Rule: "gber-31"})
		events = append(events, e, ofOrg(id, "", size(c.employees)), ofOrg(id, "2019-05-02", size(1)), grant)
		wants[grant.ID] = struct {
			allowed int
			over    bool
		}{c.allowed, c.over}
	}
	small, e1 := company(100)
	large, e2 := company(101)
	grant := ofOrg(small, "2019-05-01", domain.AidRecorded{SEK: domain.Ore(6000), EligibleCost: domain.Ore(10_000), Rule: "utbildningsstod"})
	events = append(events, e1, e2, ofOrg(small, "", size(3)), ofOrg(large, "", size(900)), ofOrg(large, "2019-01-01", domain.OrganisationLinked{With: small}), grant)
	wants[grant.ID] = struct {
		allowed int
		over    bool
	}{50, true}
	f.record(events...)
	for _, g := range f.aidBook("").Grants {
		_, allowed, known := g.Intensity()
		if want := wants[g.Event]; !known || allowed != want.allowed || g.TooIntense() != want.over {
			t.Errorf("%s of %s, %s: %d %% allowed, over %t, want %d, %t", g.SEK, g.Cost, g.Size, allowed, g.TooIntense(), want.allowed, want.over)
		}
		if g.Window != 0 {
			t.Errorf("training aid counts as de minimis: %d", g.Window)
		}
	}
}

// TestAidOfManyCompanies times the reckoning of 100,000 grants to 20,000 companies,
// a tenth of them linked.
func TestAidOfManyCompanies(t *testing.T) {
	if os.Getenv("UTFALL_LARGE") == "" {
		t.Skip("make ci runs it")
	}
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	f := openFunded(t)
	ids := make([]uuid.UUID, 20_000)
	var events []domain.Event
	for n := range ids {
		id, e := company(n)
		ids[n], events = id, append(events, e)
		if n > 0 && n%10 == 0 {
			events = append(events, ofOrg(id, domain.MustDate("2018-01-01").AddDays(r.IntN(3000)).String(), domain.OrganisationLinked{With: ids[r.IntN(n)]}))
		}
	}
	for range 120 {
		events = append(events, fact(domain.MustDate("2017-01-01").AddDays(r.IntN(3500)).String(), uuid.Nil, domain.ExchangeRateRecorded{Currency: "EUR", SEK: domain.Ore(int64(900 + r.IntN(400))).String()}))
	}
	for range 100_000 {
		grant := euro(int64(r.IntN(5_000_000)))
		if r.IntN(2) == 0 {
			grant.SEK, grant.EUR = domain.Ore(10*grant.EUR.Ore()), domain.Money{}
		}
		events = append(events, ofOrg(ids[r.IntN(len(ids))], domain.MustDate("2018-01-01").AddDays(r.IntN(3200)).String(), grant))
	}
	f.record(events...)
	var took []time.Duration
	for range 5 {
		begin := time.Now()
		if n := len(f.aidBook("").Grants); n != 100_000 {
			t.Fatalf("%d grants", n)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	t.Logf("100,000 grants to 20,000 companies: %v, the median of 5", took[2])
	if took[0] > 20*time.Second {
		t.Errorf("never under 20 s: %v", took)
	}
}
