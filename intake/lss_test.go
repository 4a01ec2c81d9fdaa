package intake

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

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
