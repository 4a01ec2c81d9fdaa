package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
)

// chained is a random project whose facts change between its claims, and where
// each stands in the log.
type chained struct {
	*funded
	*invented
	at []chainedEvent // of each of staff
	of chainedEvent   // the project
}

type chainedEvent struct {
	domain.Event
	position uint64
}

func openChain(t *testing.T, r *rand.Rand) *chained {
	c := &chained{funded: openFunded(t), invented: invent(r, "P")}
	c.project.SimplifiedCostOption = 15
	c.invented.people, c.invented.costs = nil, nil
	events := c.events()
	for i := range events {
		events[i].ID = uuid.Must(uuid.NewV7())
	}
	position := c.record(events...)
	c.of = chainedEvent{events[0], position}
	for i := range c.staff {
		c.at = append(c.at, chainedEvent{events[i+1], position})
	}
	return c
}

// change changes something: a late report, a corrected or withdrawn one, a rate.
func (c *chained) change(r *rand.Rand) string {
	if len(c.staff) == 0 || r.IntN(4) == 0 {
		s := inventedTime{uuid.New(), domain.MustDate("2019-01-10").AddDays(r.IntN(130)).String(), "economist", 15 * (1 + r.IntN(30))}
		e := fact(s.on, s.who, domain.StaffTimeRecorded{Project: "P", Function: s.function, Minutes: s.minutes})
		c.invented.staff, c.at = append(c.staff, s), append(c.at, chainedEvent{e, c.record(e)})
		return "late"
	}
	if r.IntN(5) == 0 {
		project := c.project
		project.UnitCosts = append([]domain.UnitCost{}, project.UnitCosts...)
		project.UnitCosts[r.IntN(3)].SEKPerHour = domain.Ore(80 * int64(300+r.IntN(700)))
		e := c.instead(c.of.Event, c.of.position, project)
		c.of, c.project = chainedEvent{e, c.record(e)}, project
		return "rate"
	}
	n := r.IntN(len(c.staff))
	s := &c.staff[n]
	s.minutes = 15 * r.IntN(40)
	old := c.at[n]
	e := c.instead(old.Event, old.position, domain.StaffTimeRecorded{Project: "P", Function: s.function, Minutes: s.minutes})
	c.at[n] = chainedEvent{e, c.record(e)}
	return "corrected"
}

// claims reads the project's claims, and drafts the one of a month.
func (c *chained) draft(month string) (*reports.ClaimBook, *domain.ClaimSubmitted) {
	c.t.Helper()
	facts, err := c.app.factsAt("", "P")
	if err != nil {
		c.t.Fatal(err)
	}
	book, err := facts.ClaimsOf(c.t.Context(), "P")
	if err != nil {
		c.t.Fatal(err)
	}
	if month == "" {
		return book, nil
	}
	draft, err := facts.Draft(c.t.Context(), book, book.Of(month))
	if err != nil {
		c.t.Fatal(err)
	}
	return book, draft
}

// TestClaimsAddUpToWhatIsKnownNow: whatever changes between claims, a claim that was
// submitted stays as it was, its corrections say what they are made of, and with the
// next claim all that was claimed is what a claim from scratch would be.
func TestClaimsAddUpToWhatIsKnownNow(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	tries := map[bool]int{false: 2, true: 20}[os.Getenv("UTFALL_LARGE") != ""]
	corrections := 0
	for range tries {
		c := openChain(t, r)
		var told []string
		claimed := map[string][]domain.ClaimLine{}
		for n, month := range []string{"2019-01", "2019-02", "2019-03", "2019-04"} {
			for range r.IntN(4) {
				told = append(told, c.change(r))
			}
			_, draft := c.draft(month)
			if err := draft.Check(); err != nil {
				t.Fatal(err)
			}
			c.record(fact("2019-06-01", uuid.Nil, *draft))
			claimed[month] = draft.Lines
			told = append(told, month)
			book, _ := c.draft("")
			var staff, flat, support int64
			for _, claim := range book.Submitted() {
				if diff := cmp.Diff(claimed[claim.Month], claim.Lines, cmp.AllowUnexported(domain.Money{})); diff != "" {
					t.Fatalf("%s has changed since it was submitted, after %s:\n%s", claim.Month, told, diff)
				}
				for _, l := range claim.Lines {
					switch reports.KindOf(l.Key) {
					case "staff":
						staff += l.Amount.Ore()
					case "flat-rate":
						flat += l.Amount.Ore()
					}
					if l.Corrects > 0 {
						corrections++
					}
				}
				support += claim.Support.Ore()
			}
			until := *c.invented
			until.staff = nil
			for _, s := range c.staff {
				if s.on[:7] <= month {
					until.staff = append(until.staff, s)
				}
			}
			want := until.slow()
			if staff != want["claim.staff"] || flat != want["claim.flat_rate"] || support != want["claim.support"] {
				t.Fatalf("claim %d, after %s: claimed %d + %d öre, support %d; from scratch %d + %d, %d", n+1, strings.Join(told, ", "), staff, flat, support, want["claim.staff"], want["claim.flat_rate"], want["claim.support"])
			}
		}
	}
	if corrections == 0 && tries > 2 {
		t.Error("no correction was tried")
	}
	t.Logf("%d projects, %d corrections", tries, corrections)
}

