package intake

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"utfall/domain"
)

const plainSurvey = `id = "s"
waves = ["pre", "post"]
`

// TestDefinitionsAreChecked breaks one thing at a time.
func TestDefinitionsAreChecked(t *testing.T) {
	item := func(text string) string { return plainSurvey + "[[item]]\nid = \"q1\"\n" + text }
	for text, want := range map[string]string{
		item(`kind = "scale"` + "\nmin = 1\nmax = 5\nlevel = \"impact\""):                                                        "3 item q1 unknown level",
		item("kind = \"scale\"\nmin = 1\nmax = 5\nlabels = [\"a\", \"b\"]"):                                                      "3 item q1 the number of labels does not match the scale",
		item("kind = \"single\"\nlabels = [\"a\", \"b\"]\nlabels_en = [\"a\"]"):                                                  "3 item q1 labels_en has 1 values and labels 2",
		item("kind = \"single\"\nlabels = [\"a\", \"b\"]\ncodes = [\"1\", \"2\", \"3\"]"):                                        "3 item q1 codes has 3 values and labels 2",
		item("kind = \"single\"\nlabels = [\"a\", \" A\"]"):                                                                      "3 item q1 labels has a value that is blank or there twice",
		item("kind = \"scale\"\nmin = 1\nmax = 2\nlabels = [\"a\", \"b\"]\nno_opinion = [\"B\"]"):                                "3 item q1 an answer is both in labels and in no_opinion",
		item("kind = \"text\"\nlabels = [\"a\"]"):                                                                                "3 item q1 an item of kind text has no options",
		item("kind = \"scale\"\nmin = 1\nmax = 5\n[item.outcome]\nname = {sv = \"x\"}\nfrom = 6"):                                "3 item q1 from lies outside the scale 1–5",
		item("kind = \"scale\"\nmin = 1\nmax = 5\n[item.outcome]\nname = {sv = \"x\"}\nlabels = [\"a\"]"):                        "3 item q1 the outcome of a scale is from a step upwards",
		item("kind = \"single\"\nlabels = [\"a\"]\n[item.outcome]\nname = {sv = \"x\"}\nlabels = [\"b\"]"):                       "3 item q1 outcome names an answer that is not in labels",
		item("kind = \"single\"\n[item.outcome]\nname = {sv = \"x\"}\nfrom = 1"):                                                 "3 item q1 the outcome of an item with options is some of them",
		item("kind = \"text\"\n[item.outcome]\nname = {sv = \"x\"}\nlabels = [\"b\"]"):                                           "3 item q1 an item of kind text has no outcome",
		item("kind = \"single\"\n[item.outcome]\nlabels = [\"b\"]"):                                                              "3 item q1 outcome has no name",
		item("kind = \"text\"\nversion = 2"):                                                                                     "3 item q1 version 2 does not say whether its answers can be compared with those to the wording before",
		item("kind = \"text\"\ncomparable = true"):                                                                               "3 item q1 comparable belongs to a new version of the item",
		item("kind = \"text\"\nversion = -1"):                                                                                    "3 item q1 version is below 1",
		item("kind = \"text\"\nheaders = { now = \"x\" }"):                                                                       "3 item q1 headers names the wave \"now\", which the survey has not",
		item("kind = \"text\"\nwhatever = 1"):                                                                                    "0 item.whatever unknown field",
		plainSurvey + "[[schedule]]\nwave = \"later\"\nafter = \"entry\"\ndays = 28\n" + "[[item]]\nid = \"a\"\nkind = \"text\"": "0 schedule later the survey has no such wave",
		plainSurvey + "[[schedule]]\nwave = \"pre\"\nafter = \"lunch\"\ndays = 28\n" + "[[item]]\nid = \"a\"\nkind = \"text\"":   "0 schedule pre after is neither entry nor exit",
		plainSurvey + "[[schedule]]\nwave = \"pre\"\nafter = \"exit\"\n" + "[[item]]\nid = \"a\"\nkind = \"text\"":               "0 schedule pre days must be 1–366 and months 0–120",
	} {
		r := testReading(t, "s.toml")
		_, _, ok := r.surveyOf(text)
		var got []string
		for _, p := range r.problems {
			got = append(got, fmt.Sprint(p.Line, " ", p.Column, " ", p.What.EN))
		}
		if ok || strings.Join(got, "\n") != want {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}

// TestEveryKeyIsRead takes the definition the files share apart.
func TestEveryKeyIsRead(t *testing.T) {
	def := definition(t, "kurs")
	want := domain.SurveyItem{ID: "q1", Kind: domain.Scale, Min: 1, Max: 5, Level: domain.LevelLearning, Text: domain.T("Jag kan ta betalt på nätet", "I can take payments online"),
		Labels: def.Items[0].Labels, LabelsEN: []string{"Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"}, NoOpinion: []string{"Vet ej", "Don't know", "Ej aktuellt"},
		Wording: 2, Achieved: &domain.Achieved{Name: domain.T("Kan ta betalt på nätet", "Can take payments online"), From: 4}}
	if diff := cmp.Diff(want, def.Items[0]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]domain.WaveSchedule{{Wave: "post", After: domain.OnExit, Days: 28}}, def.Schedule); diff != "" {
		t.Error(diff)
	}
	if google := definition(t, "google"); google.About != "Vilken kurs gäller det?" || !google.Items[2].Reversed || google.Match != "Din kod" {
		t.Errorf("%+v", google)
	}
}

// TestRewordings changes a question that has answers, and one that has none.
func TestRewordings(t *testing.T) {
	const head, question = plainSurvey + "[[item]]\nid = \"q1\"\nkind = \"scale\"\nmin = 1\nmax = 5\n", "text = { sv = \"Var  kursen bra?\", en = \"Was it good?\" }\n"
	other := strings.Replace(question, "bra", "lärorik", 1)
	old := func(wording, comparable int) *domain.SurveyDefined {
		return &domain.SurveyDefined{Survey: "s", Items: []domain.SurveyItem{{ID: "q1", Kind: domain.Scale, Min: 1, Max: 5, Wording: wording, Comparable: comparable, Text: domain.T("Var kursen bra?", "Was it good?")}}}
	}
	for name, c := range map[string]struct {
		text       string
		now        *domain.SurveyDefined
		before     []*domain.SurveyDefined
		answered   map[int]int
		want       string // the problem
		version    int
		comparable int
	}{
		"spaces are no rewording":             {text: head + question, now: old(0, 0), answered: map[int]int{1: 3}},
		"a header is none":                    {text: head + question + "header = \"Q\"", now: old(0, 0), answered: map[int]int{1: 3}},
		"labels that were not there are none": {text: head + question + "labels = [\"a\",\"b\",\"c\",\"d\",\"e\"]", now: old(0, 0), answered: map[int]int{1: 3}},
		"without answers":                     {text: head + other, now: old(0, 0)},
		"with answers":                        {text: head + other, now: old(0, 0), answered: map[int]int{1: 3}, want: "the item has 3 answers and was changed: text.sv"},
		"another scale":                       {text: strings.Replace(head, "5", "7", 1) + question + "reversed = true", now: old(0, 0), answered: map[int]int{1: 1}, want: "the item has 1 answers and was changed: max, reversed"},
		"another kind":                        {text: strings.Replace(head, "scale", "number", 1) + question, now: old(0, 0), answered: map[int]int{1: 1}, want: "the item has 1 answers and was changed: kind"},
		"english":                             {text: head + strings.Replace(question, "good", "fine", 1), now: old(0, 0), answered: map[int]int{1: 1}, want: "the item has 1 answers and was changed: text.en"},
		"comparable":                          {text: head + other + "version = 2\ncomparable = true", now: old(0, 0), answered: map[int]int{1: 3}, version: 2},
		"not comparable":                      {text: head + other + "version = 2\ncomparable = false", now: old(0, 0), answered: map[int]int{1: 3}, version: 2, comparable: 2},
		"comparable with what was not":        {text: head + other + "version = 4\ncomparable = true", now: old(3, 2), before: []*domain.SurveyDefined{old(2, 2)}, answered: map[int]int{1: 3}, version: 4, comparable: 2},
		"a jump":                              {text: head + other + "version = 3\ncomparable = true", now: old(0, 0), answered: map[int]int{1: 3}, want: "the item is recorded as version 1, and the file says version 3"},
		"backwards":                           {text: head + question + "version = 1", now: old(2, 2), answered: map[int]int{1: 3}, want: "the item is recorded as version 2, and the file says version 1"},
		"the same again":                      {text: head + question + "version = 2\ncomparable = false", now: old(2, 2), answered: map[int]int{1: 3}, version: 2, comparable: 2},
		"the same, unsaid":                    {text: head + question, now: old(2, 2), answered: map[int]int{2: 3}, version: 2, comparable: 2},
		"a judgement changed":                 {text: head + question + "version = 2\ncomparable = true", now: old(2, 2), answered: map[int]int{2: 3}, version: 2},
		"a version nobody has answered yet":   {text: head + other + "version = 2\ncomparable = true", now: old(2, 0), answered: map[int]int{1: 3}, version: 2},
		"a version somebody has answered":     {text: head + other + "version = 2\ncomparable = true", now: old(2, 0), answered: map[int]int{1: 3, 2: 1}, want: "the item has 1 answers and was changed: text.sv"},
		"a jump nobody minds":                 {text: head + other + "version = 3\ncomparable = false", now: old(0, 0), version: 3, comparable: 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := testReading(t, "s.toml")
			f, s, ok := r.surveyOf(c.text)
			if !ok {
				t.Fatal(r.problems)
			}
			in := &instrument{now: c.now, history: append(c.before, c.now), answered: map[string]map[int]int{"q1": c.answered}}
			check := itemCheck{r: r, file: f.Item[0], line: 3}
			check.settle(in, &c.now.Items[0], &s.Items[0])
			got := ""
			if len(r.problems) > 0 {
				got = r.problems[0].What.EN
			}
			if got != c.want {
				t.Fatalf("problem %q, want %q", got, c.want)
			}
			if i := s.Items[0]; got == "" && (i.Wording != c.version || i.Comparable != c.comparable) {
				t.Errorf("version %d comparable from %d, want %d and %d", i.Wording, i.Comparable, c.version, c.comparable)
			}
		})
	}
}

