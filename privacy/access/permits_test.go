package access

import (
	"bufio"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
)

// truth is what each role may, written by hand: in a project of its own, in
// another one, and in the association as a whole.
const truth = `
role             action      own  other  none
manager          figures     yes  yes    yes
manager          entries     yes  yes    yes
manager          identities  yes  yes    yes
manager          released    yes  yes    yes
manager          record      yes  yes    yes
manager          erase       yes  yes    yes
manager          administer  no   no     no
manager          protected   yes  yes    yes
project-lead     figures     yes  no     no
project-lead     entries     yes  no     no
project-lead     identities  yes  no     no
project-lead     released    yes  no     no
project-lead     record      yes  no     no
project-lead     erase       yes  no     no
project-lead     administer  no   no     no
project-lead     protected   yes  no     no
evaluator        figures     no   no     no
evaluator        entries     no   no     no
evaluator        identities  no   no     no
evaluator        released    yes  no     no
evaluator        record      no   no     no
evaluator        erase       no   no     no
evaluator        administer  no   no     no
evaluator        protected   no   no     no
auditor          figures     yes  no     no
auditor          entries     yes  no     no
auditor          identities  no   no     no
auditor          released    no   no     no
auditor          record      no   no     no
auditor          erase       no   no     no
auditor          administer  no   no     no
auditor          protected   no   no     no
administrator    figures     no   no     no
administrator    entries     no   no     no
administrator    identities  no   no     no
administrator    released    no   no     no
administrator    record      no   no     no
administrator    erase       no   no     no
administrator    administer  yes  yes    yes
administrator    protected   no   no     no
`

const lastDay = "2022-06-30"

// TestTruth asks the rule each question of the table: of somebody valid, on
// the last day as well; and of somebody expired or revoked, who may nothing.
func TestTruth(t *testing.T) {
	asked := 0
	for lines := bufio.NewScanner(strings.NewReader(strings.TrimSpace(truth))); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if words[0] == "role" {
			continue
		}
		for i, project := range []string{"OWN", "OTHER", ""} {
			u := &User{Name: "u", Role: Role(words[0]), Projects: []string{"OWN"}, Expires: domain.MustDate(lastDay)}
			req := Request{Action: Action(words[1]), Project: project, Subjects: []uuid.UUID{uuid.New()}}
			for _, c := range []struct {
				name    string
				today   string
				revoked bool
				want    bool
				says    string // of the refusal
			}{
				{"valid", "2022-01-01", false, words[2+i] == "yes", ""},
				{"on the last day", lastDay, false, words[2+i] == "yes", ""},
				{"expired", "2022-07-01", false, false, "was valid through " + lastDay},
				{"revoked", "2022-01-01", true, false, "is revoked"},
			} {
				asked++
				u.Revoked = c.revoked
				err := Permits(u, req, domain.MustDate(c.today))
				if (err == nil) != c.want {
					t.Errorf("%s, %s, project %q, %s: %v", u.Role, req.Action, project, c.name, err)
				}
				refusal(t, err, c.says)
			}
		}
	}
	if want := 5 * 8 * 3 * 4; asked != want {
		t.Errorf("%d questions asked, want %d", asked, want)
	}
}

// refusal checks that a refusal is one people can act on, in both languages.
func refusal(t *testing.T, err error, says string) {
	t.Helper()
	if err == nil {
		return
	}
	var e *domain.Error
	if !errors.As(err, &e) || e.Code != domain.Refused {
		t.Fatalf("%v is no refusal", err)
	}
	if e.What.SV == "" || e.What.EN == "" || e.Hint.SV == "" || e.Hint.EN == "" || e.What.SV == e.What.EN {
		t.Errorf("the refusal lacks a text: %+v %+v", e.What, e.Hint)
	}
	if !strings.Contains(e.What.EN, says) {
		t.Errorf("the refusal is %q and does not say %q", e.What.EN, says)
	}
}

// TestWhatItTakes reads the refusals: they name the role that is needed.
func TestWhatItTakes(t *testing.T) {
	today, id := domain.MustDate("2022-01-01"), uuid.New()
	for _, c := range []struct {
		role   Role
		action Action
		says   string
	}{
		{Administrator, Figures, "u has the role administrator, which may not see figures: that needs the role manager, project-lead or auditor"},
		{Manager, Administer, "which may not administer: that needs the role administrator"},
		{Evaluator, Identities, " that needs the role manager, project-lead or auditor"},
		{ProjectLead, Record, "u may record in OWN, not in the whole association: that needs the role manager"},
		{Auditor, Identities, "u may see who the people are of those in the sample, not of others: that needs the role manager"},
	} {
		u := &User{Name: "u", Role: c.role, Projects: []string{"OWN"}, Expires: domain.MustDate(lastDay)}
		err := Permits(u, Request{Action: c.action, Subjects: []uuid.UUID{id}}, today)
		if err == nil {
			t.Errorf("%s may %s", c.role, c.action)
		}
		refusal(t, err, c.says)
		if err != nil && !strings.HasSuffix(err.Error(), c.says) {
			t.Errorf("%v names more than it takes", err)
		}
	}
}

