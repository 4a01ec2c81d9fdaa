package main

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
)

// funded is a data directory, and facts of funding that a test records in it.
type funded struct{ *openData }

func openFunded(t *testing.T) *funded {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	return &funded{openDir(t, dir)}
}

// record records events as one batch and gives its position.
func (f *funded) record(events ...domain.Event) uint64 {
	f.t.Helper()
	if _, err := f.app.Facts(); err != nil {
		f.t.Fatal(err)
	}
	if err := f.app.record("test", events); err != nil {
		f.t.Fatal(err)
	}
	return f.app.store.Checkpoint()
}

// instead makes an event take the place of another one.
func (f *funded) instead(old domain.Event, at uint64, data domain.Fact) domain.Event {
	f.t.Helper()
	vault, err := f.app.Vault()
	if err != nil {
		f.t.Fatal(err)
	}
	e := old
	e.ID, e.Corrects, e.Supersedes, e.Data = uuid.Must(uuid.NewV7()), old.ID, at, data
	e.Reason = vault.Seal(whyBinding, "a test")
	return e
}

// money gives the figures of a metric of claims, in öre, by a dimension.
func (f *funded) money(metric, by string) map[string]int64 {
	f.t.Helper()
	facts, err := f.app.factsAt("", "")
	if err != nil {
		f.t.Fatal(err)
	}
	q := reports.Question{Metric: metric, By: by}
	if grain, ok := domain.ParseGrain(by); ok {
		q.Grain, q.By = grain, ""
	}
	a, err := facts.Ask(f.t.Context(), q)
	if err != nil {
		f.t.Fatal(err)
	}
	out := map[string]int64{}
	for _, v := range a.Values {
		out[v.Span+v.Key] = int64(v.Number*100 + map[bool]float64{true: 0.5, false: -0.5}[v.Number > 0])
	}
	return out
}

func fact(on string, subject uuid.UUID, data domain.Fact) domain.Event {
	e := domain.Event{ID: uuid.Must(uuid.NewV7()), Subject: subject, Data: data}
	if on != "" {
		e.Date = domain.MustDate(on)
	}
	return e
}

// invented is a random project, as the facts that are recorded and as the slow
// reckoning and hledger see it.
type invented struct {
	project domain.ProjectRecorded
	staff   []inventedTime
	people  []inventedTime // participants' certified time, a session each
	costs   []inventedCost
}

type inventedTime struct {
	who      uuid.UUID
	on       string
	function string
	minutes  int
}

type inventedCost struct {
	on      string
	account int
	ore     int64
}

// invent draws a project. Rates are whole multiples of 80 öre and hours are quarters,
// so that no line and no flat rate has a part of an öre.
func invent(r *rand.Rand, id string) *invented {
	p := &invented{project: domain.ProjectRecorded{Project: id, Name: "Projekt " + id, Programme: "ESF-2014-2020", Start: domain.MustDate("2019-01-15"), End: domain.MustDate("2019-05-20"),
		CofinancingShare: []string{"0.25", "0.5", "0.4", "", "0.05"}[r.IntN(5)], SimplifiedCostOption: []int{0, 15, 40}[r.IntN(3)], ParticipantUnitCost: domain.Ore(80 * int64(100+r.IntN(200))).String()}}
	day := func() string { // some outside the project's period
		return domain.MustDate("2019-01-01").AddDays(r.IntN(150)).String()
	}
	functions := []string{"project manager", "project staff", "economist"}
	for _, f := range functions {
		p.project.UnitCosts = append(p.project.UnitCosts, domain.UnitCost{Function: f, SEKPerHour: domain.Ore(80 * int64(300+r.IntN(700)))})
	}
	for range 3 {
		who := uuid.New()
		for range r.IntN(12) {
			p.staff = append(p.staff, inventedTime{who, day(), functions[r.IntN(3)], 15 * r.IntN(50)})
		}
	}
	for range 4 {
		who := uuid.New()
		for range r.IntN(8) {
			p.people = append(p.people, inventedTime{who: who, on: day(), minutes: 15 * r.IntN(30)})
		}
	}
	for range r.IntN(15) {
		p.costs = append(p.costs, inventedCost{day(), []int{4010, 5800, 5999, 6110, 6999, 3990, 7010, 7699, 2641, 3999, 8410}[r.IntN(11)], int64(r.IntN(3_000_000) - 200_000)})
	}
	return p
}

// events are what is recorded of it.
func (p *invented) events() []domain.Event {
	out := []domain.Event{fact("", uuid.Nil, p.project)}
	for _, s := range p.staff {
		out = append(out, fact(s.on, s.who, domain.StaffTimeRecorded{Project: p.project.Project, Function: s.function, Minutes: s.minutes}))
	}
	for n, a := range p.people {
		// An activity each: two sessions of one activity on a day are the same.
		activity, session, hours := uuid.New(), uuid.New(), mustMinutes(a.minutes)
		out = append(out, fact("", uuid.Nil, domain.ActivityRegistered{Activity: activity, Name: fmt.Sprint("Kurs ", p.project.Project, n)}), fact(a.on, uuid.Nil, domain.SessionRecorded{Session: session, Activity: activity, Kind: "kurs", Project: p.project.Project}),
			fact(a.on, a.who, domain.AttendanceRecorded{Session: session, Role: domain.Participant, Present: true, Hours: hours, Certified: true}))
	}
	for n, c := range p.costs {
		out = append(out, fact(c.on, uuid.Nil, domain.VoucherRecorded{Series: "A", Number: fmt.Sprint(p.project.Project, n), Year: domain.MustDate("2019-01-01"), Mark: fmt.Sprint(n),
			Rows: []domain.VoucherRow{{Project: p.project.Project, Account: c.account, Amount: domain.Ore(c.ore)}}}))
	}
	return out
}

