package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
)

// TestReleasedAmountsOfFew: of the pay of five three make up 69.5 % in one project and
// 85.4 % in the other, whose sum is withheld, and with its March its April, of which
// they have 60 %; in the house all stand. Of six participants five are one firm's.
func TestReleasedAmountsOfFew(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	f.record(payOfFew()...)
	facts, err := f.app.factsAt("", "")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, released := range []bool{false, true} {
		given := *facts
		given.Released = released
		for _, q := range []reports.Question{{Metric: "claim.staff", Project: "EVEN"}, {Metric: "claim.staff", Project: "FEW"}, {Metric: "claim.participants", Project: "EVEN"}, {Metric: "claim.participants", Project: "FEW"}, {Metric: "claim.staff", Project: "FEW", Grain: domain.ByMonth}} {
			a, err := given.Ask(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range a.Values {
				text := fmt.Sprintf("%.0f", v.Number)
				if v.Suppressed {
					text = "‥"
				}
				got[fmt.Sprint(released, " ", q.Metric, " ", q.Project, " ", v.Span)] = text
			}
		}
	}
	want := map[string]string{
		"false claim.staff EVEN ": "63000", "true claim.staff EVEN ": "63000",
		"false claim.staff FEW ": "63000", "true claim.staff FEW ": "‥",
		"false claim.participants EVEN ": "1200", "true claim.participants EVEN ": "1200",
		"false claim.participants FEW ": "1200", "true claim.participants FEW ": "‥",
		"false claim.staff FEW 2019-03": "60000", "false claim.staff FEW 2019-04": "3000", "false claim.staff FEW 2019-05": "0",
		"true claim.staff FEW 2019-03": "‥", "true claim.staff FEW 2019-04": "‥", "true claim.staff FEW 2019-05": "0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	moneyAnswers(t, facts)
}

// moneyAnswers asks every metric of SEK as for a recipient, by project and by line.
func moneyAnswers(t *testing.T, facts *reports.Facts) {
	t.Helper()
	given := *facts
	given.Released = true
	for _, metric := range append(slices.Clone(moneyMetrics), "claim.in_kind") {
		for _, by := range []string{"", "project", "line"} {
			if _, err := given.Ask(t.Context(), reports.Question{Metric: metric, By: by, Project: "FEW"}); err != nil {
				t.Errorf("%s by %s: %v", metric, by, err)
			}
		}
	}
}

// payOfFew are two projects with five of staff and six participants each.
func payOfFew() (events []domain.Event) {
	for project, minutes := range map[string][]int{"EVEN": {1400, 1400, 1400, 900, 900}, "FEW": {4000, 400, 400, 600, 600}} {
		events = append(events, fact("", uuid.Nil, domain.ProjectRecorded{Project: project, Name: project, Programme: "ESF-2014-2020", Start: domain.MustDate("2019-01-01"), End: domain.MustDate("2019-12-31"),
			ParticipantUnitCost: "100", UnitCosts: []domain.UnitCost{{Function: "project staff", SEKPerHour: domain.Ore(60_000)}}}))
		for n, m := range minutes {
			who := uuid.New()
			for day := 1; m > 0; day++ { // no more than eight hours a day
				events = append(events, fact(fmt.Sprintf("2019-03-%02d", day), who, domain.StaffTimeRecorded{Project: project, Function: "project staff", Minutes: min(m, 400)}))
				m -= min(m, 400)
			}
			events = append(events, fact(fmt.Sprintf("2019-04-%02d", n+1), who, domain.StaffTimeRecorded{Project: project, Function: "project staff", Minutes: 60}))
		}
	}
	firm, other := uuid.New(), uuid.New()
	events = append(events, domain.Event{ID: uuid.Must(uuid.NewV7()), Organisation: firm, Data: domain.OrganisationRegistered{}}, domain.Event{ID: uuid.Must(uuid.NewV7()), Organisation: other, Data: domain.OrganisationRegistered{}})
	for n := range 12 {
		activity, session := uuid.New(), uuid.New()
		came := fact("2019-05-02", uuid.New(), domain.AttendanceRecorded{Session: session, Role: domain.Participant, Present: true, Hours: mustMinutes(120), Certified: true})
		project := "EVEN" // six of no firm
		if n < 6 {
			project, came.Organisation = "FEW", firm
		}
		if n == 5 {
			came.Organisation = other
		}
		events = append(events, fact("", uuid.Nil, domain.ActivityRegistered{Activity: activity, Name: fmt.Sprint("Kurs ", n)}),
			fact("2019-05-02", uuid.Nil, domain.SessionRecorded{Session: session, Activity: activity, Kind: "kurs", Project: project}), came)
	}
	return events
}
