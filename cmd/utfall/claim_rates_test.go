package main

import (
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
)

// TestTheRateOfAnHour: a unit cost holds from its day on, a participant's is that of
// the status on entry, the region's table holds where the grant has none, and a project
// says itself whether the self-employed and VAT count. The ceiling of a day is of the
// person, in all projects.
func TestTheRateOfAnHour(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	no := false
	days := domain.ProjectRecorded{Programme: "ESF+-2021-2027", Start: domain.MustDate("2023-01-01"), End: domain.MustDate("2023-12-31")}
	project := func(id string, set func(*domain.ProjectRecorded)) domain.Event {
		p := days
		p.Project, p.Name = id, id
		set(&p)
		return fact("", uuid.Nil, p)
	}
	time := func(project, on string, who uuid.UUID, function string, minutes int) domain.Event {
		return fact(on, who, domain.StaffTimeRecorded{Project: project, Function: function, Minutes: minutes})
	}
	anna, bo, cia, dan := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	events := []domain.Event{
		project("FROM", func(p *domain.ProjectRecorded) {
			p.UnitCosts = []domain.UnitCost{{Function: "Economist", SEKPerHour: domain.Ore(10000)}, {Function: "economist", SEKPerHour: domain.Ore(20000), From: domain.MustDate("2023-03-15")}}
		}),
		time("FROM", "2023-03-14", anna, "economist", 60), time("FROM", "2023-03-15", anna, "economist", 60),
		project("STHLM", func(p *domain.ProjectRecorded) { p.Region = "Stockholm" }), time("STHLM", "2023-03-01", bo, "projektledare", 60),
		project("REST", func(p *domain.ProjectRecorded) { p.Region = "väst" }), time("REST", "2023-03-02", bo, "projektledare", 60),
		// 8 h in one project and 6 in another: the last hour is over 13.
		project("ONE", func(*domain.ProjectRecorded) {}), project("TWO", func(*domain.ProjectRecorded) {}),
		time("ONE", "2023-04-03", anna, "project staff", 480), time("TWO", "2023-04-03", anna, "project staff", 360),
		project("PEOPLE", func(p *domain.ProjectRecorded) {
			p.ParticipantUnitCost, p.SelfEmployedCounts = "200.00", &no
			p.ParticipantCosts = []domain.ParticipantCost{{Category: domain.Employed, SEKPerHour: domain.Ore(30000)}}
		}),
		fact("2023-01-10", bo, domain.ParticipationRecorded{Project: "PEOPLE", Start: domain.MustDate("2023-01-10"), Status: domain.Employed}),
		fact("2023-01-10", cia, domain.ParticipationRecorded{Project: "PEOPLE", Start: domain.MustDate("2023-01-10"), Status: domain.SelfEmployed}),
		fact("2023-01-10", dan, domain.ParticipationRecorded{Project: "PEOPLE", Start: domain.MustDate("2023-01-10"), Status: domain.Unemployed}),
		project("VAT", func(p *domain.ProjectRecorded) { p.VATEligible = true }), project("NOVAT", func(*domain.ProjectRecorded) {}),
	}
	activity, session := uuid.New(), uuid.New()
	events = append(events, fact("", uuid.Nil, domain.ActivityRegistered{Activity: activity, Name: "Kurs"}), fact("2023-05-02", uuid.Nil, domain.SessionRecorded{Session: session, Activity: activity, Kind: "kurs", Project: "PEOPLE"}))
	for _, who := range []uuid.UUID{bo, cia, dan} {
		events = append(events, fact("2023-05-02", who, domain.AttendanceRecorded{Session: session, Role: domain.Participant, Present: true, Hours: mustMinutes(60), Certified: true}))
	}
	for _, id := range []string{"VAT", "NOVAT"} {
		events = append(events, fact("2023-06-01", uuid.Nil, domain.VoucherRecorded{Series: "A", Number: id, Year: days.Start, Mark: id, Rows: []domain.VoucherRow{{Project: id, Account: 4010, Amount: domain.Ore(400)}, {Project: id, Account: 2641, Amount: domain.Ore(100)}}}))
	}
	f.record(events...)
	for metric, want := range map[string]map[string]int64{
		"claim.staff":        {"FROM": 30000, "STHLM": 64100, "REST": 59200, "ONE": 8 * 48200, "TWO": 5 * 48200},
		"claim.participants": {"PEOPLE": 30000 + 20000},
		"claim.other":        {"VAT": 500, "NOVAT": 400},
	} {
		got := f.money(metric, "project")
		for id, ore := range want {
			if got[id] != ore {
				t.Errorf("%s of %s: %d öre, want %d", metric, id, got[id], ore)
			}
		}
	}
}
