package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
	"utfall/eventlog"
)

// goldenDir has a log of each format there has been, with what it must give
// for ever. Logs are never made anew; a new format adds a folder.
const goldenDir = "../../testdata/golden"

// newestGolden is the folder of the newest: its format, and what it is the first
// to have.
const newestGolden = "format-2-surveys"

// golden is what a golden log must give.
type golden struct {
	Batches    uint64            `json:"batches"`
	Events     uint64            `json:"events"`
	Root       string            `json:"root"`
	Checkpoint string            `json:"checkpoint"` // of half of it, signed when the log was made
	Reports    map[string]string `json:"reports"`    // command line -> SHA-256 of the report's canonical value
}

var goldenReports = []string{"esf --project P", "growth", "esf --project SMALL", "esf --project DC", "evaluation --project P", "evaluation --project DC", "growth --from 2018-01-01 --to 2018-12-31 --as-of 15",
	"claim --project F --month 2019-01", "claim --project F --month 2019-02", "reconcile --project F"}

// canonical is the hash of a report's JSON value without what names the
// program, the checkpoint and its key.
func canonical(t *testing.T, dir, report string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	must(t, append(append([]string{"--data", dir, "report"}, strings.Fields(report)...), "-o", file)...)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var value map[string]any
	if err := json.Unmarshal(b, &value); err != nil {
		t.Fatal(err)
	}
	delete(value, "program")
	delete(value, "checkpoint")
	delete(value, "public_key")
	sheets := value["sheets"].([]any)
	value["sheets"] = sheets[:len(sheets)-1] // the last one is provenance: those three again, and the parameters
	if b, err = json.Marshal(value); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestGoldenLogs reads the log of every format: the same batches, the same
// tree, the same reports as when they were last looked at. A report that gets new
// sheets is another one: where UTFALL_GOLDEN_REPORTS is set, what it gives is
// written down anew, and nothing else of a golden log.
func TestGoldenLogs(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob(filepath.Join(goldenDir, "format-*"))
	if err != nil || len(folders) == 0 {
		t.Fatal(folders, err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			dir := copyData(t, folder)
			b, err := os.ReadFile(filepath.Join(folder, "golden.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want golden
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			must(t, "--data", dir, "status") // gives an older log its tree
			if want.Checkpoint != "" {
				must(t, "--data", dir, "checkpoint", "--new-key") // the one it was signed with is not kept
			}
			got := golden{Checkpoint: want.Checkpoint, Reports: map[string]string{}}
			if err := json.Unmarshal([]byte(must(t, "--data", dir, "verify", "--replay", "--json")), &got); err != nil {
				t.Fatal(err)
			}
			for report := range want.Reports {
				got.Reports[report] = canonical(t, dir, report)
			}
			if os.Getenv("UTFALL_GOLDEN_REPORTS") != "" {
				want.Reports = got.Reports
				writeGolden(t, folder, want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				b, _ := json.Marshal(got)
				t.Errorf("want -, got +\n%s\n%s", diff, b)
			}
			if want.Checkpoint != "" {
				kept := filepath.Join(t.TempDir(), "checkpoint")
				if err := os.WriteFile(kept, []byte(want.Checkpoint), 0o600); err != nil {
					t.Fatal(err)
				}
				must(t, "--data", dir, "verify", "--checkpoint", kept)
				secondVerifier(t, dir, kept, want)
			} else {
				secondVerifier(t, dir, "", want)
			}
		})
	}
}

// secondVerifier asks tools/verify.py about a log at rest.
func secondVerifier(t *testing.T, dir, checkpoint string, want golden) {
	t.Helper()
	args := []string{"../../tools/verify.py"}
	if checkpoint != "" {
		args = append(args, "--checkpoint", checkpoint)
	}
	out, err := exec.Command("python3", append(args, LogPath(dir))...).CombinedOutput()
	if line := fmt.Sprintf("%s ok %d %d %s\n", LogPath(dir), want.Batches, want.Events, want.Root); err != nil || string(out) != line {
		t.Errorf("tools/verify.py: %v\ngot  %s\nwant %s", err, out, line)
	}
}

// TestGoldenLogIsOfThisFormat: the newest golden log is of the format this
// program writes, and covers every type of event there is. Where
// UTFALL_GOLDEN names a new folder, it is made there.
func TestGoldenLogIsOfThisFormat(t *testing.T) {
	if to := os.Getenv("UTFALL_GOLDEN"); to != "" {
		makeGolden(t, to)
	}
	folder := filepath.Join(goldenDir, newestGolden)
	if !strings.HasPrefix(newestGolden, fmt.Sprintf("format-%d-", eventlog.Format)) {
		t.Errorf("the newest golden log, %s, is not of format %d", newestGolden, eventlog.Format)
	}
	var export bytes.Buffer
	dir := copyData(t, folder)
	must(t, "--data", dir, "checkpoint", "--new-key")
	app := &App{ctx: t.Context(), ui: &UI{out: &export, talk: &export, lang: "en"}, dir: dir}
	defer app.Close()
	if err := (&ExportCmd{Output: "-"}).Run(app); err != nil {
		t.Fatal(err)
	}
	var missing []string
	for _, fact := range domain.Events.Types() {
		if !strings.Contains(export.String(), `"type":"`+fact+`"`) {
			missing = append(missing, fact)
		}
	}
	if len(missing) > 0 {
		t.Errorf("the golden log has no %v: a new type of event needs a new golden log beside the old ones", missing)
	}
	if !bytes.Contains(export.Bytes(), []byte(`"frames":[`)) {
		t.Error("the golden log has no batch in frames")
	}
}

// somebody is merged, protected, and erased: the first whom nothing holds.
func somebody(t *testing.T, at func(...string) string) {
	t.Helper()
	var ids []string
	for line := range strings.Lines(at("metric", "persons_unique", "--rows", "--json")) {
		var row struct{ Subject string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, row.Subject)
	}
	at("people", "merge", ids[0], ids[1], "--reason", "the same")
	at("people", "protect", ids[2])
	for _, id := range ids[3:] {
		if strings.Contains(at("erase", id, "--reason", "asked to"), "is erased") {
			return
		}
	}
	t.Fatal("everybody is held")
}

func writeGolden(t *testing.T, folder string, g golden) {
	t.Helper()
	b, err := json.MarshalIndent(g, "", "\t")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "golden.json"), append(b, '\n'), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// participated takes in participants, their results and aid, and erases one of them
// whom the years have passed.
func participated(t *testing.T, at func(...string) string, dir string) {
	t.Helper()
	const programme = "ESF-2014-2020"
	files, pins := truthFiles(t, programme, [2]string{"2018-01-01", "2020-01-31"}, readTruth(t, "../../testdata/indicators/"+programme+".txt"))
	aid := filepath.Join(t.TempDir(), "aid.csv")
	if err := os.WriteFile(aid, []byte("Organisationsnummer;Datum;Belopp EUR;Regel;Projekt\n559999-1014;2018-10-01;1 250,00;de minimis;P\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, aid) {
		at("import", file)
	}
	yearsPass(t)
	if answer := at("erase", identify(t, dir, pins["disabled"]), "--reason", "the years have passed"); !strings.Contains(answer, "is erased") {
		t.Fatal(answer)
	}
}

// monthOf takes in a session of the project with a signed list, and makes and
// submits a month's participant file.
func monthOf(t *testing.T, at func(...string) string) {
	t.Helper()
	in := t.TempDir()
	for name, text := range map[string]string{"list.pdf": "%PDF-1.4 signed", "kurs.csv": "Datum;Aktivitet;Start;Slut;Projekt;Namn;E-post;Närvarande;Intygad\n" +
		"2019-03-14;Kurs;09:00;12:00;P;Ada Exempel;ada@example.org;ja;lärare\n2019-03-14;Kurs;09:00;12:00;P;Bo Exempel;bo@example.org;ja;nej\n"} {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at("import", filepath.Join(in, "kurs.csv"))
	at("import", filepath.Join(in, "list.pdf"), "--kind", "evidence", "--project", "P", "--activity", "Kurs", "--on", "2019-03-14")
	at("scb", "make", "--project", "P", "--month", "2019-03", "-o", in)
	at("scb", "submitted", "--project", "P", "--month", "2019-03")
}

// makeGolden makes a golden log by the commands a user gives.
func makeGolden(t *testing.T, to string) {
	t.Helper()
	made := filepath.Join(t.TempDir(), "data")
	must(t, "init", made, "--name", "Creative Cluster")
	at := func(args ...string) string { return must(t, append([]string{"--data", made}, args...)...) }
	small, cluster := "../../testdata/small/", "../../testdata/cluster/"
	at("import", small+"projekt.toml", small+"enkat.toml", small+"medlemmar.csv", small+"narvaro.csv")
	at("import", small+"svar.csv", "--survey", "kliv", "--wave", "after")
	at("import", cluster+"projekt-digicreate.toml", cluster+"enkat-digital.toml", cluster+"foretag-kkn.csv", cluster+"plan.csv", cluster+"medlemmar-2017.csv",
		cluster+"medlemmar-2018.xlsx", cluster+"digicreate-2018-HT-ehandel.xlsx", cluster+"digicreate-2018-HT-lista.csv", cluster+"narvaro-2018-HT.csv")
	at("import", cluster+"enkat-digital-pre.xlsx", "--survey", "digital", "--wave", "pre")
	var first struct{ Event string }
	if err := json.Unmarshal([]byte(strings.SplitN(at("events", "list", "--type", "attendance.recorded", "--json"), "\n", 2)[0]), &first); err != nil {
		t.Fatal(err)
	}
	at("correct", first.Event, "minutes=45", "--reason", "counted wrong")
	at("activities", "merge", "Digitala kliv", "Creative bar")
	at("activities", "rename", "Creative bar", "Creative Bar")
	var member struct{ Event string }
	if err := json.Unmarshal([]byte(strings.SplitN(at("events", "list", "--type", "membership.recorded", "--json"), "\n", 2)[0]), &member); err != nil {
		t.Fatal(err)
	}
	at("correct", member.Event, "--withdraw", "--reason", "never a member")
	at("organisations", "merge", "559999-1014", "559999-1030")
	at("undo", "9", "--reason", "wrong list")
	somebody(t, at)
	participated(t, at, made)
	monthOf(t, at)
	claimed(t, at)
	evaluated(t, at)
	half := at("checkpoint", "--as-of", "10")
	// Taken in from an export, the same log has several batches a row.
	export := filepath.Join(t.TempDir(), "log.ndjson")
	t.Setenv("UTFALL_USER", "maria")
	at("export", "-o", export)
	t.Setenv("UTFALL_USER", "") // the directory it is taken into knows nobody
	must(t, "init", to)
	must(t, "--data", to, "import", export)
	made = to
	var out golden
	if err := json.Unmarshal([]byte(at("verify", "--json")), &out); err != nil {
		t.Fatal(err)
	}
	out.Checkpoint, out.Reports = half, map[string]string{}
	for _, report := range goldenReports {
		out.Reports[report] = canonical(t, to, report)
	}
	writeGolden(t, to, out)
	// What is golden is the log and its public key; the rest is made from them, or secret.
	entries, err := os.ReadDir(to)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains([]string{"log.db", "log.pub", "golden.json"}, e.Name()) {
			if err := os.RemoveAll(filepath.Join(to, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
}
