package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
	"utfall/reports"
)

// allow is the one place where commands ask whether they may show, record or
// administer something. Nothing of it may leave the program before allow has
// returned nil: the answer is in the access record then.
func (a *App) allow(req access.Request) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	if a.why != "" {
		vault, err := a.Vault()
		if err != nil {
			return err
		}
		req.Why = vault.Seal(whyBinding, a.why)
	}
	return gate.Allow(a.ctx, req)
}

// whyBinding is what the reason for looking is bound to. An entry has no id
// before it is written.
var whyBinding = privacy.Binding{Field: privacy.Reason, Within: "access"}

// gate opens the access record and finds who acts.
func (a *App) gate() (*access.Gate, error) {
	if a.acting != nil {
		return a.acting, nil
	}
	if !isData(a.dir) { // a record is made where there is a log, and nowhere else
		if _, err := a.Log(); err != nil {
			return nil, err
		}
	}
	// Whoever shows or records anything comes by here: what a report that was killed
	// left goes first. What cannot be removed is somebody else's.
	_ = sweep(os.TempDir(), reports.TempPrefix)
	record, err := a.accesses()
	if err != nil {
		return nil, unrecorded(err)
	}
	gate, err := record.Gate(a.ctx, actor(), a.as, time.Now)
	if err != nil {
		return nil, unrecorded(err)
	}
	a.acting = gate
	return gate, nil
}

// accesses opens the access record.
func (a *App) accesses() (*access.DB, error) {
	if a.seen != nil {
		return a.seen, nil
	}
	var err error
	a.seen, err = access.Open(a.dir)
	return a.seen, err
}

// unrecorded leaves what a user can act on as it is.
func unrecorded(err error) error {
	var known *domain.Error
	if errors.As(err, &known) && known.Code != domain.Unhealthy {
		return err
	}
	return access.Unrecorded(err)
}

func isData(dir string) bool {
	_, err := os.Stat(LogPath(dir))
	return dir != "" && err == nil
}

// actor is who acts, as it stands in a batch: the user, or the account.
func (a *App) actor() (string, error) {
	gate, err := a.gate()
	if err != nil {
		return "", err
	}
	return gate.Actor(), nil
}

// recorder asks whether who acts may record, and opens intake.
func (a *App) recorder(project, what string) (*intake.Intake, error) {
	if err := a.allow(access.Request{Action: access.Record, Project: project, What: what}); err != nil {
		return nil, err
	}
	return a.Intake()
}

// mayRecord tells whether who acts may record in a project. That they record is in
// the access record already.
func (a *App) mayRecord(project string) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	return access.Permits(gate.User, access.Request{Action: access.Record, Project: project}, domain.DateOf(a.now()))
}

// administer asks whether who acts may administer.
func (a *App) administer(what string) error {
	return a.allow(access.Request{Action: access.Administer, What: what})
}

// described is a command with the flags it was given, as the record holds it.
// What could be somebody's name is not among them.
func described(command string, flags ...string) string {
	for i := 0; i+1 < len(flags); i += 2 {
		if flags[i+1] != "" {
			command += " --" + flags[i] + " " + flags[i+1]
		}
	}
	return command
}

// accessFinding is the kind of a finding of verify about the access record: its
// position is an entry's number.
const accessFinding = "access"

// accessJSON is what verify tells of the access record.
type accessJSON struct {
	Entries uint64 `json:"entries"`
	Chain   string `json:"chain"` // the hash of the last one
}

// seen verifies the access record, when there is one and nothing has been found.
func (v *verdict) seen(a *App) error {
	if _, err := os.Stat(access.Path(a.dir)); err != nil || v.Finding != nil {
		return nil
	}
	record, err := a.accesses()
	if err != nil {
		v.find(&eventlog.Finding{Kind: accessFinding, What: domain.Tf("filen går inte att öppna: %v", "the file cannot be opened: %v", err)})
		return nil
	}
	found, err := record.Verify(a.ctx)
	if err != nil {
		return err
	}
	if f := found.Finding; f != nil {
		v.find(&eventlog.Finding{Position: f.Entry, Kind: accessFinding, What: f.What})
		return nil
	}
	v.Access = &accessJSON{found.Entries, found.Chain}
	return nil
}

// persons gathers whom a command shows: persons, respondents and organisations,
// for a sole trader is both.
type persons map[uuid.UUID]bool

func (p persons) add(ids ...uuid.UUID) {
	for _, id := range ids {
		if id != uuid.Nil {
			p[id] = true
		}
	}
}

func (p persons) subjects() []uuid.UUID { return slices.Collect(maps.Keys(p)) }

// AccessLogCmd shows who has seen what.
type AccessLogCmd struct {
	User      string `help:"Only what this user did, or an account: uid:1000." placeholder:"NAME"`
	Person    string `help:"Only what showed this person: a subject id." placeholder:"SUBJECT"`
	Recipient string `help:"Only what was released to this recipient." placeholder:"NAME"`
	From      string `help:"First day." placeholder:"D"`
	To        string `help:"Last day." placeholder:"D"`
	JSON      bool   `name:"json" help:"One JSON object an entry."`
}

