package main

import (
	"fmt"
	"io"
	"strconv"

	"utfall/domain"
	"utfall/intake/sie"
	"utfall/privacy/access"
)

// ClaimVoucherCmd writes the claim's own voucher for the bookkeeping.
type ClaimVoucherCmd struct {
	claimOf
	Receivable int    `help:"The account of the receivable." default:"1680" placeholder:"ACCOUNT"`
	Income     int    `help:"The account of grants received." default:"3988" placeholder:"ACCOUNT"`
	Output     string `short:"o" required:"" help:"The file to write, SIE 4I." placeholder:"FILE.si"`
}

// Run writes a SIE 4I file with one voucher: what was asked for as a receivable on
// the authority. What settles an advance, which was booked when it came, is not due.
// Its rows are on no project: the grant is not what the project earned, and an income
// on the project would be taken from its costs.
func (c *ClaimVoucherCmd) Run(a *App) error {
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return err
	}
	_, claim, err := c.find(a, facts)
	if err != nil {
		return err
	}
	due := domain.Ore(claim.Support.Ore() - claim.Settled.Ore())
	switch {
	case claim.Position == 0:
		return domain.Refuse(domain.Refused, domain.Tf("%s är inte inlämnad", "%s is not submitted", claim.Month), domain.T("lämna in den med utfall claim submit", "submit it with utfall claim submit"))
	case due.Ore() == 0:
		return domain.Refuse(domain.Refused, domain.T("ansökan ger ingen fordran", "the claim makes no receivable"), domain.T("det finns inget att bokföra", "there is nothing to book"))
	}
	if err := a.allow(access.Request{Action: access.Figures, Project: c.Project, What: described("claim voucher", "month", c.Month), Position: facts.AsOf, Rows: 1}); err != nil {
		return err
	}
	text := fmt.Sprintf("Ansökan nr %d, %s, %s", claim.Number, c.Project, claim.Month)
	in := sie.Import{Program: "utfall", ProgramVersion: Version, Generated: claim.Submitted, Company: a.companyName(),
		Accounts: []sie.Account{{Number: strconv.Itoa(c.Receivable), Name: "Fordran på myndighet"}, {Number: strconv.Itoa(c.Income), Name: "Erhållna bidrag"}},
		Vouchers: []sie.Voucher{{Date: claim.Submitted, Text: text, Rows: []sie.Row{
			{Account: strconv.Itoa(c.Receivable), Amount: due},
			{Account: strconv.Itoa(c.Income), Amount: domain.Ore(-due.Ore())}}}}}
	if err := writeFile(c.Output, func(w io.Writer) error { return sie.Write(w, in) }); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven: %s kr på konto %d och %d", "%s is written: SEK %s on the accounts %d and %d", c.Output, due, c.Receivable, c.Income))
	return nil
}

// companyName is whose bookkeeping it is; a file must say something.
func (a *App) companyName() string {
	var name string
	if err := a.store.DB().QueryRowContext(a.ctx, "select coalesce(max(name), '') from owners where superseded_at is null").Scan(&name); err != nil || name == "" {
		return "-"
	}
	return name
}
