package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy/access"
)

// UsersCmd is who uses the program, and in which role.
type UsersCmd struct {
	Add    UsersAddCmd    `cmd:"" help:"Add a user."`
	List   UsersListCmd   `cmd:"" help:"List users, those revoked as well."`
	Revoke UsersRevokeCmd `cmd:"" help:"End a user."`
}

// RecipientsCmd is to whom data are released.
type RecipientsCmd struct {
	Add    RecipientsAddCmd    `cmd:"" help:"Add a recipient."`
	List   RecipientsListCmd   `cmd:"" help:"List recipients, those revoked as well."`
	Revoke RecipientsRevokeCmd `cmd:"" help:"End a recipient."`
}

type (
	// UsersAddCmd is users add.
	UsersAddCmd struct {
		Name    string   `arg:"" name:"NAME" help:"An account handle, not a person's name."`
		Role    string   `required:"" help:"manager, project-lead, evaluator, auditor or administrator." placeholder:"R"`
		Project []string `help:"A project the role is for; may be given again." placeholder:"P" sep:"none"`
		Expires string   `help:"Last day." placeholder:"D"`
		Account string   `help:"The account of this computer that acts as this user." placeholder:"uid:N"`
		Sample  string   `help:"For an auditor: a file of the subject ids whose identity may be seen, one a line." placeholder:"FILE"`
	}
	// UsersListCmd is users list.
	UsersListCmd struct {
		JSON bool `name:"json" help:"One JSON object a user."`
	}
	// UsersRevokeCmd is users revoke.
	UsersRevokeCmd struct {
		Name string `arg:"" name:"NAME" help:"The user."`
	}
	// RecipientsAddCmd is recipients add.
	RecipientsAddCmd struct {
		Name    string   `arg:"" name:"NAME" help:"A handle, not a person's name."`
		Project []string `required:"" help:"A project it may be given; may be given again." placeholder:"P" sep:"none"`
		Expires string   `required:"" help:"Last day." placeholder:"D"`
	}
	// RecipientsListCmd is recipients list.
	RecipientsListCmd struct {
		JSON bool `name:"json" help:"One JSON object a recipient."`
	}
	// RecipientsRevokeCmd is recipients revoke.
	RecipientsRevokeCmd struct {
		Name string `arg:"" name:"NAME" help:"The recipient."`
	}
)

// Run adds the user.
func (c *UsersAddCmd) Run(a *App) error {
	u := access.User{Name: c.Name, Role: access.Role(c.Role), Projects: c.Project, Account: c.Account}
	var err error
	if u.Expires, err = lastDay(c.Expires); err != nil {
		return err
	}
	if u.Sample, err = c.sample(); err != nil {
		return err
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	if u, err = gate.AddUser(a.ctx, u); err != nil {
		return err
	}
	a.ui.print(domain.Tf("%s är tillagd som %s", "%s is added as %s", u.Name, u.Role))
	return nil
}

func lastDay(text string) (domain.Date, error) {
	if text == "" {
		return domain.Date{}, nil
	}
	d, err := domain.ParseDate(text)
	if err != nil {
		return d, domain.Refuse(domain.Usage, domain.T("--expires är inget datum", "--expires is not a date"), domain.T("skriv 2019-03-14", "write 2019-03-14"))
	}
	return d, nil
}

// sample reads the subject ids of a file.
func (c *UsersAddCmd) sample() ([]uuid.UUID, error) {
	if c.Sample == "" {
		return nil, nil
	}
	f, err := os.Open(c.Sample)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []uuid.UUID
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		id, err := uuid.Parse(text)
		if err != nil || id == uuid.Nil {
			return nil, domain.Refuse(domain.Usage, domain.Tf("%s:%d är inget person-id", "%s:%d is not a subject id", filepath.Base(c.Sample), n),
				domain.T("ett id per rad, ur utfall metric … --rows", "one id a line, from utfall metric … --rows"))
		}
		out = append(out, id)
	}
	return out, lines.Err()
}

// userJSON is a user as --json prints it.
type userJSON struct {
	ID       uuid.UUID   `json:"id"`
	Name     string      `json:"name"`
	Role     access.Role `json:"role"`
	Projects []string    `json:"projects"`
	Account  string      `json:"account"`
	Sample   int         `json:"sample"` // how many subjects
	Expires  domain.Date `json:"expires"`
	Revoked  bool        `json:"revoked"`
}