// TestManyAnswers reads a hundred thousand responses, in seconds and to the last.
func TestManyAnswers(t *testing.T) {
	const n = 100_000
	var b strings.Builder
	b.WriteString("Datum;Kod;Kursen höll — på det hela taget — vad den lovade\n")
	for i := range n {
		fmt.Fprintf(&b, "2026-05-01;K%d;%d\n", i, 1+i%5)
	}
	r := testReading(t, "many.csv")
	start := time.Now()
	got := readAnswers(t, r, definition(t, "kurs"), "pre", []byte(b.String()))
	if len(got.rows) != n || r.totals.Refused != 0 || *got.rows[n-1].fact.Answers[0].Value != 1+(n-1)%5 {
		t.Errorf("%d rows, %d refused", len(got.rows), r.totals.Refused)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
}

// FuzzLimeSurvey takes VV files and results files: whatever comes, nothing panics, and
// every row is read or refused.
func FuzzLimeSurvey(f *testing.F) {
	for _, pattern := range []string{"limesurvey-csv/*.csv", "limesurvey-vv/*.csv", "limesurvey-vv/*.txt"} {
		files, err := filepath.Glob(filepath.Join(surveysDir, pattern))
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	def, base := definition(f, "lime"), testReading(f, "fuzz")
	f.Fuzz(func(t *testing.T, data []byte) {
		r := *base
		got := readAnswers(t, &r, def, "after", data)
		if got == nil || r.aborted {
			return
		}
		if r.totals.Rows != len(got.rows)+r.totals.Refused || r.totals.Refused > 0 && len(r.problems) == 0 {
			t.Fatalf("%d rows, %d read, %d refused, %d problems", r.totals.Rows, len(got.rows), r.totals.Refused, len(r.problems))
		}
		for _, row := range got.rows {
			for _, a := range row.fact.Answers {
				if a.Value != nil && (a.Item == "q1" || a.Item == "q2a") && (*a.Value < 1 || *a.Value > 5) {
					t.Fatalf("%s = %v", a.Item, *a.Value)
				}
			}
		}
	})
}