// TestWhyAClaimIsCorrected: after three submitted claims one rate and one hour are
// changed, and a report comes late; the fourth has just the lines they make, with
// what each is made of, and the three stay as they were.
func TestWhyAClaimIsCorrected(t *testing.T) {
	t.Parallel()
	c := &chained{funded: openFunded(t)}
	anna, bo := uuid.New(), uuid.New()
	project := domain.ProjectRecorded{Project: "P", Name: "P", Programme: "ESF-2014-2020", Start: domain.MustDate("2019-01-01"), End: domain.MustDate("2019-12-31"), CofinancingShare: "0.25",
		SimplifiedCostOption: 15, UnitCosts: []domain.UnitCost{{Function: "project manager", SEKPerHour: domain.Ore(59200)}, {Function: "economist", SEKPerHour: domain.Ore(57900)}}}
	time := func(on string, who uuid.UUID, function string, minutes int) domain.Event {
		return fact(on, who, domain.StaffTimeRecorded{Project: "P", Function: function, Minutes: minutes})
	}
	first := []domain.Event{fact("", uuid.Nil, project), time("2019-01-07", anna, "project manager", 480), time("2019-02-04", anna, "project manager", 480),
		time("2019-02-05", bo, "economist", 120), time("2019-03-04", anna, "project manager", 480)}
	at := c.record(first...)
	lines := map[string][]domain.ClaimLine{}
	for _, month := range []string{"2019-01", "2019-02", "2019-03"} {
		_, draft := c.draft(month)
		c.record(fact("2019-06-01", uuid.Nil, *draft))
		lines[month] = draft.Lines
	}
	// One hour less in January, the economist's rate, a late report in February.
	c.record(c.instead(first[1], at, domain.StaffTimeRecorded{Project: "P", Function: "project manager", Minutes: 420}))
	project.UnitCosts = []domain.UnitCost{project.UnitCosts[0], {Function: "economist", SEKPerHour: domain.Ore(60000)}}
	c.record(c.instead(first[0], at, project))
	c.record(time("2019-02-20", bo, "economist", 60))
	book, draft := c.draft("2019-04")
	var got []string
	for _, l := range draft.Lines {
		key := strings.NewReplacer(anna.String(), "anna", bo.String(), "bo").Replace(l.Key)
		got = append(got, fmt.Sprintf("%s: %d min, %s = late %s + corrected %s + rates %s + rules %s, of claim %d", key, l.Minutes, l.Amount, l.Late, l.Corrected, l.Rates, l.Rules, l.Corrects))
	}
	want := []string{
		"staff 2019-01 anna project manager: -60 min, -592.00 = late 0.00 + corrected -592.00 + rates 0.00 + rules 0.00, of claim 1",
		// 3 h × 600 − 2 h × 579 = 642: one hour late at the old rate, and 3 × 21.
		"staff 2019-02 bo economist: 60 min, 642.00 = late 579.00 + corrected 0.00 + rates 63.00 + rules 0.00, of claim 2",
		"flat-rate 2019-01: 0 min, -88.80 = late 0.00 + corrected -88.80 + rates 0.00 + rules 0.00, of claim 1",
		"flat-rate 2019-02: 0 min, 96.30 = late 86.85 + corrected 0.00 + rates 9.45 + rules 0.00, of claim 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, claim := range book.Submitted() {
		if diff := cmp.Diff(lines[claim.Month], claim.Lines, cmp.AllowUnexported(domain.Money{})); diff != "" {
			t.Errorf("%s: %s", claim.Month, diff)
		}
	}
}
