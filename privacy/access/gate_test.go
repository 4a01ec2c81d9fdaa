package access

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"utfall/domain"
)

const ownAccount = "uid:1000"

// noon is the clock of these tests.
func noon() time.Time { return time.Date(2022, 5, 4, 10, 0, 0, 0, time.UTC) }

func open(t *testing.T, dir string) *DB {
	t.Helper()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func gate(t *testing.T, d *DB, account, as string) *Gate {
	t.Helper()
	g, err := d.Gate(t.Context(), account, as, noon)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func addUser(t *testing.T, g *Gate, u User) User {
	t.Helper()
	u, err := g.AddUser(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func entries(t *testing.T, d *DB, f Filter) []Entry {
	t.Helper()
	all, err := d.Entries(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// whole checks that the chain fits, and counts.
func whole(t *testing.T, d *DB) uint64 {
	t.Helper()
	v, err := d.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if v.Finding != nil {
		t.Fatalf("entry %d: %s", v.Finding.Entry, v.Finding.What.EN)
	}
	return v.Entries
}

var (
	lead  = User{Name: "lena", Role: ProjectLead, Projects: []string{"DC"}}
	admin = User{Name: "adam", Role: Administrator}
)

// TestAllowRecords asks once permitted and once not: both answers are in the
// record before they are given, and only what was shown was seen.
func TestAllowRecords(t *testing.T) {
	d := open(t, t.TempDir())
	u := addUser(t, gate(t, d, ownAccount, ""), lead)
	anna, bo := uuid.New(), uuid.New()
	g := gate(t, d, ownAccount, "lena")
	req := Request{Action: Entries, Project: "DC", What: "metric participants --rows", Position: 7, Rows: 3, Subjects: []uuid.UUID{anna, bo, anna, uuid.Nil}, Why: "c2VhbGVk"}
	if err := g.Allow(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	req.Project = "OTHER"
	err := g.Allow(t.Context(), req)
	if err == nil {
		t.Fatal("the lead of one project sees another")
	}
	refusal(t, err, "lena may see the entries behind figures in DC, not in OTHER")

	actor := ActorOf(u.ID)
	want := []Entry{
		{N: 1, At: noon(), Kind: UserAdded, Account: ownAccount, Actor: ownAccount, Action: Administer, What: "users add lena", About: u.ID},
		{N: 2, At: noon(), Kind: Granted, Account: ownAccount, Actor: actor, Action: Entries, Project: "DC", What: req.What, Position: 7, Rows: 3, Subjects: 2, Why: req.Why},
		{N: 3, At: noon(), Kind: Refused, Account: ownAccount, Actor: actor, Action: Entries, Project: "OTHER", What: req.What, Position: 7, Rows: 3, Why: req.Why},
	}
	told := cmp.FilterPath(func(p cmp.Path) bool {
		f, ok := p.Last().(cmp.StructField)
		return ok && (f.Name() == "shown" || f.Name() == "body" || f.Name() == "chain")
	}, cmp.Ignore())
	if diff := cmp.Diff(want, entries(t, d, Filter{}), told, cmp.AllowUnexported(Entry{})); diff != "" {
		t.Error(diff)
	}
	for who, n := range map[uuid.UUID]int{anna: 1, bo: 1, uuid.New(): 0, uuid.Nil: 3} { // Nil is no filter
		seen, err := d.SeenBy(t.Context(), who)
		if err != nil || len(seen) != n {
			t.Errorf("%s was seen %d times, want %d (%v)", who, len(seen), n, err)
		}
	}
	whole(t, d)
}

// TestFilters picks entries by each property.
func TestFilters(t *testing.T) {
	d := open(t, t.TempDir())
	clock := noon()
	g, err := d.Gate(t.Context(), ownAccount, "", func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	u := addUser(t, g, lead)
	r, err := g.AddRecipient(t.Context(), Recipient{Name: "funder", Projects: []string{"DC"}, Expires: domain.MustDate(lastDay)})
	if err != nil {
		t.Fatal(err)
	}
	other, err := g.AddRecipient(t.Context(), Recipient{Name: "other", Projects: []string{"DC"}, Expires: domain.MustDate(lastDay)})
	if err != nil {
		t.Fatal(err)
	}
	subject := uuid.New()
	as := gate(t, d, ownAccount, "lena")
	as.Now = g.Now
	clock = time.Date(2022, 5, 4, 21, 59, 59, 0, time.UTC) // one second before midnight in Stockholm
	for _, req := range []Request{{Action: Released, Project: "DC", Recipient: "funder", Subjects: []uuid.UUID{subject}}, {Action: Figures, Project: "DC"}} {
		if err := as.Allow(t.Context(), req); err != nil {
			t.Fatal(err)
		}
	}
	clock = clock.Add(time.Second)
	if err := as.Allow(t.Context(), Request{Action: Released, Project: "OTHER", Recipient: "Funder"}); err == nil {
		t.Error("the lead of one project releases another")
	}
	if err := g.Allow(t.Context(), Request{Action: Released, Project: "DC", Recipient: "other"}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f    Filter
		want []uint64
	}{
		"all":         {Filter{}, []uint64{1, 2, 3, 4, 5, 6, 7}},
		"user":        {Filter{Actors: []string{ActorOf(u.ID)}}, []uint64{4, 5, 6}},
		"owner":       {Filter{Actors: []string{ownAccount}}, []uint64{1, 2, 3, 7}},
		"nobody":      {Filter{Actors: []string{}}, nil},
		"recipient":   {Filter{Recipients: []uuid.UUID{r.ID}}, []uint64{4, 6}},
		"subject":     {Filter{Subject: subject}, []uint64{4}},
		"until":       {Filter{To: domain.MustDate("2022-05-04")}, []uint64{1, 2, 3, 4, 5}},
		"from":        {Filter{From: domain.MustDate("2022-05-05")}, []uint64{6, 7}},
		"action":      {Filter{Action: Figures}, []uint64{5}},
		"kind":        {Filter{Kind: RecipientAdded}, []uint64{2, 3}},
		"all of them": {Filter{Actors: []string{ActorOf(u.ID)}, Kind: Granted, Action: Released}, []uint64{4}},
	} {
		var got []uint64
		for _, e := range entries(t, d, c.f) {
			got = append(got, e.N)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	released, err := d.Released(t.Context(), other.ID)
	if err != nil || len(released) != 1 || released[0].N != 7 {
		t.Errorf("released to the other: %v %v", released, err)
	}
	if released, err = d.Released(t.Context(), r.ID); err != nil || len(released) != 1 || released[0].N != 4 {
		t.Errorf("released: %v %v", released, err)
	}
	whole(t, d)
}

// TestWhoActs finds out who acts for an account, with a name given and without.
func TestWhoActs(t *testing.T) {
	d := open(t, t.TempDir())
	owner := gate(t, d, ownAccount, "")
	addUser(t, owner, admin)
	bound := lead
	bound.Account = "uid:1001"
	addUser(t, owner, bound)
	figures := Request{Action: Figures, Project: "DC"}
	for _, c := range []struct {
		account, as string
		actor       string // name, empty: the account
		want        string // of the refusal, empty: permitted
	}{
		{ownAccount, "", "", ""},
		{ownAccount, "lena", "lena", ""},
		{ownAccount, "LENA", "lena", ""},
		{ownAccount, "adam", "adam", "has the role administrator"},
		{"uid:1001", "", "lena", ""},
		{"uid:1001", "lena", "lena", ""},
		{"uid:1001", "adam", "lena", "the account uid:1001 is lena and acts as nobody else"},
		{"uid:1001", "nobody", "lena", "acts as nobody else"},
		{"uid:1002", "", "", ""},
	} {
		g := gate(t, d, c.account, c.as)
		err := g.Allow(t.Context(), figures)
		if (err == nil) != (c.want == "") {
			t.Errorf("%s as %q: %v", c.account, c.as, err)
		}
		refusal(t, err, c.want)
		name := ""
		if g.User != nil {
			name = g.User.Name
		}
		all := entries(t, d, Filter{})
		last := all[len(all)-1]
		if name != c.actor || last.Actor != g.Actor() || last.Account != c.account {
			t.Errorf("%s as %q acts as %q, recorded as %s of %s", c.account, c.as, name, last.Actor, last.Account)
		}
	}
	if _, err := d.Gate(t.Context(), ownAccount, "nobody", noon); err == nil || !strings.Contains(err.Error(), "there is no user nobody") {
		t.Errorf("a user nobody knows: %v", err)
	}
}

// TestRevoked ends users: at once, in a process that runs too; and whose
// account it was does not become the owner.
func TestRevoked(t *testing.T) {
	d := open(t, t.TempDir())
	owner := gate(t, d, ownAccount, "")
	bound := lead
	bound.Account = "uid:1001"
	addUser(t, owner, bound)
	running := gate(t, d, "uid:1001", "")
	figures := Request{Action: Figures, Project: "DC"}
	if err := running.Allow(t.Context(), figures); err != nil {
		t.Fatal(err)
	}
	if err := owner.RevokeUser(t.Context(), "lena"); err != nil {
		t.Fatal(err)
	}
	for name, g := range map[string]*Gate{"running": running, "account": gate(t, d, "uid:1001", ""), "named": gate(t, d, ownAccount, "lena")} {
		err := g.Allow(t.Context(), figures)
		if err == nil {
			t.Errorf("%s: somebody revoked sees figures", name)
		}
		refusal(t, err, "the user lena is revoked")
	}
	if err := owner.RevokeUser(t.Context(), "lena"); err == nil || !strings.Contains(err.Error(), "there is no user lena") {
		t.Errorf("revoked twice: %v", err)
	}
	again := addUser(t, owner, bound) // name and account are free
	if err := gate(t, d, "uid:1001", "").Allow(t.Context(), figures); err != nil {
		t.Error(err)
	}
	users, err := d.Users(t.Context())
	if err != nil || len(users) != 2 || !users[0].Revoked || users[1].Revoked || users[1].ID != again.ID {
		t.Errorf("users: %+v %v", users, err)
	}
}

// TestExpired comes a day late.
func TestExpired(t *testing.T) {
	d := open(t, t.TempDir())
	guest := User{Name: "eva", Role: Evaluator, Projects: []string{"DC"}, Expires: domain.MustDate("2022-05-04")}
	addUser(t, gate(t, d, ownAccount, ""), guest)
	g := gate(t, d, ownAccount, "eva")
	released := Request{Action: Released, Project: "DC"}
	g.Now = func() time.Time { return time.Date(2022, 5, 4, 21, 59, 0, 0, time.UTC) }
	if err := g.Allow(t.Context(), released); err != nil {
		t.Error(err)
	}
	g.Now = func() time.Time { return time.Date(2022, 5, 4, 22, 0, 0, 0, time.UTC) } // the next day in Stockholm
	err := g.Allow(t.Context(), released)
	if err == nil {
		t.Error("a guest stays")
	}
	refusal(t, err, "was valid through 2022-05-04")
}
