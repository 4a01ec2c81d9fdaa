package main

import (
	"bytes"
	"io"

	"utfall/domain"
	"utfall/privacy/access"
)

// ClaimJournalCmd writes a journal of plain text accounting.
type ClaimJournalCmd struct {
	Project string `required:"" help:"The project." placeholder:"P"`
	AsOf    string `help:"As the log stood at this position." placeholder:"N"`
	Output  string `short:"o" required:"" help:"The file to write, or - for standard output." placeholder:"FILE.journal"`
}

// Run writes all that may be claimed, for hledger or ledger to add up.
func (c *ClaimJournalCmd) Run(a *App) error {
	facts, err := a.claimFacts(c.AsOf, c.Project)
	if err != nil {
		return err
	}
	var held bytes.Buffer
	if err := facts.Journal(a.ctx, &held, c.Project); err != nil {
		return err
	}
	if err := a.allow(access.Request{Action: access.Entries, Project: c.Project, What: described("claim journal", "as-of", c.AsOf), Position: facts.AsOf, Rows: bytes.Count(held.Bytes(), []byte("event:"))}); err != nil {
		return err
	}
	if c.Output == "-" {
		_, err = held.WriteTo(a.ui.out)
		return err
	}
	if err := writeFile(c.Output, func(w io.Writer) error { _, err := held.WriteTo(w); return err }); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven, vid position %d", "%s is written, at position %d", c.Output, facts.AsOf))
	return nil
}
