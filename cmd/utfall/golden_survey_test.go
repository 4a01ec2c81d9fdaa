package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goldenSurvey is an instrument with all a definition can say, as it is first worded.
const goldenSurvey = `id = "e"
project = "P"
title = { sv = "Enkäten", en = "The survey" }
waves = ["pre", "post", "vv"]
match = "Kod"
about = "Aktivitet"
[[schedule]]
wave = "pre"
after = "entry"
days = 28
[[schedule]]
wave = "post"
after = "exit"
months = 1
days = 60
[[item]]
id = "q1"
kind = "scale"
min = 1
max = 5
level = "learning"
text = { sv = "Jag kan", en = "I can" }
header = "q1"
no_opinion = ["Vet ej"]
VERSION
[[item]]
id = "q2"
kind = "scale"
min = 1
max = 5
reversed = true
level = "behaviour"
text = { sv = "Jag gör", en = "I do" }
header = "q2"
[[item]]
id = "ny"
kind = "single"
level = "result"
text = { sv = "Nytt arbetssätt?" }
header = "ny"
labels = ["Ja", "Nej"]
labels_en = ["Yes", "No"]
codes = ["Y", "N"]
[item.outcome]
name = { sv = "Nytt arbetssätt" }
labels = ["Ja"]
[[item]]
id = "ord"
kind = "text"
text = { sv = "Något mer?" }
header = "ord"
`

// evaluated invites the project's participants, takes in their answers to two
// wordings, and lets one through in its own words.
func evaluated(t *testing.T, at func(...string) string) {
	t.Helper()
	in := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(in, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	at("import", write("e.toml", strings.Replace(goldenSurvey, "VERSION\n", "", 1)))
	codes := func(wave string) (out []string) {
		path := filepath.Join(in, wave+"-list.csv")
		at("survey", "invite", "--project", "P", "--survey", "e", "--wave", wave, "--all", "-o", path)
		rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(mustRead(t, path)), "\ufeff")))
		rows.Comma = ';'
		all, err := rows.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range all[1:] {
			out = append(out, row[2])
		}
		return out
	}
	answers := func(wave string, codes []string, lift int) {
		text := "Datum;Kod;Aktivitet;q1;q2;ny;ord\n"
		for i, code := range codes[:8] {
			first := fmt.Sprint(1 + (i+lift)%5)
			if i == 7 {
				first = "Vet ej"
			}
			text += fmt.Sprintf("2019-%02d-20;%s;Kurs;%s;%d;%s;%s\n", 2+8*lift, code, first, 1+i%4, []string{"Ja", "Nej"}[i%2], []string{"", "Bra kurs"}[i/4])
		}
		at("import", write(wave+".csv", text), "--survey", "e", "--wave", wave)
	}
	answers("pre", codes("pre"), 0)
	at("import", write("e2.toml", strings.Replace(strings.Replace(goldenSurvey, "VERSION\n", "version = 2\ncomparable = true\n", 1), "Jag kan", "Jag kan numera", 1)))
	answers("post", codes("post"), 1)
	at("import", write("vv.txt", "Response ID\tDate submitted\tLast page\tStart language\tJag kan\tJag gör\tNytt arbetssätt?\tNågot mer?\nid\tsubmitdate\tlastpage\tstartlanguage\tq1\tq2\tny\tord\n"+
		"1\t2019-11-01 10:00:00\t1\tsv\t4\t2\tY\t{question_not_shown}\n"), "--survey", "e", "--wave", "vv")
	at("import", write("invited.csv", "Undersökning;Omgång;Kod;Status\ne;vv;ABC;avböjde\n"), "--kind", "invited")
	at("users", "add", "ada", "--role", "administrator")
	t.Setenv("UTFALL_USER", "ada")
	at("users", "add", "maria", "--role", "manager")
	t.Setenv("UTFALL_USER", "maria")
	var text textJSON
	if err := json.Unmarshal([]byte(strings.SplitN(at("survey", "texts", "--survey", "e", "--wave", "post", "--json"), "\n", 2)[0]), &text); err != nil {
		t.Fatal(err)
	}
	at("survey", "release", text.Event, text.Item, "--survey", "e")
	t.Setenv("UTFALL_USER", "ada")
}
