package main

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
	"utfall/rules"
)

// aidLedger is a random one: a handful of companies, their aid, links and mergers.
type aidLedger struct {
	companies []uuid.UUID
	into      map[uuid.UUID]uuid.UUID
	links     []ledgerLink
	grants    []ledgerGrant
	rates     []ledgerRate
}

type ledgerLink struct {
	a, b uuid.UUID
	on   string
}

type ledgerGrant struct {
	id  uuid.UUID
	org uuid.UUID
	on  string
	aid domain.AidRecorded
}

type ledgerRate struct{ on, sek string }

func inventLedger(r *rand.Rand, n int, rates []ledgerRate) (*aidLedger, []domain.Event) {
	l := &aidLedger{into: map[uuid.UUID]uuid.UUID{}, rates: rates}
	var events []domain.Event
	days := []string{"2018-12-31", "2019-01-01", "2020-02-29", "2020-12-31", "2021-01-01", "2021-02-28", "2021-03-01", "2023-12-31", "2024-01-01", "2024-02-29", "2027-02-28", "2027-03-01"}
	day := func() string {
		if r.IntN(3) == 0 {
			return days[r.IntN(len(days))]
		}
		return domain.MustDate("2018-06-01").AddDays(r.IntN(3400)).String()
	}
	for i := range 2 + r.IntN(5) {
		id, e := company(10*n + i)
		l.companies, events = append(l.companies, id), append(events, e)
	}
	one := func() uuid.UUID { return l.companies[r.IntN(len(l.companies))] }
	for range r.IntN(len(l.companies)) {
		a, b := one(), one()
		if a == b {
			continue
		}
		link := ledgerLink{a, b, day()}
		l.links, events = append(l.links, link), append(events, ofOrg(a, link.on, domain.OrganisationLinked{With: b}))
	}
	if a, b := l.companies[0], l.companies[1]; r.IntN(3) == 0 {
		l.into[b] = a
		events = append(events, ofOrg(b, "", domain.OrganisationMerged{Into: a}))
	}
	words := []string{"de-minimis", "de-minimis", "de-minimis", "forsumbart-stod", "de-minimis-1407-2013", "gber-31", "sgei"}
	for range r.IntN(25) {
		g := ledgerGrant{org: one(), on: day(), aid: domain.AidRecorded{Rule: words[r.IntN(len(words))]}}
		amount := domain.Ore(int64(r.IntN(16_000_000)))
		if r.IntN(2) == 0 {
			g.aid.EUR = amount
		} else {
			g.aid.SEK = domain.Ore(10*amount.Ore() + 1)
		}
		e := ofOrg(g.org, g.on, g.aid)
		g.id = e.ID
		l.grants, events = append(l.grants, g), append(events, e)
	}
	slices.SortStableFunc(l.grants, func(a, b ledgerGrant) int { return domain.MustDate(a.on).Compare(domain.MustDate(b.on)) })
	return l, events
}

// cents are those of a grant, by every rate there is; none without one.
func (l *aidLedger) cents(g ledgerGrant) (int64, bool) {
	if g.aid.SEK.Ore() == 0 {
		return g.aid.EUR.Ore(), true
	}
	newest := ledgerRate{}
	for _, r := range l.rates {
		if r.on <= g.on && r.on >= newest.on {
			newest = r
		}
	}
	if newest.on == "" {
		return 0, false
	}
	rate, _ := new(big.Rat).SetString(newest.sek)
	return nearest(new(big.Rat).Quo(big.NewRat(g.aid.SEK.Ore(), 1), rate)), true
}

// whole is the single undertaking of a company on a day, merged again and again until
// no link adds to it.
func (l *aidLedger) whole(org uuid.UUID, on string) map[uuid.UUID]bool {
	as := func(id uuid.UUID) uuid.UUID {
		if into, ok := l.into[id]; ok {
			return into
		}
		return id
	}
	in := map[uuid.UUID]bool{as(org): true}
	for more := true; more; {
		more = false
		for _, link := range l.links {
			a, b := as(link.a), as(link.b)
			if link.on <= on && in[a] != in[b] {
				in[a], in[b], more = true, true, true
			}
		}
	}
	for _, id := range l.companies {
		if in[as(id)] {
			in[id] = true
		}
	}
	return in
}

// byDay is the de minimis aid of an undertaking among some grants, in cents by day.
type byDay map[domain.Date]int64

func (l *aidLedger) byDay(of map[uuid.UUID]bool, among []ledgerGrant) byDay {
	out := byDay{}
	for _, g := range among {
		if cents, ok := l.cents(g); ok && of[g.org] && rules.Aid().KindOf(g.aid.Rule) == rules.DeMinimis {
			out[domain.MustDate(g.on)] += cents
		}
	}
	return out
}

