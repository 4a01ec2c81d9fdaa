package intake

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake/sheet"
	"utfall/privacy"
)

// surveysDir holds files as the tools write them, and beside each what is to be read.
const surveysDir = "../testdata/surveys"

// testReading is one that has a vault, and nothing recorded.
func testReading(t testing.TB, file string) *reading {
	t.Helper()
	dir := t.TempDir()
	if err := privacy.Create(dir, privacy.KeyPath(dir)); err != nil {
		t.Fatal(err)
	}
	vault, err := privacy.Open(dir, privacy.Keys{Path: privacy.KeyPath(dir)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { vault.Close() })
	people, err := vault.Import("")
	if err != nil {
		t.Fatal(err)
	}
	return &reading{in: &Intake{Vault: vault, Dir: dir}, ctx: context.Background(), file: file, projects: map[string]bool{}, people: people,
		now: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC), id: uuid.New()}
}

// definition reads one of the definitions.
func definition(t testing.TB, name string) *domain.SurveyDefined {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(surveysDir, "definitions", name+".toml"))
	if err != nil {
		t.Fatal(err)
	}
	_, def, ok := testReading(t, name+".toml").surveyOf(string(text))
	if !ok {
		t.Fatalf("%s is no definition", name)
	}
	return &def
}

// ecommerce is the only activity the files know.
var ecommerce = uuid.MustParse("11111111-2222-4333-8444-555555555555")

// readAnswers reads a file as import does, but for what is recorded.
func readAnswers(t testing.TB, r *reading, def *domain.SurveyDefined, wave string, data []byte) *responses {
	t.Helper()
	r.opts, r.kind = Options{Survey: def.Survey, Wave: wave}, "survey"
	f, err := sheet.Open(r.file, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		if err := r.sheetProblem(err); err != nil {
			t.Fatal(err)
		}
		return nil
	}
	s := &scan{r: r, survey: def, activities: map[string]uuid.UUID{"e-handel": ecommerce}}
	if err := r.readLines(f, s); err != nil {
		t.Fatal(err)
	}
	answers, _ := s.kind.(*responses)
	if answers != nil {
		answers.whole()
	}
	return answers
}

// outcomeText is what was made of a file, as its expectation says it.
func outcomeText(r *reading, survey, wave string, got *responses) string {
	var b strings.Builder
	fmt.Fprintf(&b, "survey = %q\nwave = %q\nrows = %d\nrefused = %d\n", survey, wave, r.totals.Rows, r.totals.Refused)
	if got != nil && !r.aborted {
		fmt.Fprintf(&b, "tool = %q\n", got.t.answers.tool)
		seen := map[uuid.UUID]int{}
		for _, row := range got.rows {
			who := "nobody"
			if row.fact.Matched {
				if seen[row.subject] == 0 {
					seen[row.subject] = len(seen) + 1
				}
				who = strconv.Itoa(seen[row.subject])
			}
			fmt.Fprintf(&b, "\n[[row]]\nline = %d\ndate = %q\nby = %q\ncomplete = %t\n", row.line, row.date, who, row.fact.Complete)
			if row.fact.About == ecommerce {
				fmt.Fprintf(&b, "about = %q\n", "e-handel")
			}
			for _, a := range row.fact.Answers {
				fmt.Fprintf(&b, "%s = %s\n", a.Item, answerText(a, row.words))
			}
		}
	}
	told(&b, "problem", r.problems)
	told(&b, "warning", r.warnings)
	return b.String()
}

func answerText(a domain.Answer, words map[string]string) string {
	var parts []string
	switch {
	case a.State != domain.Answered:
		parts = append(parts, "("+string(a.State)+")")
	case a.Value != nil:
		parts = append(parts, strconv.FormatFloat(*a.Value, 'g', -1, 64))
	}
	parts = append(parts, a.Choices...)
	if w, ok := words[a.Item]; ok {
		parts = append(parts, "~"+w)
	}
	if a.Wording > 1 {
		parts = append(parts, fmt.Sprintf("(version %d)", a.Wording))
	}
	return strconv.Quote(strings.Join(parts, " | "))
}

func told(b *strings.Builder, label string, list []domain.Problem) {
	slices.SortStableFunc(list, domain.Problem.ComparePlace)
	for _, p := range list {
		fmt.Fprintf(b, "\n[[%s]]\nsheet = %q\nline = %d\ncolumn = %q\nwhat = %q\nhint = %q\n", label, p.Sheet, p.Line, p.Column, p.What.EN, p.Hint.EN)
	}
}

// TestFilesOfSurveys reads every file under testdata/surveys and compares what was made of
// it with what stands beside it, to the letter. UTFALL_UPDATE=1 writes what was made
// instead, to be read by somebody before it is kept.
func TestFilesOfSurveys(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(surveysDir, "*", "*.want.toml"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, want := range files {
		tool := filepath.Base(filepath.Dir(want))
		count[tool]++
		t.Run(tool+"/"+strings.TrimSuffix(filepath.Base(want), ".want.toml"), func(t *testing.T) {
			if tool == "lss" {
				compareStructure(t, want)
				return
			}
			compareAnswers(t, want)
		})
	}
	for _, tool := range []string{"microsoft-forms", "google-forms", "limesurvey-csv", "limesurvey-vv", "plain", "lss"} {
		if count[tool] < 12 {
			t.Errorf("%d files of %s, want at least 12", count[tool], tool)
		}
	}
}

// beside is the file an expectation is of.
func beside(t *testing.T, want string) string {
	t.Helper()
	stem := strings.TrimSuffix(want, "want.toml")
	for _, ext := range []string{"csv", "xlsx", "txt", "xls", "tsv", "lss"} {
		if _, err := os.Stat(stem + ext); err == nil {
			return stem + ext
		}
	}
	t.Fatalf("no file beside %s", want)
	return ""
}

func compareAnswers(t *testing.T, want string) {
	expected, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	var head struct{ Survey, Wave string }
	if _, err := toml.Decode(string(expected), &head); err != nil {
		t.Fatal(err)
	}
	file := beside(t, want)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := testReading(t, filepath.Base(file))
	answers := readAnswers(t, r, definition(t, head.Survey), head.Wave, data)
	settle(t, want, string(expected), outcomeText(r, head.Survey, head.Wave, answers))
}

// settle compares, or writes what was got below the comment that stands at the head.
func settle(t *testing.T, file, want, got string) {
	t.Helper()
	comment := ""
	for rest := want; strings.HasPrefix(rest, "#"); {
		line, after, _ := strings.Cut(rest, "\n")
		comment, rest = comment+line+"\n", after
	}
	if os.Getenv("UTFALL_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(comment+got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.TrimPrefix(want, comment), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", filepath.Base(file), diff)
	}
}