// Run prints the entries that match, after it has become one itself. Whom
// somebody has looked at is content, and not for who administers only.
func (c *AccessLogCmd) Run(a *App) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	roster, err := rosterOf(a, gate)
	if err != nil {
		return err
	}
	f, err := c.filter(roster)
	if err != nil {
		return err
	}
	req := access.Request{Action: access.Administer, What: described("access-log", "user", c.User, "recipient", c.Recipient, "from", c.From, "to", c.To)}
	if f.Subject != uuid.Nil {
		req.Action, req.Subjects = access.Entries, []uuid.UUID{f.Subject}
		req.What = described(req.What, "person", f.Subject.String())
	}
	if err := a.allow(req); err != nil {
		return err
	}
	all, err := gate.DB.Entries(a.ctx, f)
	if err != nil {
		return err
	}
	for i := range all {
		if err := c.print(a, roster, &all[i], gate.User == nil || f.Subject != uuid.Nil); err != nil {
			return err
		}
	}
	return nil
}

// roster is who is behind the ids of the record.
type roster struct {
	users      []access.User
	recipients []access.Recipient
}

func rosterOf(a *App, gate *access.Gate) (r roster, err error) {
	if r.users, err = gate.DB.Users(a.ctx); err == nil {
		r.recipients, err = gate.DB.Recipients(a.ctx)
	}
	return r, err
}

func (c *AccessLogCmd) filter(r roster) (f access.Filter, err error) {
	days, err := rangeOf(c.From, c.To)
	if err != nil {
		return f, err
	}
	f.From, f.To = days.From, days.To
	if c.Person != "" {
		if f.Subject, err = uuid.Parse(c.Person); err != nil || f.Subject == uuid.Nil {
			return f, domain.Refuse(domain.Usage, domain.T("--person är inget person-id", "--person is not a subject id"), domain.T("ta det ur utfall metric … --rows", "take it from utfall metric … --rows"))
		}
	}
	if strings.HasPrefix(c.User, "uid:") {
		f.Actors = []string{c.User}
	} else if c.User != "" {
		for _, u := range r.users { // all who ever had the name
			if domain.Fold(u.Name) == domain.Fold(c.User) {
				f.Actors = append(f.Actors, access.ActorOf(u.ID))
			}
		}
		if f.Actors == nil {
			return f, domain.Refuse(domain.NotFound, domain.T("det finns ingen sådan användare", "there is no such user"), domain.T("utfall users list visar dem", "utfall users list shows them"))
		}
	}
	if c.Recipient == "" {
		return f, nil
	}
	for _, t := range r.recipients {
		if domain.Fold(t.Name) == domain.Fold(c.Recipient) {
			f.Recipients = append(f.Recipients, t.ID)
		}
	}
	if f.Recipients == nil {
		err = domain.Refuse(domain.NotFound, domain.T("det finns ingen sådan mottagare", "there is no such recipient"), domain.T("utfall recipients list visar dem", "utfall recipients list shows them"))
	}
	return f, err
}

// entryLine is an entry of the record as --json prints it.
type entryLine struct {
	Entry     uint64    `json:"entry"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	User      string    `json:"user"` // empty: the owner of the data directory
	Account   string    `json:"account"`
	Action    string    `json:"action"`
	Project   string    `json:"project"`
	What      string    `json:"what"`
	Position  uint64    `json:"position"`
	Rows      int       `json:"rows"`
	Subjects  int       `json:"subjects"`
	Recipient string    `json:"recipient"`
	Why       *string   `json:"why"` // null: it is sealed for who asks
}

// print prints an entry; opened says whether who asks may read why.
func (c *AccessLogCmd) print(a *App, r roster, e *access.Entry, opened bool) error {
	out := entryLine{Entry: e.N, At: e.At, Kind: string(e.Kind), Account: e.Account, Action: string(e.Action), Project: e.Project, What: e.What,
		Position: e.Position, Rows: e.Rows, Subjects: e.Subjects}
	out.User = r.user(e.Actor)
	for _, t := range r.recipients {
		if t.ID == e.Recipient {
			out.Recipient = t.Name
		}
	}
	if why, ok := a.opened(e.Why, opened); ok {
		out.Why = &why
	}
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(out)
	}
	_, err := fmt.Fprintln(a.ui.out, out.line(a.ui.lang))
	return err
}

// opened is why somebody looked. Without the vault's key it stays sealed, and
// the rest of the record can be read all the same.
func (a *App) opened(why domain.Sealed, may bool) (string, bool) {
	if why == "" {
		return "", true
	}
	if !may {
		return "", false
	}
	vault, err := a.Vault()
	if err != nil {
		return "", false
	}
	text, err := vault.Unseal(whyBinding, why)
	return text, err == nil
}

// line is the entry for people.
func (e *entryLine) line(lang string) string {
	who := e.Account
	if e.User != "" {
		who = e.User + " (" + e.Account + ")"
	}
	parts := []string{fmt.Sprint(e.Entry), e.At.In(domain.Stockholm).Format("2006-01-02 15:04:05"), who, e.Kind + " " + e.Action}
	for _, s := range []string{e.Project, e.What} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Rows > 0 {
		parts = append(parts, domain.Tf("%d rader", "%d rows", e.Rows).In(lang))
	}
	if e.Subjects > 0 {
		parts = append(parts, domain.Tf("%d personer eller företag", "%d persons or organisations", e.Subjects).In(lang))
	}
	if e.Recipient != "" {
		parts = append(parts, domain.Tf("till %s", "to %s", e.Recipient).In(lang))
	}
	switch {
	case e.Why == nil:
		parts = append(parts, domain.T("(varför är förseglat)", "(why is sealed)").In(lang))
	case *e.Why != "":
		parts = append(parts, "("+*e.Why+")")
	}
	return strings.Join(parts, "  ")
}
