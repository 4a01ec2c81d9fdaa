package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/reports"
)

// factsOf are the facts of a data directory, for asking past the commands.
func factsOf(t *testing.T, dir string) *reports.Facts {
	t.Helper()
	var talk bytes.Buffer
	app := &App{ctx: t.Context(), ui: &UI{out: &talk, talk: &talk, lang: "en"}, dir: dir}
	t.Cleanup(func() { app.Close() })
	facts, err := app.factsAt("", "")
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// toAnybody releases with pseudonyms that mean nothing.
func toAnybody() *reports.Release {
	return &reports.Release{Recipient: "anybody", Coarse: reports.Coarsening{NoMonths: true, Municipality: true, Age: true},
		Pseudonyms: func(ids []uuid.UUID) (map[uuid.UUID]string, error) {
			out := map[uuid.UUID]string{}
			for i, id := range ids {
				out[id] = fmt.Sprintf("%032x", i)
			}
			return out, nil
		},
		Whom: func([]uuid.UUID) {}}
}

// TestDisclosureOfEveryReport walks every sheet of every report as it is released,
// and as it is shown to who may not see the protected: each figure says who is
// behind it, and no sheet lists single persons.
func TestDisclosureOfEveryReport(t *testing.T) {
	dir := copyData(t, clusterData(t))
	// Two persons of protected identity, so that what is about persons is tested.
	var protected []string
	for line := range strings.Lines(must(t, "--data", dir, "metric", "participants", "--project", "DC", "--rows", "--json")) {
		var row struct{ Subject string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if protected = append(protected, row.Subject); len(protected) == 2 {
			break
		}
	}
	for _, subject := range protected {
		must(t, "--data", dir, "people", "protect", subject)
	}
	facts := factsOf(t, dir)
	all := reports.Names("en")
	if len(all) < 3 {
		t.Fatalf("only %d reports", len(all))
	}
	sheets, cells, hidden := 0, 0, 0
	for _, name := range all {
		for _, release := range []*reports.Release{nil, toAnybody()} {
			if name[0] == "participation" && release == nil {
				continue
			}
			f := *facts
			f.HideProtected = true
			p := reports.Parameters{Project: "DC", Lang: "en", Release: release}
			if slices.Contains([]string{"scb", "attendance", "sign-in", "state-aid", "claim"}, name[0]) {
				p.Range = domain.Period{From: domain.MustDate("2019-03-01"), To: domain.MustDate("2019-03-31")}
			}
			r, err := f.Make(t.Context(), name[0], p)
			if refused := slices.Contains([]string{"scb", "attendance", "claim"}, name[0]) || release != nil && (p.Range != (domain.Period{}) || name[0] == "reconcile"); refused != (err != nil) {
				t.Errorf("%s: %v", name[0], err)
			}
			if err != nil {
				continue // it has everybody in it, or is of single persons throughout
			}
			if len(r.Undeclared) > 0 {
				t.Errorf("%s: %d figures do not say who is behind them: %s", name[0], len(r.Undeclared), r.Undeclared[0])
			}
			for _, s := range r.Sheets {
				sheets++
				if s.Single && release != nil {
					t.Errorf("%s: the sheet %s lists single persons", name[0], s.Name)
				}
				for _, table := range s.Tables {
					for _, row := range table.Rows {
						for _, c := range row.Cells {
							cells++
							if c.Kind == reports.Suppressed {
								hidden++
							}
							if id := slices.Index(protected, c.Text); id >= 0 {
								t.Errorf("%s: the sheet %s names somebody of protected identity", name[0], s.Name)
							}
						}
					}
				}
			}
		}
	}
	if hidden < 50 {
		t.Errorf("only %d cells are withheld", hidden)
	}
	t.Logf("%d sheets, %d cells, %d withheld", sheets, cells, hidden)
}

// sheetJSON is a sheet as a report's JSON has it.
type sheetJSON struct {
	Name   string
	Intro  []string
	Tables []struct {
		Title   string
		Columns []string
		Totals  []int `json:"total_rows"`
		Rows    [][]any
	}
}

func esfJSON(t *testing.T, dir string, args ...string) map[string]sheetJSON {
	t.Helper()
	file := filepath.Join(t.TempDir(), "esf.json")
	must(t, append([]string{"--data", dir, "report", "esf", "--project", "DC", "-o", file}, args...)...)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r struct{ Sheets []sheetJSON }
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	out := map[string]sheetJSON{}
	for _, s := range r.Sheets {
		out[s.Name] = s
	}
	return out
}

// TestDisclosureOfTheClustersProject reads the released report of the made-up
// project beside the one of the house: what is shown is the same, no count of
// persons below 5 is, and no column that shows its sum withholds exactly one.
func TestDisclosureOfTheClustersProject(t *testing.T) {
	dir := copyData(t, clusterData(t))
	must(t, "--data", dir, "recipients", "add", "kontigo", "--project", "DC", "--expires", "2099-12-31")
	house, out := esfJSON(t, dir), esfJSON(t, dir, "--for", "kontigo")
	if gone := slices.DeleteFunc(slices.Sorted(maps.Keys(house)), func(name string) bool { _, ok := out[name]; return ok }); !slices.Equal(gone, []string{"Checks", "Excluded hours", "Hours", "Missing", "Monthly files", "Participant list", "To ask"}) {
		t.Errorf("not released: %v", gone)
	}
	withheld := 0
	for _, name := range []string{"Overview", "Indicators", "Participants", "Sessions"} {
		for i, table := range out[name].Tables {
			for c, column := range table.Columns {
				hidden, total := 0, false
				for r, row := range table.Rows {
					switch v := row[c].(type) {
					case map[string]any:
						hidden++
						total = total || slices.Contains(table.Totals, r)
					case float64:
						if v != house[name].Tables[i].Rows[r][c] {
							t.Errorf("%s, %s: %v of %v", name, column, v, house[name].Tables[i].Rows[r][c])
						}
						counts := name != "Overview" && column != "Planned hours" && column != "Participant hours" && column != "Planned participant hours" && column != "Target"
						if counts && v > 0 && v < 5 {
							t.Errorf("%s, %s shows %v persons", name, column, v)
						}
					}
				}
				if withheld += hidden; hidden == 1 && !total && name != "Indicators" {
					t.Errorf("%s, %s withholds one figure, and shows the sum", name, column)
				}
			}
		}
	}
	if withheld < 10 {
		t.Errorf("only %d figures withheld", withheld)
	}
	toldAlike(t, out["Sessions"])
}

// toldAlike checks that of a session all is told that one can compute of each other
// by who knows what was planned, or none of it.
func toldAlike(t *testing.T, sessions sheetJSON) {
	t.Helper()
	for _, row := range sessions.Tables[0].Rows {
		_, came := row[4].(float64)
		_, stayed := row[8].(float64)
		_, planned := row[9].(float64)
		if row[0] != "Total" && (came != stayed || row[3] != nil && came != planned) {
			t.Errorf("of a session some is told: %v", row)
		}
	}
}

// TestPlannedHoursTellHowManyCame: of three sessions few came to one, and what is
// withheld beside it is of the same session whatever is counted, though other ones
// are the smallest.
func TestPlannedHoursTellHowManyCame(t *testing.T) {
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	text := "Datum;Aktivitet;Start;Planerat;Projekt;Namn;E-post;Närvarande;Timmar\n"
	for i, s := range []struct{ planned, came int }{{3, 2}, {8, 4}, {1, 5}, {2, 9}} {
		for p := range s.came {
			text += fmt.Sprintf("2019-03-%02d;Kurs;09:00;%d;DC;Person %c;p%d@example.org;ja;%d\n", i+1, s.planned, 'A'+p, p, s.planned)
		}
	}
	files := map[string]string{"dc.toml": "id = \"DC\"\nname = \"DigiCreate\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2019-12-31\n", "list.csv": text}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "init", dir)
	must(t, "--data", dir, "import", filepath.Join(in, "dc.toml"), filepath.Join(in, "list.csv"))
	must(t, "--data", dir, "recipients", "add", "kontigo", "--project", "DC", "--expires", "2099-12-31")
	sessions := esfJSON(t, dir, "--for", "kontigo")["Sessions"]
	toldAlike(t, sessions)
	if first, _ := sessions.Tables[0].Rows[0][9].(map[string]any); first["suppressed"] != true || sessions.Tables[0].Rows[3][9] != 18. {
		t.Errorf("what is small is told, or what is not is withheld: %v", sessions.Tables[0].Rows)
	}
}
