package intake

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"utfall/intake/lss"
)

// compareStructure makes a definition of a survey's structure. One that is good has the
// definition itself beside it, which import must take; one that is not, the refusal.
func compareStructure(t *testing.T, want string) {
	expected, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(beside(t, want))
	if err != nil {
		t.Fatal(err)
	}
	s, err := lss.Read(data)
	var refused *lss.Error
	if errors.As(err, &refused) {
		settle(t, want, string(expected), fmt.Sprintf("line = %d\nwhat = %q\nhint = %q\n", refused.Line, refused.What.EN, refused.Hint.EN))
		return
	}
	got := s.Definition("en")
	r := testReading(t, "survey.toml")
	if _, _, ok := r.surveyOf(got); !ok && !strings.Contains(string(expected), "# refused by import") {
		t.Errorf("import would refuse it: %v", r.problems)
	}
	// A definition begins with a comment of its own.
	settle(t, want, string(expected), "\n"+got)
}

// FuzzStructure takes a survey's structure: what is read of it makes a definition that
// is TOML, whatever stands in its texts.
func FuzzStructure(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(surveysDir, "lss", "*.lss"))
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := lss.Read(data)
		if err != nil {
			return
		}
		var back surveyFile
		meta, err := toml.Decode(s.Definition("sv"), &back)
		if err != nil || len(meta.Undecoded()) > 0 || len(back.Item) != len(s.Items) {
			t.Fatalf("%v, %v, %d items of %d", err, meta.Undecoded(), len(back.Item), len(s.Items))
		}
		for n, i := range s.Items {
			if back.Item[n].Header != i.Header || back.Item[n].Text != words(i.Text) {
				t.Fatalf("item %d: %+v", n, back.Item[n])
			}
		}
	})
}
