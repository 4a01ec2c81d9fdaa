package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
	"utfall/reports/recalc"
)

// supported is a project with companies that have been given aid: linked ones, one
// near the ceiling and one over it, a sole trader, and seats at the training.
func supported(f *funded) {
	f.t.Helper()
	var events []domain.Event
	ids := make([]uuid.UUID, 5)
	for n, name := range []string{"Exempel Alfa AB", "Exempel Beta AB", "Exempel Gamma AB", "Exempel Delta AB"} {
		id, e := company(n)
		employees := []int{8, 60, 300, 20}[n]
		ids[n], events = id, append(events, e, ofOrg(id, "", domain.OrganisationDescribed{Name: name, Employees: &employees}))
	}
	ids[4] = uuid.Must(uuid.NewV7())
	events = append(events, ofOrg(ids[4], "", domain.OrganisationRegistered{Sole: true}))
	project := &invented{project: domain.ProjectRecorded{Project: "P", Name: "Projekt P", Programme: "ESF-2014-2020", Start: domain.MustDate("2019-01-15"), End: domain.MustDate("2019-12-31"), SimplifiedCostOption: 15,
		UnitCosts: []domain.UnitCost{{Function: "project manager", SEKPerHour: domain.Ore(50_000)}}},
		staff: []inventedTime{{uuid.New(), "2019-03-04", "project manager", 421}}}
	events = append(events, project.events()...)
	for n, org := range []uuid.UUID{ids[0], ids[0], ids[1], ids[4], {}} {
		activity, session := uuid.New(), uuid.New()
		seat := fact("2019-03-04", uuid.New(), domain.AttendanceRecorded{Session: session, Role: domain.Participant, Present: true, Hours: mustMinutes(180), Certified: true})
		seat.Organisation = org
		events = append(events, fact("", uuid.Nil, domain.ActivityRegistered{Activity: activity, Name: "Kurs " + string(rune('A'+n))}),
			fact("2019-03-04", uuid.Nil, domain.SessionRecorded{Session: session, Activity: activity, Kind: "kurs", Project: "P"}), seat)
	}
	f.record(events...)
	on := f.aidBook("").On
	events = []domain.Event{fact("2019-01-01", uuid.Nil, domain.ExchangeRateRecorded{Currency: "EUR", SEK: "10.4523"}), ofOrg(ids[0], "2019-06-01", domain.OrganisationLinked{With: ids[1]})}
	for _, g := range []struct {
		org int
		on  string
		aid domain.AidRecorded
	}{
		{0, "2019-03-14", domain.AidRecorded{EUR: domain.Ore(12_000_050), Rule: "de-minimis", Project: "P", Source: "beslut"}},
		{1, "2019-09-01", domain.AidRecorded{SEK: domain.Ore(90_000_000), Rule: "de-minimis-1407-2013", Project: "P"}},
		{0, on.AddDays(-20).String(), domain.AidRecorded{SEK: domain.Ore(270_000_000), Rule: "de-minimis"}},
		{2, on.AddDays(-40).String(), euro(30_000_001)},
		{3, on.AddDays(-60).String(), euro(1_000)},
		{4, "2018-12-31", domain.AidRecorded{SEK: domain.Ore(50_000), Rule: "de-minimis"}},
		{2, "2019-05-01", domain.AidRecorded{SEK: domain.Ore(5_000_100), EligibleCost: domain.Ore(10_000_000), Rule: "gber-31", Project: "P"}},
		{3, "2019-05-01", domain.AidRecorded{EUR: domain.Ore(100_000), Rule: "gber-31"}},
		{3, "2019-05-01", domain.AidRecorded{EUR: domain.Ore(100_000), Rule: "sgei"}},
	} {
		events = append(events, ofOrg(ids[g.org], g.on, g.aid))
	}
	f.record(events...)
}

// workbook writes a report and gives its file.
func (f *funded) workbook(c ReportCmd) string {
	f.t.Helper()
	c.Output = filepath.Join(f.t.TempDir(), c.Name+".xlsx")
	if err := c.Run(f.app); err != nil {
		f.t.Fatal(err)
	}
	return c.Output
}

// made is a report before it is written.
func (f *funded) made(name, project, lang string) *reports.Report {
	f.t.Helper()
	facts, err := f.app.factsAt("", "")
	if err != nil {
		f.t.Fatal(err)
	}
	r, err := facts.Make(f.t.Context(), name, reports.Parameters{Project: project, Lang: lang})
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// TestStateAidReport has the workbook by hand: who is near the ceiling and over it,
// what seats come to, who declares, and every formula reckoned anew by LibreOffice.
func TestStateAidReport(t *testing.T) {
	t.Parallel()
	f := openFunded(t)
	supported(f)
	r := f.made("state-aid", "", "en")
	var names []string
	for _, s := range r.Sheets {
		names = append(names, s.Name)
	}
	want := []string{"Room", "Grants", "Training aid", "Training seats", "Rules", "Declaration 1", "Declaration 2", "Declaration 3"}
	if !slices.Equal(names[:min(len(names), len(want))], want) {
		t.Errorf("the sheets are %v", names)
	}
	var states []string
	for _, row := range r.Sheets[0].Tables[0].Rows {
		states = append(states, row.Cells[2].Text+": "+row.Cells[9].Text)
	}
	if want := []string{"Exempel Alfa AB: near the ceiling", "Exempel Gamma AB: over the ceiling", "Exempel Delta AB: room left", ": room left"}; !slices.Equal(states, want) {
		t.Errorf("the states are %q", states)
	}
	var remarks []string
	for _, row := range r.Sheets[1].Tables[0].Rows {
		remarks = append(remarks, row.Cells[len(row.Cells)-1].Text)
	}
	if all := strings.Join(remarks, "|"); strings.Count(all, "no rate up to the day") != 1 || strings.Count(all, "unknown rule") != 1 {
		t.Errorf("the remarks are %q", remarks)
	}
	f.seats(r)
	if formulas := recalc.Check(t, mustRead(t, f.workbook(ReportCmd{Name: "state-aid", Project: "P"}))); formulas < 25 {
		t.Errorf("only %d formulas", formulas)
	}
	with := f.made("state-aid", "P", "sv")
	forms := 0
	for _, s := range with.Sheets {
		if strings.HasPrefix(s.Name, "Intyg") {
			forms++
		}
	}
	if forms != 4 || len(with.Sheets[0].Tables[0].Rows) != 3 {
		t.Errorf("of the project %d declarations, of %d undertakings", forms, len(with.Sheets[0].Tables[0].Rows))
	}
}

// seats are by hand: 15 hours, 6, 3, 3 and 3 of them, of 421 minutes at 500 SEK an
// hour with 15 % on it: 3,508.33 + 526.25.
func (f *funded) seats(r *reports.Report) {
	f.t.Helper()
	t := r.Sheets[3].Tables[0]
	var got []float64
	for _, row := range t.Rows {
		got = append(got, row.Cells[4].Number)
	}
	if want := []float64{1613.83, 806.92, 806.92, 806.91, 4034.58}; !slices.Equal(got, want) {
		f.t.Errorf("seats come to %v, want %v", got, want)
	}
}

func mustRead(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