// TestOwner asks for the owner of the data directory, who may everything.
func TestOwner(t *testing.T) {
	for action := range words {
		if err := Permits(nil, Request{Action: action}, domain.MustDate(lastDay)); err != nil {
			t.Errorf("the owner may not %s: %v", action, err)
		}
	}
}

// TestNobodyKnown asks for roles and actions there are none of, and for guests
// whose last day is missing: no.
func TestNobodyKnown(t *testing.T) {
	today := domain.MustDate("2022-01-01")
	for _, c := range []struct {
		u      *User
		action Action
	}{
		{&User{Name: "u", Role: "owner"}, Figures},
		{&User{Name: "u"}, Figures},
		{&User{Name: "u", Role: Manager}, "everything"},
		{&User{Name: "u", Role: Manager}, ""},
		{&User{Name: "u", Role: Auditor}, Figures},
		{&User{Name: "u", Role: Evaluator, Projects: []string{"OWN"}}, Released},
		{&User{Name: "u", Role: ProjectLead, Projects: []string{""}}, Figures}, // no project is no project of its own
		{&User{Name: "u", Role: ProjectLead}, Figures},
	} {
		if err := Permits(c.u, Request{Action: c.action}, today); err == nil {
			t.Errorf("%+v may %s", c.u, c.action)
		}
	}
}

// TestAuditor asks what the table does not: an auditor of everything, and the
// sample.
func TestAuditor(t *testing.T) {
	in, out := uuid.New(), uuid.New()
	one := &User{Name: "u", Role: Auditor, Projects: []string{"OWN"}, Sample: []uuid.UUID{in}, Expires: domain.MustDate(lastDay)}
	all := &User{Name: "u", Role: Auditor, Sample: []uuid.UUID{in}, Expires: domain.MustDate(lastDay)}
	for _, c := range []struct {
		u        *User
		action   Action
		project  string
		subjects []uuid.UUID
		want     bool
	}{
		{all, Figures, "OTHER", nil, true},
		{all, Entries, "", nil, true},
		{all, Record, "OTHER", nil, false},
		{one, Identities, "OWN", []uuid.UUID{in}, true},
		{one, Identities, "", []uuid.UUID{in}, true},
		{one, Identities, "OTHER", []uuid.UUID{in}, false},
		{all, Identities, "OTHER", []uuid.UUID{in}, true},
		{one, Identities, "OWN", []uuid.UUID{in, in}, true},
		{one, Identities, "OWN", []uuid.UUID{in, out}, false},
		{one, Identities, "OWN", []uuid.UUID{out}, false},
		{one, Identities, "OWN", nil, false}, // whom it shows is not known: it could be anybody
		{all, Identities, "", nil, false},
		{one, Protected, "OWN", []uuid.UUID{in}, false},
	} {
		err := Permits(c.u, Request{Action: c.action, Project: c.project, Subjects: c.subjects}, domain.MustDate("2022-01-01"))
		if (err == nil) != c.want {
			t.Errorf("an auditor of %v, %s, project %q, %d subjects: %v", c.u.Projects, c.action, c.project, len(c.subjects), err)
		}
		refusal(t, err, "")
	}
}

// TestReceives asks what a recipient may be given.
func TestReceives(t *testing.T) {
	r := Recipient{Name: "funder", Projects: []string{"A", "B"}, Expires: domain.MustDate(lastDay)}
	for _, c := range []struct {
		project, today string
		revoked, want  bool
	}{
		{"A", "2022-01-01", false, true},
		{"B", lastDay, false, true},
		{"A", "2022-07-01", false, false},
		{"A", "2022-01-01", true, false},
		{"C", "2022-01-01", false, false},
		{"", "2022-01-01", false, false},
	} {
		r.Revoked = c.revoked
		err := r.Receives(Request{Action: Released, Project: c.project}, domain.MustDate(c.today))
		if (err == nil) != c.want {
			t.Errorf("project %q on %s, revoked %t: %v", c.project, c.today, c.revoked, err)
		}
		refusal(t, err, "")
	}
}
