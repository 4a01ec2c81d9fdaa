package access

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
)

// TestRecipients releases to each recipient there can be.
func TestRecipients(t *testing.T) {
	d := open(t, t.TempDir())
	owner := gate(t, d, ownAccount, "")
	for name, day := range map[string]string{"funder": lastDay, "former": lastDay, "late": "2022-05-03"} {
		if _, err := owner.AddRecipient(t.Context(), Recipient{Name: name, Projects: []string{"DC"}, Expires: domain.MustDate(day)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := owner.RevokeRecipient(t.Context(), "former"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ recipient, project, want string }{
		{"funder", "DC", ""},
		{"funder", "OTHER", "may only be given what belongs to DC"},
		{"former", "DC", "the recipient former is revoked"},
		{"late", "DC", "was valid through 2022-05-03"},
		{"nobody", "DC", "there is no recipient nobody"},
	} {
		err := owner.Allow(t.Context(), Request{Action: Released, Project: c.project, Recipient: c.recipient})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s of %s: %v", c.recipient, c.project, err)
		}
	}
	if n := len(entries(t, d, Filter{Kind: Refused})); n != 4 {
		t.Errorf("%d refusals recorded", n)
	}
}

// TestOnlyAdministratorsAdd has each role try: what is refused adds nobody, and
// is recorded.
func TestOnlyAdministratorsAdd(t *testing.T) {
	d := open(t, t.TempDir())
	owner := gate(t, d, ownAccount, "")
	for _, role := range Roles {
		u := User{Name: string(role), Role: role, Expires: domain.MustDate(lastDay)}
		if role == ProjectLead || role == Evaluator {
			u.Projects = []string{"DC"}
		}
		addUser(t, owner, u)
		_, err := gate(t, d, ownAccount, string(role)).AddUser(t.Context(), User{Name: "by-" + string(role), Role: Manager})
		if (err == nil) != (role == Administrator) {
			t.Errorf("%s adds a user: %v", role, err)
		}
		refusal(t, err, "may not administer: that needs the role administrator")
	}
	users, err := d.Users(t.Context())
	if err != nil || len(users) != len(Roles)+1 {
		t.Errorf("%d users (%v)", len(users), err)
	}
	if n := len(entries(t, d, Filter{Kind: Refused})); n != len(Roles)-1 {
		t.Errorf("%d refusals recorded", n)
	}
}

// TestRosterRefuses tries users and recipients that cannot be: none of them is
// added, and nothing is written.
func TestRosterRefuses(t *testing.T) {
	d := open(t, t.TempDir())
	g := gate(t, d, ownAccount, "")
	day := domain.MustDate(lastDay)
	bound := lead
	bound.Account = "uid:1001"
	addUser(t, g, bound)
	if _, err := g.AddRecipient(t.Context(), Recipient{Name: "funder", Projects: []string{"DC"}, Expires: day}); err != nil {
		t.Fatal(err)
	}
	for what, u := range map[string]User{
		"no name":              {Role: Manager},
		"a blank":              {Name: "Lena Lind", Role: Manager},
		"an address":           {Name: "lena@example.org", Role: Manager},
		"a long name":          {Name: strings.Repeat("å", 65), Role: Manager},
		"a taken name":         {Name: "Lena", Role: Manager},
		"a taken account":      {Name: "b", Role: Manager, Account: "uid:1001"},
		"no role":              {Name: "b"},
		"another role":         {Name: "b", Role: "owner"},
		"no project":           {Name: "b", Role: ProjectLead},
		"no project of guest":  {Name: "b", Role: Evaluator, Expires: day},
		"an empty project":     {Name: "b", Role: ProjectLead, Projects: []string{""}},
		"no day of guest":      {Name: "b", Role: Evaluator, Projects: []string{"DC"}},
		"no day of auditor":    {Name: "b", Role: Auditor},
		"a sample":             {Name: "b", Role: Manager, Sample: []uuid.UUID{uuid.New()}},
		"no account":           {Name: "b", Role: Manager, Account: "lena"},
		"one's own account":    {Name: "b", Role: Manager, Account: ownAccount},
		"one's own for a time": {Name: "b", Role: Administrator, Account: ownAccount, Expires: day},
	} {
		if _, err := g.AddUser(t.Context(), u); err == nil {
			t.Errorf("%s was added", what)
		}
	}
	for what, r := range map[string]Recipient{
		"no name":      {Projects: []string{"DC"}, Expires: day},
		"a taken name": {Name: "FUNDER", Projects: []string{"DC"}, Expires: day},
		"no project":   {Name: "b", Expires: day},
		"no day":       {Name: "b", Projects: []string{"DC"}},
	} {
		if _, err := g.AddRecipient(t.Context(), r); err == nil {
			t.Errorf("%s was added", what)
		}
	}
	if n := whole(t, d); n != 2 {
		t.Errorf("%d entries", n)
	}
	longest := User{Name: strings.Repeat("å", 64), Role: Auditor, Expires: day}
	addUser(t, g, longest)
	own := admin
	own.Account = ownAccount
	addUser(t, g, own)
	if err := g.RevokeUser(t.Context(), "adam"); err == nil || !strings.Contains(err.Error(), "is the account you use") {
		t.Errorf("one's own account is revoked: %v", err)
	}
	if err := g.RevokeRecipient(t.Context(), "funder"); err != nil {
		t.Fatal(err)
	}
	recipients, err := d.Recipients(t.Context())
	if err != nil || len(recipients) != 1 || !recipients[0].Revoked {
		t.Errorf("%+v %v", recipients, err)
	}
}

// TestUserComesBack reads a user again, with all it has.
func TestUserComesBack(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	u := User{Name: "ada", Role: Auditor, Projects: []string{"A", "B"}, Account: "uid:1001", Sample: []uuid.UUID{uuid.New(), uuid.New()}, Expires: domain.MustDate(lastDay)}
	u = addUser(t, gate(t, d, ownAccount, ""), u)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	users, err := open(t, dir).Users(t.Context())
	if diff := cmp.Diff([]User{u}, users, cmp.AllowUnexported(domain.Date{})); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