// Run lists users.
func (c *UsersListCmd) Run(a *App) error {
	if err := a.administer("users list"); err != nil {
		return err
	}
	users, err := a.seen.Users(a.ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if c.JSON {
			err = json.NewEncoder(a.ui.out).Encode(userJSON{u.ID, u.Name, u.Role, append([]string{}, u.Projects...), u.Account, len(u.Sample), u.Expires, u.Revoked})
		} else {
			err = a.listed(u.Name, u.Revoked, u.Expires, string(u.Role), strings.Join(u.Projects, ", "), u.Account)
		}
		if err != nil {
			return err
		}
	}
	if len(users) == 0 {
		a.ui.say(domain.T("inga användare är tillagda: den som får läsa datakatalogen är dess ägare", "no users are added: whoever may read the data directory is its owner"))
	}
	return nil
}

// listed prints a user or a recipient for people.
func (a *App) listed(name string, revoked bool, expires domain.Date, more ...string) error {
	parts := []string{name}
	for _, s := range more {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if !expires.Zero() {
		parts = append(parts, domain.Tf("till och med %s", "through %s", expires).In(a.ui.lang))
	}
	if revoked {
		parts = append(parts, domain.T("avslutad", "revoked").In(a.ui.lang))
	}
	_, err := fmt.Fprintln(a.ui.out, strings.Join(parts, "  "))
	return err
}

// Run ends the user.
func (c *UsersRevokeCmd) Run(a *App) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	if err := gate.RevokeUser(a.ctx, c.Name); err != nil {
		return err
	}
	a.ui.print(domain.Tf("%s är avslutad", "%s is revoked", c.Name))
	return nil
}

// Run adds the recipient.
func (c *RecipientsAddCmd) Run(a *App) error {
	t := access.Recipient{Name: c.Name, Projects: c.Project}
	var err error
	if t.Expires, err = lastDay(c.Expires); err != nil {
		return err
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	if t, err = gate.AddRecipient(a.ctx, t); err != nil {
		return err
	}
	a.ui.print(domain.Tf("%s är tillagd som mottagare", "%s is added as a recipient", t.Name))
	return nil
}

// recipientJSON is a recipient as --json prints it.
type recipientJSON struct {
	ID       uuid.UUID   `json:"id"`
	Name     string      `json:"name"`
	Projects []string    `json:"projects"`
	Expires  domain.Date `json:"expires"`
	Revoked  bool        `json:"revoked"`
	Releases int         `json:"releases"` // of reports and metrics, each once however often it was made
	Figures  int         `json:"figures"`  // in them
}

// Run lists recipients.
func (c *RecipientsListCmd) Run(a *App) error {
	if err := a.administer("recipients list"); err != nil {
		return err
	}
	recipients, err := a.seen.Recipients(a.ctx)
	if err != nil {
		return err
	}
	received, err := a.seen.Received(a.ctx)
	if err != nil {
		return err
	}
	for _, t := range recipients {
		r, had := received[t.ID], ""
		if r.Releases > 0 {
			had = domain.Tf("%d utlämnanden, %d siffror", "%d releases, %d figures", r.Releases, r.Figures).In(a.ui.lang)
		}
		if c.JSON {
			err = json.NewEncoder(a.ui.out).Encode(recipientJSON{t.ID, t.Name, t.Projects, t.Expires, t.Revoked, r.Releases, r.Figures})
		} else {
			err = a.listed(t.Name, t.Revoked, t.Expires, strings.Join(t.Projects, ", "), had)
		}
		if err != nil {
			return err
		}
	}
	if len(recipients) == 0 {
		a.ui.say(domain.T("inga mottagare är tillagda", "no recipients are added"))
	}
	return nil
}

// Run ends the recipient.
func (c *RecipientsRevokeCmd) Run(a *App) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	if err := gate.RevokeRecipient(a.ctx, c.Name); err != nil {
		return err
	}
	a.ui.print(domain.Tf("mottagaren %s är avslutad", "the recipient %s is revoked", c.Name))
	return nil
}