// window adds up what counts on a day, walking back from it one day at a time.
func (d byDay) window(on domain.Date) (sum int64) {
	outside := func(day domain.Date) bool { return day.Year() < on.Year()-2 }
	if on.Year() >= 2024 {
		last, err := domain.NewDate(on.Year()-3, on.Month(), on.Day())
		if err != nil {
			last, _ = domain.NewDate(on.Year()-3, 2, 28)
		}
		outside = func(day domain.Date) bool { return day == last }
	}
	for day := on; !outside(day); day = day.AddDays(-1) {
		sum += d[day]
	}
	return sum
}

// TestStateAidBesideASlowReckoning compares random ledgers with the rules read
// literally, to the cent: each grant as it was made, and every undertaking today.
func TestStateAidBesideASlowReckoning(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	f := openFunded(t)
	var rates []ledgerRate
	var events []domain.Event
	for range 30 {
		rate := ledgerRate{domain.MustDate("2019-03-01").AddDays(r.IntN(3000)).String(), domain.Ore(int64(900 + r.IntN(400))).String()}
		rates = append(rates, rate)
		events = append(events, fact(rate.on, uuid.Nil, domain.ExchangeRateRecorded{Currency: "EUR", SEK: rate.sek}))
	}
	var all []*aidLedger
	for n := range 200 {
		l, more := inventLedger(r, n, rates)
		all, events = append(all, l), append(events, more...)
	}
	f.record(events...)
	book := f.aidBook("")
	got := map[uuid.UUID]*reports.AidGrant{}
	for i := range book.Grants {
		got[book.Grants[i].Event] = &book.Grants[i]
	}
	now := map[uuid.UUID]*reports.Undertaking{}
	for i := range book.Undertakings {
		for _, id := range book.Undertakings[i].Members {
			now[id] = &book.Undertakings[i]
		}
	}
	grants, over, whole := 0, 0, 0
	for n, l := range all {
		for i, g := range l.grants {
			cents, known := l.cents(g)
			is := got[g.id]
			if is == nil || (is.Cents != nil) != known || known && *is.Cents != cents {
				t.Fatalf("ledger %d: the grant of %s is not %d cents", n, g.on, cents)
			}
			if rules.Aid().KindOf(g.aid.Rule) != rules.DeMinimis || !known {
				continue
			}
			grants++
			want := l.byDay(l.whole(g.org, g.on), l.grants[:i+1]).window(domain.MustDate(g.on))
			limit := int64(20_000_000)
			if g.on >= "2024-01-01" {
				limit = 30_000_000
			}
			if is.Window != want || is.Over != (want > limit) {
				t.Errorf("ledger %d: with the grant of %s %d cents count, over %t; slowly %d", n, g.on, is.Window, is.Over, want)
			}
			if want > limit {
				over++
			}
		}
		whole += l.today(t, n, book, now)
	}
	t.Logf("%d ledgers, %d grants, %d over; %d undertakings today", len(all), grants, over, whole)
	if over < 100 || grants-over < 100 {
		t.Error("the ledgers try too little")
	}
}

// today compares the ledger's undertakings with what the book says of its day.
func (l *aidLedger) today(t *testing.T, n int, book *reports.AidBook, now map[uuid.UUID]*reports.Undertaking) (count int) {
	t.Helper()
	on, seen := book.On, map[*reports.Undertaking]bool{}
	past := slices.DeleteFunc(slices.Clone(l.grants), func(g ledgerGrant) bool { return domain.MustDate(g.on).After(on) })
	for _, g := range l.grants {
		org := g.org
		if into, ok := l.into[org]; ok {
			org = into
		}
		u := now[org]
		if u == nil {
			t.Fatalf("ledger %d: a company with aid is in no undertaking", n)
		}
		if u.Regime.ID == "" || seen[u] {
			continue // no regulation is known that holds today, or it was compared
		}
		seen[u] = true
		members := l.whole(org, on.String())
		days := l.byDay(members, past)
		for id := range l.into {
			delete(members, id)
		}
		used := days.window(on)
		if u.Used != used || len(u.Members) != len(members) {
			t.Errorf("ledger %d: %d cents of %d companies count today, slowly %d of %d", n, u.Used, len(u.Members), used, len(members))
		}
		free := domain.Date{} // the first day on which less counts
		for d := on; used > 0 && free.Zero(); d = d.AddDays(1) {
			if left := days.window(d); left < used {
				if free = d; used-left != u.Freed {
					t.Errorf("ledger %d: %d cents are free on %s, slowly %d", n, u.Freed, d, used-left)
				}
			}
		}
		if u.Free != free {
			t.Errorf("ledger %d: room is free on %q, slowly on %q", n, u.Free, free)
		}
	}
	return len(seen)
}
