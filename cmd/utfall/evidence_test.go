package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestASignedListNamesThoseAtItsSession: the original is kept while it is evidence of
// anybody there, also after somebody who was not present is erased, and destroyed
// with the last; one of no session names nobody and stays.
func TestASignedListNamesThoseAtItsSession(t *testing.T) {
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(in, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	take := func(args ...string) { must(t, append([]string{"--data", dir, "import"}, args...)...) }
	must(t, "init", dir)
	take(write("p.toml", "id = \"DC\"\nname = \"DigiCreate\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2019-12-31\n"))
	people := []forgettable{{name: "Anna Ask", email: "anna@example.org"}, {name: "Bo Berg", email: "bo@example.org"}}
	take(write("list.csv", "Datum;Aktivitet;Start;Projekt;Namn;E-post;Närvarande;Timmar\n2019-03-14;Kurs;09:00;DC;Anna Ask;anna@example.org;ja;2\n2019-03-14;Kurs;09:00;DC;Bo Berg;bo@example.org;nej;\n"))
	take(write("signed.pdf", "signed by those at the course"), "--kind", "evidence", "--project", "DC", "--activity", "Kurs", "--on", "2019-03-14")
	take(write("decision.pdf", "a decision"), "--kind", "evidence", "--project", "DC")
	find(t, dir, people)
	const signed, decision = "3", "4"
	original := func(batch string) int {
		code, _, _ := run(t, "--data", dir, "events", "original", batch, "-o", "-")
		return code
	}
	for _, p := range people {
		if shown := must(t, "--data", dir, "people", "show", p.subject, "-o", "-"); strings.Count(shown, `"evidence.recorded/1"`) != 1 {
			t.Errorf("the signed list is not among what is held on %s:\n%s", p.name, shown)
		}
		if seen := must(t, "--data", dir, "access-log", "--person", p.subject); strings.Contains(seen, "events original") {
			t.Errorf("nobody has seen the list yet: %s", seen)
		}
	}
	// Whoever opens the list sees them all: an auditor whose sample has one does not.
	must(t, "--data", dir, "users", "add", "ada", "--role", "auditor", "--expires", "2099-12-31", "--sample", write("one.txt", people[0].subject+"\n"))
	for _, batch := range []string{signed, decision} {
		if code, _, talk := run(t, "--data", dir, "--as", "ada", "events", "original", batch, "-o", "-"); code != 1 || !strings.Contains(talk, "not of others") {
			t.Errorf("an auditor opens %s: exit %d %s", batch, code, talk)
		}
		if original(batch) != 0 {
			t.Errorf("the original of %s does not open", batch)
		}
	}
	for _, p := range people {
		if seen := must(t, "--data", dir, "access-log", "--person", p.subject); !strings.Contains(seen, "events original") {
			t.Errorf("that %s's list was opened is not in the access record: %s", p.name, seen)
		}
	}
	hours := must(t, "--data", dir, "metric", "reported_hours", "--project", "DC")
	if answer := must(t, "--data", dir, "erase", people[1].subject, "--reason", "asked to"); strings.Count(answer, "is evidence of others and is kept") != 2 {
		t.Errorf("of both lists it is said that they are kept: %s", answer)
	}
	if original(signed) != 0 {
		t.Error("the list is gone, and was evidence of somebody else")
	}
	yearsPass(t)
	if answer := must(t, "--data", dir, "erase", people[0].subject, "--reason", "asked to"); strings.Count(answer, "is evidence of nobody") != 2 {
		t.Errorf("of both lists it is said that they are destroyed: %s", answer)
	}
	if original(signed) != 1 || original(decision) != 0 {
		t.Error("the list has to be gone with the last, and the decision to stay")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "uploads", "*.sealed")); err != nil || len(left) != 2 {
		t.Errorf("of the project's file and the decision there are %v: %v", left, err)
	}
	if after := must(t, "--data", dir, "metric", "reported_hours", "--project", "DC"); after != hours || hours != "2.00\n" {
		t.Errorf("%s hours are reported, and were %s", after, hours)
	}
	must(t, "--data", dir, "verify", "--replay")
}

// TestHowHoursAreCertifiedTellsOfNobodyProtected: the uncertified hours in all, less
// those of each person who is named line by line, are not the hours of the one who is not.
func TestHowHoursAreCertifiedTellsOfNobodyProtected(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	project, list := filepath.Join(t.TempDir(), "p.toml"), filepath.Join(t.TempDir(), "list.csv")
	var people []forgettable
	text := "Datum;Aktivitet;Start;Slut;Projekt;Namn;E-post;Närvarande;Intygad\n"
	for _, name := range []string{"Anna", "Bea", "Cia", "Dora", "Eva"} {
		f := forgettable{name: name + " X", email: strings.ToLower(name) + "@example.org"}
		people = append(people, f)
		text += "2019-03-14;Kurs;09:00;11:00;DC;" + f.name + ";" + f.email + ";ja;nej\n"
		if name != "Eva" { // enough certified hours not to be withheld for themselves
			text += "2019-03-28;Kurs;09:00;11:00;DC;" + f.name + ";" + f.email + ";ja;lista\n2019-03-29;Kurs;09:00;11:00;DC;" + f.name + ";" + f.email + ";ja;ja\n"
		}
		if len(people) <= 2 { // and half an hour, certified, at two places at once: small lines to withhold instead
			text += "2019-03-21;Kurs;09:00;11:00;DC;" + f.name + ";" + f.email + ";ja;lista\n2019-03-21;Studio;10:30;11:30;DC;" + f.name + ";" + f.email + ";ja;ja\n"
		}
	}
	for file, text := range map[string]string{project: "id = \"DC\"\nname = \"DigiCreate\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2019-12-31\n", list: text} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "--data", dir, "import", project, list)
	find(t, dir, people)
	house := certifiedRows(esfJSON(t, dir)["Excluded hours"])
	if want := map[string]any{"signed list": 12., "check-in": 0., "the trainer": 0., "the participant": 0., "the file says that they are": 10., "not certified": 10., "Participant hours": 32.}; !cmp.Equal(house, want) {
		t.Errorf("the house is shown %s", cmp.Diff(want, house))
	}
	sample := filepath.Join(t.TempDir(), "sample.txt")
	if err := os.WriteFile(sample, []byte(people[0].subject+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "--data", dir, "users", "add", "ada", "--role", "auditor", "--project", "DC", "--expires", "2099-12-31", "--sample", sample)
	must(t, "--data", dir, "people", "protect", people[4].subject)
	shown := esfJSON(t, dir, "--as", "ada")["Excluded hours"]
	withheld := 0
	for _, row := range shown.Tables[2].Rows {
		if _, ok := row[1].(float64); row[0] == "not certified" && !ok {
			withheld++
		}
	}
	if _, known := certifiedRows(shown)["not certified"].(float64); withheld == 0 || known && withheld < 3 {
		t.Errorf("%d lines are withheld, and their sum is not: %v", withheld, shown.Tables)
	}
}

// certifiedRows are the hours of each way of certifying on the sheet.
func certifiedRows(s sheetJSON) map[string]any {
	out := map[string]any{}
	for _, table := range s.Tables {
		if table.Title == "How hours are certified" {
			for _, row := range table.Rows {
				out[row[0].(string)] = row[1]
			}
		}
	}
	return out
}