func mustMinutes(n int) domain.Hours {
	h, err := domain.Minutes(n)
	if err != nil {
		panic(err)
	}
	return h
}

func (p *invented) inside(on string) bool { return p.project.Period().Contains(domain.MustDate(on)) }

// slow reckons what may be claimed as formats.md says it, one thing after the other.
func (p *invented) slow() map[string]int64 {
	out := map[string]int64{}
	rates := map[string]int64{}
	for _, c := range p.project.UnitCosts {
		rates[c.Function] = c.SEKPerHour.Ore()
	}
	unit, _ := domain.ParseMoney(p.project.ParticipantUnitCost)
	minutes := map[[3]string]int64{}
	for _, s := range p.staff {
		if p.inside(s.on) {
			minutes[[3]string{"claim.staff", s.who.String() + s.function + s.on[:7], s.function}] += int64(s.minutes)
		}
	}
	for _, a := range p.people {
		if p.inside(a.on) {
			minutes[[3]string{"claim.participants", a.who.String() + a.on[:7]}] += int64(a.minutes)
		}
	}
	for line, n := range minutes {
		rate := unit.Ore()
		if line[2] != "" {
			rate = rates[line[2]]
		}
		out[line[0]] += nearest(new(big.Rat).Mul(big.NewRat(n, 60), big.NewRat(rate, 1)))
	}
	out["claim.flat_rate"] = nearest(new(big.Rat).Mul(big.NewRat(int64(p.project.SimplifiedCostOption), 100), big.NewRat(out["claim.staff"], 1)))
	for _, c := range p.costs {
		if p.inside(c.on) && c.account >= 4000 && c.account <= 6999 && p.project.SimplifiedCostOption != 40 {
			out["claim.other"] += c.ore
		}
	}
	out["claim.total"] = out["claim.staff"] + out["claim.flat_rate"] + out["claim.participants"] + out["claim.other"]
	share, ok := new(big.Rat).SetString(p.project.CofinancingShare)
	if !ok {
		share = new(big.Rat)
	}
	rest := new(big.Rat).Sub(big.NewRat(1, 1), share)
	out["claim.support"] = nearest(new(big.Rat).Mul(rest, big.NewRat(out["claim.total"], 1)))
	if share.Sign() > 0 {
		most := nearest(new(big.Rat).Quo(new(big.Rat).Mul(rest, big.NewRat(out["claim.participants"], 1)), share))
		out["claim.support"] = min(out["claim.support"], most)
	}
	return out
}

// nearest is a number rounded to a whole one, halves away from zero.
func nearest(x *big.Rat) int64 {
	half := big.NewRat(1, 2)
	if x.Sign() < 0 {
		half.Neg(half)
	}
	x = new(big.Rat).Add(x, half)
	return new(big.Int).Quo(x.Num(), x.Denom()).Int64()
}

var moneyMetrics = []string{"claim.staff", "claim.flat_rate", "claim.participants", "claim.other", "claim.total", "claim.support"}

// TestClaimsBesideASlowReckoning compares what random projects may claim with the
// rules read literally, to the öre, and every figure with the entries behind it and
// with the sum of its months.
func TestClaimsBesideASlowReckoning(t *testing.T) {
	t.Parallel()
	seed := crashSeed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	n := map[bool]int{false: 40, true: 400}[os.Getenv("UTFALL_LARGE") != ""]
	f := openFunded(t)
	var all []*invented
	var events []domain.Event
	for i := range n {
		p := invent(r, fmt.Sprintf("P%03d", i))
		all, events = append(all, p), append(events, p.events()...)
	}
	f.record(events...)
	for _, metric := range moneyMetrics {
		got, whole := f.money(metric, "project"), f.money(metric, "")[""]
		var sum int64
		for _, p := range all {
			id := p.project.Project
			if want := p.slow()[metric]; got[id] != want {
				t.Errorf("%s of %s (option %d, share %q): %d öre, slowly %d", metric, id, p.project.SimplifiedCostOption, p.project.CofinancingShare, got[id], want)
			}
			sum += got[id]
		}
		var months int64
		for _, ore := range f.money(metric, "month") {
			months += ore
		}
		var rows float64
		for _, row := range f.rows(metric) {
			rows += row.Measure
		}
		if sum != whole || months != whole || nearest(new(big.Rat).SetFloat64(rows*100)) != whole {
			t.Errorf("%s: in all %d öre, projects %d, months %d, entries %.2f", metric, whole, sum, months, rows)
		}
	}
	days := []string{}
	for _, p := range all {
		for _, s := range p.staff {
			days = append(days, s.on)
		}
	}
	slices.Sort(days)
	t.Logf("%d projects, %d days of staff time from %s on", n, len(slices.Compact(days)), days[0])
}
